//! Placing, switching, waiting, preempting. The rules are in [`super`].

use core::mem;
use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use super::deadline::DeadlineQueue;
use super::queue::{End, RunQueue};
use super::thread::{Leaving, Thread, Wait, interruption, reap};
use super::{table, timers};
use crate::arch::idt::{Frame, WAKE_VECTOR};
use crate::arch::{
    Core, apic, context, core, core_count, cores, current, interrupts, this_core, timer,
};
use crate::errno::{Errno, Result};
use crate::sync::SpinLock;

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

/// In [`CoreScheduler::slice_end`]: later than any time.
const UNSLICED: u64 = u64::MAX;

/// Cores that have halted, or are about to after one more look at the queues.
static IDLE: AtomicU64 = AtomicU64::new(0);
/// Those of the idle cores that look whether they are still wanted to be, and need no interrupt.
static POLLING: AtomicU64 = AtomicU64::new(0);
/// How long an idle core looks before it halts. A halted core is woken by an interrupt, which costs a
/// virtual one about this long; what a thread waits for shortly comes sooner.
const POLL_NS: u64 = 20_000;
/// Length of a time slice in nanoseconds.
static SLICE_NS: AtomicU64 = AtomicU64::new(10_000_000);

/// Sets the length of a time slice: boot parameter `slice`, in milliseconds.
pub fn init() {
    if let Some(ms) = crate::boot::parameter("slice").find_map(crate::boot::number) {
        SLICE_NS.store(ms.clamp(1, 10_000) * 1_000_000, Ordering::Relaxed);
    }
}

fn bit(core: &Core) -> u64 {
    1 << core.id
}

// ---- Becoming runnable ------------------------------------------------------------------------

/// Puts a thread, which is in no queue and off its core, into the best core's run queue.
pub fn place(thread: &Thread) {
    let saved = interrupts::disable();
    place_quietly(thread);
    restore(saved);
}

/// [`place`] with interrupts off; the caller ends that with [`restore`].
#[inline]
fn place_quietly(thread: &Thread) {
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
fn push(target: &Core, thread: &Thread, end: End) {
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

fn wake_if_idle(target: &Core, me: &Core) -> bool {
    if IDLE.load(Ordering::SeqCst) & bit(target) == 0
        || IDLE.fetch_and(!bit(target), Ordering::SeqCst) & bit(target) == 0
    {
        return false;
    }
    // A core that stops looking looks at the queues once more: it says so before, as we queue the thread
    // before we look here.
    if target.id != me.id && POLLING.load(Ordering::SeqCst) & bit(target) == 0 {
        apic::send(target.apic_id, WAKE_VECTOR);
    }
    true
}

/// Decides whether the running thread must share this core, or leave it. Interrupts are off.
fn consider(me: &Core) {
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
fn begin_slice(me: &Core) {
    let end = timer::now_ns() + SLICE_NS.load(Ordering::Relaxed);
    me.scheduler.slice_end.store(end, Ordering::Relaxed);
    arm(me, end);
}

/// Arms this core's timer unless it is to fire earlier anyway. Interrupts are off.
fn arm(me: &Core, deadline: u64) {
    if deadline < me.scheduler.armed.load(Ordering::Relaxed) {
        me.scheduler.armed.store(deadline, Ordering::Relaxed);
        timer::arm(deadline);
    }
}

// ---- Switching --------------------------------------------------------------------------------

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

/// The running thread has no time slices, or the one before it had none.
#[cold]
fn change_slicing(me: &Core, running: &Thread, waiting: u32) {
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

// ---- Waiting ----------------------------------------------------------------------------------

/// Makes the calling thread wakeable by [`end_wait`]. Interrupts are off, and stay off until [`wait`],
/// which must follow. The caller puts the thread where its waker finds it, under that place's lock.
#[inline]
pub fn begin_wait(thread: &Thread) {
    thread.wait.store(Wait::Waiting as u32, Ordering::SeqCst);
}

/// Gives up the core until somebody ends the wait that [`begin_wait`] began, at most until `deadline`
/// (monotonic nanoseconds; `u64::MAX`: for ever). Returns why it ended; the thread is in no deadline
/// queue any more, but may still be where the caller put it.
#[inline]
pub fn wait(thread: &'static Thread, deadline: u64, interruptible: bool) -> Wait {
    if interruptible && thread_interrupted(thread) && end_wait(thread, Wait::Interrupted) {
        return Wait::Interrupted;
    }
    if deadline == u64::MAX {
        block();
    } else {
        block_until(thread, deadline);
    }
    thread.wait_state()
}

/// [`block`] with a deadline.
#[inline(never)]
fn block_until(thread: &'static Thread, deadline: u64) {
    let me = this_core();
    let mut deadlines = me.scheduler.deadlines.lock_quietly();
    thread.timeout.core.store(me.id, Ordering::Relaxed);
    // SAFETY: the thread takes itself out below before it goes on.
    if unsafe { deadlines.insert(deadline, thread) }.is_err() {
        drop(deadlines);
        // No memory for a timer: answer as if the time had come, unless somebody was quicker.
        if end_wait(thread, Wait::TimedOut) {
            return;
        }
    } else {
        if deadlines.earliest() == Some(deadline) {
            arm(me, deadline);
        }
        drop(deadlines);
    }
    block();
    if let Some(core) = core(thread.timeout.core.load(Ordering::Relaxed)) {
        // SAFETY: it is in that core's queue or in none.
        unsafe { core.scheduler.deadlines.lock_quietly().remove(thread) };
    }
}

/// Whether the thread's waits are to end at once.
#[inline(always)]
fn thread_interrupted(thread: &Thread) -> bool {
    interruption_requested(thread) || thread.signals.ends_wait()
}

/// Whether [`crate::abi::sys_interrupt`] ends the thread's waits.
pub fn interruption_requested(thread: &Thread) -> bool {
    thread.interruption.load(Ordering::SeqCst) & interruption::BOTH == interruption::BOTH
}

/// Ends a thread's wait; `false` when it does not wait or somebody else was quicker. The thread is
/// not runnable yet: [`resume`] follows, once the caller holds no lock before the run queue's.
#[inline]
pub fn end_wait(thread: &Thread, why: Wait) -> bool {
    thread
        .wait
        .compare_exchange(
            Wait::Waiting as u32,
            why as u32,
            Ordering::SeqCst,
            Ordering::SeqCst,
        )
        .is_ok()
}

/// Makes a thread runnable whose wait the caller has ended.
///
/// Interrupts are off; the caller ends that with [`restore`].
#[inline]
pub fn resume(thread: &Thread) {
    while thread.on_core.load(Ordering::Acquire) {
        core::hint::spin_loop();
    }
    place_quietly(thread);
}

/// Sleeps until `deadline` (monotonic nanoseconds).
///
/// # Errors
/// `EINTR` when the wait was interrupted.
pub fn sleep_until(deadline: u64) -> Result<()> {
    while timer::now_ns() < deadline {
        let saved = interrupts::disable();
        let thread = current();
        begin_wait(thread);
        let why = wait(thread, deadline, true);
        restore(saved);
        if why == Wait::Interrupted {
            return Err(Errno::EINTR);
        }
    }
    Ok(())
}

// ---- Interrupts -------------------------------------------------------------------------------

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

// ---- Idling -----------------------------------------------------------------------------------

/// Takes a thread that waits for another core and may run on this one.
fn steal(me: &Core) -> Option<&'static Thread> {
    // The neighbours above first, so that not all thieves meet at the first core.
    let others = cores()
        .filter(|c| c.id > me.id)
        .chain(cores().filter(|c| c.id < me.id));
    others.into_iter().find_map(|victim| {
        if victim.scheduler.ready.load(Ordering::SeqCst) == 0 {
            return None;
        }
        let mut queue = victim.scheduler.queue.lock();
        let taken = queue.take(|t| t.affinity.load(Ordering::Relaxed) & bit(me) != 0);
        victim.scheduler.ready.store(queue.len(), Ordering::SeqCst);
        taken
    })
}

/// What a core does when it has nothing to do: look for work, else halt.
pub fn idle() -> ! {
    interrupts::disable();
    let me = this_core();
    loop {
        while run_something(me) {}
        IDLE.fetch_or(bit(me), Ordering::SeqCst);
        poll(me);
        // Work that came before the bit was set, and whose bringer therefore did not wake us. If the bit
        // is gone, we were called while we looked, and no interrupt follows.
        if !run_something(me) && IDLE.load(Ordering::SeqCst) & bit(me) != 0 {
            interrupts::wait_for_interrupt();
        }
        IDLE.fetch_and(!bit(me), Ordering::SeqCst);
    }
}

/// Looks for a while whether somebody brings work to this core, or calls it to where there is some.
fn poll(me: &Core) {
    if core_count() == 1 {
        return;
    }
    POLLING.fetch_or(bit(me), Ordering::SeqCst);
    let end = timer::now_ns() + POLL_NS;
    interrupts::enable();
    while me.scheduler.ready.load(Ordering::Relaxed) == 0
        && IDLE.load(Ordering::Relaxed) & bit(me) != 0
        && timer::now_ns() < end
    {
        core::hint::spin_loop();
    }
    interrupts::disable();
    POLLING.fetch_and(!bit(me), Ordering::SeqCst);
}

fn run_something(me: &Core) -> bool {
    if me.scheduler.ready.load(Ordering::SeqCst) == 0 {
        let Some(thread) = steal(me) else {
            return false;
        };
        push(me, thread, End::Front);
    }
    IDLE.fetch_and(!bit(me), Ordering::SeqCst);
    block();
    true
}

// ---- Changing a thread's place ----------------------------------------------------------------

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

/// How many cores run a thread.
pub fn busy_cores() -> u32 {
    cores()
        .filter(|core| core.scheduler.running.load(Ordering::Relaxed) != 0)
        .count() as u32
}

/// Has this core's timer interrupt come at `deadline` (monotonic nanoseconds) at the latest.
pub fn arm_here(deadline: u64) {
    interrupts::without(|| arm(this_core(), deadline));
}
