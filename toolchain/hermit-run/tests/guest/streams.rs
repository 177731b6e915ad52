//! Standard input, output and error: every byte, in order, to the end.

use super::*;

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

/// A smaller one is in the archive, which this guest does not read: see `tests/stdin-file`.
#[test]
fn a_file_of_more_than_an_eighth_of_the_memory_as_stdin_and_one_as_stdout() {
    let dir = scratch("regular");
    let bytes = noise(1_100_001);
    fs::write(dir.join("in"), &bytes).unwrap();
    let status = hermit_run(&["--memory", "8M"], &["cat"])
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
