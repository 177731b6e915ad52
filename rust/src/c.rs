//! The functions of the C library that this crate calls.

use core::ffi::{c_int, c_long, c_void};

/// `struct timespec`
#[repr(C)]
pub struct Timespec {
    pub seconds: i64,
    pub nanoseconds: c_long,
}

/// `CLOCK_MONOTONIC`
pub const CLOCK_MONOTONIC: c_int = 4;
/// `_SC_NPROCESSORS_ONLN`
pub const NPROCESSORS_ONLN: c_int = 10;

unsafe extern "C" {
    #[cfg(panic = "abort")]
    pub fn abort() -> !;
    pub fn malloc(size: usize) -> *mut c_void;
    pub fn calloc(count: usize, size: usize) -> *mut c_void;
    pub fn realloc(memory: *mut c_void, size: usize) -> *mut c_void;
    pub fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    pub fn free(memory: *mut c_void);
    pub fn write(file: c_int, bytes: *const c_void, count: usize) -> isize;
    pub fn pthread_create(
        thread: *mut usize,
        attributes: *const c_void,
        start: extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    pub fn pthread_join(thread: usize, result: *mut *mut c_void) -> c_int;
    pub fn pthread_detach(thread: usize) -> c_int;
    pub fn sched_yield() -> c_int;
    pub fn sysconf(name: c_int) -> c_long;
    pub fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int;
    pub fn nanosleep(time: *const Timespec, rest: *mut Timespec) -> c_int;
}
