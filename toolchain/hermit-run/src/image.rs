//! Looks at the program before QEMU does: is it there, is it an image of ours, is it whole?
//!
//! Only the ELF header, the program headers and the notes are read, so a look costs a few system calls
//! however large the image is. Nothing in the file is believed before it is checked against its length.

use crate::failure::{FAILED, Failure, NOT_FOUND, NOT_RUNNABLE, reason};
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// The version of the "Hermit" note that this hermit-run understands.
pub const ABI_VERSION: u32 = 1;

/// What hermit-run needs to know of an image.
#[derive(Debug, PartialEq, Eq)]
pub struct Image {
    /// The first physical address behind everything that is loaded.
    pub end: u64,
    /// Whether the program looks names of functions up by address, and wants a table of them.
    pub wants_symbols: bool,
}

/// Why a file is no image; [`Problem::failure`] words it.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    Empty,
    Script,
    NotElf,
    NotElf64,
    BigEndian,
    Machine(u16),
    Damaged(&'static str),
    Truncated { have: u64, want: u64 },
    Object,
    LinuxDynamic,
    LinuxStatic,
    NotBootable,
    Abi(u32),
}

impl Problem {
    fn failure(&self, name: &str) -> Failure {
        let linux = "build it with x86_64-hermit-gcc to run it here";
        Failure::new(
            NOT_RUNNABLE,
            match self {
                Problem::Empty => format!("{name} is empty"),
                Problem::Script => format!("{name} is a script, not a Hermit image"),
                Problem::NotElf => format!("{name} is not an ELF file"),
                Problem::NotElf64 => {
                    format!("{name} is a 32-bit ELF file; Hermit images are 64-bit")
                }
                Problem::BigEndian => format!("{name} is a big-endian ELF file, not an x86-64 one"),
                Problem::Machine(machine) => {
                    format!(
                        "{name} is an ELF file for {}, not for x86-64",
                        machine_name(*machine)
                    )
                }
                Problem::Damaged(what) => format!("{name} is damaged: {what}"),
                Problem::Truncated { have, want } => {
                    format!("{name} is damaged: it has {have} bytes of at least {want}")
                }
                Problem::Object => format!(
                    "{name} is an object file or a library that has not been linked to a program"
                ),
                Problem::LinuxDynamic => {
                    format!(
                        "{name} is a dynamically linked program for Linux, not a Hermit image; {linux}"
                    )
                }
                Problem::LinuxStatic => {
                    format!(
                        "{name} has no Hermit note: it is a program for Linux or something else; {linux}"
                    )
                }
                Problem::NotBootable => format!(
                    "{name} has a Hermit note but no PVH entry point: it was linked without crt0"
                ),
                Problem::Abi(version) => format!(
                    "{name} was built for version {version} of the Hermit image format, this hermit-run knows version \
                 {ABI_VERSION}: build it again with the same SDK"
                ),
            },
        )
    }
}

fn machine_name(machine: u16) -> String {
    match machine {
        3 => "32-bit x86".into(),
        8 => "MIPS".into(),
        20 | 21 => "PowerPC".into(),
        22 => "S/390".into(),
        40 => "32-bit ARM".into(),
        183 => "AArch64".into(),
        243 => "RISC-V".into(),
        258 => "LoongArch".into(),
        other => format!("machine {other}"),
    }
}

/// Opens `path` and checks that it is a Hermit image.
pub fn check(path: &Path) -> Result<Image, Failure> {
    let name = path.display().to_string();
    // Opening a FIFO for reading would wait for a writer.
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path);
    let file = opened.map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(NOT_FOUND, format!("{name}: no such file")),
        ErrorKind::PermissionDenied => Failure::new(
            NOT_RUNNABLE,
            format!("{name} is not readable: permission denied"),
        ),
        ErrorKind::NotADirectory => Failure::new(
            NOT_FOUND,
            format!("{name}: a part of the path is not a directory"),
        ),
        _ => Failure::new(NOT_RUNNABLE, format!("{name}: {}", reason(&error))),
    })?;
    let metadata = file
        .metadata()
        .map_err(|error| Failure::new(FAILED, format!("{name}: {}", reason(&error))))?;
    if metadata.is_dir() {
        return Err(Failure::new(NOT_RUNNABLE, format!("{name} is a directory")));
    }
    if !metadata.is_file() {
        return Err(Failure::new(
            NOT_RUNNABLE,
            format!("{name} is not a regular file"),
        ));
    }
    match examine(&Reader {
        file: &file,
        length: metadata.len(),
    }) {
        Ok(image) => Ok(image),
        Err(Wrong::Problem(problem)) => Err(problem.failure(&name)),
        Err(Wrong::Io(error)) => Err(Failure::new(
            NOT_RUNNABLE,
            format!("{name}: {}", reason(&error)),
        )),
    }
}

enum Wrong {
    Problem(Problem),
    Io(std::io::Error),
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Wrong::Problem(problem)
    }
}

struct Reader<'a> {
    file: &'a File,
    length: u64,
}

impl Reader<'_> {
    /// The bytes from `at`, or `Truncated`.
    fn bytes(&self, at: u64, size: u64) -> Result<Vec<u8>, Wrong> {
        match at.checked_add(size) {
            Some(end) if end <= self.length => {}
            Some(end) => {
                return Err(Problem::Truncated {
                    have: self.length,
                    want: end,
                }
                .into());
            }
            None => return Err(Problem::Damaged("a part lies beyond every file's end").into()),
        }
        let mut bytes = vec![0; size as usize];
        self.file.read_exact_at(&mut bytes, at).map_err(Wrong::Io)?;
        Ok(bytes)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

const EHDR_SIZE: u64 = 64;
const PHDR_SIZE: u64 = 56;
const PT_LOAD: u32 = 1;
const PT_INTERP: u32 = 3;
const PT_NOTE: u32 = 4;
/// More notes than this are not read; real ones have a few dozen bytes.
const MAX_NOTES: u64 = 64 << 10;

fn examine(reader: &Reader) -> Result<Image, Wrong> {
    let header = identify(reader)?;
    // Program headers; PN_XNUM (0xffff) means a count elsewhere, which no program of ours needs.
    let (offset, entry_size, count) = (
        u64_at(&header, 32),
        u16_at(&header, 54),
        u16_at(&header, 56),
    );
    if u64::from(entry_size) != PHDR_SIZE || count == 0 || count == 0xffff {
        return Err(Problem::Damaged("its program headers have an impossible size").into());
    }
    let table = reader.bytes(offset, PHDR_SIZE * u64::from(count))?;
    let mut image = Image {
        end: 0,
        wants_symbols: false,
    };
    let mut notes = Notes::default();
    let mut interpreter = false;
    for segment in table.chunks_exact(PHDR_SIZE as usize) {
        let (at, file_size, memory_size) =
            (u64_at(segment, 8), u64_at(segment, 32), u64_at(segment, 40));
        match u32_at(segment, 0) {
            PT_LOAD => {
                match at.checked_add(file_size) {
                    Some(end) if end <= reader.length => {}
                    Some(end) => {
                        return Err(Problem::Truncated {
                            have: reader.length,
                            want: end,
                        }
                        .into());
                    }
                    None => {
                        return Err(
                            Problem::Damaged("a segment lies beyond every file's end").into()
                        );
                    }
                }
                if file_size > memory_size {
                    return Err(
                        Problem::Damaged("a segment is larger in the file than in memory").into(),
                    );
                }
                let end = u64_at(segment, 24).checked_add(memory_size);
                let end = end.ok_or(Problem::Damaged("a segment lies beyond the end of memory"))?;
                image.end = image.end.max(end);
            }
            PT_INTERP => interpreter = true,
            PT_NOTE if file_size <= MAX_NOTES => {
                notes.read(&reader.bytes(at, file_size)?, u64_at(segment, 48))
            }
            _ => {}
        }
    }
    image.wants_symbols = notes.wants_symbols;
    if interpreter {
        return Err(Problem::LinuxDynamic.into());
    }
    match notes.hermit {
        None if u16_at(&header, 16) == 3 => Err(Problem::LinuxDynamic.into()),
        None => Err(Problem::LinuxStatic.into()),
        Some(version) if version != ABI_VERSION => Err(Problem::Abi(version).into()),
        Some(_) if !notes.pvh => Err(Problem::NotBootable.into()),
        Some(_) if image.end == 0 => Err(Problem::Damaged("it has nothing to load").into()),
        Some(_) => Ok(image),
    }
}

/// Checks the ELF header and returns it.
fn identify(reader: &Reader) -> Result<Vec<u8>, Wrong> {
    if reader.length == 0 {
        return Err(Problem::Empty.into());
    }
    let start = reader.bytes(0, reader.length.min(EHDR_SIZE))?;
    if start.starts_with(b"#!") {
        return Err(Problem::Script.into());
    }
    if !start.starts_with(b"\x7fELF") {
        return Err(Problem::NotElf.into());
    }
    if (start.len() as u64) < 20 {
        return Err(Problem::Truncated {
            have: reader.length,
            want: EHDR_SIZE,
        }
        .into());
    }
    // e_ident[EI_CLASS], e_ident[EI_DATA]; e_machine has its place before anything that depends on the class.
    let (class, order) = (start[4], start[5]);
    match (class, order) {
        (1 | 2, 2) => return Err(Problem::BigEndian.into()),
        (1, 1) if u16_at(&start, 18) != 62 => {
            return Err(Problem::Machine(u16_at(&start, 18)).into());
        }
        (1, 1) => return Err(Problem::NotElf64.into()),
        (2, 1) => {}
        _ => return Err(Problem::Damaged("its ELF header is neither 32-bit nor 64-bit").into()),
    }
    if u16_at(&start, 18) != 62 {
        return Err(Problem::Machine(u16_at(&start, 18)).into());
    }
    if (start.len() as u64) < EHDR_SIZE {
        return Err(Problem::Truncated {
            have: reader.length,
            want: EHDR_SIZE,
        }
        .into());
    }
    match u16_at(&start, 16) {
        1 | 4 => Err(Problem::Object.into()),
        2 | 3 => Ok(start),
        _ => Err(Problem::Damaged("its ELF header names no kind of file").into()),
    }
}

/// What the note segments say.
#[derive(Default)]
struct Notes {
    /// The version in the Hermit note.
    hermit: Option<u32>,
    /// Whether there is a PVH entry.
    pvh: bool,
    /// Whether there is the note of the C library's dladdr().
    wants_symbols: bool,
}

impl Notes {
    /// Reads one PT_NOTE segment; stops at the first note that does not fit in it.
    fn read(&mut self, mut bytes: &[u8], align: u64) {
        let align = if align == 8 { 8 } else { 4 };
        let padded = |size: u32| (size as usize).next_multiple_of(align);
        while bytes.len() >= 12 {
            let (name_size, data_size, kind) =
                (u32_at(bytes, 0), u32_at(bytes, 4), u32_at(bytes, 8));
            let data_at = 12 + padded(name_size);
            let data_end = data_at + data_size as usize;
            if data_end > bytes.len() {
                return;
            }
            let (name, data) = (
                &bytes[12..12 + name_size as usize],
                &bytes[data_at..data_end],
            );
            match (name, kind) {
                (b"Hermit\0", 1) if data.len() >= 4 => self.hermit = Some(u32_at(data, 0)),
                (b"Hermit\0", 2) => self.wants_symbols = true,
                (b"Xen\0", 18) if data.len() >= 4 => self.pvh = true,
                _ => {}
            }
            bytes = &bytes[(data_at + padded(data_size)).min(bytes.len())..];
        }
    }
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
