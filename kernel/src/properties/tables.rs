//! What comes from outside: the boot archive, firmware tables, replies of a 9P server, the command line.

use proptest::prelude::*;

use crate::boot;
use crate::firmware::{self, MAX_PROCESSORS, PhysicalMemory};
use crate::fs::archive::{self, Archive};
use crate::fs::p9::protocol::{self, Decoder, Stat};

fn entry(name: &[u8], mode: u32, data: &[u8]) -> Vec<u8> {
    archive::tests::entry(name, mode, data)
}

/// 128 KiB of low memory, and what is put into it.
struct Memory(Vec<u8>);

impl PhysicalMemory for Memory {
    fn bytes(&self, address: u64, len: usize) -> Option<&[u8]> {
        let start = usize::try_from(address).ok()?;
        self.0.get(start..start.checked_add(len)?)
    }
}

/// Makes the bytes add up to 0 by the one at `at`.
fn sum_up(table: &mut [u8], at: usize) {
    table[at] = 0;
    let sum = table.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    table[at] = 0u8.wrapping_sub(sum);
}

fn acpi_table(signature: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut table = signature.to_vec();
    table.extend((36 + content.len() as u32).to_le_bytes());
    table.resize(36, 0);
    table.extend(content);
    sum_up(&mut table, 9);
    table
}

proptest! {
    #![proptest_config(super::config())]

    /// What was put into an archive comes out of it.
    #[test]
    fn archives_are_read(
        files in prop::collection::vec(("[a-z]{1,12}(/[a-z]{1,5}){0,2}", prop::collection::vec(any::<u8>(), 0..100)), 0..10),
    ) {
        let mut bytes = Vec::new();
        for (name, data) in &files {
            bytes.extend(entry(name.as_bytes(), 0o100644, data));
        }
        bytes.extend(entry(b"TRAILER!!!", 0, b""));
        let found: Vec<_> = Archive::new(bytes.leak()).collect();
        prop_assert_eq!(found.len(), files.len());
        for (found, (name, data)) in found.iter().zip(&files) {
            prop_assert_eq!(found.name, name.as_bytes());
            prop_assert_eq!(found.data, &data[..]);
            prop_assert_eq!(found.mode, 0o100644);
        }
    }

    /// A damaged archive ends somewhere, and names nothing outside of it.
    #[test]
    fn archives_may_be_damaged(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = [
            entry(b".hermit/argv", 0, b"program\0argument\0"),
            entry(b"a/file", 0o100644, &[7; 50]),
            entry(b"../../out", 0o100644, b"x"),
            entry(b"TRAILER!!!", 0, b""),
        ].concat();
        for (at, value) in damage {
            *at.get_mut(&mut bytes) = value;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        let bytes: &'static [u8] = bytes.leak();
        for entry in Archive::new(bytes) {
            prop_assert!(entry.data.len() <= bytes.len());
            prop_assert!(!entry.name.split(|b| *b == b'/').any(|part| part == b".."));
        }
        let start = archive::start(Archive::new(bytes));
        if let Some(arguments) = start.arguments {
            archive::strings(arguments).for_each(|text| assert!(!text.contains(&0)));
        }
    }

    /// Whatever the tables of ACPI hold, they are read to their end and give no more than fits.
    #[test]
    fn firmware_is_not_believed(
        content in prop::collection::vec(any::<u8>(), 0..400),
        entries in prop::collection::vec((0u8..12, 0u8..20, any::<[u8; 18]>()), 0..40),
        roots in prop::collection::vec(prop_oneof![Just(0x1000u32), Just(0x2000), any::<u32>()], 0..6),
        signature in prop_oneof![Just(*b"APIC"), Just(*b"FACP"), any::<[u8; 4]>()],
        mp in any::<bool>(),
    ) {
        let mut memory = Memory(vec![0; 0x10_0000]);
        let mut body = vec![0, 0, 0xe0, 0xfe, 1, 0, 0, 0];
        for (kind, len, bytes) in entries {
            body.extend([kind, len]);
            body.extend(&bytes[..usize::from(len.saturating_sub(2)).min(18)]);
        }
        body.extend(&content);
        let table = acpi_table(&signature, &body);
        let root = acpi_table(b"RSDT", &roots.iter().flat_map(|at| at.to_le_bytes()).collect::<Vec<_>>());
        let mut pointer = b"RSD PTR \0HERMIT\0".to_vec();
        pointer.extend(0x2000u32.to_le_bytes());
        sum_up(&mut pointer, 8);
        memory.0[0x1000..0x1000 + table.len()].copy_from_slice(&table);
        memory.0[0x2000..0x2000 + root.len()].copy_from_slice(&root);
        memory.0[0xf0100..0xf0100 + pointer.len()].copy_from_slice(&pointer);
        let mut configuration = b"PCMP".to_vec();
        configuration.extend((44 + content.len() as u16).to_le_bytes());
        configuration.resize(44, 0);
        configuration.extend(&content);
        sum_up(&mut configuration, 7);
        let mut floating = b"_MP_".to_vec();
        floating.extend(0x3000u32.to_le_bytes());
        floating.extend([1, 4, 0, 0, 0, 0, 0, 0]);
        sum_up(&mut floating, 10);
        memory.0[0x3000..0x3000 + configuration.len()].copy_from_slice(&configuration);
        memory.0[0x9fc00..0x9fc00 + floating.len()].copy_from_slice(&floating);
        let platform = firmware::parse(&memory, (!mp).then_some(0xf0100));
        prop_assert!(platform.cores().count() <= MAX_PROCESSORS);
        let mut ids: Vec<u32> = platform.cores().collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), platform.cores().count());
    }

    /// A reply is taken apart or is an error.
    #[test]
    fn replies_of_9p_are_not_believed(
        request in prop::collection::vec(any::<u8>(), 0..20),
        reply in prop::collection::vec(any::<u8>(), 0..200),
        fits in any::<bool>(),
    ) {
        let (mut request, mut reply) = (request, reply);
        if fits && request.len() >= 7 && reply.len() >= 7 {
            request[4] &= 0x7f;
            let len = reply.len() as u32;
            reply[..4].copy_from_slice(&len.to_le_bytes());
            reply[4] = request[4] + 1;
            reply[5..7].copy_from_slice(&request[5..7]);
        }
        if let Ok(body) = protocol::fields(&request, &reply) {
            let _ = Stat::decode(body.clone());
            let mut rest = body.clone();
            while let Ok(Some(entry)) = protocol::next_entry(&mut rest) {
                prop_assert!(entry.name.len() < reply.len());
            }
        }
        let mut decoder = Decoder::new(&reply);
        while decoder.string().is_ok() {}
        let _ = crate::fs::p9::parse(&reply);
    }

    /// Numbers on the command line.
    #[test]
    fn numbers(value in any::<u64>(), text in prop::collection::vec(any::<u8>(), 0..30)) {
        prop_assert_eq!(boot::number(value.to_string().as_bytes()), Some(value));
        let expected = std::str::from_utf8(&text).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
        if let Some(expected) = expected.and_then(|digits| digits.parse().ok()) {
            prop_assert_eq!(boot::number(&text), Some(expected));
        } else {
            let _ = boot::number(&text);
        }
    }
}
