//! Signal numbers, codes and default actions, as in the sysroot's `sys/signal.h`.

/// What happens on a signal without a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// The program ends.
    End,
    /// Nothing. Stopping counts here: there is nobody who could continue the program.
    Ignore,
}

macro_rules! signals {
    ($($name:ident = $number:literal, $default:ident, $text:literal;)*) => {
        $(#[doc = $text] pub const $name: u32 = $number;)*

        /// The POSIX name of a signal.
        pub fn name(signal: u32) -> &'static str {
            match signal { $($number => stringify!($name),)* _ => "real-time signal" }
        }

        /// What happens on a signal without a handler.
        pub fn default(signal: u32) -> Default {
            match signal { $($number => Default::$default,)* _ => Default::End }
        }
    };
}

signals! {
    SIGHUP = 1, End, "Hang-up.";
    SIGINT = 2, End, "Interrupt.";
    SIGQUIT = 3, End, "Quit.";
    SIGILL = 4, End, "Illegal instruction.";
    SIGTRAP = 5, End, "Trace or breakpoint.";
    SIGABRT = 6, End, "Abort.";
    SIGEMT = 7, End, "Emulator trap.";
    SIGFPE = 8, End, "Arithmetic error.";
    SIGKILL = 9, End, "Kill.";
    SIGBUS = 10, End, "Bus error.";
    SIGSEGV = 11, End, "Invalid memory access.";
    SIGSYS = 12, End, "Bad system call.";
    SIGPIPE = 13, End, "Write to a pipe without readers.";
    SIGALRM = 14, End, "Alarm clock.";
    SIGTERM = 15, End, "Termination.";
    SIGURG = 16, Ignore, "Urgent data.";
    SIGSTOP = 17, Ignore, "Stop.";
    SIGTSTP = 18, Ignore, "Stop from the terminal.";
    SIGCONT = 19, Ignore, "Continue.";
    SIGCHLD = 20, Ignore, "A child ended.";
    SIGTTIN = 21, Ignore, "Background read.";
    SIGTTOU = 22, Ignore, "Background write.";
    SIGIO = 23, End, "Input or output possible.";
    SIGXCPU = 24, End, "Processor time limit.";
    SIGXFSZ = 25, End, "File size limit.";
    SIGVTALRM = 26, End, "Virtual timer.";
    SIGPROF = 27, End, "Profiling timer.";
    SIGWINCH = 28, Ignore, "Window size.";
    SIGLOST = 29, End, "Resource lost.";
    SIGUSR1 = 30, End, "The user's own, 1.";
    SIGUSR2 = 31, End, "The user's own, 2.";
}

/// The highest signal number.
pub const MAX_SIGNAL: u32 = 64;
/// From here on signals are queued, each with its value; 32 to 34 are the run-time's own.
pub const FIRST_QUEUED: u32 = 32;

/// `si_code`: sent by the kernel.
pub const SI_KERNEL: i32 = 0x80;
/// `si_code` of SIGSEGV: nothing mapped there.
pub const SEGV_MAPERR: i32 = 11;
/// `si_code` of SIGSEGV: not permitted there.
pub const SEGV_ACCERR: i32 = 12;
/// `si_code` of SIGBUS: misaligned.
pub const BUS_ADRALN: i32 = 11;
/// `si_code` of SIGBUS: no memory behind the address.
pub const BUS_ADRERR: i32 = 12;
/// `si_code` of SIGFPE: integer division.
pub const FPE_INTDIV: i32 = 11;
/// `si_code` of SIGFPE: division by zero.
pub const FPE_FLTDIV: i32 = 13;
/// `si_code` of SIGFPE: overflow.
pub const FPE_FLTOVF: i32 = 14;
/// `si_code` of SIGFPE: underflow.
pub const FPE_FLTUND: i32 = 15;
/// `si_code` of SIGFPE: inexact result.
pub const FPE_FLTRES: i32 = 16;
/// `si_code` of SIGFPE: invalid operation.
pub const FPE_FLTINV: i32 = 17;
/// `si_code` of SIGILL: illegal operand.
pub const ILL_ILLOPN: i32 = 12;
/// `si_code` of SIGTRAP: breakpoint.
pub const TRAP_BRKPT: i32 = 11;
/// `si_code` of SIGTRAP: single step.
pub const TRAP_TRACE: i32 = 12;
