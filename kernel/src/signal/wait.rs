//! Waiting for signals.

use core::sync::atomic::Ordering;

use super::deliver_here;
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
    loop {
        if let Some(info) = signals.take(set) {
            return Ok(info);
        }
        signals.awaited.store(set, Ordering::SeqCst);
        let why = sleep(deadline);
        signals.awaited.store(0, Ordering::SeqCst);
        if let Some(info) = signals.take(set) {
            return Ok(info);
        }
        match why {
            Wait::TimedOut => return Err(Errno::EAGAIN),
            _ if signals.deliverable() => {
                deliver_here();
                return Err(Errno::EINTR);
            }
            _ if sched::interruption_requested(current()) => return Err(Errno::EINTR),
            _ => {}
        }
    }
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

/// Blocks `mask` instead of what the thread blocks, until a handler has run. Always `EINTR`.
pub fn suspend(mask: u64) -> Errno {
    let signals = &current().signals;
    let old = signals.mask();
    signals.set_mask(mask);
    while !signals.deliverable() && !sched::interruption_requested(current()) {
        sleep(u64::MAX);
    }
    deliver_here();
    super::set_mask(old);
    Errno::EINTR
}

/// Runs a call that waits with `mask` blocked instead of what the thread blocks, if there is a mask.
/// Handlers run when the call is over, with that mask; a call that came to nothing (`Ok(0)`) with a signal
/// to take was interrupted.
pub fn with_mask(mask: Option<u64>, call: impl FnOnce() -> Result<i32>) -> Result<i32> {
    let signals = &current().signals;
    let old = signals.mask();
    if let Some(mask) = mask {
        signals.set_mask(mask);
    }
    super::defer();
    let result = match call() {
        Ok(0) if signals.ends_wait() => Err(Errno::EINTR),
        result => result,
    };
    super::undefer();
    if mask.is_some() {
        super::set_mask(old);
    }
    result
}
