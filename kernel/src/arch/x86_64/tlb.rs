//! Making every core forget translations that were changed.
//!
//! A core is asked by raising its `requested` number and an interrupt; it flushes and sets `done`. The
//! asker serves its own mailbox while it waits, so that two askers do not wait for each other.

use core::arch::asm;
use core::sync::atomic::{AtomicU64, Ordering};

use super::percore::{core_count, cores, this_core};
use super::{apic, idt, interrupts};

/// Requests to one core.
pub struct Mailbox {
    requested: AtomicU64,
    done: AtomicU64,
}

impl Mailbox {
    /// No request.
    pub const fn new() -> Self {
        Mailbox {
            requested: AtomicU64::new(0),
            done: AtomicU64::new(0),
        }
    }

    /// Carries out what is requested of this core. Interrupts are off.
    pub fn serve(&self) {
        let requested = self.requested.load(Ordering::SeqCst);
        if self.done.load(Ordering::Relaxed) != requested {
            flush();
            self.done.store(requested, Ordering::SeqCst);
        }
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes this core forget all translations.
pub fn flush() {
    // SAFETY: reloads the page table root that is in use.
    unsafe { asm!("mov {0}, cr3", "mov cr3, {0}", out(reg) _, options(nostack)) };
}

/// Beyond this size one flush is cheaper than page by page.
const PAGES_ONE_BY_ONE: usize = 32;

/// Makes all cores forget the translations of `len` bytes from `start`, and returns when they have.
/// The caller holds no lock.
pub fn shootdown(start: usize, len: usize) {
    // The thread must not move to another core between that core's flush and the requests.
    let saved = interrupts::disable();
    flush_here(start, len);
    if core_count() > 1 {
        ask_others();
    }
    interrupts::restore(saved);
}

/// Makes this core forget the translations of a range.
fn flush_here(start: usize, len: usize) {
    if len / 4096 > PAGES_ONE_BY_ONE {
        flush();
        return;
    }
    for page in (start..start + len).step_by(4096) {
        // SAFETY: forgetting a translation is always allowed.
        unsafe { asm!("invlpg [{}]", in(reg) page, options(nostack, preserves_flags)) };
    }
}

/// Has all other cores flush. Interrupts are off.
fn ask_others() {
    let me = this_core();
    let mut tickets = [0; crate::abi::HERMIT_MAX_CORES];
    for core in cores().filter(|core| core.id != me.id) {
        tickets[core.id as usize] = core.tlb.requested.fetch_add(1, Ordering::SeqCst) + 1;
        apic::send(core.apic_id, idt::TLB_VECTOR);
    }
    for core in cores().filter(|core| core.id != me.id) {
        while core.tlb.done.load(Ordering::SeqCst) < tickets[core.id as usize] {
            me.tlb.serve();
            core::hint::spin_loop();
        }
    }
}
