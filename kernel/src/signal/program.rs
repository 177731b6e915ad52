//! Signals that are sent to the program rather than to one of its threads.
//!
//! They are pending in one list. Sending one *summons* a thread that does not block it, or waits for it,
//! and only that one looks at the list where it computes: so a program whose first thread waits in a call
//! sees the call interrupted although other threads could have taken the signal. A thread that blocks what
//! it was summoned for, or ends, passes it on; a thread that unblocks a pending signal is summoned.

use core::sync::atomic::{AtomicI32, Ordering};

use super::{PendingSignals, ThreadSignals, action, bit, check, deliver_here};
use crate::abi::{HermitSigInfo, HermitTid};
use crate::arch::current;
use crate::errno::Result;
use crate::sched::{self, Thread, table};

static PROGRAM: PendingSignals = PendingSignals::new();

/// The first thread, which is preferred.
const FIRST: HermitTid = 1;

/// The signals that are pending for the program.
pub(super) fn pending() -> u64 {
    PROGRAM.set()
}

/// Discards all pending signals of one number.
pub(super) fn discard(signal: u32) {
    PROGRAM.discard(signal);
}

/// Takes a signal of `set` for the calling thread.
pub(super) fn take(signals: &ThreadSignals, set: u64) -> Option<HermitSigInfo> {
    let taken = PROGRAM.take(set)?;
    let signal = bit(taken.signo as u32);
    if pending() & signal == 0 {
        signals.summoned.fetch_and(!signal, Ordering::SeqCst);
    } else {
        // More of them: others that wait may take them at the same time.
        summon_other(signal);
    }
    Some(taken)
}

/// The calling thread blocks `mask` from now on.
pub(super) fn mask_changed(signals: &ThreadSignals, mask: u64) {
    let pending = pending();
    if pending == 0 {
        return;
    }
    signals.summoned.fetch_or(pending & !mask, Ordering::SeqCst);
    let given_up = signals.summoned.fetch_and(!mask, Ordering::SeqCst) & mask & pending;
    if given_up != 0 {
        summon_other(given_up);
    }
}

/// The calling thread ends: others take what it was to take.
pub fn leave() {
    current().signals.set_mask(u64::MAX);
}

/// Has a thread look at what is pending for the program; `false` if it blocks it by now. It is alive: the
/// caller holds the thread table's lock, or is it.
fn summon(thread: &Thread, signal: u64) -> bool {
    let signals = &thread.signals;
    // Told before the mask is looked at, and a thread changes its mask before it looks at what it was
    // told: so either it passes the signal on, or it is seen here that it will not take it.
    signals.summoned.fetch_or(signal, Ordering::SeqCst);
    if signals.mask() & signal != 0 {
        let told = signals.summoned.fetch_and(!signal, Ordering::SeqCst) & signal != 0;
        if !(told && signals.wants(signal)) {
            return !told;
        }
    }
    if signals.ends_wait() {
        sched::attract(thread);
    }
    true
}

/// Summons the first thread of the table that takes a signal and fulfils a condition.
fn summon_if(signal: u64, mut condition: impl FnMut(&Thread) -> bool) -> bool {
    table::visit(|thread| {
        thread.signals.wants(signal) && condition(thread) && summon(thread, signal)
    })
}

/// Summons a thread other than the calling one for each signal of `set`: rather one in `sigwait`.
fn summon_other(mut set: u64) {
    let me: *const Thread = current();
    let other = |thread: &Thread| !core::ptr::eq(thread, me);
    while set != 0 {
        let signal = set & set.wrapping_neg();
        set &= !signal;
        let awaits = |thread: &Thread| thread.signals.awaited.load(Ordering::SeqCst) & signal != 0;
        if !summon_if(signal, |thread| other(thread) && awaits(thread)) {
            summon_if(signal, other);
        }
    }
}

/// The calling thread, which blocks `set`, waits for these signals no longer.
pub(super) fn pass_on(set: u64) {
    let left = set & pending();
    if left != 0 {
        summon_other(left);
    }
}

/// Summons the first thread, the calling one, or any other, in this order.
fn summon_somebody(set: u64) {
    let me = current();
    if summon_if(set, |thread| thread.tid == FIRST) {
        return;
    }
    if me.is_idle() || !me.signals.wants(set) || !summon(me, set) {
        summon_other(set);
    }
}

/// Summons the threads that compute in turn: what profiling timers want.
fn summon_running(set: u64) -> bool {
    static LAST: AtomicI32 = AtomicI32::new(0);
    let running = |thread: &Thread| {
        let found =
            thread.on_core.load(Ordering::Relaxed) && thread.tid > LAST.load(Ordering::Relaxed);
        if found {
            LAST.store(thread.tid, Ordering::Relaxed);
        }
        found
    };
    summon_if(set, running) || {
        LAST.store(0, Ordering::Relaxed);
        summon_if(set, running)
    }
}

/// Sends a signal to the program: one of its threads that does not block it takes it.
///
/// # Errors
/// `EINVAL`: no such signal. `EAGAIN`: too many queued.
pub fn send_to_program(info: HermitSigInfo) -> Result<()> {
    let signal = info.signo as u32;
    check(signal)?;
    if signal == 0 || !wanted(signal) {
        return Ok(());
    }
    PROGRAM.with(|list| list.add(info))?;
    summon_somebody(bit(signal));
    if current().signals.deliverable() {
        deliver_here();
    }
    Ok(())
}

/// Whether a signal need be kept: one that is ignored is not, unless a thread blocks or awaits it.
fn wanted(signal: u32) -> bool {
    !action::ignored(signal)
        || table::visit(|thread| {
            let signals = &thread.signals;
            (signals.mask() | signals.awaited.load(Ordering::SeqCst)) & bit(signal) != 0
        })
}

// ---- Timers -----------------------------------------------------------------------------------

/// Whom a timer's signals go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The program.
    Program,
    /// The program, rather a thread that computes.
    Running,
    /// One thread.
    Thread(HermitTid),
}

/// Changes the pending list of a target, if it is there.
fn with_list<R>(target: Target, change: impl FnOnce(&PendingSignals) -> R) -> Result<R> {
    match target {
        Target::Program | Target::Running => Ok(change(&PROGRAM)),
        Target::Thread(tid) => Ok(change(&table::get(tid)?.signals.pending)),
    }
}

/// Keeps a place for one signal that [`send_reserved`] is to send.
///
/// # Errors
/// `EAGAIN`: no memory. `ESRCH`: no such thread.
pub fn reserve(target: Target, signal: u32) -> Result<()> {
    with_list(target, |list| list.with(|list| list.reserve(signal)))?
}

/// Gives the place back.
pub fn unreserve(target: Target, signal: u32) {
    // A thread that is gone has taken the place with it.
    let _ = with_list(target, |list| list.with(|list| list.unreserve(signal)));
}

/// Sends a signal in its reserved place; `false` where it is ignored or nobody is there. May be called by
/// interrupt handlers: nothing is allocated.
pub fn send_reserved(target: Target, info: HermitSigInfo) -> bool {
    let signal = info.signo as u32;
    if let Target::Thread(tid) = target {
        return table::visit(|thread| {
            let found = thread.tid == tid && super::wanted(signal, thread);
            if found {
                thread.signals.pending.with(|list| list.add_reserved(info));
                if thread.signals.ends_wait() {
                    sched::attract(thread);
                }
            }
            found
        });
    }
    if !wanted(signal) {
        return false;
    }
    PROGRAM.with(|list| list.add_reserved(info));
    if target != Target::Running || !summon_running(bit(signal)) {
        summon_somebody(bit(signal));
    }
    true
}
