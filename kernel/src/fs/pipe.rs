//! Pipes: POSIX `pipe`.
//!
//! The two ends are separate files that share the bytes; when the last descriptor of an end goes, its
//! object goes, and the other side learns the end of file or `EPIPE`. Bytes are guarded by a sleeping
//! lock; what `poll` and sleepers look at is kept beside it in atomics.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::file::{Attributes, File, Manner};
use super::flags::{PIPE_BUF, POLLERR, POLLHUP, POLLIN, POLLOUT, S_IFIFO};
use super::user::User;
use super::{Mutex, WaitQueue, now, poll};
use crate::errno::{Errno, Result};

/// How many bytes a pipe holds.
pub const CAPACITY: usize = 64 * 1024;

/// Number of the pipes' file system in `st_dev`.
const DEVICE_NUMBER: u64 = 2;

static NEXT_INODE: AtomicU64 = AtomicU64::new(1);

struct Pipe {
    inode: u64,
    created: i64,
    bytes: Mutex<VecDeque<u8>>,
    /// How many bytes there are.
    used: AtomicUsize,
    has_reader: AtomicBool,
    has_writer: AtomicBool,
    readers: WaitQueue,
    writers: WaitQueue,
}

struct ReadEnd(Arc<Pipe>);

struct WriteEnd(Arc<Pipe>);

/// Makes a pipe: the end to read from and the end to write to.
pub fn new() -> Result<(Arc<dyn File>, Arc<dyn File>)> {
    super::node::check_memory().map_err(|_| Errno::ENFILE)?;
    let pipe = Arc::new(Pipe {
        inode: NEXT_INODE.fetch_add(1, SeqCst),
        created: now(),
        bytes: Mutex::new(VecDeque::new()),
        used: AtomicUsize::new(0),
        has_reader: AtomicBool::new(true),
        has_writer: AtomicBool::new(true),
        readers: WaitQueue::new(),
        writers: WaitQueue::new(),
    });
    Ok((Arc::new(ReadEnd(pipe.clone())), Arc::new(WriteEnd(pipe))))
}

impl Pipe {
    fn attributes(&self) -> Attributes {
        Attributes {
            device: DEVICE_NUMBER,
            inode: self.inode,
            mode: S_IFIFO | 0o600,
            links: 1,
            size: self.used.load(SeqCst) as u64,
            accessed: self.created,
            modified: self.created,
            changed: self.created,
            ..Attributes::default()
        }
    }

    fn read(&self, to: &mut User<'_>, nonblocking: bool) -> Result<usize> {
        if to.remaining() == 0 {
            return Ok(0);
        }
        loop {
            // Looked at before the bytes: a writer that goes has written before.
            let has_writer = self.has_writer.load(SeqCst);
            {
                let mut bytes = self.bytes.lock();
                let count = bytes.len().min(to.remaining());
                if count > 0 {
                    let (front, back) = bytes.as_slices();
                    let first = front.len().min(count);
                    to.put(&front[..first])?;
                    to.put(&back[..count - first])?;
                    bytes.drain(..count);
                    self.used.store(bytes.len(), SeqCst);
                    drop(bytes);
                    self.writers.wake_all();
                    poll::notify();
                    return Ok(count);
                }
            }
            if !has_writer {
                return Ok(0);
            }
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            self.readers.wait_while(
                || self.used.load(SeqCst) == 0 && self.has_writer.load(SeqCst),
                None,
            )?;
        }
    }

    fn write(&self, from: &mut User<'_>, nonblocking: bool) -> Result<usize> {
        let mut done = 0;
        // A small write goes in whole or not at all.
        let needed = if from.remaining() <= PIPE_BUF {
            from.remaining()
        } else {
            1
        };
        while from.remaining() > 0 {
            if !self.has_reader.load(SeqCst) {
                return if done > 0 { Ok(done) } else { Err(broken()) };
            }
            let mut bytes = self.bytes.lock();
            let room = CAPACITY - bytes.len();
            if room >= needed {
                let count = room.min(from.remaining());
                let result = append(&mut bytes, from, count);
                self.used.store(bytes.len(), SeqCst);
                drop(bytes);
                self.readers.wake_all();
                poll::notify();
                if let Err(errno) = result {
                    return if done > 0 { Ok(done) } else { Err(errno) };
                }
                done += count;
                continue;
            }
            drop(bytes);
            let waited = if nonblocking {
                Err(Errno::EAGAIN)
            } else {
                self.writers.wait_while(
                    || CAPACITY - self.used.load(SeqCst) < needed && self.has_reader.load(SeqCst),
                    None,
                )
            };
            match waited {
                Ok(()) => {}
                Err(_) if done > 0 => return Ok(done),
                Err(errno) => return Err(errno),
            }
        }
        Ok(done)
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

impl File for ReadEnd {
    fn mode(&self) -> u32 {
        S_IFIFO | 0o600
    }

    fn attributes(&self) -> Result<Attributes> {
        Ok(self.0.attributes())
    }

    fn open(self: Arc<Self>, _flags: u32) -> Result<Arc<dyn File>> {
        Ok(self)
    }

    fn read(&self, _at: &mut u64, to: &mut User<'_>, manner: Manner) -> Result<usize> {
        self.0.read(to, manner.nonblocking)
    }

    fn ready(&self) -> u16 {
        let hung_up = if self.0.has_writer.load(SeqCst) {
            0
        } else {
            POLLHUP
        };
        hung_up
            | if self.0.used.load(SeqCst) > 0 {
                POLLIN
            } else {
                0
            }
    }

    fn available(&self) -> usize {
        self.0.used.load(SeqCst)
    }
}

impl Drop for ReadEnd {
    fn drop(&mut self) {
        self.0.has_reader.store(false, SeqCst);
        self.0.writers.wake_all();
        poll::notify();
    }
}

impl File for WriteEnd {
    fn mode(&self) -> u32 {
        S_IFIFO | 0o600
    }

    fn attributes(&self) -> Result<Attributes> {
        Ok(self.0.attributes())
    }

    fn open(self: Arc<Self>, _flags: u32) -> Result<Arc<dyn File>> {
        Ok(self)
    }

    fn write(&self, _at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        self.0.write(from, manner.nonblocking)
    }

    fn ready(&self) -> u16 {
        if !self.0.has_reader.load(SeqCst) {
            return POLLERR | POLLOUT;
        }
        if CAPACITY - self.0.used.load(SeqCst) >= PIPE_BUF {
            POLLOUT
        } else {
            0
        }
    }
}

impl Drop for WriteEnd {
    fn drop(&mut self) {
        self.0.has_writer.store(false, SeqCst);
        self.0.readers.wake_all();
        poll::notify();
    }
}
