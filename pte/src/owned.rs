//! Mutexes that know their owner: recursive, error-checking, robust, and those with a protocol.
//!
//! The word holds the owner's thread id and the bit [`WAITERS`]: somebody may sleep on the word. A robust
//! mutex whose owner has ended has no owner and the bit [`OWNER_DIED`]; one that was given up holds
//! [`LOST`]. While a mutex is robust or has a protocol it is in its owner's list ([`crate::held`]).

use core::ffi::c_int;
use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::errno::{
    EAGAIN, EBUSY, EDEADLK, EINVAL, ENOTRECOVERABLE, EOWNERDEAD, EPERM, ETIMEDOUT, Result,
};
use crate::held;
use crate::inherit;
use crate::mutex::Mutex;
use crate::mutexattr::{ERRORCHECK, INHERIT, PROTECT, RECURSIVE, ROBUST, TYPE};
use crate::platform::{self, Woken, futex_wait, futex_wake};
use crate::protect;
use crate::thread;
use crate::time::Patience;

/// Somebody may wait.
pub const WAITERS: u32 = 1 << 31;
/// The owner ended without unlocking.
pub const OWNER_DIED: u32 = 1 << 30;
/// The bits of the owner.
pub const OWNER: u32 = OWNER_DIED - 1;
/// The word of a robust mutex that nobody can lock again; no thread has this id.
pub const LOST: u32 = OWNER;

const TRACKED: u32 = ROBUST | INHERIT | PROTECT;

/// Locks.
#[inline]
pub fn lock(mutex: &Mutex, patience: Patience) -> c_int {
    let me = thread::tid();
    if lock_at_once(mutex, me) {
        return 0;
    }
    lock_slowly(mutex, me, patience)
}

/// Locks what is free and needs no list, and again what is recursive and the caller's.
#[inline(always)]
fn lock_at_once(mutex: &Mutex, me: u32) -> bool {
    let kind = mutex.kind();
    let word = mutex.word.load(Relaxed);
    if word == 0 {
        let locked =
            kind & TRACKED == 0 && mutex.word.compare_exchange(0, me, Acquire, Relaxed).is_ok();
        if locked {
            mutex.count.set(1);
        }
        return locked;
    }
    let again = (word & OWNER == me && kind & TYPE == RECURSIVE)
        .then(|| mutex.count.get().checked_add(1))
        .flatten();
    if let Some(count) = again {
        mutex.count.set(count);
    }
    again.is_some()
}

#[cold]
#[inline(never)]
fn lock_slowly(mutex: &Mutex, me: u32, patience: Patience) -> c_int {
    let kind = mutex.kind();
    if mutex.word.load(Relaxed) & OWNER == me {
        match kind & TYPE {
            RECURSIVE => return EAGAIN,
            ERRORCHECK if !patience.is_try() => return EDEADLK,
            // A normal one waits for itself, for ever or until its deadline.
            _ => {}
        }
    }
    if kind & PROTECT != 0
        && let Err(number) = protect::raise(mutex)
    {
        return number;
    }
    let answer = acquire(mutex, me, patience);
    if answer != 0 && answer != EOWNERDEAD && kind & PROTECT != 0 {
        protect::settle();
    }
    answer
}

/// Makes the caller the owner, whatever the ceiling is.
fn acquire(mutex: &Mutex, me: u32, patience: Patience) -> c_int {
    let kind = mutex.kind();
    let acquired = if kind & INHERIT != 0 {
        inherit::acquire(mutex, me, patience)
    } else {
        acquire_word(mutex, me, patience)
    };
    match acquired {
        Ok(died) => {
            mutex.count.set(1);
            if kind & TRACKED != 0 {
                held::add(mutex);
            }
            if died {
                mutex.inconsistent.set(1);
                return EOWNERDEAD;
            }
            0
        }
        Err(number) => number,
    }
}

/// Tries once: `Some` is the outcome (`Ok(true)`: the owner had died), `None` that it is locked.
pub fn try_word(mutex: &Mutex, me: u32, waiters: u32) -> Option<Result<bool>> {
    let mut word = mutex.word.load(Relaxed);
    loop {
        if word & OWNER == LOST {
            return Some(Err(ENOTRECOVERABLE));
        }
        if word & OWNER != 0 {
            return None;
        }
        let new = me | word & WAITERS | waiters;
        match mutex
            .word
            .compare_exchange_weak(word, new, Acquire, Relaxed)
        {
            Ok(_) => return Some(Ok(word & OWNER_DIED != 0)),
            Err(now) => word = now,
        }
    }
}

fn acquire_word(mutex: &Mutex, me: u32, patience: Patience) -> Result<bool> {
    if let Some(outcome) = try_word(mutex, me, 0) {
        return outcome;
    }
    if patience.is_try() {
        return Err(EBUSY);
    }
    platform::spin_while(|| {
        let word = mutex.word.load(Relaxed);
        word & OWNER != 0 && word & WAITERS == 0
    });
    let deadline = patience.deadline()?;
    let mut waiters = 0;
    loop {
        if let Some(outcome) = try_word(mutex, me, waiters) {
            return outcome;
        }
        // From the first sleep on the bit is kept when the lock is got: others may sleep too.
        waiters = WAITERS;
        let word = mutex.word.load(Relaxed);
        if word & OWNER == 0
            || word & WAITERS == 0
                && mutex
                    .word
                    .compare_exchange(word, word | WAITERS, Relaxed, Relaxed)
                    .is_err()
        {
            continue;
        }
        if futex_wait(&mutex.word, word | WAITERS, deadline) == Woken::TimedOut {
            return Err(ETIMEDOUT);
        }
    }
}

/// Unlocks.
#[inline]
pub fn unlock(mutex: &Mutex) -> c_int {
    let kind = mutex.kind();
    let me = thread::tid();
    if mutex.word.load(Relaxed) & OWNER != me {
        return EPERM;
    }
    if kind & TYPE == RECURSIVE {
        let count = mutex.count.get() - 1;
        mutex.count.set(count);
        if count > 0 {
            return 0;
        }
    }
    if kind & TRACKED == 0 {
        release_word(mutex, 0);
        return 0;
    }
    unlock_tracked(mutex, me)
}

/// Unlocks what is in its owner's list.
#[cold]
#[inline(never)]
fn unlock_tracked(mutex: &Mutex, me: u32) -> c_int {
    let kind = mutex.kind();
    held::remove(mutex);
    let lost = mutex.inconsistent.replace(0) != 0;
    if kind & INHERIT != 0 {
        inherit::release(mutex, me, if lost { LOST } else { 0 });
    } else {
        release_word(mutex, if lost { LOST } else { 0 });
    }
    if kind & PROTECT != 0 {
        protect::settle();
    }
    0
}

/// Gives the mutex up; the word becomes `new`: 0, [`LOST`] or [`OWNER_DIED`].
fn release_word(mutex: &Mutex, new: u32) {
    let word: *const AtomicU32 = &mutex.word;
    let old = if new == OWNER_DIED {
        // The next owner learns of sleepers from the bit.
        mutex
            .word
            .fetch_update(Release, Relaxed, |old| Some(old & WAITERS | OWNER_DIED))
            .unwrap_or_else(|old| old)
    } else {
        mutex.word.swap(new, Release)
    };
    if old & WAITERS != 0 {
        futex_wake(word, if new == LOST { u32::MAX } else { 1 });
    }
}

/// The owner, the calling thread, is ending: passes a robust mutex on.
pub fn abandon(mutex: &Mutex) {
    if mutex.kind() & ROBUST == 0 {
        return;
    }
    mutex.inconsistent.set(0);
    mutex.count.set(0);
    if mutex.kind() & INHERIT != 0 {
        inherit::release(mutex, thread::tid(), OWNER_DIED);
    } else {
        release_word(mutex, OWNER_DIED);
    }
}

/// Whether somebody owns the mutex; a lost one belongs to nobody.
pub fn is_locked(mutex: &Mutex) -> bool {
    let word = mutex.word.load(Relaxed);
    word & OWNER != 0 && word & OWNER != LOST
}

/// Whether the caller owns the mutex.
pub fn is_mine(mutex: &Mutex) -> bool {
    mutex.word.load(Relaxed) & OWNER == thread::tid()
}

/// See `pthread_mutex_consistent`.
pub fn make_consistent(mutex: &Mutex) -> Result<()> {
    let mine = is_mine(mutex);
    if mutex.kind() & ROBUST == 0 || !mine || mutex.inconsistent.get() == 0 {
        return Err(EINVAL);
    }
    mutex.inconsistent.set(0);
    Ok(())
}

/// Runs `change` with the mutex locked, without its ceiling's check.
pub fn with_locked<T>(mutex: &Mutex, change: impl FnOnce() -> T) -> Result<T> {
    let me = thread::tid();
    let mine = is_mine(mutex);
    if mine && mutex.kind() & TYPE != RECURSIVE {
        return Err(EDEADLK);
    }
    if mine {
        return Ok(change());
    }
    match acquire(mutex, me, Patience::Endless) {
        0 => {}
        number => {
            if number == EOWNERDEAD {
                // Left as it was found: the next to lock it hears of it.
                held::remove(mutex);
                abandon(mutex);
            }
            return Err(number);
        }
    }
    let value = change();
    unlock(mutex);
    Ok(value)
}
