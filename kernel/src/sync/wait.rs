//! Wait queues: sleeping until a condition holds that an interrupt handler or another thread makes true.

use core::sync::atomic::{AtomicU32, Ordering};

use super::futex;
use crate::errno::{Errno, Result};

/// Threads that wait for a condition.
pub struct WaitQueue {
    /// Counts wakes, so that one between the check and the sleep is not lost.
    wakes: AtomicU32,
}

impl WaitQueue {
    /// Nobody waits.
    pub const fn new() -> Self {
        WaitQueue {
            wakes: AtomicU32::new(0),
        }
    }

    /// Sleeps while `condition` holds, at most until `deadline` (monotonic nanoseconds).
    ///
    /// # Errors
    /// `ETIMEDOUT`; `EINTR` when a signal handler is to run.
    pub fn wait_while(&self, condition: impl FnMut() -> bool, deadline: Option<u64>) -> Result<()> {
        self.sleep(condition, deadline, true)
    }

    /// As [`WaitQueue::wait_while`], whatever signals arrive.
    ///
    /// # Errors
    /// `ETIMEDOUT`.
    pub fn wait_while_uninterrupted(
        &self,
        condition: impl FnMut() -> bool,
        deadline: Option<u64>,
    ) -> Result<()> {
        self.sleep(condition, deadline, false)
    }

    fn sleep(
        &self,
        mut condition: impl FnMut() -> bool,
        deadline: Option<u64>,
        interruptible: bool,
    ) -> Result<()> {
        loop {
            let seen = self.wakes.load(Ordering::SeqCst);
            if !condition() {
                return Ok(());
            }
            let deadline = deadline.unwrap_or(u64::MAX);
            let waited = futex::wait(self.wakes.as_ptr() as usize, seen, deadline, interruptible);
            match waited {
                Err(Errno::EINTR) if !interruptible => {}
                Err(error @ (Errno::ETIMEDOUT | Errno::EINTR)) => return Err(error),
                _ => {}
            }
        }
    }

    fn wake(&self, count: u32) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
        futex::wake(self.wakes.as_ptr() as usize, count);
    }

    /// Lets one waiter look at its condition. May be called from interrupt handlers.
    pub fn wake_one(&self) {
        self.wake(1);
    }

    /// Lets all waiters look at their conditions. May be called from interrupt handlers.
    pub fn wake_all(&self) {
        self.wake(u32::MAX);
    }
}

impl Default for WaitQueue {
    fn default() -> Self {
        Self::new()
    }
}
