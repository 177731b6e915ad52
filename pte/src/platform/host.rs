//! Linux, for `cargo test`: futexes by system call, one thread control block for each `std` thread.

use core::ffi::{c_int, c_long, c_void};
use core::sync::atomic::AtomicU32;
use std::cell::Cell;

use super::Woken;
use crate::time::{Deadline, Timespec};

/// The part of the guest's control block that pte uses.
#[repr(C, align(64))]
pub struct ThreadControlBlock {
    /// As in the guest.
    pub pte: [usize; 128],
}

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn __errno_location() -> *mut c_int;
    /// The host's allocator.
    pub fn malloc(size: usize) -> *mut c_void;
    /// Frees what [`malloc`] gave.
    pub fn free(memory: *mut c_void);
}

const SYS_FUTEX: c_long = 202;
const SYS_GETTID: c_long = 186;
const WAIT_BITSET_PRIVATE: c_int = 9 | 128;
const WAKE_PRIVATE: c_int = 1 | 128;
const CLOCK_REALTIME_FLAG: c_int = 256;

thread_local! {
    static CURRENT: Cell<*mut ThreadControlBlock> = const { Cell::new(core::ptr::null_mut()) };
}

/// The calling thread's control block; made at first use and never freed.
pub fn current() -> &'static ThreadControlBlock {
    CURRENT.with(|current| {
        if current.get().is_null() {
            let block = Box::leak(Box::new(ThreadControlBlock { pte: [0; 128] }));
            // SAFETY: a system call without pointers. The id is the first word of pte's area.
            block.pte[0] = unsafe { syscall(SYS_GETTID) } as usize;
            current.set(block);
        }
        // SAFETY: made above, never freed.
        unsafe { &*current.get() }
    })
}

/// As in the guest.
pub fn current_ptr() -> *mut ThreadControlBlock {
    core::ptr::from_ref(current()).cast_mut()
}

/// As in the guest.
pub fn futex_wait(word: &AtomicU32, expected: u32, deadline: Deadline) -> Woken {
    let until = Timespec {
        seconds: (deadline.ns / 1_000_000_000) as i64,
        nanoseconds: (deadline.ns % 1_000_000_000) as i64,
    };
    let timeout = if deadline == Deadline::NEVER {
        core::ptr::null()
    } else {
        &raw const until
    };
    let clock = if deadline.clock == crate::time::CLOCK_REALTIME as u32 {
        CLOCK_REALTIME_FLAG
    } else {
        0
    };
    // SAFETY: the word and the time are readable.
    let answer = unsafe {
        syscall(
            SYS_FUTEX,
            word.as_ptr(),
            WAIT_BITSET_PRIVATE | clock,
            expected,
            timeout,
            0usize,
            u32::MAX,
        )
    };
    if answer == 0 {
        return Woken::Woken;
    }
    // SAFETY: the address of errno.
    match unsafe { *__errno_location() } {
        11 => Woken::Changed,
        110 => Woken::TimedOut,
        4 => Woken::Interrupted,
        other => panic!("futex: errno {other}"),
    }
}

/// As in the guest.
pub fn futex_wake(address: *const AtomicU32, count: u32) {
    // SAFETY: the kernel checks the address.
    unsafe {
        syscall(
            SYS_FUTEX,
            address.addr(),
            WAKE_PRIVATE,
            count.min(i32::MAX as u32),
        )
    };
}

/// As in the guest.
pub fn yield_now() {
    std::thread::yield_now();
}

/// As in the guest.
pub fn relax() -> bool {
    std::hint::spin_loop();
    false
}

/// As in the guest.
pub fn sleep(ns: u64) {
    std::thread::sleep(core::time::Duration::from_nanos(ns));
}

/// As in the guest.
pub fn cpu_count() -> u32 {
    std::thread::available_parallelism().map_or(1, |count| count.get() as u32)
}

/// Boosts that were set, for tests to look at: (tid, priority).
pub static BOOSTS: std::sync::Mutex<Vec<(u32, u32)>> = std::sync::Mutex::new(Vec::new());

/// Notes the boost.
pub fn set_boost(tid: u32, priority: u32) {
    BOOSTS.lock().unwrap().push((tid, priority));
}

/// As in the guest.
pub fn set_errno(number: c_int) {
    // SAFETY: the address of errno.
    unsafe { *__errno_location() = number };
}

fn page_layout(size: usize) -> std::alloc::Layout {
    std::alloc::Layout::from_size_align(size, 4096).unwrap()
}

/// As in the guest.
pub fn map(size: usize) -> Option<*mut u8> {
    // SAFETY: the size is not 0.
    Some(unsafe { std::alloc::alloc_zeroed(page_layout(size)) })
}

/// As in the guest.
///
/// # Safety
/// As in the guest.
pub unsafe fn unmap(memory: *mut u8, size: usize) {
    // SAFETY: from `map`, with this size.
    unsafe { std::alloc::dealloc(memory, page_layout(size)) }
}

/// Threads of the host are not interrupted.
pub fn set_interruptible(_on: bool) -> bool {
    false
}

/// Threads of the host are not interrupted.
pub fn interrupt(_tid: u32) {}

/// As in the guest.
pub fn fatal(why: &core::ffi::CStr) -> ! {
    panic!("{}", why.to_string_lossy())
}
