//! The MultiProcessor tables, which machines without ACPI have.
//!
//! Source: Intel MultiProcessor Specification 1.4, chapters 4 (tables) and 5 (default configurations).

use super::{
    IoApic, Override, PhysicalMemory, Platform, byte, checksum_is_right, extended_bios_data,
    search, u16_at, u32_at,
};

const FLOATING: usize = 16;
const HEADER: usize = 44;
/// Inputs of an I/O APIC of that time: where the next one's begin.
const LINES: u32 = 24;

/// The floating pointer's content: address of the table (0 if none) and number of the default
/// configuration.
fn pointer(floating: &[u8]) -> Option<(u64, u8)> {
    let floating = floating.get(..FLOATING)?;
    if !floating.starts_with(b"_MP_") || byte(floating, 8)? != 1 || !checksum_is_right(floating) {
        return None;
    }
    Some((u64::from(u32_at(floating, 4)?), byte(floating, 11)?))
}

fn find_in(memory: &impl PhysicalMemory, start: u64, len: usize) -> Option<Platform> {
    let (address, default) = search(memory, start, len, b"_MP_", pointer)?;
    if address == 0 {
        default_configuration(default)
    } else {
        parse(memory, address)
    }
}

/// Looks in the extended BIOS data area and at the end of base memory.
pub fn find_in_ram(memory: &impl PhysicalMemory) -> Option<Platform> {
    extended_bios_data(memory)
        .and_then(|start| find_in(memory, start, 1024))
        .or_else(|| find_in(memory, 0x9fc00, 1024))
}

/// Looks in the BIOS.
pub fn find_in_rom(memory: &impl PhysicalMemory) -> Option<Platform> {
    find_in(memory, 0xf0000, 0x10000)
}

/// A machine with one of the specification's fixed configurations: two processors and one I/O APIC.
fn default_configuration(number: u8) -> Option<Platform> {
    if number == 0 {
        return None;
    }
    let mut platform = Platform::new();
    platform.add_core(0);
    platform.add_core(1);
    platform.io_apics.push(IoApic {
        id: 2,
        address: 0xfec0_0000,
        gsi_base: 0,
    });
    Some(platform)
}

/// Reads the table at `address`. Its entries are walked by the table's length: the count of entries is
/// 0 in the tables of some firmware.
pub fn parse(memory: &impl PhysicalMemory, address: u64) -> Option<Platform> {
    let header = memory.bytes(address, HEADER)?;
    let len = usize::from(u16_at(header, 4)?);
    if !header.starts_with(b"PCMP") || len < HEADER {
        return None;
    }
    let table = memory
        .bytes(address, len)
        .filter(|table| checksum_is_right(table))?;
    let mut platform = Platform::new();
    let local_apic = u32_at(table, 36)?;
    if local_apic != 0 {
        platform.local_apic = u64::from(local_apic);
    }
    let mut isa_buses = [false; 256];
    let mut rest = &table[HEADER..];
    while let Some(kind) = byte(rest, 0) {
        let Some(entry) = rest.get(..if kind == 0 { 20 } else { 8 }) else {
            break;
        };
        if kind > 4 {
            break;
        }
        read_entry(kind, entry, &mut isa_buses, &mut platform);
        rest = &rest[entry.len()..];
    }
    Some(platform)
}

fn read_entry(
    kind: u8,
    entry: &[u8],
    isa_buses: &mut [bool; 256],
    platform: &mut Platform,
) -> Option<()> {
    const ENABLED: u8 = 1;
    match kind {
        0 if byte(entry, 3)? & ENABLED != 0 => platform.add_core(u32::from(byte(entry, 1)?)),
        1 => isa_buses[usize::from(byte(entry, 1)?)] = entry.get(2..5)? == b"ISA",
        2 if byte(entry, 3)? & ENABLED != 0 => {
            let before = platform.io_apics.items().len() as u32;
            platform.io_apics.push(IoApic {
                id: byte(entry, 1)?,
                address: u64::from(u32_at(entry, 4)?),
                gsi_base: before * LINES,
            });
        }
        // A vectored interrupt of an ISA bus; wired as usual it says nothing new.
        3 if byte(entry, 1)? == 0 && isa_buses[usize::from(byte(entry, 4)?)] => {
            let (irq, input, flags) = (byte(entry, 5)?, byte(entry, 7)?, u16_at(entry, 2)?);
            let controller = byte(entry, 6)?;
            let base = platform
                .io_apics()
                .find(|io| io.id == controller)
                .map_or(0, |io| io.gsi_base);
            let gsi = base + u32::from(input);
            if gsi != u32::from(irq) || flags != 0 {
                platform.overrides.push(Override { irq, gsi, flags });
            }
        }
        _ => {}
    }
    Some(())
}
