//! Memory: `sbrk`, `mmap` and their relatives.
//!
//! There is one address space and no swapping. What comes from the kernel only gets its `errno` here.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::sys::{self, Errno};
use crate::{c, errno};

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
    let info = info();
    (info.total, info.free)
}

fn info() -> sys::HermitMemInfo {
    let mut info = sys::HermitMemInfo::default();
    // SAFETY: the place is a local variable.
    unsafe { sys::sys_meminfo(&raw mut info) };
    info
}

/// The most bytes of memory that were in use at one time, by everything.
pub(crate) fn most_used() -> u64 {
    info().most_used
}

/// Calls the kernel, and once more if it has no memory: after the allocator gave back what it has in store.
pub fn with_reclaim(mut call: impl FnMut() -> isize) -> isize {
    let result = call();
    if result != -(Errno::ENOMEM as isize) && result != -(Errno::ENOSPC as isize) {
        return result;
    }
    // SAFETY: may be called by any thread that has a control block, outside of the allocator.
    unsafe { c::mi_collect(true) };
    call()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn sbrk(increment: isize) -> *mut c_void {
    address(with_reclaim(|| sys::sys_sbrk(increment)))
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
    let (protection, flags) = (protection as u32, flags as u32);
    address(with_reclaim(|| {
        sys::sys_mmap(at, len, protection, flags, fd, offset)
    }))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn munmap(at: *mut c_void, len: usize) -> c_int {
    errno::int(sys::sys_munmap(at, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mprotect(at: *mut c_void, len: usize, protection: c_int) -> c_int {
    let protect = || sys::sys_mprotect(at, len, protection as u32) as isize;
    errno::int(with_reclaim(protect) as c_int)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn madvise(at: *mut c_void, len: usize, advice: c_int) -> c_int {
    errno::int(sys::sys_madvise(at, len, advice as u32))
}

/// Advice of POSIX's five kinds changes nothing that a program can see (its `POSIX_MADV_DONTNEED` keeps
/// the contents). Returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_madvise(at: *mut c_void, len: usize, advice: c_int) -> c_int {
    const NORMAL: u32 = 0;
    if !(0..=4).contains(&advice) {
        return Errno::EINVAL as c_int;
    }
    -sys::sys_madvise(at, len, NORMAL)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn msync(at: *mut c_void, len: usize, flags: c_int) -> c_int {
    crate::cancel::point();
    errno::int(sys::sys_msync(at, len, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mlock(at: *const c_void, len: usize) -> c_int {
    errno::int(sys::sys_mlock(at, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn munlock(at: *const c_void, len: usize) -> c_int {
    errno::int(sys::sys_munlock(at, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mlockall(flags: c_int) -> c_int {
    if flags == 0 {
        return errno::fail(Errno::EINVAL);
    }
    errno::int(sys::sys_mlockall(flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn munlockall() -> c_int {
    errno::int(sys::sys_mlockall(0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mincore(at: *mut c_void, len: usize, found: *mut u8) -> c_int {
    // SAFETY: a bad place is an error.
    errno::int(unsafe { sys::sys_mincore(at, len, found) })
}

/// The last argument is optional in C; on this machine it arrives in a register either way, and is looked at
/// with `MREMAP_FIXED` only.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mremap(
    at: *mut c_void,
    old_len: usize,
    new_len: usize,
    flags: c_int,
    to: *mut c_void,
) -> *mut c_void {
    address(sys::sys_mremap(at, old_len, new_len, flags as u32, to))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpagesize() -> c_int {
    PAGE_SIZE as c_int
}
