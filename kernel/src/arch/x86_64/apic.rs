//! The local APIC: xAPIC and x2APIC behind one register interface.
//!
//! Source: Intel SDM vol. 3A, chapter 11 (register offsets in table 11-1, x2APIC MSRs in 11.12.1).

use core::sync::atomic::{AtomicUsize, Ordering};

use x86::msr;

use crate::arch::interrupts;
use crate::errno::Result;

const ID: u32 = 0x20;
const EOI: u32 = 0xb0;
const SPURIOUS: u32 = 0xf0;
const COMMAND: u32 = 0x300;
const COMMAND_HIGH: u32 = 0x310;
const TIMER: u32 = 0x320;
const LINT0: u32 = 0x350;
const LINT1: u32 = 0x360;
const ERROR: u32 = 0x370;
const TIMER_INITIAL: u32 = 0x380;
const TIMER_CURRENT: u32 = 0x390;
const TIMER_DIVIDE: u32 = 0x3e0;
const MASKED: u32 = 1 << 16;

/// The registers' address, or 0 when they are MSRs.
static REGISTERS: AtomicUsize = AtomicUsize::new(0);

/// How the timer entry of the local vector table works.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum TimerMode {
    /// Counts down once.
    OneShot = 0,
    /// Fires when the TSC reaches a value.
    Deadline = 2 << 17,
}

fn x2apic() -> bool {
    REGISTERS.load(Ordering::Relaxed) == 0
}

fn read(register: u32) -> u32 {
    match REGISTERS.load(Ordering::Relaxed) {
        // SAFETY: x2APIC mode is on.
        0 => unsafe { msr::rdmsr(0x800 + (register >> 4)) as u32 },
        // SAFETY: the mapped register page.
        base => unsafe { ((base + register as usize) as *const u32).read_volatile() },
    }
}

fn write(register: u32, value: u32) {
    match REGISTERS.load(Ordering::Relaxed) {
        // SAFETY: x2APIC mode is on.
        0 => unsafe { msr::wrmsr(0x800 + (register >> 4), u64::from(value)) },
        // SAFETY: the mapped register page.
        base => unsafe { ((base + register as usize) as *mut u32).write_volatile(value) },
    }
}

/// Chooses the register interface: x2APIC when the processor has it.
///
/// # Errors
/// `ENOMEM` when the register page cannot be mapped.
pub fn init(physical: u64, has_x2apic: bool) -> Result<()> {
    if !has_x2apic {
        REGISTERS.store(
            crate::mm::map_device(physical, 4096)? as usize,
            Ordering::Relaxed,
        );
    }
    Ok(())
}

/// Turns this core's APIC on, with everything masked.
pub fn enable(spurious_vector: u8) {
    // SAFETY: switches the APIC on, in the mode that `init` chose.
    unsafe {
        let base = msr::rdmsr(msr::IA32_APIC_BASE);
        let mode = if x2apic() { 0xc00 } else { 0x800 };
        if base & 0xc00 != mode {
            msr::wrmsr(msr::IA32_APIC_BASE, base | mode);
        }
    }
    write(TIMER, MASKED);
    write(LINT0, MASKED);
    write(LINT1, 0x400); // NMI
    write(ERROR, MASKED);
    write(SPURIOUS, 0x100 | u32::from(spurious_vector));
}

/// This core's APIC id.
pub fn id() -> u32 {
    if x2apic() { read(ID) } else { read(ID) >> 24 }
}

/// Ends the interrupt being handled.
#[inline]
pub fn end_of_interrupt() {
    write(EOI, 0);
}

/// Chooses the timer's mode and vector; it counts the bus clock undivided.
pub fn set_timer_mode(mode: TimerMode, vector: u8) {
    write(TIMER_DIVIDE, 0b1011);
    write(TIMER, mode as u32 | u32::from(vector));
}

/// Starts the one-shot timer; 0 stops it.
#[inline]
pub fn set_timer_count(count: u32) {
    write(TIMER_INITIAL, count);
}

/// What is left of the timer's count.
pub fn timer_count() -> u32 {
    read(TIMER_CURRENT)
}

fn command(destination: u32, low: u32) {
    if x2apic() {
        // SAFETY: the interrupt command register.
        unsafe { msr::wrmsr(0x830, u64::from(destination) << 32 | u64::from(low)) };
        return;
    }
    // Two writes make one command: an interrupt handler must not send in between.
    interrupts::without(|| {
        while read(COMMAND) & 1 << 12 != 0 {
            core::hint::spin_loop();
        }
        write(COMMAND_HIGH, destination << 24);
        write(COMMAND, low);
    });
}

/// Sends `vector` to a core.
#[inline]
pub fn send(apic_id: u32, vector: u8) {
    // What was stored before must be seen by the handler: x2APIC writes are not serialising.
    core::sync::atomic::fence(Ordering::SeqCst);
    command(apic_id, 1 << 14 | u32::from(vector));
}

/// Sends INIT to a core.
pub fn send_init(apic_id: u32) {
    command(apic_id, 0x4500);
}

/// Sends a start-up interrupt: the core begins in real mode at `page` * 4096.
pub fn send_startup(apic_id: u32, page: u8) {
    command(apic_id, 0x4600 | u32::from(page));
}
