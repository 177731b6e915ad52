//! What lies below: the kernel's C ABI, the thread control block and a few functions of the C library.
//!
//! `guest` is Hermit; `host` stands in for it in `cargo test`. Both have the same functions.

#[cfg(not(test))]
mod guest;
#[cfg(test)]
mod host;

#[cfg(not(test))]
pub use guest::*;
#[cfg(test)]
pub use host::*;

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// How a futex wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// By a wake, or without a reason.
    Woken,
    /// The word had another value.
    Changed,
    /// The deadline passed; no wake was consumed.
    TimedOut,
    /// A signal handler ran, or the thread was cancelled; no wake was consumed.
    Interrupted,
}

/// Rounds of a busy loop that are cheaper than sleeping and being woken; none on a single core.
#[inline]
pub fn spin_limit() -> u32 {
    static LIMIT: AtomicU32 = AtomicU32::new(u32::MAX);
    match LIMIT.load(Relaxed) {
        u32::MAX => {
            let limit = if cpu_count() > 1 { 100 } else { 0 };
            LIMIT.store(limit, Relaxed);
            limit
        }
        limit => limit,
    }
}

/// Spins while `busy` says so, for a short while at most; true if it ended because of `busy`.
#[inline]
pub fn spin_while(mut busy: impl FnMut() -> bool) -> bool {
    for _ in 0..spin_limit() {
        if !busy() {
            return true;
        }
        core::hint::spin_loop();
    }
    false
}
