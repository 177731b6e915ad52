//! Sockets within the program; `fs::socket` says how far they reach.
//!
//! **Addresses** have the form of Linux's `struct sockaddr` and its kin. Where one is told, as much of it is
//! stored as there is room for, and its whole length. Numbers of families, types, options and flags are Linux's;
//! `O_CLOEXEC` and `O_NONBLOCK` may be added to a type.
//!
//! Every function with a descriptor may give `EBADF` and `ENOTSOCK`; only what goes beyond is listed.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ffi::c_void;

use super::file::{HermitIovec, restartable, with_pieces};
use crate::arch::uaccess::{copy_in, copy_out, read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::descriptor::Open;
use crate::fs::files;
use crate::fs::flags::O_NONBLOCK;
use crate::fs::socket::address::{Address, LONGEST};
use crate::fs::socket::{How, Socket};

/// What [`sys_sendmsg`] sends and [`sys_recvmsg`] receives: `struct msghdr`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitMessage {
    /// Address of the other side, or null.
    pub name: *mut c_void,
    /// Its length, or room for it.
    pub name_len: u32,
    /// Pieces of memory.
    pub pieces: *mut HermitIovec,
    /// How many.
    pub piece_count: usize,
    /// Ancillary data: none is received, and none can be sent.
    pub control: *mut c_void,
    /// Its length.
    pub control_len: usize,
    /// `HERMIT_MSG_…` of what was received.
    pub flags: i32,
}

/// Out-of-band data: there is none.
pub const HERMIT_MSG_OOB: u32 = 1;
/// What is received stays.
pub const HERMIT_MSG_PEEK: u32 = 2;
/// The message was longer than the room for it.
pub const HERMIT_MSG_TRUNC: u32 = 0x20;
/// Does not wait.
pub const HERMIT_MSG_DONTWAIT: u32 = 0x40;
/// Waits for all that was asked for.
pub const HERMIT_MSG_WAITALL: u32 = 0x100;
/// No `SIGPIPE`.
pub const HERMIT_MSG_NOSIGNAL: u32 = 0x4000;

/// DONTROUTE, EOR, CONFIRM, MORE, CMSG_CLOEXEC: without effect.
const WITHOUT_EFFECT: u32 = 0x4 | 0x80 | 0x800 | 0x8000 | 0x4000_0000;

fn socket(open: &Open) -> Result<&Socket> {
    open.file.as_socket().ok_or(Errno::ENOTSOCK)
}

fn with_socket<R>(fd: i32, f: impl FnOnce(&Open, &Socket) -> Result<R>) -> Result<R> {
    let open: Arc<Open> = files().get(fd)?;
    f(&open, socket(&open)?)
}

/// The bytes of an address.
fn bytes(from: *const c_void, len: u32) -> Result<Vec<u8>> {
    let len = len as usize;
    if len > LONGEST {
        return Err(Errno::EINVAL);
    }
    let mut bytes = alloc::vec![0; len];
    copy_in(&mut bytes, from.cast())?;
    Ok(bytes)
}

fn address(socket: &Socket, from: *const c_void, len: u32) -> Result<Option<Address>> {
    socket.address(&bytes(from, len)?)
}

/// Stores as much of an address as there is room for, and its length.
fn store(address: &[u8], to: *mut c_void, len: *mut u32) -> Result<()> {
    if to.is_null() {
        return Ok(());
    }
    let room = read(len.cast_const())?;
    if room > i32::MAX as u32 {
        return Err(Errno::EINVAL);
    }
    copy_out(to.cast(), &address[..address.len().min(room as usize)])?;
    write(len, address.len() as u32)
}

/// Makes a socket; returns the new descriptor.
///
/// # Errors
/// `EAFNOSUPPORT`, `EPROTOTYPE`, `EPROTONOSUPPORT`, `EMFILE`, `ENOMEM`.
///
/// Serves `socket`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_socket(family: i32, kind: u32, protocol: i32) -> i32 {
    let family = u16::try_from(family).map_err(|_| Errno::EAFNOSUPPORT);
    errno::number(family.and_then(|family| files().socket(family, kind, protocol)))
}

/// Makes two sockets that are connected with each other; `AF_UNIX` only.
///
/// # Errors
/// Those of [`sys_socket`], `EOPNOTSUPP` (another family), `EFAULT`.
///
/// Serves `socketpair`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_socketpair(family: i32, kind: u32, protocol: i32, fds: *mut i32) -> i32 {
    let family = u16::try_from(family).map_err(|_| Errno::EAFNOSUPPORT);
    let made = family.and_then(|family| files().socket_pair(family, kind, protocol));
    errno::status(made.and_then(|pair| {
        write(fds.cast(), pair).inspect_err(|_| {
            // Nobody will ever use them.
            let _ = (files().close(pair[0]), files().close(pair[1]));
        })
    }))
}

/// Gives a socket an address.
///
/// # Errors
/// `EINVAL` (has one already, or no address), `EAFNOSUPPORT`, `EADDRINUSE`, `EADDRNOTAVAIL`, `EFAULT`,
/// `ENOMEM`; for a path those of `sys_mknodat`.
///
/// Serves `bind`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_bind(fd: i32, name: *const c_void, len: u32) -> i32 {
    errno::status(with_socket(fd, |_, socket| {
        let to = address(socket, name, len)?.ok_or(Errno::EAFNOSUPPORT)?;
        socket.bind(files(), to)
    }))
}

/// Lets others connect; about `backlog` of them wait to be accepted.
///
/// # Errors
/// `EOPNOTSUPP` (datagrams), `EINVAL` (connected, or of `AF_UNIX` without an address).
///
/// Serves `listen`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_listen(fd: i32, backlog: i32) -> i32 {
    errno::status(with_socket(fd, |_, socket| socket.listen(backlog)))
}

/// Takes the first of those who wait to be connected, waiting for one; stores where it is unless `name` is
/// null. Returns the new descriptor. `flags`: `O_CLOEXEC`, `O_NONBLOCK`.
///
/// # Errors
/// `EOPNOTSUPP` (datagrams), `EINVAL` (does not listen), `EAGAIN`, `EINTR`, `EMFILE`, `EFAULT`.
///
/// Serves `accept`, `accept4`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_accept(fd: i32, name: *mut c_void, len: *mut u32, flags: u32) -> i32 {
    let accepted = restartable(|| files().accept(&*files().get(fd)?, flags));
    errno::number(accepted.and_then(|(number, peer)| {
        store(&peer, name, len).map(|()| number).inspect_err(|_| {
            // Nobody will ever use it.
            let _ = files().close(number);
        })
    }))
}

/// Connects a socket; waits while the other side has no room for one more. Of a datagram socket it says where
/// messages go; an address of family 0 takes that back.
///
/// # Errors
/// `ECONNREFUSED`, `EISCONN`, `EPROTOTYPE`, `ENETUNREACH`, `EAFNOSUPPORT`, `EINVAL`, `EAGAIN` (there is no
/// room, with `O_NONBLOCK`), `EINTR`, `EFAULT`; for a path those of finding a file.
///
/// Serves `connect`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_connect(fd: i32, name: *const c_void, len: u32) -> i32 {
    errno::status(restartable(|| {
        with_socket(fd, |open, socket| {
            let to = address(socket, name, len)?;
            socket.connect(files(), to, open.flags() & O_NONBLOCK != 0)
        })
    }))
}

/// Stores the address of a socket.
///
/// # Errors
/// `EFAULT`, `EINVAL`.
///
/// Serves `getsockname`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_getsockname(fd: i32, name: *mut c_void, len: *mut u32) -> i32 {
    errno::status(with_socket(fd, |_, socket| {
        told(&socket.tell(&socket.local()), name, len)
    }))
}

/// Stores the address to which a socket is connected.
///
/// # Errors
/// `ENOTCONN`, `EFAULT`, `EINVAL`.
///
/// Serves `getpeername`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_getpeername(fd: i32, name: *mut c_void, len: *mut u32) -> i32 {
    errno::status(with_socket(fd, |_, socket| {
        told(&socket.tell(&socket.peer()?), name, len)
    }))
}

/// As [`store`], where an address must be stored.
fn told(address: &[u8], name: *mut c_void, len: *mut u32) -> Result<()> {
    if name.is_null() {
        return Err(Errno::EFAULT);
    }
    store(address, name, len)
}

/// Ends receiving (0), sending (1) or both (2).
///
/// # Errors
/// `ENOTCONN`, `EINVAL`.
///
/// Serves `shutdown`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_shutdown(fd: i32, which: u32) -> i32 {
    errno::status(with_socket(fd, |_, socket| socket.shut(which)))
}

fn how(open: &Open, flags: u32) -> How {
    How {
        nonblocking: open.flags() & O_NONBLOCK != 0 || flags & HERMIT_MSG_DONTWAIT != 0,
        peek: flags & HERMIT_MSG_PEEK != 0,
        all: flags & HERMIT_MSG_WAITALL != 0,
        quiet: flags & HERMIT_MSG_NOSIGNAL != 0,
        deadline: None,
    }
}

/// Sends a message, or bytes; returns how many. `flags`: `HERMIT_MSG_DONTWAIT`, `HERMIT_MSG_NOSIGNAL`.
///
/// # Errors
/// `ENOTCONN`, `EDESTADDRREQ`, `EISCONN`, `EPIPE`, `EMSGSIZE`, `ECONNREFUSED`, `EAGAIN`, `EINTR`, `EFAULT`,
/// `EOPNOTSUPP` (ancillary data, other flags), `ENOMEM`; with an address those of [`sys_connect`].
///
/// Serves `send`, `sendto`, `sendmsg`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_sendmsg(fd: i32, message: *const HermitMessage, flags: u32) -> isize {
    const KNOWN: u32 = HERMIT_MSG_DONTWAIT | HERMIT_MSG_NOSIGNAL | WITHOUT_EFFECT;
    errno::value(restartable(|| {
        with_socket(fd, |open, socket| {
            let message = read(message)?;
            if flags & !KNOWN != 0 || message.control_len > 0 {
                return Err(Errno::EOPNOTSUPP);
            }
            let to = match message.name.is_null() || message.name_len == 0 {
                true => None,
                false => address(socket, message.name, message.name_len)?,
            };
            with_pieces(message.pieces, message.piece_count, |from| {
                socket.send(files(), from, to, how(open, flags))
            })
        })
    }))
}

/// Receives a message, or bytes; returns how many, 0 at the end. Stores in `message` where it came from, with
/// the length of that, and `HERMIT_MSG_TRUNC` if there was more. `flags`: `HERMIT_MSG_DONTWAIT`,
/// `HERMIT_MSG_PEEK`, `HERMIT_MSG_WAITALL`; with `HERMIT_MSG_TRUNC` the length of the whole message is returned.
///
/// # Errors
/// `ENOTCONN`, `EAGAIN`, `EINTR`, `EFAULT`, `EINVAL`, `EOPNOTSUPP` (other flags).
///
/// Serves `recv`, `recvfrom`, `recvmsg`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_recvmsg(fd: i32, message: *mut HermitMessage, flags: u32) -> isize {
    const KNOWN: u32 = HERMIT_MSG_DONTWAIT
        | HERMIT_MSG_PEEK
        | HERMIT_MSG_WAITALL
        | HERMIT_MSG_TRUNC
        | HERMIT_MSG_NOSIGNAL
        | WITHOUT_EFFECT;
    errno::value(restartable(|| {
        with_socket(fd, |open, socket| {
            let mut told = read(message.cast_const())?;
            if flags & !KNOWN != 0 {
                return Err(Errno::EOPNOTSUPP);
            }
            let mut from = None;
            let mut len = 0;
            let count = with_pieces(told.pieces, told.piece_count, |to| {
                let received = socket.receive(to, how(open, flags))?;
                Ok(received.map_or(0, |received| {
                    len = received.len;
                    from = Some(received.from);
                    received.count
                }))
            })?;
            told.flags = if len > count {
                HERMIT_MSG_TRUNC as i32
            } else {
                0
            };
            told.control_len = 0;
            let name = match from {
                Some(Address::Unnamed) | None => Vec::new(),
                Some(from) => socket.tell(&from),
            };
            if !told.name.is_null() {
                let room = name.len().min(told.name_len as usize);
                copy_out(told.name.cast(), &name[..room])?;
            }
            told.name_len = name.len() as u32;
            write(message, told)?;
            Ok(if flags & HERMIT_MSG_TRUNC != 0 {
                len
            } else {
                count
            })
        })
    }))
}

/// Sets an option.
///
/// # Errors
/// `ENOPROTOOPT`, `EINVAL` (too short), `EDOM`, `EFAULT`, `ENOMEM`.
///
/// Serves `setsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_setsockopt(
    fd: i32,
    level: i32,
    name: i32,
    value: *const c_void,
    len: u32,
) -> i32 {
    errno::status(with_socket(fd, |_, socket| {
        socket.set_option(level, name, &bytes(value, len.min(LONGEST as u32))?)
    }))
}

/// Stores as much of an option's value as `*len` says, and its length.
///
/// # Errors
/// `ENOPROTOOPT`, `EINVAL`, `EFAULT`.
///
/// Serves `getsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_getsockopt(
    fd: i32,
    level: i32,
    name: i32,
    value: *mut c_void,
    len: *mut u32,
) -> i32 {
    errno::status(with_socket(fd, |_, socket| {
        let found = socket.option(level, name)?;
        let room = read(len.cast_const())?;
        if room > i32::MAX as u32 {
            return Err(Errno::EINVAL);
        }
        let count = found.len().min(room as usize);
        copy_out(value.cast(), &found[..count])?;
        write(len, count as u32)
    }))
}
