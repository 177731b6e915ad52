//! How a run can end: by itself, by a signal, by the clock, by a crash.

use super::*;

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
fn the_time_limit() {
    // A busy machine may need longer until the guest has said its words.
    for seconds in ["0.4", "4", "40"] {
        let start = Instant::now();
        let output = run(&["--timeout", seconds], &["say-and-hang", "first words"]);
        assert!(start.elapsed() >= Duration::from_secs_f64(seconds.parse().unwrap()));
        assert_eq!(output.status.code(), Some(124));
        let expected = format!(
            "hermit-run: {}: stopped after {seconds} s (--timeout)\n",
            guest().display()
        );
        assert_eq!(text(&output.stderr), expected);
        if text(&output.stdout) == "first words" {
            return;
        }
    }
    panic!("what was said is lost");
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
    assert!(
        lines[0].contains("guest.c:") && lines[0].contains(" (poke), thread"),
        "{message}"
    );
    assert!(lines[0].contains(": write to 0x0 from "), "{message}");
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
