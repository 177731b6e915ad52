//! newlib's own names of the allocator's functions.
//!
//! mimalloc (or the program) defines `malloc` and its relatives; newlib calls them with an argument
//! more, which was once the thread's state.

use core::ffi::c_void;

use crate::c;

/// # Safety
/// As `malloc`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn _malloc_r(_: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { c::malloc(size) }
}

/// # Safety
/// As `calloc`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn _calloc_r(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { c::calloc(count, size) }
}

/// # Safety
/// As `realloc`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn _realloc_r(_: *mut c_void, memory: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { c::realloc(memory, size) }
}

/// # Safety
/// As `free`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn _free_r(_: *mut c_void, memory: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { c::free(memory) }
}

/// # Safety
/// As `memalign`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn _memalign_r(_: *mut c_void, align: usize, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { c::memalign(align, size) }
}
