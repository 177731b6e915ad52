//! What newlib asks of an operating system.
//!
//! newlib is a C library without a system below it; this crate is that system's face: POSIX names
//! with `errno`, over the kernel's C ABI (`hermit_kernel::abi`), which knows neither. It also starts
//! and ends the program ([`start`]), lays out thread-local storage ([`tcb`]) and provides the locks that
//! newlib takes inside stdio, malloc and the environment.
#![cfg_attr(not(test), no_std)]

pub mod cancel;
pub mod tcb;
