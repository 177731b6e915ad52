//! Switching between threads, and what each core keeps for that. The rules are in [`super`]; where a thread goes
//! (`place`), its share of the core (`slice`), waiting (`wait`) and a core without work (`idle`) have files of
//! their own.

mod idle;
mod place;
mod slice;
mod wait;

pub use idle::{busy_cores, idle};
pub use place::{attract, change, cpu_time_ns, place};
pub use slice::{arm_here, init, timer_interrupt};
pub use wait::{begin_wait, end_wait, interruption_requested, resume, sleep_until, wait};

use core::mem;
use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use super::deadline::DeadlineQueue;
use super::queue::{End, RunQueue};
use super::table;
use super::thread::{Leaving, Thread, reap};
use crate::arch::idt::{Frame, WAKE_VECTOR};
use crate::arch::{Core, apic, context, current, interrupts, this_core, timer};
use crate::sync::SpinLock;
use slice::{UNSLICED, begin_slice, change_slicing, consider};

/// What the scheduler keeps for each core.
pub struct CoreScheduler {
    /// Threads that wait for the core.
    queue: SpinLock<RunQueue<Thread>>,
    /// How many those are: written under the queue's lock, read without it.
    ready: AtomicU32,
    /// Threads that wait for a deadline, with when.
    deadlines: SpinLock<DeadlineQueue<Thread>>,
    /// What the core's timer is set to, or `u64::MAX`. Touched by the core itself, interrupts off.
    armed: AtomicU64,
    /// End of the running thread's time slice; 0 while it need not share, [`UNSLICED`] while a thread
    /// runs that does not. As `armed`.
    slice_end: AtomicU64,
    /// The running thread should give up the core. Touched by the core itself, interrupts off.
    preempt: AtomicU8,
    /// Priority of the running thread plus 1; 0 while idle.
    running: AtomicU8,
    /// The core's idle thread.
    idle: &'static Thread,
    /// TSC when the running thread was switched to.
    since: AtomicU64,
}

impl CoreScheduler {
    /// A scheduler with nothing to do but its idle thread.
    pub fn new(idle: &'static Thread) -> Self {
        CoreScheduler {
            queue: SpinLock::new(RunQueue::new()),
            ready: AtomicU32::new(0),
            deadlines: SpinLock::new(DeadlineQueue::new()),
            armed: AtomicU64::new(u64::MAX),
            slice_end: AtomicU64::new(0),
            preempt: AtomicU8::new(0),
            running: AtomicU8::new(0),
            idle,
            since: AtomicU64::new(timer::ticks()),
        }
    }
}

fn bit(core: &Core) -> u64 {
    1 << core.id
}

/// Ends a section with interrupts off. A thread that made a more urgent one runnable in it gives way
/// here, where it holds no lock.
#[inline]
pub fn restore(saved: interrupts::Saved) {
    interrupts::restore(saved);
    if wants_preemption() {
        give_way_if_possible();
    }
}

#[cold]
fn give_way_if_possible() {
    if interrupts::enabled() {
        give_way();
    }
}

/// Gives the core to the first thread of its queue; the running one waits for an event, or ends.
/// Interrupts are off.
#[inline]
fn block() {
    let me = this_core();
    let mut queue = me.scheduler.queue.lock_quietly();
    let next = match queue.pop() {
        Some(next) => next,
        None => me.scheduler.idle,
    };
    let waiting = queue.len();
    // Only more than there are would have to be seen in time.
    me.scheduler.ready.store(waiting, Ordering::Relaxed);
    let previous = current();
    if core::ptr::eq(next, previous) {
        // Idle, and somebody else has taken the thread.
        return;
    }
    mem::forget(queue);
    switch_to(me, previous, next, waiting);
}

/// Puts the running thread at an end of its queue and gives the core to the first one there, perhaps the
/// same. Interrupts are off.
#[inline(always)]
fn requeue(end: End) {
    let me = this_core();
    let previous = current();
    let mut queue = me.scheduler.queue.lock_quietly();
    // SAFETY: a thread that runs is alive.
    let next = unsafe { queue.exchange(previous, end) };
    let waiting = queue.len();
    if core::ptr::eq(next, previous) {
        me.scheduler.preempt.store(0, Ordering::Relaxed);
        return;
    }
    mem::forget(queue);
    switch_to(me, previous, next, waiting);
}

/// [`requeue`] behind all others.
#[inline(never)]
fn requeue_last() {
    requeue(End::Back);
}

/// Continues `next`, which was taken from this core's queue, whose lock is held and leaked. Where others
/// wait, it is not the idle thread.
#[inline(always)]
fn switch_to(me: &Core, previous: &Thread, next: &'static Thread, waiting: u32) {
    let scheduler = &me.scheduler;
    scheduler.preempt.store(0, Ordering::Relaxed);
    scheduler.running.store(next.rank(), Ordering::Relaxed);
    let now = timer::ticks();
    let since = scheduler.since.load(Ordering::Relaxed);
    scheduler.since.store(now, Ordering::Relaxed);
    let used = previous.cpu_time.load(Ordering::Relaxed) + now.wrapping_sub(since);
    previous.cpu_time.store(used, Ordering::Relaxed);
    next.on_core.store(true, Ordering::Relaxed);
    let slice_end = scheduler.slice_end.load(Ordering::Relaxed);
    if next.unsliced.load(Ordering::Relaxed) || slice_end == UNSLICED {
        change_slicing(me, next, waiting);
    } else if slice_end == 0 && waiting > 0 {
        begin_slice(me);
    }
    me.set_current(next);
    context::set_thread_pointer(next.tls.get());
    // SAFETY: `next` was in a queue or is the idle thread, so its state was saved, and it is in none now;
    // interrupts are off.
    unsafe {
        let previous = context::switch(previous.sp.get(), *next.sp.get(), previous);
        finish_switch(previous);
    }
}

/// Completes a switch on the new thread's stack: frees the run queue, lets the previous thread be
/// taken, and disposes of it when it moves or is over. Interrupts are off.
///
/// # Safety
/// Called first thing after a switch, with the thread that was switched from.
#[inline(always)]
pub unsafe fn finish_switch(previous: *const Thread) {
    // SAFETY: until `on_core` is cleared nobody frees the thread.
    let leaving = unsafe { (*previous).leaving.get() };
    // SAFETY: as above; the queue's lock was taken before the switch, on this core.
    unsafe {
        (*previous).on_core.store(false, Ordering::Release);
        this_core().scheduler.queue.force_unlock();
        if leaving != Leaving::Waits {
            leave_for_good(previous, leaving);
        }
    }
    if current().attention.load(Ordering::Relaxed) {
        pay_attention();
    }
}

/// Disposes of a thread that has left its core and is not to come back to it.
///
/// # Safety
/// Called once, for a thread that has left its core for that purpose.
#[cold]
unsafe fn leave_for_good(thread: *const Thread, leaving: Leaving) {
    // SAFETY: nobody else frees it.
    unsafe {
        if leaving == Leaving::Migrates {
            (*thread).leaving.set(Leaving::Waits);
            place(&*thread);
        } else {
            reap(thread);
        }
    }
}

/// Diverts the thread that was switched to, as soon as interrupts are on: it was sent a signal while it
/// waited for the core.
#[cold]
fn pay_attention() {
    current().attention.store(false, Ordering::Relaxed);
    apic::send(this_core().apic_id, WAKE_VECTOR);
}

/// Gives other threads of the calling thread's priority the core, if any waits for it; tells whether one
/// seemed to.
#[inline]
pub fn yield_now() -> bool {
    let others = others_wait();
    if others {
        let saved = interrupts::disable();
        requeue_last();
        restore(saved);
    }
    others
}

/// Whether a thread waits for this core, at one instruction's price.
#[inline(always)]
fn others_wait() -> bool {
    let ready: u32;
    // SAFETY: %gs holds the address of the core's block.
    unsafe {
        core::arch::asm!("mov {:e}, gs:[{}]", out(reg) ready,
            const mem::offset_of!(Core, scheduler) + mem::offset_of!(CoreScheduler, ready),
            options(nostack, preserves_flags, readonly));
    }
    ready != 0
}

/// Lets a more urgent thread run, if one waits.
pub fn give_way_if_wanted() {
    if wants_preemption() {
        give_way();
    }
}

/// Lets a more urgent thread run.
fn give_way() {
    interrupts::without(|| {
        if wants_preemption() {
            leave(End::Front);
        }
    });
}

/// Gives the core up, going where the thread's affinity permits. Interrupts are off.
fn leave(end: End) {
    let thread = current();
    if thread.affinity.load(Ordering::Relaxed) & bit(this_core()) == 0 {
        thread.leaving.set(Leaving::Migrates);
        block();
    } else if end == End::Back {
        requeue_last();
    } else {
        requeue(End::Front);
    }
}

/// Ends the calling thread.
pub fn exit() -> ! {
    if table::count_exit() {
        crate::start::exit(0);
    }
    crate::signal::leave();
    interrupts::disable();
    current().leaving.set(Leaving::Ends);
    block();
    panic!("a thread that ended was continued");
}

/// Another core has put a thread into this core's queue, or wants the running thread's attention.
pub fn wake_interrupt(me: &Core) {
    let thread = current();
    // Its policy may be another one.
    change_slicing(me, thread, 0);
    consider(me);
    if !thread.is_idle() && thread.affinity.load(Ordering::Relaxed) & bit(me) == 0 {
        me.scheduler.preempt.store(1, Ordering::Relaxed);
    }
}

#[inline(always)]
fn wants_preemption() -> bool {
    let preempt: u8;
    // SAFETY: as in `others_wait`.
    unsafe {
        core::arch::asm!("mov {}, gs:[{}]", out(reg_byte) preempt,
            const mem::offset_of!(Core, scheduler) + mem::offset_of!(CoreScheduler, preempt),
            options(nostack, preserves_flags, readonly));
    }
    preempt != 0
}

/// Whether the interrupted thread has to be diverted. Interrupts are off.
pub fn wants_diversion() -> bool {
    let thread = current();
    !thread.is_idle() && (wants_preemption() || thread.signals.deliverable())
}

/// Called by a diverted thread on its own stack, interrupts off: gives up the core if it has to, and
/// runs signal handlers. `frame` and `state` are the interrupted registers, which handlers may change.
pub extern "C" fn diverted(frame: &mut Frame, state: *mut u8) {
    match this_core().scheduler.preempt.load(Ordering::Relaxed) {
        0 => {}
        1 => leave(End::Front),
        _ => leave(End::Back),
    }
    crate::signal::deliver_diverted(frame, state);
}
