//! Signals: what a program's mistake, another thread or the program itself sends to a thread.
//!
//! A signal is *pending* at a thread or at the whole program until a thread that does not block it takes
//! it. One that is sent to the program summons one thread ([`program`]); when that blocks it or ends,
//! another one. Handlers are ordinary function calls on the thread's own stack (or its alternate one),
//! made where a wait ends, where a call unblocks or sends a signal, or wherever the thread computes: then
//! it is diverted (see `arch::trap`). A fault with a handler diverts the thread in the same way.
//!
//! While a thread holds a sleeping lock of the kernel, or is in a call that owns something of the
//! kernel's, its handlers wait ([`defer`]), since they may call the kernel again or jump away. What an
//! interrupted call does next, [`interruptible`] knows.
//!
//! Locks: the action table's and each pending list's, both innermost but for memory's.
//!
//! Numbers are newlib's; bit n-1 of a mask stands for signal n.

mod action;
mod deliver;
mod numbers;
pub mod pending;
mod program;
mod report;
mod restart;
mod wait;

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::abi::{HERMIT_SI_TIMER, HERMIT_SI_USER, HermitSigInfo, HermitSigStack, HermitTid};
use crate::arch::current;
use crate::errno::{Errno, Result};
use crate::sched::{self, Thread, table, timers};
use crate::sync::SpinLock;

pub use action::{get_action, set_action};
pub use deliver::{deliver_diverted, deliver_here, fault};
pub use numbers::*;
use pending::Pending;
pub use program::{Target, leave, reserve, send_reserved, send_to_program, unreserve};
pub use report::FaultInfo;
pub use restart::{Restart, defer, deferred, interruptible, undefer};
pub use wait::{suspend, timed_wait, with_mask};

/// The bit of a signal.
pub const fn bit(signal: u32) -> u64 {
    1 << (signal - 1)
}

/// What each thread has of signals.
pub struct ThreadSignals {
    mask: AtomicU64,
    pending: PendingSignals,
    /// Signals sent to the program that the thread is to take.
    summoned: AtomicU64,
    /// Signals that the thread waits for in `sigwait`.
    awaited: AtomicU64,
    /// How often the thread's handlers were put off.
    deferred: AtomicU32,
    /// What handlers have run since the thread's interruptible call began.
    outcome: AtomicU32,
    /// The alternate stack.
    stack: SpinLock<HermitSigStack>,
    /// A fault on its way to its handler. Written in the fault, read by the thread itself.
    fault: SpinLock<Option<FaultInfo>>,
}

/// Pending signals with a copy of their set that is read without the lock.
struct PendingSignals {
    set: AtomicU64,
    list: SpinLock<Pending>,
}

impl PendingSignals {
    const fn new() -> Self {
        PendingSignals {
            set: AtomicU64::new(0),
            list: SpinLock::new(Pending::new()),
        }
    }

    fn set(&self) -> u64 {
        self.set.load(Ordering::SeqCst)
    }

    /// Whether a signal is pending that need not be sent once more, because it is not queued.
    fn has(&self, signal: u32) -> bool {
        signal < FIRST_QUEUED && self.set() & bit(signal) != 0
    }

    /// Changes the list.
    fn with<R>(&self, change: impl FnOnce(&mut Pending) -> R) -> R {
        let mut list = self.list.lock();
        let result = change(&mut list);
        self.set.store(list.set(), Ordering::SeqCst);
        result
    }

    fn take(&self, from: u64) -> Option<HermitSigInfo> {
        if self.set() & from == 0 {
            return None;
        }
        let mut taken = self.with(|list| list.take(from))?;
        if taken.code == HERMIT_SI_TIMER {
            taken.status = timers::accepted(&taken);
        }
        Some(taken)
    }

    fn discard(&self, signal: u32) {
        while self.take(bit(signal)).is_some() {}
    }
}

impl ThreadSignals {
    /// Nothing pending.
    pub const fn new(mask: u64) -> Self {
        ThreadSignals {
            mask: AtomicU64::new(mask),
            pending: PendingSignals::new(),
            summoned: AtomicU64::new(0),
            awaited: AtomicU64::new(0),
            deferred: AtomicU32::new(0),
            outcome: AtomicU32::new(0),
            stack: SpinLock::new(HermitSigStack::NONE),
            fault: SpinLock::new(None),
        }
    }

    /// The blocked signals.
    pub fn mask(&self) -> u64 {
        self.mask.load(Ordering::SeqCst)
    }

    /// Changes what is blocked; handlers of what that unblocks are the caller's task. Called by the
    /// thread itself.
    fn set_mask(&self, mask: u64) {
        const UNBLOCKABLE: u64 = bit(SIGKILL) | bit(SIGSTOP);
        let mask = mask & !UNBLOCKABLE;
        self.mask.store(mask, Ordering::SeqCst);
        program::mask_changed(self, mask);
    }

    /// Pending signals that the thread neither blocks nor leaves to others.
    fn due(&self) -> u64 {
        let own = self.pending.set() | self.summoned.load(Ordering::SeqCst) & program::pending();
        own & !self.mask()
    }

    /// Whether a signal waits that the thread neither blocks nor has to put off.
    #[inline]
    pub fn deliverable(&self) -> bool {
        self.due() != 0 && self.deferred.load(Ordering::Relaxed) == 0
    }

    /// Whether the thread's wait is to end: a signal waits that it does not block, or waits for.
    #[inline]
    pub fn ends_wait(&self) -> bool {
        (self.pending.set() | program::pending()) != 0 && self.pending_ends_wait()
    }

    #[cold]
    fn pending_ends_wait(&self) -> bool {
        let awaited = self.awaited.load(Ordering::SeqCst);
        self.due() != 0 || awaited & (self.pending.set() | program::pending()) != 0
    }

    /// Whether the thread takes a signal of `set` if one is sent now.
    fn wants(&self, set: u64) -> bool {
        (!self.mask() | self.awaited.load(Ordering::SeqCst)) & set != 0
    }

    /// The next signal of `set` for this thread.
    fn take(&self, set: u64) -> Option<HermitSigInfo> {
        self.pending.take(set).or_else(|| program::take(self, set))
    }

    /// The alternate stack.
    pub fn stack(&self) -> HermitSigStack {
        *self.stack.lock()
    }

    /// Sets the alternate stack.
    pub fn set_stack(&self, stack: HermitSigStack) {
        *self.stack.lock() = stack;
    }
}

fn check(signal: u32) -> Result<()> {
    if signal > MAX_SIGNAL {
        Err(Errno::EINVAL)
    } else {
        Ok(())
    }
}

/// Information on a signal that a thread of the program sends.
pub fn from_user(signal: u32) -> HermitSigInfo {
    HermitSigInfo {
        signo: signal as i32,
        code: HERMIT_SI_USER,
        pid: 1,
        ..HermitSigInfo::default()
    }
}

/// Sends a signal to a thread (0: the calling one); signal 0 only checks that there is one.
///
/// # Errors
/// `EINVAL`: no such signal. `ESRCH`: no such thread. `EAGAIN`: too many queued.
pub fn send_to_thread(tid: HermitTid, info: HermitSigInfo) -> Result<()> {
    let signal = info.signo as u32;
    check(signal)?;
    let thread = table::get(tid)?;
    if signal == 0 || !wanted(signal, &thread) {
        return Ok(());
    }
    let own = core::ptr::eq(&*thread, current());
    if !own && thread.signals.pending.has(signal) {
        return Ok(());
    }
    thread.signals.pending.with(|list| list.add(info))?;
    if own {
        drop(thread);
        if current().signals.deliverable() {
            deliver_here();
        }
    } else if thread.signals.ends_wait() {
        sched::attract(&thread);
    }
    Ok(())
}

/// Whether a signal for a thread need be kept: one that is ignored is not, unless the thread blocks it.
fn wanted(signal: u32, thread: &Thread) -> bool {
    let signals = &thread.signals;
    !action::ignored(signal)
        || (signals.mask() | signals.awaited.load(Ordering::SeqCst)) & bit(signal) != 0
}

/// Sets the signals that the calling thread blocks, and runs the handlers of what that unblocks.
pub fn set_mask(mask: u64) {
    let signals = &current().signals;
    signals.set_mask(mask);
    if signals.deliverable() {
        deliver_here();
    }
}

/// Signals that are pending for the calling thread and blocked.
pub fn pending_and_blocked() -> u64 {
    let signals = &current().signals;
    (signals.pending.set() | program::pending()) & signals.mask()
}
