//! Storing and setting user contexts.
//!
//! Offsets into [`HermitContext`] are written as numbers in the assembly and checked at compile time.

use core::arch::naked_asm;
use core::mem::offset_of;

use super::current;
use super::idt::Frame;
use crate::abi::{HermitContext, HermitSigInfo};

const _: () = {
    assert!(offset_of!(HermitContext, registers) == 40);
    assert!(offset_of!(HermitContext, float_state_address) == 224);
    assert!(offset_of!(HermitContext, float_state) == 424);
};

const RDI: usize = 8;
const RSI: usize = 9;
const RBX: usize = 11;
const RDX: usize = 12;
const RCX: usize = 14;
const R8: usize = 0;
const R9: usize = 1;
const RSP: usize = 15;
const RIP: usize = 16;

unsafe extern "C" {
    /// Ends the calling thread as the language's run-time wants it: libc-shim's.
    fn __hermit_context_end() -> !;
}

extern "C" fn store_mask(context: &mut HermitContext) {
    context.signal_mask[0] = current().signals.mask();
}

extern "C" fn load_mask(context: &HermitContext) {
    crate::signal::set_mask(context.signal_mask[0]);
}

/// Stores everything that a function call keeps into the context at rdi; rax must come out as 0.
macro_rules! store {
    () => {
        "
        mov [rdi + 72], r12
        mov [rdi + 80], r13
        mov [rdi + 88], r14
        mov [rdi + 96], r15
        mov [rdi + 120], rbp
        mov [rdi + 128], rbx
        mov qword ptr [rdi + 144], 0
        mov rcx, [rsp]
        mov [rdi + 168], rcx
        lea rcx, [rsp + 8]
        mov [rdi + 160], rcx
        lea rcx, [rdi + 424]
        mov [rdi + 224], rcx
        fnstcw [rdi + 424]
        stmxcsr [rdi + 448]
        "
    };
}

/// `getcontext`.
#[unsafe(naked)]
pub extern "C" fn get() {
    naked_asm!(
        "test rdi, rdi",
        "jz 9f",
        store!(),
        "sub rsp, 8",
        "call {store_mask}",
        "add rsp, 8",
        "xor eax, eax",
        "ret",
        "9: mov eax, -14",
        "ret",
        store_mask = sym store_mask,
    )
}

/// `setcontext`.
#[unsafe(naked)]
pub extern "C" fn set() {
    naked_asm!(
        "test rdi, rdi",
        "jz 9f",
        "push rdi",
        "call {load_mask}",
        "pop rdi",
        "mov rcx, [rdi + 224]",
        "fldcw [rcx]",
        "ldmxcsr [rcx + 24]",
        "mov r8, [rdi + 40]",
        "mov r9, [rdi + 48]",
        "mov r12, [rdi + 72]",
        "mov r13, [rdi + 80]",
        "mov r14, [rdi + 88]",
        "mov r15, [rdi + 96]",
        "mov rsi, [rdi + 112]",
        "mov rbp, [rdi + 120]",
        "mov rbx, [rdi + 128]",
        "mov rdx, [rdi + 136]",
        "mov rax, [rdi + 144]",
        "mov rcx, [rdi + 152]",
        "mov rsp, [rdi + 160]",
        "mov r11, [rdi + 168]",
        "mov rdi, [rdi + 104]",
        "jmp r11",
        "9: mov eax, -14",
        "ret",
        load_mask = sym load_mask,
    )
}

/// `swapcontext`.
#[unsafe(naked)]
pub extern "C" fn swap() {
    naked_asm!(
        "test rdi, rdi",
        "jz 9f",
        "test rsi, rsi",
        "jz 9f",
        store!(),
        "push rsi",
        "call {store_mask}",
        "pop rdi",
        "jmp {set}",
        "9: mov eax, -14",
        "ret",
        store_mask = sym store_mask,
        set = sym set,
    )
}

/// Stores the calling flow of control, the mask apart.
///
/// # Safety
/// `context` points to a context.
#[unsafe(naked)]
pub unsafe extern "C" fn capture(_context: *mut HermitContext) {
    naked_asm!(store!(), "ret")
}

/// Continues where a context says, with the mask and the floating-point control words in it.
pub fn go_on_at(context: &HermitContext) -> ! {
    let set: extern "C" fn() = set;
    // SAFETY: `set` takes the context in rdi and does not return from one that is not null.
    unsafe {
        core::arch::asm!("call {}", "ud2", in(reg) set, in("rdi") context, options(noreturn));
    }
}

/// x87 control word and MXCSR as a program starts with them (System V psABI, 3.4.1).
const FLOAT_CONTROL: (u16, u32) = (0x37f, 0x1f80);

/// Gives a handler that is called from here the default floating-point control words.
pub fn default_float_control() {
    let (control, mxcsr) = FLOAT_CONTROL;
    // SAFETY: both are valid; the caller restores what it had.
    unsafe {
        core::arch::asm!("fldcw [{}]", "ldmxcsr [{}]", in(reg) &control, in(reg) &mxcsr,
            options(nostack, readonly));
    }
}

/// Takes the floating-point control words over that [`capture`] has stored.
pub fn load_float_control(context: &HermitContext) {
    // SAFETY: they were in force before; offsets as in `store`.
    unsafe {
        core::arch::asm!("fldcw [{0}]", "ldmxcsr [{0} + 24]", in(reg) &context.float_state,
            options(nostack, readonly));
    }
}

/// The stack pointer, nearly.
#[inline(always)]
pub fn stack_pointer() -> u64 {
    let rsp: u64;
    // SAFETY: reads a register.
    unsafe { core::arch::asm!("mov {}, rsp", out(reg) rsp, options(nomem, nostack)) };
    rsp
}

/// Calls a signal handler on another stack.
#[unsafe(naked)]
extern "C" fn call_on_stack(
    _signal: i32,
    _info: *mut HermitSigInfo,
    _context: *mut HermitContext,
    _top: u64,
    _handler: extern "C" fn(i32, *mut HermitSigInfo, *mut HermitContext),
) {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "mov rsp, rcx",
        "and rsp, -16",
        "call r8",
        "mov rsp, rbp",
        "pop rbp",
        "ret",
    )
}

/// Calls a signal handler on the stack that ends at `top`.
pub fn call_on(
    top: u64,
    handler: extern "C" fn(i32, *mut HermitSigInfo, *mut HermitContext),
    signal: i32,
    info: &mut HermitSigInfo,
    context: &mut HermitContext,
) {
    call_on_stack(signal, info, context, top, handler);
}

/// Interrupted registers as a signal handler sees them. `state` is the saved extended state, whose
/// first 512 bytes are the FXSAVE area that handlers may change.
pub fn from_frame(frame: &Frame, state: *mut u8) -> HermitContext {
    HermitContext {
        flags: 0,
        link: core::ptr::null_mut(),
        stack: core::ptr::null_mut(),
        stack_flags: 0,
        stack_size: 0,
        registers: [
            frame.r8,
            frame.r9,
            frame.r10,
            frame.r11,
            frame.r12,
            frame.r13,
            frame.r14,
            frame.r15,
            frame.rdi,
            frame.rsi,
            frame.rbp,
            frame.rbx,
            frame.rdx,
            frame.rax,
            frame.rcx,
            frame.rsp,
            frame.rip,
            frame.rflags,
            frame.cs,
            frame.error,
            frame.vector,
            0,
            0,
        ],
        float_state_address: state.cast(),
        reserved: [0; 8],
        signal_mask: [0; 16],
        float_state: [0; 64],
    }
}

/// Takes over what a handler may change: general registers and arithmetic flags.
pub fn to_frame(context: &HermitContext, frame: &mut Frame) {
    const CHANGEABLE: u64 = 0x4_0dd5; // arithmetic, direction and alignment-check flags
    let [
        r8,
        r9,
        r10,
        r11,
        r12,
        r13,
        r14,
        r15,
        rdi,
        rsi,
        rbp,
        rbx,
        rdx,
        rax,
        rcx,
        rsp,
        rip,
        flags,
        ..,
    ] = context.registers;
    *frame = Frame {
        r15,
        r14,
        r13,
        r12,
        r11,
        r10,
        r9,
        r8,
        rdi,
        rsi,
        rbp,
        rbx,
        rdx,
        rcx,
        rax,
        rip,
        rsp,
        rflags: frame.rflags & !CHANGEABLE | flags & CHANGEABLE,
        ..*frame
    };
}

/// Where a context's function returns to: rbx holds the context that follows.
#[unsafe(naked)]
extern "C" fn returned() {
    naked_asm!(
        "mov rdi, rbx",
        "and rsp, -16",
        "test rbx, rbx",
        "jz 1f",
        "call {set}",
        "1: call {end}",
        "ud2",
        set = sym set,
        end = sym __hermit_context_end,
    )
}

/// Lays out a context's stack for a call of `function`.
///
/// # Safety
/// The context's stack is writable and has room for the arguments.
pub unsafe fn make(context: &mut HermitContext, function: extern "C" fn(), arguments: &[u64]) {
    const IN_REGISTERS: [usize; 6] = [RDI, RSI, RDX, RCX, R8, R9];
    for (register, argument) in IN_REGISTERS.iter().zip(arguments) {
        context.registers[*register] = *argument;
    }
    let on_stack = arguments.get(IN_REGISTERS.len()..).unwrap_or(&[]);
    let top = (context.stack as usize + context.stack_size) & !15;
    // The psABI: arguments from a 16-byte boundary up, the return address below.
    let sp = (top - 8 * on_stack.len()) & !15;
    // SAFETY: the caller's promise.
    unsafe {
        (sp as *mut u64).copy_from_nonoverlapping(on_stack.as_ptr(), on_stack.len());
        ((sp - 8) as *mut u64).write(returned as *const () as usize as u64);
    }
    context.registers[RSP] = sp as u64 - 8;
    context.registers[RIP] = function as usize as u64;
    context.registers[RBX] = context.link as u64;
}
