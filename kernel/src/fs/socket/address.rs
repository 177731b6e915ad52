//! Addresses of sockets, in the C library's form and in ours.
//!
//! The form is Linux's: a family of 16 bits, then what the family says. The length of a path or an abstract
//! name is that of the address.

use alloc::vec::Vec;

use crate::errno::{Errno, Result};

/// Sockets with paths.
pub const AF_UNIX: u16 = 1;
/// The Internet's, version 4.
pub const AF_INET: u16 = 2;
/// The Internet's, version 6.
pub const AF_INET6: u16 = 10;

/// Most bytes of an address: `struct sockaddr_storage`.
pub const LONGEST: usize = 128;
/// Bytes of `sun_path`.
const PATH: usize = 108;
const IPV4_LEN: usize = 16;
const IPV6_LEN: usize = 28;

/// An address of the Internet. IPv4's are told as such in either family, so that both know each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ip {
    /// Version 4.
    V4([u8; 4]),
    /// Version 6.
    V6([u8; 16]),
}

/// The first bytes of IPv4's addresses in IPv6's: RFC 4291, 2.5.5.2.
const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const V6_LOOPBACK: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

impl Ip {
    /// All addresses of this machine, in a family.
    pub fn any(family: u16) -> Ip {
        match family {
            AF_INET => Ip::V4([0; 4]),
            _ => Ip::V6([0; 16]),
        }
    }

    /// Whether it stands for all addresses of this machine.
    pub fn is_any(self) -> bool {
        self == Ip::V4([0; 4]) || self == Ip::V6([0; 16])
    }

    /// Whether it is an address of this machine.
    pub fn is_local(self) -> bool {
        match self {
            Ip::V4(bytes) => bytes[0] == 127 || self.is_any(),
            Ip::V6(bytes) => bytes == V6_LOOPBACK || self.is_any(),
        }
    }

    /// Where something for this address comes from, and goes to if it is for any.
    pub fn loopback(self) -> Ip {
        match self {
            Ip::V4(_) => Ip::V4([127, 0, 0, 1]),
            Ip::V6(_) => Ip::V6(V6_LOOPBACK),
        }
    }

    fn from_v6(bytes: [u8; 16]) -> Ip {
        if bytes[..12] == MAPPED {
            Ip::V4([bytes[12], bytes[13], bytes[14], bytes[15]])
        } else {
            Ip::V6(bytes)
        }
    }

    fn to_v6(self) -> [u8; 16] {
        match self {
            Ip::V6(bytes) => bytes,
            Ip::V4(v4) => {
                let mut bytes = [0; 16];
                bytes[..12].copy_from_slice(&MAPPED);
                bytes[12..].copy_from_slice(&v4);
                bytes
            }
        }
    }
}

/// Where a socket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Nowhere, as far as others can see.
    Unnamed,
    /// A path in the file system.
    Path(Vec<u8>),
    /// A name that is in no file system (Linux).
    Abstract(Vec<u8>),
    /// A port on the Internet.
    Port(Ip, u16),
}

impl Address {
    /// Reads the address that the caller has for a socket of `family`. Nothing for `AF_UNSPEC`.
    pub fn decode(bytes: &[u8], family: u16) -> Result<Option<Address>> {
        let (first, rest) = bytes.split_at_checked(2).ok_or(Errno::EINVAL)?;
        let own = u16::from_ne_bytes([first[0], first[1]]);
        if own == 0 {
            return Ok(None);
        }
        if own != family {
            return Err(Errno::EAFNOSUPPORT);
        }
        Ok(Some(match family {
            AF_UNIX => match rest {
                [] => Address::Unnamed,
                [0, name @ ..] if name.len() < PATH => Address::Abstract(name.to_vec()),
                path if path.len() <= PATH => {
                    let end = path.iter().position(|byte| *byte == 0);
                    Address::Path(path[..end.unwrap_or(path.len())].to_vec())
                }
                _ => return Err(Errno::EINVAL),
            },
            AF_INET => {
                let rest = rest.get(..IPV4_LEN - 2).ok_or(Errno::EINVAL)?;
                let port = u16::from_be_bytes([rest[0], rest[1]]);
                Address::Port(Ip::V4([rest[2], rest[3], rest[4], rest[5]]), port)
            }
            _ => {
                let rest = rest.get(..IPV6_LEN - 2).ok_or(Errno::EINVAL)?;
                let port = u16::from_be_bytes([rest[0], rest[1]]);
                let ip: [u8; 16] = rest[6..22].try_into().map_err(|_| Errno::EINVAL)?;
                Address::Port(Ip::from_v6(ip), port)
            }
        }))
    }

    /// The address as a caller of a socket of `family` sees it.
    pub fn encode(&self, family: u16) -> Vec<u8> {
        let mut bytes = family.to_ne_bytes().to_vec();
        match self {
            Address::Unnamed if family == AF_INET => bytes.resize(IPV4_LEN, 0),
            Address::Unnamed if family == AF_INET6 => bytes.resize(IPV6_LEN, 0),
            Address::Unnamed => {}
            Address::Path(path) => {
                bytes.extend(path);
                bytes.push(0);
            }
            Address::Abstract(name) => {
                bytes.push(0);
                bytes.extend(name);
            }
            Address::Port(ip, port) => {
                bytes.extend(port.to_be_bytes());
                match (family, ip) {
                    (AF_INET, Ip::V4(v4)) => bytes.extend(v4),
                    (AF_INET, Ip::V6(_)) => {}
                    _ => {
                        bytes.extend([0; 4]);
                        bytes.extend(ip.to_v6());
                    }
                }
                bytes.resize(
                    if family == AF_INET {
                        IPV4_LEN
                    } else {
                        IPV6_LEN
                    },
                    0,
                );
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back() {
        let addresses = [
            (AF_UNIX, Address::Unnamed),
            (AF_UNIX, Address::Path(b"/tmp/x".to_vec())),
            (AF_UNIX, Address::Abstract(b"a\0b".to_vec())),
            (AF_INET, Address::Port(Ip::V4([127, 0, 0, 1]), 80)),
            (AF_INET6, Address::Port(Ip::V4([127, 0, 0, 1]), 80)),
            (AF_INET6, Address::Port(Ip::V6(V6_LOOPBACK), 0x1234)),
        ];
        for (family, address) in addresses {
            let bytes = address.encode(family);
            assert_eq!(Address::decode(&bytes, family), Ok(Some(address)));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let decode = |bytes: &[u8]| Address::decode(bytes, AF_INET);
        assert_eq!(decode(&[2]), Err(Errno::EINVAL));
        assert_eq!(decode(&[2, 0, 0, 80, 127, 0, 0, 1]), Err(Errno::EINVAL));
        assert_eq!(decode(&[1, 0, b'x']), Err(Errno::EAFNOSUPPORT));
        assert_eq!(decode(&[0, 0]), Ok(None));
        let mut long = [b'x'; 120];
        long[..2].copy_from_slice(&[1, 0]);
        assert_eq!(Address::decode(&long, AF_UNIX), Err(Errno::EINVAL));
        assert_eq!(
            Address::decode(&[1, 0, b'a', 0, b'b'], AF_UNIX),
            Ok(Some(Address::Path(b"a".to_vec())))
        );
    }
}
