//! The serial port COM1 (16550): the kernel's log and control channel, and the console of last resort.
//!
//! Output works from the first instruction on and from every context, interrupt and fault handlers
//! included: the port is driven without interrupts or memory of its own. Bytes go out unchanged.
//!
//! **Lock.** One lock, taken with interrupts off, the innermost of the kernel. It is unlike the others in
//! that a waiter gives up after `PATIENCE` tries and writes all the same: a core that faults while it
//! prints, or while a stopped core printed, must still be able to report. Mixed lines are then possible;
//! silence is not.
//!
//! Source: National Semiconductor PC16550D data sheet, section 8 (registers).

use core::fmt;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::arch::{interrupts, port};

/// Port of COM1's first register.
const COM1: u16 = 0x3f8;
/// Data register; with DLAB set, the divisor's low byte.
const DATA: u16 = COM1;
/// Interrupt enable register; with DLAB set, the divisor's high byte.
const INTERRUPT_ENABLE: u16 = COM1 + 1;
/// FIFO control register.
const FIFO_CONTROL: u16 = COM1 + 2;
/// Line control register.
const LINE_CONTROL: u16 = COM1 + 3;
/// Modem control register.
const MODEM_CONTROL: u16 = COM1 + 4;
/// Line status register.
const LINE_STATUS: u16 = COM1 + 5;

/// Line status: a received byte waits.
const DATA_READY: u8 = 1;
/// Line status: the transmitter's FIFO is empty.
const FIFO_EMPTY: u8 = 0x20;
/// Line status: everything has been sent.
const ALL_SENT: u8 = 0x40;
/// How many bytes an empty transmit FIFO takes.
const FIFO_DEPTH: usize = 16;

/// Global system interrupt of COM1.
pub const INTERRUPT: u32 = 4;

/// How often a writer tries the lock before it writes without.
const PATIENCE: u32 = 10_000_000;
/// How often the transmitter is asked whether it is ready before a byte is sent regardless: minutes, for
/// under a hypervisor the reader may be slow.
const TRANSMIT_PATIENCE: u32 = 100_000_000;
/// The same of a port that has just been reset: a port that does not exist cannot stop the kernel.
const RESET_PATIENCE: u32 = 100_000;

static LOCKED: AtomicBool = AtomicBool::new(false);
/// The port is there.
static PRESENT: AtomicBool = AtomicBool::new(false);
/// Whether the last byte ended a line: a control record begins one.
static LINE_START: AtomicBool = AtomicBool::new(true);

/// The port, for as long as this value lives; interrupts are off.
pub struct Serial {
    owned: bool,
    interrupts: interrupts::Saved,
}

/// Takes the port.
pub fn lock() -> Serial {
    let interrupts = interrupts::disable();
    let mut owned = false;
    for _ in 0..PATIENCE {
        if LOCKED
            .compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
        {
            owned = true;
            break;
        }
        spin_loop();
    }
    Serial { owned, interrupts }
}

impl Drop for Serial {
    fn drop(&mut self) {
        if self.owned {
            LOCKED.store(false, Ordering::Release);
        }
        interrupts::restore(self.interrupts);
    }
}

impl Serial {
    /// Sends bytes; returns when the port has taken the last of them.
    pub fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(FIFO_DEPTH) {
            self.wait(FIFO_EMPTY);
            for byte in chunk {
                // SAFETY: the transmit register sends a byte; nothing else happens.
                unsafe { port::outb(DATA, *byte) };
            }
        }
        if let Some(last) = bytes.last() {
            LINE_START.store(*last == b'\n', Ordering::Relaxed);
        }
    }

    /// Waits until everything has left the port.
    pub fn drain(&mut self) {
        self.wait(ALL_SENT);
    }

    fn wait(&self, status: u8) {
        if PRESENT.load(Ordering::Relaxed) {
            ready(status, TRANSMIT_PATIENCE);
        }
    }

    /// Ends a line that has begun.
    pub fn start_line(&mut self) {
        if !LINE_START.load(Ordering::Relaxed) {
            self.write(b"\n");
        }
    }

    /// Takes the received bytes that wait, as many as fit; returns their number.
    pub fn read(&mut self, to: &mut [u8]) -> usize {
        let mut count = 0;
        while count < to.len() {
            // SAFETY: reading the line status clears error bits only; the data register holds a byte.
            // All bits set: there is no port.
            unsafe {
                let status = port::inb(LINE_STATUS);
                if status & DATA_READY == 0 || status == 0xff {
                    break;
                }
                to[count] = port::inb(DATA);
            }
            count += 1;
        }
        count
    }

    /// Turns the interrupt for received bytes on or off.
    pub fn receive_interrupt(&mut self, on: bool) {
        // SAFETY: only this driver owns the port's interrupt.
        unsafe { port::outb(INTERRUPT_ENABLE, u8::from(on)) };
    }

    /// Whether a received byte waits.
    pub fn ready(&mut self) -> bool {
        // SAFETY: reading the line status clears error bits only.
        let status = unsafe { port::inb(LINE_STATUS) };
        status != 0xff && status & DATA_READY != 0
    }
}

impl fmt::Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

/// Waits for a bit of the line status.
fn ready(status: u8, patience: u32) -> bool {
    for _ in 0..patience {
        // SAFETY: reading the line status clears error bits only.
        if unsafe { port::inb(LINE_STATUS) } & status != 0 {
            return true;
        }
        spin_loop();
    }
    false
}

/// Sets the port to 115200 baud, 8 data bits, no parity, FIFOs on, interrupts off.
pub fn init() {
    const SETTINGS: [(u16, u8); 7] = [
        (INTERRUPT_ENABLE, 0),
        (LINE_CONTROL, 0x80),
        (DATA, 1),
        (INTERRUPT_ENABLE, 0),
        (LINE_CONTROL, 3),
        (FIFO_CONTROL, 0xc7),
        // DTR, RTS, and OUT2, which lets the interrupt through.
        (MODEM_CONTROL, 0x0b),
    ];
    for (register, value) in SETTINGS {
        // SAFETY: the kernel owns the port; these registers only configure it.
        unsafe { port::outb(register, value) };
    }
    PRESENT.store(ready(FIFO_EMPTY, RESET_PATIENCE), Ordering::Relaxed);
}
