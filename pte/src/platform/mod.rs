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

/// Rounds of a busy loop that are cheaper than sleeping and being woken, where another core may do what
/// is waited for. On a single core one: for a thread that waits for the core.
#[inline]
pub fn spin_limit() -> u32 {
    static LIMIT: AtomicU32 = AtomicU32::new(u32::MAX);
    match LIMIT.load(Relaxed) {
        u32::MAX => {
            let limit = if cpu_count() > 1 { 100 } else { 1 };
            LIMIT.store(limit, Relaxed);
            limit
        }
        limit => limit,
    }
}

/// How often a waiting thread gives its core to others before it sleeps: whoever is to end its wait was
/// probably among them.
const YIELDS: u32 = 2;

/// Spins while `busy` says so, for a short while at most, and lets threads run that wait for this core.
#[inline]
pub fn spin_while(mut busy: impl FnMut() -> bool) {
    let mut yields = 0;
    for _ in 0..spin_limit() {
        if !busy() {
            return;
        }
        if relax() {
            yields += 1;
            if yields == YIELDS {
                return;
            }
        }
    }
}
