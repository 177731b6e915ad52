//! C11 threads (ISO/IEC 9899:2011, 7.26) on POSIX threads. The objects are those of POSIX, with the same
//! sizes.

use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::sync::atomic::Ordering::Relaxed;

use hermit_kernel::abi;

use crate::cancel;
use crate::cond::{Cond, pthread_cond_init};
use crate::create::{pthread_detach, spawn};
use crate::errno::{EBUSY, EINTR, EINVAL, ENOMEM, ETIMEDOUT};
use crate::exit::exit;
use crate::join::join;
use crate::key::{
    Destructor, pthread_getspecific, pthread_key_create, pthread_key_delete, pthread_setspecific,
};
use crate::mutex::{Mutex, pthread_mutex_init};
use crate::mutexattr::RECURSIVE;
use crate::once::Once;
use crate::time::{CLOCK_REALTIME, Patience, Timespec, deadline};

/// `thrd_success`.
const SUCCESS: c_int = 0;
/// `thrd_busy`.
const BUSY: c_int = 1;
/// `thrd_error`.
const ERROR: c_int = 2;
/// `thrd_nomem`.
const NOMEM: c_int = 3;
/// `thrd_timedout`.
const TIMEDOUT: c_int = 4;

const MTX_RECURSIVE: c_int = 1;
const MTX_TIMED: c_int = 2;

fn answer(number: c_int) -> c_int {
    match number {
        0 => SUCCESS,
        EBUSY => BUSY,
        ENOMEM => NOMEM,
        ETIMEDOUT => TIMEDOUT,
        _ => ERROR,
    }
}

/// `thrd_start_t`.
pub type CStart = extern "C" fn(*mut c_void) -> c_int;

/// Starts a thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_create(
    handle: Option<&mut usize>,
    start: Option<CStart>,
    argument: *mut c_void,
) -> c_int {
    let (Some(handle), Some(start)) = (handle, start) else {
        return ERROR;
    };
    // SAFETY: the calling convention returns an `int` in the low half of the register in which it
    // returns a pointer, and whoever reads the result looks at that half only (`thrd_join`).
    let start = unsafe { core::mem::transmute::<CStart, crate::thread::Start>(start) };
    answer(spawn(handle, None, start, argument).err().unwrap_or(0))
}

/// The calling thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_current() -> usize {
    crate::join::pthread_self()
}

/// Whether two are the same thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_equal(a: usize, b: usize) -> c_int {
    c_int::from(a == b)
}

/// Ends the calling thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_exit(result: c_int) -> ! {
    exit(result as isize as *mut c_void)
}

/// Waits for a thread's end and gives its result.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_join(handle: usize, result: Option<&mut c_int>) -> c_int {
    match join(handle, Patience::Endless) {
        Ok(value) => {
            if let Some(result) = result {
                *result = value as isize as c_int;
            }
            SUCCESS
        }
        Err(number) => answer(number),
    }
}

/// Says that nobody will join a thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_detach(handle: usize) -> c_int {
    answer(pthread_detach(handle))
}

/// Lets other threads run.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_yield() {
    abi::sys_yield();
}

/// Sleeps: 0, -1 if a signal handler ran (the rest is in `remaining`), -2 for a malformed time.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn thrd_sleep(
    duration: Option<&Timespec>,
    remaining: Option<&mut Timespec>,
) -> c_int {
    let Ok(span) = deadline(CLOCK_REALTIME, duration) else {
        return -2;
    };
    let mut rest = 0;
    let token = cancel::__pte_cancel_enter();
    let slept = abi::sys_clock_nanosleep(abi::HERMIT_CLOCK_MONOTONIC, 0, span.ns as i64, &mut rest);
    let interrupted = slept == -EINTR;
    cancel::__pte_cancel_leave(token, u32::from(interrupted));
    if !interrupted {
        return if slept == 0 { 0 } else { -2 };
    }
    if let Some(remaining) = remaining {
        *remaining = Timespec {
            seconds: rest / 1_000_000_000,
            nanoseconds: rest % 1_000_000_000,
        };
    }
    -1
}

/// Initialises a mutex: plain or timed (every one is), or recursive.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn mtx_init(mutex: Option<&mut MaybeUninit<Mutex>>, kind: c_int) -> c_int {
    let Some(mutex) = mutex else { return ERROR };
    if kind & !(MTX_RECURSIVE | MTX_TIMED) != 0 {
        return ERROR;
    }
    pthread_mutex_init(Some(mutex), None);
    if kind & MTX_RECURSIVE != 0 {
        // SAFETY: just initialised.
        unsafe { mutex.assume_init_ref() }
            .kind
            .store(RECURSIVE, Relaxed);
    }
    SUCCESS
}

/// Ends the use of a mutex.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn mtx_destroy(_mutex: Option<&Mutex>) {}

/// Locks.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn mtx_lock(mutex: &Mutex) -> c_int {
    answer(mutex.lock(Patience::Endless))
}

/// Locks if that needs no waiting.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn mtx_trylock(mutex: &Mutex) -> c_int {
    answer(mutex.lock(Patience::Try))
}

/// Locks, waiting until a time of `TIME_UTC`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn mtx_timedlock(mutex: &Mutex, until: Option<&Timespec>) -> c_int {
    answer(mutex.lock(Patience::Until(CLOCK_REALTIME, until)))
}

/// Unlocks.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn mtx_unlock(mutex: &Mutex) -> c_int {
    answer(mutex.unlock())
}

/// Initialises a condition variable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn cnd_init(cond: Option<&mut MaybeUninit<Cond>>) -> c_int {
    answer(pthread_cond_init(cond, None))
}

/// Ends the use of a condition variable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn cnd_destroy(cond: Option<&Cond>) {
    crate::cond::pthread_cond_destroy(cond);
}

/// Wakes one thread that waits.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn cnd_signal(cond: &Cond) -> c_int {
    answer(crate::cond::pthread_cond_signal(cond))
}

/// Wakes all threads that wait.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn cnd_broadcast(cond: &Cond) -> c_int {
    answer(crate::cond::pthread_cond_broadcast(cond))
}

/// Waits to be woken.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn cnd_wait(cond: &Cond, mutex: &Mutex) -> c_int {
    answer(crate::cond::pthread_cond_wait(cond, mutex))
}

/// Waits to be woken, until a time of `TIME_UTC`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn cnd_timedwait(cond: &Cond, mutex: &Mutex, until: Option<&Timespec>) -> c_int {
    answer(crate::cond::pthread_cond_timedwait(cond, mutex, until))
}

/// Runs a function once.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn call_once(flag: &Once, function: extern "C" fn()) {
    flag.call(function);
}

/// Creates a key of thread-specific data.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn tss_create(key: Option<&mut u32>, destructor: Option<Destructor>) -> c_int {
    match pthread_key_create(key, destructor) {
        0 => SUCCESS,
        _ => ERROR,
    }
}

/// Deletes a key.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn tss_delete(key: u32) {
    pthread_key_delete(key);
}

/// The calling thread's value.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn tss_get(key: u32) -> *mut c_void {
    pthread_getspecific(key)
}

/// Sets the calling thread's value.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn tss_set(key: u32, value: *mut c_void) -> c_int {
    match pthread_setspecific(key, value) {
        0 => SUCCESS,
        EINVAL => ERROR,
        _ => NOMEM,
    }
}
