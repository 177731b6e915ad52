//! Pipes, and the FIFOs that have names: POSIX `pipe`, `mkfifo`.
//!
//! A [`Pipe`] is the bytes on their way and who has them open; it belongs to a node of the in-memory file
//! system, which for a plain pipe no directory names. What is open is an [`End`]: it reads, writes or does
//! both; when the last one of a side goes, the other side learns the end of file or `EPIPE`, and when the
//! last of all goes, so do the bytes. Bytes are guarded by a sleeping lock; what `poll` and sleepers look
//! at is kept beside it in atomics.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::file::{Attributes, Change, File, Manner};
use super::flags::{
    O_ACCMODE, O_NONBLOCK, O_RDONLY, O_WRONLY, PIPE_BUF, POLLERR, POLLHUP, POLLIN, POLLOUT,
};
use super::node::{Node, check_memory};
use super::user::User;
use super::{Mutex, WaitQueue, poll};
use crate::errno::{Errno, Result};

/// How many bytes a pipe holds.
pub const CAPACITY: usize = 64 * 1024;

/// One direction's side of a pipe: those who read, or those who write.
struct Side {
    /// How many have it open.
    open: AtomicU32,
    /// How often it was opened, ever.
    opened: AtomicU32,
    /// Those of this side that wait for the other.
    waiting: WaitQueue,
}

impl Side {
    const fn new() -> Self {
        Side {
            open: AtomicU32::new(0),
            opened: AtomicU32::new(0),
            waiting: WaitQueue::new(),
        }
    }

    fn is_open(&self) -> bool {
        self.open.load(SeqCst) > 0
    }

    fn add(&self) {
        self.open.fetch_add(1, SeqCst);
        self.opened.fetch_add(1, SeqCst);
    }
}

/// The bytes between writers and readers.
pub struct Pipe {
    bytes: Mutex<VecDeque<u8>>,
    /// How many bytes there are.
    used: AtomicUsize,
    /// Count what a reader can notice, and what a writer can.
    arrivals: AtomicU64,
    departures: AtomicU64,
    /// Held while a FIFO's end appears, or gives up waiting for the other side: whom another one has met
    /// does not vanish.
    meeting: Mutex<()>,
    readers: Side,
    writers: Side,
}

/// Makes a pipe: the end to read from and the end to write to.
pub fn new() -> Result<(Arc<dyn File>, Arc<dyn File>)> {
    check_memory().map_err(|_| Errno::ENFILE)?;
    let node = Node::fifo(0o600);
    // With somebody on the other side, opening does not wait.
    let read = open(&node, O_RDONLY | O_NONBLOCK)?;
    Ok((read, open(&node, O_WRONLY)?))
}

/// Opens a FIFO as POSIX `open` says: without `O_NONBLOCK` it waits for the other side.
pub fn open(node: &Arc<Node>, flags: u32) -> Result<Arc<dyn File>> {
    let (reads, writes, wait) = match flags & O_ACCMODE {
        O_RDONLY => (true, false, true),
        O_WRONLY => (false, true, true),
        _ => (true, true, false),
    };
    let pipe = node.pipe().ok_or(Errno::EINVAL)?;
    let nonblocking = flags & O_NONBLOCK != 0;
    if nonblocking && wait && writes && !pipe.readers.is_open() {
        return Err(Errno::ENXIO);
    }
    let (own, other) = if reads {
        (&pipe.readers, &pipe.writers)
    } else {
        (&pipe.writers, &pipe.readers)
    };
    let meeting = pipe.meeting.lock();
    // One that was there before, or comes while this one waits, counts even if it goes at once: it may
    // have waited for this one only.
    let seen = other.opened.load(SeqCst);
    let met = other.is_open();
    let alone = nonblocking && !pipe.writers.is_open();
    let end = Arc::new(End {
        node: node.clone(),
        reads,
        writes,
        alone_since: alone.then(|| pipe.writers.opened.load(SeqCst)),
    });
    pipe.join(reads, writes);
    drop(meeting);
    pipe.changed();
    if wait && !nonblocking && !met {
        let alone = || !other.is_open() && other.opened.load(SeqCst) == seen;
        if let Err(error) = own.waiting.wait_while(alone, None) {
            // The other one may have come at the same time, and reckons with this one.
            let _meeting = pipe.meeting.lock();
            if alone() {
                drop(end);
                return Err(error);
            }
        }
    }
    Ok(end)
}

impl Pipe {
    /// Empty, and nobody has it open.
    pub(super) const fn new() -> Self {
        Pipe {
            bytes: Mutex::new(VecDeque::new()),
            used: AtomicUsize::new(0),
            arrivals: AtomicU64::new(0),
            departures: AtomicU64::new(0),
            meeting: Mutex::new(()),
            readers: Side::new(),
            writers: Side::new(),
        }
    }

    /// How many bytes wait to be read.
    pub fn used(&self) -> usize {
        self.used.load(SeqCst)
    }

    /// How often anything has happened that concerns readers, and writers.
    pub(super) fn changes(&self) -> (u64, u64) {
        (self.arrivals.load(SeqCst), self.departures.load(SeqCst))
    }

    /// Whether anybody can read what is written.
    pub(super) fn has_readers(&self) -> bool {
        self.readers.is_open()
    }

    /// Whether anybody can still write.
    pub(super) fn has_writers(&self) -> bool {
        self.writers.is_open()
    }

    /// Somebody has it open for reading, writing or both.
    pub(super) fn join(&self, reads: bool, writes: bool) {
        if reads {
            self.readers.add();
        }
        if writes {
            self.writers.add();
        }
    }

    /// Undoes one [`Pipe::join`].
    pub(super) fn part(&self, reads: bool, writes: bool) {
        if reads {
            self.readers.open.fetch_sub(1, SeqCst);
        }
        if writes {
            self.writers.open.fetch_sub(1, SeqCst);
        }
        if !self.readers.is_open() && !self.writers.is_open() {
            let mut bytes = self.bytes.lock();
            *bytes = VecDeque::new();
            self.used.store(0, SeqCst);
        }
        self.changed();
    }

    /// Lets everybody who waits look again.
    pub(super) fn changed(&self) {
        self.arrivals.fetch_add(1, SeqCst);
        self.departures.fetch_add(1, SeqCst);
        self.readers.waiting.wake_all();
        self.writers.waiting.wake_all();
        poll::notify();
    }

    /// Reads what there is, or leaves it with `peek`; waits for it until a deadline (`ETIMEDOUT`), or as long
    /// as it is `wanted`.
    pub(super) fn read(
        &self,
        to: &mut User<'_>,
        nonblocking: bool,
        peek: bool,
        deadline: Option<u64>,
        wanted: impl Fn() -> bool,
    ) -> Result<usize> {
        if to.remaining() == 0 {
            return Ok(0);
        }
        loop {
            // Looked at before the bytes: a writer that goes has written before.
            let more = self.writers.is_open() && wanted();
            let count = self.take(to, peek)?;
            if count > 0 || !more {
                return Ok(count);
            }
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            self.readers.waiting.wait_while(
                || self.used() == 0 && self.writers.is_open() && wanted(),
                deadline,
            )?;
        }
    }

    /// Moves what there is to the caller.
    fn take(&self, to: &mut User<'_>, peek: bool) -> Result<usize> {
        let mut bytes = self.bytes.lock();
        let count = bytes.len().min(to.remaining());
        if count == 0 {
            return Ok(0);
        }
        let (front, back) = bytes.as_slices();
        let first = front.len().min(count);
        to.put(&front[..first])?;
        to.put(&back[..count - first])?;
        if peek {
            return Ok(count);
        }
        bytes.drain(..count);
        self.used.store(bytes.len(), SeqCst);
        drop(bytes);
        self.departures.fetch_add(1, SeqCst);
        self.writers.waiting.wake_all();
        poll::notify();
        Ok(count)
    }

    /// Writes all of the caller's bytes, waiting for room until a deadline (`ETIMEDOUT`). `broken` is called
    /// if nobody reads any more, and gives the error.
    pub(super) fn write(
        &self,
        from: &mut User<'_>,
        nonblocking: bool,
        deadline: Option<u64>,
        broken: impl Fn() -> Errno,
    ) -> Result<usize> {
        // A small write goes in whole or not at all.
        let needed = if from.remaining() <= PIPE_BUF {
            from.remaining()
        } else {
            1
        };
        let mut done = 0;
        while from.remaining() > 0 {
            let result = match self.put(from, needed, nonblocking, deadline) {
                Err(Errno::EPIPE) => Err(broken()),
                result => result,
            };
            match result {
                Ok(count) => done += count,
                Err(_) if done > 0 => break,
                Err(errno) => return Err(errno),
            }
        }
        Ok(done)
    }

    /// Moves as much from the caller as there is room for, waiting for room for `needed` bytes. `EPIPE` if
    /// nobody reads.
    fn put(
        &self,
        from: &mut User<'_>,
        needed: usize,
        nonblocking: bool,
        deadline: Option<u64>,
    ) -> Result<usize> {
        loop {
            if !self.readers.is_open() {
                return Err(Errno::EPIPE);
            }
            let mut bytes = self.bytes.lock();
            let room = CAPACITY - bytes.len();
            if room >= needed {
                let count = room.min(from.remaining());
                let result = append(&mut bytes, from, count);
                self.used.store(bytes.len(), SeqCst);
                drop(bytes);
                self.arrivals.fetch_add(1, SeqCst);
                self.readers.waiting.wake_all();
                poll::notify();
                return result.map(|()| count);
            }
            drop(bytes);
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            self.writers.waiting.wait_while(
                || CAPACITY - self.used() < needed && self.readers.is_open(),
                deadline,
            )?;
        }
    }
}

/// Moves `count` of the caller's bytes to the end of the pipe, or none.
fn append(bytes: &mut VecDeque<u8>, from: &mut User<'_>, count: usize) -> Result<()> {
    let before = bytes.len();
    bytes.try_reserve(count).map_err(|_| Errno::ENOMEM)?;
    let mut buffer = [0; 512];
    let mut left = count;
    while left > 0 {
        let part = &mut buffer[..left.min(512)];
        if let Err(errno) = from.take(part) {
            bytes.truncate(before);
            return Err(errno);
        }
        bytes.extend(&*part);
        left -= part.len();
    }
    Ok(())
}

/// A write to a pipe that nobody reads raises SIGPIPE and fails.
pub(crate) fn broken() -> Errno {
    #[cfg(not(test))]
    {
        const SIGPIPE: u32 = 13;
        // Where no handler takes it, the program has ended and there is no return.
        let _ = crate::signal::send_to_thread(
            crate::arch::current().tid,
            crate::signal::from_user(SIGPIPE),
        );
    }
    Errno::EPIPE
}

/// What somebody has open: an end of a pipe, or both.
struct End {
    node: Arc<Node>,
    reads: bool,
    writes: bool,
    /// Opened while nobody had it open for writing, after so many who had: until the next one comes there
    /// is nobody whose going could be told.
    alone_since: Option<u32>,
}

impl End {
    /// The node was checked when the end was made.
    fn pipe(&self) -> Result<&Pipe> {
        self.node.pipe().ok_or(Errno::EIO)
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let Ok(pipe) = self.pipe() else { return };
        pipe.part(self.reads, self.writes);
    }
}

impl File for End {
    fn sync(&self) -> Result<()> {
        // POSIX, fsync: the descriptor "refers to a file on which this operation is not possible".
        Err(Errno::EINVAL)
    }

    fn mode(&self) -> u32 {
        self.node.mode()
    }

    fn attributes(&self) -> Result<Attributes> {
        self.node.attributes()
    }

    fn change(&self, change: Change) -> Result<()> {
        self.node.change(change)
    }

    fn open(self: Arc<Self>, flags: u32) -> Result<Arc<dyn File>> {
        open(&self.node, flags)
    }

    fn read(&self, _at: &mut u64, to: &mut User<'_>, manner: Manner) -> Result<usize> {
        let count = self
            .pipe()?
            .read(to, manner.nonblocking, false, None, || true)?;
        if count > 0 {
            self.node.touch_read();
        }
        Ok(count)
    }

    fn write(&self, _at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        let pipe = self.pipe()?;
        let count = pipe.write(from, manner.nonblocking, None, broken)?;
        if count > 0 {
            self.node.touch();
        }
        Ok(count)
    }

    fn ready(&self) -> u16 {
        let Ok(pipe) = self.pipe() else {
            return POLLERR;
        };
        let mut ready = 0;
        if self.reads {
            let gone = !pipe.writers.is_open()
                && self.alone_since != Some(pipe.writers.opened.load(SeqCst));
            ready |= if gone { POLLHUP } else { 0 };
            ready |= if pipe.used() > 0 { POLLIN } else { 0 };
        }
        if self.writes {
            let room = CAPACITY - pipe.used() >= PIPE_BUF;
            let gone = !pipe.readers.is_open();
            ready |= if room || gone { POLLOUT } else { 0 };
            ready |= if gone { POLLERR } else { 0 };
        }
        ready
    }

    fn changes(&self) -> u64 {
        let (arrivals, departures) = self.pipe().map_or((0, 0), Pipe::changes);
        let read = if self.reads { arrivals } else { 0 };
        let written = if self.writes { departures } else { 0 };
        read.wrapping_add(written)
    }

    fn available(&self) -> usize {
        self.pipe().map_or(0, Pipe::used)
    }
}
