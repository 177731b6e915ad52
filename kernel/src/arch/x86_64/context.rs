//! Switching from thread to thread.
//!
//! A voluntary switch is a function call, so only what the ABI makes the callee keep moves: six
//! registers, the control bits of MXCSR and the x87 control word (System V psABI, 3.2.1).

use core::arch::naked_asm;
use core::sync::atomic::{AtomicBool, Ordering};

use x86::msr;

use crate::sched::Thread;

/// Saves the caller's state below its stack pointer, stores that in `*from` and continues the thread
/// whose saved stack pointer is `to`. Returns in the other thread, handing it `previous`.
///
/// # Safety
/// `to` was stored by `switch` or made by [`prepare_stack`], and has not been continued since.
/// Interrupts are off.
#[unsafe(naked)]
pub unsafe extern "C" fn switch(
    _from: *mut usize,
    _to: usize,
    _previous: *const Thread,
) -> *const Thread {
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "stmxcsr [rsp]",
        "fnstcw [rsp + 4]",
        "mov [rdi], rsp",
        "mov rsp, rsi",
        "ldmxcsr [rsp]",
        "fldcw [rsp + 4]",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "mov rax, rdx",
        "ret",
    )
}

/// First instructions of a new thread: `r12` holds its body, `rax` the previous thread.
#[unsafe(naked)]
extern "C" fn first_steps() {
    naked_asm!("mov rdi, rax", "xor ebp, ebp", "call r12", "ud2")
}

/// Lays out a new thread's stack so that [`switch`] to the returned stack pointer calls
/// `body(previous)` on it.
///
/// # Safety
/// `top` is the upper end of writable memory with room for a frame.
pub unsafe fn prepare_stack(top: usize, body: extern "C" fn(*const Thread) -> !) -> usize {
    // MXCSR and x87 control word as the psABI has them at program start.
    const CONTROL: u64 = 0x037f << 32 | 0x1f80;
    let frame = [
        CONTROL,
        0,
        0,
        0,
        body as usize as u64,
        0,
        0,
        first_steps as *const () as usize as u64,
    ];
    // After the `ret` of `switch` the stack pointer is 16-byte aligned, as before a call.
    let sp = (top & !15) - size_of_val(&frame);
    // SAFETY: the caller's promise.
    unsafe { (sp as *mut [u64; 8]).write(frame) };
    sp
}

static HAS_FSGSBASE: AtomicBool = AtomicBool::new(false);

/// Whether `wrfsbase` may be used: told once by the boot core.
pub fn set_fsgsbase(present: bool) {
    HAS_FSGSBASE.store(present, Ordering::Relaxed);
}

/// Sets the thread pointer.
#[inline]
pub fn set_thread_pointer(address: usize) {
    if HAS_FSGSBASE.load(Ordering::Relaxed) {
        // SAFETY: the instruction is there; the value is the program's own.
        unsafe {
            core::arch::asm!("wrfsbase {}", in(reg) address, options(nostack, preserves_flags));
        }
    } else {
        // SAFETY: callers check that the address is canonical.
        unsafe { msr::wrmsr(msr::IA32_FS_BASE, address as u64) };
    }
}
