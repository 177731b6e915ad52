//! Builds the archive that carries arguments, environment and files into the guest: cpio "newc",
//! which QEMU loads as the initial RAM disk.
//!
//! The archive lives in an anonymous memory file that QEMU opens by its descriptor; nothing is left
//! behind on a disk. Contents of files go from file to file inside the host's kernel.

use crate::failure::{Failure, reason};
use crate::options::FileArg;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, Write};
use std::os::fd::FromRawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Directories deeper than this are taken for a loop of symbolic links.
const MAX_DEPTH: usize = 64;
/// Entries up to this many bytes are gathered before they are written.
const GATHERED: usize = 256 << 10;

/// A finished archive.
pub struct Archive {
    /// The file, positioned anywhere.
    pub file: File,
    /// Its size in bytes.
    pub size: u64,
    /// Whether standard input is in it.
    pub has_input: bool,
}

/// A file that is standard input.
pub struct Input {
    /// The file.
    pub file: File,
    /// What is known of it.
    pub metadata: Metadata,
    /// Where reading goes on.
    pub position: u64,
}

impl Input {
    /// Standard input, if it is a file of at most `most` bytes that can be opened anew: its own position stays
    /// where it is.
    pub fn of_standard(most: u64) -> Option<Input> {
        let mut standard = crate::sys::standard(0);
        let metadata = standard.metadata().ok()?;
        // What /proc has says that it is empty, and is not.
        if !metadata.is_file() || !(1..=most.min(u32::MAX.into())).contains(&metadata.len()) {
            return None;
        }
        // One that is open for writing only cannot be read here either.
        let _nothing = standard.read(&mut []).ok()?;
        Some(Input {
            position: standard.stream_position().ok()?,
            file: File::open(descriptor_path(0)).ok()?,
            metadata,
        })
    }
}

/// Writes the archive for one run: `args` (the program's name first), `env`, the working directory unless
/// it is `/`, the table of symbols unless it is empty, and `files`.
pub fn build(
    args: &[OsString],
    env: &[(OsString, OsString)],
    directory: Option<&[u8]>,
    input: Option<&mut Input>,
    symbols: &[u8],
    files: &[FileArg],
) -> Result<Archive, Failure> {
    build_until(None, args, env, directory, input, symbols, files)
}

/// As [`build`]; files that are newer than `newest`, in seconds since 1970, get that date.
pub fn build_until(
    newest: Option<i64>,
    args: &[OsString],
    env: &[(OsString, OsString)],
    directory: Option<&[u8]>,
    input: Option<&mut Input>,
    symbols: &[u8],
    files: &[FileArg],
) -> Result<Archive, Failure> {
    let broken = |error: io::Error| {
        Failure::own(format!(
            "cannot make the archive for the guest: {}",
            reason(&error)
        ))
    };
    let mut writer = Writer::new(anonymous_file().map_err(broken)?);
    writer.newest = newest.unwrap_or(i64::MAX);
    let mut argv = Vec::new();
    for arg in args {
        argv.extend_from_slice(arg.as_bytes());
        argv.push(0);
    }
    let mut variables = Vec::new();
    for (key, value) in env {
        for part in [key.as_bytes(), b"=", value.as_bytes(), b"\0"] {
            variables.extend_from_slice(part);
        }
    }
    writer.small(b".hermit/argv", &argv).map_err(broken)?;
    writer.small(b".hermit/env", &variables).map_err(broken)?;
    if let Some(directory) = directory {
        writer.small(b".hermit/cwd", directory).map_err(broken)?;
    }
    writer.has_input = input.is_some();
    if let Some(input) = input {
        let position = input.position.to_string();
        writer
            .small(b".hermit/stdin-at", position.as_bytes())
            .map_err(broken)?;
        let size = input.metadata.len();
        writer
            .file(b".hermit/stdin", &input.metadata, &mut input.file, size)
            .map_err(broken)?;
    }
    if !symbols.is_empty() {
        writer.small(b"proc/kallsyms", symbols).map_err(broken)?;
    }
    for file in files {
        add_argument(&mut writer, file)?;
    }
    writer.finish().map_err(broken)
}

/// A file without a name: in memory, or where there is no memfd in the temporary directory.
fn anonymous_file() -> io::Result<File> {
    // SAFETY: the name is a NUL-terminated string.
    let fd = unsafe { libc::memfd_create(c"hermit-archive".as_ptr(), libc::MFD_CLOEXEC) };
    if fd >= 0 {
        // SAFETY: a fresh descriptor that nothing else owns.
        return Ok(unsafe { File::from_raw_fd(fd) });
    }
    let directory = std::env::temp_dir();
    fs::OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_TMPFILE)
        .mode(0o600)
        .open(directory)
}

/// One `--file HOST:GUEST`.
fn add_argument(writer: &mut Writer, argument: &FileArg) -> Result<(), Failure> {
    let host = &argument.host;
    let complain = |why: &str| Failure::own(format!("--file: {}: {why}", host.display()));
    let guest = guest_path(argument)?;
    let metadata = fs::metadata(host).map_err(|error| complain(&reason(&error)))?;
    if guest.is_empty() && !metadata.is_dir() {
        return Err(complain("cannot become the guest's root directory"));
    }
    add(writer, host, &guest, &metadata, 0)
}

/// Where in the guest a file goes: its path without the leading slash.
pub fn guest_path(argument: &FileArg) -> Result<Vec<u8>, Failure> {
    let host = &argument.host;
    let mut guest = argument.guest.clone().into_vec();
    if guest.ends_with(b"/") {
        let name = host.file_name().ok_or_else(|| {
            Failure::own(format!(
                "--file: {}: has no name to keep in the guest's directory",
                host.display()
            ))
        })?;
        guest.extend_from_slice(name.as_bytes());
    }
    normalise(&guest).map_err(|why| {
        Failure::own(format!(
            "--file: the guest's path {:?} {why}",
            argument.guest
        ))
    })
}

/// Adds a file, or a directory with everything in it; symbolic links are followed.
fn add(
    writer: &mut Writer,
    host: &Path,
    guest: &[u8],
    metadata: &Metadata,
    depth: usize,
) -> Result<(), Failure> {
    let complain = |why: &str| Failure::own(format!("--file: {}: {why}", host.display()));
    let broken = |error: io::Error| complain(&reason(&error));
    if depth > MAX_DEPTH {
        return Err(complain(
            "directories are nested too deeply (a loop of symbolic links?)",
        ));
    }
    if metadata.is_dir() {
        if !guest.is_empty() {
            writer.directory(guest, metadata).map_err(broken)?;
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(host).map_err(broken)? {
            names.push(entry.map_err(broken)?.file_name());
        }
        names.sort(); // the same tree gives the same archive
        for name in names {
            let path = host.join(&name);
            let metadata = fs::metadata(&path).map_err(|error| {
                Failure::own(format!("--file: {}: {}", path.display(), reason(&error)))
            })?;
            let separator: &[u8] = if guest.is_empty() { b"" } else { b"/" };
            add(
                writer,
                &path,
                &[guest, separator, name.as_bytes()].concat(),
                &metadata,
                depth + 1,
            )?;
        }
        return Ok(());
    }
    if metadata.is_file() {
        let mut file = File::open(host).map_err(broken)?;
        // The size once more from the open file: the header must say what follows it.
        let size = file.metadata().map_err(broken)?.len();
        if size > u64::from(u32::MAX) {
            return Err(complain(
                "is larger than 4 GiB, which the guest's archive cannot hold",
            ));
        }
        return writer
            .file(guest, metadata, &mut file, size)
            .map_err(broken);
    }
    Err(complain("is neither a file nor a directory"))
}

/// The guest's path without leading slash, `.` and empty parts.
pub fn normalise(path: &[u8]) -> Result<Vec<u8>, &'static str> {
    if path.contains(&0) {
        return Err("contains a NUL");
    }
    let mut parts = Vec::new();
    for part in path.split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => return Err("contains \"..\""),
            _ => parts.push(part),
        }
    }
    match parts.first() {
        Some(&b".hermit") => Err("is in /.hermit, which belongs to the kernel"),
        Some(&b"TRAILER!!!") if parts.len() == 1 => Err("is the archive's own end mark"),
        _ => Ok(parts.join(&b'/')),
    }
}

/// Writes "newc" entries: a header of 13 hexadecimal numbers, the name, the contents; name and
/// contents each padded to four bytes.
struct Writer {
    file: File,
    gathered: Vec<u8>,
    /// Bytes so far, gathered ones included.
    size: u64,
    has_input: bool,
    inode: u32,
    /// Later times become this one.
    newest: i64,
    /// Directories that have an entry.
    directories: HashSet<Vec<u8>>,
}

/// The fields of an entry that differ.
struct Entry<'a> {
    name: &'a [u8],
    mode: u32,
    mtime: i64,
    size: u32,
}

const DIRECTORY: u32 = 0o040000;
const REGULAR: u32 = 0o100000;

impl Writer {
    fn new(file: File) -> Self {
        Writer {
            file,
            gathered: Vec::with_capacity(4096),
            size: 0,
            has_input: false,
            inode: 0,
            newest: i64::MAX,
            directories: HashSet::new(),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.gathered.extend_from_slice(bytes);
        self.size += bytes.len() as u64;
        if self.gathered.len() > GATHERED {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.gathered)?;
        self.gathered.clear();
        Ok(())
    }

    fn pad(&mut self) -> io::Result<()> {
        let missing = self.size.next_multiple_of(4) - self.size;
        self.put(&[0; 3][..missing as usize])
    }

    fn header(&mut self, entry: &Entry) -> io::Result<()> {
        self.inode += 1;
        // The format has 32 bits for a time; what does not fit becomes its nearest.
        let mtime = entry.mtime.min(self.newest).clamp(0, i64::from(u32::MAX)) as u32;
        let links = if entry.mode & DIRECTORY != 0 { 2 } else { 1 };
        let name_size = entry.name.len() as u32 + 1;
        let mut header = b"070701".to_vec();
        for field in [
            self.inode, entry.mode, 0, 0, links, mtime, entry.size, 0, 0, 0, 0, name_size, 0,
        ] {
            write!(header, "{field:08x}")?;
        }
        header.extend_from_slice(entry.name);
        header.push(0);
        self.put(&header)?;
        self.pad()
    }

    /// An entry whose contents are at hand.
    fn small(&mut self, name: &[u8], contents: &[u8]) -> io::Result<()> {
        let size = u32::try_from(contents.len())
            .map_err(|_| io::Error::other("arguments of more than 4 GiB"))?;
        self.header(&Entry {
            name,
            mode: REGULAR | 0o444,
            mtime: 0,
            size,
        })?;
        self.put(contents)?;
        self.pad()
    }

    /// Entries for the directories above `name` that have none yet.
    fn parents(&mut self, name: &[u8]) -> io::Result<()> {
        for (at, _) in name.iter().enumerate().filter(|&(_, &b)| b == b'/') {
            let parent = &name[..at];
            if self.directories.insert(parent.to_vec()) {
                self.header(&Entry {
                    name: parent,
                    mode: DIRECTORY | 0o755,
                    mtime: 0,
                    size: 0,
                })?;
            }
        }
        Ok(())
    }

    fn directory(&mut self, name: &[u8], metadata: &Metadata) -> io::Result<()> {
        self.parents(name)?;
        self.directories.insert(name.to_vec());
        let mode = DIRECTORY | metadata.mode() & 0o7777;
        self.header(&Entry {
            name,
            mode,
            mtime: metadata.mtime(),
            size: 0,
        })
    }

    fn file(
        &mut self,
        name: &[u8],
        metadata: &Metadata,
        contents: &mut File,
        size: u64,
    ) -> io::Result<()> {
        self.parents(name)?;
        let mode = REGULAR | metadata.mode() & 0o7777;
        self.header(&Entry {
            name,
            mode,
            mtime: metadata.mtime(),
            size: size as u32,
        })?;
        self.flush()?;
        // std hands this to copy_file_range or sendfile: no copy through our memory.
        let copied = io::copy(&mut io::Read::take(&mut *contents, size), &mut self.file)?;
        if copied < size {
            return Err(io::Error::other("became shorter while it was read"));
        }
        self.size += size;
        self.pad()
    }

    fn finish(mut self) -> io::Result<Archive> {
        self.header(&Entry {
            name: b"TRAILER!!!",
            mode: 0,
            mtime: 0,
            size: 0,
        })?;
        self.flush()?;
        self.file.rewind()?;
        Ok(Archive {
            file: self.file,
            size: self.size,
            has_input: self.has_input,
        })
    }
}

/// The guest's environment: what is handed over from the host, and `--env` over it.
pub fn environment(
    host: impl Iterator<Item = (OsString, OsString)>,
    settings: &[(OsString, Option<OsString>)],
) -> Vec<(OsString, OsString)> {
    let host: Vec<_> = host.collect();
    let handed = |key: &[u8]| {
        let prefixes: [&[u8]; 3] = [b"OMP_", b"GOMP_", b"HERMIT_"];
        prefixes.iter().any(|prefix| key.starts_with(prefix)) && !key.starts_with(b"HERMIT_RUN_")
    };
    let mut env: Vec<_> = host
        .iter()
        .filter(|(key, _)| handed(key.as_bytes()))
        .cloned()
        .collect();
    for (key, value) in settings {
        let value = match value {
            Some(value) => Some(value),
            None => host
                .iter()
                .find(|(known, _)| known == key)
                .map(|(_, value)| value),
        };
        // `--env NAME` of something that is not set here leaves it alone, as container tools do.
        let Some(value) = value else { continue };
        match env.iter_mut().find(|(known, _)| known == key) {
            Some(slot) => slot.1 = value.clone(),
            None => env.push((key.clone(), value.clone())),
        }
    }
    env
}

/// Turns off the spinning of OpenMP's waiting threads, unless the user has chosen how they wait.
///
/// For a guest with more processors than the host has: there a thread that spins keeps the host's
/// processor from the one that it waits for, and a barrier takes milliseconds instead of microseconds.
pub fn wait_passively(env: &mut Vec<(OsString, OsString)>) {
    let chosen = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"];
    if !env
        .iter()
        .any(|(key, _)| chosen.iter().any(|name| key == name))
    {
        env.push(("GOMP_SPINCOUNT".into(), "0".into()));
    }
}

/// The path under which another process can open `fd` if it inherits it.
pub fn descriptor_path(fd: i32) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{fd}"))
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
