//! What the firmware's tables say of the machine: processors and interrupt controllers.
//!
//! ACPI's tables are preferred, the older MultiProcessor tables are the fallback; without either there
//! is one core with its interrupt controllers where they always were. The parsers are pure, over
//! [`PhysicalMemory`], and trust nothing: every offset is checked against the table, every table by its
//! checksum, every length is bounded, and no table is followed twice.

pub mod acpi;
pub mod mp;

/// Physical memory as the parsers read it.
pub trait PhysicalMemory {
    /// `len` bytes at `address`, or `None` where none can be read.
    fn bytes(&self, address: u64, len: usize) -> Option<&[u8]>;
}

/// The most processors that are remembered.
pub const MAX_PROCESSORS: usize = 128;
/// The most I/O interrupt controllers that are remembered.
pub const MAX_IO_APICS: usize = 8;
/// The most rewired ISA interrupts that are remembered; there are 16.
pub const MAX_OVERRIDES: usize = 16;
/// No table of use is longer; a longer one is broken.
const MAX_TABLE: usize = 1 << 20;

/// An I/O interrupt controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IoApic {
    /// Its id.
    pub id: u8,
    /// Physical address of its registers.
    pub address: u64,
    /// Number of its first input among all.
    pub gsi_base: u32,
}

/// An ISA interrupt that is not wired to the input of its own number, or in an unusual way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// The ISA interrupt.
    pub irq: u8,
    /// The input it is wired to.
    pub gsi: u32,
    /// Polarity in bits 0-1 (3: active low), trigger in bits 2-3 (3: level); 0 is the bus's default.
    pub flags: u16,
}

/// A register that resets the machine when `value` is written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// Whether `address` is an I/O port, not a memory address.
    pub port: bool,
    /// Where.
    pub address: u64,
    /// What to write, one byte.
    pub value: u8,
}

/// What is known of the machine.
#[derive(Clone, Debug)]
pub struct Platform {
    /// Physical address of the local interrupt controllers' registers.
    pub local_apic: u64,
    /// How to reset the machine, if the firmware says.
    pub reset: Option<Reset>,
    cores: List<u32, MAX_PROCESSORS>,
    io_apics: List<IoApic, MAX_IO_APICS>,
    overrides: List<Override, MAX_OVERRIDES>,
}

impl Platform {
    /// A machine of which nothing is known yet.
    const fn new() -> Self {
        Platform {
            local_apic: 0xfee0_0000,
            reset: None,
            cores: List::new(0),
            io_apics: List::new(IoApic {
                id: 0,
                address: 0,
                gsi_base: 0,
            }),
            overrides: List::new(Override {
                irq: 0,
                gsi: 0,
                flags: 0,
            }),
        }
    }

    /// APIC ids of the processors that can be used, in the firmware's order, each once. Empty when the
    /// firmware says nothing.
    pub fn cores(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.cores.items().iter().copied()
    }

    /// The I/O interrupt controllers.
    pub fn io_apics(&self) -> impl Iterator<Item = IoApic> + '_ {
        self.io_apics.items().iter().copied()
    }

    /// How an ISA interrupt is wired, if not as usual.
    pub fn isa_override(&self, irq: u8) -> Option<Override> {
        self.overrides
            .items()
            .iter()
            .copied()
            .find(|wiring| wiring.irq == irq)
    }

    fn add_core(&mut self, id: u32) {
        if !self.cores.items().contains(&id) {
            self.cores.push(id);
        }
    }
}

/// A list of bounded length; what does not fit is dropped.
#[derive(Clone, Copy, Debug)]
struct List<T, const N: usize> {
    items: [T; N],
    count: usize,
}

impl<T: Copy, const N: usize> List<T, N> {
    const fn new(empty: T) -> Self {
        List {
            items: [empty; N],
            count: 0,
        }
    }

    fn push(&mut self, item: T) {
        if let Some(slot) = self.items.get_mut(self.count) {
            *slot = item;
            self.count += 1;
        }
    }

    fn items(&self) -> &[T] {
        &self.items[..self.count]
    }
}

/// A checked little-endian number in a table.
fn number<const N: usize>(table: &[u8], offset: usize) -> Option<u64> {
    let bytes = table.get(offset..offset.checked_add(N)?)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte)),
    )
}

fn byte(table: &[u8], offset: usize) -> Option<u8> {
    table.get(offset).copied()
}

fn u16_at(table: &[u8], offset: usize) -> Option<u16> {
    number::<2>(table, offset).map(|value| value as u16)
}

fn u32_at(table: &[u8], offset: usize) -> Option<u32> {
    number::<4>(table, offset).map(|value| value as u32)
}

fn u64_at(table: &[u8], offset: usize) -> Option<u64> {
    number::<8>(table, offset)
}

/// Whether the bytes of a table sum to zero, in eight bits.
fn checksum_is_right(table: &[u8]) -> bool {
    const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
    let (words, rest) = table.as_chunks::<8>();
    // A word's bytes in four sums of two, and those as the product's highest 16 bits.
    let words = words.iter().map(|word| {
        let word = u64::from_le_bytes(*word);
        ((word & EVEN) + (word >> 8 & EVEN)).wrapping_mul(0x0001_0001_0001_0001) >> 48
    });
    let sum = words
        .chain(rest.iter().map(|byte| u64::from(*byte)))
        .sum::<u64>();
    sum % 256 == 0
}

/// Looks for a structure that begins with `signature` at a multiple of 16 in a range.
fn search<'a, T>(
    memory: &'a impl PhysicalMemory,
    start: u64,
    len: usize,
    signature: &[u8],
    parse: impl Fn(&'a [u8]) -> Option<T>,
) -> Option<T> {
    let range = memory.bytes(start, len)?;
    (0..range.len())
        .step_by(16)
        .filter(|at| range[*at..].starts_with(signature))
        .find_map(|at| parse(&range[at..]))
}

/// Physical address of the extended BIOS data area: its segment is at 0x40e.
fn extended_bios_data(memory: &impl PhysicalMemory) -> Option<u64> {
    let segment = u64::from(u16_at(memory.bytes(0x40e, 2)?, 0)?);
    let address = segment << 4;
    (0x80000..0xa0000).contains(&address).then_some(address)
}

/// Reads the tables. `rsdp` is where the boot loader saw ACPI's root pointer.
///
/// Without a word from the loader, the places of the MultiProcessor table that are quick to search come
/// before a search of the BIOS for ACPI, which costs more than the rest of the boot.
pub fn parse(memory: &impl PhysicalMemory, rsdp: Option<u64>) -> Platform {
    let platform = rsdp
        .and_then(|address| acpi::parse(memory, address))
        .or_else(|| mp::find_in_ram(memory))
        .or_else(|| acpi::find(memory))
        .or_else(|| mp::find_in_rom(memory));
    let mut platform = platform.unwrap_or_else(Platform::new);
    if platform.io_apics.items().is_empty() {
        platform.io_apics.push(IoApic {
            id: 0,
            address: 0xfec0_0000,
            gsi_base: 0,
        });
    }
    platform
}

#[cfg(not(test))]
mod kernel {
    use super::PhysicalMemory;

    /// The machine's memory, by the direct map.
    pub struct Machine;

    impl PhysicalMemory for Machine {
        fn bytes(&self, address: u64, len: usize) -> Option<&[u8]> {
            crate::mm::physical(address, len).ok()
        }
    }
}

/// Reads the machine's tables. `rsdp` is where the boot loader saw ACPI's root pointer.
#[cfg(not(test))]
pub fn find(rsdp: Option<u64>) -> Platform {
    parse(&kernel::Machine, rsdp)
}

#[cfg(test)]
mod tests;
