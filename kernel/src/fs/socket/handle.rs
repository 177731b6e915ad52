//! Descriptors of sockets: what one refers to, and the calls that make one.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::address::{AF_UNIX, Address};
use super::stream::{Connection, How};
use super::{DEVICE_NUMBER, Kind, Socket, State, checked, names};
use crate::errno::{Errno, Result};
use crate::fs::Files;
use crate::fs::descriptor::Open;
use crate::fs::file::{Attributes, File, Manner};
use crate::fs::flags::{O_DESCRIPTOR, O_NONBLOCK, O_RDWR, POLLHUP, POLLIN, POLLOUT, S_IFSOCK};
use crate::fs::user::User;

/// What a descriptor refers to: others may hold the socket for a moment, but it ends with its descriptors.
struct Handle(Arc<Socket>);

impl Drop for Handle {
    fn drop(&mut self) {
        let (state, named) = {
            let mut inner = self.0.inner.lock();
            let named = matches!(inner.local, Address::Port(..) | Address::Abstract(_));
            (core::mem::replace(&mut inner.state, State::Idle), named)
        };
        if named {
            names::release(Arc::as_ptr(&self.0));
        }
        match state {
            State::Connected(connection) => connection.shut(true, true),
            State::Listens(backlog) => backlog.close(),
            State::Idle => self.0.inbox.stop_reading(),
        }
    }
}

impl File for Handle {
    fn mode(&self) -> u32 {
        S_IFSOCK | 0o777
    }

    fn attributes(&self) -> Result<Attributes> {
        Ok(Attributes {
            device: DEVICE_NUMBER,
            inode: Arc::as_ptr(&self.0) as u64 >> 4,
            mode: self.mode(),
            links: 1,
            accessed: self.0.created,
            modified: self.0.created,
            changed: self.0.created,
            ..Attributes::default()
        })
    }

    fn read(&self, _at: &mut u64, to: &mut User<'_>, manner: Manner) -> Result<usize> {
        let how = How {
            nonblocking: manner.nonblocking,
            ..How::default()
        };
        let received = self.0.receive(to, how)?;
        Ok(received.map_or(0, |received| received.count))
    }

    fn write(&self, _at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        let how = How {
            nonblocking: manner.nonblocking,
            ..How::default()
        };
        self.0.send(crate::fs::files(), from, None, how)
    }

    fn sync(&self) -> Result<()> {
        Err(Errno::EINVAL)
    }

    fn ready(&self) -> u16 {
        match &self.0.inner.lock().state {
            State::Connected(connection) => connection.ready(),
            State::Listens(backlog) => backlog.ready(),
            State::Idle if self.0.kind == Kind::Datagram => {
                POLLOUT
                    | if self.0.inbox.has_message() {
                        POLLIN
                    } else {
                        0
                    }
            }
            State::Idle => POLLOUT | POLLHUP,
        }
    }

    fn changes(&self) -> u64 {
        match &self.0.inner.lock().state {
            State::Connected(connection) => connection.changes(),
            State::Listens(backlog) => backlog.changes(),
            State::Idle => self.0.inbox.changes().0,
        }
    }

    fn available(&self) -> usize {
        match &self.0.inner.lock().state {
            State::Connected(connection) => connection.available(),
            _ => self.0.inbox.available(),
        }
    }

    fn as_socket(&self) -> Option<&Socket> {
        Some(&self.0)
    }
}

/// Flags of a new descriptor: `O_CLOEXEC`, `O_CLOFORK` and `O_NONBLOCK`, which callers also write `SOCK_…`.
pub const DESCRIPTOR_FLAGS: u32 = O_DESCRIPTOR | O_NONBLOCK;

impl Files {
    fn add_socket(&self, flags: u32, make: impl FnOnce() -> Result<Arc<Socket>>) -> Result<i32> {
        self.add_opened(flags, || {
            let handle = Arc::new(Handle(make()?));
            Ok(Open::new(handle, O_RDWR | flags & O_NONBLOCK))
        })
    }

    /// POSIX `socket`; `kind` has [`DESCRIPTOR_FLAGS`] in it.
    pub fn socket(&self, family: u16, kind: u32, protocol: i32) -> Result<i32> {
        let flags = kind & DESCRIPTOR_FLAGS;
        let (kind, protocol) = checked(family, kind & !DESCRIPTOR_FLAGS, protocol)?;
        crate::fs::node::check_memory().map_err(|_| Errno::ENOMEM)?;
        self.add_socket(flags, || Ok(Socket::new(family, kind, protocol)))
    }

    /// POSIX `socketpair`.
    pub fn socket_pair(&self, family: u16, kind: u32, protocol: i32) -> Result<[i32; 2]> {
        let flags = kind & DESCRIPTOR_FLAGS;
        let (kind, protocol) = checked(family, kind & !DESCRIPTOR_FLAGS, protocol)?;
        if family != AF_UNIX {
            return Err(Errno::EOPNOTSUPP);
        }
        crate::fs::node::check_memory().map_err(|_| Errno::ENOMEM)?;
        // Datagrams of a pair have nowhere else to go: they are as messages of a connection.
        let messages = kind != Kind::Stream;
        let (one, other) = Connection::pair(messages, Address::Unnamed, Address::Unnamed);
        let template = Socket::new(family, kind, protocol);
        let first = self.add_socket(flags, || Ok(template.connected(one)))?;
        match self.add_socket(flags, || Ok(template.connected(other))) {
            Ok(second) => Ok([first, second]),
            Err(errno) => {
                self.close(first)?;
                Err(errno)
            }
        }
    }

    /// POSIX `accept`: the new descriptor, and where the other side is.
    pub fn accept(&self, open: &Open, flags: u32) -> Result<(i32, Vec<u8>)> {
        let socket = open.file.as_socket().ok_or(Errno::ENOTSOCK)?;
        if flags & !DESCRIPTOR_FLAGS != 0 {
            return Err(Errno::EINVAL);
        }
        let mut peer = Vec::new();
        let number = self.add_socket(flags, || {
            let (accepted, from) = socket.accept(open.flags() & O_NONBLOCK != 0)?;
            peer = socket.tell(&from);
            Ok(accepted)
        })?;
        Ok((number, peer))
    }
}
