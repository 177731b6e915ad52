//! The few functions of stdio.h and others that need more of newlib than its functions: locking a
//! stream, and names that newlib leaves to the system.

use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_short, c_void};
use core::mem::offset_of;

use crate::lock::Lock;

/// newlib's `FILE` (`struct __sFILE`, sys/reent.h), as far as it is looked at; the C test `stdio-lock`
/// checks the places.
#[repr(C)]
pub struct Stream {
    before: [u8; 16],
    flags: c_short,
    between: [u8; 142],
    lock: *const Lock,
}

const _: () = {
    assert!(offset_of!(Stream, flags) == 16);
    assert!(offset_of!(Stream, lock) == 160);
};

/// `__SSTR`: the stream is a string and has no lock.
const STRING: c_short = 0x200;

/// # Safety
/// `stream` is an open stream.
unsafe fn lock<'a>(stream: *mut Stream) -> Option<&'a Lock> {
    // SAFETY: the caller's promise; the lock lives as long as the stream. Standard streams get theirs
    // when stdio is set up, which any use of them does first.
    unsafe {
        if (*stream).flags & STRING != 0 {
            None
        } else {
            (*stream).lock.as_ref()
        }
    }
}

/// # Safety
/// `stream` is an open stream.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn flockfile(stream: *mut Stream) {
    // SAFETY: the caller's promise; the call sets stdio up if nothing has yet.
    unsafe {
        crate::c::__sinit(core::ptr::null_mut());
        if let Some(lock) = lock(stream) {
            lock.acquire_recursive();
        }
    }
}

/// Returns 0 if the lock was taken.
///
/// # Safety
/// `stream` is an open stream.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn ftrylockfile(stream: *mut Stream) -> c_int {
    // SAFETY: as in `flockfile`.
    unsafe {
        crate::c::__sinit(core::ptr::null_mut());
        lock(stream).map_or(0, |lock| c_int::from(!lock.try_acquire_recursive()))
    }
}

/// # Safety
/// `stream` is an open stream that the caller has locked.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn funlockfile(stream: *mut Stream) {
    // SAFETY: the caller's promise.
    if let Some(lock) = unsafe { lock(stream) } {
        lock.release_recursive();
    }
}

struct Dot(UnsafeCell<[u8; 2]>);

// SAFETY: nobody writes to it (POSIX lets `basename` return a constant).
unsafe impl Sync for Dot {}

static DOT: Dot = Dot(UnsafeCell::new(*b".\0"));
static SLASH: Dot = Dot(UnsafeCell::new(*b"/\0"));

/// POSIX's `basename` (libgen.h), which may change its argument.
///
/// # Safety
/// `path` is null or a C string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn __xpg_basename(path: *mut c_char) -> *mut c_char {
    // SAFETY: the caller's promise; indices stay within the string.
    unsafe {
        if path.is_null() || *path == 0 {
            return DOT.0.get().cast();
        }
        let slash = b'/' as c_char;
        let mut end = crate::c::strlen(path);
        while end > 0 && *path.add(end - 1) == slash {
            end -= 1;
        }
        if end == 0 {
            return SLASH.0.get().cast();
        }
        *path.add(end) = 0;
        let mut start = end;
        while start > 0 && *path.add(start - 1) != slash {
            start -= 1;
        }
        path.add(start)
    }
}

/// newlib's malloc took this lock; programs with an allocator of their own may still ask for it.
static MALLOC: Lock = Lock::new();

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __malloc_lock(_: *mut c_void) {
    MALLOC.acquire_recursive();
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __malloc_unlock(_: *mut c_void) {
    MALLOC.release_recursive();
}

// A buffer of `getlocalename_l` that newlib 4.5 declares for every thread and defines nowhere.
#[cfg(panic = "abort")]
core::arch::global_asm!(
    ".pushsection .tbss._tls_getlocalename_l_buf,\"awT\",@nobits",
    ".globl _tls_getlocalename_l_buf",
    ".type _tls_getlocalename_l_buf,@object",
    ".size _tls_getlocalename_l_buf,32",
    "_tls_getlocalename_l_buf: .zero 32",
    ".popsection",
);
