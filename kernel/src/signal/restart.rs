//! Calls that signals interrupt: when their handlers run, and whether the call then goes on.
//!
//! A wait that is to end because of a signal returns `EINTR` and runs no handler itself, since those who
//! called it may own memory, references or locks, and a handler may jump away with `siglongjmp`. The
//! outermost function of the call ([`interruptible`]) runs them when all that is given back.

use core::sync::atomic::Ordering;

use super::deliver_here;
use crate::arch::current;
use crate::errno::{Errno, Result};
use crate::sched;

/// In `ThreadSignals::outcome`: a handler ran.
pub(super) const HANDLED: u32 = 1;
/// In `ThreadSignals::outcome`: a handler without `SA_RESTART` ran.
pub(super) const NO_RESTART: u32 = 2;

/// Whether a call goes on after handlers that all have `SA_RESTART`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// It does.
    Allowed,
    /// It fails all the same: its purpose is to wait for a time or for a signal.
    Never,
}

/// Runs a call until it ends otherwise than by a signal that leaves it be.
///
/// # Errors
/// Those of `call`; `EINTR` when a handler ran or the thread is to be cancelled.
pub fn interruptible<T>(restart: Restart, mut call: impl FnMut() -> Result<T>) -> Result<T> {
    current().signals.outcome.store(0, Ordering::Relaxed);
    loop {
        match call() {
            Err(Errno::EINTR) if goes_on(restart) => {}
            result => return result,
        }
    }
}

/// Runs the handlers that an interrupted call has to run, and tells whether the call goes on.
#[cold]
fn goes_on(restart: Restart) -> bool {
    let thread = current();
    if thread.signals.deliverable() {
        deliver_here();
    }
    match thread.signals.outcome.swap(0, Ordering::Relaxed) {
        // Another thread has taken the signal, or it was one that does nothing.
        0 => !sched::interruption_requested(thread),
        outcome => restart == Restart::Allowed && outcome & NO_RESTART == 0,
    }
}

/// Puts the calling thread's handlers off until [`undefer`].
#[inline]
pub fn defer() {
    let deferred = &current().signals.deferred;
    deferred.store(deferred.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
}

/// Ends what [`defer`] began, and runs handlers that were put off.
#[inline]
pub fn undefer() {
    let signals = &current().signals;
    let left = signals.deferred.load(Ordering::Relaxed) - 1;
    signals.deferred.store(left, Ordering::Relaxed);
    if signals.deliverable() {
        deliver_here();
    }
}

/// Runs `call` with handlers put off. Its waits end with `EINTR` as always.
pub fn deferred<R>(call: impl FnOnce() -> R) -> R {
    defer();
    let result = call();
    undefer();
    result
}
