//! Terminals: which descriptors are one, and its name.

use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_uint};
use core::ptr;

use super::descriptors::F_GETFD;
use crate::errno;
use crate::sys::{self, Errno, HERMIT_TIOCGWINSZ};

const NAME: &core::ffi::CStr = c"/dev/console";

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn isatty(fd: c_int) -> c_int {
    c_int::from(errno::int(sys::sys_ioctl(fd, HERMIT_TIOCGWINSZ, ptr::null_mut())) == 0)
}

/// newlib's name for [`isatty`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn _isatty(fd: c_int) -> c_int {
    isatty(fd)
}

/// A constant that C code may get a pointer to that is not `const`.
struct Text(UnsafeCell<[u8; 16]>);

// SAFETY: nobody writes to it; a program that does races with itself.
unsafe impl Sync for Text {}

static TERMINAL: Text = Text(UnsafeCell::new(*b"/dev/console\0\0\0\0"));

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ttyname(fd: c_int) -> *mut c_char {
    if isatty(fd) == 0 {
        ptr::null_mut()
    } else {
        TERMINAL.0.get().cast()
    }
}

/// Returns the error number.
///
/// # Safety
/// `buffer` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn ttyname_r(fd: c_int, buffer: *mut c_char, len: usize) -> c_int {
    let result = sys::sys_ioctl(fd, HERMIT_TIOCGWINSZ, ptr::null_mut());
    if result < 0 {
        return -result;
    }
    let name = NAME.to_bytes_with_nul();
    if len < name.len() {
        return Errno::ERANGE as c_int;
    }
    // SAFETY: the caller's promise.
    unsafe { buffer.copy_from_nonoverlapping(name.as_ptr().cast(), name.len()) };
    0
}

/// There are no pseudo-terminals, as if all were in use (POSIX: `EAGAIN`).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_openpt(_flags: c_int) -> c_int {
    errno::fail(Errno::EAGAIN)
}

/// What a descriptor is that is none of a pseudo-terminal's master: not open, or `not_one`.
fn no_master(fd: c_int, not_one: Errno) -> Errno {
    if sys::sys_fcntl(fd, F_GETFD, 0) < 0 {
        Errno::EBADF
    } else {
        not_one
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn grantpt(fd: c_int) -> c_int {
    errno::fail(no_master(fd, Errno::EINVAL))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn unlockpt(fd: c_int) -> c_int {
    errno::fail(no_master(fd, Errno::EINVAL))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ptsname(fd: c_int) -> *mut c_char {
    errno::set(no_master(fd, Errno::ENOTTY) as c_int);
    ptr::null_mut()
}

/// Returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ptsname_r(fd: c_int, _buffer: *mut c_char, _len: usize) -> c_int {
    no_master(fd, Errno::ENOTTY) as c_int
}

/// # Safety
/// `buffer` is null or has `L_ctermid` (16) bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn ctermid(buffer: *mut c_char) -> *mut c_char {
    if buffer.is_null() {
        return TERMINAL.0.get().cast();
    }
    let name = NAME.to_bytes_with_nul();
    // SAFETY: the caller's promise.
    unsafe { buffer.copy_from_nonoverlapping(name.as_ptr().cast(), name.len()) };
    buffer
}

/// The one process group is always in the foreground.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcgetpgrp(fd: c_int) -> c_int {
    if isatty(fd) == 0 {
        -1
    } else {
        sys::sys_getpid()
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn tcsetpgrp(fd: c_int, group: c_int) -> c_int {
    if isatty(fd) == 0 {
        return -1;
    }
    if group == sys::sys_getpid() {
        0
    } else {
        errno::fail(Errno::EPERM)
    }
}

/// The terminal is the host's to hang up.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn vhangup() -> c_int {
    errno::fail(Errno::ENOSYS)
}

/// As `getdtablesize`: how many descriptors there can be.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getdtablesize() -> c_int {
    sys::sys_descriptor_limit(0)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setdtablesize(_size: c_uint) -> c_int {
    errno::fail(Errno::ENOSYS)
}
