//! Access to memory that a caller named: `EFAULT` instead of a crash.
//!
//! The copy instructions lie between two labels; the fault handlers ask [`fixup`] for an address inside
//! that range and continue there, which makes the copy return an error. Nothing is checked beforehand,
//! so the good case costs nothing.
#![expect(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "an address that cannot be accessed is an error, which is what this module is for"
)]

use core::arch::naked_asm;
use core::mem::MaybeUninit;

use crate::errno::{Errno, Result};

unsafe extern "C" {
    static uaccess_start: u8;
    static uaccess_end: u8;
    static uaccess_fixup: u8;
}

/// Copies bytes; returns 0, or 1 when an address could not be accessed.
#[unsafe(naked)]
unsafe extern "C" fn copy_bytes(_to: *mut u8, _from: *const u8, _len: usize) -> u32 {
    naked_asm!(
        ".globl uaccess_start, uaccess_end, uaccess_fixup",
        "mov rcx, rdx",
        "xor eax, eax",
        "shr rcx, 3",
        "and edx, 7",
        "uaccess_start:",
        "rep movsq",
        "mov ecx, edx",
        "rep movsb",
        "uaccess_end:",
        "ret",
        "uaccess_fixup:",
        "mov eax, 1",
        "ret",
    )
}

#[unsafe(naked)]
unsafe extern "C" fn load_word(_from: *const u32, _to: *mut u32) -> u32 {
    naked_asm!(
        ".globl uaccess_load",
        "xor eax, eax",
        "uaccess_load:",
        "mov ecx, [rdi]",
        "mov [rsi], ecx",
        "ret",
    )
}

unsafe extern "C" {
    static uaccess_load: u8;
}

/// Where to continue after a fault at `rip`, if that is one of the accesses above.
pub fn fixup(rip: u64) -> Option<u64> {
    let start = &raw const uaccess_start as u64;
    let end = &raw const uaccess_end as u64;
    if (start..end).contains(&rip) || rip == &raw const uaccess_load as u64 {
        Some(&raw const uaccess_fixup as u64)
    } else {
        None
    }
}

fn check(failed: u32) -> Result<()> {
    if failed == 0 {
        Ok(())
    } else {
        Err(Errno::EFAULT)
    }
}

/// Copies `to.len()` bytes from the caller's `from`.
pub fn copy_in(to: &mut [u8], from: *const u8) -> Result<()> {
    // SAFETY: `to` is ours; a fault on `from` is caught.
    check(unsafe { copy_bytes(to.as_mut_ptr(), from, to.len()) })
}

/// Copies `from` to the caller's `to`.
pub fn copy_out(to: *mut u8, from: &[u8]) -> Result<()> {
    // SAFETY: `from` is ours; a fault on `to` is caught.
    check(unsafe { copy_bytes(to, from.as_ptr(), from.len()) })
}

/// Reads a plain value from the caller's memory.
pub fn read<T: Copy>(from: *const T) -> Result<T> {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: `value` is ours; a fault on `from` is caught; T is plain data of the ABI.
    check(unsafe { copy_bytes(value.as_mut_ptr().cast(), from.cast(), size_of::<T>()) })?;
    // SAFETY: all bytes were written.
    Ok(unsafe { value.assume_init() })
}

/// Writes a plain value to the caller's memory.
pub fn write<T: Copy>(to: *mut T, value: T) -> Result<()> {
    // SAFETY: `value` is ours; a fault on `to` is caught.
    check(unsafe { copy_bytes(to.cast(), (&raw const value).cast(), size_of::<T>()) })
}

/// Reads a word in one access, as a futex needs it.
#[inline]
pub fn load_u32(from: *const u32) -> Result<u32> {
    let mut value = 0;
    // SAFETY: `value` is ours; a fault on `from` is caught.
    check(unsafe { load_word(from, &mut value) })?;
    Ok(value)
}
