//! POSIX threads for Hermit: `pthread.h`, `semaphore.h`, `sched.h` and C11's `threads.h`.
//!
//! One module an object. Each is built on the kernel's futex, and an uncontended operation never
//! calls the kernel. [`platform`] is all that is seen of the kernel and the C library below; under
//! `cfg(test)` it is Linux, so that the algorithms run under real threads on the host.
//!
//! **Locks.** Objects have their own words. Beyond them there are two internal locks, both a
//! [`lock::LowLock`]: the one of [`registry`] (all threads and the cached stacks) and the one of
//! [`inherit`] (who waits for which priority-inheritance mutex). Order: an object's internal lock →
//! `inherit` → `registry`; no user code runs under any of them.
//!
//! **Sizes** of all objects are glibc's, and a zeroed object is an initialised one.
//!
//! **Errors** are returned as numbers; semaphores and `sched.h` set `errno`. What each function may
//! return is said at the function, with the page of POSIX.1-2017 (XSH) that it implements by name.
//! A null pointer where POSIX wants an object is `EINVAL` in calls that are not on a fast path.
#![cfg_attr(not(test), no_std)]

#[cfg(not(test))]
pub mod attr;
pub mod barrier;
#[cfg(not(test))]
pub mod c11;
pub mod cancel;
pub mod cleanup;
pub mod cond;
#[cfg(not(test))]
pub mod create;
pub mod errno;
#[cfg(not(test))]
pub mod exit;
pub mod held;
pub mod inherit;
#[cfg(not(test))]
pub mod join;
pub mod key;
pub mod lock;
#[cfg(not(test))]
pub mod misc;
pub mod mutex;
pub mod mutexattr;
pub mod once;
pub mod owned;
pub mod platform;
pub mod priority;
pub mod protect;
pub mod registry;
pub mod rwlock;
#[cfg(not(test))]
pub mod sched;
pub mod sem;
pub mod sem_named;
#[cfg(not(test))]
pub mod signal;
pub mod spin;
#[cfg(not(test))]
pub mod stack;
pub mod thread;
pub mod time;
pub mod unwind;

#[cfg(test)]
mod tests;
