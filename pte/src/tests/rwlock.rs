use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use super::{after_us, eventually};
use crate::errno::*;
use crate::rwlock::*;
use crate::time::Timespec;

struct Pair(UnsafeCell<(u64, u64)>);

// SAFETY: guarded by a lock.
unsafe impl Sync for Pair {}

#[test]
fn writers_exclude_everybody() {
    let lock = RwLock::new(0);
    let pair = Pair(UnsafeCell::new((0, 0)));
    thread::scope(|scope| {
        for number in 0..12 {
            let (lock, pair) = (&lock, &pair);
            scope.spawn(move || {
                for round in 0..4000 {
                    if (number + round) % 4 == 0 {
                        assert_eq!(pthread_rwlock_wrlock(lock), 0);
                        // SAFETY: locked for writing.
                        unsafe {
                            (*pair.0.get()).0 += 1;
                            if round % 64 == 0 {
                                thread::yield_now();
                            }
                            (*pair.0.get()).1 += 1;
                        }
                    } else {
                        assert_eq!(pthread_rwlock_rdlock(lock), 0);
                        // SAFETY: locked for reading.
                        let (a, b) = unsafe { *pair.0.get() };
                        assert_eq!(a, b);
                    }
                    assert_eq!(pthread_rwlock_unlock(lock), 0);
                }
            });
        }
    });
    // SAFETY: the threads are gone.
    assert_eq!(unsafe { *pair.0.get() }, (12_000, 12_000));
    assert_eq!(pthread_rwlock_destroy(Some(&lock)), 0);
}

#[test]
fn timeouts_race_with_unlocks() {
    let lock = RwLock::new(0);
    let pair = Pair(UnsafeCell::new((0, 0)));
    let written = AtomicU32::new(0);
    thread::scope(|scope| {
        for number in 0..12i64 {
            let (lock, pair, written) = (&lock, &pair, &written);
            scope.spawn(move || {
                for round in 0..1500 {
                    let time = after_us((number * 11 + round) % 70);
                    if (number + round) % 3 == 0 {
                        match pthread_rwlock_timedwrlock(lock, Some(&time)) {
                            0 => {
                                // SAFETY: locked for writing.
                                unsafe { (*pair.0.get()).0 += 1 };
                                written.fetch_add(1, SeqCst);
                                if round % 5 == 0 {
                                    thread::yield_now();
                                }
                                // SAFETY: as before.
                                unsafe { (*pair.0.get()).1 += 1 };
                                assert_eq!(pthread_rwlock_unlock(lock), 0);
                            }
                            answer => assert_eq!(answer, ETIMEDOUT),
                        }
                    } else {
                        match pthread_rwlock_timedrdlock(lock, Some(&time)) {
                            0 => {
                                // SAFETY: locked for reading.
                                let (a, b) = unsafe { *pair.0.get() };
                                assert_eq!(a, b);
                                assert_eq!(pthread_rwlock_unlock(lock), 0);
                            }
                            answer => assert_eq!(answer, ETIMEDOUT),
                        }
                    }
                }
            });
        }
    });
    // SAFETY: the threads are gone.
    assert_eq!(unsafe { *pair.0.get() }.0, u64::from(written.load(SeqCst)));
    assert_eq!(pthread_rwlock_trywrlock(&lock), 0);
    assert_eq!(pthread_rwlock_unlock(&lock), 0);
}

#[test]
fn readers_pass_a_waiting_writer() {
    let lock = RwLock::new(0);
    assert_eq!(pthread_rwlock_rdlock(&lock), 0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| pthread_rwlock_timedwrlock(&lock, Some(&after_us(50_000))));
        eventually(|| {
            assert_eq!(pthread_rwlock_tryrdlock(&lock), 0);
            assert_eq!(pthread_rwlock_unlock(&lock), 0);
            writer.is_finished()
        });
        assert_eq!(writer.join().unwrap(), ETIMEDOUT);
    });
    assert_eq!(pthread_rwlock_unlock(&lock), 0);
    assert_eq!(pthread_rwlock_destroy(Some(&lock)), 0);
}

#[test]
fn a_preferred_writer_bars_new_readers_until_it_gives_up() {
    let lock = RwLock::new(NONRECURSIVE);
    assert_eq!(pthread_rwlock_rdlock(&lock), 0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| pthread_rwlock_timedwrlock(&lock, Some(&after_us(150_000))));
        let reader = scope.spawn(|| {
            eventually(|| match pthread_rwlock_tryrdlock(&lock) {
                EBUSY => true,
                _ => {
                    pthread_rwlock_unlock(&lock);
                    false
                }
            });
            // Goes on when the writer has given up, although the first reader still reads.
            assert_eq!(pthread_rwlock_rdlock(&lock), 0);
            assert_eq!(pthread_rwlock_unlock(&lock), 0);
        });
        assert_eq!(writer.join().unwrap(), ETIMEDOUT);
        reader.join().unwrap();
    });
    assert_eq!(pthread_rwlock_destroy(Some(&lock)), EBUSY);
    assert_eq!(pthread_rwlock_unlock(&lock), 0);
    assert_eq!(pthread_rwlock_destroy(Some(&lock)), 0);
}

#[test]
fn errors() {
    let lock = RwLock::new(0);
    assert_eq!(pthread_rwlock_unlock(&lock), EPERM);
    assert_eq!(pthread_rwlock_wrlock(&lock), 0);
    assert_eq!(pthread_rwlock_wrlock(&lock), EDEADLK);
    assert_eq!(pthread_rwlock_rdlock(&lock), EDEADLK);
    assert_eq!(pthread_rwlock_trywrlock(&lock), EBUSY);
    let bad = Timespec {
        seconds: 0,
        nanoseconds: -7,
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(pthread_rwlock_unlock(&lock), EPERM);
            assert_eq!(pthread_rwlock_tryrdlock(&lock), EBUSY);
            assert_eq!(
                pthread_rwlock_timedrdlock(&lock, Some(&after_us(-9))),
                ETIMEDOUT
            );
            assert_eq!(pthread_rwlock_timedwrlock(&lock, Some(&bad)), EINVAL);
            assert_eq!(pthread_rwlock_clockwrlock(&lock, 9, Some(&bad)), EINVAL);
        });
    });
    assert_eq!(pthread_rwlock_unlock(&lock), 0);
    assert_eq!(pthread_rwlock_timedrdlock(&lock, Some(&bad)), 0);
    assert_eq!(pthread_rwlock_unlock(&lock), 0);
}
