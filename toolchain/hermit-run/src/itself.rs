//! Whether a program reads its own file, and must find it in the guest as `/proc/self/exe`.
//!
//! libbacktrace does, for the names and lines of a Fortran or Go program's backtrace. A program that has it
//! linked has its name in the table of symbols; one without that table has no lines to find either.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What such a program has in its table of symbols.
const READER: &[u8] = b"\0backtrace_create_state\0";

/// Names of symbols beyond this size are not looked through.
const MAX_NAMES: u64 = 64 << 20;

/// Where the guest finds it: `/proc/self` is a link to `1` there.
pub const PATH: &str = "/proc/1/exe";

/// Whether the image at `path` reads its own file.
pub fn is_read(path: &Path) -> bool {
    let names = File::open(path).ok().and_then(|file| symbol_names(&file));
    names.is_some_and(|names| names.windows(READER.len()).any(|name| name == READER))
}

/// The string table of the symbol table. `None` if there is none, or anything is odd.
fn symbol_names(file: &File) -> Option<Vec<u8>> {
    const SYMBOLS: u32 = 2; // SHT_SYMTAB
    const ENTRY: usize = 64;
    let read = |at: u64, size: usize| {
        let mut bytes = vec![0; size];
        file.read_exact_at(&mut bytes, at).ok()?;
        Some(bytes)
    };
    let u16_at =
        |bytes: &[u8], at| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at =
        |bytes: &[u8], at| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let u64_at =
        |bytes: &[u8], at| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let header = read(0, 64)?;
    let count = u16_at(&header, 60)?;
    if usize::from(u16_at(&header, 58)?) != ENTRY {
        return None;
    }
    let sections = read(u64_at(&header, 40)?, ENTRY * usize::from(count))?;
    let symbols = sections
        .chunks_exact(ENTRY)
        .find(|section| u32_at(section, 4) == Some(SYMBOLS))?;
    let names = sections
        .chunks_exact(ENTRY)
        .nth(u32_at(symbols, 40)? as usize)?;
    let size = u64_at(names, 32)?;
    (size <= MAX_NAMES).then(|| read(u64_at(names, 24)?, size as usize))?
}

#[cfg(test)]
mod tests {
    use super::is_read;
    use std::path::Path;

    #[test]
    fn this_program_and_files_that_are_none() {
        // Rust's std has a libbacktrace of its own, under other names.
        assert!(!is_read(&std::env::current_exe().unwrap()));
        assert!(!is_read(Path::new("/dev/null")));
        assert!(!is_read(Path::new("/no/such/file")));
    }
}
