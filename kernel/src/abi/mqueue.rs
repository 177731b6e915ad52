//! Message queues. Names and descriptors are as POSIX has them for `mq_open`; a descriptor is one of
//! those of files, which `poll`, `fcntl` and `close` work on too. Deadlines are absolute against
//! `HERMIT_CLOCK_REALTIME`, in nanoseconds.

use core::ffi::c_char;

use super::HERMIT_CLOCK_REALTIME;
use super::file::restartable;
use super::path::string;
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::files;
use crate::fs::flags::O_NONBLOCK;
use crate::fs::mqueue::{self, ANY, Limits, NOT_RECEIVING, NOT_SENDING};
use crate::fs::user::User;
use crate::sched::clock;

/// What a queue is like: `struct mq_attr`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitMqAttr {
    /// `O_NONBLOCK` or 0: of the descriptor.
    pub flags: i64,
    /// How many messages the queue holds.
    pub max_messages: i64,
    /// How many bytes a message can have.
    pub message_size: i64,
    /// How many messages there are.
    pub messages: i64,
}

/// What `sys_mq_notify` registers; the kernel keeps it and does not look at it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitMqEvent {
    /// The caller's.
    pub words: [u64; 16],
}

/// Opens a queue, or makes it with `O_CREAT`, permissions `mode` (less the mask of `sys_umask`) and the
/// limits of `*attributes` (null: 10 messages of 8192 bytes); returns a descriptor.
///
/// # Errors
/// `EINVAL`: no such access mode, limits that no queue can have (65536 messages of 16 MiB), or a name
/// without a slash at its beginning. `EACCES`: another slash in the name. `ENAMETOOLONG`: more than 255
/// bytes. `EEXIST`, `ENOENT`, `EMFILE`, `ENOSPC`, `EFAULT`.
///
/// Serves POSIX `mq_open`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mq_open(
    name: *const c_char,
    flags: u32,
    mode: u32,
    attributes: *const HermitMqAttr,
) -> i32 {
    let open = || {
        let name = string(name)?;
        let limits = if attributes.is_null() {
            Ok(Limits::DEFAULT)
        } else {
            read(attributes)
                .and_then(|wanted| Limits::new(wanted.max_messages, wanted.message_size))
        };
        files().open_queue(&name, flags, mode, limits)
    };
    errno::number(open())
}

/// Removes a queue's name; those who have it open go on.
///
/// # Errors
/// `ENOENT`, `ENAMETOOLONG`, `EACCES`, `EINVAL`, `EFAULT`.
///
/// Serves POSIX `mq_unlink`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mq_unlink(name: *const c_char) -> i32 {
    errno::status(string(name).and_then(|name| mqueue::unlink(&name)))
}

fn monotonic(deadline: u64) -> Result<Option<u64>> {
    let deadline = clock::monotonic_deadline(HERMIT_CLOCK_REALTIME, deadline)?;
    Ok((deadline != u64::MAX).then_some(deadline))
}

/// Sends a message of `len` bytes with `priority`; waits while the queue is full, at most until `deadline`.
/// Returns 1 if the event that was registered is due: it is stored in `*event`, and the caller sees to it.
/// Else 0.
///
/// # Errors
/// `EBADF` (also: not open for writing), `EMSGSIZE`, `EINVAL` (priority of 32768 or more), `EAGAIN`
/// (`O_NONBLOCK`), `ETIMEDOUT`, `EINTR`, `ENOMEM`, `EFAULT`.
///
/// Serves POSIX `mq_send`, `mq_timedsend`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mq_send(
    fd: i32,
    message: *const u8,
    len: usize,
    priority: u32,
    deadline: u64,
    event: *mut HermitMqEvent,
) -> i32 {
    let send = || {
        let open = files().get(fd)?;
        let mut from = User::new(message.cast_mut(), len);
        mqueue::with(&open, NOT_SENDING, |queue, nonblocking| {
            queue.send(&mut from, priority, nonblocking, monotonic(deadline)?)
        })
    };
    let due = restartable(send).and_then(|due| match due {
        Some(due) => write(event, due).map(|()| 1),
        None => Ok(0),
    });
    errno::number(due)
}

/// Receives the oldest of the messages with the highest priority, which is stored in `*priority` unless
/// that is null; waits while there is none, at most until `deadline`. Returns the message's length.
///
/// # Errors
/// `EBADF` (also: not open for reading), `EMSGSIZE` (`len` is less than the queue's messages can have),
/// `EAGAIN` (`O_NONBLOCK`), `ETIMEDOUT`, `EINTR`, `EFAULT`.
///
/// Serves POSIX `mq_receive`, `mq_timedreceive`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mq_receive(
    fd: i32,
    message: *mut u8,
    len: usize,
    priority: *mut u32,
    deadline: u64,
) -> isize {
    let receive = || {
        let open = files().get(fd)?;
        let mut to = User::new(message, len);
        mqueue::with(&open, NOT_RECEIVING, |queue, nonblocking| {
            queue.receive(&mut to, nonblocking, monotonic(deadline)?)
        })
    };
    let received = restartable(receive).and_then(|(len, of)| {
        if !priority.is_null() {
            write(priority, of)?;
        }
        Ok(len)
    });
    errno::value(received)
}

/// Stores what a queue is like in `*old`, then sets the descriptor's `O_NONBLOCK` as `new->flags` says. Either
/// may be null.
///
/// # Errors
/// `EBADF`, `EINVAL` (other flags), `EFAULT`.
///
/// Serves POSIX `mq_getattr`, `mq_setattr`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mq_attributes(
    fd: i32,
    new: *const HermitMqAttr,
    old: *mut HermitMqAttr,
) -> i32 {
    let attributes = || {
        let open = files().get(fd)?;
        let new = if new.is_null() {
            None
        } else {
            Some(read(new)?.flags)
        };
        if new.is_some_and(|flags| flags & !i64::from(O_NONBLOCK) != 0) {
            return Err(Errno::EINVAL);
        }
        let now = mqueue::with(&open, ANY, |queue, nonblocking| {
            Ok(HermitMqAttr {
                flags: if nonblocking {
                    i64::from(O_NONBLOCK)
                } else {
                    0
                },
                max_messages: queue.limits().messages as i64,
                message_size: queue.limits().size as i64,
                messages: queue.count() as i64,
            })
        })?;
        if !old.is_null() {
            write(old, now)?;
        }
        if let Some(flags) = new {
            open.set_flags(open.flags() & !O_NONBLOCK | flags as u32);
        }
        Ok(())
    };
    errno::status(attributes())
}

/// Registers an event that `sys_mq_send` returns, once, when a message comes to the empty queue and nobody
/// waits for it; null takes away what was registered through this opening, as closing it does.
///
/// # Errors
/// `EBADF`, `EBUSY` (one is registered), `EFAULT`.
///
/// Serves POSIX `mq_notify`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mq_notify(fd: i32, event: *const HermitMqEvent) -> i32 {
    let notify = || {
        let open = files().get(fd)?;
        let event = if event.is_null() {
            None
        } else {
            Some(read(event)?)
        };
        mqueue::with(&open, ANY, |queue, _| queue.notify(event))
    };
    errno::status(notify())
}
