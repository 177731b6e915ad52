//! Message queues: what POSIX's `mq_open` and its relatives work on.
//!
//! A queue holds messages in order of priority, those of one priority in the order in which they came. Its
//! name is in a list of names apart from those of files, as POSIX allows; it lives for as long as it has
//! a name or a descriptor. A descriptor refers to a [`Handle`], which is a file that can only be polled.
//!
//! **Locks**, sleeping, never two at once: the names; a queue's messages. How many messages there are is kept
//! beside them in an atomic, for those who poll or wait.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::descriptor::Open;
use super::file::{Attributes, File};
use super::flags::{
    NAME_MAX, O_ACCMODE, O_CLOEXEC, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY, PERMISSIONS,
    POLLIN, POLLOUT, S_IFREG,
};
use super::user::User;
use super::{Files, Mutex, WaitQueue, now, poll};
use crate::abi::HermitMqEvent;
use crate::errno::{Errno, Result};

/// Priorities are below this (`MQ_PRIO_MAX`).
pub const PRIORITIES: u32 = 32768;
/// Most messages that a queue can be made for.
const MOST_MESSAGES: usize = 65536;
/// Longest message that a queue can be made for.
const LONGEST_MESSAGE: usize = 16 << 20;
/// Number of the queues' file system in `st_dev`.
const DEVICE_NUMBER: u64 = 4;

/// How many messages of which size a queue holds.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Most messages.
    pub messages: usize,
    /// Most bytes of one.
    pub size: usize,
}

impl Limits {
    /// Those of a queue that is made without saying.
    pub const DEFAULT: Limits = Limits {
        messages: 10,
        size: 8192,
    };

    /// `EINVAL` unless a queue can have these limits.
    pub fn new(messages: i64, size: i64) -> Result<Limits> {
        let number = |number: i64, most: usize| {
            usize::try_from(number)
                .ok()
                .filter(|number| (1..=most).contains(number))
                .ok_or(Errno::EINVAL)
        };
        Ok(Limits {
            messages: number(messages, MOST_MESSAGES)?,
            size: number(size, LONGEST_MESSAGE)?,
        })
    }
}

struct Message {
    priority: u32,
    bytes: Vec<u8>,
}

/// Who is told of a message that comes to the empty queue.
struct Registration {
    /// The handle by which it was made; only a number.
    by: usize,
    event: HermitMqEvent,
}

#[derive(Default)]
struct State {
    /// The next one to be received is the last.
    messages: Vec<Message>,
    registration: Option<Registration>,
}

struct Queue {
    inode: u64,
    mode: u32,
    created: i64,
    limits: Limits,
    linked: AtomicBool,
    state: Mutex<State>,
    count: AtomicUsize,
    /// Receivers that wait: they come before who is registered.
    waiting: AtomicUsize,
    receivers: WaitQueue,
    senders: WaitQueue,
}

/// What a descriptor of a queue refers to.
pub struct Handle(Arc<Queue>);

struct Named {
    name: Vec<u8>,
    queue: Arc<Queue>,
}

static NAMES: Mutex<Vec<Named>> = Mutex::new(Vec::new());

/// A name without its slash, of which there must be one at the beginning and no other.
fn checked_name(name: &[u8]) -> Result<&[u8]> {
    let name = name.strip_prefix(b"/").ok_or(Errno::EINVAL)?;
    if name.is_empty() {
        return Err(Errno::ENOENT);
    }
    if name.contains(&b'/') {
        return Err(Errno::EACCES);
    }
    if name.len() > NAME_MAX {
        return Err(Errno::ENAMETOOLONG);
    }
    Ok(name)
}

/// The queue with a name, made if `flags` ask for it.
fn find_or_make(
    name: &[u8],
    flags: u32,
    permissions: u32,
    limits: Result<Limits>,
) -> Result<Arc<Queue>> {
    static NEXT_INODE: AtomicU64 = AtomicU64::new(1);
    let name = checked_name(name)?;
    let mut names = NAMES.lock();
    if let Some(found) = names.iter().find(|named| named.name == name) {
        return if flags & (O_CREAT | O_EXCL) == O_CREAT | O_EXCL {
            Err(Errno::EEXIST)
        } else {
            Ok(found.queue.clone())
        };
    }
    if flags & O_CREAT == 0 {
        return Err(Errno::ENOENT);
    }
    let limits = limits?;
    super::node::check_memory()?;
    names.try_reserve(1).map_err(|_| Errno::ENOSPC)?;
    let queue = Arc::new(Queue {
        inode: NEXT_INODE.fetch_add(1, SeqCst),
        mode: S_IFREG | permissions & PERMISSIONS,
        created: now(),
        limits,
        linked: AtomicBool::new(true),
        state: Mutex::new(State::default()),
        count: AtomicUsize::new(0),
        waiting: AtomicUsize::new(0),
        receivers: WaitQueue::new(),
        senders: WaitQueue::new(),
    });
    names.push(Named {
        name: name.to_vec(),
        queue: queue.clone(),
    });
    Ok(queue)
}

/// Takes a queue's name away.
pub fn unlink(name: &[u8]) -> Result<()> {
    let name = checked_name(name)?;
    let removed = {
        let mut names = NAMES.lock();
        let index = names
            .iter()
            .position(|named| named.name == name)
            .ok_or(Errno::ENOENT)?;
        names.swap_remove(index)
    };
    removed.queue.linked.store(false, SeqCst);
    Ok(())
}

impl Files {
    /// Opens a queue; `limits` are looked at if it is made.
    pub fn open_queue(
        &self,
        name: &[u8],
        flags: u32,
        permissions: u32,
        limits: Result<Limits>,
    ) -> Result<i32> {
        if flags & O_ACCMODE == O_ACCMODE {
            return Err(Errno::EINVAL);
        }
        self.add_opened(O_CLOEXEC, || {
            let queue = find_or_make(name, flags, self.masked(permissions), limits)?;
            Ok(Open::new(Arc::new(Handle(queue)), flags))
        })
    }
}

/// Runs `f` with the queue behind a descriptor, and whether it is never to sleep. `not` is the access
/// mode that does not do.
pub fn with<R>(open: &Open, not: u32, f: impl FnOnce(&Handle, bool) -> Result<R>) -> Result<R> {
    let handle = open.file.as_queue().ok_or(Errno::EBADF)?;
    if open.flags() & O_ACCMODE == not {
        return Err(Errno::EBADF);
    }
    f(handle, open.flags() & O_NONBLOCK != 0)
}

/// The access mode that cannot send.
pub const NOT_SENDING: u32 = O_RDONLY;
/// The access mode that cannot receive.
pub const NOT_RECEIVING: u32 = O_WRONLY;
/// No access mode.
pub const ANY: u32 = O_ACCMODE;

impl Handle {
    /// The limits.
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// How many messages there are.
    pub fn count(&self) -> usize {
        self.0.count.load(SeqCst)
    }

    /// Sends a message. Answers with the event that was registered, if it is due; it is registered no more.
    pub fn send(
        &self,
        from: &mut User<'_>,
        priority: u32,
        nonblocking: bool,
        deadline: Option<u64>,
    ) -> Result<Option<HermitMqEvent>> {
        let queue = &*self.0;
        let len = from.remaining();
        if priority >= PRIORITIES {
            return Err(Errno::EINVAL);
        }
        if len > queue.limits.size {
            return Err(Errno::EMSGSIZE);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| Errno::ENOMEM)?;
        from.append(&mut bytes, len)?;
        loop {
            let mut state = queue.state.lock();
            let messages = &mut state.messages;
            if messages.len() < queue.limits.messages {
                messages.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
                let place = messages.partition_point(|other| other.priority < priority);
                messages.insert(place, Message { priority, bytes });
                let first = messages.len() == 1;
                queue.count.store(messages.len(), SeqCst);
                let due = if first && queue.waiting.load(SeqCst) == 0 {
                    state.registration.take()
                } else {
                    None
                };
                drop(state);
                queue.receivers.wake_one();
                poll::notify();
                return Ok(due.map(|registration| registration.event));
            }
            drop(state);
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            let full = || queue.count.load(SeqCst) >= queue.limits.messages;
            queue.senders.wait_while(full, deadline)?;
        }
    }

    /// Receives the oldest of the messages with the highest priority: its length and its priority.
    pub fn receive(
        &self,
        to: &mut User<'_>,
        nonblocking: bool,
        deadline: Option<u64>,
    ) -> Result<(usize, u32)> {
        let queue = &*self.0;
        if to.remaining() < queue.limits.size {
            return Err(Errno::EMSGSIZE);
        }
        loop {
            let mut state = queue.state.lock();
            if let Some(message) = state.messages.last() {
                // A bad address leaves the message where it is.
                to.put(&message.bytes)?;
                let received = (message.bytes.len(), message.priority);
                let message = state.messages.pop();
                queue.count.store(state.messages.len(), SeqCst);
                drop(state);
                drop(message);
                queue.senders.wake_one();
                poll::notify();
                return Ok(received);
            }
            drop(state);
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            queue.waiting.fetch_add(1, SeqCst);
            let empty = || queue.count.load(SeqCst) == 0;
            let waited = queue.receivers.wait_while(empty, deadline);
            queue.waiting.fetch_sub(1, SeqCst);
            waited?;
        }
    }

    fn number(&self) -> usize {
        core::ptr::from_ref(self) as usize
    }

    /// Registers an event for the next message that comes to the empty queue, or takes the one away that
    /// was registered by this handle.
    pub fn notify(&self, event: Option<HermitMqEvent>) -> Result<()> {
        let by = self.number();
        let mut state = self.0.state.lock();
        match event {
            Some(_) if state.registration.is_some() => return Err(Errno::EBUSY),
            Some(event) => state.registration = Some(Registration { by, event }),
            None => {
                state.registration.take_if(|registered| registered.by == by);
            }
        }
        Ok(())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // There is nothing to fail.
        let _ = self.notify(None);
    }
}

impl File for Handle {
    fn mode(&self) -> u32 {
        self.0.mode
    }

    fn attributes(&self) -> Result<Attributes> {
        Ok(Attributes {
            device: DEVICE_NUMBER,
            inode: self.0.inode,
            mode: self.0.mode,
            links: u32::from(self.0.linked.load(SeqCst)),
            accessed: self.0.created,
            modified: self.0.created,
            changed: self.0.created,
            ..Attributes::default()
        })
    }

    fn open(self: Arc<Self>, _flags: u32) -> Result<Arc<dyn File>> {
        Ok(self)
    }

    fn ready(&self) -> u16 {
        let count = self.count();
        let readable = if count > 0 { POLLIN } else { 0 };
        let writable = if count < self.0.limits.messages {
            POLLOUT
        } else {
            0
        };
        readable | writable
    }

    fn as_queue(&self) -> Option<&Handle> {
        Some(self)
    }
}
