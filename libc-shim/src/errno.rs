//! `errno`: the one place where the kernel's `-errno` becomes -1 and a number.
//!
//! newlib is built so that `errno` is a thread-local variable, `_tls_errno`; it is reached by its
//! offset from the thread pointer, which the linker fills in.

use core::ffi::c_int;

use crate::sys::Errno;

/// Sets `errno` of the calling thread.
#[inline(always)]
pub fn set(number: c_int) {
    // SAFETY: `_tls_errno` is an `int` in the static thread-local segment of every thread.
    #[cfg(panic = "abort")]
    unsafe {
        core::arch::asm!(
            "mov dword ptr fs:[_tls_errno@TPOFF], {:e}",
            in(reg) number,
            options(nostack, preserves_flags)
        );
    }
    // A host's test program has an `errno` of its own and no `_tls_errno`.
    #[cfg(not(panic = "abort"))]
    let _ = number;
}

/// Sets `errno` and returns -1.
#[cold]
pub fn fail(errno: Errno) -> c_int {
    set(errno as c_int);
    -1
}

/// What a kernel function returned, in POSIX's form: the value, or -1 and `errno`.
#[inline(always)]
pub fn int(result: c_int) -> c_int {
    if result < 0 {
        set(-result);
        return -1;
    }
    result
}

/// As [`int`] for sizes and offsets.
#[inline(always)]
pub fn size(result: isize) -> isize {
    if result < 0 {
        set(-result as c_int);
        return -1;
    }
    result
}

/// As [`int`], for POSIX functions that return the number instead of setting `errno`.
#[inline(always)]
pub fn number(result: c_int) -> c_int {
    if result < 0 { -result } else { 0 }
}

/// newlib's function of this name, which it lacks when `errno` is a thread-local variable.
#[cfg(panic = "abort")]
#[unsafe(no_mangle)]
extern "C" fn __errno() -> *mut c_int {
    location()
}

/// Where the calling thread's `errno` is.
#[cfg(panic = "abort")]
pub fn location() -> *mut c_int {
    let address: *mut c_int;
    // SAFETY: as in `set`; only an address is computed.
    unsafe {
        core::arch::asm!(
            "mov {0}, fs:[0]",
            "lea {0}, [{0} + _tls_errno@TPOFF]",
            out(reg) address,
            options(nostack, preserves_flags)
        );
    }
    address
}
