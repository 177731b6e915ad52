//! Kernel, libc shim and pthreads in one Rust unit.
//!
//! One unit means one copy of `core`, and that a call from `pte` into the kernel's C ABI can be
//! inlined by link-time optimisation: a system call costs what a function call costs, or less.
//! The SDK builder localises every symbol that is not published (see `symbols.txt`).
#![no_std]

extern crate hermit_kernel as _;
extern crate libc_shim as _;
extern crate pte as _;

#[cfg(panic = "abort")]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    hermit_kernel::start::panic(info)
}

// `core` and `alloc` come compiled with unwind tables that name this; nothing here unwinds.
#[cfg(panic = "abort")]
core::arch::global_asm!(".weak rust_eh_personality", "rust_eh_personality:", "ud2");
