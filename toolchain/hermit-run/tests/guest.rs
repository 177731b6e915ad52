//! hermit-run as its users see it, with QEMU and a guest that is built here (tests/guest).
//!
//! The guest needs no kernel: it follows orders in its arguments. So what is tested is hermit-run alone;
//! the kernel's side has its own tests in the repository's tests folder.

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
    let end = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < end, "{what} did not come true");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn exit_statuses_are_the_programs() {
    for status in [0, 1, 77, 124, 125, 139, 255] {
        let output = run(&[], &["exit", &status.to_string()]);
        assert_eq!(output.status.code(), Some(status));
        assert!(
            output.stdout.is_empty() && output.stderr.is_empty(),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn every_machine() {
    for machine in ["microvm", "q35", "pc"] {
        assert_eq!(
            run(&["--machine", machine, "--cpus", "4"], &["exit", "42"])
                .status
                .code(),
            Some(42),
            "{machine}"
        );
    }
}

#[test]
fn arguments_and_environment_arrive_byte_for_byte() {
    let odd = OsString::from_vec(vec![b'a', 0xff, b'\n', b' ', b'\'', b'"', b'$', 0x01]);
    let output = hermit_run(
        &["--env", "X=1=2", "--env", "HOME"],
        &["echo", "", "--cpus"],
    )
    .arg(&odd)
    .env("OMP_NUM_THREADS", "3")
    .env("GOMP_SPINCOUNT", &odd)
    .env("HOME", "/somewhere")
    .env("SECRET", "kept")
    .output()
    .unwrap();
    let program = guest().to_str().unwrap().as_bytes();
    let odd = odd.into_vec();
    assert_eq!(
        output.stdout,
        [program, b"\0echo\0\0--cpus\0", &odd, b"\0"].concat()
    );
    let mut variables: Vec<&[u8]> = output
        .stderr
        .split(|&b| b == 0)
        .filter(|entry| !entry.is_empty())
        .collect();
    variables.sort();
    let spin = [b"GOMP_SPINCOUNT=", &odd[..]].concat();
    assert_eq!(
        variables,
        [
            &spin[..],
            b"HOME=/somewhere",
            b"OMP_NUM_THREADS=3",
            b"X=1=2"
        ]
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_megabyte_through_stdin_and_stdout() {
    let bytes = noise(1 << 20);
    let mut child = hermit_run(&[], &["cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, copy) = (child.stdin.take().unwrap(), bytes.clone());
    let writer = std::thread::spawn(move || input.write_all(&copy).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stdout == bytes,
        "{} bytes came back",
        output.stdout.len()
    );
}

#[test]
fn a_regular_file_as_stdin_and_as_stdout() {
    let dir = scratch("regular");
    let bytes = noise(300_001);
    fs::write(dir.join("in"), &bytes).unwrap();
    let status = hermit_run(&[], &["cat"])
        .stdin(fs::File::open(dir.join("in")).unwrap())
        .stdout(fs::File::create(dir.join("out")).unwrap())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(fs::read(dir.join("out")).unwrap() == bytes);
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn empty_and_closed_stdin_end_at_once() {
    assert_eq!(run(&[], &["cat"]).status.code(), Some(0));
    let output = Command::new("sh")
        .args([
            "-c",
            "exec \"$0\" --timeout 60 \"$1\" cat <&-",
            env!("CARGO_BIN_EXE_hermit-run"),
        ])
        .arg(guest())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(0), vec![]));
}

#[test]
fn stdin_that_stays_open_does_not_keep_the_program() {
    let mut child = hermit_run(&[], &["exit", "5"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(child.try_wait().unwrap(), None);
    let input = child.stdin.take(); // `wait` would close it
    assert_eq!(child.wait().unwrap().code(), Some(5));
    drop(input);
}

#[test]
fn lines_come_while_the_program_runs() {
    let mut child = hermit_run(&[], &["cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for question in ["one\n", "two\n", "three\n"] {
        input.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert_eq!(answer, question);
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_slow_reader_gets_everything() {
    let mut child = hermit_run(&[], &["flood", "20000", "3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(
        child.try_wait().unwrap(),
        None,
        "the guest waits for its reader"
    );
    let mut all = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut all).unwrap();
    assert_eq!(all.len(), 20000 * 64);
    assert!(
        all.chunks(64)
            .enumerate()
            .all(|(i, line)| line[0] == b'a' + (i % 26) as u8 && line[63] == b'\n')
    );
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn output_that_is_read_only_after_the_end_is_whole() {
    let mut child = hermit_run(&[], &["flood", "2000", "3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let mut all = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut all).unwrap();
    assert_eq!(
        (all.len(), child.wait().unwrap().code()),
        (2000 * 64, Some(3))
    );
}

#[test]
fn a_reader_that_leaves_ends_the_program_as_sigpipe_does() {
    let mut child = hermit_run(&[], &["flood", "100000000", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    drop(reader);
    assert_eq!(child.wait().unwrap().signal(), Some(libc::SIGPIPE));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let output = hermit_run(&[], &["flood", "10", "0"])
        .stdout(full())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert_eq!(
        text(&output.stderr),
        "hermit-run: cannot write standard output: No space left on device\n"
    );
}

#[test]
fn outputs_are_apart() {
    let output = run(&[], &["alternate", "100"]);
    assert_eq!(text(&output.stdout), "out\n".repeat(100));
    assert_eq!(text(&output.stderr), "err\n".repeat(100));
}

#[test]
fn outputs_that_are_one_keep_their_order() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = hermit_run(&[], &["alternate", "2000"]);
    let mut child = command
        .stdout(writer.try_clone().unwrap())
        .stderr(writer)
        .spawn()
        .unwrap();
    drop(command); // it holds the writing ends
    let mut all = String::new();
    reader.read_to_string(&mut all).unwrap();
    assert!(all == "out\nerr\n".repeat(2000));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_terminal() {
    let (mut main, mut other) = (0, 0);
    use std::ptr::{null, null_mut};
    // SAFETY: two places for descriptors; the other arguments may be null.
    let result = unsafe { libc::openpty(&mut main, &mut other, null_mut(), null(), null()) };
    assert_eq!(result, 0);
    // SAFETY: both are fresh descriptors that nothing else owns.
    let (mut main, other) = unsafe { (fs::File::from_raw_fd(main), OwnedFd::from_raw_fd(other)) };
    let clone = || Stdio::from(other.try_clone().unwrap());
    let mut command = hermit_run(&[], &["cat"]);
    let mut child = command
        .stdin(clone())
        .stdout(clone())
        .stderr(clone())
        .spawn()
        .unwrap();
    drop(command);
    main.write_all(b"hello\n").unwrap();
    let mut seen = Vec::new();
    // Once from the terminal's echo, once from the program.
    while text(&seen).matches("hello").count() < 2 {
        let mut piece = [0; 100];
        let count = main.read(&mut piece).unwrap();
        seen.extend_from_slice(&piece[..count]);
    }
    main.write_all(b"\x04").unwrap(); // end of file
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(other);
}

#[test]
fn files_appear_in_the_guest() {
    let dir = scratch("files");
    let bytes = noise(5_000_003);
    fs::write(dir.join("big"), &bytes).unwrap();
    let file = format!("{}:/data/set/big", dir.join("big").display());
    let output = run(
        &["--file", &file, "--file", "/etc/hostname:/data/"],
        &["file", "data/set/big"],
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == bytes);
    assert_eq!(
        run(
            &["--file", "/etc/hostname:/data/"],
            &["file", "data/hostname"]
        )
        .stdout,
        fs::read("/etc/hostname").unwrap()
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_file_of_200_megabytes_is_not_slow() {
    let dir = scratch("large");
    fs::File::create(dir.join("large"))
        .unwrap()
        .set_len(200 << 20)
        .unwrap();
    let file = format!("{}:/large", dir.join("large").display());
    let start = Instant::now();
    assert_eq!(
        run(&["--file", &file], &["exit", "0"]).status.code(),
        Some(0)
    );
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    let (status, message) = fails(&["--file", &file, "--memory", "100M"], &["exit", "0"]);
    assert_eq!(status, 125);
    assert!(
        message.contains("more than the guest's memory of 100 MiB; see --memory"),
        "{message}"
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn the_time_limit() {
    let start = Instant::now();
    let output = run(&["--timeout", "0.4"], &["say-and-hang", "first words"]);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(124), "first words")
    );
    let expected = format!(
        "hermit-run: {}: stopped after 0.4 s (--timeout)\n",
        guest().display()
    );
    assert_eq!(text(&output.stderr), expected);
}

#[test]
fn the_time_limit_with_a_reader_that_does_not_read() {
    let mut child = hermit_run(&["--timeout", "0.3"], &["flood", "100000000", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take();
    wait_until("the end", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(124));
    drop(output);
}

#[test]
fn signals_end_guest_and_command() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
        let mut child = hermit_run(&[], &["say-and-hang", "hi"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut hi = [0; 2];
        child.stdout.as_mut().unwrap().read_exact(&mut hi).unwrap();
        let qemu = children(&child);
        assert_eq!(qemu.len(), 1);
        // SAFETY: the process is our child and not reaped yet.
        unsafe { libc::kill(child.id() as i32, signal) };
        // A shell shows this as 128 + signal.
        assert_eq!(child.wait().unwrap().signal(), Some(signal));
        wait_until("QEMU's end", || !lives(qemu[0]));
    }
}

#[test]
fn a_killed_command_takes_its_guest_along() {
    let mut child = hermit_run(&[], &["say-and-hang", "hi"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut hi = [0; 2];
    child.stdout.as_mut().unwrap().read_exact(&mut hi).unwrap();
    let qemu = children(&child);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("QEMU's end", || !lives(qemu[0]));
}

#[test]
fn a_killed_qemu_is_told() {
    let mut child = hermit_run(&[], &["say-and-hang", "hi"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut hi = [0; 2];
    child.stdout.as_mut().unwrap().read_exact(&mut hi).unwrap();
    // SAFETY: the process is our child's child.
    unsafe { libc::kill(children(&child)[0], libc::SIGKILL) };
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(
        text(&output.stderr).ends_with("without an exit status: QEMU was killed by signal 9\n")
    );
}

#[test]
fn a_fault_is_explained() {
    let output = run(&[], &["fault", "2"]);
    assert_eq!(output.status.code(), Some(139));
    let message = text(&output.stderr);
    let source =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest/guest.c"))
            .unwrap();
    let line = |mark: &str| 1 + source.lines().position(|line| line.contains(mark)).unwrap();
    let lines: Vec<&str> = message.lines().collect();
    let expected = format!("guest.c:{} (poke), thread 3, core 1", line("FAULT LINE"));
    assert!(
        lines[0].contains(": killed by SIGSEGV: write to 0x0 at "),
        "{message}"
    );
    assert!(lines[0].ends_with(&expected), "{message}");
    let is_frame = |at: usize, number: usize, function: &str, mark: &str, tail: &str| {
        lines[at].starts_with(&format!("  #{number} "))
            && lines[at].contains(&format!(" {function} at "))
            && lines[at].ends_with(&format!("guest.c:{}{tail}", line(mark)))
    };
    assert!(
        is_frame(1, 0, "poke", "FAULT LINE", " (inlined)"),
        "{message}"
    );
    assert!(is_frame(2, 0, "descend", "INLINE LINE", ""), "{message}");
    assert!(is_frame(3, 1, "descend", "RECURSION LINE", ""), "{message}");
    assert!(is_frame(4, 2, "descend", "RECURSION LINE", ""), "{message}");
    assert!(
        lines[5].contains(" guest_main at ") && lines[6].contains(" start64"),
        "{message}"
    );
    assert_eq!(lines.len(), 7, "{message}");
}

#[test]
fn a_call_to_a_bad_address_is_explained() {
    let output = run(&[], &["wild", "0"]);
    assert_eq!(output.status.code(), Some(139));
    let message = text(&output.stderr);
    let lines: Vec<&str> = message.lines().collect();
    assert!(lines[0].contains(" at 0xdead0000, "), "{message}");
    assert!(
        lines[2].contains(" poke at ") && lines[3].contains(" descend at "),
        "{message}"
    );
}

#[test]
fn a_deep_stack_is_shortened() {
    let message = text(&run(&[], &["fault", "200"]).stderr);
    assert!(message.contains("frames …\n"), "{message}");
    assert!(message.lines().count() < 60, "{message}");
    assert!(message.contains(" guest_main at "), "{message}");
}

#[test]
fn a_panic_is_told_with_the_log() {
    let (status, message) = fails(
        &[],
        &[
            "serial",
            "booting\n\x01panic at x.rs:1: out of frames\n",
            "0",
        ],
    );
    assert_eq!(status, 125);
    let expected = "hermit-run: the kernel's last words:\n  booting\nhermit-run: kernel panic: at x.rs:1: out of frames\n";
    assert_eq!(message, expected);
}

#[test]
fn an_end_without_a_status_is_told() {
    let (status, message) = fails(&[], &["serial", "some log\n"]);
    assert_eq!(status, 125);
    assert!(
        message.starts_with("hermit-run: the kernel's last words:\n  some log\n"),
        "{message}"
    );
    assert!(
        message.ends_with(": the guest ended without an exit status: QEMU ended with status 1\n"),
        "{message}"
    );
    let (status, message) = fails(&[], &["crash"]);
    assert_eq!(status, 125);
    assert!(
        message.ends_with("without an exit status: the machine was reset or switched off\n"),
        "{message}"
    );
}

#[test]
fn the_log_is_shown_on_request_only() {
    assert_eq!(
        fails(&[], &["serial", "a log line\n", "0"]),
        (0, String::new())
    );
    let (status, message) = fails(&["-v"], &["serial", "a log line\n", "0"]);
    assert_eq!(status, 0);
    assert!(
        message.starts_with("qemu-system-x86_64 -M microvm"),
        "{message}"
    );
    assert!(message.ends_with("\na log line\n"), "{message}");
}

#[test]
fn boot_parameters() {
    let parameters = |options: &[&str]| text(&run(options, &["cmdline"]).stdout);
    assert_eq!(parameters(&[]), "virtio_mmio.device=512@0xfeb00000:5");
    assert_eq!(
        parameters(&["--icount", "-v"]),
        "virtio_mmio.device=512@0xfeb00000:5 freq=1000 verbose"
    );
}

#[test]
fn a_dry_run_prints_a_command_and_does_nothing() {
    let output = run(
        &[
            "--dry-run",
            "--cpus",
            "3",
            "--memory",
            "64M",
            "--qemu-arg",
            "a b",
        ],
        &["exit", "9"],
    );
    assert_eq!(output.status.code(), Some(0));
    let line = text(&output.stdout);
    assert!(
        line.starts_with("qemu-system-x86_64 ") && line.ends_with(" 'a b'\n"),
        "{line}"
    );
    assert!(line.contains(" -smp 3 -m size=65536K "), "{line}");
    assert!(output.stderr.is_empty());
}

#[test]
fn a_debugger_finds_the_guest_stopped() {
    let mut child = hermit_run(&["--gdb"], &["exit", "6"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let hint = format!(
        "{}\n{}",
        lines.next().unwrap().unwrap(),
        lines.next().unwrap().unwrap()
    );
    assert!(
        hint.contains("x86_64-hermit-gdb ") && hint.contains("hbreak main"),
        "{hint}"
    );
    let port: u16 = hint
        .split("127.0.0.1:")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let mut connection = None;
    wait_until("the debugger's connection", || {
        connection = std::net::TcpStream::connect(("127.0.0.1", port)).ok();
        connection.is_some()
    });
    let mut connection = connection.unwrap();
    connection.write_all(b"$?#3f").unwrap();
    let mut answer = [0; 4];
    connection.read_exact(&mut answer).unwrap();
    assert_eq!(&answer[..3], b"+$T"); // stopped, and says so
    connection.write_all(b"+$D#44").unwrap(); // detach: the guest goes on
    assert_eq!(child.wait().unwrap().code(), Some(6));
}

#[test]
fn options_from_the_environment() {
    let mut command = hermit_run(&["--cpus", "2"], &["exit", "0"]);
    let output = command
        .env("HERMIT_RUN_DRY_RUN", "1")
        .env("HERMIT_RUN_CPUS", "7")
        .env("HERMIT_RUN_MEMORY", "96M")
        .output();
    let line = text(&output.unwrap().stdout);
    assert!(line.contains(" -smp 2 -m size=98304K "), "{line}");
}

#[test]
fn bad_usage_is_told() {
    let told = |args: &[&str], status: i32, words: &str| {
        let output = bare().args(args).output().unwrap();
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {message}");
        assert!(
            message.starts_with("hermit-run: ") && message.contains(words),
            "{args:?}: {message}"
        );
        assert_eq!(message.lines().count(), 1, "{message}");
    };
    let program = guest().to_str().unwrap();
    told(&[], 125, "no PROGRAM given");
    told(&["--bogus", program], 125, "--bogus");
    told(
        &["--cpus", "0", program],
        125,
        "--cpus: \"0\" is not a number of processors",
    );
    told(
        &["--memory", "12Q", program],
        125,
        "--memory: \"12Q\" is not a size",
    );
    told(&["--timeout", "x", program], 125, "--timeout: ");
    told(
        &["--machine", "vax", program],
        125,
        "none of microvm, q35 and pc",
    );
    told(
        &["--icount", "--cpus", "2", program],
        125,
        "--icount runs one processor",
    );
    told(
        &["--file", "/nonexistent:/x", program],
        125,
        "--file: /nonexistent: No such file",
    );
    told(
        &["--mount", "/:/x", program],
        125,
        "--mount is not supported",
    );
    told(
        &["--memory", "64K", program],
        125,
        "more than the guest's memory",
    );
    told(&["/nonexistent"], 127, "/nonexistent: no such file");
    told(&["/tmp"], 126, "is a directory");
    told(&["/etc/passwd"], 126, "is not an ELF file");
    told(&["/bin/sh"], 126, "program for Linux");
}

#[test]
fn damaged_images_are_told() {
    let dir = scratch("damaged");
    let whole = fs::read(guest()).unwrap();
    let path = dir.join("image");
    fs::write(&path, &whole[..whole.len().min(5000)]).unwrap();
    let output = bare().arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(126));
    assert!(
        text(&output.stderr).contains("is damaged: it has 5000 bytes of at least"),
        "{}",
        text(&output.stderr)
    );
    let note = whole
        .windows(7)
        .position(|bytes| bytes == b"Hermit\0")
        .unwrap();
    let mut newer = whole.clone();
    newer[note + 8] = 9;
    fs::write(&path, &newer).unwrap();
    let output = bare().arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(126));
    assert!(
        text(&output.stderr).contains("version 9 of the Hermit image format"),
        "{}",
        text(&output.stderr)
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn qemus_own_failures_are_told() {
    let missing = hermit_run(&[], &["exit", "0"])
        .env("HERMIT_RUN_QEMU", "no-such-qemu")
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(125));
    let expected = "hermit-run: cannot find no-such-qemu: install the Debian package qemu-system-x86 (apt install qemu-system-x86)\n";
    assert_eq!(text(&missing.stderr), expected);
    // More memory than any machine has: QEMU's words come below ours.
    let (status, message) = fails(&["--memory", "4000T"], &["exit", "0"]);
    assert_eq!(status, 125);
    assert!(
        message
            .contains("without an exit status: QEMU ended with status 1\n  qemu-system-x86_64: "),
        "{message}"
    );
    let (status, message) = fails(&["--qemu-arg", "-no-such-option"], &["exit", "0"]);
    assert_eq!(status, 125);
    assert!(
        message.contains("-no-such-option: invalid option"),
        "{message}"
    );
}

#[test]
fn paths_of_any_bytes() {
    let dir = scratch("odd,name=x");
    let path = dir.join(OsStr::new("a b,c=d'\u{e9}"));
    fs::copy(guest(), &path).unwrap();
    let mut command = bare();
    assert_eq!(
        command
            .arg(&path)
            .args(["exit", "4"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(4)
    );
    let raw = dir.join(OsString::from_vec(vec![0xff, 0xfe]));
    fs::copy(guest(), &raw).unwrap();
    assert_eq!(
        bare()
            .arg(&raw)
            .args(["exit", "4"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(4)
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn help_and_version() {
    let help = bare().arg("--help").output().unwrap();
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).starts_with("Usage: hermit-run ") && help.stderr.is_empty());
    let version = bare().arg("--version").output().unwrap();
    assert_eq!(
        text(&version.stdout),
        format!("hermit-run {}\n", env!("CARGO_PKG_VERSION"))
    );
}
