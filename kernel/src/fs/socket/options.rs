//! Options of sockets, with Linux's numbers.
//!
//! Those that mean something here are kept where they are looked at; others that programs set as a matter of
//! course are kept and told.

use alloc::vec::Vec;

use super::address::{AF_INET6, AF_UNIX};
use super::inbox::CAPACITY;
use super::{Kind, Socket};
use crate::errno::{Errno, Result};

/// `SOL_SOCKET`.
pub const SOCKET: i32 = 1;
const IPPROTO_IP: i32 = 0;
const IPPROTO_TCP: i32 = 6;
const IPPROTO_IPV6: i32 = 41;

/// `SO_REUSEADDR`.
pub const REUSE_ADDRESS: i32 = 2;
const TYPE: i32 = 3;
const ERROR: i32 = 4;
const SEND_BUFFER: i32 = 7;
const RECEIVE_BUFFER: i32 = 8;
const LINGER: i32 = 13;
/// `SO_REUSEPORT`.
pub const REUSE_PORT: i32 = 15;
const RECEIVE_LOW: i32 = 18;
const SEND_LOW: i32 = 19;
/// `SO_RCVTIMEO`.
pub const RECEIVE_TIMEOUT: i32 = 20;
/// `SO_SNDTIMEO`.
pub const SEND_TIMEOUT: i32 = 21;
const ACCEPTS: i32 = 30;
const PROTOCOL: i32 = 38;
const DOMAIN: i32 = 39;
/// `IPV6_V6ONLY`.
pub const ONLY_V6: i32 = 26;

/// Of `SOL_SOCKET`: DEBUG, REUSEADDR, DONTROUTE, BROADCAST, KEEPALIVE, OOBINLINE, PRIORITY, LINGER (both
/// words), REUSEPORT, PASSCRED, RCVLOWAT, TIMESTAMP.
const KEPT: &[i32] = &[1, 2, 5, 6, 9, 10, 12, 15, 16, 18, 29];
/// Of `IPPROTO_TCP`: NODELAY, MAXSEG, CORK, KEEPIDLE, KEEPINTVL, KEEPCNT, SYNCNT, LINGER2, DEFER_ACCEPT,
/// QUICKACK, USER_TIMEOUT.
const KEPT_TCP: &[i32] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 18];
/// Of `IPPROTO_IP`: TOS, TTL, MTU_DISCOVER, MULTICAST_IF, MULTICAST_TTL, MULTICAST_LOOP.
const KEPT_IP: &[i32] = &[1, 2, 10, MULTICAST_INTERFACE, 33, 34];
/// Of `IPPROTO_IPV6`: UNICAST_HOPS, MULTICAST_HOPS, MULTICAST_LOOP, V6ONLY, TCLASS.
const KEPT_IPV6: &[i32] = &[16, 18, 19, ONLY_V6, 67];

/// Numbers that are not 0 before they are set: (IP_)TTL, MULTICAST_TTL, MULTICAST_LOOP, (IPV6_)UNICAST_HOPS,
/// MULTICAST_HOPS, MULTICAST_LOOP.
const DEFAULTS: &[(i32, i32, i32)] = &[
    (IPPROTO_IP, 2, 64),
    (IPPROTO_IP, 33, 1),
    (IPPROTO_IP, 34, 1),
    (IPPROTO_IPV6, 16, 64),
    (IPPROTO_IPV6, 18, 1),
    (IPPROTO_IPV6, 19, 1),
];

/// `IP_MULTICAST_IF`.
const MULTICAST_INTERFACE: i32 = 32;
/// Of `IPPROTO_IP`: ADD_MEMBERSHIP, ADD_SOURCE_MEMBERSHIP; of both: MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP; of
/// `IPPROTO_IPV6`: JOIN_GROUP. No interface carries groups: `ENODEV`, as Linux has it.
const JOIN: &[(i32, i32)] = &[
    (IPPROTO_IP, 35),
    (IPPROTO_IP, 39),
    (IPPROTO_IP, 42),
    (IPPROTO_IP, 46),
    (IPPROTO_IPV6, 20),
    (IPPROTO_IPV6, 42),
    (IPPROTO_IPV6, 46),
];
/// The reverse of each: nobody is a member.
const LEAVE: &[(i32, i32)] = &[
    (IPPROTO_IP, 36),
    (IPPROTO_IP, 40),
    (IPPROTO_IP, 45),
    (IPPROTO_IP, 47),
    (IPPROTO_IPV6, 21),
    (IPPROTO_IPV6, 45),
    (IPPROTO_IPV6, 47),
];

/// What was set.
#[derive(Default)]
pub struct Options {
    values: Vec<(i32, i32, Vec<u8>)>,
}

impl Options {
    fn get(&self, level: i32, name: i32) -> Option<&[u8]> {
        let found = |(l, n, _): &&(i32, i32, Vec<u8>)| (*l, *n) == (level, name);
        self.values.iter().find(found).map(|(_, _, value)| &**value)
    }

    /// An option that is a number; its default, mostly 0, if it was not set.
    pub fn number(&self, level: i32, name: i32) -> i32 {
        let bytes = self.get(level, name).and_then(|value| value.get(..4));
        let set = bytes.and_then(|bytes| bytes.try_into().ok());
        set.map(i32::from_ne_bytes).unwrap_or_else(|| {
            let found = DEFAULTS.iter().find(|(l, n, _)| (*l, *n) == (level, name));
            found.map_or(0, |(_, _, number)| *number)
        })
    }

    /// A time, `struct timeval`, in nanoseconds; nothing if it was not set, or to 0.
    pub fn time(&self, name: i32) -> Option<u64> {
        let value = self.get(SOCKET, name)?;
        let part = |at: usize| -> Option<u64> {
            let bytes = value.get(at..at + 8)?.try_into().ok()?;
            u64::try_from(i64::from_ne_bytes(bytes)).ok()
        };
        let time = part(0)?
            .saturating_mul(1_000_000_000)
            .saturating_add(part(8)?.saturating_mul(1000));
        (time > 0).then_some(time)
    }

    fn put(&mut self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        let found = |(l, n, _): &(i32, i32, Vec<u8>)| (*l, *n) == (level, name);
        if let Some(at) = self.values.iter().position(found) {
            self.values[at].2 = value.to_vec();
            return Ok(());
        }
        self.values.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        self.values.push((level, name, value.to_vec()));
        Ok(())
    }
}

/// Whether a socket keeps an option.
fn is_kept(socket: &Socket, level: i32, name: i32) -> bool {
    let internet = socket.family != AF_UNIX;
    match level {
        SOCKET => KEPT.contains(&name),
        IPPROTO_TCP => internet && socket.kind == Kind::Stream && KEPT_TCP.contains(&name),
        IPPROTO_IP => internet && KEPT_IP.contains(&name),
        IPPROTO_IPV6 => socket.family == AF_INET6 && KEPT_IPV6.contains(&name),
        _ => false,
    }
}

/// Sets an option.
///
/// # Errors
/// `ENOPROTOOPT`, `EINVAL` (too short), `EDOM` (no time), `ENODEV` (groups), `EADDRNOTAVAIL`, `ENOMEM`.
pub fn set(socket: &Socket, level: i32, name: i32, value: &[u8]) -> Result<()> {
    let internet = level != IPPROTO_IPV6 || socket.family == AF_INET6;
    let (joins, leaves) = (
        JOIN.contains(&(level, name)),
        LEAVE.contains(&(level, name)),
    );
    if socket.family != AF_UNIX && internet && (joins || leaves) {
        return Err(match value.len() {
            0..8 => Errno::EINVAL,
            _ if joins => Errno::ENODEV,
            _ => Errno::EADDRNOTAVAIL,
        });
    }
    let number;
    let value = if (level, name) == (IPPROTO_IP, MULTICAST_INTERFACE) {
        // `struct ip_mreq` and `ip_mreqn` have the interface's address behind the group's.
        let at = if value.len() >= 8 { 4 } else { 0 };
        let address = value.get(at..at + 4).ok_or(Errno::EINVAL)?;
        if address != [0; 4] && address[0] != 127 {
            return Err(Errno::EADDRNOTAVAIL);
        }
        address
    } else if level == IPPROTO_IP && (1..4).contains(&value.len()) {
        // As BSD has them, these are bytes.
        number = i32::from(value[0]).to_ne_bytes();
        &number
    } else {
        value
    };
    let len = match (level, name) {
        (SOCKET, TYPE | ERROR | ACCEPTS | PROTOCOL | DOMAIN) => return Err(Errno::ENOPROTOOPT),
        (SOCKET, RECEIVE_TIMEOUT | SEND_TIMEOUT) => 16,
        (SOCKET, LINGER) => 8,
        // The size of what waits is what it is.
        (SOCKET, SEND_BUFFER | RECEIVE_BUFFER) if value.len() >= 4 => return Ok(()),
        (SOCKET, SEND_BUFFER | RECEIVE_BUFFER) => 4,
        _ if is_kept(socket, level, name) => 4,
        _ => return Err(Errno::ENOPROTOOPT),
    };
    let value = value.get(..len).ok_or(Errno::EINVAL)?;
    if matches!((level, name), (SOCKET, RECEIVE_TIMEOUT | SEND_TIMEOUT)) {
        let microseconds = value[8..16].try_into().map_or(-1, i64::from_ne_bytes);
        if !(0..1_000_000).contains(&microseconds) {
            return Err(Errno::EDOM);
        }
    }
    socket.with_options(|options| options.put(level, name, value))
}

/// The value of an option.
///
/// # Errors
/// `ENOPROTOOPT`.
pub fn get(socket: &Socket, level: i32, name: i32) -> Result<Vec<u8>> {
    let number = match (level, name) {
        (SOCKET, TYPE) => socket.kind as i32,
        (SOCKET, ERROR) => 0,
        (SOCKET, ACCEPTS) => i32::from(socket.accepts()),
        (SOCKET, PROTOCOL) => socket.protocol,
        (SOCKET, DOMAIN) => i32::from(socket.family),
        (SOCKET, SEND_BUFFER | RECEIVE_BUFFER) => CAPACITY as i32,
        (SOCKET, RECEIVE_LOW | SEND_LOW) => {
            let value = socket.with_options(|options| options.number(level, name));
            value.max(1)
        }
        (SOCKET, RECEIVE_TIMEOUT | SEND_TIMEOUT | LINGER) => {
            let len = if name == LINGER { 8 } else { 16 };
            let value = |options: &mut Options| {
                let value = options.get(level, name).map(<[u8]>::to_vec);
                value.unwrap_or_else(|| alloc::vec![0; len])
            };
            return Ok(socket.with_options(value));
        }
        _ if is_kept(socket, level, name) => {
            socket.with_options(|options| options.number(level, name))
        }
        _ => return Err(Errno::ENOPROTOOPT),
    };
    Ok(number.to_ne_bytes().to_vec())
}
