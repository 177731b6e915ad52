//! Barriers.
//!
//! One 64-bit word holds the round (upper half) and how many have arrived in it (lower half), so the
//! last arrival ends the round and clears the count in one step, and a thread that is early for the next
//! round cannot be counted in this one. Waiters sleep on the upper half. `left` counts the returns from
//! all rounds: `pthread_barrier_destroy` waits until everybody released is out of the object, which makes
//! destroying it right after a wait safe (POSIX.1-2017, `pthread_barrier_destroy`).

use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::errno::{EBUSY, EINVAL};
use crate::platform::{self, cpu_count, futex_wait, futex_wake};
use crate::time::Deadline;

/// `PTHREAD_BARRIER_SERIAL_THREAD`.
pub const SERIAL: c_int = -1;

/// `pthread_barrier_t`.
#[repr(C)]
pub struct Barrier {
    word: AtomicU64,
    count: u32,
    left: AtomicU32,
    reserved: [u64; 2],
}

const _: () = assert!(size_of::<Barrier>() == 32 && align_of::<Barrier>() == 8);

impl Barrier {
    /// A barrier for `count` threads, which is not 0.
    pub const fn new(count: u32) -> Self {
        Self {
            word: AtomicU64::new(0),
            count,
            left: AtomicU32::new(0),
            reserved: [0; 2],
        }
    }

    /// The upper half of the word.
    fn round(&self) -> &AtomicU32 {
        // SAFETY: little-endian, so the upper half is the second of two aligned 32-bit words inside
        // the 64-bit one, which is only ever accessed atomically.
        unsafe { AtomicU32::from_ptr(self.word.as_ptr().cast::<u32>().add(1)) }
    }

    fn wait(&self) -> c_int {
        let mut word = self.word.load(Relaxed);
        let round = loop {
            let arrived = word as u32 + 1;
            let round = (word >> 32) as u32;
            let last = arrived >= self.count;
            let new = if last {
                u64::from(round.wrapping_add(1)) << 32
            } else {
                word + 1
            };
            match self.word.compare_exchange_weak(word, new, AcqRel, Relaxed) {
                Ok(_) if last => {
                    futex_wake(self.round(), u32::MAX);
                    self.left.fetch_add(1, Release);
                    return SERIAL;
                }
                Ok(_) => break round,
                Err(now) => word = now,
            }
        };
        let futex = self.round();
        if self.count <= cpu_count() {
            platform::spin_while(|| futex.load(Relaxed) == round);
        }
        while futex.load(Acquire) == round {
            futex_wait(futex, round, Deadline::NEVER);
        }
        self.left.fetch_add(1, Release);
        0
    }

    fn destroy(&self) -> c_int {
        let word = self.word.load(Relaxed);
        if word as u32 != 0 {
            return EBUSY;
        }
        // Rounds and returns both wrap at 2^32.
        let returns = ((word >> 32) as u32).wrapping_mul(self.count);
        while self.left.load(Acquire) != returns {
            platform::yield_now();
        }
        0
    }
}

/// Initialises a barrier. `EINVAL` if `count` is 0.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrier_init(
    barrier: Option<&mut MaybeUninit<Barrier>>,
    _attr: Option<&BarrierAttr>,
    count: u32,
) -> c_int {
    match barrier {
        Some(barrier) if count > 0 => {
            barrier.write(Barrier::new(count));
            0
        }
        _ => EINVAL,
    }
}

/// Ends the use of a barrier, once everybody released has left it. `EBUSY` if a thread waits.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrier_destroy(barrier: Option<&Barrier>) -> c_int {
    barrier.map_or(EINVAL, Barrier::destroy)
}

/// Waits until `count` threads have called this; `PTHREAD_BARRIER_SERIAL_THREAD` in one of them, 0 in the
/// others.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrier_wait(barrier: &Barrier) -> c_int {
    barrier.wait()
}

/// `pthread_barrierattr_t`: 1 if shared between processes.
#[repr(C)]
pub struct BarrierAttr(c_int);

/// Initialises attributes: private. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrierattr_init(attr: Option<&mut MaybeUninit<BarrierAttr>>) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    attr.write(BarrierAttr(0));
    0
}

/// Ends the use of attributes; always succeeds.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrierattr_destroy(_attr: Option<&mut BarrierAttr>) -> c_int {
    0
}

/// Reads what `pthread_barrierattr_setpshared` sets. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrierattr_getpshared(
    attr: Option<&BarrierAttr>,
    shared: Option<&mut c_int>,
) -> c_int {
    let (Some(attr), Some(shared)) = (attr, shared) else {
        return EINVAL;
    };
    *shared = attr.0;
    0
}

/// Sets whether processes share the barrier; there is one process. `EINVAL` for another value than 0 or 1.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_barrierattr_setpshared(
    attr: Option<&mut BarrierAttr>,
    shared: c_int,
) -> c_int {
    match attr {
        Some(attr) if shared == 0 || shared == 1 => {
            attr.0 = shared;
            0
        }
        _ => EINVAL,
    }
}
