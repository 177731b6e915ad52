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

#[cfg(not(test))]
mod aio;
#[cfg(not(test))]
mod byteorder;
#[cfg(not(test))]
mod c;
#[cfg(not(test))]
pub mod cancel;
#[cfg(not(test))]
mod config;
#[cfg(not(test))]
mod context;
#[cfg(not(test))]
pub mod errno;
#[cfg(not(test))]
mod event;
#[cfg(not(test))]
mod exit;
mod fdset;
#[cfg(not(test))]
pub mod file;
#[cfg(not(test))]
mod image;
#[cfg(not(test))]
mod ipc;
#[cfg(not(test))]
mod jump;
mod local_time;
#[cfg(not(test))]
mod lock;
#[cfg(not(test))]
mod malloc;
#[cfg(not(test))]
pub mod memory;
#[cfg(not(test))]
mod mqueue;
mod parse_time;
#[cfg(not(test))]
mod poll_set;
#[cfg(not(test))]
mod process;
#[cfg(not(test))]
mod reent;
#[cfg(not(test))]
mod service;
#[cfg(not(test))]
mod shm;
#[cfg(not(test))]
mod signal;
#[cfg(not(test))]
mod socket;
#[cfg(not(test))]
pub mod start;
#[cfg(not(test))]
mod stdio;
mod sys;
pub mod tcb;
#[cfg(not(test))]
pub mod thread;
#[cfg(not(test))]
mod time;
#[cfg(not(test))]
mod timers;
mod timespec;
#[cfg(not(test))]
mod unsupported;
#[cfg(not(test))]
mod users;
mod zone;
