//! Who is bound to which port or abstract name.
//!
//! **Lock**: the list's, sleeping, a leaf.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use super::address::{AF_INET6, Address, Ip};
use super::{Kind, Socket};
use crate::errno::{Errno, Result};
use crate::fs::Mutex;

/// Ports that are given out to those who do not ask for one.
const FIRST_FREE: u16 = 32_768;
const LAST_FREE: u16 = 60_999;

struct Name {
    address: Address,
    /// Takes part in both families.
    both: bool,
    shares: bool,
    kind: Kind,
    socket: Weak<Socket>,
}

struct Names {
    list: Vec<Name>,
    next: u16,
}

static NAMES: Mutex<Names> = Mutex::new(Names {
    list: Vec::new(),
    next: FIRST_FREE,
});

/// Whether two addresses of the Internet can be the same one's.
fn overlap(a: Ip, a_both: bool, b: Ip, b_both: bool) -> bool {
    let same_family = matches!((a, b), (Ip::V4(_), Ip::V4(_)) | (Ip::V6(_), Ip::V6(_)));
    match same_family {
        true => a == b || a.is_any() || b.is_any(),
        false => a.is_any() && a_both || b.is_any() && b_both,
    }
}

impl Name {
    /// Whether something for `to` is for this one.
    fn is(&self, kind: Kind, to: &Address) -> bool {
        if self.kind != kind {
            return false;
        }
        match (&self.address, to) {
            (Address::Port(ip, port), Address::Port(to, to_port)) => {
                port == to_port && overlap(*ip, self.both, *to, false)
            }
            (own, to) => own == to,
        }
    }
}

impl Names {
    fn is_taken(&self, kind: Kind, address: &Address, both: bool, shares: bool) -> bool {
        self.list.iter().any(|name| {
            let same = match (&name.address, address) {
                (Address::Port(ip, port), Address::Port(to, to_port)) => {
                    port == to_port && overlap(*ip, name.both, *to, both)
                }
                (own, address) => own == address,
            };
            name.kind == kind && same && !(shares && name.shares)
        })
    }

    /// Chooses a free port.
    fn choose(&mut self, kind: Kind, ip: Ip, both: bool) -> Result<u16> {
        for _ in FIRST_FREE..=LAST_FREE {
            let port = self.next;
            self.next = if port == LAST_FREE {
                FIRST_FREE
            } else {
                port + 1
            };
            if !self.is_taken(kind, &Address::Port(ip, port), both, false) {
                return Ok(port);
            }
        }
        Err(Errno::EADDRINUSE)
    }
}

/// Gives a socket a port (0: any) or an abstract name; answers with the address that it has then.
pub fn bind(
    socket: &Arc<Socket>,
    address: Address,
    shares: bool,
    only_v6: bool,
) -> Result<Address> {
    let mut names = NAMES.lock();
    names.list.retain(|name| name.socket.strong_count() > 0);
    names.list.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
    let both = socket.family == AF_INET6 && !only_v6;
    let address = match address {
        Address::Port(ip, 0) => Address::Port(ip, names.choose(socket.kind, ip, both)?),
        address => address,
    };
    if names.is_taken(socket.kind, &address, both, shares) {
        return Err(Errno::EADDRINUSE);
    }
    names.list.push(Name {
        address: address.clone(),
        both,
        shares,
        kind: socket.kind,
        socket: Arc::downgrade(socket),
    });
    Ok(address)
}

/// Takes away what a socket is bound to.
pub fn release(socket: *const Socket) {
    let mut names = NAMES.lock();
    names
        .list
        .retain(|name| !core::ptr::eq(name.socket.as_ptr(), socket));
}

/// The socket that is bound to an address, the last one if there are several.
pub fn find(kind: Kind, to: &Address) -> Option<Arc<Socket>> {
    let names = NAMES.lock();
    let mut found = names.list.iter().rev().filter(|name| name.is(kind, to));
    found.find_map(|name| name.socket.upgrade())
}
