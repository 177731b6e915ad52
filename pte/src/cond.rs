//! Condition variables.
//!
//! A condition variable is a queue of its waiters, each a node on the waiter's stack, guarded by an
//! internal lock. Signalling takes the node that has waited longest out of the queue and wakes exactly its
//! owner. So a signal reaches a thread that waited before it and nobody who comes later can take it away,
//! there is no counter that could wrap, and a signal without waiters is one load.
//!
//! Timeout and cancellation race with signals by a compare-and-swap of the node's state: a waiter
//! that was signalled has consumed the signal and returns 0; only one that was not leaves on its own.
//! A signalled waiter does not touch the condition variable again; one that leaves does, and
//! `pthread_cond_destroy` waits for it, so destroying right after a broadcast is safe.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::sync::atomic::{
    AtomicPtr, AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::cancel;
use crate::errno::{EBUSY, EINVAL, EPERM, ETIMEDOUT, Result, number};
use crate::lock::LowLock;
use crate::mutex::Mutex;
use crate::platform::{self, Woken, futex_wake};
use crate::time::{CLOCK_REALTIME, ClockId, Deadline, Timespec, check_clock, deadline};

/// `pthread_cond_t`.
#[repr(C)]
pub struct Cond {
    lock: LowLock,
    /// Clock of `pthread_cond_timedwait`; 0 is the wall clock.
    clock: u32,
    first: AtomicPtr<Waiter>,
    last: UnsafeCell<*mut Waiter>,
    reserved: [u64; 3],
}

// SAFETY: `first`, `last` and the nodes are changed with the lock held only.
unsafe impl Sync for Cond {}

const _: () = assert!(size_of::<Cond>() == 48 && align_of::<Cond>() == 8);

struct Waiter {
    state: AtomicU32,
    next: Cell<*mut Waiter>,
    previous: Cell<*mut Waiter>,
}

const WAITING: u32 = 0;
/// Out of the queue; the node is its owner's again.
const SIGNALLED: u32 = 1;
/// Its owner gave up and takes it out of the queue itself.
const LEAVING: u32 = 2;

impl Cond {
    /// An initialised condition variable.
    pub const fn new(clock: u32) -> Self {
        Self {
            lock: LowLock::new(),
            clock,
            first: AtomicPtr::new(core::ptr::null_mut()),
            last: UnsafeCell::new(core::ptr::null_mut()),
            reserved: [0; 3],
        }
    }

    fn enqueue(&self, waiter: &Waiter) {
        let node = core::ptr::from_ref(waiter).cast_mut();
        let _guard = self.lock.lock();
        // SAFETY: the lock is held, and a node in the queue exists: its owner takes the lock to leave.
        unsafe {
            let last = *self.last.get();
            waiter.previous.set(last);
            match last.as_ref() {
                Some(last) => last.next.set(node),
                None => self.first.store(node, Relaxed),
            }
            *self.last.get() = node;
        }
    }

    /// Takes a node with these neighbours out of the queue; the lock is held.
    fn unlink(&self, previous: *mut Waiter, next: *mut Waiter) {
        // SAFETY: as in `enqueue`.
        unsafe {
            match previous.as_ref() {
                Some(previous) => previous.next.set(next),
                None => self.first.store(next, Relaxed),
            }
            match next.as_ref() {
                Some(next) => next.previous.set(previous),
                None => *self.last.get() = previous,
            }
        }
    }

    /// Wakes up to `count` waiters.
    fn wake(&self, mut count: usize) {
        // A waiter that this call must see was enqueued before its mutex was unlocked, and the caller
        // knows of it by having locked the same mutex: no other order is needed here.
        if self.first.load(Relaxed).is_null() {
            return;
        }
        let mut single: *const AtomicU32 = core::ptr::null();
        {
            let _guard = self.lock.lock();
            let mut at = self.first.load(Relaxed);
            // SAFETY: as in `enqueue`.
            while let Some(waiter) = unsafe { at.as_ref() } {
                if count == 0 {
                    break;
                }
                let (previous, next) = (waiter.previous.get(), waiter.next.get());
                at = next;
                let word: *const AtomicU32 = &waiter.state;
                if waiter
                    .state
                    .compare_exchange(WAITING, SIGNALLED, Release, Relaxed)
                    .is_ok()
                {
                    // From here on the node may be gone; its address still finds the sleeper.
                    self.unlink(previous, next);
                    count -= 1;
                    if !single.is_null() {
                        futex_wake(single, 1);
                    }
                    single = word;
                }
            }
        }
        // The last one is woken without the lock, for the sake of the usual case of one.
        if !single.is_null() {
            futex_wake(single, 1);
        }
    }

    fn wait(&self, mutex: &Mutex, until: Deadline) -> c_int {
        cancel::point();
        if !mutex.may_unlock() {
            return EPERM;
        }
        let waiter = Waiter {
            state: AtomicU32::new(WAITING),
            next: Cell::new(core::ptr::null_mut()),
            previous: Cell::new(core::ptr::null_mut()),
        };
        self.enqueue(&waiter);
        mutex.unlock();
        let mut answer = 0;
        let mut cancelled = false;
        while waiter.state.load(Acquire) == WAITING {
            match cancel::wait(&waiter.state, WAITING, until) {
                None if self.leave(&waiter) => cancelled = true,
                Some(Woken::TimedOut) if self.leave(&waiter) => answer = ETIMEDOUT,
                _ => {}
            }
        }
        let locked = mutex.lock(crate::time::Patience::Endless);
        if cancelled {
            cancel::now();
        }
        if locked != 0 { locked } else { answer }
    }

    /// Leaves the queue unless signalled meanwhile; true if it left. The condition variable is touched
    /// in this case only.
    fn leave(&self, waiter: &Waiter) -> bool {
        if waiter
            .state
            .compare_exchange(WAITING, LEAVING, Relaxed, Acquire)
            .is_err()
        {
            return false;
        }
        let _guard = self.lock.lock();
        self.unlink(waiter.previous.get(), waiter.next.get());
        true
    }

    fn destroy(&self) -> Result<()> {
        loop {
            {
                let _guard = self.lock.lock();
                let first = self.first.load(Relaxed);
                // SAFETY: as in `enqueue`.
                match unsafe { first.as_ref() } {
                    None => return Ok(()),
                    Some(waiter) if waiter.state.load(Relaxed) == WAITING => return Err(EBUSY),
                    Some(_) => {}
                }
            }
            // Somebody whose time ran out is about to leave.
            platform::yield_now();
        }
    }
}

/// Initialises a condition variable. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_init(
    cond: Option<&mut MaybeUninit<Cond>>,
    attr: Option<&CondAttr>,
) -> c_int {
    let Some(cond) = cond else { return EINVAL };
    cond.write(Cond::new(attr.map_or(0, |attr| attr.0 & CLOCK)));
    0
}

/// Ends the use of a condition variable. `EBUSY` if a thread waits.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_destroy(cond: Option<&Cond>) -> c_int {
    number(cond.ok_or(EINVAL).and_then(Cond::destroy))
}

/// Wakes the thread that has waited longest, if one waits.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_signal(cond: &Cond) -> c_int {
    cond.wake(1);
    0
}

/// Wakes all threads that wait.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_broadcast(cond: &Cond) -> c_int {
    cond.wake(usize::MAX);
    0
}

/// Unlocks the mutex, waits to be woken and locks the mutex again; a cancellation point, with the mutex
/// locked when cleanup handlers run.
///
/// `EPERM` if the mutex is not the caller's (normal mutexes excepted); `EOWNERDEAD` and
/// `ENOTRECOVERABLE` of a robust mutex.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_wait(cond: &Cond, mutex: &Mutex) -> c_int {
    cond.wait(mutex, Deadline::NEVER)
}

/// As `pthread_cond_wait`, until `until` of the clock from the attributes. `ETIMEDOUT` (the mutex is locked);
/// `EINVAL` for a malformed time.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_timedwait(
    cond: &Cond,
    mutex: &Mutex,
    until: Option<&Timespec>,
) -> c_int {
    let clock = match cond.clock {
        0 => CLOCK_REALTIME,
        clock => ClockId::from(clock),
    };
    match deadline(clock, until) {
        Ok(until) => cond.wait(mutex, until),
        Err(number) => number,
    }
}

/// As `pthread_cond_timedwait`, against the clock named (POSIX.1-2024). `EINVAL` also for another clock
/// than the monotonic and the wall clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cond_clockwait(
    cond: &Cond,
    mutex: &Mutex,
    clock: ClockId,
    until: Option<&Timespec>,
) -> c_int {
    match check_clock(clock).and_then(|()| deadline(clock, until)) {
        Ok(until) => cond.wait(mutex, until),
        Err(number) => number,
    }
}

/// `pthread_condattr_t`: the clock's number, 0 for the wall clock, and the bit `SHARED`.
#[repr(C)]
pub struct CondAttr(u32);

const CLOCK: u32 = 0xff;
const SHARED: u32 = 0x100;

/// Initialises attributes: wall clock, private. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_condattr_init(attr: Option<&mut MaybeUninit<CondAttr>>) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    attr.write(CondAttr(0));
    0
}

/// Ends the use of attributes; always succeeds.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_condattr_destroy(_attr: Option<&mut CondAttr>) -> c_int {
    0
}

/// Reads the clock. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_condattr_getclock(
    attr: Option<&CondAttr>,
    clock: Option<&mut ClockId>,
) -> c_int {
    let (Some(attr), Some(clock)) = (attr, clock) else {
        return EINVAL;
    };
    *clock = match attr.0 & CLOCK {
        0 => CLOCK_REALTIME,
        clock => ClockId::from(clock),
    };
    0
}

/// Sets the clock: the monotonic or the wall clock, `EINVAL` for another.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_condattr_setclock(attr: Option<&mut CondAttr>, clock: ClockId) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    if let Err(number) = check_clock(clock) {
        return number;
    }
    attr.0 = attr.0 & !CLOCK | clock as u32;
    0
}

/// Reads what `pthread_condattr_setpshared` sets. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_condattr_getpshared(
    attr: Option<&CondAttr>,
    shared: Option<&mut c_int>,
) -> c_int {
    let (Some(attr), Some(shared)) = (attr, shared) else {
        return EINVAL;
    };
    *shared = c_int::from(attr.0 & SHARED != 0);
    0
}

/// Sets whether processes share the object; there is one process. `EINVAL` for another value than 0 or 1.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_condattr_setpshared(attr: Option<&mut CondAttr>, shared: c_int) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    match shared {
        0 => attr.0 &= !SHARED,
        1 => attr.0 |= SHARED,
        _ => return EINVAL,
    }
    0
}
