//! The program and the machine: start, exit, random numbers, processors.

use core::ffi::{c_char, c_void};
use core::sync::atomic::Ordering;

use crate::arch::{self, uaccess};
use crate::errno::{self, Errno, Result};

/// What the kernel hands to the program's first function, `__hermit_start`.
#[repr(C)]
pub struct HermitStartInfo {
    /// Number of arguments.
    pub argc: i32,
    /// Arguments, then a null pointer.
    pub argv: *mut *mut c_char,
    /// Environment, then a null pointer.
    pub envp: *mut *mut c_char,
    /// Lowest address of the first thread's stack.
    pub stack: *mut c_void,
    /// Size of that stack in bytes.
    pub stack_size: usize,
}

/// Ends the program; its status as the host sees it is the low 8 bits. All output is written first.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_exit(status: i32) -> ! {
    crate::start::exit((status & 0xff) as u8)
}

/// Fills `len` bytes with random numbers from the processor; returns `len`.
///
/// # Errors
/// `EFAULT`. `ENOSYS`: the processor has no random number generator.
///
/// Serves `getentropy` and `getrandom`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_getrandom(buffer: *mut u8, len: usize) -> isize {
    errno::value(random(buffer, len))
}

fn random(buffer: *mut u8, len: usize) -> Result<usize> {
    if len > isize::MAX as usize {
        return Err(Errno::EFAULT);
    }
    for done in (0..len).step_by(8) {
        let bytes = arch::random::next().ok_or(Errno::ENOSYS)?.to_ne_bytes();
        uaccess::copy_out(buffer.wrapping_add(done), &bytes[..(len - done).min(8)])?;
    }
    Ok(len)
}

/// How many processors run.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_cpu_count() -> i32 {
    arch::core_count() as i32
}

/// The processor that runs the caller, from 0. Serves `sched_getcpu`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_getcpu() -> i32 {
    arch::core_id() as i32
}

/// How many interrupts a processor has taken since it started.
///
/// # Errors
/// `EINVAL`: no such processor.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_interrupt_count(core: u32) -> i64 {
    match arch::core(core) {
        Some(core) => core.interrupts.load(Ordering::Relaxed) as i64,
        None => i64::from(Errno::EINVAL.negative()),
    }
}

/// Writes `len` bytes to the kernel's log, which `hermit-run -v` shows; returns `len`.
///
/// # Errors
/// `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_log(text: *const u8, len: usize) -> isize {
    errno::value(log(text, len))
}

fn log(text: *const u8, len: usize) -> Result<usize> {
    let mut done = 0;
    while done < len {
        let mut piece = [0; 128];
        let piece = &mut piece[..(len - done).min(128)];
        uaccess::copy_in(piece, text.wrapping_add(done))?;
        if crate::console::verbose() {
            crate::console::write_raw(piece);
        }
        done += piece.len();
    }
    Ok(len)
}
