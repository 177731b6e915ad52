use super::*;

/// Memory with some bytes in it; everything else is zero up to 4 GiB less a page, nothing beyond.
struct Memory(Vec<u8>);

const SIZE: usize = 0x20_0000;

impl PhysicalMemory for Memory {
    fn bytes(&self, address: u64, len: usize) -> Option<&[u8]> {
        let start = usize::try_from(address).ok()?;
        self.0.get(start..start.checked_add(len)?)
    }
}

impl Memory {
    fn new() -> Self {
        Memory(vec![0; SIZE])
    }

    fn put(&mut self, address: usize, bytes: &[u8]) {
        self.0[address..address + bytes.len()].copy_from_slice(bytes);
    }
}

fn fix(table: &mut [u8], at: usize) {
    table[at] = 0;
    let sum = table.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    table[at] = 0u8.wrapping_sub(sum);
}

fn acpi_table(signature: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut table = vec![0; 36];
    table[..4].copy_from_slice(signature);
    table.extend(content);
    let len = table.len() as u32;
    table[4..8].copy_from_slice(&len.to_le_bytes());
    fix(&mut table, 9);
    table
}

fn rsdp(rsdt: u32, xsdt: u64) -> Vec<u8> {
    let mut pointer = b"RSD PTR \0HERMIT\x02".to_vec();
    pointer.extend(rsdt.to_le_bytes());
    fix(&mut pointer, 8);
    pointer.extend(36u32.to_le_bytes());
    pointer.extend(xsdt.to_le_bytes());
    pointer.extend([0; 4]);
    fix(&mut pointer, 32);
    pointer
}

fn processor(id: u8, flags: u32) -> Vec<u8> {
    let mut entry = vec![0, 8, id, id];
    entry.extend(flags.to_le_bytes());
    entry
}

fn x2apic(id: u32, flags: u32) -> Vec<u8> {
    let mut entry = vec![9, 16, 0, 0];
    entry.extend(id.to_le_bytes());
    entry.extend(flags.to_le_bytes());
    entry.extend([0; 4]);
    entry
}

fn madt(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut content = 0xfee0_1000u32.to_le_bytes().to_vec();
    content.extend([1, 0, 0, 0]);
    entries.iter().for_each(|entry| content.extend(entry));
    acpi_table(b"APIC", &content)
}

fn machine(madt: &[u8]) -> Memory {
    let mut memory = Memory::new();
    memory.put(0xf0100, &rsdp(0x10_0000, 0x10_1000));
    let mut list = 0x18_0000u32.to_le_bytes().to_vec();
    list.extend(0x10_2000u32.to_le_bytes());
    memory.put(0x10_0000, &acpi_table(b"RSDT", &list));
    let mut list = 0x18_0000u64.to_le_bytes().to_vec();
    list.extend(0x10_2000u64.to_le_bytes());
    memory.put(0x10_1000, &acpi_table(b"XSDT", &list));
    memory.put(0x10_2000, madt);
    let mut fadt = vec![0; 240];
    fadt[112 - 36..116 - 36].copy_from_slice(&(1u32 << 10).to_le_bytes());
    fadt[116 - 36] = 1;
    fadt[120 - 36..128 - 36].copy_from_slice(&0xcf9u64.to_le_bytes());
    fadt[128 - 36] = 6;
    memory.put(0x18_0000, &acpi_table(b"FACP", &fadt));
    memory
}

fn ids(platform: &Platform) -> Vec<u32> {
    platform.cores().collect()
}

#[test]
fn processors_of_all_kinds() {
    let mut io_apic = vec![1, 12, 3, 0];
    io_apic.extend(0xfec0_2000u32.to_le_bytes());
    io_apic.extend(48u32.to_le_bytes());
    let mut wiring = vec![2, 10, 0, 9];
    wiring.extend(20u32.to_le_bytes());
    wiring.extend(0xfu16.to_le_bytes());
    let mut address = vec![5, 12, 0, 0];
    address.extend(0x1_fee0_0000u64.to_le_bytes());
    let table = madt(&[
        processor(0, 1),
        processor(6, 1),
        processor(7, 0), // disabled
        processor(8, 2), // could be plugged in
        processor(255, 1),
        processor(6, 1), // again
        x2apic(300, 1),
        x2apic(6, 1),
        x2apic(301, 0),
        x2apic(u32::MAX, 1),
        vec![77, 3, 0],
        io_apic,
        wiring,
        address,
    ]);
    let memory = machine(&table);
    for rsdp in [Some(0xf0100), None] {
        let platform = parse(&memory, rsdp);
        assert_eq!(ids(&platform), [0, 6, 300]);
        assert_eq!(platform.local_apic, 0x1_fee0_0000);
        let io_apics: Vec<_> = platform.io_apics().collect();
        assert_eq!(
            io_apics,
            [IoApic {
                id: 3,
                address: 0xfec0_2000,
                gsi_base: 48
            }]
        );
        assert_eq!(
            platform.isa_override(9),
            Some(Override {
                irq: 9,
                gsi: 20,
                flags: 0xf
            })
        );
        assert_eq!(platform.isa_override(8), None);
        assert_eq!(
            platform.reset,
            Some(Reset {
                port: true,
                address: 0xcf9,
                value: 6
            })
        );
    }
}

#[test]
fn the_old_root_table_serves_too() {
    let mut memory = machine(&madt(&[processor(4, 1)]));
    memory.put(0x10_1000, b"XSD?");
    assert_eq!(ids(&parse(&memory, Some(0xf0100))), []);
    let mut old = rsdp(0x10_0000, 0);
    old[15] = 0;
    fix(&mut old[..20], 8);
    memory.put(0xf0100, &old);
    assert_eq!(ids(&parse(&memory, Some(0xf0100))), [4]);
    // A wrong second checksum leaves the first.
    let mut new = rsdp(0x10_0000, 0x10_1000);
    new[32] ^= 1;
    memory.put(0xf0100, &new);
    assert_eq!(ids(&parse(&memory, Some(0xf0100))), [4]);
}

#[test]
fn a_machine_that_says_nothing() {
    let platform = parse(&Memory::new(), None);
    assert_eq!(ids(&platform), []);
    assert_eq!(platform.local_apic, 0xfee0_0000);
    assert_eq!(
        platform.io_apics().next().map(|io| io.address),
        Some(0xfec0_0000)
    );
    assert_eq!(platform.reset, None);
    // A pointer to nowhere, and a template of one as qboot has it.
    assert_eq!(ids(&parse(&Memory::new(), Some(u64::MAX - 3))), []);
    let mut memory = Memory::new();
    memory.put(0xf31a0, b"RSD PTR ");
    assert_eq!(ids(&parse(&memory, None)), []);
    assert_eq!(ids(&parse(&memory, Some(0xf31a0))), []);
}

#[test]
fn wrong_checksums_and_lengths_are_refused() {
    let good = madt(&[processor(1, 1)]);
    assert_eq!(ids(&parse(&machine(&good), Some(0xf0100))), [1]);
    for (at, value) in [(9, good[9] ^ 1), (4, 10), (7, 0xff), (6, 0x7f), (0, b'B')] {
        let mut bad = good.clone();
        bad[at] = value;
        assert_eq!(ids(&parse(&machine(&bad), Some(0xf0100))), [], "byte {at}");
    }
}

#[test]
fn entries_that_loop_or_run_over_the_end() {
    // Length 0 would never end; length 1 is no entry; the last one ends behind the table.
    for entry in [
        vec![0, 0, 9, 9, 1, 0, 0, 0],
        vec![0, 1, 9, 9],
        vec![0, 200, 9, 9, 1, 0, 0, 0],
    ] {
        let table = madt(&[processor(2, 1), entry]);
        assert_eq!(ids(&parse(&machine(&table), Some(0xf0100))), [2]);
    }
    // Too short for its kind.
    let table = madt(&[
        vec![0, 4, 9, 9],
        vec![9, 6, 0, 0, 5, 0],
        vec![1, 3, 1],
        processor(3, 1),
    ]);
    let platform = parse(&machine(&table), Some(0xf0100));
    assert_eq!(ids(&platform), [3]);
    // A root table that names itself.
    let mut memory = machine(&madt(&[processor(2, 1)]));
    memory.put(0x10_1000, &acpi_table(b"XSDT", &0x10_1000u64.to_le_bytes()));
    assert_eq!(ids(&parse(&memory, Some(0xf0100))), []);
}

#[test]
fn more_than_fits_is_dropped() {
    let many: Vec<_> = (0..1000).map(|id| x2apic(id, 1)).collect();
    let io: Vec<_> = (0..20)
        .map(|id| vec![1, 12, id, 0, 0, 0, 0, 1, 0, 0, 0, 0])
        .collect();
    let platform = parse(&machine(&madt(&[many, io].concat())), Some(0xf0100));
    assert_eq!(platform.cores().count(), MAX_PROCESSORS);
    assert_eq!(platform.io_apics().count(), MAX_IO_APICS);
}

fn mp_pointer(address: u32, default: u8) -> Vec<u8> {
    let mut pointer = b"_MP_".to_vec();
    pointer.extend(address.to_le_bytes());
    pointer.extend([1, 4, 0, default, 0, 0, 0, 0]);
    fix(&mut pointer, 10);
    pointer
}

fn mp_table(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut table = vec![0; 44];
    table[..4].copy_from_slice(b"PCMP");
    table[36..40].copy_from_slice(&0xfee0_0000u32.to_le_bytes());
    entries.iter().for_each(|entry| table.extend(entry));
    let len = table.len() as u16;
    table[4..6].copy_from_slice(&len.to_le_bytes());
    fix(&mut table, 7); // the count of entries stays 0, as qboot has it
    table
}

fn mp_processor(id: u8, flags: u8) -> Vec<u8> {
    let mut entry = vec![0, id, 0x14, flags];
    entry.resize(20, 0);
    entry
}

fn mp_machine(table: &[u8], pointer_at: usize) -> Memory {
    let mut memory = Memory::new();
    memory.put(pointer_at, &mp_pointer(0x9fd00, 0));
    memory.put(0x9fd00, table);
    memory
}

#[test]
fn multiprocessor_tables() {
    let table = mp_table(&[
        mp_processor(0, 3),
        mp_processor(2, 1),
        mp_processor(3, 0),
        vec![1, 0, b'P', b'C', b'I', b' ', b' ', b' '],
        vec![1, 1, b'I', b'S', b'A', b' ', b' ', b' '],
        vec![2, 9, 0x20, 1, 0, 0, 0xc0, 0xfe],
        vec![2, 10, 0x20, 0, 0, 0x10, 0xc0, 0xfe],
        vec![3, 0, 0, 0, 1, 0, 9, 2],  // timer on input 2
        vec![3, 0, 0, 0, 1, 4, 9, 4],  // as usual
        vec![3, 0, 13, 0, 1, 5, 9, 5], // level, low
        vec![3, 0, 0, 0, 0, 6, 9, 16], // PCI
        vec![4, 3, 0, 0, 1, 0, 255, 0],
    ]);
    for at in [0x9fc00, 0x9fc10, 0xf0040] {
        let platform = parse(&mp_machine(&table, at), None);
        assert_eq!(ids(&platform), [0, 2]);
        assert_eq!(platform.io_apics().count(), 1);
        assert_eq!(platform.isa_override(0).map(|o| o.gsi), Some(2));
        assert_eq!(platform.isa_override(4), None);
        assert_eq!(platform.isa_override(5).map(|o| o.flags), Some(13));
        assert_eq!(platform.isa_override(6), None);
    }
    // In an extended BIOS data area elsewhere.
    let mut memory = mp_machine(&table, 0x90010);
    assert_eq!(ids(&parse(&memory, None)), []);
    memory.put(0x40e, &0x9000u16.to_le_bytes());
    assert_eq!(ids(&parse(&memory, None)), [0, 2]);
    // ACPI wins where the loader names it.
    let mut both = machine(&madt(&[processor(5, 1)]));
    both.put(0x9fc00, &mp_pointer(0x9fd00, 0));
    both.put(0x9fd00, &table);
    assert_eq!(ids(&parse(&both, Some(0xf0100))), [5]);
}

#[test]
fn multiprocessor_tables_that_lie() {
    let good = mp_table(&[mp_processor(1, 1), vec![3, 0, 0]]);
    assert_eq!(ids(&parse(&mp_machine(&good, 0x9fc00), None)), [1]);
    for (at, value) in [(7, good[7] ^ 1), (4, 3), (5, 0xff), (0, b'Q')] {
        let mut bad = good.clone();
        bad[at] = value;
        assert_eq!(
            ids(&parse(&mp_machine(&bad, 0x9fc00), None)),
            [],
            "byte {at}"
        );
    }
    // An unknown kind has an unknown length: what follows is not read.
    let table = mp_table(&[mp_processor(1, 1), vec![9; 8], mp_processor(2, 1)]);
    assert_eq!(ids(&parse(&mp_machine(&table, 0x9fc00), None)), [1]);
    let mut pointer = mp_pointer(0x9fd00, 0);
    pointer[10] ^= 1;
    let mut memory = mp_machine(&good, 0x9fc00);
    memory.put(0x9fc00, &pointer);
    assert_eq!(ids(&parse(&memory, None)), []);
    memory.put(0x9fc00, &mp_pointer(0xffff_fff0, 0));
    assert_eq!(ids(&parse(&memory, None)), []);
    memory.put(0x9fc00, &mp_pointer(0, 5));
    assert_eq!(ids(&parse(&memory, None)), [0, 1]);
}

#[test]
fn random_tables_never_crash() {
    let mut random = crate::mm::test_random(99);
    for _ in 0..300 {
        let mut bytes: Vec<u8> = (0..200).map(|_| random() as u8).collect();
        // Right signatures and checksums get the garbage past the first checks.
        let mut table = acpi_table(b"APIC", &bytes);
        parse(&machine(&table), Some(0xf0100));
        fix(&mut bytes, 0);
        table = mp_table(&[bytes]);
        parse(&mp_machine(&table, 0x9fc00), None);
    }
}
