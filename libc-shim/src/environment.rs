//! Where newlib's environment functions fall short of POSIX: `setenv` and `unsetenv` refuse a name that
//! cannot be one. The environment itself, and its lock, are newlib's.

use core::ffi::{c_char, c_int};
use core::ptr;

use crate::sys::Errno;
use crate::{c, errno};

/// Whether `name` can be the name of a variable.
///
/// # Safety
/// `name` is null or a C string.
unsafe fn is_name(name: *const c_char) -> bool {
    if name.is_null() {
        return false;
    }
    // SAFETY: the caller's promise.
    let name = unsafe { core::ffi::CStr::from_ptr(name) }.to_bytes();
    !name.is_empty() && !name.contains(&b'=')
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn setenv(name: *const c_char, value: *const c_char, overwrite: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        if !is_name(name) {
            return errno::fail(Errno::EINVAL);
        }
        c::_setenv_r(ptr::null_mut(), name, value, overwrite)
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn unsetenv(name: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        if !is_name(name) {
            return errno::fail(Errno::EINVAL);
        }
        c::_unsetenv_r(ptr::null_mut(), name)
    }
}
