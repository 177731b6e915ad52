//! The memory-mapped transport, versions 2 and 1 ("legacy") (specification 1.2, section 4.2).

use super::Addresses;
use super::queue::Doorbell;
use crate::drivers::registers::Registers;

const MAGIC: usize = 0x000;
const VERSION: usize = 0x004;
const DEVICE_ID: usize = 0x008;
const DEVICE_FEATURES: usize = 0x010;
const DEVICE_FEATURES_SELECT: usize = 0x014;
const DRIVER_FEATURES: usize = 0x020;
const DRIVER_FEATURES_SELECT: usize = 0x024;
const GUEST_PAGE_SIZE: usize = 0x028;
const QUEUE_SELECT: usize = 0x030;
const QUEUE_SIZE_MAX: usize = 0x034;
const QUEUE_SIZE: usize = 0x038;
const QUEUE_ALIGN: usize = 0x03c;
const QUEUE_PAGE: usize = 0x040;
const QUEUE_READY: usize = 0x044;
const QUEUE_NOTIFY: usize = 0x050;
#[cfg(not(test))]
const INTERRUPT_STATUS: usize = 0x060;
#[cfg(not(test))]
const INTERRUPT_ACKNOWLEDGE: usize = 0x064;
const STATUS: usize = 0x070;
const QUEUE_DESCRIPTORS: usize = 0x080;
const QUEUE_DRIVER: usize = 0x090;
const QUEUE_DEVICE: usize = 0x0a0;
const CONFIG: usize = 0x100;

/// "virt".
const MAGIC_VALUE: u32 = 0x7472_6976;
/// Page size of the legacy interface.
const PAGE: u32 = 4096;

/// Where the boot parameter says that a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Physical address of the registers.
    pub base: u64,
    /// Size of the register window.
    pub len: usize,
    /// Global system interrupt.
    pub interrupt: u32,
}

/// A number, decimal or `0x…`, with an optional K, M or G behind it.
fn number(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'K' | b'k' => (&text[..text.len() - 1], 1 << 10),
        b'M' | b'm' => (&text[..text.len() - 1], 1 << 20),
        b'G' | b'g' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let value = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => digits.parse().ok()?,
    };
    value.checked_mul(unit)
}

/// The value of a `virtio_mmio.device` parameter: `SIZE@BASE:IRQ`, as Linux takes it; what follows a
/// second colon (Linux' device number) is ignored.
pub fn parse_parameter(value: &[u8]) -> Option<Place> {
    let (len, rest) = core::str::from_utf8(value).ok()?.split_once('@')?;
    let mut parts = rest.split(':');
    let base = number(parts.next()?)?;
    let interrupt = u32::try_from(number(parts.next()?)?).ok()?;
    let len = usize::try_from(number(len)?)
        .ok()
        .filter(|len| (CONFIG..=1 << 20).contains(len))?;
    base.checked_add(len as u64)?;
    (base % 4 == 0).then_some(Place {
        base,
        len,
        interrupt,
    })
}

/// A memory-mapped device.
pub struct Mmio {
    registers: Registers,
    #[cfg_attr(test, allow(dead_code, reason = "interrupts need the machine"))]
    interrupt: u32,
    legacy: bool,
}

impl Mmio {
    /// The device behind these registers, if there is one of a version we know.
    pub fn new(registers: Registers, interrupt: u32) -> Option<Self> {
        if registers.read32(MAGIC) != MAGIC_VALUE {
            return None;
        }
        let legacy = match registers.read32(VERSION) {
            1 => true,
            2 => false,
            _ => return None,
        };
        Some(Mmio {
            registers,
            interrupt,
            legacy,
        })
    }

    /// What kind of device it is; 0: none.
    pub fn number(&self) -> u32 {
        self.registers.read32(DEVICE_ID)
    }

    /// Whether it speaks the legacy version only.
    pub fn legacy(&self) -> bool {
        self.legacy
    }

    /// The status bits.
    pub fn status(&self) -> u8 {
        self.registers.read32(STATUS) as u8
    }

    /// Sets the status bits; 0 resets the device.
    pub fn set_status(&self, status: u8) {
        self.registers.write32(STATUS, status.into());
    }

    /// Accepts those of the wanted features that are offered.
    pub fn negotiate(&self, wanted: u64) -> u64 {
        let mut accepted = 0;
        let words = if self.legacy { 0..1 } else { 0..2 };
        for word in words {
            self.registers.write32(DEVICE_FEATURES_SELECT, word);
            let offered = self.registers.read32(DEVICE_FEATURES);
            let both = offered & (wanted >> (32 * word)) as u32;
            self.registers.write32(DRIVER_FEATURES_SELECT, word);
            self.registers.write32(DRIVER_FEATURES, both);
            accepted |= u64::from(both) << (32 * word);
        }
        if self.legacy {
            self.registers.write32(GUEST_PAGE_SIZE, PAGE);
        }
        accepted
    }

    /// A field of the device's configuration.
    pub fn config(&self, offset: usize) -> u32 {
        self.registers.read32(CONFIG + offset)
    }

    /// A byte of the device's configuration.
    pub fn config8(&self, offset: usize) -> u8 {
        self.registers.read8(CONFIG + offset)
    }

    /// The most descriptors that a queue can have; 0: there is no such queue.
    pub fn queue_size(&self, index: u16) -> u16 {
        self.registers.write32(QUEUE_SELECT, index.into());
        self.registers.read32(QUEUE_SIZE_MAX).min(1 << 15) as u16
    }

    /// Tells the device where the queue with this index is.
    pub fn set_queue(&self, index: u16, addresses: &Addresses) -> Doorbell {
        let registers = self.registers;
        registers.write32(QUEUE_SELECT, index.into());
        registers.write32(QUEUE_SIZE, addresses.size.into());
        if self.legacy {
            registers.write32(QUEUE_ALIGN, PAGE);
            registers.write32(QUEUE_PAGE, (addresses.descriptors / u64::from(PAGE)) as u32);
        } else {
            for (register, address) in [
                (QUEUE_DESCRIPTORS, addresses.descriptors),
                (QUEUE_DRIVER, addresses.available),
                (QUEUE_DEVICE, addresses.used),
            ] {
                registers.write32(register, address as u32);
                registers.write32(register + 4, (address >> 32) as u32);
            }
            registers.write32(QUEUE_READY, 1);
        }
        // The window is at least CONFIG bytes long.
        let register = registers.part(QUEUE_NOTIFY, 4).unwrap_or(registers);
        Doorbell::Wide(register, index.into())
    }

    /// Has `handler` called for the device's interrupt.
    #[cfg(not(test))]
    pub fn connect(&self, handler: fn()) -> crate::errno::Result<()> {
        use crate::arch::irq;
        irq::register(self.interrupt, irq::Trigger::Level, handler)
    }

    /// Lets the interrupt line go.
    #[cfg(not(test))]
    pub fn acknowledge(&self) {
        let reasons = self.registers.read32(INTERRUPT_STATUS);
        self.registers.write32(INTERRUPT_ACKNOWLEDGE, reasons);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_those_of_linux() {
        let place = |base, len, interrupt| {
            Some(Place {
                base,
                len,
                interrupt,
            })
        };
        assert_eq!(
            parse_parameter(b"512@0xfeb00000:5"),
            place(0xfeb0_0000, 512, 5)
        );
        assert_eq!(
            parse_parameter(b"4K@0xd0000000:5:0"),
            place(0xd000_0000, 4096, 5)
        );
        assert_eq!(
            parse_parameter(b"1M@16M:0x10"),
            place(16 << 20, 1 << 20, 16)
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            &b""[..],
            b"512",
            b"512@",
            b"512@0xfeb00000",
            b"@0:1",
            b"512@:1",
            b"512@0xfeb00000:",
            b"512@0xfeb00001:5",
            b"10@0xfeb00000:5",
            b"512@0xffffffffffffffff:5",
            b"99999999999G@0:5",
            b"512@0:99999999999",
            b"\xff@1:1",
            b"K@M:G",
        ] {
            assert_eq!(parse_parameter(bad), None, "{bad:?}");
        }
    }

    fn window(values: &[(usize, u32)]) -> (Registers, &'static [u32]) {
        let words: &'static mut [u32] = vec![0; 0x200 / 4].leak();
        for (offset, value) in values {
            words[offset / 4] = *value;
        }
        let base = words.as_mut_ptr();
        // SAFETY: memory of the test that stays.
        unsafe {
            (
                Registers::new(base.cast(), 0x200),
                core::slice::from_raw_parts(base, 0x80),
            )
        }
    }

    #[test]
    fn only_devices_are_devices() {
        assert!(Mmio::new(window(&[]).0, 5).is_none());
        assert!(Mmio::new(window(&[(MAGIC, MAGIC_VALUE), (VERSION, 3)]).0, 5).is_none());
        let (registers, _) = window(&[(MAGIC, MAGIC_VALUE), (VERSION, 2), (DEVICE_ID, 3)]);
        let device = Mmio::new(registers, 5).unwrap();
        assert!(device.number() == 3 && !device.legacy());
    }

    #[test]
    fn queues_are_told_in_both_versions() {
        let addresses = Addresses {
            size: 8,
            descriptors: 0x1_2345_6000,
            available: 0x80,
            used: 0x1000,
        };
        let (registers, words) = window(&[(MAGIC, MAGIC_VALUE), (VERSION, 2)]);
        Mmio::new(registers, 5).unwrap().set_queue(3, &addresses);
        let word = |words: &[u32], offset: usize| {
            // SAFETY: the test's own memory, written through another pointer.
            unsafe { words.as_ptr().add(offset / 4).read_volatile() }
        };
        assert_eq!(
            (
                word(words, QUEUE_DESCRIPTORS),
                word(words, QUEUE_DESCRIPTORS + 4)
            ),
            (0x2345_6000, 1)
        );
        assert_eq!(
            (word(words, QUEUE_SELECT), word(words, QUEUE_READY)),
            (3, 1)
        );
        let (registers, words) = window(&[(MAGIC, MAGIC_VALUE), (VERSION, 1)]);
        Mmio::new(registers, 5).unwrap().set_queue(3, &addresses);
        assert_eq!(
            (word(words, QUEUE_PAGE), word(words, QUEUE_ALIGN)),
            (0x12_3456, 4096)
        );
    }
}
