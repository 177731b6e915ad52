//! Connections, and those that wait to be accepted.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::address::Address;
use super::inbox::{Inbox, LONGEST, Received};
use crate::errno::{Errno, Result};
use crate::fs::flags::{PIPE_BUF, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP};
use crate::fs::pipe::{CAPACITY, Pipe};
use crate::fs::user::User;
use crate::fs::{Mutex, WaitQueue, poll};

/// One direction.
#[derive(Clone)]
enum Way {
    Bytes(Arc<Pipe>),
    Messages(Arc<Inbox>),
}

impl Way {
    fn new(messages: bool) -> Way {
        if messages {
            return Way::Messages(Arc::new(Inbox::new()));
        }
        let pipe = Pipe::new();
        pipe.join(true, true);
        Way::Bytes(Arc::new(pipe))
    }

    fn stop_reading(&self) {
        match self {
            Way::Bytes(pipe) => pipe.part(true, false),
            Way::Messages(inbox) => inbox.stop_reading(),
        }
    }

    fn stop_writing(&self) {
        match self {
            Way::Bytes(pipe) => pipe.part(false, true),
            Way::Messages(inbox) => inbox.stop_writing(),
        }
    }

    /// Whether something can be read, and whether nothing more can come.
    fn readable(&self) -> (bool, bool) {
        match self {
            Way::Bytes(pipe) => (pipe.used() > 0, !pipe.has_writers()),
            Way::Messages(inbox) => (inbox.has_message(), !inbox.is_writable()),
        }
    }

    /// Whether there is room, and whether nobody reads.
    fn writable(&self) -> (bool, bool) {
        match self {
            Way::Bytes(pipe) => (CAPACITY - pipe.used() >= PIPE_BUF, !pipe.has_readers()),
            Way::Messages(inbox) => (inbox.has_room(PIPE_BUF), !inbox.is_readable()),
        }
    }

    /// Lets everybody who waits look again.
    fn changed(&self) {
        match self {
            Way::Bytes(pipe) => pipe.changed(),
            Way::Messages(inbox) => inbox.changed(),
        }
    }

    fn changes(&self) -> (u64, u64) {
        match self {
            Way::Bytes(pipe) => pipe.changes(),
            Way::Messages(inbox) => inbox.changes(),
        }
    }
}

/// One side of a connection.
///
/// A side of TCP is not told that the other one has closed, or reads no more: what it sends is lost, and the
/// answer to that ends the connection. If the other one has closed and left something unread, that is told
/// at once, as an error.
pub struct Connection {
    incoming: Way,
    outgoing: Way,
    reads: AtomicBool,
    writes: AtomicBool,
    /// TCP: this side knows that nobody is there.
    reset: AtomicBool,
    /// TCP: the error that is to be told, of this side and of the other one.
    failed: [Arc<AtomicBool>; 2],
    /// Where this side is.
    pub local: Address,
    /// Where the other side is.
    pub peer: Address,
}

/// How a send or receive is to behave.
#[derive(Clone, Copy, Default)]
pub struct How {
    /// `EAGAIN` instead of sleeping.
    pub nonblocking: bool,
    /// What is received stays.
    pub peek: bool,
    /// Wait until all that was asked for is there.
    pub all: bool,
    /// No `SIGPIPE`.
    pub quiet: bool,
    /// Monotonic nanoseconds.
    pub deadline: Option<u64>,
}

impl Connection {
    /// Both sides of a connection.
    pub fn pair(messages: bool, one: Address, other: Address) -> (Connection, Connection) {
        let (there, back) = (Way::new(messages), Way::new(messages));
        let failed: [Arc<AtomicBool>; 2] = Default::default();
        let [here_failed, there_failed] = failed.clone();
        let other_failed = [there_failed, here_failed];
        let side =
            |incoming: &Way, outgoing: &Way, local: &Address, peer: &Address, failed| Connection {
                incoming: incoming.clone(),
                outgoing: outgoing.clone(),
                reads: AtomicBool::new(true),
                writes: AtomicBool::new(true),
                reset: AtomicBool::new(false),
                failed,
                local: local.clone(),
                peer: peer.clone(),
            };
        (
            side(&back, &there, &one, &other, failed),
            side(&there, &back, &other, &one, other_failed),
        )
    }

    fn is_tcp(&self) -> bool {
        matches!(self.local, Address::Port(..))
    }

    /// Whether there is an error to be told, which is told once.
    fn fail(&self) -> Result<()> {
        if !self.failed[0].swap(false, SeqCst) {
            return Ok(());
        }
        self.reset.store(true, SeqCst);
        Err(Errno::ECONNRESET)
    }

    /// Sends what nobody receives.
    fn lose(&self, from: &User<'_>, broken: impl Fn() -> Errno) -> Result<usize> {
        self.fail()?;
        if !self.is_tcp() || self.reset.swap(true, SeqCst) {
            return Err(broken());
        }
        self.outgoing.changed();
        Ok(from.remaining())
    }

    /// Ends reading, writing or both.
    pub fn shut(&self, reading: bool, writing: bool) {
        if reading && self.reads.swap(false, SeqCst) {
            match self.is_tcp() {
                true => self.incoming.changed(),
                false => self.incoming.stop_reading(),
            }
        }
        if writing && self.writes.swap(false, SeqCst) {
            self.outgoing.stop_writing();
        }
    }

    /// Receives bytes or a message; nothing at the end.
    pub fn receive(&self, to: &mut User<'_>, how: How) -> Result<Option<Received>> {
        let reads = || self.reads.load(SeqCst);
        let pipe = match &self.incoming {
            Way::Messages(_) if !reads() => return Ok(None),
            Way::Messages(inbox) => {
                return inbox.receive(to, how.nonblocking, how.peek, how.deadline);
            }
            Way::Bytes(pipe) => pipe,
        };
        let mut count = 0;
        while to.remaining() > 0 {
            match pipe.read(to, how.nonblocking, how.peek, how.deadline, reads) {
                Ok(0) if count == 0 => {
                    self.fail()?;
                    break;
                }
                Ok(0) => break,
                Ok(more) => count += more,
                Err(_) if count > 0 => break,
                Err(errno) => return Err(errno),
            }
            if !how.all || how.peek {
                break;
            }
        }
        Ok(Some(Received {
            from: Address::Unnamed,
            count,
            len: count,
        }))
    }

    /// Sends bytes or a message; answers how many.
    pub fn send(&self, from: &mut User<'_>, how: How) -> Result<usize> {
        let broken = || match how.quiet {
            true => Errno::EPIPE,
            false => crate::fs::pipe::broken(),
        };
        if !self.writes.load(SeqCst) {
            return Err(broken());
        }
        match &self.outgoing {
            Way::Bytes(pipe) => {
                // Not even of nothing, if nobody is there.
                if !pipe.has_readers() {
                    return self.lose(from, broken);
                }
                pipe.write(from, how.nonblocking, how.deadline, broken)
            }
            Way::Messages(inbox) => {
                let bytes = message(from)?;
                let len = bytes.len();
                let sent = inbox.send(bytes, Address::Unnamed, how.nonblocking, how.deadline);
                match sent {
                    Err(Errno::EPIPE) => Err(broken()),
                    other => other.map(|()| len),
                }
            }
        }
    }

    /// What would not sleep.
    pub fn ready(&self) -> u16 {
        let (some, ended) = self.incoming.readable();
        let ended = ended || !self.reads.load(SeqCst);
        let (room, gone) = self.outgoing.writable();
        let failed = self.failed[0].load(SeqCst);
        let reset = failed || self.reset.load(SeqCst);
        let gone = (if self.is_tcp() { reset } else { gone }) || !self.writes.load(SeqCst);
        let mut ready = 0;
        ready |= if failed { POLLERR } else { 0 };
        ready |= if some || ended { POLLIN } else { 0 };
        ready |= if ended { POLLRDHUP } else { 0 };
        ready |= if room || gone { POLLOUT } else { 0 };
        ready |= if ended && gone { POLLHUP } else { 0 };
        ready
    }

    /// How often anything has happened that concerns this side.
    pub fn changes(&self) -> u64 {
        let (arrivals, _) = self.incoming.changes();
        let (_, departures) = self.outgoing.changes();
        arrivals.wrapping_add(departures)
    }

    /// How many bytes can be received at once.
    pub fn available(&self) -> usize {
        match &self.incoming {
            Way::Bytes(pipe) => pipe.used(),
            Way::Messages(inbox) => inbox.available(),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_tcp() {
            if self.incoming.readable().0 {
                self.failed[1].store(true, SeqCst);
            }
            self.incoming.stop_reading();
        }
        self.shut(true, true);
    }
}

/// A message from the caller's memory; `EMSGSIZE` if it is too long.
pub fn message(from: &mut User<'_>) -> Result<Vec<u8>> {
    let len = from.remaining();
    if len > LONGEST {
        return Err(Errno::EMSGSIZE);
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| Errno::ENOMEM)?;
    from.append(&mut bytes, len)?;
    Ok(bytes)
}

/// Connections that nobody has accepted yet.
pub struct Backlog {
    list: Mutex<VecDeque<Connection>>,
    count: AtomicUsize,
    most: AtomicUsize,
    open: AtomicBool,
    waiting: WaitQueue,
    changes: AtomicU64,
}

impl Backlog {
    /// An empty one.
    pub fn new(most: usize) -> Self {
        Backlog {
            list: Mutex::new(VecDeque::new()),
            count: AtomicUsize::new(0),
            most: AtomicUsize::new(most),
            open: AtomicBool::new(true),
            waiting: WaitQueue::new(),
            changes: AtomicU64::new(0),
        }
    }

    /// Sets how many there may be.
    pub fn set_most(&self, most: usize) {
        self.most.store(most, SeqCst);
        self.changed();
    }

    /// Whether there is a connection to accept, or never will be.
    pub fn ready(&self) -> u16 {
        let any = self.count.load(SeqCst) > 0;
        let closed = !self.open.load(SeqCst);
        (if any { POLLIN } else { 0 }) | if closed { POLLIN | POLLHUP } else { 0 }
    }

    /// How often anything has happened to it.
    pub fn changes(&self) -> u64 {
        self.changes.load(SeqCst)
    }

    /// Nobody accepts any more: those that wait are closed.
    pub fn close(&self) {
        self.open.store(false, SeqCst);
        let gone = core::mem::take(&mut *self.list.lock());
        self.count.store(0, SeqCst);
        drop(gone);
        self.changed();
    }

    fn changed(&self) {
        self.changes.fetch_add(1, SeqCst);
        self.waiting.wake_all();
        poll::notify();
    }

    /// Adds what `make` makes, waiting for room. `ECONNREFUSED` if nobody accepts.
    pub fn add(&self, how: How, make: impl FnOnce() -> Connection) -> Result<()> {
        let full = || self.count.load(SeqCst) >= self.most.load(SeqCst) && self.open.load(SeqCst);
        loop {
            let mut list = self.list.lock();
            if !self.open.load(SeqCst) {
                return Err(Errno::ECONNREFUSED);
            }
            if !full() {
                list.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
                list.push_back(make());
                self.count.store(list.len(), SeqCst);
                drop(list);
                self.changed();
                return Ok(());
            }
            drop(list);
            if how.nonblocking {
                return Err(Errno::EAGAIN);
            }
            self.waiting.wait_while(full, how.deadline)?;
        }
    }

    /// Takes the oldest, waiting for one.
    pub fn accept(&self, how: How) -> Result<Connection> {
        loop {
            let mut list = self.list.lock();
            if let Some(connection) = list.pop_front() {
                self.count.store(list.len(), SeqCst);
                drop(list);
                self.changed();
                return Ok(connection);
            }
            drop(list);
            if !self.open.load(SeqCst) {
                return Err(Errno::EINVAL);
            }
            if how.nonblocking {
                return Err(Errno::EAGAIN);
            }
            let empty = || self.count.load(SeqCst) == 0 && self.open.load(SeqCst);
            self.waiting.wait_while(empty, how.deadline)?;
        }
    }
}
