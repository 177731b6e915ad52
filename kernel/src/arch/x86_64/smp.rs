//! Starting the application processors.
//!
//! All of them are sent INIT and the start-up interrupt without waiting in between, and come up in
//! parallel: each takes a number at the trampoline and finds its stack and core block by it.
//! Source: Intel SDM vol. 3A, 9.4 (MP initialisation protocol).

use core::arch::global_asm;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use alloc::boxed::Box;

use super::percore::{Core, core_count};
use super::{apic, cpu, gdt, idt, timer};
use crate::abi::HERMIT_MAX_CORES;
use crate::firmware::Platform;
use crate::mm;
use crate::sched;

/// Physical page of the real-mode code; memory management keeps it free.
pub const TRAMPOLINE: u64 = 0x8000;

global_asm!(
    r#"
    .section .boot.data, "a"
    .code16
trampoline_start:
    cli
    xor eax, eax
    mov ds, ax
    .byte 0x66, 0x0f, 0x01, 0x16     # lgdt, 32-bit operand
    .short {trampoline} + trampoline_gdt - trampoline_start
    mov eax, 1
    mov cr0, eax
    .byte 0x66, 0xea                 # far jump to 32-bit code
    .long {trampoline} + trampoline32 - trampoline_start
    .short 24
    .align 8
trampoline_descriptors:
    .quad 0
    .quad 0x00af9a000000ffff
    .quad 0x00cf92000000ffff
    .quad 0x00cf9a000000ffff         # 32-bit code
trampoline_gdt:
    .short 31
    .long {trampoline} + trampoline_descriptors - trampoline_start
    .code32
trampoline32:
    mov ax, 16
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov eax, offset application_entry32
    jmp eax
trampoline_end:

    .section .boot.text, "ax"
    .code32
application_entry32:
    mov ebx, 1
    lock xadd [{next}], ebx          # this core's number
    mov eax, offset boot_pml4
    mov ebp, offset application_entry64
    jmp enter_long_mode

    .code64
application_entry64:
    mov ebx, ebx
    lea rax, [rip + {root}]
    mov rax, [rax]
    mov cr3, rax                     # the kernel's page tables
    lea rax, [rip + {stacks}]
    mov rsp, [rax + rbx * 8]
    mov rdi, rbx
    xor ebp, ebp
    call {enter}
    ud2
    .text
"#,
    trampoline = const TRAMPOLINE,
    next = sym NEXT,
    stacks = sym STACKS,
    root = sym ROOT,
    enter = sym enter,
);

unsafe extern "C" {
    static trampoline_start: u8;
    static trampoline_end: u8;
}

/// The number that the next application processor takes; 0 is the boot core.
static NEXT: AtomicU32 = AtomicU32::new(1);
static STACKS: [AtomicPtr<u8>; HERMIT_MAX_CORES] =
    [const { AtomicPtr::new(core::ptr::null_mut()) }; HERMIT_MAX_CORES];
static ROOT: AtomicPtr<u8> = AtomicPtr::new(core::ptr::null_mut());

const STACK_SIZE: usize = 16 * 1024;

/// A processor that has not come this long after the last one is given up. Under a busy hypervisor
/// it may take long; one that is broken costs this once.
const PATIENCE_NS: u64 = 2_000_000_000;

/// Starts every processor that the platform names, and waits until they are up.
pub fn start(platform: &Platform) {
    let boot_id = apic::id();
    let others = || {
        platform
            .cores()
            .filter(|id| *id != boot_id)
            .take(HERMIT_MAX_CORES - 1)
    };
    let count = others().count();
    if count == 0 {
        return;
    }
    for slot in &STACKS[1..=count] {
        let stack = Box::leak(alloc::vec![0u128; STACK_SIZE / 16].into_boxed_slice());
        slot.store(stack.as_mut_ptr_range().end.cast(), Ordering::Release);
    }
    ROOT.store(mm::page_table_root() as *mut u8, Ordering::Release);
    // SAFETY: the trampoline page is kept free, and the labels enclose its code.
    unsafe {
        let start = &raw const trampoline_start;
        let len = &raw const trampoline_end as usize - start as usize;
        core::ptr::copy_nonoverlapping(start, mm::direct_map(TRAMPOLINE), len);
    }
    others().for_each(apic::send_init);
    others().for_each(|id| apic::send_startup(id, (TRAMPOLINE / 4096) as u8));
    let (mut since, mut seen) = (timer::now_ns(), core_count());
    let mut repeated = false;
    while core_count() <= count as u32 {
        if core_count() != seen {
            (since, seen) = (timer::now_ns(), core_count());
        }
        let waited = timer::now_ns() - since;
        if waited > PATIENCE_NS {
            break;
        }
        // Real processors may want a second start-up interrupt; one that is up ignores it.
        if waited > 2_000_000 && !repeated {
            repeated = true;
            others().for_each(|id| apic::send_startup(id, (TRAMPOLINE / 4096) as u8));
        }
        core::hint::spin_loop();
    }
}

/// Sets up the core that runs this: tables, APIC, core block. Interrupts are off.
///
/// # Safety
/// Called once a core, with the core's own number, on the stack that its idle thread keeps.
pub unsafe fn set_up_core(id: u32) -> &'static Core {
    idt::load();
    apic::enable(idt::SPURIOUS_VECTOR);
    timer::init_core();
    let core = Core::create(id, apic::id());
    // SAFETY: once a core, at the block's final address.
    unsafe {
        gdt::Descriptors::load(&mut *core.descriptors.get());
        core.install();
    }
    core
}

extern "C" fn enter(id: u64) -> ! {
    cpu::enable();
    // SAFETY: each core takes its own number once.
    unsafe { set_up_core(id as u32) };
    sched::idle()
}
