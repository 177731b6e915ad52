//! Signals that wait to be taken, a queue for each number.
//!
//! Of a number below the queued ones a second signal that is sent is dropped, since it says nothing new;
//! those from [`FIRST_QUEUED`] on are kept in order, up to [`HERMIT_SIGQUEUE_MAX`]. Timers are sent from interrupt
//! handlers and must not fail: each [reserves](Pending::reserve) the place of its one signal beforehand.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::{FIRST_QUEUED, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, bit, from_user};
use crate::abi::{HERMIT_SIGQUEUE_MAX, HermitSigInfo};
use crate::errno::{Errno, Result};

const STOPPING: u64 = bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU);

/// The signals of one number.
#[derive(Debug)]
struct Queue {
    signal: u32,
    /// Places that timers may use at any time.
    reserved: usize,
    list: VecDeque<HermitSigInfo>,
}

/// A list of pending signals.
#[derive(Debug, Default)]
pub struct Pending {
    set: u64,
    /// How many there are, those of timers included.
    count: usize,
    queues: Vec<Queue>,
}

impl Pending {
    /// An empty list.
    pub const fn new() -> Self {
        Pending {
            set: 0,
            count: 0,
            queues: Vec::new(),
        }
    }

    /// The signals that are in the list.
    pub fn set(&self) -> u64 {
        self.set
    }

    fn find(&mut self, signal: u32) -> Option<&mut Queue> {
        self.queues.iter_mut().find(|queue| queue.signal == signal)
    }

    /// The queue of a signal with room for one more beside the reserved places.
    fn queue(&mut self, signal: u32) -> Result<&mut Queue> {
        let index = match self.queues.iter().position(|queue| queue.signal == signal) {
            Some(index) => index,
            None => {
                self.queues.try_reserve(1).map_err(|_| Errno::EAGAIN)?;
                self.queues.push(Queue {
                    signal,
                    reserved: 0,
                    list: VecDeque::new(),
                });
                self.queues.len() - 1
            }
        };
        let queue = &mut self.queues[index];
        queue
            .list
            .try_reserve(queue.reserved + 1)
            .map_err(|_| Errno::EAGAIN)?;
        Ok(queue)
    }

    /// Adds a signal; a second one of a number that is not queued is dropped. A stop signal discards the
    /// one that continues, and the other way round (POSIX.1-2017, 2.4.1).
    ///
    /// # Errors
    /// `EAGAIN`, for queued signals only: the list is full, or no memory.
    pub fn add(&mut self, info: HermitSigInfo) -> Result<()> {
        let signal = info.signo as u32;
        if bit(signal) & STOPPING != 0 {
            self.discard(bit(SIGCONT));
        } else if signal == SIGCONT {
            self.discard(STOPPING);
        }
        let queued = signal >= FIRST_QUEUED;
        if !queued && self.set & bit(signal) != 0 {
            return Ok(());
        }
        let full = queued && self.count >= HERMIT_SIGQUEUE_MAX as usize;
        match self.queue(signal) {
            Ok(queue) if !full => {
                queue.list.push_back(info);
                self.count += 1;
            }
            // Without memory it comes all the same, only nobody knows from whom.
            _ if !queued => {}
            _ => return Err(Errno::EAGAIN),
        }
        self.set |= bit(signal);
        Ok(())
    }

    /// Sees to it that one more [`Pending::add_reserved`] of this signal finds its place.
    ///
    /// # Errors
    /// `EAGAIN`: no memory.
    pub fn reserve(&mut self, signal: u32) -> Result<()> {
        self.queue(signal)?.reserved += 1;
        Ok(())
    }

    /// Gives a reserved place back.
    pub fn unreserve(&mut self, signal: u32) {
        if let Some(queue) = self.find(signal) {
            queue.reserved = queue.reserved.saturating_sub(1);
        }
    }

    /// Adds a signal in the place that its sender has reserved; nothing is allocated.
    pub fn add_reserved(&mut self, info: HermitSigInfo) {
        let signal = info.signo as u32;
        if let Some(queue) = self.find(signal)
            && queue.list.len() < queue.list.capacity()
        {
            queue.list.push_back(info);
            self.count += 1;
        }
        self.set |= bit(signal);
    }

    /// Takes the oldest of the lowest-numbered signal in `from`.
    pub fn take(&mut self, from: u64) -> Option<HermitSigInfo> {
        let candidates = self.set & from;
        if candidates == 0 {
            return None;
        }
        let signal = candidates.trailing_zeros() + 1;
        let (info, more) = match self.find(signal) {
            Some(queue) => (queue.list.pop_front(), !queue.list.is_empty()),
            None => (None, false),
        };
        self.count -= usize::from(info.is_some());
        if !more {
            self.set &= !bit(signal);
        }
        Some(info.unwrap_or_else(|| from_user(signal)))
    }

    /// Drops all signals of a set.
    pub fn discard(&mut self, set: u64) {
        while self.take(set).is_some() {}
    }
}
