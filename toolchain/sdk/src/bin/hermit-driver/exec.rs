//! `x86_64-hermit-exec PROGRAM [ARGUMENT…]`: what build systems call emulator, wrapper or log compiler.
//!
//! A Hermit image runs in the guest as a program of the project would on the host: in the current folder,
//! with the project's files at their own paths, and with the environment that the build system has set. Anything else
//! (a script, a tool of the host) simply runs, so the whole of a test suite can be handed to this program.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Variables that name places of the host, or are for the host's loader.
const HOSTS: &[&str] = &[
    "TMPDIR",
    "TMP",
    "TEMP",
    "XDG_RUNTIME_DIR",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
];

/// Runs it; returns only if that failed.
pub fn exec(bin: &Path, args: &[OsString]) -> ExitCode {
    let Some((program, rest)) = args.split_first() else {
        eprintln!("usage: x86_64-hermit-exec PROGRAM [ARGUMENT...]");
        eprintln!(
            "Runs a Hermit image in the guest with the files of the project that it belongs to, and"
        );
        eprintln!(
            "any other program on the host. HERMIT_RUN_CPUS=4 and such are hermit-run's options."
        );
        return ExitCode::from(125);
    };
    // What binfmt_misc takes for an image would come back here; hermit-run says what is wrong with it.
    if !is_image(Path::new(program)) && !is_linked_low(Path::new(program)) {
        return super::hand_over(Command::new(program).args(rest));
    }
    let mut command = Command::new(bin.join("hermit-run"));
    for folder in folders(Path::new(program)) {
        let path = folder.as_os_str();
        let mut mount = path.to_owned();
        mount.push(":");
        mount.push(path);
        command.arg("--mount").arg(mount);
    }
    if std::env::current_dir().is_ok_and(|here| here != Path::new("/")) {
        command.arg("--cwd");
    }
    for (name, _) in std::env::vars_os() {
        let own = name.as_bytes().starts_with(b"HERMIT_RUN_");
        if !own && !name.is_empty() && !HOSTS.iter().any(|host| name == *host) {
            command.arg("--env").arg(name);
        }
    }
    command.arg("--").arg(program).args(rest);
    super::hand_over(&mut command)
}

/// Whether this is an ELF file with a note of Hermit's. What is more to it, hermit-run says.
fn is_image(program: &Path) -> bool {
    image_note(program).unwrap_or(false)
}

fn image_note(program: &Path) -> Option<bool> {
    const NOTE: u32 = 4; // PT_NOTE
    const LONGEST: u64 = 64 << 10;
    let file = File::open(program).ok()?;
    let read = |at: u64, size: usize| {
        let mut bytes = vec![0; size];
        file.read_exact_at(&mut bytes, at).ok().map(|()| bytes)
    };
    let number = |bytes: &[u8], at: usize, size: usize| {
        let bytes = bytes.get(at..at + size)?;
        Some(bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
    };
    let header = read(0, 64)?;
    if !header.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let (table, count) = (number(&header, 32, 8)?, number(&header, 56, 2)?);
    for index in 0..count {
        let entry = read(table.checked_add(index * 56)?, 56)?;
        if number(&entry, 0, 4)? == u64::from(NOTE) {
            let size = number(&entry, 32, 8)?.min(LONGEST);
            let notes = read(number(&entry, 8, 8)?, size as usize)?;
            if notes.windows(7).any(|name| name == b"Hermit\0") {
                return Some(true);
            }
        }
    }
    Some(false)
}

/// Whether the kernel, which was told what images look like (`environment`), starts it by this program.
fn is_linked_low(program: &Path) -> bool {
    let mut start = [0; super::environment::HEAD];
    let read = File::open(program).and_then(|file| file.read_exact_at(&mut start, 0));
    let (magic, mask) = super::environment::magic();
    read.is_ok() && (0..start.len()).all(|at| start[at] & mask[at] == magic[at])
}

/// The folders that a program of this project may want: where it runs, where it lies, the build folder that
/// it belongs to and the sources of that. None lies in another.
fn folders(program: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let own = program.canonicalize().ok();
    let starts = [
        std::env::current_dir().ok(),
        own.and_then(|p| p.parent().map(Path::to_owned)),
    ];
    for start in starts.into_iter().flatten() {
        let builds: Vec<_> = start.ancestors().filter_map(sources).collect();
        all.push(start);
        for (build, sources) in builds {
            all.push(build);
            all.extend(sources);
        }
    }
    outermost(all)
}

/// If `folder` is the top of a build, it and the sources that it is made from.
fn sources(folder: &Path) -> Option<(PathBuf, Option<PathBuf>)> {
    let value = |file: &str, start: &str, end: char| {
        let text = std::fs::read(folder.join(file)).ok()?;
        let text = String::from_utf8_lossy(&text).into_owned();
        Some(text.split_once(start)?.1.split(end).next()?.to_owned())
    };
    let named = value("CMakeCache.txt", "\nCMAKE_HOME_DIRECTORY:INTERNAL=", '\n')
        .or_else(|| value("meson-info/meson-info.json", "\"source\": \"", '"'))
        .or_else(|| value("config.status", "\nsrcdir='", '\''))?;
    let sources = folder.join(named).canonicalize().ok();
    Some((folder.to_owned(), sources))
}

/// Those that lie in no other one. `/` cannot be mounted.
fn outermost(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.retain(|folder| folder.as_os_str() != OsStr::new("/"));
    folders.sort();
    folders.dedup();
    let mut kept: Vec<PathBuf> = Vec::new();
    for folder in folders {
        if !kept.iter().any(|outer| folder.starts_with(outer)) {
            kept.push(folder);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_others_are_left_out() {
        let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
        let kept = outermost(paths(&[
            "/a/b", "/a-b", "/", "/a", "/c/d", "/a/b/c", "/c/d",
        ]));
        assert_eq!(kept, paths(&["/a", "/a-b", "/c/d"]));
    }

    #[test]
    fn what_the_kernel_would_start_again() {
        let file = std::env::temp_dir().join(format!("linked-low-{}", std::process::id()));
        let (mut start, _) = crate::environment::magic();
        std::fs::write(&file, start).unwrap();
        assert!(!is_image(&file));
        assert!(is_linked_low(&file));
        start[82] = 0x40;
        std::fs::write(&file, start).unwrap();
        assert!(!is_linked_low(&file));
        std::fs::remove_file(&file).unwrap();
        assert!(!is_linked_low(&file));
    }

    #[test]
    fn what_is_no_image() {
        assert!(!is_image(&std::env::current_exe().unwrap()));
        assert!(!is_image(Path::new("/dev/null")));
        assert!(!is_image(Path::new("/no/such/file")));
    }
}
