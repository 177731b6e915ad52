//! What newlib asks of an operating system.
//!
//! newlib is a C library without a system below it; this crate is that system's face: POSIX names
//! with `errno`, over the kernel's C ABI (`hermit_kernel::abi`), which knows neither. It also starts
//! and ends the program ([`start`]), lays out thread-local storage ([`tcb`]) and provides the locks that
//! newlib takes inside stdio, malloc and the environment.
//!
//! The C functions are published only in the image (`panic = "abort"`): a host's test program that has
//! this crate linked in must go on calling its own `read` and `exit`. What each of them does is
//! POSIX's to say; comments here tell where and why we differ.
#![cfg_attr(not(test), no_std)]
// The C functions are called from outside only.
#![cfg_attr(not(panic = "abort"), allow(dead_code))]

mod c;
pub mod cancel;
mod config;
mod context;
pub mod errno;
mod exit;
pub mod file;
mod image;
mod lock;
mod malloc;
mod memory;
mod process;
mod signal;
pub mod start;
mod stdio;
mod sys;
pub mod tcb;
pub mod thread;
mod time;
mod unsupported;
mod users;
