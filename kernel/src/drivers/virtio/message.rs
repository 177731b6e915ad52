//! The control messages of a console device with several ports (specification 1.2, section 5.3.6.2).

/// Guest: ready to hear of ports.
pub const DEVICE_READY: u16 = 0;
/// Host: there is a port.
pub const PORT_ADD: u16 = 1;
/// Guest: the port is set up.
pub const PORT_READY: u16 = 3;
/// Both: somebody has opened (1) or closed (0) the other end.
pub const PORT_OPEN: u16 = 6;
/// Host: the name of a port.
pub const PORT_NAME: u16 = 7;
/// Size of a message without a name.
pub const HEADER: usize = 8;

/// The ports that the kernel uses, by the number of the descriptor they serve.
pub const NAMES: [&[u8]; 3] = [b"hermit.stdin", b"hermit.stdout", b"hermit.stderr"];

/// A control message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Number of the port.
    pub port: u32,
    /// What has happened.
    pub event: u16,
    /// With what.
    pub value: u16,
    /// With [`PORT_NAME`]: the name.
    pub name: &'a [u8],
}

impl<'a> Message<'a> {
    /// A message as the device wrote it.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (header, name) = bytes.split_first_chunk::<HEADER>()?;
        let [a, b, c, d, e, f, g, h] = *header;
        // Devices differ in whether the name ends with a NUL.
        let end = name
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(name.len());
        Some(Message {
            port: u32::from_le_bytes([a, b, c, d]),
            event: u16::from_le_bytes([e, f]),
            value: u16::from_le_bytes([g, h]),
            name: &name[..end],
        })
    }

    /// Which descriptor the port serves, if the message tells its name and we know it.
    pub fn stream(&self) -> Option<usize> {
        if self.event != PORT_NAME {
            return None;
        }
        NAMES.iter().position(|name| *name == self.name)
    }
}

/// A message for the device.
pub fn encode(port: u32, event: u16, value: u16) -> [u8; HEADER] {
    let ([a, b, c, d], [e, f], [g, h]) =
        (port.to_le_bytes(), event.to_le_bytes(), value.to_le_bytes());
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way() {
        let bytes = encode(0x0102_0304, PORT_OPEN, 1);
        let message = Message {
            port: 0x0102_0304,
            event: PORT_OPEN,
            value: 1,
            name: b"",
        };
        assert_eq!(Message::parse(&bytes), Some(message));
        assert_eq!(Message::parse(&bytes[..7]), None);
        assert_eq!(message.stream(), None);
    }

    #[test]
    fn names_tell_the_stream() {
        for name in [
            &b"hermit.stdout\0"[..],
            b"hermit.stdout",
            b"hermit.stdout\0junk",
        ] {
            let bytes = [&encode(2, PORT_NAME, 1)[..], name].concat();
            assert_eq!(Message::parse(&bytes).unwrap().stream(), Some(1));
        }
        let bytes = [&encode(2, PORT_NAME, 1)[..], b"org.other"].concat();
        assert_eq!(Message::parse(&bytes).unwrap().stream(), None);
    }
}
