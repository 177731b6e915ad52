//! Where `poll` sleeps.
//!
//! There is one queue for all: whatever becomes ready wakes every thread in `poll`, and each looks at its
//! own files again. Nothing is to be kept with a file, and with nobody in `poll` a notification costs
//! one load.

use core::sync::atomic::{AtomicU32, Ordering, fence};

use super::WaitQueue;
use crate::errno::{Errno, Result};

static QUEUE: WaitQueue = WaitQueue::new();
static WAITING: AtomicU32 = AtomicU32::new(0);

/// Tells those who wait that some file's [`super::file::File::ready`] may have changed. May be called by
/// interrupt handlers, with no lock held.
pub fn notify() {
    // The change of the file comes before the look at the counter; a waiter does it the other way round.
    fence(Ordering::SeqCst);
    if WAITING.load(Ordering::Relaxed) > 0 {
        QUEUE.wake_all();
    }
}

/// Sleeps until `ready` has an answer or the deadline has come (nothing; `Some(0)`: does not sleep). `next`
/// tells when the answer may change by itself; `listen` is called around the sleep.
pub fn until<R>(
    mut ready: impl FnMut() -> Option<R>,
    next: impl Fn() -> Option<u64>,
    listen: impl Fn(bool),
    deadline: Option<u64>,
) -> Result<Option<R>> {
    loop {
        let mut answer = ready();
        if answer.is_some() || deadline == Some(0) {
            return Ok(answer);
        }
        let change = next();
        let end = match (deadline, change) {
            (Some(deadline), Some(change)) => Some(deadline.min(change)),
            (deadline, change) => deadline.or(change),
        };
        listen(true);
        let waited = wait(
            || {
                answer = ready();
                answer.is_none() && next() == change
            },
            end,
        );
        listen(false);
        let over = match waited {
            Err(Errno::ETIMEDOUT) => deadline.is_some() && end == deadline,
            waited => waited.map(|()| false)?,
        };
        if answer.is_some() || over {
            return Ok(answer);
        }
    }
}

/// Sleeps while `condition` holds.
pub fn wait(condition: impl FnMut() -> bool, deadline: Option<u64>) -> Result<()> {
    WAITING.fetch_add(1, Ordering::SeqCst);
    fence(Ordering::SeqCst);
    let result = QUEUE.wait_while(condition, deadline);
    WAITING.fetch_sub(1, Ordering::SeqCst);
    result
}
