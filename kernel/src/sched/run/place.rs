//! Which core a thread goes to: when it becomes runnable, and when its priority or affinity changes.

use core::sync::atomic::Ordering;

use super::super::queue::End;
use super::super::thread::{Thread, Wait};
use super::idle::{IDLE, wake_if_idle};
use super::slice::begin_slice;
use super::{bit, end_wait, restore, resume, wake_interrupt};
use crate::arch::idt::WAKE_VECTOR;
use crate::arch::{Core, apic, core, cores, current, interrupts, this_core, timer};

/// Puts a thread, which is in no queue and off its core, into the best core's run queue.
pub fn place(thread: &Thread) {
    let saved = interrupts::disable();
    place_quietly(thread);
    restore(saved);
}

/// [`place`] with interrupts off; the caller ends that with [`restore`].
#[inline]
pub(super) fn place_quietly(thread: &Thread) {
    let me = this_core();
    let affinity = thread.affinity.load(Ordering::Relaxed);
    let rank = thread.rank();
    let last = thread.core.load(Ordering::Relaxed);
    // Mostly it waits for this core, where it ran before and nobody else waits.
    let here = last == me.id
        && affinity & bit(me) != 0
        && me.scheduler.ready.load(Ordering::Relaxed) == 0
        && IDLE.load(Ordering::Relaxed) & affinity == 0;
    let target = if here { me } else { choose(last, affinity) };
    push(target, thread, End::Back);
    // The thread may be gone from here on. Either a core that goes idle now sees the thread in the
    // queue, or we see that it is idle: both sides store and then load, sequentially consistent.
    let settled = here
        && IDLE.load(Ordering::SeqCst) & affinity == 0
        && rank <= me.scheduler.running.load(Ordering::Relaxed)
        && me.scheduler.slice_end.load(Ordering::Relaxed) != 0;
    if !settled {
        kick(target, rank, affinity);
    }
}

/// The core whose queue a thread goes to.
fn choose(last: u32, affinity: u64) -> &'static Core {
    let last = core(last).unwrap_or(this_core());
    let idle = IDLE.load(Ordering::SeqCst) & affinity;
    if idle == 0 && affinity & bit(last) != 0 && last.scheduler.ready.load(Ordering::Relaxed) == 0 {
        return last;
    }
    choose_widely(last, idle, affinity)
}

fn choose_widely(last: &'static Core, idle: u64, affinity: u64) -> &'static Core {
    if idle & bit(last) != 0 {
        return last;
    }
    if idle != 0
        && let Some(found) = core(idle.trailing_zeros())
    {
        return found;
    }
    let load = |core: &&Core| {
        (
            core.scheduler.ready.load(Ordering::Relaxed),
            u32::from(core.id != last.id),
        )
    };
    cores()
        .filter(|core| affinity & bit(core) != 0)
        .min_by_key(load)
        .unwrap_or(last)
}

#[inline]
pub(super) fn push(target: &Core, thread: &Thread, end: End) {
    let mut queue = target.scheduler.queue.lock_quietly();
    thread.core.store(target.id, Ordering::Relaxed);
    // SAFETY: a thread that is alive stays where it is, and is taken out before it ends.
    unsafe { queue.push(thread, end) };
    target.scheduler.ready.store(queue.len(), Ordering::SeqCst);
}

/// Sees to it that a thread just queued on `target` runs when it should.
#[inline(never)]
fn kick(target: &Core, rank: u8, affinity: u64) {
    let me = this_core();
    if IDLE.load(Ordering::SeqCst) & (affinity | bit(target)) != 0
        && wake_somebody(target, affinity, me)
    {
        return;
    }
    let scheduler = &target.scheduler;
    let running = scheduler.running.load(Ordering::Relaxed);
    // An idle core looks at its queue once more before it halts.
    if rank < running || running == 0 {
        return;
    }
    if target.id != me.id {
        if rank > running || scheduler.slice_end.load(Ordering::Relaxed) == 0 {
            apic::send(target.apic_id, WAKE_VECTOR);
        }
    } else if rank > running {
        scheduler.preempt.store(1, Ordering::Relaxed);
    } else if scheduler.slice_end.load(Ordering::Relaxed) == 0 {
        begin_slice(me);
    }
}

/// Wakes the core that a thread was queued on, or else one that is idle now, but was not when the
/// thread's core was chosen, and takes it from there.
#[cold]
fn wake_somebody(target: &Core, affinity: u64, me: &Core) -> bool {
    if wake_if_idle(target, me) {
        return true;
    }
    let idle = IDLE.load(Ordering::SeqCst) & affinity;
    idle != 0 && core(idle.trailing_zeros()).is_some_and(|helper| wake_if_idle(helper, me))
}

/// Calls `change` and puts the thread where its priority and affinity want it then.
pub fn change(thread: &Thread, change: impl FnOnce(&Thread)) {
    let saved = interrupts::disable();
    change(thread);
    // In a queue: out and in again. `core` changes under the lock of the queue it leaves or enters.
    let requeue = loop {
        let id = thread.core.load(Ordering::Relaxed);
        let Some(core) = core(id) else { break false };
        let mut queue = core.scheduler.queue.lock();
        if thread.core.load(Ordering::Relaxed) != id {
            continue;
        }
        let runs = thread.on_core.load(Ordering::Relaxed);
        if thread.queued() && !runs {
            // SAFETY: under the lock it is in this queue.
            unsafe { queue.remove(thread) };
            core.scheduler.ready.store(queue.len(), Ordering::SeqCst);
            break true;
        }
        if runs {
            core.scheduler
                .running
                .store(thread.rank(), Ordering::Relaxed);
        }
        drop(queue);
        if runs && core.id == this_core().id {
            wake_interrupt(core);
        } else if runs {
            apic::send(core.apic_id, WAKE_VECTOR);
        }
        break false;
    };
    if requeue {
        place(thread);
    }
    restore(saved);
}

/// Calls `f` with no switch to or from the thread under way; its core is given if it runs there.
fn in_place<R>(thread: &Thread, f: impl FnOnce(Option<&'static Core>) -> R) -> R {
    let saved = interrupts::disable();
    let result = loop {
        let id = thread.core.load(Ordering::Relaxed);
        let Some(core) = core(id) else { break f(None) };
        // The lock is held during a switch, and `core` changes under the lock of the queue entered.
        let _queue = core.scheduler.queue.lock_quietly();
        if thread.core.load(Ordering::Relaxed) == id {
            let runs = thread.on_core.load(Ordering::Relaxed);
            break f(runs.then_some(core));
        }
    };
    interrupts::restore(saved);
    result
}

/// Makes a thread look at what has been sent to it: ends its wait, interrupts it, or has it look when it
/// runs again.
pub fn attract(thread: &Thread) {
    let saved = interrupts::disable();
    if end_wait(thread, Wait::Interrupted) {
        resume(thread);
    } else if !core::ptr::eq(thread, current()) {
        thread.attention.store(true, Ordering::SeqCst);
        in_place(thread, |core| {
            if let Some(core) = core {
                apic::send(core.apic_id, WAKE_VECTOR);
            }
        });
    }
    restore(saved);
}

/// Nanoseconds that the thread has run so far.
pub fn cpu_time_ns(thread: &Thread) -> u64 {
    let ticks = |core: Option<&Core>| {
        let used = thread.cpu_time.load(Ordering::Relaxed);
        let since = core.map(|core| core.scheduler.since.load(Ordering::Relaxed));
        used + since.map_or(0, |since| timer::ticks().saturating_sub(since))
    };
    timer::ticks_to_ns(if core::ptr::eq(thread, current()) {
        interrupts::without(|| ticks(Some(this_core())))
    } else {
        in_place(thread, ticks)
    })
}
