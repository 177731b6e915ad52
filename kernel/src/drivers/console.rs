//! What carries the program's standard streams: the virtio console, else the serial port.
//!
//! Which it is shows at the first read or write; a program that does neither never touches a device. On
//! the serial port output waits for each byte, and input has no end.
//!
//! **Locks**: `CHOICE` and `LINE` (whole writes to the serial port), both sleeping.

use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use alloc::boxed::Box;

use super::serial;
use super::virtio::console::Console;
use crate::arch::irq;
use crate::errno::{Errno, Result};
use crate::fs::poll;
use crate::fs::user::User;
use crate::sync::{Mutex, WaitQueue};

/// The virtio console once it works.
static CONSOLE: AtomicPtr<Console> = AtomicPtr::new(ptr::null_mut());
/// Whether it was looked for.
static CHOSEN: AtomicBool = AtomicBool::new(false);
/// Held while it is looked for.
static CHOICE: Mutex<()> = Mutex::new(());

/// Keeps the bytes of one write to the serial port together.
static LINE: Mutex<()> = Mutex::new(());
/// Readers of the serial port.
static SERIAL_READERS: WaitQueue = WaitQueue::new();

/// The virtio console, if there is one.
fn virtio() -> Option<&'static Console> {
    if !CHOSEN.load(Ordering::Acquire) {
        choose();
    }
    started()
}

/// The virtio console, if it has been used.
fn started() -> Option<&'static Console> {
    // SAFETY: only `choose` stores here, a console that stays.
    unsafe { CONSOLE.load(Ordering::Acquire).as_ref() }
}

#[cold]
fn choose() {
    let _choice = CHOICE.lock();
    if CHOSEN.load(Ordering::Acquire) {
        return;
    }
    match Console::start() {
        Some(console) => CONSOLE.store(Box::leak(Box::new(console)), Ordering::Release),
        None => {
            crate::log!("standard streams on the serial port");
            // Without the interrupt, reading sleeps for ever: there is nothing better to do.
            let _ = irq::register(serial::INTERRUPT, irq::Trigger::Edge, serial_interrupt);
        }
    }
    CHOSEN.store(true, Ordering::Release);
}

fn serial_interrupt() {
    // Off until the next reader sleeps.
    serial::lock().receive_interrupt(false);
    SERIAL_READERS.wake_all();
    poll::notify();
}

fn serial_read(to: &mut User<'_>, nonblocking: bool) -> Result<usize> {
    loop {
        let mut bytes = [0; 64];
        let len = to.remaining().min(bytes.len());
        let count = serial::lock().read(&mut bytes[..len]);
        if count > 0 || len == 0 {
            to.put(&bytes[..count])?;
            return Ok(count);
        }
        if nonblocking {
            return Err(Errno::EAGAIN);
        }
        let quiet = || {
            let mut port = serial::lock();
            port.receive_interrupt(true);
            !port.ready()
        };
        SERIAL_READERS.wait_while(quiet, None)?;
    }
}

fn serial_write(from: &mut User<'_>) -> Result<usize> {
    let _line = LINE.lock();
    let mut done = 0;
    while from.remaining() > 0 {
        // The port's own lock turns interrupts off, so it is taken for a few bytes at a time.
        let mut bytes = [0; 16];
        let part = &mut bytes[..from.remaining().min(16)];
        match from.take(part) {
            Ok(()) => serial::lock().write(part),
            Err(errno) => return if done > 0 { Ok(done) } else { Err(errno) },
        }
        done += part.len();
    }
    Ok(done)
}

/// Reads from standard input.
///
/// # Errors
/// `EAGAIN`, `EINTR`, `EFAULT`, `ENOMEM`.
pub fn read(to: &mut User<'_>, nonblocking: bool) -> Result<usize> {
    match virtio() {
        Some(console) => console.read(to, nonblocking),
        None => serial_read(to, nonblocking),
    }
}

/// Writes to standard output (1) or error (2).
///
/// # Errors
/// `EPIPE`, `EAGAIN`, `EINTR`, `EFAULT`, `ENOMEM`.
pub fn write(stream: u32, from: &mut User<'_>, nonblocking: bool) -> Result<usize> {
    match virtio() {
        Some(console) => console.write(stream as usize, from, nonblocking),
        None => serial_write(from),
    }
}

/// Waits until the host has taken what was written to a stream.
///
/// # Errors
/// `EINTR`.
pub fn sync(stream: u32) -> Result<()> {
    started().map_or(Ok(()), |console| console.drain(stream as usize))
}

/// Whether a read would not sleep.
pub fn readable() -> bool {
    match virtio() {
        Some(console) => console.readable(),
        None => serial::lock().ready(),
    }
}

/// Whether a small write would not sleep.
pub fn writable(stream: u32) -> bool {
    started().is_none_or(|console| console.writable(stream as usize))
}

/// Told before and after a thread sleeps in `poll` for a stream.
pub fn listen(on: bool) {
    match virtio() {
        Some(console) => console.listen(on),
        None if on => serial::lock().receive_interrupt(true),
        None => {}
    }
}

/// The size of the terminal that a stream is on the host, from the boot parameter
/// `tty=COLUMNSxROWS:STREAMS`; `None` if it is none.
pub fn terminal(stream: u32) -> Option<(u16, u16)> {
    let value = core::str::from_utf8(crate::boot::parameter("tty").next()?).ok()?;
    let (size, streams) = value.split_once(':')?;
    let (columns, rows) = size.split_once('x')?;
    let digit = char::from_digit(stream, 10)?;
    if !streams.contains(digit) {
        return None;
    }
    Some((columns.parse().ok()?, rows.parse().ok()?))
}

/// Waits until the host has taken all output, at the end of the program.
pub fn finish(may_sleep: bool) {
    if let Some(console) = started() {
        console.finish(may_sleep);
    }
}
