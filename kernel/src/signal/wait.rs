//! Waiting for signals.

use core::sync::atomic::Ordering;

use super::program;
use super::restart::{Restart, deferred, interruptible};
use crate::abi::HermitSigInfo;
use crate::arch::{current, interrupts};
use crate::errno::{Errno, Result};
use crate::sched::{self, Wait};

/// Takes a pending signal of `set`, waiting for one until `deadline` (monotonic nanoseconds).
///
/// # Errors
/// `EAGAIN`: none came in time. `EINTR`: a handler of another signal ran.
pub fn timed_wait(set: u64, deadline: u64) -> Result<HermitSigInfo> {
    let signals = &current().signals;
    interruptible(Restart::Never, || {
        // From here on a signal of the set ends the sleep.
        signals.awaited.store(set, Ordering::SeqCst);
        let result = match signals.take(set) {
            Some(info) => Ok(info),
            None => {
                let why = sleep(deadline);
                match signals.take(set) {
                    Some(info) => Ok(info),
                    None if why == Wait::TimedOut => Err(Errno::EAGAIN),
                    None => Err(Errno::EINTR),
                }
            }
        };
        signals.awaited.store(0, Ordering::SeqCst);
        // One that came for this thread in the meantime is for others now.
        program::pass_on(set & signals.mask());
        result
    })
}

/// Sleeps until a signal ends it.
fn sleep(deadline: u64) -> Wait {
    let saved = interrupts::disable();
    let thread = current();
    sched::begin_wait(thread);
    let why = sched::wait(thread, deadline, true);
    sched::restore(saved);
    why
}

/// Runs `call` with another mask of blocked signals. No handler runs between the change of the mask and
/// the first wait of `call`, so a signal that the mask lets through ends that wait; handlers run with
/// the mask in force.
fn under_mask<R>(mask: u64, call: impl FnOnce() -> R) -> R {
    let signals = &current().signals;
    let old = signals.mask();
    let result = deferred(|| {
        signals.set_mask(mask);
        call()
    });
    super::set_mask(old);
    result
}

/// Blocks `mask` instead of what the thread blocks, until a handler has run. Always `EINTR`.
pub fn suspend(mask: u64) -> Errno {
    let forever = || -> Result<()> {
        under_mask(mask, || sleep(u64::MAX));
        Err(Errno::EINTR)
    };
    match interruptible(Restart::Never, forever) {
        Ok(()) => Errno::EINTR,
        Err(error) => error,
    }
}

/// Runs a call that waits, with `mask` blocked instead of what the thread blocks, if there is a mask.
/// Handlers run when the call is over, with that mask; a call that came to nothing (`Ok(0)`) with a signal
/// to take was interrupted.
pub fn with_mask(mask: Option<u64>, mut call: impl FnMut() -> Result<i32>) -> Result<i32> {
    let signals = &current().signals;
    let mut call = || match call() {
        Ok(0) if signals.ends_wait() => Err(Errno::EINTR),
        result => result,
    };
    interruptible(Restart::Never, || match mask {
        Some(mask) => under_mask(mask, &mut call),
        None => deferred(&mut call),
    })
}
