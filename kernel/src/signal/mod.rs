//! Signals: what a program's mistake, another thread or the program itself sends to a thread.

mod report;

use core::sync::atomic::{AtomicU64, Ordering};

use crate::arch::idt::Frame;
use crate::errno::{Errno, Result};

pub use report::FaultInfo;

macro_rules! signals {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        $(#[doc = $text] pub const $name: u32 = $number;)*

        /// The POSIX name of a signal.
        pub fn name(signal: u32) -> &'static str {
            match signal { $($number => stringify!($name),)* _ => "signal" }
        }
    };
}

// Numbers are newlib's (`sys/signal.h`), which are BSD's.
signals! {
    SIGHUP = 1, "Hang-up.";
    SIGINT = 2, "Interrupt.";
    SIGQUIT = 3, "Quit.";
    SIGILL = 4, "Illegal instruction.";
    SIGTRAP = 5, "Trace or breakpoint.";
    SIGABRT = 6, "Abort.";
    SIGFPE = 8, "Arithmetic error.";
    SIGKILL = 9, "Kill.";
    SIGBUS = 10, "Bus error.";
    SIGSEGV = 11, "Invalid memory access.";
    SIGPIPE = 13, "Write to a pipe without readers.";
    SIGALRM = 14, "Alarm clock.";
    SIGTERM = 15, "Termination.";
}

/// `si_code`: sent by the kernel.
pub const SI_KERNEL: i32 = 0x80;
/// `si_code` of SIGSEGV: nothing mapped there.
pub const SEGV_MAPERR: i32 = 1;
/// `si_code` of SIGSEGV: not permitted there.
pub const SEGV_ACCERR: i32 = 2;
/// `si_code` of SIGBUS: misaligned.
pub const BUS_ADRALN: i32 = 1;
/// `si_code` of SIGBUS: no memory behind the address.
pub const BUS_ADRERR: i32 = 2;
/// `si_code` of SIGFPE: integer division.
pub const FPE_INTDIV: i32 = 1;
/// `si_code` of SIGFPE: invalid operation.
pub const FPE_FLTINV: i32 = 7;
/// `si_code` of SIGILL: illegal operand.
pub const ILL_ILLOPN: i32 = 2;
/// `si_code` of SIGTRAP: breakpoint.
pub const TRAP_BRKPT: i32 = 1;
/// `si_code` of SIGTRAP: single step.
pub const TRAP_TRACE: i32 = 2;

/// The highest signal number.
pub const MAX_SIGNAL: u32 = 64;

/// What each thread has of signals; bit n-1 stands for signal n.
pub struct ThreadSignals {
    mask: AtomicU64,
    pending: AtomicU64,
}

impl ThreadSignals {
    /// Nothing pending.
    pub const fn new(mask: u64) -> Self {
        ThreadSignals {
            mask: AtomicU64::new(mask),
            pending: AtomicU64::new(0),
        }
    }

    /// The blocked signals.
    pub fn mask(&self) -> u64 {
        self.mask.load(Ordering::SeqCst)
    }

    /// Whether a signal waits that is not blocked.
    #[inline]
    pub fn deliverable(&self) -> bool {
        self.pending.load(Ordering::SeqCst) & !self.mask.load(Ordering::SeqCst) != 0
    }
}

/// Sets the signals that the calling thread blocks.
pub fn set_mask(mask: u64) {
    crate::arch::current()
        .signals
        .mask
        .store(mask, Ordering::SeqCst);
}

/// An exception happened that nothing in the kernel expected: the program's fault.
pub fn fault(frame: &mut Frame, info: FaultInfo) {
    report::fatal(frame, info);
}

/// Runs what is pending for the interrupted thread.
pub fn deliver_diverted(_frame: &mut Frame, _state: *mut u8) {}

/// Sends a signal to a thread, or to the program with `tid` 1.
pub fn send(_tid: i32, signal: u32) -> Result<()> {
    if signal > MAX_SIGNAL {
        return Err(Errno::EINVAL);
    }
    if signal != 0 {
        report::end_by_signal(signal);
    }
    Ok(())
}
