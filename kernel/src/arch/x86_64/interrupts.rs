//! The interrupt flag of this core.

use core::arch::asm;

/// Whether interrupts were on when [`disable`] was called.
#[derive(Clone, Copy)]
pub struct Saved(bool);

/// Turns interrupts off and tells whether they were on.
#[inline(always)]
pub fn disable() -> Saved {
    let flags: u64;
    // SAFETY: reads the flags and clears IF; memory accesses are not moved across it.
    unsafe { asm!("pushfq", "pop {}", "cli", out(reg) flags) };
    Saved(flags & 0x200 != 0)
}

/// Turns interrupts on again if they were on before the matching [`disable`].
#[inline(always)]
pub fn restore(saved: Saved) {
    if saved.0 {
        enable();
    }
}

/// Turns interrupts on.
#[inline(always)]
pub fn enable() {
    // SAFETY: the caller holds no spin lock, or restores a state in which none was held.
    unsafe { asm!("sti") };
}

/// Whether interrupts are on.
#[inline]
pub fn enabled() -> bool {
    let flags: u64;
    // SAFETY: reads the flags only.
    unsafe { asm!("pushfq", "pop {}", out(reg) flags) };
    flags & 0x200 != 0
}

/// Runs `f` with interrupts off.
#[inline(always)]
pub fn without<R>(f: impl FnOnce() -> R) -> R {
    let saved = disable();
    let result = f();
    restore(saved);
    result
}

/// Sleeps until the next interrupt. Interrupts are off at the call and at the return; the two
/// instructions are one for the processor, so that an interrupt in between is not lost
/// (Intel SDM vol. 2B, STI: the instruction after STI runs before an interrupt is taken).
#[inline]
pub fn wait_for_interrupt() {
    // SAFETY: called by the idle loop, which holds no lock.
    unsafe { asm!("sti", "hlt", "cli") };
}

/// Stops this core for good.
pub fn halt() -> ! {
    loop {
        // SAFETY: nothing runs on this core any more.
        unsafe { asm!("cli", "hlt", options(nomem, nostack)) };
    }
}
