//! The boot archive: what the host gives the program to start with.
//!
//! A cpio archive in the "newc" format: headers of 110 characters, hexadecimal fields, everything padded
//! to 4 bytes (`cpio(5)`; Linux, `Documentation/driver-api/early-userspace/buffer-format.rst`). The
//! entries `.hermit/argv`, `.hermit/env` and `.hermit/cwd` hold the program's arguments, environment
//! (each string ends with a NUL) and working directory, `.hermit/stdin` and `.hermit/stdin-at` the file that
//! is its standard input and the position in it, in decimal; every other entry is a file of the guest.
//!
//! The archive comes from outside: nothing in it is believed. Where it stops making sense, it ends; what
//! came before stays.

/// Length of an entry's header.
const HEADER: usize = 110;

/// An entry of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path relative to the root, without leading slashes or `./`; may hold any other bytes.
    pub name: &'static [u8],
    /// Kind of file and permissions (`S_IF…`, which newc shares with newlib).
    pub mode: u32,
    /// Time of the last write, in seconds since 1970.
    pub modified: u32,
    /// The bytes, or a symbolic link's target.
    pub data: &'static [u8],
}

/// Reads an archive entry by entry.
#[derive(Clone)]
pub struct Archive {
    rest: &'static [u8],
}

impl Archive {
    /// An archive that may be anything.
    pub const fn new(bytes: &'static [u8]) -> Self {
        Archive { rest: bytes }
    }

    fn read(&mut self) -> Option<Entry> {
        let header = self.rest.get(..HEADER)?;
        // 070702 is the same format with a checksum of the data.
        if !matches!(&header[..6], b"070701" | b"070702") {
            return None;
        }
        let field = |index: usize| hexadecimal(&header[6 + 8 * index..14 + 8 * index]);
        let (mode, modified) = (field(1)?, field(5)?);
        let (size, name_size) = (field(6)? as usize, field(11)? as usize);
        let name_end = HEADER.checked_add(name_size)?;
        let data_start = name_end.checked_next_multiple_of(4)?;
        let data_end = data_start.checked_add(size)?;
        // The name's NUL is counted.
        let name = self.rest.get(HEADER..name_end)?.strip_suffix(b"\0")?;
        let data = self.rest.get(data_start..data_end)?;
        // The padding of the very last entry may be missing.
        let next = data_end.checked_next_multiple_of(4)?;
        self.rest = self.rest.get(next..).unwrap_or(&[]);
        Some(Entry {
            name,
            mode,
            modified,
            data,
        })
    }
}

/// What each byte is as a hexadecimal digit; above 15 if it is none.
static DIGITS: [u8; 256] = {
    let mut digits = [0xff; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// The value of eight hexadecimal digits.
fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let (value, all) = digits.iter().fold((0, 0), |(value, all), digit| {
        let digit = DIGITS[usize::from(*digit)];
        (value << 4 | u32::from(digit), all | digit)
    });
    (all < 16).then_some(value)
}

/// A path without leading slashes, `./`, and a trailing slash.
fn relative(mut name: &'static [u8]) -> &'static [u8] {
    while let Some(rest) = name.strip_prefix(b"/").or_else(|| name.strip_prefix(b"./")) {
        name = rest;
    }
    while let Some(rest) = name.strip_suffix(b"/") {
        name = rest;
    }
    if name == b"." { b"" } else { name }
}

impl Iterator for Archive {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let mut entry = match self.read() {
                Some(entry) if entry.name != b"TRAILER!!!" => entry,
                _ => {
                    self.rest = &[];
                    return None;
                }
            };
            entry.name = relative(entry.name);
            // A name with a NUL or `..` in it names nothing in the guest.
            let strange = entry.name.contains(&0)
                || entry
                    .name
                    .split(|byte| *byte == b'/')
                    .any(|part| part == b"..");
            if !strange {
                return Some(entry);
            }
        }
    }
}

/// What the archive says about the program's start. Lists are strings that each end with a NUL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The arguments, the program's name first; `None` if the archive says nothing.
    pub arguments: Option<&'static [u8]>,
    /// The environment.
    pub environment: &'static [u8],
    /// The working directory.
    pub directory: Option<&'static [u8]>,
    /// The file that is standard input, if it is one.
    pub input: Option<Entry>,
    /// The position in it.
    pub input_at: u64,
}

/// The part of a list up to its last NUL.
fn list(data: &'static [u8]) -> &'static [u8] {
    let end = data
        .iter()
        .rposition(|byte| *byte == 0)
        .map_or(0, |last| last + 1);
    &data[..end]
}

/// The strings of such a list.
pub fn strings(list: &'static [u8]) -> impl Iterator<Item = &'static [u8]> + Clone {
    list.split_inclusive(|byte| *byte == 0)
        .filter_map(|string| string.strip_suffix(b"\0"))
}

/// Looks for what the archive says about the program's start.
pub fn start(archive: Archive) -> Start {
    let mut start = Start::default();
    for entry in archive {
        match entry.name {
            b".hermit/argv" => start.arguments = Some(list(entry.data)),
            b".hermit/env" => start.environment = list(entry.data),
            b".hermit/cwd" if !entry.data.is_empty() => start.directory = Some(entry.data),
            b".hermit/stdin" => start.input = Some(entry),
            b".hermit/stdin-at" => {
                let number = core::str::from_utf8(entry.data).ok();
                start.input_at = number.and_then(|text| text.parse().ok()).unwrap_or(0);
            }
            _ => {}
        }
    }
    start
}

/// Whether an entry is for the kernel and not a file of the guest.
pub fn is_reserved(name: &[u8]) -> bool {
    name == b".hermit" || name.starts_with(b".hermit/")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An entry as `cpio` writes it.
    pub fn entry(name: &[u8], mode: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = format!(
            "070701{:08x}{mode:08x}{:08x}{:08x}{:08x}{:08x}{:08X}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}",
            1, 0, 0, 1, 1700000000, data.len(), 0, 0, 0, 0, name.len() + 1, 0
        )
        .into_bytes();
        bytes.extend(name);
        bytes.push(0);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// An archive of regular files.
    pub fn archive(entries: &[(&str, u32, &[u8])]) -> &'static [u8] {
        let mut bytes = Vec::new();
        for (name, mode, data) in entries {
            bytes.extend(entry(name.as_bytes(), *mode, data));
        }
        bytes.extend(entry(b"TRAILER!!!", 0, b""));
        bytes.leak()
    }

    #[test]
    fn numbers_are_of_digits_only() {
        assert_eq!(hexadecimal(b"00000000"), Some(0));
        assert_eq!(hexadecimal(b"0a9FDe8c"), Some(0x0a9f_de8c));
        assert_eq!(hexadecimal(b"ffffffff"), Some(u32::MAX));
        for bad in 0..=255u8 {
            let digits = [b'0', b'0', bad, b'0', b'0', b'0', b'0', b'1'];
            assert_eq!(hexadecimal(&digits).is_some(), bad.is_ascii_hexdigit());
        }
    }

    #[test]
    fn entries_come_in_order() {
        let bytes = archive(&[
            (".hermit/argv", 0o100644, b"prog\0-x\0"),
            (".hermit/env", 0o100644, b"A=1\0B=\xff\0junk"),
            (".hermit/cwd", 0o100644, b"/data"),
            (".hermit/stdin", 0o100640, b"input"),
            (".hermit/stdin-at", 0o100644, b"3"),
            ("./data/", 0o40755, b""),
            ("/data/in.txt", 0o100600, b"12345"),
        ]);
        let names: Vec<_> = Archive::new(bytes).map(|entry| entry.name).collect();
        assert_eq!(names[5..], [&b"data"[..], b"data/in.txt"]);
        let last = Archive::new(bytes).last().unwrap();
        assert_eq!(
            (last.data, last.mode, last.modified),
            (&b"12345"[..], 0o100600, 1700000000)
        );
        let start = start(Archive::new(bytes));
        assert_eq!(start.arguments, Some(&b"prog\0-x\0"[..]));
        assert_eq!(start.environment, b"A=1\0B=\xff\0");
        assert_eq!(
            strings(start.environment).collect::<Vec<_>>(),
            [&b"A=1"[..], b"B=\xff"]
        );
        assert_eq!(strings(b"\0\0").count(), 2);
        assert_eq!(start.directory, Some(&b"/data"[..]));
        let input = start.input.map(|entry| (entry.data, entry.mode));
        assert_eq!(
            (input, start.input_at),
            (Some((&b"input"[..], 0o100640)), 3)
        );
    }

    #[test]
    fn names_that_lead_out_are_skipped() {
        let bytes = archive(&[
            ("../etc", 0o100644, b""),
            ("a/../../b", 0o100644, b""),
            ("ok", 0o100644, b""),
        ]);
        assert_eq!(
            Archive::new(bytes)
                .map(|entry| entry.name)
                .collect::<Vec<_>>(),
            [b"ok"]
        );
    }

    /// Every truncation, every single changed byte, and noise: no panic, and no endless loop.
    #[test]
    fn hostile_archives_end() {
        let good = archive(&[("a", 0o100644, b"abc"), ("b/c", 0o100644, b"")]);
        for len in 0..good.len() {
            assert!(Archive::new(&good[..len]).count() <= 2);
        }
        for at in 0..good.len() {
            for value in [0, b'0', b'f', b'F', b'/', 0xff] {
                let mut bad = good.to_vec();
                bad[at] = value;
                assert!(Archive::new(bad.leak()).count() <= 3);
            }
        }
        let huge = [&b"070701"[..], &[b'f'; 104], &[0; 500]].concat();
        assert_eq!(Archive::new(huge.leak()).count(), 0);
        let noise: Vec<u8> = (0..100_000u32)
            .map(|i| (i.wrapping_mul(2654435761) >> 13) as u8)
            .collect();
        assert_eq!(Archive::new(noise.leak()).count(), 0);
        let empty_name = [&entry(b"", 0o100644, b"x")[..]].concat();
        assert_eq!(Archive::new(empty_name.leak()).count(), 1);
    }
}
