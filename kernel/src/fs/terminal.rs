//! The terminal behind the standard streams: its settings, and what they mean for reading.
//!
//! The terminal is the host's, and the host does what settings ask for: lines, echo, signals, translation.
//! The kernel keeps the settings, which `hermit-run` hands over at the start (boot parameter `termios`), and
//! reports each change in a control record, which `hermit-run` carries out. What is left to do here is that
//! a read ends with its line, and that `MIN` and `TIME` say when a read of single characters ends: the
//! host sends characters as they come.
//!
//! Output that the program has suspended (`tcflow`) waits here, before it is handed to the device.
//!
//! **Locks**: the settings' and the size's, leaves.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};

use super::file::Manner;
use super::user::User;
use super::{Mutex, WaitQueue, poll};
use crate::errno::{Errno, Result};

#[cfg(test)]
use super::host::console as driver;
#[cfg(not(test))]
use crate::drivers::console as driver;

/// Control characters.
pub const CHARACTERS: usize = 32;
/// `c_lflag`: input comes in lines.
const ICANON: u32 = 2;
/// Place of the number of characters that a read waits for.
const VMIN: usize = 6;
/// Place of the time that it waits, in tenths of a second.
const VTIME: usize = 5;
/// Place of a further character that ends a line.
const VEOL: usize = 11;
const TENTH_OF_A_SECOND: u64 = 100_000_000;

/// What POSIX calls `struct termios`, with Linux's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Input, output, control and local modes.
    pub modes: [u32; 4],
    /// Control characters.
    pub characters: [u8; CHARACTERS],
}

impl Settings {
    /// Those of a terminal that nobody has changed.
    const USUAL: Settings = Settings {
        modes: [0x500, 5, 0xbf, 0x8a3b],
        characters: {
            let mut all = [0; CHARACTERS];
            let usual = *b"\x03\x1c\x7f\x15\x04\x00\x01\x00\x11\x13\x1a\x00\x12\x0f\x17\x16";
            let mut at = 0;
            while at < usual.len() {
                all[at] = usual[at];
                at += 1;
            }
            all
        },
    };

    /// The boot parameter's form: modes and then pairs of digits for the characters, all hexadecimal.
    fn parse(text: &str) -> Option<Settings> {
        let mut settings = Settings::USUAL;
        let mut parts = text.split(',');
        for mode in &mut settings.modes {
            *mode = u32::from_str_radix(parts.next()?, 16).ok()?;
        }
        let digits = parts.next()?;
        for (at, place) in settings.characters.iter_mut().enumerate() {
            *place = match digits.get(2 * at..2 * at + 2) {
                Some(pair) => u8::from_str_radix(pair, 16).ok()?,
                None => 0,
            };
        }
        Some(settings)
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.modes
            .iter()
            .try_for_each(|mode| write!(to, "{mode:x},"))?;
        self.characters
            .iter()
            .try_for_each(|character| write!(to, "{character:02x}"))
    }
}

static SETTINGS: Mutex<Option<Settings>> = Mutex::new(None);

/// The present settings.
pub fn settings() -> Settings {
    *SETTINGS.lock().get_or_insert_with(|| {
        let given = crate::boot::parameter("termios").next();
        given
            .and_then(|text| core::str::from_utf8(text).ok())
            .and_then(Settings::parse)
            .unwrap_or(Settings::USUAL)
    })
}

/// Changes the settings, here and on the host.
pub fn set(new: Settings) {
    let mut settings = SETTINGS.lock();
    *settings = Some(new);
    #[cfg(not(test))]
    crate::console::control(format_args!("termios {new}"));
}

/// Rows, columns, and their size in dots.
pub type Size = [u16; 4];

static SIZE: Mutex<Option<Size>> = Mutex::new(None);

/// The size that the program has set; the host's terminal keeps its own.
pub fn size() -> Option<Size> {
    *SIZE.lock()
}

/// Sets the size; returns the one before, if there was any.
pub fn set_size(new: Size) -> Option<Size> {
    SIZE.lock().replace(new)
}

static SUSPENDED: AtomicBool = AtomicBool::new(false);
static WRITERS: WaitQueue = WaitQueue::new();

/// Whether output is suspended: writing waits.
pub fn suspended() -> bool {
    SUSPENDED.load(SeqCst)
}

/// Suspends output or lets it go on.
pub fn suspend(on: bool) {
    SUSPENDED.store(on, SeqCst);
    if !on {
        WRITERS.wake_all();
        poll::notify();
    }
}

/// Waits while output is suspended.
pub fn await_output(nonblocking: bool) -> Result<()> {
    match suspended() {
        false => Ok(()),
        true if nonblocking => Err(Errno::EAGAIN),
        true => WRITERS.wait_while(suspended, None),
    }
}

/// Drops input that nobody has read yet.
pub fn discard_input() {
    let mut bytes = [0; 64];
    while let Ok(1..) = driver::read(&mut User::new(bytes.as_mut_ptr(), bytes.len()), true) {}
}

/// Reads as the settings say.
pub fn read(to: &mut User<'_>, manner: Manner) -> Result<usize> {
    let settings = settings();
    if settings.modes[3] & ICANON != 0 {
        return line(to, manner, settings.characters[VEOL]);
    }
    let time = match u64::from(settings.characters[VTIME]) {
        0 => None,
        tenths => Some(tenths * TENTH_OF_A_SECOND),
    };
    raw(to, manner, settings.characters[VMIN].into(), time)
}

/// Reads at most to the end of a line, which the host sends in one piece.
fn line(to: &mut User<'_>, manner: Manner, end: u8) -> Result<usize> {
    let mut done = 0;
    while to.remaining() > 0 {
        let mut byte = [0];
        let nonblocking = manner.nonblocking || done > 0;
        match driver::read(&mut User::new(byte.as_mut_ptr(), 1), nonblocking) {
            Ok(0) => break,
            Ok(_) => to.put(&byte)?,
            Err(_) if done > 0 => break,
            Err(errno) => return Err(errno),
        }
        done += 1;
        if byte[0] == b'\n' || end != 0 && byte[0] == end {
            break;
        }
    }
    Ok(done)
}

/// Reads characters: POSIX.1-2017, 11.1.7, Non-Canonical Mode Input Processing.
fn raw(to: &mut User<'_>, manner: Manner, min: usize, time: Option<u64>) -> Result<usize> {
    if manner.nonblocking {
        return driver::read(to, true);
    }
    let enough = min.min(to.remaining());
    let mut done = 0;
    loop {
        // With a minimum the time counts from one character to the next, without from the start.
        let timed = time.filter(|_| min == 0 || done > 0);
        let result = match (timed, min) {
            (None, 1..) => driver::read(to, false),
            (None, 0) => driver::read(to, true),
            (Some(time), _) => {
                wait(time)?;
                driver::read(to, true)
            }
        };
        match result {
            Ok(0) | Err(Errno::EAGAIN) => return Ok(done),
            Ok(count) => done += count,
            Err(_) if done > 0 => return Ok(done),
            Err(errno) => return Err(errno),
        }
        if done >= enough {
            return Ok(done);
        }
    }
}

/// Sleeps until there is input, at most for a time.
fn wait(time: u64) -> Result<()> {
    #[cfg(not(test))]
    let deadline = Some(crate::arch::timer::now_ns() + time);
    #[cfg(test)]
    let deadline = Some(time);
    driver::listen(true);
    let result = poll::wait(|| !driver::readable(), deadline);
    driver::listen(false);
    match result {
        Err(Errno::ETIMEDOUT) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_written_as_they_are_read() {
        let mut settings = Settings::USUAL;
        settings.modes[3] = 0;
        settings.characters[VMIN] = 0xab;
        assert_eq!(Settings::parse(&settings.to_string()), Some(settings));
        assert_eq!(Settings::parse("1,2,3"), None);
        assert_eq!(
            Settings::parse("1,2,3,4,0"),
            Some(Settings {
                modes: [1, 2, 3, 4],
                characters: [0; CHARACTERS],
            })
        );
        assert_eq!(Settings::parse("1,2,3,4,zz"), None);
    }
}
