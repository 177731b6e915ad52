//! Names of threads, what is known of a running one, and calls with little behind them.

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

use hermit_kernel::abi;

use crate::attr::Attr;
use crate::errno::{EINVAL, ERANGE, number};
use crate::platform::check;
use crate::sched::with_handle;
use crate::thread::NAME_SIZE;
use crate::time::{CLOCK_OF_THREAD, ClockId};

/// Names a thread. `ERANGE` for more than 15 bytes, `ESRCH`.
///
/// # Safety
/// `name` must be a string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn pthread_setname_np(handle: usize, name: *const c_char) -> c_int {
    if name.is_null() {
        return EINVAL;
    }
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if name.len() > NAME_SIZE {
        return ERANGE;
    }
    number(with_handle(handle, |thread| {
        // SAFETY: names are guarded by the registry, whose lock is held here.
        let place = unsafe { &mut *thread.name.get() };
        place[..name.len()].copy_from_slice(name);
        Ok(())
    }))
}

/// Reads a thread's name: its creator's unless set, the first thread's is empty. `ERANGE` for a buffer that
/// is too small, `ESRCH`.
///
/// # Safety
/// `buffer` must have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn pthread_getname_np(
    handle: usize,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    if buffer.is_null() {
        return EINVAL;
    }
    number(with_handle(handle, |thread| {
        // SAFETY: names are guarded by the registry, whose lock is held here.
        let name = unsafe { &*thread.name.get() };
        let length = name
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(NAME_SIZE - 1);
        if length >= size {
            return Err(ERANGE);
        }
        // SAFETY: the caller's promise; length + 1 <= size.
        unsafe {
            buffer
                .cast::<u8>()
                .copy_from_nonoverlapping(name.as_ptr(), length);
            buffer.add(length).write(0);
        }
        Ok(())
    }))
}

/// Describes a thread as it is: its stack's bounds, guard, scheduling, affinity and whether it is detached.
/// `ESRCH`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_getattr_np(handle: usize, attr: Option<&mut MaybeUninit<Attr>>) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    number(with_handle(handle, |thread| {
        let mut cores = 0;
        // A thread that has ended has none.
        let _ = check(abi::sys_getaffinity(
            thread.tid.load(Relaxed) as i32,
            &mut cores,
            1,
        ));
        attr.write(Attr::of(thread, cores));
        Ok(())
    }))
}

/// The clock of a thread's CPU time. `ESRCH`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_getcpuclockid(handle: usize, clock: Option<&mut ClockId>) -> c_int {
    let Some(clock) = clock else { return EINVAL };
    number(with_handle(handle, |thread| {
        *clock = CLOCK_OF_THREAD | ClockId::from(thread.tid.load(Relaxed));
        Ok(())
    }))
}

static CONCURRENCY: AtomicI32 = AtomicI32::new(0);

/// Keeps a hint for `pthread_getconcurrency`; every thread is the kernel's anyway. `EINVAL` below 0.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setconcurrency(level: c_int) -> c_int {
    if level < 0 {
        return EINVAL;
    }
    CONCURRENCY.store(level, Relaxed);
    0
}

/// What `pthread_setconcurrency` set last, 0 at first.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_getconcurrency() -> c_int {
    CONCURRENCY.load(Relaxed)
}

/// Accepts handlers for `fork`, which does not exist here: none is ever called.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_atfork(
    _prepare: Option<extern "C" fn()>,
    _parent: Option<extern "C" fn()>,
    _child: Option<extern "C" fn()>,
) -> c_int {
    0
}
