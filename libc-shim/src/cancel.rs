//! Cancellation points (POSIX.1-2017, "Thread Cancellation", 2.9.5).
//!
//! The blocking calls of this crate are cancellation points; what cancellation is, `pte` knows: it
//! defines the two functions below. No lock is held when they are called, because either may end the
//! thread.

unsafe extern "C" {
    /// Acts on a pending cancellation request. From here to [`__pte_cancel_leave`] the kernel's waits
    /// return `EINTR` when the thread is cancelled.
    safe fn __pte_cancel_enter() -> u32;
    /// Ends what [`__pte_cancel_enter`], which gave `token`, began. `interrupted` is 1 if the call was
    /// interrupted with no effect, so that a request may be acted upon; otherwise it stays pending.
    safe fn __pte_cancel_leave(token: u32, interrupted: u32);
}

/// Runs a kernel call that may block, as a cancellation point.
///
/// A request is acted upon before the call, or after it if the call was interrupted (`-EINTR`) and thus
/// had no effect; a call that did its work returns its result and the request stays pending.
#[inline]
pub fn blocking<T: Copy + PartialEq + From<i8>>(call: impl FnOnce() -> T) -> T {
    const INTERRUPTED: i8 = -4;
    let token = __pte_cancel_enter();
    let result = call();
    __pte_cancel_leave(token, u32::from(result == T::from(INTERRUPTED)));
    result
}

/// A cancellation point in a call that does not block.
pub fn point() {
    blocking(|| 0);
}
