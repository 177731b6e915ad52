//! hermit-run as its users see it, with QEMU and a guest that is built here (tests/guest).
//!
//! The guest needs no kernel: it follows orders in its arguments. So what is tested is hermit-run alone;
//! the kernel's side has its own tests in the repository's tests folder.

mod ends;
mod options;
mod streams;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Builds the guest once.
fn guest() -> &'static Path {
    static GUEST: OnceLock<PathBuf> = OnceLock::new();
    GUEST.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest");
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest");
        let flags = "-g -O1 -ffreestanding -nostdlib -static -no-pie -fno-pic -mno-red-zone -mgeneral-regs-only \
                     -fno-stack-protector -fcf-protection=none -fasynchronous-unwind-tables -Wall -Wextra \
                     -Wl,--build-id=none,-z,noexecstack,--no-warn-rwx-segments";
        let status = Command::new("gcc")
            .args(flags.split_ascii_whitespace())
            .arg("-T")
            .args(["guest.ld", "start.S", "guest.c", "-o"].iter().map(|name| {
                if name.starts_with('-') { OsString::from(name) } else { source.join(name).into() }
            }))
            .arg(&output)
            .status()
            .expect("gcc is needed for these tests");
        assert!(status.success());
        output
    })
}

/// A command without the variables of whoever runs the tests.
fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hermit-run"));
    for (key, _) in std::env::vars_os() {
        if ["OMP_", "GOMP_", "HERMIT_"]
            .iter()
            .any(|prefix| key.to_string_lossy().starts_with(prefix))
        {
            command.env_remove(key);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// `hermit-run OPTIONS… GUEST ORDER…`; a test that hangs ends by the time limit.
fn hermit_run(options: &[&str], order: &[&str]) -> Command {
    let mut command = bare();
    command
        .env("HERMIT_RUN_TIMEOUT", "60")
        .args(options)
        .arg(guest())
        .args(order);
    command
}

fn run(options: &[&str], order: &[&str]) -> Output {
    hermit_run(options, order).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The status and the standard error of a run that puts out nothing.
fn fails(options: &[&str], order: &[&str]) -> (i32, String) {
    let output = run(options, order);
    assert_eq!(text(&output.stdout), "");
    (
        output.status.code().expect("a status"),
        text(&output.stderr),
    )
}

fn noise(size: usize) -> Vec<u8> {
    let mut state = 88172645463325252u64;
    (0..size)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    let path =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// The processes that `child` has started and that live.
fn children(child: &Child) -> Vec<i32> {
    let path = format!("/proc/{0}/task/{0}/children", child.id());
    let list = fs::read_to_string(path).unwrap_or_default();
    list.split_ascii_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

fn lives(pid: i32) -> bool {
    // A zombie that nobody has reaped yet is dead enough.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < end, "{what} did not come true");
        std::thread::sleep(Duration::from_millis(5));
    }
}
