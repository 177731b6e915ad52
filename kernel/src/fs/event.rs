//! Counters that can be waited for and polled: Linux's `eventfd`.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::descriptor::Open;
use super::file::{File, Manner};
use super::flags::{O_CLOEXEC, O_NONBLOCK, O_RDWR, POLLERR, POLLIN, POLLOUT};
use super::user::User;
use super::{Files, WaitQueue, poll};
use crate::errno::{Errno, Result};

/// A read takes one off instead of all.
pub const SEMAPHORE: u32 = 1;
/// The counter stays below this.
const FULL: u64 = u64::MAX;

/// A counter.
struct Event {
    count: AtomicU64,
    semaphore: bool,
    changes: AtomicU64,
    waiting: WaitQueue,
}

impl Event {
    fn changed(&self) {
        self.changes.fetch_add(1, SeqCst);
        self.waiting.wake_all();
        poll::notify();
    }

    /// Changes the counter as `change` says once that does, sleeping until then.
    fn change(&self, nonblocking: bool, change: impl Fn(u64) -> Option<u64>) -> Result<u64> {
        loop {
            if let Ok(old) = self.count.fetch_update(SeqCst, SeqCst, &change) {
                self.changed();
                return Ok(old);
            }
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            let cannot = || change(self.count.load(SeqCst)).is_none();
            self.waiting.wait_while(cannot, None)?;
        }
    }
}

impl File for Event {
    /// As on Linux, it is of no kind.
    fn mode(&self) -> u32 {
        0o600
    }

    fn sync(&self) -> Result<()> {
        Err(Errno::EINVAL)
    }

    fn read(&self, _at: &mut u64, to: &mut User<'_>, manner: Manner) -> Result<usize> {
        if to.remaining() < 8 {
            return Err(Errno::EINVAL);
        }
        let taken = |count: u64| if self.semaphore { 1 } else { count };
        let old = self.change(manner.nonblocking, |count| {
            (count > 0).then(|| count - taken(count))
        })?;
        to.put(&taken(old).to_ne_bytes())?;
        Ok(8)
    }

    fn write(&self, _at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        let mut bytes = [0; 8];
        if from.remaining() < 8 {
            return Err(Errno::EINVAL);
        }
        from.take(&mut bytes)?;
        let more = u64::from_ne_bytes(bytes);
        if more == FULL {
            return Err(Errno::EINVAL);
        }
        self.change(manner.nonblocking, |count| {
            count.checked_add(more).filter(|sum| *sum < FULL)
        })?;
        Ok(8)
    }

    fn ready(&self) -> u16 {
        match self.count.load(SeqCst) {
            0 => POLLOUT,
            FULL => POLLIN | POLLERR,
            count if count == FULL - 1 => POLLIN,
            _ => POLLIN | POLLOUT,
        }
    }

    fn changes(&self) -> u64 {
        self.changes.load(SeqCst)
    }
}

impl Files {
    /// Linux `eventfd`; flags: [`SEMAPHORE`], `O_CLOEXEC`, `O_NONBLOCK`.
    pub fn event(&self, count: u32, flags: u32) -> Result<i32> {
        if flags & !(SEMAPHORE | O_CLOEXEC | O_NONBLOCK) != 0 {
            return Err(Errno::EINVAL);
        }
        super::node::check_memory().map_err(|_| Errno::ENOMEM)?;
        let event = Arc::new(Event {
            count: AtomicU64::new(count.into()),
            semaphore: flags & SEMAPHORE != 0,
            changes: AtomicU64::new(0),
            waiting: WaitQueue::new(),
        });
        let open = Open::new(event, O_RDWR | flags & O_NONBLOCK);
        self.add(Arc::new(open), flags)
    }
}
