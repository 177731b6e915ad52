use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use super::{after_us, until};
use crate::errno::*;
use crate::held;
use crate::mutex::*;
use crate::mutexattr::{ERRORCHECK, INHERIT, RECURSIVE, ROBUST};
use crate::time::{Patience, Timespec};

/// A mutex of this kind, and a number that it guards.
pub(super) struct Guarded {
    pub mutex: Mutex,
    pub value: UnsafeCell<u64>,
}

// SAFETY: the value is used with the mutex locked.
unsafe impl Sync for Guarded {}

pub(super) fn guarded(kind: u32) -> Guarded {
    let mut mutex = MaybeUninit::uninit();
    assert_eq!(pthread_mutex_init(Some(&mut mutex), None), 0);
    // SAFETY: just initialised.
    let mutex = unsafe { mutex.assume_init() };
    mutex.kind.store(kind, SeqCst);
    Guarded {
        mutex,
        value: UnsafeCell::new(0),
    }
}

impl Guarded {
    fn add(&self) {
        // SAFETY: the mutex is locked.
        unsafe { *self.value.get() += 1 };
    }
}

const KINDS: [u32; 7] = [
    0,
    RECURSIVE,
    ERRORCHECK,
    ROBUST,
    INHERIT,
    INHERIT | ROBUST | RECURSIVE,
    ROBUST | ERRORCHECK,
];

#[test]
fn excludes() {
    for kind in KINDS {
        let guarded = guarded(kind);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5000 {
                        assert_eq!(pthread_mutex_lock(&guarded.mutex), 0);
                        guarded.add();
                        assert_eq!(pthread_mutex_unlock(&guarded.mutex), 0);
                    }
                });
            }
        });
        // SAFETY: the threads are gone.
        assert_eq!(unsafe { *guarded.value.get() }, 40_000);
        assert_eq!(pthread_mutex_destroy(Some(&guarded.mutex)), 0);
    }
}

#[test]
fn timeouts_race_with_unlocks() {
    for kind in KINDS {
        let guarded = guarded(kind);
        let got = AtomicU32::new(0);
        thread::scope(|scope| {
            for number in 0..8i64 {
                let (guarded, got) = (&guarded, &got);
                scope.spawn(move || {
                    for round in 0..1000 {
                        let time = after_us((number * 7 + round) % 60);
                        match guarded.mutex.lock(until(&time)) {
                            0 => {
                                guarded.add();
                                got.fetch_add(1, SeqCst);
                                if round % 8 == 0 {
                                    thread::yield_now();
                                }
                                assert_eq!(guarded.mutex.unlock(), 0);
                            }
                            answer => assert_eq!(answer, ETIMEDOUT),
                        }
                    }
                });
            }
        });
        // SAFETY: the threads are gone.
        assert_eq!(unsafe { *guarded.value.get() }, u64::from(got.load(SeqCst)));
        // Nobody waits: it is free, and locking needs no help.
        assert_eq!(guarded.mutex.lock(Patience::Try), 0);
        assert_eq!(guarded.mutex.unlock(), 0);
    }
}

#[test]
fn relocking_is_as_the_type_says() {
    let normal = guarded(0);
    assert_eq!(normal.mutex.lock(Patience::Endless), 0);
    assert_eq!(normal.mutex.lock(Patience::Try), EBUSY);
    assert_eq!(normal.mutex.lock(until(&after_us(2000))), ETIMEDOUT);
    let bad = Timespec {
        seconds: 1,
        nanoseconds: -1,
    };
    assert_eq!(normal.mutex.lock(until(&bad)), EINVAL);
    assert_eq!(pthread_mutex_destroy(Some(&normal.mutex)), EBUSY);
    assert_eq!(normal.mutex.unlock(), 0);
    // An available lock is given whatever the deadline.
    assert_eq!(normal.mutex.lock(until(&bad)), 0);

    let check = guarded(ERRORCHECK);
    assert_eq!(check.mutex.unlock(), EPERM);
    assert_eq!(check.mutex.lock(Patience::Endless), 0);
    assert_eq!(check.mutex.lock(Patience::Endless), EDEADLK);
    assert_eq!(check.mutex.lock(Patience::Try), EBUSY);
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(check.mutex.unlock(), EPERM);
            assert_eq!(check.mutex.lock(until(&after_us(-5))), ETIMEDOUT);
        });
    });
    assert_eq!(check.mutex.unlock(), 0);

    let recursive = guarded(RECURSIVE);
    for _ in 0..3 {
        assert_eq!(recursive.mutex.lock(Patience::Try), 0);
    }
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(recursive.mutex.lock(Patience::Try), EBUSY));
    });
    for _ in 0..3 {
        assert_eq!(recursive.mutex.unlock(), 0);
    }
    assert_eq!(recursive.mutex.unlock(), EPERM);
}

#[test]
fn robust_mutexes_are_passed_on() {
    for kind in [ROBUST, ROBUST | INHERIT] {
        let one = guarded(kind);
        let owned = AtomicU32::new(0);
        let lock_and_die = || {
            assert_eq!(one.mutex.lock(Patience::Endless), 0);
            owned.store(1, SeqCst);
            // The others are waiting meanwhile.
            thread::sleep(core::time::Duration::from_millis(20));
            held::abandon_all();
        };
        thread::scope(|scope| {
            scope.spawn(lock_and_die);
            super::eventually(|| owned.load(SeqCst) == 1);
            assert_eq!(one.mutex.lock(Patience::Endless), EOWNERDEAD);
        });
        assert_eq!(pthread_mutex_consistent(Some(&one.mutex)), 0);
        assert_eq!(pthread_mutex_consistent(Some(&one.mutex)), EINVAL);
        assert_eq!(one.mutex.unlock(), 0);

        thread::scope(|scope| {
            scope.spawn(lock_and_die);
        });
        assert_eq!(one.mutex.lock(Patience::Try), EOWNERDEAD);
        thread::scope(|scope| {
            let waiters: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| one.mutex.lock(Patience::Endless)))
                .collect();
            thread::sleep(core::time::Duration::from_millis(20));
            // Unlocked without being made consistent: lost.
            assert_eq!(one.mutex.unlock(), 0);
            for waiter in waiters {
                assert_eq!(waiter.join().unwrap(), ENOTRECOVERABLE);
            }
        });
        assert_eq!(one.mutex.lock(Patience::Try), ENOTRECOVERABLE);
        assert_eq!(one.mutex.lock(until(&after_us(1000))), ENOTRECOVERABLE);
        assert_eq!(pthread_mutex_destroy(Some(&one.mutex)), 0);
    }
}

#[test]
fn destroyed_right_after_unlock() {
    // Whoever locks last frees the mutex; the one before may still be inside its unlock.
    for _ in 0..2000 {
        let shared = Box::leak(Box::new((guarded(0), AtomicU32::new(0))));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let pointer: *mut (Guarded, AtomicU32) = core::ptr::from_ref(shared).cast_mut();
                    // SAFETY: the second of the two to come here is alone with the object.
                    unsafe {
                        (*pointer).0.mutex.lock(Patience::Endless);
                        let order = (*pointer).1.fetch_add(1, SeqCst);
                        (*pointer).0.mutex.unlock();
                        if order == 1 {
                            assert_eq!(pthread_mutex_destroy(Some(&(*pointer).0.mutex)), 0);
                            drop(Box::from_raw(pointer));
                        }
                    }
                });
            }
        });
    }
}
