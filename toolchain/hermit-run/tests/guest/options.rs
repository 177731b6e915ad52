//! What is handed to the guest, what the options do, and how misuse is told.

use super::*;

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
    // Half a second on an idle machine; anything that handles bytes one by one takes minutes.
    assert!(
        start.elapsed() < Duration::from_secs(60),
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
        &["--mount", "/nonexistent:/x", program],
        125,
        "--mount: /nonexistent: No such file",
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
