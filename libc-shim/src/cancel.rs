//! Cancellation points (POSIX.1-2017, "Thread Cancellation", 2.9.5).
//!
//! The blocking calls of this crate are cancellation points; what cancellation is, `pte` knows. The
//! seam is one word in the thread control block: `pte` keeps `cancel_request` not 0 exactly while a
//! request is pending and cancellation is enabled, so that a call costs one comparison otherwise.
//!
//! **What `pte` promises:** it defines `__pte_testcancel`, which ends the thread if it must and
//! returns otherwise; `pthread_cancel` stores `cancel_request` first and then, if the target may be
//! blocked in the kernel, interrupts its wait (which returns `EINTR`) for as long as `cancel_point`
//! stays set, since the target may be on its way into the wait.

use core::sync::atomic::Ordering::{Relaxed, SeqCst};

use crate::tcb;

unsafe extern "C" {
    /// `pte`: acts on a pending cancellation request of the calling thread.
    safe fn __pte_testcancel();
}

/// A cancellation point: does not return if the thread has been cancelled.
#[inline(always)]
pub fn point() {
    if tcb::current().cancel_request.load(Relaxed) != 0 {
        __pte_testcancel();
    }
}

/// Runs a kernel call that may block, as a cancellation point.
///
/// A request is acted upon before the call, or after it if the call was interrupted (`-EINTR`) and thus
/// had no effect; a call that did its work returns its result and the request stays pending.
#[inline]
pub fn blocking<T: Copy + PartialEq + From<i8>>(call: impl FnOnce() -> T) -> T {
    const INTERRUPTED: i8 = -4;
    let tcb = tcb::current();
    // The store must be seen before the request is looked at: `pthread_cancel` does the opposite.
    tcb.cancel_point.store(1, SeqCst);
    if tcb.cancel_request.load(SeqCst) != 0 {
        tcb.cancel_point.store(0, Relaxed);
        __pte_testcancel();
        tcb.cancel_point.store(1, SeqCst);
    }
    let result = call();
    tcb.cancel_point.store(0, Relaxed);
    if result == T::from(INTERRUPTED) {
        point();
    }
    result
}
