//! Sockets within the program: `AF_UNIX`, and the Internet's as far as this machine goes.
//!
//! There is no network: what is sent to an address of this machine (127.0.0.0/8, `::1`) arrives, everything
//! else is `ENETUNREACH`. A connection is two pipes, or two inboxes where messages are kept apart, whatever
//! the family ([`stream`]); a datagram goes into the receiver's [`inbox`]. Families differ in what an
//! [`address`] is and how it is found: by the file system or by the list of [`names`].
//!
//! Connecting is done at once, or waits until the other side has room for one more to be accepted. A datagram
//! of the Internet that finds no room is lost, as everywhere; one of `AF_UNIX` waits.
//!
//! **Locks**, sleeping: a socket's state; inside it names, a backlog, an inbox or a pipe's bytes. None of
//! them is held while somebody waits.

pub mod address;
mod handle;
mod inbox;
mod names;
mod options;
mod stream;

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use address::{AF_INET, AF_INET6, AF_UNIX, Address, Ip};
pub use handle::DESCRIPTOR_FLAGS;
use inbox::{Inbox, Received};
use options::Options;
pub use stream::How;
use stream::{Backlog, Connection};

use super::file::{File, New};
use super::flags::AT_FDCWD;
use super::user::User;
use super::{Files, Mutex, now};
use crate::errno::{Errno, Result};

/// Number of the sockets' file system in `st_dev`.
const DEVICE_NUMBER: u64 = 5;
/// Most connections that wait to be accepted.
const MOST_WAITING: i32 = 4096;

/// What a socket carries; the numbers are Linux's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Kind {
    /// Bytes in order.
    Stream = 1,
    /// Messages, each for itself.
    Datagram = 2,
    /// Messages in order.
    Sequence = 5,
}

enum State {
    /// Neither listens nor is connected.
    Idle,
    Listens(Arc<Backlog>),
    Connected(Arc<Connection>),
}

struct Inner {
    state: State,
    local: Address,
    /// Of a datagram socket: where messages go, and the only one from whom they come.
    peer: Option<Address>,
    options: Options,
}

/// A socket.
pub struct Socket {
    this: Weak<Socket>,
    family: u16,
    kind: Kind,
    protocol: i32,
    created: i64,
    inner: Mutex<Inner>,
    /// Of a datagram socket.
    inbox: Inbox,
}

/// What a socket is asked to be.
fn checked(family: u16, kind: u32, protocol: i32) -> Result<(Kind, i32)> {
    const IPPROTO_TCP: i32 = 6;
    const IPPROTO_UDP: i32 = 17;
    let kind = match kind {
        1 => Kind::Stream,
        2 => Kind::Datagram,
        5 if family == AF_UNIX => Kind::Sequence,
        _ => return Err(Errno::EPROTOTYPE),
    };
    let known = match (family, kind) {
        (AF_UNIX, _) => 0,
        (AF_INET | AF_INET6, Kind::Stream) => IPPROTO_TCP,
        (AF_INET | AF_INET6, _) => IPPROTO_UDP,
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    match protocol {
        0 => Ok((kind, known)),
        protocol if protocol == known => Ok((kind, known)),
        // PF_UNIX, for a protocol of its own family.
        1 if family == AF_UNIX => Ok((kind, 0)),
        _ => Err(Errno::EPROTONOSUPPORT),
    }
}

impl Socket {
    fn new(family: u16, kind: Kind, protocol: i32) -> Arc<Socket> {
        Arc::new_cyclic(|this| Socket {
            this: this.clone(),
            family,
            kind,
            protocol,
            created: now(),
            inner: Mutex::new(Inner {
                state: State::Idle,
                local: Address::Unnamed,
                peer: None,
                options: Options::default(),
            }),
            inbox: Inbox::new(),
        })
    }

    /// A socket of the same kind that is connected.
    fn connected(&self, connection: Connection) -> Arc<Socket> {
        let socket = Socket::new(self.family, self.kind, self.protocol);
        socket.inner.lock().state = State::Connected(Arc::new(connection));
        socket
    }

    fn with_options<R>(&self, f: impl FnOnce(&mut Options) -> R) -> R {
        f(&mut self.inner.lock().options)
    }

    fn accepts(&self) -> bool {
        matches!(self.inner.lock().state, State::Listens(_))
    }

    fn connection(&self) -> Result<Arc<Connection>> {
        match &self.inner.lock().state {
            State::Connected(connection) => Ok(connection.clone()),
            _ => Err(Errno::ENOTCONN),
        }
    }

    /// The address that bytes of the caller say.
    pub fn address(&self, bytes: &[u8]) -> Result<Option<Address>> {
        Address::decode(bytes, self.family)
    }

    /// An address as the caller sees it.
    pub fn tell(&self, address: &Address) -> Vec<u8> {
        address.encode(self.family)
    }

    /// POSIX `bind`.
    pub fn bind(&self, files: &Files, to: Address) -> Result<()> {
        let this = self.this.upgrade().ok_or(Errno::EBADF)?;
        let mut inner = self.inner.lock();
        if inner.local != Address::Unnamed {
            return Err(Errno::EINVAL);
        }
        let level = options::SOCKET;
        let shares = inner.options.number(level, options::REUSE_PORT) != 0
            || self.kind == Kind::Datagram
                && inner.options.number(level, options::REUSE_ADDRESS) != 0;
        inner.local = match to {
            Address::Path(path) => {
                if path.is_empty() {
                    return Err(Errno::ENOENT);
                }
                files
                    .make_socket(&path, Arc::downgrade(&this))
                    .map_err(|errno| match errno {
                        Errno::EEXIST => Errno::EADDRINUSE,
                        errno => errno,
                    })?;
                Address::Path(path)
            }
            Address::Port(ip, _) if !ip.is_local() => return Err(Errno::EADDRNOTAVAIL),
            // Linux chooses a name; POSIX knows no such address.
            Address::Unnamed => return Err(Errno::EINVAL),
            address => names::bind(&this, address, shares, inner.only_v6())?,
        };
        Ok(())
    }

    /// Gives a socket of the Internet that has no port one.
    fn bind_anywhere(&self, inner: &mut Inner, ip: Ip) -> Result<()> {
        if self.family != AF_UNIX && inner.local == Address::Unnamed {
            let this = self.this.upgrade().ok_or(Errno::EBADF)?;
            inner.local = names::bind(&this, Address::Port(ip, 0), false, inner.only_v6())?;
        }
        Ok(())
    }

    /// POSIX `listen`.
    pub fn listen(&self, backlog: i32) -> Result<()> {
        if self.kind == Kind::Datagram {
            return Err(Errno::EOPNOTSUPP);
        }
        // Linux lets in one more than it is asked for; a negative number is a large one.
        let most = match backlog {
            0..MOST_WAITING => backlog as usize + 1,
            _ => MOST_WAITING as usize,
        };
        let mut inner = self.inner.lock();
        match &inner.state {
            State::Connected(_) => Err(Errno::EINVAL),
            State::Listens(backlog) => {
                backlog.set_most(most);
                Ok(())
            }
            State::Idle => {
                if self.family == AF_UNIX && inner.local == Address::Unnamed {
                    return Err(Errno::EINVAL);
                }
                self.bind_anywhere(&mut inner, Ip::any(self.family))?;
                inner.state = State::Listens(Arc::new(Backlog::new(most)));
                Ok(())
            }
        }
    }

    /// The socket at an address of this one's family.
    fn find(&self, files: &Files, to: &Address) -> Result<Arc<Socket>> {
        let found = match to {
            Address::Path(path) => {
                let file = files.at_path(path)?;
                let node = file.as_node().ok_or(Errno::ECONNREFUSED)?;
                node.socket()?
            }
            Address::Port(ip, _) if !ip.is_local() => return Err(Errno::ENETUNREACH),
            Address::Unnamed => return Err(Errno::EINVAL),
            address => names::find(self.kind, address).ok_or(Errno::ECONNREFUSED)?,
        };
        if found.kind != self.kind {
            return Err(Errno::EPROTOTYPE);
        }
        Ok(found)
    }

    /// POSIX `connect`; of a datagram socket `None` takes back what was said before.
    pub fn connect(&self, files: &Files, to: Option<Address>, nonblocking: bool) -> Result<()> {
        // What is sent to any address goes to this machine.
        let to = to.map(|to| match to {
            Address::Port(ip, port) if ip.is_any() => Address::Port(ip.loopback(), port),
            to => to,
        });
        if self.kind == Kind::Datagram {
            if let Some(Address::Port(ip, _)) = &to {
                if !ip.is_local() {
                    return Err(Errno::ENETUNREACH);
                }
            } else if let Some(to) = &to {
                self.find(files, to)?;
            }
            let mut inner = self.inner.lock();
            if let Some(Address::Port(ip, _)) = &to {
                self.bind_anywhere(&mut inner, Ip::any(self.family_of(*ip)))?;
            }
            inner.peer = to;
            return Ok(());
        }
        let to = to.ok_or(Errno::EAFNOSUPPORT)?;
        let deadline = {
            let inner = self.inner.lock();
            match &inner.state {
                State::Idle => inner.options.time(options::SEND_TIMEOUT).map(deadline_in),
                _ => return Err(Errno::EISCONN),
            }
        };
        let found = self.find(files, &to)?;
        let (backlog, there) = {
            let inner = found.inner.lock();
            match (&inner.state, &to) {
                (State::Listens(backlog), Address::Port(..)) => (backlog.clone(), to.clone()),
                (State::Listens(backlog), _) => (backlog.clone(), inner.local.clone()),
                _ => return Err(Errno::ECONNREFUSED),
            }
        };
        // Here is a port of this socket's own, at the address at which it is reached.
        let here = {
            let mut inner = self.inner.lock();
            if let Address::Port(ip, _) = &to {
                self.bind_anywhere(&mut inner, Ip::any(self.family_of(*ip)))?;
            }
            match (&inner.local, &to) {
                (Address::Port(own, port), Address::Port(ip, _)) if own.is_any() => {
                    Address::Port(ip.loopback(), *port)
                }
                (local, _) => local.clone(),
            }
        };
        let mut mine = None;
        let how = How {
            nonblocking,
            deadline,
            ..How::default()
        };
        backlog.add(how, || {
            let messages = self.kind == Kind::Sequence;
            let (one, other) = Connection::pair(messages, here.clone(), there.clone());
            mine = Some(one);
            other
        })?;
        let mine = mine.ok_or(Errno::ECONNREFUSED)?;
        let mut inner = self.inner.lock();
        // Another thread may have connected it at the same time: what it did stays.
        if !matches!(inner.state, State::Idle) {
            return Err(Errno::EISCONN);
        }
        inner.local = here;
        inner.state = State::Connected(Arc::new(mine));
        Ok(())
    }

    /// The family in which an address of this socket is bound.
    fn family_of(&self, ip: Ip) -> u16 {
        match ip {
            Ip::V4(_) if self.family == AF_INET => AF_INET,
            _ => self.family,
        }
    }

    /// POSIX `accept`: the new socket, and where the other side is.
    pub fn accept(&self, nonblocking: bool) -> Result<(Arc<Socket>, Address)> {
        if self.kind == Kind::Datagram {
            return Err(Errno::EOPNOTSUPP);
        }
        let (backlog, deadline) = {
            let inner = self.inner.lock();
            match &inner.state {
                State::Listens(backlog) => (
                    backlog.clone(),
                    inner
                        .options
                        .time(options::RECEIVE_TIMEOUT)
                        .map(deadline_in),
                ),
                _ => return Err(Errno::EINVAL),
            }
        };
        let how = How {
            nonblocking,
            deadline,
            ..How::default()
        };
        let connection = backlog.accept(how).map_err(in_time)?;
        let peer = connection.peer.clone();
        let socket = self.connected(connection);
        Ok((socket, peer))
    }

    /// Where this side is.
    pub fn local(&self) -> Address {
        let inner = self.inner.lock();
        match &inner.state {
            State::Connected(connection) => connection.local.clone(),
            _ => match (&inner.local, &inner.peer) {
                // A connected datagram socket knows by which address it is reached.
                (Address::Port(own, port), Some(Address::Port(ip, _))) if own.is_any() => {
                    Address::Port(ip.loopback(), *port)
                }
                (Address::Unnamed, _) if self.family != AF_UNIX => {
                    Address::Port(Ip::any(self.family), 0)
                }
                (local, _) => local.clone(),
            },
        }
    }

    /// Where the other side is.
    pub fn peer(&self) -> Result<Address> {
        let inner = self.inner.lock();
        match (&inner.state, &inner.peer) {
            (State::Connected(connection), _) => Ok(connection.peer.clone()),
            (_, Some(peer)) => Ok(peer.clone()),
            _ => Err(Errno::ENOTCONN),
        }
    }

    /// POSIX `shutdown`: reading (0), writing (1) or both (2).
    pub fn shut(&self, which: u32) -> Result<()> {
        let (reading, writing) = match which {
            0 => (true, false),
            1 => (false, true),
            2 => (true, true),
            _ => return Err(Errno::EINVAL),
        };
        let state = {
            let inner = self.inner.lock();
            match &inner.state {
                State::Connected(connection) => Ok(connection.clone()),
                State::Listens(backlog) => Err(backlog.clone()),
                State::Idle => return Err(Errno::ENOTCONN),
            }
        };
        match state {
            Ok(connection) => connection.shut(reading, writing),
            Err(backlog) if reading => backlog.close(),
            Err(_) => {}
        }
        Ok(())
    }

    /// Receives bytes or a message. Nothing at the end.
    pub fn receive(&self, to: &mut User<'_>, mut how: How) -> Result<Option<Received>> {
        let time = self.with_options(|options| options.time(options::RECEIVE_TIMEOUT));
        how.deadline = time.map(deadline_in);
        let received = match self.connection() {
            Err(_) if self.kind == Kind::Datagram => {
                self.inbox
                    .receive(to, how.nonblocking, how.peek, how.deadline)
            }
            connection => connection?.receive(to, how),
        };
        received.map_err(in_time)
    }

    /// Sends bytes or a message, to `to` or where the socket is connected to; answers how many bytes.
    pub fn send(
        &self,
        files: &Files,
        from: &mut User<'_>,
        to: Option<Address>,
        mut how: How,
    ) -> Result<usize> {
        let time = self.with_options(|options| options.time(options::SEND_TIMEOUT));
        how.deadline = time.map(deadline_in);
        let sent = match self.connection() {
            Ok(_) if to.is_some() && self.family == AF_UNIX => Err(Errno::EISCONN),
            Ok(connection) => connection.send(from, how),
            Err(_) if self.kind == Kind::Datagram => self.send_message(files, from, to, how),
            // Of a socket that is not connected the Internet's say EPIPE, as Linux does.
            Err(_) if self.family != AF_UNIX => Err(match how.quiet {
                true => Errno::EPIPE,
                false => super::pipe::broken(),
            }),
            Err(errno) => Err(errno),
        };
        sent.map_err(in_time)
    }

    fn send_message(
        &self,
        files: &Files,
        from: &mut User<'_>,
        to: Option<Address>,
        how: How,
    ) -> Result<usize> {
        let (to, connected, own) = {
            let mut inner = self.inner.lock();
            let connected = to.is_none();
            let to = to.or_else(|| inner.peer.clone());
            let to = match to {
                Some(Address::Port(ip, port)) if ip.is_any() => Address::Port(ip.loopback(), port),
                Some(to) => to,
                None if self.family == AF_UNIX => return Err(Errno::ENOTCONN),
                None => return Err(Errno::EDESTADDRREQ),
            };
            if let Address::Port(ip, _) = &to {
                self.bind_anywhere(&mut inner, Ip::any(self.family_of(*ip)))?;
            }
            let own = match (&inner.local, &to) {
                (Address::Port(own, port), Address::Port(ip, _)) if own.is_any() => {
                    Address::Port(ip.loopback(), *port)
                }
                (local, _) => local.clone(),
            };
            (to, connected, own)
        };
        let bytes = stream::message(from)?;
        let len = bytes.len();
        let internet = self.family != AF_UNIX;
        let receiver = match self.find(files, &to) {
            // Nobody tells a sender that has not connected.
            Err(Errno::ECONNREFUSED) if internet && !connected => return Ok(len),
            found => found?,
        };
        let only = receiver.inner.lock().peer.clone();
        if only.is_some_and(|only| only != own) {
            return if internet { Ok(len) } else { Err(Errno::EPERM) };
        }
        let nonblocking = how.nonblocking || internet;
        match receiver.inbox.send(bytes, own, nonblocking, how.deadline) {
            Err(Errno::EAGAIN) if internet => Ok(len),
            Err(Errno::EPIPE) => Err(Errno::ECONNREFUSED),
            other => other.map(|()| len),
        }
    }

    /// Sets an option.
    pub fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        options::set(self, level, name, value)
    }

    /// The value of an option.
    pub fn option(&self, level: i32, name: i32) -> Result<Vec<u8>> {
        options::get(self, level, name)
    }
}

impl Inner {
    fn only_v6(&self) -> bool {
        const IPPROTO_IPV6: i32 = 41;
        self.options.number(IPPROTO_IPV6, options::ONLY_V6) != 0
    }
}

/// The monotonic time after a while.
fn deadline_in(time: u64) -> u64 {
    #[cfg(not(test))]
    let now = crate::arch::timer::now_ns();
    #[cfg(test)]
    let now = 0u64;
    now.saturating_add(time)
}

/// A time that an option sets ends as if nothing was to be waited for.
fn in_time(errno: Errno) -> Errno {
    match errno {
        Errno::ETIMEDOUT => Errno::EAGAIN,
        errno => errno,
    }
}

impl Files {
    /// Makes the name of a socket.
    fn make_socket(&self, path: &[u8], socket: Weak<Socket>) -> Result<()> {
        let place = self.vacant(AT_FDCWD, path, false)?;
        let new = New::Socket(self.masked(0o777), socket);
        place.directory.create(&place.name, new).map(drop)
    }

    /// The file with a path.
    fn at_path(&self, path: &[u8]) -> Result<Arc<dyn File>> {
        self.file(AT_FDCWD, path, 0)
    }
}
