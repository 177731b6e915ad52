//! Interrupt and exception entry.
//!
//! Every vector saves the general registers and, because handlers are ordinary Rust that may use SSE,
//! the FXSAVE state, on its interrupt stack; the upper halves of AVX registers survive since the kernel
//! is compiled for baseline x86-64. A handler that wants the thread to do something else (be
//! preempted, run a signal handler) does not do it on the interrupt stack, which the next event
//! overwrites: [`trap`] makes the interrupted thread call code on a stack of its own.

use core::arch::{asm, global_asm};
use core::cell::UnsafeCell;

use super::gdt::{InterruptStack, KERNEL_CODE};
use super::trap;

/// First vector for devices.
pub const DEVICE_VECTORS: u8 = 32;
/// How many vectors devices have.
pub const DEVICE_VECTOR_COUNT: usize = 32;
/// The local timer.
pub const TIMER_VECTOR: u8 = 64;
/// Wakes a core, or makes it look at its run queue.
pub const WAKE_VECTOR: u8 = 65;
/// Makes a core forget translations.
pub const TLB_VECTOR: u8 = 66;
/// What the APIC delivers when an interrupt vanished.
pub const SPURIOUS_VECTOR: u8 = 79;
const VECTORS: usize = 80;

/// The registers of interrupted code, as the entry code lays them out.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "registers by their names")]
pub struct Frame {
    pub r15: u64,
    pub r14: u64,
    pub r13: u64,
    pub r12: u64,
    pub r11: u64,
    pub r10: u64,
    pub r9: u64,
    pub r8: u64,
    pub rdi: u64,
    pub rsi: u64,
    pub rbp: u64,
    pub rbx: u64,
    pub rdx: u64,
    pub rcx: u64,
    pub rax: u64,
    pub vector: u64,
    pub error: u64,
    pub rip: u64,
    pub cs: u64,
    pub rflags: u64,
    pub rsp: u64,
    pub ss: u64,
}

global_asm!(
    r#"
    .text
    .align 16
interrupt_vectors:
    .set vector, 0
    .rept {vectors}
    .align 16
    .if vector != 8 && (vector < 10 || vector > 14) && vector != 17 && vector != 21 && vector != 29 && vector != 30
    push 0
    .endif
    push vector
    jmp interrupt_entry
    .set vector, vector + 1
    .endr

interrupt_entry:
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    cld
    mov rdi, rsp
    sub rsp, 512
    fxsave64 [rsp]
    call {dispatch}
    fxrstor64 [rsp]
    add rsp, 512
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16
    iretq
"#,
    vectors = const VECTORS,
    dispatch = sym trap::dispatch,
);

unsafe extern "C" {
    static interrupt_vectors: [[u8; 16]; VECTORS];
}

/// One entry of the table (Intel SDM vol. 3A, figure 6-8).
#[repr(C)]
#[derive(Clone, Copy)]
struct Gate {
    offset_low: u16,
    selector: u16,
    stack: u8,
    kind: u8,
    offset_middle: u16,
    offset_high: u32,
    _reserved: u32,
}

#[repr(C, align(16))]
struct Table(UnsafeCell<[Gate; VECTORS]>);

// SAFETY: written once by the boot core before other cores start.
unsafe impl Sync for Table {}

static TABLE: Table = Table(UnsafeCell::new(
    [Gate {
        offset_low: 0,
        selector: 0,
        stack: 0,
        kind: 0,
        offset_middle: 0,
        offset_high: 0,
        _reserved: 0,
    }; VECTORS],
));

/// Fills the table that all cores share. Called once by the boot core.
pub fn init() {
    // SAFETY: no other core runs yet, and interrupts are off.
    let table = unsafe { &mut *TABLE.0.get() };
    for (vector, gate) in table.iter_mut().enumerate() {
        let offset = &raw const interrupt_vectors as u64 + 16 * vector as u64;
        let stack = match vector {
            2 => InterruptStack::Nmi,
            8 => InterruptStack::DoubleFault,
            18 => InterruptStack::MachineCheck,
            0..=31 => InterruptStack::Exception,
            _ => InterruptStack::Interrupt,
        };
        *gate = Gate {
            offset_low: offset as u16,
            selector: KERNEL_CODE,
            stack: stack as u8,
            kind: 0x8e, // present, interrupt gate
            offset_middle: (offset >> 16) as u16,
            offset_high: (offset >> 32) as u32,
            _reserved: 0,
        };
    }
}

/// Loads the table into this core.
pub fn load() {
    #[repr(C, packed)]
    struct TablePointer {
        limit: u16,
        base: u64,
    }
    let pointer = TablePointer {
        limit: (VECTORS * size_of::<Gate>() - 1) as u16,
        base: TABLE.0.get() as u64,
    };
    // SAFETY: the table was filled by `init` and lives for ever.
    unsafe { asm!("lidt [{}]", in(reg) &pointer, options(readonly, nostack)) };
}
