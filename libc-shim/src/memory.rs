//! Memory: `sbrk`, `mmap` and their relatives.
//!
//! There is one address space and no swapping: locking memory is a matter of course, and advice is
//! passed on where the kernel can use it.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::errno;
use crate::sys::{self, Errno};

/// `MAP_FAILED`, and what `sbrk` returns without memory.
const FAILED: *mut c_void = ptr::without_provenance_mut(usize::MAX);

/// Bytes of a page.
pub(crate) const PAGE_SIZE: usize = 4096;

/// What the kernel returned, as a pointer.
fn address(result: isize) -> *mut c_void {
    match errno::size(result) {
        -1 => FAILED,
        address => ptr::with_exposed_provenance_mut(address as usize),
    }
}

/// Physical memory: bytes in all and bytes that are free.
pub(crate) fn physical() -> (u64, u64) {
    let mut info = sys::HermitMemInfo::default();
    // SAFETY: the place is a local variable.
    unsafe { sys::sys_meminfo(&raw mut info) };
    (info.total, info.free)
}

/// Bytes of memory in use, by everything.
pub(crate) fn used() -> u64 {
    let (total, free) = physical();
    total.saturating_sub(free)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn sbrk(increment: isize) -> *mut c_void {
    address(sys::sys_sbrk(increment))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn brk(end: *mut c_void) -> c_int {
    let now = sys::sys_sbrk(0);
    let result = if now < 0 {
        now
    } else {
        sys::sys_sbrk((end as isize).wrapping_sub(now))
    };
    if result < 0 {
        errno::int(result as c_int)
    } else {
        0
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mmap(
    at: *mut c_void,
    len: usize,
    protection: c_int,
    flags: c_int,
    fd: c_int,
    offset: i64,
) -> *mut c_void {
    address(sys::sys_mmap(
        at,
        len,
        protection as u32,
        flags as u32,
        fd,
        offset,
    ))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn munmap(at: *mut c_void, len: usize) -> c_int {
    errno::int(sys::sys_munmap(at, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mprotect(at: *mut c_void, len: usize, protection: c_int) -> c_int {
    errno::int(sys::sys_mprotect(at, len, protection as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn madvise(at: *mut c_void, len: usize, advice: c_int) -> c_int {
    errno::int(sys::sys_madvise(at, len, advice as u32))
}

/// Advice of POSIX's five kinds changes nothing that a program can see (its `POSIX_MADV_DONTNEED` keeps
/// the contents). Returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_madvise(_at: *mut c_void, _len: usize, advice: c_int) -> c_int {
    if (0..=4).contains(&advice) {
        0
    } else {
        Errno::EINVAL as c_int
    }
}

/// No mapping is backed by a file that would have to be written.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn msync(at: *mut c_void, _len: usize, flags: c_int) -> c_int {
    const MS_ASYNC: c_int = 1;
    const MS_SYNC: c_int = 4;
    crate::cancel::point();
    if !(at as usize).is_multiple_of(PAGE_SIZE)
        || flags & (MS_ASYNC | MS_SYNC) == MS_ASYNC | MS_SYNC
    {
        return errno::fail(Errno::EINVAL);
    }
    0
}

/// Memory never leaves: what is touched stays.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mlock(_at: *const c_void, _len: usize) -> c_int {
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn munlock(_at: *const c_void, _len: usize) -> c_int {
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mlockall(_flags: c_int) -> c_int {
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn munlockall() -> c_int {
    0
}

/// Nothing is shared between processes: there is one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shm_open(_name: *const core::ffi::c_char, _flags: c_int, _mode: u32) -> c_int {
    errno::fail(Errno::ENOSYS)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shm_unlink(_name: *const core::ffi::c_char) -> c_int {
    errno::fail(Errno::ENOSYS)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpagesize() -> c_int {
    PAGE_SIZE as c_int
}
