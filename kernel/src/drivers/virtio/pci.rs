//! The PCI transport of virtio 1 devices, with MSI-X (specification 1.2, section 4.1).
//!
//! All queues share one message; configuration changes raise none. A device without MSI-X is not used:
//! where its interrupt line leads, only ACPI's interpreted code could tell.

use crate::drivers::pci::{CAPABILITY_VENDOR, ConfigSpace, base_address, capabilities};

/// Vendor of virtio devices.
const VENDOR: u16 = 0x1af4;
/// Device id of device number 0 in version 1.
const FIRST_MODERN: u16 = 0x1040;
/// Device ids of devices that speak both versions, for the numbers network 1 … .
const TRANSITIONAL: [(u16, u32); 6] = [
    (0x1000, 1),
    (0x1001, 2),
    (0x1002, 5),
    (0x1003, 3),
    (0x1004, 8),
    (0x1009, 9),
];

/// Kinds of virtio capability.
const COMMON: u8 = 1;
const NOTIFY: u8 = 2;
const SPECIFIC: u8 = 4;

/// Where a structure of the device lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structure {
    /// Physical address.
    pub address: u64,
    /// Size in bytes.
    pub len: u32,
    /// Offset of its capability.
    capability: u8,
}

/// The device number of a function, if it is a virtio device.
pub fn number<C: ConfigSpace>(config: &C) -> Option<u32> {
    let ids = config.read(0);
    if ids as u16 != VENDOR {
        return None;
    }
    let device = (ids >> 16) as u16;
    match TRANSITIONAL.iter().find(|(id, _)| *id == device) {
        Some((_, number)) => Some(*number),
        None => device
            .checked_sub(FIRST_MODERN)
            .filter(|number| *number < 0x40)
            .map(u32::from),
    }
}

/// Where the structure of a kind lies.
fn structure<C: ConfigSpace>(config: &C, kind: u8) -> Option<Structure> {
    capabilities(config, CAPABILITY_VENDOR).find_map(|at| {
        let at_least = |offset: u8| at.checked_add(offset);
        if (config.read(at) >> 24) as u8 != kind {
            return None;
        }
        let base = base_address(config, config.read(at_least(4)?) as u8)?;
        let address = base.checked_add(config.read(at_least(8)?).into())?;
        Some(Structure {
            address,
            len: config.read(at_least(12)?),
            capability: at,
        })
    })
}

#[cfg(not(test))]
pub use hardware::{Pci, find};

#[cfg(not(test))]
mod hardware {
    use super::super::Addresses;
    use super::super::queue::Doorbell;
    use super::{COMMON, NOTIFY, SPECIFIC, number, structure};
    use crate::arch::irq;
    use crate::drivers::pci::{self, ConfigSpace, Function, base_address, capabilities};
    use crate::drivers::registers::Registers;
    use crate::errno::{Errno, Result};
    use crate::mm;

    const DEVICE_FEATURE_SELECT: usize = 0x00;
    const DEVICE_FEATURE: usize = 0x04;
    const DRIVER_FEATURE_SELECT: usize = 0x08;
    const DRIVER_FEATURE: usize = 0x0c;
    const CONFIG_VECTOR: usize = 0x10;
    const STATUS: usize = 0x14;
    const QUEUE_SELECT: usize = 0x16;
    const QUEUE_SIZE: usize = 0x18;
    const QUEUE_VECTOR: usize = 0x1a;
    const QUEUE_ENABLE: usize = 0x1c;
    const QUEUE_NOTIFY_OFFSET: usize = 0x1e;
    const QUEUE_DESCRIPTORS: usize = 0x20;
    const QUEUE_DRIVER: usize = 0x28;
    const QUEUE_DEVICE: usize = 0x30;
    const COMMON_LEN: usize = 0x38;

    /// No message.
    const NO_VECTOR: u16 = 0xffff;
    /// MSI-X message control, in the upper half of the capability's first word: on.
    const MSIX_ENABLE: u32 = 1 << 31;
    /// MSI-X message control: all masked.
    const MSIX_MASK_ALL: u32 = 1 << 30;

    /// A virtio device on the PCI bus.
    pub struct Pci {
        function: Function,
        common: Registers,
        notify: Registers,
        notify_multiplier: u32,
        specific: Option<Registers>,
    }

    fn map(address: u64, len: usize) -> Option<Registers> {
        let base = mm::map_device(address, len).ok()?;
        // SAFETY: the range is inside one of the device's base address registers and mapped for ever.
        Some(unsafe { Registers::new(base, len) })
    }

    fn window(function: &Function, kind: u8) -> Option<Registers> {
        let structure = structure(function, kind)?;
        // The notify structure of a device with thousands of queues is larger than what is used of it.
        map(structure.address, structure.len.min(1 << 16) as usize)
    }

    /// What `accept` makes of the first virtio 1 device with this number on the bus that it accepts.
    pub fn find<R>(wanted: u32, mut accept: impl FnMut(Pci) -> Option<R>) -> Option<R> {
        pci::find(|function| {
            if number(&function) != Some(wanted) {
                return None;
            }
            let command = function.read(pci::COMMAND) & 0xffff;
            let on = pci::COMMAND_MEMORY | pci::COMMAND_MASTER | pci::COMMAND_NO_INTX;
            function.write(pci::COMMAND, command | on);
            let common = window(&function, COMMON)?.part(0, COMMON_LEN)?;
            let capability = structure(&function, NOTIFY)?.capability;
            accept(Pci {
                function,
                common,
                notify: window(&function, NOTIFY)?,
                notify_multiplier: function.read(capability.checked_add(16)?),
                specific: window(&function, SPECIFIC),
            })
        })
    }

    impl Pci {
        pub(in super::super) fn status(&self) -> u8 {
            self.common.read8(STATUS)
        }

        pub(in super::super) fn set_status(&self, status: u8) {
            self.common.write8(STATUS, status);
        }

        pub(in super::super) fn negotiate(&self, wanted: u64) -> u64 {
            let mut accepted = 0;
            for word in 0..2 {
                self.common.write32(DEVICE_FEATURE_SELECT, word);
                let both = self.common.read32(DEVICE_FEATURE) & (wanted >> (32 * word)) as u32;
                self.common.write32(DRIVER_FEATURE_SELECT, word);
                self.common.write32(DRIVER_FEATURE, both);
                accepted |= u64::from(both) << (32 * word);
            }
            accepted
        }

        pub(in super::super) fn config(&self, offset: usize) -> u32 {
            self.specific.map_or(0, |specific| specific.read32(offset))
        }

        pub(in super::super) fn config8(&self, offset: usize) -> u8 {
            self.specific.map_or(0, |specific| specific.read8(offset))
        }

        pub(in super::super) fn queue_size(&self, index: u16) -> u16 {
            self.common.write16(QUEUE_SELECT, index);
            self.common.read16(QUEUE_SIZE).min(1 << 15)
        }

        fn write64(&self, offset: usize, value: u64) {
            self.common.write32(offset, value as u32);
            self.common.write32(offset + 4, (value >> 32) as u32);
        }

        pub(in super::super) fn set_queue(
            &self,
            index: u16,
            addresses: &Addresses,
        ) -> Result<Doorbell> {
            self.common.write16(QUEUE_SELECT, index);
            self.common.write16(QUEUE_SIZE, addresses.size);
            self.common.write16(QUEUE_VECTOR, 0);
            if self.common.read16(QUEUE_VECTOR) != 0 {
                return Err(Errno::ENODEV);
            }
            self.write64(QUEUE_DESCRIPTORS, addresses.descriptors);
            self.write64(QUEUE_DRIVER, addresses.available);
            self.write64(QUEUE_DEVICE, addresses.used);
            self.common.write16(QUEUE_ENABLE, 1);
            let offset =
                u32::from(self.common.read16(QUEUE_NOTIFY_OFFSET)) * self.notify_multiplier;
            let register = self.notify.part(offset as usize, 4).ok_or(Errno::ENODEV)?;
            Ok(Doorbell::Narrow(register, index))
        }

        /// Sets up message 0; called before the queues are, which refer to it.
        pub(in super::super) fn connect(&self, handler: fn()) -> Result<()> {
            let at = capabilities(&self.function, pci::CAPABILITY_MSIX)
                .next()
                .ok_or(Errno::ENODEV)?;
            let place = self.function.read(at + 4);
            let base = base_address(&self.function, place as u8 & 7).ok_or(Errno::ENODEV)?;
            let entry = map(base + u64::from(place & !7), 16).ok_or(Errno::ENODEV)?;
            let (address, data) = irq::allocate_msi(handler)?;
            let control = self.function.read(at) & !MSIX_MASK_ALL;
            self.function.write(at, control | MSIX_ENABLE);
            entry.write32(0, address as u32);
            entry.write32(4, (address >> 32) as u32);
            entry.write32(8, data);
            // Not masked.
            entry.write32(12, 0);
            self.common.write16(CONFIG_VECTOR, NO_VECTOR);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake(Vec<u32>);

    impl ConfigSpace for Fake {
        fn read(&self, offset: u8) -> u32 {
            self.0[usize::from(offset / 4)]
        }
        fn write(&self, _offset: u8, _value: u32) {}
    }

    fn device(words: &[(usize, u32)]) -> Fake {
        let mut space = vec![0; 64];
        for (offset, value) in words {
            space[offset / 4] = *value;
        }
        Fake(space)
    }

    #[test]
    fn numbers() {
        let number = |ids| number(&device(&[(0, ids)]));
        assert_eq!(number(0x1043_1af4), Some(3));
        assert_eq!(number(0x1003_1af4), Some(3));
        assert_eq!(number(0x1009_1af4), Some(9));
        assert_eq!(
            (
                number(0x1043_8086),
                number(0x1100_1af4),
                number(0x1010_1af4)
            ),
            (None, None, None)
        );
    }

    #[test]
    fn structures_are_found_behind_their_base_address() {
        let fake = device(&[
            (4, 1 << 20),
            (0x20, 0xfe00_0004),
            (0x24, 0x7),
            (0x34, 0x40),
            (0x40, 0x0110_5009),
            (0x44, 4),
            (0x48, 0x1000),
            (0x4c, 0x38),
            (0x50, 0x0214_0009),
            (0x54, 9),
        ]);
        let common = Structure {
            address: 0x7_fe00_1000,
            len: 0x38,
            capability: 0x40,
        };
        assert_eq!(structure(&fake, COMMON), Some(common));
        // Its base address register does not exist.
        assert_eq!(structure(&fake, NOTIFY), None);
        assert_eq!(structure(&fake, SPECIFIC), None);
    }
}
