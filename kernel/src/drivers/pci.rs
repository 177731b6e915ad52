//! The PCI bus: configuration space and finding devices.
//!
//! Configuration space is reached by the ports 0xcf8 and 0xcfc, which every PC has that has PCI at all.
//! Firmware has given the devices their addresses and buses their numbers.
//!
//! Source: PCI Local Bus Specification 3.0, sections 3.2.2.3.2 (access), 6.1 and 6.2 (header), 6.7
//! (capabilities), 6.8.2 (MSI-X).

/// Command register: answer memory accesses.
pub const COMMAND_MEMORY: u32 = 1 << 1;
/// Command register: may access memory itself.
pub const COMMAND_MASTER: u32 = 1 << 2;
/// Command register: no interrupt line.
pub const COMMAND_NO_INTX: u32 = 1 << 10;
/// Offset of the command register.
pub const COMMAND: u8 = 0x04;
/// Capability: MSI-X.
pub const CAPABILITY_MSIX: u8 = 0x11;
/// Capability: defined by the vendor.
pub const CAPABILITY_VENDOR: u8 = 0x09;

const HEADER_TYPE: u8 = 0x0c;
const BASE_ADDRESSES: u8 = 0x10;
const BUS_NUMBERS: u8 = 0x18;
const CAPABILITIES: u8 = 0x34;
/// Status bit (in the word with the command register): there is a list of capabilities.
const HAS_CAPABILITIES: u32 = 1 << 20;

/// Reads and writes a function's configuration space in 32-bit words.
pub trait ConfigSpace {
    /// The word at an offset divisible by 4.
    fn read(&self, offset: u8) -> u32;
    /// Sets the word at an offset divisible by 4.
    fn write(&self, offset: u8, value: u32);
}

/// The offsets of the capabilities of a kind.
pub fn capabilities<C: ConfigSpace>(config: &C, kind: u8) -> impl Iterator<Item = u8> {
    let listed = config.read(COMMAND) & HAS_CAPABILITIES != 0;
    let mut at = if listed {
        config.read(CAPABILITIES) as u8 & !3
    } else {
        0
    };
    // A list that goes in circles ends: there is room for 48.
    let mut left = 48;
    core::iter::from_fn(move || {
        while at >= 0x40 && left > 0 {
            left -= 1;
            let (here, word) = (at, config.read(at));
            at = (word >> 8) as u8 & !3;
            if word as u8 == kind {
                return Some(here);
            }
        }
        None
    })
}

/// The physical address that a memory base address register holds; `None` if it is unset or for ports.
pub fn base_address<C: ConfigSpace>(config: &C, index: u8) -> Option<u64> {
    if index > 5 {
        return None;
    }
    let low = config.read(BASE_ADDRESSES + 4 * index);
    if low & 1 != 0 {
        return None;
    }
    let high = if low >> 1 & 3 == 2 && index < 5 {
        config.read(BASE_ADDRESSES + 4 * index + 4)
    } else {
        0
    };
    let address = u64::from(high) << 32 | u64::from(low & !15);
    (address != 0).then_some(address)
}

/// Calls `visit` with each function of the bus and of those behind its bridges, until it says `Some`.
fn scan_bus<C: ConfigSpace, R>(
    bus: u8,
    depth: u8,
    function: &impl Fn(u8, u8, u8) -> C,
    visit: &mut impl FnMut(C) -> Option<R>,
) -> Option<R> {
    for device in 0..32 {
        let mut functions = 1;
        let mut number = 0;
        while number < functions {
            let config = function(bus, device, number);
            number += 1;
            if config.read(0) as u16 == 0xffff {
                continue;
            }
            let header = config.read(HEADER_TYPE) >> 16;
            if header & 0x80 != 0 {
                functions = 8;
            }
            if header & 0x7f == 1 && depth < 8 {
                let behind = (config.read(BUS_NUMBERS) >> 8) as u8;
                // Numbers grow away from the root; firmware that did not set one left it 0.
                if behind > bus
                    && let Some(found) = scan_bus(behind, depth + 1, function, visit)
                {
                    return Some(found);
                }
            } else if let Some(found) = visit(config) {
                return Some(found);
            }
        }
    }
    None
}

#[cfg(not(test))]
mod hardware {
    use super::ConfigSpace;
    use crate::arch::port;
    use crate::sync::SpinLock;

    const ADDRESS: u16 = 0xcf8;
    const DATA: u16 = 0xcfc;

    /// Address and data are one access.
    static PORTS: SpinLock<()> = SpinLock::new(());

    /// A function on the bus.
    #[derive(Clone, Copy)]
    pub struct Function(u32);

    impl ConfigSpace for Function {
        fn read(&self, offset: u8) -> u32 {
            let _ports = PORTS.lock();
            // SAFETY: reading configuration space changes nothing.
            unsafe {
                port::outl(ADDRESS, self.0 | u32::from(offset & !3));
                port::inl(DATA)
            }
        }

        fn write(&self, offset: u8, value: u32) {
            let _ports = PORTS.lock();
            // SAFETY: the drivers write what makes their own device work.
            unsafe {
                port::outl(ADDRESS, self.0 | u32::from(offset & !3));
                port::outl(DATA, value);
            }
        }
    }

    /// Calls `visit` with each function of the machine until it says `Some`.
    pub fn find<R>(mut visit: impl FnMut(Function) -> Option<R>) -> Option<R> {
        let function = |bus: u8, device: u8, function: u8| {
            let place = u32::from(bus) << 16 | u32::from(device) << 11 | u32::from(function) << 8;
            Function(0x8000_0000 | place)
        };
        super::scan_bus(0, 0, &function, &mut visit)
    }
}

#[cfg(not(test))]
pub use hardware::{Function, find};

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    struct Fake(RefCell<[u32; 64]>);

    impl Fake {
        fn new(words: &[(u8, u32)]) -> Self {
            let mut space = [0; 64];
            for (offset, value) in words {
                space[usize::from(offset / 4)] = *value;
            }
            Fake(RefCell::new(space))
        }
    }

    impl ConfigSpace for Fake {
        fn read(&self, offset: u8) -> u32 {
            self.0.borrow()[usize::from(offset / 4)]
        }
        fn write(&self, offset: u8, value: u32) {
            self.0.borrow_mut()[usize::from(offset / 4)] = value;
        }
    }

    #[test]
    fn capabilities_are_found() {
        let fake = Fake::new(&[
            (4, HAS_CAPABILITIES),
            (0x34, 0x40),
            (0x40, 0x5009),
            (0x50, 0x6011),
            (0x60, 9),
        ]);
        assert_eq!(capabilities(&fake, 9).collect::<Vec<_>>(), [0x40, 0x60]);
        assert_eq!(capabilities(&fake, 0x11).collect::<Vec<_>>(), [0x50]);
        assert_eq!(capabilities(&fake, 5).count(), 0);
        fake.write(4, 0);
        assert_eq!(capabilities(&fake, 9).count(), 0);
    }

    #[test]
    fn circular_and_wild_lists_end() {
        let fake = Fake::new(&[(4, HAS_CAPABILITIES), (0x34, 0x40), (0x40, 0x4009)]);
        assert_eq!(capabilities(&fake, 9).count(), 48);
        let fake = Fake::new(&[(4, HAS_CAPABILITIES), (0x34, 0x10), (0x10, 0x0009)]);
        assert_eq!(capabilities(&fake, 9).count(), 0);
    }

    #[test]
    fn base_addresses() {
        let fake = Fake::new(&[
            (0x10, 0xfebd_0000),
            (0x14, 0xc001),
            (0x18, 0x4),
            (0x1c, 0x80),
            (0x24, 0xe000_0004),
        ]);
        let all: Vec<_> = (0..7).map(|index| base_address(&fake, index)).collect();
        let wide = Some(0x80_0000_0000);
        assert_eq!(
            all,
            [
                Some(0xfebd_0000),
                None,
                wide,
                Some(0x80),
                None,
                Some(0xe000_0000),
                None
            ]
        );
    }

    #[test]
    fn bridges_are_followed_and_loops_end() {
        // A bridge on every bus to the next one; the last leads back to the first.
        let function = |bus: u8, device: u8, number: u8| match (device, number) {
            (0, 0) => Fake::new(&[
                (0, 0x8086),
                (0x0c, 1 << 16),
                (0x18, ((u32::from(bus) + 1) % 6) << 8),
            ]),
            (1, 0 | 2) => Fake::new(&[(0, 0x1af4), (0x0c, 0x80 << 16), (4, u32::from(number))]),
            _ => Fake::new(&[(0, 0xffff_ffff)]),
        };
        let mut seen = 0;
        let none: Option<()> = scan_bus(0, 0, &function, &mut |_| {
            seen += 1;
            None
        });
        assert_eq!((none, seen), (None, 12));
    }
}
