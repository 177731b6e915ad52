//! Carries bytes between hermit-run's standard streams and the sockets whose other ends QEMU holds.
//!
//! A thread for each direction, reading and writing in the blocking way: back-pressure comes by itself
//! and no descriptor that is shared with other processes is made non-blocking. Threads report to the
//! main one through a pipe, one byte an event, so that it can wait for them and for signals at once.

use crate::record::{Parser, Report};
use crate::sys;
use crate::terminal;
use std::fs::File;
use std::io::{self, ErrorKind, PipeWriter, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a thread tells the main one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The serial channel or an output is closed and everything in it delivered.
    Done = 0,
    /// The kernel has printed its exit record.
    Exited = 1,
    /// The reader of an output has gone.
    BrokenPipe = 2,
    /// An output cannot be written for another reason (see [`Shared::error`]).
    Failed = 3,
}

impl Event {
    /// The event of a byte that came through the pipe.
    pub fn from_byte(byte: u8) -> Option<Event> {
        [Event::Done, Event::Exited, Event::BrokenPipe, Event::Failed]
            .get(usize::from(byte))
            .copied()
    }
}

/// What threads leave for the main one.
#[derive(Default)]
pub struct Shared {
    /// Why an output could not be written.
    pub error: Mutex<Option<(&'static str, io::Error)>>,
    /// What the kernel has said.
    pub serial: Mutex<Parser>,
}

/// A lock that a panicking thread cannot poison for the others.
pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Shared {
    /// Takes the report out.
    pub fn take_report(&self) -> Report {
        std::mem::take(&mut lock(&self.serial).report)
    }
}

fn tell(events: &mut PipeWriter, event: Event) {
    // The main thread keeps the reading end open until the process ends.
    let _ = events.write_all(&[event as u8]);
}

/// Reads again if a signal interrupted, waits if somebody else made the descriptor non-blocking.
fn read_some(from: &mut impl Read, fd: RawFd, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                sys::wait_readable([fd], None);
            }
            other => return other,
        }
    }
}

fn write_all(to: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                sys::wait_writable(to.as_raw_fd())
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

const BUFFER: usize = 64 << 10;

/// From the guest to descriptor `fd`, called `name` in messages.
pub fn output(
    mut socket: UnixStream,
    fd: RawFd,
    name: &'static str,
    mut events: PipeWriter,
    shared: Arc<Shared>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut to = sys::standard(fd);
        let mut buffer = vec![0; BUFFER];
        let from = socket.as_raw_fd();
        // An error of the socket is its end: QEMU has died.
        while let Ok(count @ 1..) = read_some(&mut socket, from, &mut buffer) {
            let Err(error) = write_all(&mut to, &buffer[..count]) else {
                continue;
            };
            if error.kind() == ErrorKind::BrokenPipe {
                tell(&mut events, Event::BrokenPipe);
            } else {
                *lock(&shared.error) = Some((name, error));
                tell(&mut events, Event::Failed);
            }
            break;
        }
        tell(&mut events, Event::Done);
    })
}

/// From descriptor 0 to the guest; ends with the process at the latest.
pub fn input(mut socket: UnixStream) {
    thread::spawn(move || {
        let mut from = sys::standard(0);
        let mut buffer = vec![0; BUFFER];
        loop {
            match read_some(&mut *from, 0, &mut buffer) {
                Ok(count @ 1..) => {
                    if socket.write_all(&buffer[..count]).is_err() {
                        return;
                    }
                }
                // Our terminal belongs to another job now; it may come back.
                Err(error)
                    if error.raw_os_error() == Some(libc::EIO)
                        && sys::settings(0).is_some()
                        && !sys::is_foreground(0) =>
                {
                    thread::sleep(Duration::from_millis(200));
                }
                // The end, or a descriptor that cannot be read, which is the end for the guest too.
                _ => break,
            }
        }
        end_input(socket);
    });
}

/// Tells the guest that nothing more comes.
pub fn end_input(socket: UnixStream) {
    let _ = socket.shutdown(Shutdown::Write);
    // Closing would look like the death of the other side; QEMU would drop what it has not read yet.
    std::mem::forget(socket);
}

/// The serial channel: log and control records.
pub fn serial(
    mut socket: UnixStream,
    verbose: bool,
    mut events: PipeWriter,
    shared: Arc<Shared>,
) -> JoinHandle<()> {
    let log = move |line: &[u8]| {
        if verbose {
            let mut text = line.to_vec();
            text.push(b'\n');
            let _ = write_all(&mut sys::standard(2), &text);
        }
    };
    thread::spawn(move || {
        let mut buffer = vec![0; 4096];
        let from = socket.as_raw_fd();
        let mut exited = false;
        while let Ok(count @ 1..) = read_some(&mut socket, from, &mut buffer) {
            let mut parser = lock(&shared.serial);
            parser.feed(&buffer[..count], log);
            if let Some(settings) = parser.report.terminal.take() {
                terminal::set(&settings);
            }
            if parser.report.exit.is_some() && !exited {
                exited = true;
                tell(&mut events, Event::Exited);
            }
        }
        lock(&shared.serial).finish(log);
        tell(&mut events, Event::Done);
    })
}
