//! Signals: what a program's mistake, another thread or the program itself sends to a thread.
//!
//! A signal is *pending* at a thread or at the whole program until a thread that does not block it takes
//! it. Handlers are ordinary function calls on the thread's own stack (or its alternate one), made where
//! a wait ends, where a call unblocks or sends a signal, or wherever the thread computes: then it is
//! diverted (see `arch::trap`). A fault with a handler diverts the thread in the same way.
//!
//! While a thread holds a sleeping lock of the kernel its handlers wait ([`defer`]), since they may call
//! the kernel again. Locks: the action table's and each pending list's, both innermost but for memory's.
//!
//! Numbers are newlib's; bit n-1 of a mask stands for signal n.

mod action;
mod deliver;
mod numbers;
pub mod pending;
mod report;
mod wait;

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::abi::{HERMIT_SI_USER, HermitSigInfo, HermitSigStack, HermitTid};
use crate::arch::current;
use crate::errno::{Errno, Result};
use crate::sched::{self, Thread, table};
use crate::sync::SpinLock;

pub use action::{get_action, set_action};
pub use deliver::{deliver_diverted, deliver_here, fault};
pub use numbers::*;
use pending::Pending;
pub use report::FaultInfo;
pub use wait::{suspend, timed_wait, with_mask};

/// The bit of a signal.
pub const fn bit(signal: u32) -> u64 {
    1 << (signal - 1)
}

/// What each thread has of signals.
pub struct ThreadSignals {
    mask: AtomicU64,
    pending: PendingSignals,
    /// Signals that the thread waits for in `sigwait`.
    awaited: AtomicU64,
    /// How many sleeping locks of the kernel the thread holds.
    deferred: AtomicU32,
    /// Whether the handlers that ran last asked for interrupted calls to go on.
    restart: AtomicBool,
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

    fn add(&self, info: HermitSigInfo) -> Result<()> {
        let mut list = self.list.lock();
        let added = list.add(info);
        self.set.store(list.set(), Ordering::SeqCst);
        added
    }

    fn take(&self, from: u64) -> Option<HermitSigInfo> {
        if self.set.load(Ordering::SeqCst) & from == 0 {
            return None;
        }
        let mut list = self.list.lock();
        let taken = list.take(from);
        self.set.store(list.set(), Ordering::SeqCst);
        taken
    }

    fn discard(&self, signal: u32) {
        while self.take(bit(signal)).is_some() {}
    }
}

/// Signals sent to the program rather than to one of its threads.
static PROGRAM: PendingSignals = PendingSignals::new();

impl ThreadSignals {
    /// Nothing pending.
    pub const fn new(mask: u64) -> Self {
        ThreadSignals {
            mask: AtomicU64::new(mask),
            pending: PendingSignals::new(),
            awaited: AtomicU64::new(0),
            deferred: AtomicU32::new(0),
            restart: AtomicBool::new(false),
            stack: SpinLock::new(HermitSigStack::NONE),
            fault: SpinLock::new(None),
        }
    }

    /// The blocked signals.
    pub fn mask(&self) -> u64 {
        self.mask.load(Ordering::SeqCst)
    }

    fn set_mask(&self, mask: u64) {
        const UNBLOCKABLE: u64 = bit(SIGKILL) | bit(SIGSTOP);
        self.mask.store(mask & !UNBLOCKABLE, Ordering::SeqCst);
    }

    fn pending_set(&self) -> u64 {
        self.pending.set.load(Ordering::SeqCst) | PROGRAM.set.load(Ordering::SeqCst)
    }

    /// Whether a signal waits that the thread neither blocks nor has to put off.
    #[inline]
    pub fn deliverable(&self) -> bool {
        self.pending_set() & !self.mask() != 0 && self.deferred.load(Ordering::Relaxed) == 0
    }

    /// Whether the thread's wait is to end: a signal waits that it does not block, or waits for.
    #[inline]
    pub fn ends_wait(&self) -> bool {
        let wanted = !self.mask() | self.awaited.load(Ordering::SeqCst);
        self.pending_set() & wanted != 0
    }

    /// The next signal of `set` for this thread.
    fn take(&self, set: u64) -> Option<HermitSigInfo> {
        self.pending.take(set).or_else(|| PROGRAM.take(set))
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

/// Whether a call that was interrupted is to go on: every handler that ran had `SA_RESTART`.
pub fn should_restart() -> bool {
    current().signals.restart.swap(false, Ordering::Relaxed)
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
    if signal == 0 {
        return Ok(());
    }
    if !wanted(signal, &thread) {
        return Ok(());
    }
    thread.signals.pending.add(info)?;
    if core::ptr::eq(&*thread, current()) {
        drop(thread);
        if current().signals.deliverable() {
            deliver_here();
        }
    } else if thread.signals.ends_wait() {
        sched::attract(&thread);
    }
    Ok(())
}

/// Whether a signal need be kept: one that is ignored is not, unless a thread blocks it.
fn wanted(signal: u32, thread: &Thread) -> bool {
    !action::ignored(signal)
        || (thread.signals.mask() | thread.signals.awaited.load(Ordering::SeqCst)) & bit(signal)
            != 0
}

/// Sends a signal to the program: one of its threads that does not block it takes it.
///
/// # Errors
/// `EINVAL`: no such signal. `EAGAIN`: too many queued.
pub fn send_to_program(info: HermitSigInfo) -> Result<()> {
    let signal = info.signo as u32;
    check(signal)?;
    if signal == 0 || !wanted(signal, current()) {
        return Ok(());
    }
    PROGRAM.add(info)?;
    // The calling thread, if it may: then the signal is delivered before the call returns (POSIX kill).
    if current().signals.mask() & bit(signal) == 0 {
        if current().signals.deliverable() {
            deliver_here();
        }
        return Ok(());
    }
    let mut taker = None;
    table::for_each(|thread| {
        if taker.is_none() && thread.signals.ends_wait() {
            taker = Some(thread.clone());
        }
    });
    if let Some(thread) = taker {
        sched::attract(&thread);
    }
    Ok(())
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
    signals.pending_set() & signals.mask()
}
