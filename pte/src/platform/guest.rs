//! Hermit.

use core::ffi::{c_int, c_void};
use core::sync::atomic::AtomicU32;

use hermit_kernel::abi;
pub use libc_shim::tcb::{ThreadControlBlock, block_size, create, current, current_ptr};
pub use libc_shim::thread::{finish_thread, run_thread_destructors};

use super::Woken;
use crate::errno::{EAGAIN, EINTR, ETIMEDOUT, Result};
use crate::time::Deadline;

unsafe extern "C" {
    fn __errno() -> *mut c_int;
    fn exit(status: c_int) -> !;
    fn abort() -> !;
    /// The C library's allocator, for what has no bounded size.
    pub fn malloc(size: usize) -> *mut c_void;
    /// Frees what [`malloc`] gave.
    pub fn free(memory: *mut c_void);
}

/// Waits while `*word == expected`, until the deadline.
pub fn futex_wait(word: &AtomicU32, expected: u32, deadline: Deadline) -> Woken {
    match -abi::sys_futex_wait(word.as_ptr(), expected, deadline.ns, deadline.clock) {
        EAGAIN => Woken::Changed,
        ETIMEDOUT => Woken::TimedOut,
        EINTR => Woken::Interrupted,
        _ => Woken::Woken,
    }
}

/// Wakes up to `count` waiters of the word at `address`, which need not be readable any more.
pub fn futex_wake(address: *const AtomicU32, count: u32) {
    abi::sys_futex_wake(address.cast(), count);
}

/// Lets other threads of the same priority run.
pub fn yield_now() {
    abi::sys_yield();
}

/// Lets another thread of the same priority run, or else pauses; true if one ran.
pub fn relax() -> bool {
    abi::sys_relax() != 0
}

/// Sleeps.
pub fn sleep(ns: u64) {
    abi::sys_clock_nanosleep(
        abi::HERMIT_CLOCK_MONOTONIC,
        0,
        ns as i64,
        core::ptr::null_mut(),
    );
}

/// The number of processors.
pub fn cpu_count() -> u32 {
    abi::sys_cpu_count().max(1) as u32
}

/// Sets the priority that a thread has for the sake of others; 0 for none.
pub fn set_boost(tid: u32, priority: u32) {
    // An error means that the thread has ended meanwhile.
    abi::sys_setboost(tid as i32, priority);
}

/// Sets `errno`.
pub fn set_errno(number: c_int) {
    // SAFETY: `__errno` answers with the address of the calling thread's `errno`.
    unsafe { *__errno() = number };
}

/// Ends the program as `exit` does.
pub fn exit_process(status: c_int) -> ! {
    // SAFETY: `exit` may be called on any thread.
    unsafe { exit(status) }
}

/// Says why on stderr, and aborts.
pub fn fatal(why: &core::ffi::CStr) -> ! {
    abi::sys_write(2, why.as_ptr().cast(), why.count_bytes());
    // SAFETY: `abort` may be called on any thread.
    unsafe { abort() }
}

/// Turns the kernel's answer into a result.
pub fn check(answer: impl Into<i64>) -> Result<usize> {
    let answer = answer.into();
    if answer < 0 {
        Err(-answer as c_int)
    } else {
        Ok(answer as usize)
    }
}

const READ_WRITE: u32 = abi::HERMIT_PROT_READ | abi::HERMIT_PROT_WRITE;

/// Zeroed memory, a whole number of pages, backed when it is touched.
pub fn map(size: usize) -> Option<*mut u8> {
    // Not charged before it is touched, and backed by small pages: stacks are mostly empty.
    let flags = abi::HERMIT_MAP_PRIVATE
        | abi::HERMIT_MAP_ANONYMOUS
        | abi::HERMIT_MAP_STACK
        | abi::HERMIT_MAP_NORESERVE;
    let address = libc_shim::memory::with_reclaim(|| {
        abi::sys_mmap(core::ptr::null_mut(), size, READ_WRITE, flags, -1, 0)
    });
    check(address as i64).ok().map(|address| address as *mut u8)
}

/// Gives back what [`map`] gave.
///
/// # Safety
/// `memory` must come from [`map`] with this size, and nobody may use it any more.
pub unsafe fn unmap(memory: *mut u8, size: usize) {
    // Fails only for what is not mapped.
    abi::sys_munmap(memory.cast(), size);
}

/// Forbids every access to the `size` bytes at `memory`.
///
/// # Safety
/// They must be part of what [`map`] gave, and nobody may use them.
pub unsafe fn forbid(memory: *mut u8, size: usize) -> Result<()> {
    check(abi::sys_mprotect(memory.cast(), size, 0)).map(|_| ())
}

/// Whether [`interrupt`] ends the calling thread's waits from now on; what was said before.
pub fn set_interruptible(on: bool) -> bool {
    abi::sys_interruptible(u32::from(on)) != 0
}

/// Marks a thread: its waits end while it is interruptible.
pub fn interrupt(tid: u32) {
    // An error means that the thread has ended meanwhile.
    abi::sys_interrupt(tid as i32, 1);
}
