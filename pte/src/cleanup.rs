//! Cleanup handlers: a list of `struct __pthread_cleanup` on the thread's stack, newest first, that the
//! macros of `pthread.h` keep. A thread that exits or is cancelled runs them where it stands.

use core::cell::Cell;
use core::ffi::{c_int, c_void};

use crate::cancel;
use crate::thread;

/// `struct __pthread_cleanup`.
#[repr(C)]
pub struct Handler {
    routine: Cell<extern "C" fn(*mut c_void)>,
    argument: Cell<*mut c_void>,
    cancel_type: Cell<c_int>,
    previous: Cell<*mut Handler>,
}

impl Handler {
    /// A handler that is not in force yet.
    pub fn new(routine: extern "C" fn(*mut c_void), argument: *mut c_void) -> Self {
        Self {
            routine: Cell::new(routine),
            argument: Cell::new(argument),
            cancel_type: Cell::new(0),
            previous: Cell::new(core::ptr::null_mut()),
        }
    }

    /// Puts it in force. It must stay where it is until [`Handler::pop`].
    pub fn push(&self) {
        let list = &thread::current().cleanup;
        self.previous.set(list.get());
        list.set(core::ptr::from_ref(self).cast_mut());
    }

    /// Ends it, and all that were pushed after it.
    pub fn pop(&self) {
        thread::current().cleanup.set(self.previous.get());
    }
}

/// Runs the calling thread's handlers, newest first.
pub fn run_all() {
    run_below(usize::MAX);
}

/// Runs those of the calling thread's handlers that are below this address of its stack, newest first.
pub fn run_below(address: usize) {
    while thread::current().cleanup.get().addr().wrapping_sub(1) < address.wrapping_sub(1) {
        run_newest();
    }
}

/// Runs the calling thread's newest handler, if it has one.
pub fn run_newest() {
    let list = &thread::current().cleanup;
    // SAFETY: handlers in the list are in frames of this thread that have not ended.
    if let Some(handler) = unsafe { list.get().as_ref() } {
        list.set(handler.previous.get());
        (handler.routine.get())(handler.argument.get());
    }
}

/// The first half of `pthread_cleanup_push`.
///
/// # Safety
/// `handler` must be writable and stay until the matching pop.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn __pthread_cleanup_push(
    handler: *mut Handler,
    routine: extern "C" fn(*mut c_void),
    argument: *mut c_void,
) {
    // SAFETY: the caller's promise.
    unsafe {
        handler.write(Handler::new(routine, argument));
        (*handler).push();
    }
}

/// The first half of `pthread_cleanup_pop`; calls the routine if `execute` is not 0.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn __pthread_cleanup_pop(handler: &Handler, execute: c_int) {
    handler.pop();
    if execute != 0 {
        (handler.routine.get())(handler.argument.get());
    }
}

/// As `__pthread_cleanup_push`; cancellation is deferred until the matching
/// `__pthread_cleanup_pop_restore`.
///
/// # Safety
/// As for `__pthread_cleanup_push`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn __pthread_cleanup_push_defer(
    handler: *mut Handler,
    routine: extern "C" fn(*mut c_void),
    argument: *mut c_void,
) {
    // SAFETY: the caller's promise.
    unsafe {
        __pthread_cleanup_push(handler, routine, argument);
        (*handler)
            .cancel_type
            .set(cancel::set_type(cancel::DEFERRED));
    }
}

/// As `__pthread_cleanup_pop`, after putting back the cancellation type.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn __pthread_cleanup_pop_restore(handler: &Handler, execute: c_int) {
    let before = handler.cancel_type.get();
    __pthread_cleanup_pop(handler, execute);
    cancel::set_type(before);
}
