//! What happens in the C library when a thread ends, apart from POSIX threads.
//!
//! `pte` calls [`run_thread_destructors`] before the destructors of its keys and [`finish_thread`] as
//! the last thing on the thread; the main thread calls the first in `exit`. The list of destructors
//! belongs to its thread alone, so there is no lock.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::c;
use crate::tcb::{self, Destructor};

/// Registers the destructor of a C++ `thread_local` object (Itanium C++ ABI, "Thread-local storage").
/// `dso` is the image, of which there is one.
///
/// # Safety
/// `function(object)` must be callable on this thread when it ends.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn __cxa_thread_atexit_impl(
    function: unsafe extern "C" fn(*mut c_void),
    object: *mut c_void,
    _dso: *mut c_void,
) -> c_int {
    // SAFETY: plain allocation.
    let entry = unsafe { c::malloc(size_of::<Destructor>()) }.cast::<Destructor>();
    if entry.is_null() {
        return -1;
    }
    let list = &tcb::current().thread_destructors;
    // SAFETY: just allocated, large enough and aligned to 16.
    unsafe {
        entry.write(Destructor {
            function,
            object,
            next: list.get(),
        })
    };
    list.set(entry);
    0
}

/// Runs the destructors of the thread's C++ `thread_local` objects, newest first, those included that
/// are registered meanwhile.
pub fn run_thread_destructors() {
    let list = &tcb::current().thread_destructors;
    loop {
        let entry = list.get();
        if entry.is_null() {
            return;
        }
        // SAFETY: entries come from `malloc` and are unlinked before they are freed; the caller of
        // `__cxa_thread_atexit_impl` promised that the function may be called.
        unsafe {
            let Destructor {
                function,
                object,
                next,
            } = ptr::read(entry);
            list.set(next);
            c::free(entry.cast());
            function(object);
        }
    }
}

/// Frees what newlib and the allocator keep for the calling thread. The thread must not use stdio,
/// `malloc` or `errno` afterwards.
pub fn finish_thread() {
    // SAFETY: this is the thread's end; the functions free what belongs to the calling thread.
    unsafe {
        c::_reclaim_reent(ptr::null_mut());
        c::mi_thread_done();
    }
}
