//! Signals that wait to be taken: one of each below the queued ones, any number of those, in order.

use alloc::collections::VecDeque;

use super::{FIRST_QUEUED, bit};
use crate::abi::HermitSigInfo;
use crate::errno::{Errno, Result};

/// How many signals one list holds (POSIX `SIGQUEUE_MAX` is at least 32).
pub const QUEUE_MAX: usize = 4096;

/// A list of pending signals.
#[derive(Debug, Default)]
pub struct Pending {
    set: u64,
    list: VecDeque<HermitSigInfo>,
}

impl Pending {
    /// An empty list.
    pub const fn new() -> Self {
        Pending {
            set: 0,
            list: VecDeque::new(),
        }
    }

    /// The signals that are in the list.
    pub fn set(&self) -> u64 {
        self.set
    }

    /// Adds a signal; a second one of a number that is not queued is dropped.
    ///
    /// # Errors
    /// `EAGAIN`: the list is full, or no memory.
    pub fn add(&mut self, info: HermitSigInfo) -> Result<()> {
        let signal = info.signo as u32;
        if self.set & bit(signal) != 0 && signal < FIRST_QUEUED {
            return Ok(());
        }
        if self.list.len() >= QUEUE_MAX || self.list.try_reserve(1).is_err() {
            return Err(Errno::EAGAIN);
        }
        self.list.push_back(info);
        self.set |= bit(signal);
        Ok(())
    }

    /// Takes the oldest of the lowest-numbered signal in `from`.
    pub fn take(&mut self, from: u64) -> Option<HermitSigInfo> {
        let candidates = self.set & from;
        if candidates == 0 {
            return None;
        }
        let signal = candidates.trailing_zeros() as i32 + 1;
        let index = self.list.iter().position(|info| info.signo == signal)?;
        let info = self.list.remove(index);
        if !self.list.iter().any(|info| info.signo == signal) {
            self.set &= !bit(signal as u32);
        }
        info
    }
}
