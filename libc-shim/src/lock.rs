//! newlib's locks (`--enable-newlib-retargetable-locking`): those inside `FILE`s, the list of open
//! streams, the environment, the time zone.
//!
//! A lock is one futex word; taking and giving back an uncontended one is an atomic instruction each
//! and never enters the kernel. They are leaves: nothing in this crate takes a second one while it
//! holds one, except that `malloc` may run under newlib's own.

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_void};
use core::ptr;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicU32, AtomicUsize};

use crate::sys::{HERMIT_CLOCK_MONOTONIC, HERMIT_NO_DEADLINE, sys_futex_wait, sys_futex_wake};
use crate::{c, tcb};

const FREE: u32 = 0;
const TAKEN: u32 = 1;
/// Taken, and somebody may sleep for it.
const CONTENDED: u32 = 2;

/// Looks at the word before the first sleep. Holders keep a lock for tens of instructions.
const SPINS: u32 = 100;

/// A lock of newlib's: `struct __lock`. All zero is a free lock.
#[repr(C)]
pub struct Lock {
    word: AtomicU32,
    /// How often the owner holds it; only its owner touches it.
    depth: UnsafeCell<u32>,
    /// Control block of the thread that holds it as a recursive lock.
    owner: AtomicUsize,
}

// SAFETY: `depth` is accessed only by the thread that holds the lock.
unsafe impl Sync for Lock {}

impl Lock {
    /// A free lock.
    pub const fn new() -> Self {
        Self {
            word: AtomicU32::new(FREE),
            depth: UnsafeCell::new(0),
            owner: AtomicUsize::new(0),
        }
    }

    /// Takes the lock, sleeping if it must.
    #[inline]
    pub fn acquire(&self) {
        if !self.try_acquire() {
            self.acquire_slowly();
        }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        self.word
            .compare_exchange(FREE, TAKEN, Acquire, Relaxed)
            .is_ok()
    }

    #[cold]
    fn acquire_slowly(&self) {
        for _ in 0..SPINS {
            if self.word.load(Relaxed) == FREE && self.try_acquire() {
                return;
            }
            core::hint::spin_loop();
        }
        while self.word.swap(CONTENDED, Acquire) != FREE {
            // Whatever it returns, the word is looked at again.
            sys_futex_wait(
                self.word.as_ptr(),
                CONTENDED,
                HERMIT_NO_DEADLINE,
                HERMIT_CLOCK_MONOTONIC,
            );
        }
    }

    /// Gives the lock back.
    #[inline]
    pub fn release(&self) {
        if self.word.swap(FREE, Release) == CONTENDED {
            sys_futex_wake(self.word.as_ptr(), 1);
        }
    }

    /// Takes the lock, or once more if the calling thread has it.
    #[inline]
    pub fn acquire_recursive(&self) {
        let own = tcb::current_ptr() as usize;
        if self.owner.load(Relaxed) != own {
            self.acquire();
            self.owner.store(own, Relaxed);
        }
        // SAFETY: this thread holds the lock.
        unsafe { *self.depth.get() += 1 };
    }

    /// As [`Lock::acquire_recursive`], without waiting.
    #[inline]
    pub fn try_acquire_recursive(&self) -> bool {
        let own = tcb::current_ptr() as usize;
        if self.owner.load(Relaxed) != own {
            if !self.try_acquire() {
                return false;
            }
            self.owner.store(own, Relaxed);
        }
        // SAFETY: this thread holds the lock.
        unsafe { *self.depth.get() += 1 };
        true
    }

    /// Undoes one [`Lock::acquire_recursive`].
    #[inline]
    pub fn release_recursive(&self) {
        // SAFETY: the caller holds the lock.
        let depth = unsafe { &mut *self.depth.get() };
        *depth -= 1;
        if *depth == 0 {
            self.owner.store(0, Relaxed);
            self.release();
        }
    }

    /// Runs `body` with the lock held.
    pub fn with<R>(&self, body: impl FnOnce() -> R) -> R {
        self.acquire();
        let result = body();
        self.release();
        result
    }
}

/// The locks that newlib names (its `__LOCK_INIT` lines).
macro_rules! newlib_locks {
    ($($name:ident)*) => {
        $(
            #[allow(non_upper_case_globals, reason = "newlib's name")]
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            static $name: Lock = Lock::new();
        )*
    };
}

newlib_locks! {
    __lock___sfp_recursive_mutex
    __lock___atexit_recursive_mutex
    __lock___at_quick_exit_mutex
    __lock___env_recursive_mutex
    __lock___malloc_recursive_mutex
    __lock___tz_mutex
    __lock___dd_hash_mutex
    __lock___arc4random_mutex
}

/// Stands in for every lock for which there was no memory: correct, only shared.
static SHARED: Lock = Lock::new();

/// Makes a lock; there is no way to report that there is no memory.
///
/// # Safety
/// `place` must be writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn __retarget_lock_init(place: *mut *const Lock) {
    // SAFETY: `malloc` gives memory of this size or null.
    unsafe {
        let lock = c::malloc(size_of::<Lock>()).cast::<Lock>();
        if lock.is_null() {
            *place = &raw const SHARED;
        } else {
            lock.write(Lock::new());
            *place = lock;
        }
    }
}

/// # Safety
/// As for [`__retarget_lock_init`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn __retarget_lock_init_recursive(place: *mut *const Lock) {
    // SAFETY: the caller's promise; both kinds are the same object.
    unsafe { __retarget_lock_init(place) };
}

/// # Safety
/// `lock` was made by [`__retarget_lock_init`] and is not in use.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn __retarget_lock_close(lock: *mut Lock) {
    if !ptr::eq(lock, &raw const SHARED) {
        // SAFETY: it came from `malloc`.
        unsafe { c::free(lock.cast::<c_void>()) };
    }
}

/// # Safety
/// As for [`__retarget_lock_close`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn __retarget_lock_close_recursive(lock: *mut Lock) {
    // SAFETY: the caller's promise.
    unsafe { __retarget_lock_close(lock) };
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __retarget_lock_acquire(lock: &Lock) {
    lock.acquire();
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __retarget_lock_acquire_recursive(lock: &Lock) {
    lock.acquire_recursive();
}

/// Returns 0 if the lock could not be taken (newlib, `sys/lock.h` users: non-zero means taken).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __retarget_lock_try_acquire(lock: &Lock) -> c_int {
    c_int::from(lock.try_acquire())
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __retarget_lock_try_acquire_recursive(lock: &Lock) -> c_int {
    c_int::from(lock.try_acquire_recursive())
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __retarget_lock_release(lock: &Lock) {
    lock.release();
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __retarget_lock_release_recursive(lock: &Lock) {
    lock.release_recursive();
}
