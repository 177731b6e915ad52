//! The control channel: what the kernel says on COM1.
//!
//! Plain lines are the kernel's log. A line that begins with byte 0x01 is a control record: `exit`,
//! `fault`, `regs`, `stack`, `panic` or `termios` (docs/hermit-run.md). The guest may be in any state when it
//! writes, so nothing is expected to be well-formed, complete or in order.

use std::collections::{BTreeMap, VecDeque};

/// Registers that a fault record may carry, in the order of DWARF's numbers for x86-64.
pub const REGISTERS: [&str; 17] = [
    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15", "rip",
];

/// A death by signal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// The signal's number.
    pub signal: u32,
    /// The address that was accessed, if that is what went wrong.
    pub address: u64,
    /// The instruction.
    pub rip: u64,
    /// The thread.
    pub thread: u64,
    /// The processor.
    pub core: u64,
    /// The kernel's words.
    pub reason: String,
    /// Registers by DWARF number.
    pub registers: [Option<u64>; 17],
    /// Dumped memory: pieces of the stack by address.
    pub stack: BTreeMap<u64, Vec<u8>>,
}

/// What the kernel has said so far.
#[derive(Debug, Default)]
pub struct Report {
    /// The program's exit status.
    pub exit: Option<u8>,
    /// What killed it.
    pub fault: Option<Fault>,
    /// The kernel's own death.
    pub panic: Option<String>,
    /// How the program wants the terminal to be, until that is taken out.
    pub terminal: Option<String>,
    /// The last lines of the log.
    pub log: VecDeque<String>,
}

/// Longer lines are cut: no record is that long.
const MAX_LINE: usize = 8 << 10;
/// Lines of the log that are kept to be shown when something goes wrong.
const KEPT_LINES: usize = 40;
/// More dumped stack than this is not kept; the kernel sends at most 16 KiB.
const MAX_STACK: usize = 64 << 10;

/// Turns bytes into a [`Report`].
#[derive(Debug, Default)]
pub struct Parser {
    /// What has been understood.
    pub report: Report,
    line: Vec<u8>,
}

impl Parser {
    /// Takes bytes as they come; calls `log` with each finished line of the log (without its end).
    pub fn feed(&mut self, bytes: &[u8], mut log: impl FnMut(&[u8])) {
        for &byte in bytes {
            // A record may interrupt an unfinished line: the kernel can die in the middle of one.
            if byte == b'\n' || (byte == 1 && !self.line.is_empty()) {
                self.end_line(byte == b'\n', &mut log);
            }
            if byte != b'\n' && self.line.len() < MAX_LINE {
                self.line.push(byte);
            }
        }
    }

    /// The channel is closed: an unfinished line counts, but for the status: `14` may have been 143.
    pub fn finish(&mut self, mut log: impl FnMut(&[u8])) {
        if !self.line.is_empty() {
            self.end_line(false, &mut log);
        }
    }

    fn end_line(&mut self, whole: bool, log: &mut impl FnMut(&[u8])) {
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        match line.split_first() {
            Some((&1, record)) if whole || !record.starts_with(b"exit ") => {
                self.report.record(&String::from_utf8_lossy(record));
            }
            Some((&1, _)) => {}
            _ => {
                log(&line);
                self.report
                    .log
                    .push_back(String::from_utf8_lossy(&line).into_owned());
                if self.report.log.len() > KEPT_LINES {
                    self.report.log.pop_front();
                }
            }
        }
    }
}

fn hex(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

impl Report {
    /// Understands one record or leaves things as they are.
    fn record(&mut self, text: &str) {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        match kind {
            // The first status counts: nothing that comes later can be the program's.
            "exit" => self.exit = self.exit.or(rest.trim().parse().ok()),
            "panic" => {
                self.panic.get_or_insert_with(|| rest.trim().to_owned());
            }
            "termios" => self.terminal = Some(rest.trim().to_owned()),
            "fault" => self.fault = Some(fault(rest)),
            "regs" => {
                let Some(fault) = &mut self.fault else { return };
                for (name, value) in rest
                    .split_ascii_whitespace()
                    .filter_map(|word| word.split_once('='))
                {
                    if let Some(number) = REGISTERS.iter().position(|&known| known == name) {
                        fault.registers[number] = hex(value);
                    }
                }
            }
            "stack" => {
                let Some(fault) = &mut self.fault else { return };
                let Some((address, bytes)) = rest.split_once(' ') else {
                    return;
                };
                let kept: usize = fault.stack.values().map(Vec::len).sum();
                if let (Some(address), Some(bytes)) = (hex(address), hex_bytes(bytes.trim()))
                    && kept + bytes.len() <= MAX_STACK
                {
                    fault.stack.insert(address, bytes);
                }
            }
            _ => {}
        }
    }
}

/// `SIGNO ADDR RIP TID CORE REASON…`; fields that make no sense are zero.
fn fault(text: &str) -> Fault {
    let mut words = text.splitn(6, ' ');
    let mut next = || words.next().unwrap_or("");
    Fault {
        signal: next().parse().unwrap_or(0),
        address: hex(next()).unwrap_or(0),
        rip: hex(next()).unwrap_or(0),
        thread: next().parse().unwrap_or(0),
        core: next().parse().unwrap_or(0),
        reason: next().trim().to_owned(),
        ..Fault::default()
    }
}

fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    digits
        .chunks_exact(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

impl Fault {
    /// Eight bytes of dumped memory.
    pub fn read_u64(&self, address: u64) -> Option<u64> {
        let mut bytes = [0; 8];
        for (at, byte) in (0..).zip(&mut bytes) {
            let wanted = address.checked_add(at)?;
            let (&start, piece) = self.stack.range(..=wanted).next_back()?;
            *byte = *piece.get(usize::try_from(wanted - start).ok()?)?;
        }
        Some(u64::from_le_bytes(bytes))
    }

    /// The instruction, from the registers or from the record's own field.
    pub fn pc(&self) -> u64 {
        self.registers[16].unwrap_or(self.rip)
    }
}

/// The name of a signal in the numbering of the C library (newlib's).
pub fn signal_name(signal: u32) -> Option<&'static str> {
    const NAMES: [&str; 32] = [
        "",
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGILL",
        "SIGTRAP",
        "SIGABRT",
        "SIGEMT",
        "SIGFPE",
        "SIGKILL",
        "SIGBUS",
        "SIGSEGV",
        "SIGSYS",
        "SIGPIPE",
        "SIGALRM",
        "SIGTERM",
        "SIGURG",
        "SIGSTOP",
        "SIGTSTP",
        "SIGCONT",
        "SIGCHLD",
        "SIGTTIN",
        "SIGTTOU",
        "SIGIO",
        "SIGXCPU",
        "SIGXFSZ",
        "SIGVTALRM",
        "SIGPROF",
        "SIGWINCH",
        "SIGLOST",
        "SIGUSR1",
        "SIGUSR2",
    ];
    NAMES
        .get(signal as usize)
        .copied()
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> (Report, Vec<String>) {
        let mut logged = Vec::new();
        let mut parser = Parser::default();
        parser.feed(bytes, |line| {
            logged.push(String::from_utf8_lossy(line).into_owned())
        });
        parser.finish(|line| logged.push(String::from_utf8_lossy(line).into_owned()));
        (parser.report, logged)
    }

    #[test]
    fn log_and_exit() {
        let (report, logged) = parse(b"hello\r\n[1] world\n\x01exit 255\nlate\n\x01exit 3\n");
        assert_eq!(report.exit, Some(255));
        assert_eq!(
            parse(b"\x01termios 1,2\n").0.terminal.as_deref(),
            Some("1,2")
        );
        assert_eq!(logged, ["hello", "[1] world", "late"]);
        assert_eq!(report.log, ["hello", "[1] world", "late"]);
    }

    #[test]
    fn byte_by_byte_is_the_same() {
        let text =
            b"log\n\x01fault 11 0 100abc 3 1 write to 0x0\n\x01regs rip=100abc\n\x01exit 139\n";
        let mut parser = Parser::default();
        for byte in text {
            parser.feed(&[*byte], |_| {});
        }
        assert_eq!(parser.report.exit, Some(139));
        assert_eq!(parser.report.fault, parse(text).0.fault);
    }

    #[test]
    fn a_whole_fault() {
        let (report, _) = parse(
            b"\x01fault 11 0xdeadbeef 0x100abc 3 1 write to 0xdeadbeef\n\x01regs rax=0x1 rsp=7ff0 rip=0x100abc bogus=1 r15=zz\n\
              \x01stack 0x7ff0 0102030405060708\n\x01stack 7ff8 1112131415161718\n",
        );
        let fault = report.fault.unwrap();
        assert_eq!(
            (fault.signal, fault.address, fault.rip),
            (11, 0xdeadbeef, 0x100abc)
        );
        assert_eq!(
            (fault.thread, fault.core, fault.reason.as_str()),
            (3, 1, "write to 0xdeadbeef")
        );
        assert_eq!(
            (fault.registers[0], fault.registers[7], fault.registers[15]),
            (Some(1), Some(0x7ff0), None)
        );
        assert_eq!(fault.read_u64(0x7ff0), Some(0x0807_0605_0403_0201));
        assert_eq!(fault.read_u64(0x7ff4), Some(0x1413_1211_0807_0605));
        assert_eq!(fault.read_u64(0x7ff9), None);
        assert_eq!(fault.read_u64(0x7fef), None);
        assert_eq!(fault.read_u64(u64::MAX), None);
    }

    #[test]
    fn a_record_in_the_middle_of_a_line() {
        let (report, logged) = parse(b"unfinished \x01panic at mm.rs:3: no frames");
        assert_eq!(report.panic.as_deref(), Some("at mm.rs:3: no frames"));
        assert_eq!(logged, ["unfinished "]);
        for text in [
            &b"\x01exit 14"[..],
            b"\x01exit 14\x01fault 15 0 0 1 0 SIGTERM\n",
        ] {
            assert_eq!(parse(text).0.exit, None, "more digits may have been lost");
        }
    }

    #[test]
    fn nonsense_is_survived() {
        for text in [
            "\x01",
            "\x01exit",
            "\x01exit 256\n",
            "\x01exit -1\n",
            "\x01exit x\n",
            "\x01regs rax=1",
            "\x01stack 0 00",
            "\x01fault",
            "\x01fault x y z",
            "\x01fault 11 0 0 0 0",
            "\x01stack",
            "\x01unknown record",
            "\x01\x01\x01exit",
        ] {
            assert_eq!(parse(text.as_bytes()).0.exit, None, "{text:?}");
        }
        let (report, _) = parse(b"\x01fault 6 0 0 1 0 abort\n\x01stack 10 0\n\x01stack zz 00\n\x01stack 10 0g\n\x01stack 10\n");
        assert!(report.fault.unwrap().stack.is_empty());
    }

    #[test]
    fn lengths_are_bounded() {
        let mut text = vec![b'x'; 1 << 20];
        text.extend(b"\n\x01fault 11 0 0 0 0 r\n");
        for i in 0..3000u32 {
            text.extend(format!("\x01stack {:x} {}\n", i * 64, "00".repeat(64)).bytes());
            text.extend(format!("line {i}\n").bytes());
        }
        let (report, logged) = parse(&text);
        assert_eq!(logged[0].len(), MAX_LINE);
        assert_eq!(report.log.len(), KEPT_LINES);
        assert_eq!(
            report
                .fault
                .unwrap()
                .stack
                .values()
                .map(Vec::len)
                .sum::<usize>(),
            MAX_STACK
        );
    }

    #[test]
    fn names_of_signals() {
        assert_eq!(signal_name(11), Some("SIGSEGV"));
        assert_eq!(signal_name(6), Some("SIGABRT"));
        assert_eq!(signal_name(30), Some("SIGUSR1"));
        assert_eq!(
            (signal_name(0), signal_name(32), signal_name(u32::MAX)),
            (None, None, None)
        );
    }
}
