//! What happens on an interrupt or an exception.
//!
//! [`dispatch`] runs on an interrupt stack with interrupts off and must stay short. What needs the
//! thread itself (giving up the core, running a signal handler) is done by *diverting* it: the
//! handler stores the interrupted state on the thread's own stack, below the red zone, and returns not
//! to the interrupted code but to [`diverted`], which keeps the extended registers, calls
//! [`crate::sched::diverted`] and at the end returns to where the thread was.

use core::arch::naked_asm;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::idt::{self, Frame};
use super::percore::this_core;
use super::{apic, cpu, irq, uaccess};
use crate::mm::Fault;
use crate::{mm, sched, signal};

/// The System V psABI lets leaf functions use 128 bytes below the stack pointer.
const RED_ZONE: u64 = 128;
/// On in code that interrupts reach.
pub const INTERRUPT_FLAG: u64 = 0x200;
/// Trap, direction, alignment check: off in code that the interrupted flags must not reach.
const OTHER_FLAGS: u64 = 0x4_0500;

/// Called by the entry code of every vector.
pub extern "C" fn dispatch(frame: &mut Frame) {
    match frame.vector as u8 {
        14 => page_fault(frame),
        vector @ 0..32 => exception(vector, frame),
        vector => {
            interrupt(vector);
            if sched::wants_diversion() {
                divert(frame, below_red_zone(frame));
            }
        }
    }
}

fn interrupt(vector: u8) {
    let core = this_core();
    core.count_interrupt();
    match vector {
        idt::SPURIOUS_VECTOR => return, // no end-of-interrupt: SDM vol. 3A, 11.9
        idt::TIMER_VECTOR => sched::timer_interrupt(core),
        idt::WAKE_VECTOR => sched::wake_interrupt(core),
        idt::TLB_VECTOR => core.tlb.serve(),
        device => irq::handle(device),
    }
    apic::end_of_interrupt();
}

/// The address whose access faulted.
fn fault_address() -> u64 {
    let address;
    // SAFETY: reads a register.
    unsafe { core::arch::asm!("mov {}, cr2", out(reg) address, options(nomem, nostack)) };
    address
}

fn page_fault(frame: &mut Frame) {
    let address = fault_address();
    let fault = crate::mm::page_fault(address as usize, frame.error);
    if matches!(fault, Fault::Resolved) {
        return;
    }
    if let Some(rip) = uaccess::fixup(frame.rip) {
        frame.rip = rip;
        return;
    }
    let (signal, code, reason) = match fault {
        Fault::OutOfMemory => (signal::SIGBUS, signal::BUS_ADRERR, "out of memory"),
        Fault::BeyondEnd => (
            signal::SIGBUS,
            signal::BUS_ADRERR,
            "access beyond the end of a file at",
        ),
        Fault::Guard => (signal::SIGSEGV, signal::SEGV_ACCERR, "stack overflow"),
        _ if frame.error & 0x10 != 0 => (signal::SIGSEGV, signal::SEGV_ACCERR, "execution of"),
        Fault::Protection if frame.error & 2 != 0 => {
            (signal::SIGSEGV, signal::SEGV_ACCERR, "write to")
        }
        Fault::Protection => (signal::SIGSEGV, signal::SEGV_ACCERR, "read of"),
        _ if frame.error & 2 != 0 => (signal::SIGSEGV, signal::SEGV_MAPERR, "write to"),
        _ => (signal::SIGSEGV, signal::SEGV_MAPERR, "read of"),
    };
    signal::fault(
        frame,
        signal::FaultInfo {
            signal,
            code,
            address,
            reason,
        },
    );
}

/// x87 exceptions that have happened and are not masked.
fn x87_exceptions() -> u32 {
    let (mut status, mut control) = (0u16, 0u16);
    // SAFETY: stores two control registers.
    unsafe {
        core::arch::asm!("fnstsw [{}]", "fnstcw [{}]", in(reg) &mut status, in(reg) &mut control,
            options(nostack));
    }
    u32::from(status & !control)
}

/// SSE exceptions that have happened and are not masked.
fn sse_exceptions() -> u32 {
    let mut mxcsr = 0u32;
    // SAFETY: stores a control register.
    unsafe { core::arch::asm!("stmxcsr [{}]", in(reg) &mut mxcsr, options(nostack)) };
    mxcsr & !(mxcsr >> 7)
}

/// `si_code` of floating-point exceptions, given as both units number them (Intel SDM vol. 1, 8.1.3).
fn float_code(exceptions: u32) -> i32 {
    match exceptions {
        bits if bits & 0x01 != 0 => signal::FPE_FLTINV,
        bits if bits & 0x04 != 0 => signal::FPE_FLTDIV,
        bits if bits & 0x08 != 0 => signal::FPE_FLTOVF,
        bits if bits & 0x12 != 0 => signal::FPE_FLTUND,
        bits if bits & 0x20 != 0 => signal::FPE_FLTRES,
        _ => signal::FPE_FLTINV,
    }
}

fn exception(vector: u8, frame: &mut Frame) {
    if vector == 13
        && let Some(rip) = uaccess::fixup(frame.rip)
    {
        frame.rip = rip;
        return;
    }
    let (signal, code, reason) = match vector {
        0 => (signal::SIGFPE, signal::FPE_INTDIV, "integer division error"),
        1 => (signal::SIGTRAP, signal::TRAP_TRACE, "debug exception"),
        3 => (signal::SIGTRAP, signal::TRAP_BRKPT, "breakpoint"),
        4 => (signal::SIGSEGV, signal::SI_KERNEL, "overflow"),
        5 => (signal::SIGSEGV, signal::SI_KERNEL, "bound range exceeded"),
        6 => (signal::SIGILL, signal::ILL_ILLOPN, "illegal instruction"),
        7 => (signal::SIGFPE, signal::FPE_FLTINV, "no x87 unit"),
        12 => (signal::SIGBUS, signal::BUS_ADRERR, "stack segment fault"),
        13 => (
            signal::SIGSEGV,
            signal::SI_KERNEL,
            "general protection fault",
        ),
        16 => (
            signal::SIGFPE,
            float_code(x87_exceptions()),
            "x87 exception",
        ),
        17 => (signal::SIGBUS, signal::BUS_ADRALN, "misaligned access"),
        19 => (
            signal::SIGFPE,
            float_code(sse_exceptions()),
            "SSE exception",
        ),
        2 => panic!("non-maskable interrupt at {:#x}", frame.rip),
        8 => panic!("double fault at {:#x}, stack {:#x}", frame.rip, frame.rsp),
        18 => panic!("machine check at {:#x}", frame.rip),
        _ => panic!(
            "unexpected exception {vector}, error {:#x} at {:#x}",
            frame.error, frame.rip
        ),
    };
    let address = frame.rip;
    signal::fault(
        frame,
        signal::FaultInfo {
            signal,
            code,
            address,
            reason,
        },
    );
}

/// Where the interrupted code uses its stack no more.
pub fn below_red_zone(frame: &Frame) -> u64 {
    frame.rsp.wrapping_sub(RED_ZONE) & !15
}

/// Makes the thread of an exception call [`sched::diverted`] on the stack that ends at `stack`, before it
/// goes on. Fails where that stack cannot be written, of which it makes sure beforehand: a page fault
/// would come on the stack that the exception is being handled on.
pub fn divert_from_exception(frame: &mut Frame, stack: u64) -> bool {
    let stack = stack & !15;
    backed(stack, size_of::<[u64; 5]>()) && divert(frame, stack)
}

/// Whether `size` bytes below `stack` can be written without a page fault.
fn backed(stack: u64, size: usize) -> bool {
    (stack as usize)
        .checked_sub(size)
        .is_some_and(|bottom| mm::touch(bottom, stack as usize))
}

/// Makes the interrupted thread call [`sched::diverted`] on the stack that ends at `top`, before it
/// goes on. Fails where that stack cannot be written.
fn divert(frame: &mut Frame, top: u64) -> bool {
    let state = [frame.rip, frame.cs, frame.rflags, frame.rsp, frame.ss];
    let sp = top.wrapping_sub(size_of_val(&state) as u64);
    let mut bytes = [0; size_of::<[u64; 5]>()];
    for (to, from) in bytes.chunks_exact_mut(8).zip(state) {
        to.copy_from_slice(&from.to_le_bytes());
    }
    if uaccess::copy_out(sp as *mut u8, &bytes).is_err() {
        return false;
    }
    frame.rip = diverted as *const () as usize as u64;
    frame.rsp = sp;
    frame.rflags &= !(INTERRUPT_FLAG | OTHER_FLAGS);
    true
}

/// Continues the thread of an exception in `function` on its own stack, never to return. Fails where that
/// has no room for it.
pub fn abandon_here(frame: &mut Frame, function: extern "C" fn() -> !) -> bool {
    const ROOM: usize = 4096;
    let stack = below_red_zone(frame);
    let room = backed(stack, ROOM);
    if room {
        abandon(frame, function, stack as usize);
    }
    room
}

/// Continues the interrupted thread in `function` on another stack, never to return.
pub fn abandon(frame: &mut Frame, function: extern "C" fn() -> !, stack_top: usize) {
    frame.rip = function as usize as u64;
    frame.rsp = (stack_top as u64 & !15) - 8; // as after a call
    frame.rflags = frame.rflags & !OTHER_FLAGS | INTERRUPT_FLAG;
}

static MXCSR: u32 = 0x1f80;
static STATE_SIZE: AtomicUsize = AtomicUsize::new(512);
static STATE_COMPONENTS: AtomicU64 = AtomicU64::new(0);

/// Tells [`diverted`] how extended state is kept. Called once by the boot core.
pub fn init() {
    STATE_SIZE.store(cpu::state_size(), Ordering::Relaxed);
    STATE_COMPONENTS.store(cpu::state_components(), Ordering::Relaxed);
}

/// Where a diverted thread continues: interrupts off, the interrupted state at the stack pointer, all
/// other registers as they were. The XSAVE header is cleared first, since XSAVE writes only its first
/// word and XRSTOR wants the rest zero (Intel SDM vol. 1, 13.4.2).
#[unsafe(naked)]
extern "C" fn diverted() {
    naked_asm!(
        "sub rsp, 16", // vector and error of the frame
        "push rax",
        "push rcx",
        "push rdx",
        "push rbx",
        "push rbp",
        "push rsi",
        "push rdi",
        "push r8",
        "push r9",
        "push r10",
        "push r11",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "mov rbp, rsp",
        "sub rsp, [rip + {size}]",
        "and rsp, -64",
        "mov rax, [rip + {components}]",
        "mov rdx, rax",
        "shr rdx, 32",
        "test eax, eax",
        "jz 1f",
        "xor ecx, ecx",
        "mov [rsp + 512], rcx",
        "mov [rsp + 520], rcx",
        "mov [rsp + 528], rcx",
        "mov [rsp + 536], rcx",
        "mov [rsp + 544], rcx",
        "mov [rsp + 552], rcx",
        "mov [rsp + 560], rcx",
        "mov [rsp + 568], rcx",
        "xsave64 [rsp]",
        "jmp 2f",
        "1: fxsave64 [rsp]",
        "2:",
        // What runs now begins with an empty x87 stack and default control words, as after a call.
        "fninit",
        "ldmxcsr [rip + {mxcsr}]",
        "cld",
        "mov rdi, rbp",
        "mov rsi, rsp",
        "call {diverted}",
        "cli",
        "mov rax, [rip + {components}]",
        "mov rdx, rax",
        "shr rdx, 32",
        "test eax, eax",
        "jz 3f",
        "xrstor64 [rsp]",
        "jmp 4f",
        "3: fxrstor64 [rsp]",
        "4:",
        "mov rsp, rbp",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop r11",
        "pop r10",
        "pop r9",
        "pop r8",
        "pop rdi",
        "pop rsi",
        "pop rbp",
        "pop rbx",
        "pop rdx",
        "pop rcx",
        "pop rax",
        "add rsp, 16",
        "iretq",
        mxcsr = sym MXCSR,
        size = sym STATE_SIZE,
        components = sym STATE_COMPONENTS,
        diverted = sym sched::diverted,
    )
}
