//! When a queue raises interrupts: only while a thread sleeps for it.

use super::queue::{Queue, Shared};
use crate::sync::SpinLock;

/// A queue's interrupt, on as long as anybody is interested.
pub struct Interest {
    shared: &'static Shared,
    count: SpinLock<u32>,
}

impl Interest {
    /// Nobody is interested.
    pub fn new(queue: &Queue) -> Self {
        Interest {
            shared: queue.shared(),
            count: SpinLock::new(0),
        }
    }

    /// What may be seen of the queue.
    pub fn shared(&self) -> &'static Shared {
        self.shared
    }

    /// One more is interested, or one fewer.
    pub fn change(&self, on: bool) {
        let mut count = self.count.lock();
        *count = if on {
            *count + 1
        } else {
            count.saturating_sub(1)
        };
        self.shared.set_interrupts(*count > 0);
    }
}
