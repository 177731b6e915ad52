//! Tests of the streams that a `test.conf` cannot describe, with a program on the real kernel: readers
//! that are slow or leave, a writer that stays, a dialogue, one pipe for both outputs, a terminal.
//!
//! hermit-run has the same tests with a guest of its own; these here are the kernel's side of them.

use crate::driver::{Bench, DriverTest};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// All of them.
pub const TESTS: &[DriverTest] = &[
    ("streams-slow-reader", slow_reader),
    ("streams-late-reader", late_reader),
    ("streams-reader-leaves", reader_leaves),
    ("streams-stdin-stays-open", stdin_stays_open),
    ("streams-dialogue", dialogue),
    ("streams-end-beside-a-busy-thread", end_beside_a_busy_thread),
    ("streams-one-output", one_output),
    ("streams-slow-serial-port", slow_serial_port),
    ("streams-terminal", terminal),
    ("streams-terminal-modes", terminal_modes),
];

const PROGRAM: &str = r#"
#include <devctl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
static volatile int told;
static void tell(int number)
{
    told += number == SIGWINCH;
}
/* The program's own idea of the terminal's size: all descriptors share it, and only a change is told. */
static int sizes(void)
{
    struct winsize found, new = { 31, 77, 5, 6 };
    signal(SIGWINCH, tell);
    if (tcgetwinsize(0, &found) != 0 || found.ws_row == 31) return 11;
    if (tcsetwinsize(0, &found) != 0 || told != 0) return 12;
    if (tcsetwinsize(1, &new) != 0 || told != 1) return 13;
    if (tcgetwinsize(0, &found) != 0 || memcmp(&found, &new, sizeof new)) return 14;
    if (posix_devctl(2, TIOCSWINSZ, &new, sizeof new, NULL) != 0 || told != 1) return 15;
    if (posix_devctl(2, TIOCGWINSZ, &new, sizeof new - 1, NULL) != EINVAL) return 16;
    return 0;
}
/* Characters instead of lines, without echo; and back. */
static int modes(void)
{
    struct termios found, raw, now;
    char c = 0;
    if (tcgetattr(0, &found) != 0 || !(found.c_lflag & ICANON) || !(found.c_lflag & ECHO)) return 1;
    raw = found;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(0, TCSANOW, &raw) != 0) return 2;
    if (tcgetattr(1, &now) != 0 || now.c_lflag != raw.c_lflag) return 3;
    if (write(1, "ready.", 6) != 6 || read(0, &c, 1) != 1) return 4;
    printf("<%c>", c);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 1;
    if (tcsetattr(0, TCSAFLUSH, &raw) != 0 || read(0, &c, 1) != 0) return 5;
    if (tcflush(0, TCIFLUSH) != 0 || tcdrain(1) != 0 || tcgetsid(0) != getsid(0)) return 6;
    /* Suspended output waits; it goes on when it may. */
    if (tcflow(1, TCOOFF) != 0 || fcntl(1, F_SETFL, O_NONBLOCK) != 0) return 7;
    if (write(1, "held", 4) != -1 || errno != EAGAIN) return 8;
    if (tcflow(1, 99) != -1 || errno != EINVAL) return 9;
    if (tcflow(1, TCOON) != 0 || fcntl(1, F_SETFL, 0) != 0) return 10;
    puts(ttyname(0));
    return sizes();
}
/* Looks at standard output again and again, and so at what the host has to tell. */
static void *look(void *over)
{
    struct pollfd output = { .fd = 1, .events = POLLOUT };
    while (!__atomic_load_n((int *)over, __ATOMIC_ACQUIRE))
        if (poll(&output, 1, 0) < 0) return over;
    return NULL;
}
/* Reads to the end beside such a thread. */
static int read_beside_looker(void)
{
    static int over;
    pthread_t looker;
    void *failed;
    char c;
    if (pthread_create(&looker, NULL, look, &over) != 0) return 1;
    if (write(1, "ready\n", 6) != 6 || read(0, &c, 1) != 0) return 2;
    __atomic_store_n(&over, 1, __ATOMIC_RELEASE);
    return pthread_join(looker, &failed) != 0 || failed ? 3 : 0;
}
int main(int argc, char **argv)
{
    const char *order = argc > 1 ? argv[1] : "";
    if (!strcmp(order, "flood"))
        for (int i = 0; i < atoi(argv[2]); i++) printf("%063d\n", i);
    if (!strcmp(order, "yes"))
        for (;;) puts("y");
    if (!strcmp(order, "exit")) return atoi(argv[2]);
    if (!strcmp(order, "answer")) {
        char line[100];
        while (fgets(line, sizeof line, stdin)) {
            printf("%s", line);
            fflush(stdout);
        }
    }
    if (!strcmp(order, "alternate"))
        for (int i = 0; i < 500; i++)
            if (write(1, "out\n", 4) != 4 || write(2, "err\n", 4) != 4) return 1;
    if (!strcmp(order, "beside")) return read_beside_looker();
    if (!strcmp(order, "modes")) return modes();
    if (!strcmp(order, "terminal")) {
        printf("%d%d%d.", isatty(0), isatty(1), isatty(2));
        fflush(stdout);
    }
    return 0;
}
"#;

fn text(error: std::io::Error) -> String {
    error.to_string()
}

/// Compiles the program; the command that runs it with `arguments`.
fn program(bench: &Bench, arguments: &[&str]) -> Result<Command, String> {
    std::fs::write(bench.folder.join("streams.c"), PROGRAM).map_err(text)?;
    bench.gcc(&["-O2", "streams.c", "-o", "streams"])?;
    let mut command = Command::new(bench.places.sdk.join("bin/hermit-run"));
    command
        .args(["--timeout", "60"])
        .arg(bench.folder.join("streams"))
        .args(arguments);
    command.stdin(Stdio::null());
    Ok(command)
}

fn reader(child: &mut Child) -> Result<BufReader<std::process::ChildStdout>, String> {
    child
        .stdout
        .take()
        .map(BufReader::new)
        .ok_or_else(|| "no pipe".to_owned())
}

/// The child must end with this status.
fn ends_with(child: &mut Child, status: i32) -> Result<(), String> {
    let ended = child.wait().map_err(text)?;
    if ended.code() == Some(status) {
        Ok(())
    } else {
        Err(format!("{ended} instead of status {status}"))
    }
}

/// Everything that "flood" wrote must be there.
fn is_flood(mut from: impl Read, lines: usize) -> Result<(), String> {
    let mut all = String::new();
    from.read_to_string(&mut all).map_err(text)?;
    match all
        .lines()
        .enumerate()
        .find(|(number, line)| line.parse() != Ok(*number))
    {
        Some((number, line)) => Err(format!("line {number} is {line:?}")),
        None if all.len() != lines * 64 => Err(format!("{} bytes of {}", all.len(), lines * 64)),
        None => Ok(()),
    }
}

fn slow_reader(bench: &Bench) -> Result<(), String> {
    let mut child = program(bench, &["flood", "30000"])?
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let mut reader = reader(&mut child)?;
    let mut first = [0; 64 * 100];
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(200));
        reader.read_exact(&mut first).map_err(text)?;
    }
    if child.try_wait().map_err(text)?.is_some() {
        return Err("it did not wait for its reader".to_owned());
    }
    let mut rest = String::new();
    reader.read_to_string(&mut rest).map_err(text)?;
    if rest.len() != 64 * (30000 - 300) {
        return Err(format!("{} bytes after the first ones", rest.len()));
    }
    ends_with(&mut child, 0)
}

fn late_reader(bench: &Bench) -> Result<(), String> {
    // More than a pipe holds and less than the sockets do: the guest ends before anybody reads.
    let mut child = program(bench, &["flood", "2000"])?
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    std::thread::sleep(Duration::from_secs(1));
    is_flood(reader(&mut child)?, 2000)?;
    ends_with(&mut child, 0)
}

fn reader_leaves(bench: &Bench) -> Result<(), String> {
    let mut child = program(bench, &["yes"])?
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let mut line = String::new();
    reader(&mut child)?.read_line(&mut line).map_err(text)?;
    let ended = child.wait().map_err(text)?;
    match (line.as_str(), ended.signal()) {
        ("y\n", Some(13)) => Ok(()),
        _ => Err(format!("{line:?}, then {ended} instead of SIGPIPE")),
    }
}

fn stdin_stays_open(bench: &Bench) -> Result<(), String> {
    let mut child = program(bench, &["exit", "5"])?
        .stdin(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let mut input = child.stdin.take().ok_or("no pipe")?;
    input.write_all(b"nobody reads this\n").map_err(text)?;
    let result = ends_with(&mut child, 5);
    drop(input);
    result
}

fn dialogue(bench: &Bench) -> Result<(), String> {
    let mut command = program(bench, &["answer"])?;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let (mut input, mut output) = (child.stdin.take().ok_or("no pipe")?, reader(&mut child)?);
    for question in ["one\n", "two\n", "three\n"] {
        input.write_all(question.as_bytes()).map_err(text)?;
        let mut answer = String::new();
        output.read_line(&mut answer).map_err(text)?;
        if answer != question {
            return Err(format!("{answer:?} instead of {question:?}"));
        }
    }
    drop(input);
    ends_with(&mut child, 0)
}

/// The end of standard input is told by a message that any thread may take off the device's queue. It must
/// reach the thread that sleeps in `read` all the same.
fn end_beside_a_busy_thread(bench: &Bench) -> Result<(), String> {
    let mut command = program(bench, &["beside"])?;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let input = child.stdin.take().ok_or("no pipe")?;
    let mut line = String::new();
    reader(&mut child)?.read_line(&mut line).map_err(text)?;
    // By then it sleeps, on the one processor that the other thread keeps busy.
    std::thread::sleep(Duration::from_millis(300));
    drop(input);
    ends_with(&mut child, 0)
}

fn one_output(bench: &Bench) -> Result<(), String> {
    let (mut reader, writer) = std::io::pipe().map_err(text)?;
    let mut command = program(bench, &["alternate"])?;
    command
        .stdout(writer.try_clone().map_err(text)?)
        .stderr(writer);
    let mut child = command.spawn().map_err(text)?;
    drop(command); // it holds the writing ends
    let mut all = String::new();
    reader.read_to_string(&mut all).map_err(text)?;
    if all != "out\nerr\n".repeat(500) {
        return Err("lines are missing or in another order".to_owned());
    }
    ends_with(&mut child, 0)
}

/// What the serial port's reader has not taken yet is not lost: neither while the program writes nor when
/// the machine ends, right behind the record of the status.
fn slow_serial_port(bench: &Bench) -> Result<(), String> {
    drop(program(bench, &[])?);
    let (mut reader, writer) = std::io::pipe().map_err(text)?;
    rustix::pipe::fcntl_setpipe_size(&reader, 4096).map_err(|e| e.to_string())?;
    let mut qemu = Command::new("timeout");
    qemu.args([
        "120",
        "qemu-system-x86_64",
        "-M",
        "pc",
        "-cpu",
        "max",
        "-m",
        "64M",
        "-nodefaults",
    ])
    .args(["-display", "none", "-no-reboot", "-serial", "stdio"])
    .args(["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"])
    .args(["-kernel", "streams", "-append", "-- streams flood 300"])
    .current_dir(&bench.folder)
    .stdin(Stdio::null())
    .stdout(writer);
    let mut child = qemu.spawn().map_err(text)?;
    drop(qemu); // it holds the writing end
    std::thread::sleep(Duration::from_secs(3));
    let (mut all, mut part) = (Vec::new(), [0; 256]);
    loop {
        let count = reader.read(&mut part).map_err(text)?;
        if count == 0 {
            break;
        }
        all.extend_from_slice(&part[..count]);
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = child.wait();
    let all = String::from_utf8_lossy(&all);
    let flood = all.strip_suffix("\u{1}exit 0\n").ok_or(format!(
        "the end is {:?}",
        all.get(all.len().saturating_sub(100)..)
    ))?;
    is_flood(flood.as_bytes(), 300)
}

/// The command and what the shell is to do after it, by way of script(1), which gives them a terminal.
fn on_terminal(command: &Command, then: &str) -> Command {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<String> = words
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command"]);
    script.arg(format!("{}{then}", line.join(" ")));
    script.arg("/dev/null");
    script
}

/// The program switches the user's terminal to single characters without echo; hermit-run gives it back
/// as it was.
fn terminal_modes(bench: &Bench) -> Result<(), String> {
    let plain = program(bench, &["modes"])?;
    let mut script = on_terminal(&plain, "; echo status $?; stty -a");
    script.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = script.spawn().map_err(text)?;
    let mut input = child.stdin.take().ok_or("no pipe")?;
    let mut output = reader(&mut child)?;
    let mut told = String::new();
    let mut byte = [0];
    while !told.ends_with("ready.") && output.read(&mut byte).map_err(text)? == 1 {
        told.push(byte[0].into());
    }
    // Without a line's end.
    input.write_all(b"x").map_err(text)?;
    output.read_to_string(&mut told).map_err(text)?;
    let given_back = told.contains(" icanon ") && told.contains(" echo ");
    if told.starts_with("ready.<x>/dev/") && told.contains("status 0") && given_back {
        return ends_with(&mut child, 0);
    }
    Err(format!("the terminal shows {told:?}"))
}

fn terminal(bench: &Bench) -> Result<(), String> {
    let told = |command: &mut Command| -> Result<String, String> {
        let output = command.output().map_err(text)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let mut plain = program(bench, &["terminal"])?;
    let without = told(&mut plain)?;
    let with = told(on_terminal(&plain, "").stdin(Stdio::null()))?;
    if without == "000." && with.contains("111.") {
        return Ok(());
    }
    Err(format!(
        "isatty says {without:?} without and {with:?} with a terminal"
    ))
}
