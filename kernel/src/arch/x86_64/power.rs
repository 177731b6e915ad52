//! The end of the machine.

use super::{interrupts, port};

/// QEMU's `isa-debug-exit` device as `hermit-run` configures it.
const DEBUG_EXIT: u16 = 0xf4;
/// The chipset's reset control register, on machines since the PIIX3.
const RESET_CONTROL: u16 = 0xcf9;

/// Ends the machine: by QEMU's exit device, else by a reset, else by standing still. With the boot parameter
/// `halt` there is no reset: a machine that starts by itself would run the program again.
pub fn off(status: u8) -> ! {
    // SAFETY: where the device is missing, the write goes nowhere.
    unsafe { port::outl(DEBUG_EXIT, u32::from(status)) };
    if crate::boot::info().flag("halt") {
        interrupts::halt()
    }
    // SAFETY: as above.
    unsafe {
        port::outb(RESET_CONTROL, 0x06);
        port::outb(0x64, 0xfe); // the keyboard controller's reset line
    }
    interrupts::halt()
}
