//! x86-64.

pub mod apic;
mod boot;
pub mod context;
pub mod cpu;
mod gdt;
pub mod idt;
pub mod interrupts;
pub mod irq;
pub mod paging;
pub mod percore;
pub mod port;
pub mod power;
pub mod random;
pub mod smp;
pub mod timer;
pub mod tlb;
pub mod trap;
pub mod uaccess;
pub mod ucontext;

pub use percore::{Core, core, core_count, core_id, cores, current, online_mask, this_core};

/// Tells the processor that this is a spin loop.
#[inline(always)]
pub fn cpu_relax() {
    core::hint::spin_loop();
}
