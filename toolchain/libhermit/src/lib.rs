//! Kernel, libc shim and pthreads in one Rust unit.
//!
//! One unit means one copy of `core`, and that a call from `pte` into the kernel's C ABI can be
//! inlined by link-time optimisation: a system call costs what a function call costs, or less.
//! The SDK builder localises every symbol that is not published (see `symbols.txt`).
#![no_std]

extern crate hermit_kernel as _;
extern crate libc_shim as _;
extern crate pte as _;
