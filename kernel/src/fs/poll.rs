//! Where `poll` sleeps.
//!
//! There is one queue for all: whatever becomes ready wakes every thread in `poll`, and each looks at its
//! own files again. Nothing is to be kept with a file, and with nobody in `poll` a notification costs
//! one load.

use core::sync::atomic::{AtomicU32, Ordering, fence};

use super::WaitQueue;
use crate::errno::Result;

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

/// Sleeps while `condition` holds.
pub fn wait(condition: impl FnMut() -> bool, deadline: Option<u64>) -> Result<()> {
    WAITING.fetch_add(1, Ordering::SeqCst);
    fence(Ordering::SeqCst);
    let result = QUEUE.wait_while(condition, deadline);
    WAITING.fetch_sub(1, Ordering::SeqCst);
    result
}
