//! Waiting for memory to change: futexes, on 32-bit words, and what to do in a busy loop.

use crate::errno::{self, Result};
use crate::sched::{self, clock};
use crate::signal::{self, Restart};
use crate::sync::futex;

/// Deadline of a wait that is to last until it is woken.
pub const HERMIT_NO_DEADLINE: u64 = u64::MAX;

/// Waits until the word at `address` is woken, if it holds `expected`, at most until `clock` shows
/// `deadline` nanoseconds. A deadline in the past does not wait, but looks at the word first.
///
/// # Errors
/// `EAGAIN`: the word holds something else. `ETIMEDOUT`, or `EINTR` when a signal handler without
/// `SA_RESTART` ran or [`super::sys_interrupt`] was called: no wake was consumed. `EFAULT`: no word there. `EINVAL`:
/// misaligned address, or not a clock to wait for.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_futex_wait(
    address: *const u32,
    expected: u32,
    deadline: u64,
    clock: u32,
) -> i32 {
    errno::status(wait(address, expected, deadline, clock))
}

fn wait(address: *const u32, expected: u32, deadline: u64, clock: u32) -> Result<()> {
    let deadline = clock::monotonic_deadline(clock, deadline)?;
    signal::interruptible(Restart::Allowed, || {
        futex::wait(address as usize, expected, deadline, true)
    })
}

/// Wakes at most `count` threads that wait on the word at `address`, in the order in which they came;
/// returns how many. The word itself is not read: it may be gone.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_futex_wake(address: *const u32, count: u32) -> i32 {
    futex::wake(address as usize, count) as i32
}

/// What a thread calls between two looks at something that another one is to change: gives the core to a
/// thread of the same priority that waits for it, as [`super::sys_yield`] does, or else pauses for a moment.
/// Returns 1 if it gave the core away, 0 if it paused.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_relax() -> i32 {
    let given = sched::yield_now();
    if !given {
        core::hint::spin_loop();
    }
    i32::from(given)
}

/// If the word at `address` holds `expected`, wakes at most `wake` of its waiters and makes at most
/// `requeue` more wait on the word at `to`; returns how many in all.
///
/// # Errors
/// `EAGAIN`: the word holds something else. `EFAULT`, `EINVAL`: not the address of a word.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_futex_requeue(
    address: *const u32,
    expected: u32,
    wake: u32,
    requeue: u32,
    to: *const u32,
) -> i32 {
    match futex::requeue(address as usize, expected, wake, requeue, to as usize) {
        Ok(count) => count as i32,
        Err(error) => error.negative(),
    }
}
