//! The end of a program that panics.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crate::eprintln!("{info}");
    // SAFETY: may be called anywhere.
    unsafe { crate::c::abort() }
}

// `core` and `alloc` come compiled with unwind tables that name this; nothing here unwinds.
core::arch::global_asm!(".weak rust_eh_personality", "rust_eh_personality:", "ud2");
