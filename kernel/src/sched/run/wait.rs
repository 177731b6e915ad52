//! Waiting for an event or a deadline, and ending that. The protocol is in [`super::super`].

use core::sync::atomic::Ordering;

use super::super::thread::{Thread, Wait, interruption};
use super::place::place_quietly;
use super::slice::arm;
use super::{block, restore};
use crate::arch::{core, current, interrupts, this_core, timer};
use crate::errno::{Errno, Result};

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
