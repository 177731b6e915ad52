//! Segments, the task state segment and the interrupt stacks of a core.
//!
//! Every vector runs on an interrupt stack, so that the red zone of the interrupted code survives. The
//! stacks are separate where one event can come while another is handled: an interrupt handler may take
//! a page fault (a lazily backed stack), and NMI, double fault and machine check come at any time.
//! Source: Intel SDM vol. 3A, 8.7 (TSS in 64-bit mode) and 6.14.5 (interrupt stack table).

use alloc::boxed::Box;
use core::arch::asm;

/// Selector of 64-bit code.
pub const KERNEL_CODE: u16 = 8;
const KERNEL_DATA: u16 = 16;
const TSS: u16 = 24;

/// Which interrupt stack a vector uses: an index into the TSS, from 1.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum InterruptStack {
    /// Devices, timer, other cores.
    Interrupt = 1,
    /// Page faults and the other exceptions.
    Exception = 2,
    /// Double fault.
    DoubleFault = 3,
    /// Non-maskable interrupt.
    Nmi = 4,
    /// Machine check.
    MachineCheck = 5,
}

const STACK_SIZES: [usize; 5] = [8192, 16384, 4096, 4096, 4096];

#[repr(C, packed(4))]
struct TaskState {
    _reserved0: u32,
    stacks: [u64; 3],
    _reserved1: u64,
    interrupt_stacks: [u64; 7],
    _reserved2: u64,
    _reserved3: u16,
    io_map_base: u16,
}

/// The descriptor tables of one core.
#[repr(C, align(16))]
pub struct Descriptors {
    gdt: [u64; 5],
    tss: TaskState,
}

#[repr(C, packed)]
struct TablePointer {
    limit: u16,
    base: u64,
}

#[repr(align(16))]
#[derive(Clone, Copy)]
struct Block(#[allow(dead_code, reason = "memory only")] [u8; 16]);

impl Descriptors {
    /// Tables with freshly made interrupt stacks.
    pub fn new() -> Self {
        let mut interrupt_stacks = [0; 7];
        for (top, size) in interrupt_stacks.iter_mut().zip(STACK_SIZES) {
            let stack = Box::leak(Box::<[Block]>::new_uninit_slice(size / size_of::<Block>()));
            *top = stack.as_ptr_range().end as u64;
        }
        Descriptors {
            gdt: [0, 0x00af_9b00_0000_ffff, 0x00cf_9300_0000_ffff, 0, 0],
            tss: TaskState {
                _reserved0: 0,
                stacks: [0; 3],
                _reserved1: 0,
                interrupt_stacks,
                _reserved2: 0,
                _reserved3: 0,
                io_map_base: size_of::<TaskState>() as u16,
            },
        }
    }

    /// Loads the tables into this core.
    ///
    /// # Safety
    /// Called once, with interrupts off, at the tables' final address.
    pub unsafe fn load(&mut self) {
        let base = &raw const self.tss as u64;
        let limit = size_of::<TaskState>() as u64 - 1;
        // An available 64-bit TSS: base and limit scattered over 16 bytes.
        self.gdt[3] = limit | (base & 0xff_ffff) << 16 | 0x89 << 40 | (base >> 24 & 0xff) << 56;
        self.gdt[4] = base >> 32;
        let pointer = TablePointer {
            limit: 39,
            base: self.gdt.as_ptr() as u64,
        };
        // SAFETY: the table holds the flat segments that are in use now, at the same selectors. %fs and
        // %gs are not reloaded: their bases are set by MSR.
        unsafe {
            asm!(
                "lgdt [{pointer}]",
                "push {code}",
                "lea {scratch}, [rip + 2f]",
                "push {scratch}",
                "retfq",
                "2:",
                "mov ss, {data:e}",
                "mov ds, {data:e}",
                "mov es, {data:e}",
                "ltr {tss:x}",
                pointer = in(reg) &pointer,
                code = const KERNEL_CODE,
                data = in(reg) u32::from(KERNEL_DATA),
                tss = in(reg) TSS,
                scratch = out(reg) _,
            );
        }
    }
}
