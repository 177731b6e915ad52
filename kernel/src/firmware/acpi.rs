//! ACPI: the root pointer, the multiple APIC description table, the reset register.
//!
//! Source: ACPI specification 6.5, sections 5.2.5 (RSDP), 5.2.7 and 5.2.8 (RSDT, XSDT), 5.2.9 (FADT),
//! 5.2.12 (MADT).

use super::{
    IoApic, MAX_TABLE, Override, PhysicalMemory, Platform, Reset, byte, checksum_is_right,
    extended_bios_data, search, u16_at, u32_at, u64_at,
};

const HEADER: usize = 36;
/// Tables named by the root table beyond this number are not looked at.
const MAX_TABLES: usize = 256;

/// Address of the root table and the size of its entries.
type Root = (u64, usize);

fn root_of(rsdp: &[u8]) -> Option<Root> {
    if !rsdp.starts_with(b"RSD PTR ") || !checksum_is_right(rsdp.get(..20)?) {
        return None;
    }
    // From revision 2 on there is a 64-bit table, and a checksum over all.
    if byte(rsdp, 15)? >= 2
        && let Some(extended) = rsdp.get(..HEADER)
        && checksum_is_right(extended)
        && let Some(address) = u64_at(rsdp, 24).filter(|address| *address != 0)
    {
        return Some((address, 8));
    }
    u32_at(rsdp, 16)
        .filter(|address| *address != 0)
        .map(|address| (u64::from(address), 4))
}

/// A whole table, checked, if it has the signature.
fn table<'a>(
    memory: &'a impl PhysicalMemory,
    address: u64,
    signature: &[u8; 4],
) -> Option<&'a [u8]> {
    let header = memory.bytes(address, HEADER)?;
    if !header.starts_with(signature) {
        return None;
    }
    let len = u32_at(header, 4)? as usize;
    if !(HEADER..=MAX_TABLE).contains(&len) {
        return None;
    }
    memory
        .bytes(address, len)
        .filter(|table| checksum_is_right(table))
}

/// Reads the tables below the root pointer at `rsdp`. Nothing if there is no valid description of the
/// processors.
pub fn parse(memory: &impl PhysicalMemory, rsdp: u64) -> Option<Platform> {
    // A pointer of revision 0 may end a page early.
    let pointer = memory
        .bytes(rsdp, HEADER)
        .or_else(|| memory.bytes(rsdp, 20))?;
    platform_of(memory, root_of(pointer)?)
}

/// Looks for the root pointer in the extended BIOS data area and the BIOS.
pub fn find(memory: &impl PhysicalMemory) -> Option<Platform> {
    let root = extended_bios_data(memory)
        .and_then(|start| search(memory, start, 1024, b"RSD PTR ", root_of))
        .or_else(|| search(memory, 0xe0000, 0x20000, b"RSD PTR ", root_of))?;
    platform_of(memory, root)
}

fn platform_of(memory: &impl PhysicalMemory, (address, size): Root) -> Option<Platform> {
    let signature = if size == 8 { b"XSDT" } else { b"RSDT" };
    let root = table(memory, address, signature)?;
    let entries = || {
        root[HEADER..]
            .chunks_exact(size)
            .take(MAX_TABLES)
            .filter_map(|entry| {
                if size == 8 {
                    u64_at(entry, 0)
                } else {
                    u32_at(entry, 0).map(u64::from)
                }
            })
    };
    let mut platform = Platform::new();
    let described = entries().find_map(|entry| table(memory, entry, b"APIC"))?;
    read_madt(described, &mut platform)?;
    platform.reset = entries()
        .find_map(|entry| table(memory, entry, b"FACP"))
        .and_then(reset);
    Some(platform)
}

fn read_madt(madt: &[u8], platform: &mut Platform) -> Option<()> {
    platform.local_apic = u64::from(u32_at(madt, 36)?);
    let mut rest = madt.get(44..)?;
    while let (Some(kind), Some(len)) = (byte(rest, 0), byte(rest, 1)) {
        let len = usize::from(len);
        if len < 2 {
            break;
        }
        // An entry that ends behind the table is not read.
        let Some(entry) = rest.get(..len) else { break };
        read_entry(kind, entry, platform);
        rest = &rest[len..];
    }
    Some(())
}

/// Reads one entry; one that is too short for its kind says nothing.
fn read_entry(kind: u8, entry: &[u8], platform: &mut Platform) -> Option<()> {
    const ENABLED: u32 = 1;
    match kind {
        // Processor with a local APIC.
        0 if u32_at(entry, 4)? & ENABLED != 0 && byte(entry, 3)? != 0xff => {
            platform.add_core(u32::from(byte(entry, 3)?));
        }
        // Processor with an x2APIC id.
        9 if u32_at(entry, 8)? & ENABLED != 0 && u32_at(entry, 4)? != u32::MAX => {
            platform.add_core(u32_at(entry, 4)?);
        }
        1 => platform.io_apics.push(IoApic {
            id: byte(entry, 2)?,
            address: u64::from(u32_at(entry, 4)?),
            gsi_base: u32_at(entry, 8)?,
        }),
        2 => platform.overrides.push(Override {
            irq: byte(entry, 3)?,
            gsi: u32_at(entry, 4)?,
            flags: u16_at(entry, 8)?,
        }),
        // The local APICs' address in 64 bits.
        5 => platform.local_apic = u64_at(entry, 4)?,
        _ => {}
    }
    Some(())
}

fn reset(fadt: &[u8]) -> Option<Reset> {
    const RESET_SUPPORTED: u32 = 1 << 10;
    if u32_at(fadt, 112)? & RESET_SUPPORTED == 0 {
        return None;
    }
    let port = match byte(fadt, 116)? {
        0 => false,
        1 => true,
        _ => return None,
    };
    Some(Reset {
        port,
        address: u64_at(fadt, 120)?,
        value: byte(fadt, 128)?,
    })
}
