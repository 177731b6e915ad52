//! What the kernel says to the outside: log lines, control records, and the end of the program's output.
//!
//! Log and control records go out on COM1 ([`crate::drivers::serial`]) and may be written from every
//! context. The program's own standard streams are `fs::console`'s.
//!
//! A **log** line appears only when the boot parameter `verbose` is given. A **control record** always
//! appears; it is a line that begins with byte 0x01, and it is how `hermit-run` learns the exit status,
//! of faults, and of new settings of the terminal:
//!
//! ```text
//! \x01exit N
//! \x01fault SIGNO ADDRESS RIP TID CORE REASON
//! \x01regs rax=… … rip=…
//! \x01stack ADDRESS BYTES
//! \x01panic MESSAGE
//! \x01termios INPUT,OUTPUT,CONTROL,LOCAL,CHARACTERS
//! ```

use core::fmt::{self, Write};
use core::sync::atomic::{AtomicBool, Ordering};

use crate::drivers::serial;

static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Prepares the serial port. The first thing that the kernel does.
pub fn init(verbose: bool) {
    serial::init();
    VERBOSE.store(verbose, Ordering::Relaxed);
}

/// Whether log lines are printed.
#[inline]
pub fn verbose() -> bool {
    VERBOSE.load(Ordering::Relaxed)
}

/// Prints a log line; use [`crate::log!`].
#[cold]
pub fn log(line: fmt::Arguments<'_>) {
    let mut port = serial::lock();
    port.start_line();
    // The port's `write_str` cannot fail.
    let _ = port.write_fmt(line);
    port.write(b"\n");
}

/// Writes a control record; use it as `control(format_args!("exit {status}"))`.
pub fn control(record: fmt::Arguments<'_>) {
    let mut port = serial::lock();
    port.start_line();
    port.write(b"\x01");
    // The port's `write_str` cannot fail.
    let _ = port.write_fmt(record);
    port.write(b"\n");
}

/// Waits until the host has all that was written to the serial port: what the machine's end finds in the
/// port is lost.
pub fn drain() {
    serial::lock().drain();
}

/// Writes raw bytes to the serial port.
pub fn write_raw(bytes: &[u8]) {
    serial::lock().write(bytes);
}

/// Waits until the program's output has reached the host. Bounded only by the host: a slow reader is
/// waited for. Called by a thread, which sleeps meanwhile.
pub fn finish() {
    crate::drivers::console::finish(true);
}

/// As [`finish`] where the caller cannot sleep: in a fault handler.
pub fn finish_awake() {
    crate::drivers::console::finish(false);
}

/// Prints a log line on the serial port if the boot parameter `verbose` is given.
#[macro_export]
macro_rules! log {
    ($($argument:tt)*) => {
        if $crate::console::verbose() {
            $crate::console::log(format_args!($($argument)*));
        }
    };
}
