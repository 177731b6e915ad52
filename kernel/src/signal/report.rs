//! The end of a program by a signal: what, where, and the registers and stack from which the host makes
//! a backtrace.
//!
//! A fault is reported by the thread itself, but on the emergency stack: its own may be what is broken,
//! and the interrupt stack must be free for the faults that the report itself may meet.

use core::cell::UnsafeCell;

use core::fmt::{self, Write};
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use crate::abi::HermitContext;
use crate::arch::idt::Frame;
use crate::arch::{self, current, interrupts, trap, uaccess, ucontext};
use crate::console::control;
use crate::sched::{self, Thread};

/// A fault, as a handler or a report tells it.
#[derive(Clone, Copy, Debug)]
pub struct FaultInfo {
    /// Signal number.
    pub signal: u32,
    /// `si_code`.
    pub code: i32,
    /// The address that could not be accessed, or that of the instruction.
    pub address: u64,
    /// For people.
    pub reason: &'static str,
}

/// Bytes of the stack that are reported at most.
const STACK_DUMP: usize = 16 << 10;
const PAGE: usize = 4096;
/// Unmapped pages above the stack pointer that a stack overflow may have left behind.
const MAX_GUARD_PAGES: usize = 32;
const EMERGENCY_STACK: usize = 24 << 10;

struct Emergency {
    stack: UnsafeCell<[u128; EMERGENCY_STACK / 16]>,
    report: UnsafeCell<Option<(Frame, FaultInfo)>>,
}

// SAFETY: `TAKEN` hands both to one thread, once.
unsafe impl Sync for Emergency {}

static EMERGENCY: Emergency = Emergency {
    stack: UnsafeCell::new([0; EMERGENCY_STACK / 16]),
    report: UnsafeCell::new(None),
};
static TAKEN: AtomicBool = AtomicBool::new(false);
/// The thread whose fault is reported.
static REPORTER: AtomicPtr<Thread> = AtomicPtr::new(ptr::null_mut());

/// Ends the program because of a fault.
pub fn fatal(frame: &mut Frame, info: FaultInfo) {
    let thread = current();
    if TAKEN.swap(true, Ordering::SeqCst) {
        // Another thread is ending the program, and may need this core for that. Not if the report
        // itself faulted, or the thread cannot wait where it is.
        let reports = core::ptr::eq(REPORTER.load(Ordering::SeqCst), thread);
        if reports || !can_sleep(frame) || !trap::abandon_here(frame, wait) {
            let room = if reports { EMERGENCY_STACK } else { 1024 };
            trap::abandon(frame, stop, EMERGENCY.stack.get() as usize + room);
            frame.rflags &= !trap::INTERRUPT_FLAG;
        }
        return;
    }
    REPORTER.store(ptr::from_ref(thread).cast_mut(), Ordering::SeqCst);
    block_signals(thread);
    // SAFETY: first and only use.
    unsafe { *EMERGENCY.report.get() = Some((*frame, info)) };
    trap::abandon(
        frame,
        report,
        EMERGENCY.stack.get() as usize + EMERGENCY_STACK,
    );
}

/// Whether the thread of an exception may give up its core: not where the kernel itself went wrong with
/// interrupts off, or there is no thread.
fn can_sleep(frame: &Frame) -> bool {
    frame.rflags & trap::INTERRUPT_FLAG != 0 && !current().is_idle()
}

/// Sees to it that no further signal ends the thread's waits, or diverts it.
fn block_signals(thread: &Thread) {
    thread.signals.mask.store(u64::MAX, Ordering::SeqCst);
}

/// Waits for the program's end, which another thread brings about.
extern "C" fn wait() -> ! {
    let thread = current();
    block_signals(thread);
    loop {
        let saved = interrupts::disable();
        sched::begin_wait(thread);
        sched::wait(thread, u64::MAX, false);
        interrupts::restore(saved);
    }
}

extern "C" fn stop() -> ! {
    if core::ptr::eq(REPORTER.load(Ordering::SeqCst), current()) {
        // SAFETY: stored before the report that faulted began.
        let signal = unsafe { *EMERGENCY.report.get() }.map_or(0, |(_, info)| info.signal);
        crate::start::leave((128 + signal) as u8);
    }
    interrupts::halt()
}

extern "C" fn report() -> ! {
    // SAFETY: stored by `fatal` on the way here.
    let Some((frame, info)) = (unsafe { *EMERGENCY.report.get() }) else {
        stop()
    };
    if can_sleep(&frame) {
        crate::start::finish();
    } else {
        crate::console::finish_awake();
    }
    describe(&frame, &info);
    crate::start::leave((128 + info.signal) as u8)
}

/// Writes the records of a fault.
fn describe(frame: &Frame, info: &FaultInfo) {
    control(format_args!(
        "fault {} {:#x} {:#x} {} {} {}",
        info.signal,
        info.address,
        frame.rip,
        current().tid,
        arch::core_id(),
        info.reason
    ));
    control(format_args!(
        "regs rax={:#x} rbx={:#x} rcx={:#x} rdx={:#x} rsi={:#x} rdi={:#x} rbp={:#x} rsp={:#x} \
         r8={:#x} r9={:#x} r10={:#x} r11={:#x} r12={:#x} r13={:#x} r14={:#x} r15={:#x} \
         rip={:#x} rflags={:#x}",
        frame.rax,
        frame.rbx,
        frame.rcx,
        frame.rdx,
        frame.rsi,
        frame.rdi,
        frame.rbp,
        frame.rsp,
        frame.r8,
        frame.r9,
        frame.r10,
        frame.r11,
        frame.r12,
        frame.r13,
        frame.r14,
        frame.r15,
        frame.rip,
        frame.rflags,
    ));
    dump_stack(frame.rsp);
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            for digit in [byte >> 4, byte & 15] {
                f.write_char(char::from_digit(u32::from(digit), 16).unwrap_or('?'))?;
            }
        }
        Ok(())
    }
}

fn dump_stack(rsp: u64) {
    let mut line = [0; 64];
    let mut word = [0; 8];
    let mut start = rsp as usize & !7;
    // After an overflow the stack pointer is in the guard below the stack; the frames are above it.
    for _ in 0..MAX_GUARD_PAGES {
        if uaccess::copy_in(&mut word, start as *const u8).is_ok() {
            break;
        }
        start = (start | (PAGE - 1)).wrapping_add(1);
    }
    for offset in (0..STACK_DUMP).step_by(line.len()) {
        let address = start.wrapping_add(offset);
        if uaccess::copy_in(&mut line, address as *const u8).is_ok() {
            control(format_args!("stack {address:#x} {}", Hex(&line)));
            continue;
        }
        // The top of the stack is inside this line, and the outermost frames are there.
        for address in (address..address.wrapping_add(line.len())).step_by(word.len()) {
            if uaccess::copy_in(&mut word, address as *const u8).is_err() {
                return;
            }
            control(format_args!("stack {address:#x} {}", Hex(&word)));
        }
    }
}

/// Ends the program by a signal that has no handler; `context` is where the thread was.
pub fn end_by_signal_at(signal: u32, context: &HermitContext) -> ! {
    block_signals(current());
    if TAKEN.swap(true, Ordering::SeqCst) {
        wait();
    }
    crate::start::finish();
    let mut frame = Frame::default();
    ucontext::to_frame(context, &mut frame);
    let info = FaultInfo {
        signal,
        code: 0,
        address: 0,
        reason: super::name(signal),
    };
    describe(&frame, &info);
    crate::start::leave((128 + signal) as u8)
}
