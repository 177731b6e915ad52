//! Time slices, and the timer of the core: it is set to the end of the running thread's slice or to the first
//! deadline, whichever is first, and to nothing where there is neither.

use core::sync::atomic::{AtomicU64, Ordering};

use super::super::thread::{Thread, Wait};
use super::super::timers;
use super::{end_wait, resume};
use crate::arch::{Core, interrupts, this_core, timer};

/// In [`CoreScheduler::slice_end`](super::CoreScheduler::slice_end): later than any time.
pub(super) const UNSLICED: u64 = u64::MAX;

/// Length of a time slice in nanoseconds.
static SLICE_NS: AtomicU64 = AtomicU64::new(10_000_000);

/// Sets the length of a time slice: boot parameter `slice`, in milliseconds.
pub fn init() {
    if let Some(ms) = crate::boot::parameter("slice").find_map(crate::boot::number) {
        SLICE_NS.store(ms.clamp(1, 10_000) * 1_000_000, Ordering::Relaxed);
    }
}

/// Decides whether the running thread must share this core, or leave it. Interrupts are off.
pub(super) fn consider(me: &Core) {
    let scheduler = &me.scheduler;
    let running = scheduler.running.load(Ordering::Relaxed);
    if scheduler.ready.load(Ordering::Relaxed) == 0 || running == 0 {
        return;
    }
    let highest = scheduler.queue.lock_quietly().highest();
    match highest {
        Some(highest) if highest + 1 > running => scheduler.preempt.store(1, Ordering::Relaxed),
        Some(highest)
            if highest + 1 == running && scheduler.slice_end.load(Ordering::Relaxed) == 0 =>
        {
            begin_slice(me);
        }
        _ => {}
    }
}

/// Gives the running thread a time slice.
#[cold]
pub(super) fn begin_slice(me: &Core) {
    let end = timer::now_ns() + SLICE_NS.load(Ordering::Relaxed);
    me.scheduler.slice_end.store(end, Ordering::Relaxed);
    arm(me, end);
}

/// Arms this core's timer unless it is to fire earlier anyway. Interrupts are off.
pub(super) fn arm(me: &Core, deadline: u64) {
    if deadline < me.scheduler.armed.load(Ordering::Relaxed) {
        me.scheduler.armed.store(deadline, Ordering::Relaxed);
        timer::arm(deadline);
    }
}

/// The running thread has no time slices, or the one before it had none.
#[cold]
pub(super) fn change_slicing(me: &Core, running: &Thread, waiting: u32) {
    let slice_end = &me.scheduler.slice_end;
    if running.unsliced.load(Ordering::Relaxed) {
        slice_end.store(UNSLICED, Ordering::Relaxed);
        return;
    }
    if slice_end.load(Ordering::Relaxed) == UNSLICED {
        slice_end.store(0, Ordering::Relaxed);
    }
    if waiting > 0 && slice_end.load(Ordering::Relaxed) == 0 && !running.is_idle() {
        begin_slice(me);
    }
}

/// The timer of this core has come.
pub fn timer_interrupt(me: &Core) {
    let scheduler = &me.scheduler;
    scheduler.armed.store(u64::MAX, Ordering::Relaxed);
    timers::expire();
    let now = timer::now_ns();
    let slice_end = scheduler.slice_end.load(Ordering::Relaxed);
    if slice_end != 0 && slice_end <= now {
        scheduler.slice_end.store(0, Ordering::Relaxed);
        if scheduler.ready.load(Ordering::Relaxed) > 0 {
            scheduler.preempt.store(2, Ordering::Relaxed);
        }
    } else if slice_end != 0 {
        arm(me, slice_end);
    }
    let mut deadlines = scheduler.deadlines.lock();
    while let Some(thread) = deadlines.pop_due(now) {
        if end_wait(thread, Wait::TimedOut) {
            resume(thread);
        }
    }
    if let Some(next) = deadlines.earliest() {
        arm(me, next);
    }
}

/// Has this core's timer interrupt come at `deadline` (monotonic nanoseconds) at the latest.
pub fn arm_here(deadline: u64) {
    interrupts::without(|| arm(this_core(), deadline));
}
