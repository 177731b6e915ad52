use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use super::after_us;
use super::mutex::guarded;
use crate::cond::*;
use crate::errno::*;
use crate::mutexattr::{ERRORCHECK, RECURSIVE, ROBUST};
use crate::time::{Patience, Timespec};

struct Shared<T>(UnsafeCell<T>);

// SAFETY: used with a mutex locked.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    #[allow(clippy::mut_from_ref, reason = "a mutex guards it")]
    fn get(&self) -> &mut T {
        // SAFETY: the mutex is locked.
        unsafe { &mut *self.0.get() }
    }
}

#[test]
fn a_bounded_buffer_loses_nothing() {
    for kind in [0, RECURSIVE, ROBUST] {
        const EACH: u64 = 3000;
        let guard = guarded(kind);
        let (not_empty, not_full) = (Cond::new(0), Cond::new(0));
        let items = Shared(UnsafeCell::new(Vec::new()));
        let sum = std::sync::atomic::AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for value in 1..=EACH {
                        guard.mutex.lock(Patience::Endless);
                        while items.get().len() == 3 {
                            assert_eq!(pthread_cond_wait(&not_full, &guard.mutex), 0);
                        }
                        items.get().push(value);
                        pthread_cond_signal(&not_empty);
                        guard.mutex.unlock();
                    }
                });
                scope.spawn(|| {
                    for _ in 0..EACH {
                        guard.mutex.lock(Patience::Endless);
                        while items.get().is_empty() {
                            assert_eq!(pthread_cond_wait(&not_empty, &guard.mutex), 0);
                        }
                        sum.fetch_add(items.get().pop().unwrap(), SeqCst);
                        guard.mutex.unlock();
                        pthread_cond_signal(&not_full);
                    }
                });
            }
        });
        assert_eq!(sum.load(SeqCst), 8 * EACH * (EACH + 1) / 2);
        assert_eq!(pthread_cond_destroy(Some(&not_empty)), 0);
    }
}

/// Each signal is answered by exactly one waiter, timeouts or not: consumed signals and tickets agree.
#[test]
fn signals_race_with_timeouts() {
    let guard = guarded(0);
    let cond = Cond::new(0);
    let tickets = Shared(UnsafeCell::new(0u32));
    let (taken, stop) = (AtomicU32::new(0), AtomicU32::new(0));
    const TICKETS: u32 = 3000;
    thread::scope(|scope| {
        for number in 0..8i64 {
            let (guard, cond, tickets, taken, stop) = (&guard, &cond, &tickets, &taken, &stop);
            scope.spawn(move || {
                let mut round = 0;
                guard.mutex.lock(Patience::Endless);
                while stop.load(SeqCst) == 0 || *tickets.get() > 0 {
                    round += 1;
                    if *tickets.get() > 0 {
                        *tickets.get() -= 1;
                        taken.fetch_add(1, SeqCst);
                        continue;
                    }
                    let time = after_us((number * 13 + round) % 80);
                    let answer = pthread_cond_timedwait(cond, &guard.mutex, Some(&time));
                    assert!(answer == 0 || answer == ETIMEDOUT);
                }
                guard.mutex.unlock();
            });
        }
        scope.spawn(|| {
            for _ in 0..TICKETS {
                guard.mutex.lock(Patience::Endless);
                *tickets.get() += 1;
                pthread_cond_signal(&cond);
                guard.mutex.unlock();
            }
            stop.store(1, SeqCst);
            pthread_cond_broadcast(&cond);
        });
    });
    assert_eq!(taken.load(SeqCst), TICKETS);
    assert_eq!(pthread_cond_destroy(Some(&cond)), 0);
}

/// A signal reaches one that waited before it, not one that comes after.
#[test]
fn signals_go_to_the_one_that_waited_longest() {
    let guard = guarded(0);
    let cond = Cond::new(0);
    let order = Shared(UnsafeCell::new(Vec::new()));
    let waiting = AtomicU32::new(0);
    thread::scope(|scope| {
        for number in 0..6 {
            let (guard, cond, order, waiting) = (&guard, &cond, &order, &waiting);
            scope.spawn(move || {
                guard.mutex.lock(Patience::Endless);
                waiting.fetch_add(1, SeqCst);
                pthread_cond_wait(cond, &guard.mutex);
                order.get().push(number);
                guard.mutex.unlock();
            });
            super::eventually(|| waiting.load(SeqCst) == number + 1);
        }
        for number in 0..6 {
            guard.mutex.lock(Patience::Endless);
            if number == 0 {
                assert_eq!(pthread_cond_destroy(Some(&cond)), EBUSY);
            }
            pthread_cond_signal(&cond);
            guard.mutex.unlock();
            super::eventually(|| {
                guard.mutex.lock(Patience::Endless);
                let count = order.get().len();
                guard.mutex.unlock();
                count == number + 1
            });
        }
    });
    assert_eq!(*order.get(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn destroyed_right_after_broadcast() {
    for round in 0..300 {
        let guard = guarded(0);
        let cond = Box::into_raw(Box::new(Cond::new(0))) as usize;
        let waiting = AtomicU32::new(0);
        thread::scope(|scope| {
            for number in 0..6i64 {
                let (guard, waiting) = (&guard, &waiting);
                scope.spawn(move || {
                    guard.mutex.lock(Patience::Endless);
                    waiting.fetch_add(1, SeqCst);
                    let time = after_us(300 + (number + round) % 7 * 20);
                    // SAFETY: freed only when nobody is inside, which is what is tested.
                    pthread_cond_timedwait(
                        unsafe { &*(cond as *const Cond) },
                        &guard.mutex,
                        Some(&time),
                    );
                    guard.mutex.unlock();
                });
            }
            super::eventually(|| waiting.load(SeqCst) == 6);
            guard.mutex.lock(Patience::Endless);
            // SAFETY: as above.
            unsafe {
                pthread_cond_broadcast(&*(cond as *const Cond));
                assert_eq!(pthread_cond_destroy(Some(&*(cond as *const Cond))), 0);
                let memory = cond as *mut Cond;
                memory.cast::<u8>().write_bytes(0xee, size_of::<Cond>());
                guard.mutex.unlock();
                drop(Box::from_raw(memory.cast::<core::mem::MaybeUninit<Cond>>()));
            }
        });
    }
}

#[test]
fn bad_arguments() {
    let guard = guarded(ERRORCHECK);
    let cond = Cond::new(0);
    assert_eq!(pthread_cond_wait(&cond, &guard.mutex), EPERM);
    guard.mutex.lock(Patience::Endless);
    let bad = Timespec {
        seconds: 0,
        nanoseconds: 1_000_000_000,
    };
    assert_eq!(
        pthread_cond_timedwait(&cond, &guard.mutex, Some(&bad)),
        EINVAL
    );
    assert_eq!(
        pthread_cond_timedwait(&cond, &guard.mutex, Some(&after_us(-1))),
        ETIMEDOUT
    );
    assert_eq!(
        pthread_cond_clockwait(&cond, &guard.mutex, 2, Some(&after_us(0))),
        EINVAL
    );
    assert_eq!(guard.mutex.unlock(), 0);
}
