//! The C functions and variables of newlib and the allocator that the shim itself uses.

use core::ffi::c_void;

unsafe extern "C" {
    pub fn malloc(size: usize) -> *mut c_void;
    pub fn free(memory: *mut c_void);
    /// newlib: frees what it keeps for the calling thread. The argument is not used, since that is in
    /// thread-local variables.
    pub fn _reclaim_reent(reent: *mut c_void);
    /// mimalloc: gives the calling thread's heap up.
    pub fn mi_thread_done();
}
