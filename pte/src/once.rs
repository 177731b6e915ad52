//! One-time initialisation.
//!
//! If the routine is cancelled, its thread ends in it, or an exception leaves it, the object is as if never used, and one of those
//! who wait runs the routine again (POSIX.1-2017, `pthread_once`).

use core::ffi::{c_int, c_void};
use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::cleanup::Handler;
use crate::errno::EINVAL;
use crate::platform::{futex_wait, futex_wake};
use crate::time::Deadline;
use crate::unwind;

/// `pthread_once_t`.
#[repr(transparent)]
pub struct Once(AtomicU32);

const NEW: u32 = 0;
const RUNNING: u32 = 1;
const DONE: u32 = 2;
/// Running, and somebody waits.
const AWAITED: u32 = 3;

impl Once {
    /// One that has not run.
    #[allow(clippy::new_without_default, reason = "never made by default")]
    pub const fn new() -> Self {
        Self(AtomicU32::new(NEW))
    }

    /// Runs `routine` unless some call has run it to its end; waits for a call that is running it.
    #[inline]
    pub fn call(&self, routine: extern "C" fn()) {
        if self.0.load(Acquire) != DONE {
            self.call_slow(routine);
        }
    }

    #[cold]
    fn call_slow(&self, routine: extern "C" fn()) {
        loop {
            match self.0.compare_exchange(NEW, RUNNING, Acquire, Acquire) {
                Ok(_) => break,
                Err(DONE) => return,
                Err(AWAITED) => {}
                Err(_) => {
                    if self
                        .0
                        .compare_exchange(RUNNING, AWAITED, Relaxed, Relaxed)
                        .is_err()
                    {
                        continue;
                    }
                }
            }
            futex_wait(&self.0, AWAITED, Deadline::NEVER);
        }
        let handler = Handler::new(abandon, core::ptr::from_ref(self).cast_mut().cast());
        handler.push();
        unwind::guarded_call(routine);
        handler.pop();
        self.settle(DONE);
    }

    fn settle(&self, state: u32) {
        let word: *const AtomicU32 = &self.0;
        if self.0.swap(state, Release) == AWAITED {
            futex_wake(word, u32::MAX);
        }
    }
}

extern "C" fn abandon(once: *mut c_void) {
    // SAFETY: the handler is in force only while `call_slow` runs with this object.
    unsafe { &*once.cast::<Once>() }.settle(NEW);
}

/// Runs `routine` the first time it is called for this object. `EINVAL` for null. A C++ exception may leave
/// `routine`; the object is then as if never used.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_once(once: &Once, routine: Option<extern "C" fn()>) -> c_int {
    let Some(routine) = routine else {
        return EINVAL;
    };
    once.call(routine);
    0
}
