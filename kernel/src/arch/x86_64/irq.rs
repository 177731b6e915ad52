//! Device interrupts: I/O APIC lines and message-signalled ones.
//!
//! Each registered handler has a vector of its own. All device interrupts go to the boot core, so that
//! other cores compute undisturbed. Source: Intel 82093AA datasheet, section 3.2 (redirection table).

use core::sync::atomic::{AtomicUsize, Ordering};

use super::idt::{DEVICE_VECTOR_COUNT, DEVICE_VECTORS};
use super::percore::core;
use crate::errno::{Errno, Result};
use crate::firmware::Platform;
use crate::sync::SpinLock;

/// How a line signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A rising edge.
    Edge,
    /// A low or high level, as the platform's tables say; high by default.
    Level,
}

/// Handlers by vector, as addresses of `fn()`; 0 where there is none.
static HANDLERS: [AtomicUsize; DEVICE_VECTOR_COUNT] =
    [const { AtomicUsize::new(0) }; DEVICE_VECTOR_COUNT];

struct IoApic {
    registers: usize,
    gsi_base: u32,
    lines: u32,
}

/// The I/O APICs. Lock order: see `sync`.
static IO_APICS: SpinLock<[Option<IoApic>; 8]> = SpinLock::new([const { None }; 8]);

/// Calls the handler of a device vector.
pub fn handle(vector: u8) {
    let Some(slot) = HANDLERS.get(usize::from(vector - DEVICE_VECTORS)) else {
        return;
    };
    let address = slot.load(Ordering::Acquire);
    if address != 0 {
        // SAFETY: only `claim` stores here, and it stores a `fn()`.
        let handler: fn() = unsafe { core::mem::transmute(address) };
        handler();
    }
}

/// Gives a handler a vector.
fn claim(handler: fn()) -> Result<u8> {
    for (index, slot) in HANDLERS.iter().enumerate() {
        let free = slot.compare_exchange(0, handler as usize, Ordering::AcqRel, Ordering::Relaxed);
        if free.is_ok() {
            return Ok(DEVICE_VECTORS + index as u8);
        }
    }
    Err(Errno::ENODEV)
}

impl IoApic {
    fn read(&self, register: u32) -> u32 {
        // SAFETY: the mapped register window; the lock around IO_APICS makes the pair one.
        unsafe {
            (self.registers as *mut u32).write_volatile(register);
            ((self.registers + 0x10) as *const u32).read_volatile()
        }
    }

    fn write(&self, register: u32, value: u32) {
        // SAFETY: as above.
        unsafe {
            (self.registers as *mut u32).write_volatile(register);
            ((self.registers + 0x10) as *mut u32).write_volatile(value);
        }
    }
}

/// Maps the platform's I/O APICs and masks all their lines.
///
/// # Errors
/// `ENOMEM` when their registers cannot be mapped.
pub fn init(platform: &Platform) -> Result<()> {
    for (slot, found) in IO_APICS.lock().iter_mut().zip(platform.io_apics()) {
        let registers = crate::mm::map_device(found.address, 4096)? as usize;
        let mut io_apic = IoApic {
            registers,
            gsi_base: found.gsi_base,
            lines: 0,
        };
        io_apic.lines = (io_apic.read(1) >> 16 & 0xff) + 1;
        *slot = Some(io_apic);
    }
    Ok(())
}

/// Has `handler` called, on the boot core, when the line `gsi` signals. Handlers run with interrupts
/// off, on an interrupt stack.
///
/// # Errors
/// `ENODEV` when no I/O APIC has the line, or all vectors are in use.
pub fn register(gsi: u32, trigger: Trigger, handler: fn()) -> Result<()> {
    let io_apics = IO_APICS.lock();
    let io_apic = io_apics
        .iter()
        .flatten()
        .find(|io_apic| (io_apic.gsi_base..io_apic.gsi_base + io_apic.lines).contains(&gsi))
        .ok_or(Errno::ENODEV)?;
    let vector = claim(handler)?;
    let entry = 0x10 + 2 * (gsi - io_apic.gsi_base);
    let level = if trigger == Trigger::Level {
        1 << 15
    } else {
        0
    };
    io_apic.write(entry + 1, boot_apic_id() << 24);
    io_apic.write(entry, level | u32::from(vector));
    Ok(())
}

/// Makes a message-signalled interrupt: the address and data that the device writes
/// (Intel SDM vol. 3A, 11.11).
///
/// # Errors
/// `ENODEV` when all vectors are in use.
pub fn allocate_msi(handler: fn()) -> Result<(u64, u32)> {
    let vector = claim(handler)?;
    Ok((
        0xfee0_0000 | u64::from(boot_apic_id()) << 12,
        u32::from(vector),
    ))
}

fn boot_apic_id() -> u32 {
    core(0).map_or(0, |core| core.apic_id)
}
