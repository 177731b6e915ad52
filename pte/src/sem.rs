//! Unnamed semaphores.
//!
//! One 64-bit word holds the value (lower half, on which waiters sleep) and the number of waiters
//! (upper half). Posting is one addition that tells at the same time whether somebody waits, so the
//! semaphore may be destroyed by the thread that a post lets go on.

use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::cancel;
use crate::errno::{EAGAIN, EINTR, EINVAL, EOVERFLOW, ETIMEDOUT};
use crate::platform::{self, Woken, futex_wake, set_errno};
use crate::thread;
use crate::time::{CLOCK_REALTIME, ClockId, Patience, Timespec};

/// `SEM_VALUE_MAX`.
pub const VALUE_MAX: u32 = i32::MAX as u32;

const WAITER: u64 = 1 << 32;

/// `sem_t`.
#[repr(C)]
pub struct Sem {
    word: AtomicU64,
    reserved: [u64; 3],
}

const _: () = assert!(size_of::<Sem>() == 32 && align_of::<Sem>() == 8);

impl Sem {
    /// A semaphore with this value.
    pub const fn new(value: u32) -> Self {
        Self {
            word: AtomicU64::new(value as u64),
            reserved: [0; 3],
        }
    }

    fn value(&self) -> &AtomicU32 {
        // SAFETY: little-endian: the lower half is the first of two aligned 32-bit words inside the
        // 64-bit one, which is only ever accessed atomically.
        unsafe { AtomicU32::from_ptr(self.word.as_ptr().cast()) }
    }

    /// Adds one; `EOVERFLOW`.
    #[cold]
    fn post_slow(&self) -> c_int {
        let value: *const AtomicU32 = self.value();
        let added = self.word.fetch_update(Release, Relaxed, |word| {
            (word as u32 != VALUE_MAX).then_some(word + 1)
        });
        match added {
            Err(_) => EOVERFLOW,
            Ok(word) => {
                if word >= WAITER {
                    // Only the address is used: the semaphore may be gone.
                    futex_wake(value, 1);
                }
                0
            }
        }
    }

    /// [`Sem::post`] if nobody waits or posts at the same time.
    #[inline(always)]
    fn post_fast(&self) -> bool {
        let word = self.word.load(Relaxed);
        word < u64::from(VALUE_MAX)
            && self
                .word
                .compare_exchange(word, word + 1, Release, Relaxed)
                .is_ok()
    }

    /// Adds one; `EOVERFLOW`.
    pub fn post(&self) -> c_int {
        if self.post_fast() {
            0
        } else {
            self.post_slow()
        }
    }

    /// Takes one if there is one and nobody else does at the same time.
    #[inline(always)]
    fn take_fast(&self) -> bool {
        let word = self.word.load(Relaxed);
        word as u32 != 0
            && self
                .word
                .compare_exchange(word, word - 1, Acquire, Relaxed)
                .is_ok()
    }

    /// Takes one if there is one, and `less` (of waiters) with it.
    fn take(&self, less: u64) -> bool {
        let mut word = self.word.load(Relaxed);
        while word as u32 != 0 {
            match self
                .word
                .compare_exchange_weak(word, word - 1 - less, Acquire, Relaxed)
            {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// Takes one, waiting for it; a cancellation point unless it only tries.
    #[inline]
    pub fn wait(&self, patience: Patience) -> c_int {
        if !patience.is_try() {
            cancel::point();
        }
        if self.take(0) {
            return 0;
        }
        self.wait_contended(patience)
    }

    #[cold]
    fn wait_contended(&self, patience: Patience) -> c_int {
        if patience.is_try() {
            return EAGAIN;
        }
        let deadline = match patience.deadline() {
            Ok(deadline) => deadline,
            Err(number) => return number,
        };
        platform::spin_while(|| self.value().load(Relaxed) == 0);
        self.word.fetch_add(WAITER, Relaxed);
        loop {
            if self.take(WAITER) {
                return 0;
            }
            let answer = match cancel::wait(self.value(), 0, deadline) {
                None => None,
                Some(Woken::TimedOut) => Some(ETIMEDOUT),
                Some(Woken::Interrupted) => Some(EINTR),
                Some(_) => continue,
            };
            // A wake may have been meant for this thread just before it gave up.
            if self.take(WAITER) {
                return 0;
            }
            self.word.fetch_sub(WAITER, Relaxed);
            match answer {
                Some(number) => return number,
                None => cancel::now(),
            }
        }
    }
}

/// The form of `semaphore.h`: 0, or -1 with `errno`.
#[inline(always)]
fn answer(number: c_int) -> c_int {
    if number == 0 {
        return 0;
    }
    set_errno(number);
    -1
}

/// Initialises a semaphore. `EINVAL` for null or a value above `SEM_VALUE_MAX`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_init(
    sem: Option<&mut MaybeUninit<Sem>>,
    _shared: c_int,
    value: u32,
) -> c_int {
    match sem {
        Some(sem) if value <= VALUE_MAX => {
            sem.write(Sem::new(value));
            0
        }
        _ => answer(EINVAL),
    }
}

/// Ends the use of a semaphore. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_destroy(sem: Option<&Sem>) -> c_int {
    answer(if sem.is_some() { 0 } else { EINVAL })
}

/// Adds one, and wakes a waiter. `EOVERFLOW`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_post(sem: &Sem) -> c_int {
    if sem.post_fast() {
        0
    } else {
        post_or_errno(sem)
    }
}

#[cold]
fn post_or_errno(sem: &Sem) -> c_int {
    answer(sem.post_slow())
}

/// Takes one, waiting for it; a cancellation point. `EINTR` if a signal handler ran.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_wait(sem: &Sem) -> c_int {
    if !cancel::is_due(thread::current()) && sem.take_fast() {
        0
    } else {
        wait_or_errno(sem)
    }
}

#[cold]
fn wait_or_errno(sem: &Sem) -> c_int {
    answer(sem.wait(Patience::Endless))
}

/// Takes one if there is one. `EAGAIN` otherwise.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_trywait(sem: &Sem) -> c_int {
    answer(sem.wait(Patience::Try))
}

/// As `sem_wait`, until `deadline` of the wall clock. `ETIMEDOUT`; `EINVAL` if it must wait and the
/// deadline is malformed.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_timedwait(sem: &Sem, deadline: Option<&Timespec>) -> c_int {
    answer(sem.wait(Patience::Until(CLOCK_REALTIME, deadline)))
}

/// `sem_timedwait` against the clock named (POSIX.1-2024); `EINVAL` for another than the monotonic and
/// the wall clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_clockwait(sem: &Sem, clock: ClockId, deadline: Option<&Timespec>) -> c_int {
    answer(match Patience::clock(clock, deadline) {
        Ok(patience) => sem.wait(patience),
        Err(number) => number,
    })
}

/// Reads the value, which is 0 while threads wait. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_getvalue(sem: Option<&Sem>, value: Option<&mut c_int>) -> c_int {
    let (Some(sem), Some(value)) = (sem, value) else {
        return answer(EINVAL);
    };
    *value = sem.word.load(Relaxed) as u32 as c_int;
    0
}
