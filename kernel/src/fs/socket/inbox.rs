//! Messages on their way to a socket: what datagrams, and connections that keep messages apart, are made of.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::address::Address;
use crate::errno::{Errno, Result};
use crate::fs::user::User;
use crate::fs::{Mutex, WaitQueue, poll};

/// How many bytes may wait, those of the messages' heads included.
pub const CAPACITY: usize = 212_992;
/// What a message takes beside its bytes.
const HEAD: usize = 256;
/// Longest message.
pub const LONGEST: usize = 65_507;

struct Message {
    from: Address,
    bytes: Vec<u8>,
}

/// What became of a message that was received.
pub struct Received {
    /// Who sent it.
    pub from: Address,
    /// Bytes that were stored.
    pub count: usize,
    /// Bytes that it had.
    pub len: usize,
}

/// Messages that wait to be received. The lock is held while bytes are copied to the caller.
pub struct Inbox {
    messages: Mutex<VecDeque<Message>>,
    count: AtomicUsize,
    used: AtomicUsize,
    /// Somebody can still receive.
    readable: AtomicBool,
    /// Somebody can still send.
    writable: AtomicBool,
    waiting: WaitQueue,
    /// Count what a receiver can notice, and what a sender can.
    arrivals: AtomicU64,
    departures: AtomicU64,
}

impl Inbox {
    /// An empty one.
    pub const fn new() -> Self {
        Inbox {
            messages: Mutex::new(VecDeque::new()),
            count: AtomicUsize::new(0),
            used: AtomicUsize::new(0),
            readable: AtomicBool::new(true),
            writable: AtomicBool::new(true),
            waiting: WaitQueue::new(),
            arrivals: AtomicU64::new(0),
            departures: AtomicU64::new(0),
        }
    }

    /// How often anything has happened that concerns receivers, and senders.
    pub fn changes(&self) -> (u64, u64) {
        (self.arrivals.load(SeqCst), self.departures.load(SeqCst))
    }

    /// Whether there is a message.
    pub fn has_message(&self) -> bool {
        self.count.load(SeqCst) > 0
    }

    /// Whether messages can still come.
    pub fn is_writable(&self) -> bool {
        self.writable.load(SeqCst)
    }

    /// Whether messages can still be received.
    pub fn is_readable(&self) -> bool {
        self.readable.load(SeqCst)
    }

    /// Whether there is room for a message of `len` bytes.
    pub fn has_room(&self, len: usize) -> bool {
        let used = self.used.load(SeqCst);
        used == 0 || used + len + HEAD <= CAPACITY
    }

    /// Bytes of the first message.
    pub fn available(&self) -> usize {
        self.messages.lock().front().map_or(0, |m| m.bytes.len())
    }

    /// Nobody receives any more: what waits goes.
    pub fn stop_reading(&self) {
        self.readable.store(false, SeqCst);
        let gone = core::mem::take(&mut *self.messages.lock());
        self.count.store(0, SeqCst);
        self.used.store(0, SeqCst);
        drop(gone);
        self.changed();
    }

    /// Nobody sends any more.
    pub fn stop_writing(&self) {
        self.writable.store(false, SeqCst);
        self.changed();
    }

    pub(super) fn changed(&self) {
        self.arrivals.fetch_add(1, SeqCst);
        self.departures.fetch_add(1, SeqCst);
        self.wake();
    }

    fn wake(&self) {
        self.waiting.wake_all();
        poll::notify();
    }

    /// Adds a message, waiting for room until a deadline (`ETIMEDOUT`). `EPIPE` if nobody receives.
    pub fn send(
        &self,
        bytes: Vec<u8>,
        from: Address,
        nonblocking: bool,
        deadline: Option<u64>,
    ) -> Result<()> {
        let len = bytes.len();
        loop {
            if !self.is_readable() {
                return Err(Errno::EPIPE);
            }
            let mut messages = self.messages.lock();
            if self.has_room(len) {
                messages.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
                messages.push_back(Message { from, bytes });
                self.count.store(messages.len(), SeqCst);
                self.used.fetch_add(len + HEAD, SeqCst);
                drop(messages);
                self.arrivals.fetch_add(1, SeqCst);
                self.wake();
                return Ok(());
            }
            drop(messages);
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            self.waiting
                .wait_while(|| !self.has_room(len) && self.is_readable(), deadline)?;
        }
    }

    /// Takes the first message, or leaves it with `peek`; waits for one until a deadline (`ETIMEDOUT`).
    /// Nothing if none can come.
    pub fn receive(
        &self,
        to: &mut User<'_>,
        nonblocking: bool,
        peek: bool,
        deadline: Option<u64>,
    ) -> Result<Option<Received>> {
        loop {
            let writable = self.is_writable() && self.is_readable();
            let mut messages = self.messages.lock();
            if let Some(message) = messages.front() {
                let count = message.bytes.len().min(to.remaining());
                // A bad address leaves the message where it is.
                to.put(&message.bytes[..count])?;
                let received = Received {
                    from: message.from.clone(),
                    count,
                    len: message.bytes.len(),
                };
                if !peek {
                    let gone = messages.pop_front();
                    self.count.store(messages.len(), SeqCst);
                    self.used.fetch_sub(received.len + HEAD, SeqCst);
                    drop(messages);
                    drop(gone);
                    self.departures.fetch_add(1, SeqCst);
                    self.wake();
                }
                return Ok(Some(received));
            }
            drop(messages);
            if !writable {
                return Ok(None);
            }
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            let empty = || !self.has_message() && self.is_writable() && self.is_readable();
            self.waiting.wait_while(empty, deadline)?;
        }
    }
}
