//! Virtio devices: finding them, agreeing on features, and their queues.
//!
//! Two transports: memory-mapped ones, named by the boot parameter `virtio_mmio.device` ([`mmio`]), and
//! PCI ones, found by looking ([`pci`]). Both speak virtio 1; memory-mapped ones also the legacy version.
//! [`queue`] is the split virtqueue that all devices share; `console` is a device, with its messages in
//! [`message`] and the memory of its output in [`spans`].
//!
//! A driver asks `find` for a device by its number, calls `Device::negotiate`, `Device::connect` for its
//! interrupt, `Device::queue` for each queue, and `Device::start`.
//!
//! Source: Virtual I/O Device (VIRTIO) Version 1.2, OASIS, sections 2 to 4.

pub mod message;
pub mod mmio;
pub mod pci;
pub mod queue;
pub mod spans;

#[cfg(not(test))]
pub mod console;
#[cfg(not(test))]
mod dma;
#[cfg(not(test))]
mod interest;
#[cfg(not(test))]
pub mod p9;

#[cfg(not(test))]
pub use device::{Device, find, find_where};

/// The device keeps to version 1 of the specification.
pub const FEATURE_VERSION_1: u64 = 1 << 32;

/// Where a queue lies in physical memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Number of descriptors.
    pub size: u16,
    /// Descriptor table.
    pub descriptors: u64,
    /// Available ring.
    pub available: u64,
    /// Used ring.
    pub used: u64,
}

#[cfg(not(test))]
mod device {
    use super::dma::Dma;
    use super::mmio::{self, Mmio};
    use super::pci::{self, Pci};
    use super::queue::Queue;
    use super::{Addresses, FEATURE_VERSION_1};
    use crate::boot;
    use crate::drivers::registers::Registers;
    use crate::errno::{Errno, Result};
    use crate::mm;

    /// Device status: the guest has noticed the device.
    const ACKNOWLEDGE: u8 = 1;
    /// Device status: the guest has a driver for it.
    const DRIVER: u8 = 2;
    /// Device status: the driver is ready.
    const DRIVER_OK: u8 = 4;
    /// Device status: features are agreed.
    const FEATURES_OK: u8 = 8;
    /// Device status: something went wrong that the device does not recover from.
    const NEEDS_RESET: u8 = 64;

    /// A device behind either transport.
    pub enum Device {
        /// Memory-mapped.
        Mmio(Mmio),
        /// On the PCI bus.
        Pci(Pci),
    }

    /// The first device with this number (section 5), if there is one.
    pub fn find(number: u32) -> Option<Device> {
        find_where(number, |_| true)
    }

    /// The first device with this number that is accepted, if there is one. Its configuration may be
    /// looked at, nothing else.
    pub fn find_where(number: u32, mut accept: impl FnMut(&Device) -> bool) -> Option<Device> {
        for parameter in boot::parameter("virtio_mmio.device") {
            let Some(place) = mmio::parse_parameter(parameter) else {
                crate::log!("virtio_mmio.device: want SIZE@BASE:IRQ");
                continue;
            };
            let Ok(base) = mm::map_device(place.base, place.len) else {
                continue;
            };
            // SAFETY: whoever started the machine says that there is a virtio device; `Mmio::new` checks
            // for its magic number.
            let registers = unsafe { Registers::new(base, place.len) };
            let found = Mmio::new(registers, place.interrupt)
                .filter(|device| device.number() == number)
                .map(Device::Mmio)
                .filter(&mut accept);
            if found.is_some() {
                return found;
            }
        }
        pci::find(number, |device| {
            Some(Device::Pci(device)).filter(&mut accept)
        })
    }

    impl Device {
        fn status(&self) -> u8 {
            match self {
                Device::Mmio(device) => device.status(),
                Device::Pci(device) => device.status(),
            }
        }

        fn set_status(&self, status: u8) {
            match self {
                Device::Mmio(device) => device.set_status(status),
                Device::Pci(device) => device.set_status(status),
            }
        }

        /// Whether the device speaks the legacy version only, whose queues take whole pages.
        pub fn legacy(&self) -> bool {
            match self {
                Device::Mmio(device) => device.legacy(),
                Device::Pci(_) => false,
            }
        }

        /// Resets the device and accepts those of `wanted` features that it offers; tells which
        /// (section 3.1.1).
        ///
        /// # Errors
        /// `ENODEV`: the device does not agree.
        pub fn negotiate(&self, wanted: u64) -> Result<u64> {
            self.set_status(0);
            while self.status() != 0 {
                crate::arch::cpu_relax();
            }
            self.set_status(ACKNOWLEDGE | DRIVER);
            let legacy = self.legacy();
            let wanted = if legacy {
                wanted
            } else {
                wanted | FEATURE_VERSION_1
            };
            let accepted = match self {
                Device::Mmio(device) => device.negotiate(wanted),
                Device::Pci(device) => device.negotiate(wanted),
            };
            if !legacy {
                self.set_status(ACKNOWLEDGE | DRIVER | FEATURES_OK);
                if accepted & FEATURE_VERSION_1 == 0 || self.status() & FEATURES_OK == 0 {
                    return Err(Errno::ENODEV);
                }
            }
            Ok(accepted)
        }

        /// A 32-bit field of the device's configuration.
        pub fn config(&self, offset: usize) -> u32 {
            match self {
                Device::Mmio(device) => device.config(offset),
                Device::Pci(device) => device.config(offset),
            }
        }

        /// A byte of the device's configuration.
        pub fn config8(&self, offset: usize) -> u8 {
            match self {
                Device::Mmio(device) => device.config8(offset),
                Device::Pci(device) => device.config8(offset),
            }
        }

        /// Whether the device has given up and needs a reset (section 2.1.1): what it was given does not
        /// come back.
        pub fn is_broken(&self) -> bool {
            let status = self.status();
            status & NEEDS_RESET != 0 || status & DRIVER_OK == 0
        }

        /// Sets up the queue with this index, of at most `size` descriptors.
        ///
        /// # Errors
        /// `ENODEV`: there is no such queue. `ENOMEM`.
        pub fn queue(&self, index: u16, size: u16, memory: &mut Dma) -> Result<Queue> {
            let most = match self {
                Device::Mmio(device) => device.queue_size(index),
                Device::Pci(device) => device.queue_size(index),
            };
            // A power of two, as the split ring wants it; devices' own sizes are.
            let size = size.min(most);
            if size == 0 {
                return Err(Errno::ENODEV);
            }
            let size = 1 << size.ilog2();
            // The legacy interface knows one address for all three parts.
            let (align, used_align) = if self.legacy() { (4096, 4096) } else { (16, 4) };
            let layout = Queue::layout(size, used_align);
            let (address, physical) = memory.take(layout.len, align)?;
            // SAFETY: the memory is ours, and RAM is in the direct map.
            unsafe { address.write_bytes(0, layout.len) };
            let addresses = Addresses {
                size,
                descriptors: physical,
                available: physical + layout.available as u64,
                used: physical + layout.used as u64,
            };
            let doorbell = match self {
                Device::Mmio(device) => device.set_queue(index, &addresses),
                Device::Pci(device) => device.set_queue(index, &addresses)?,
            };
            // SAFETY: fresh zeroed memory of the layout's size, the queue's for ever.
            Ok(unsafe { Queue::new(address, size, used_align, doorbell) })
        }

        /// Has `handler` called when the device used a buffer whose queue wants interrupts. The handler
        /// calls [`Device::acknowledge`] first.
        ///
        /// # Errors
        /// Those of `arch::irq`.
        pub fn connect(&self, handler: fn()) -> Result<()> {
            match self {
                Device::Mmio(device) => device.connect(handler),
                Device::Pci(device) => device.connect(handler),
            }
        }

        /// Takes the interrupt back.
        pub fn acknowledge(&self) {
            match self {
                Device::Mmio(device) => device.acknowledge(),
                // A message needs no answer.
                Device::Pci(_) => {}
            }
        }

        /// Sets the device going: all queues are set up.
        pub fn start(&self) {
            let features = if self.legacy() { 0 } else { FEATURES_OK };
            self.set_status(ACKNOWLEDGE | DRIVER | DRIVER_OK | features);
        }
    }
}
