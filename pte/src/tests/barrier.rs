use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use crate::barrier::*;
use crate::errno::*;
use crate::once::Once;
use crate::spin::*;

#[test]
fn nobody_passes_before_all_have_come() {
    const THREADS: u32 = 16;
    const ROUNDS: u32 = 1000;
    let barrier = Barrier::new(THREADS);
    let (arrived, serial) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for round in 0..ROUNDS {
                    arrived.fetch_add(1, SeqCst);
                    match pthread_barrier_wait(&barrier) {
                        SERIAL => {
                            serial.fetch_add(1, SeqCst);
                        }
                        answer => assert_eq!(answer, 0),
                    }
                    assert!(arrived.load(SeqCst) >= (round + 1) * THREADS);
                }
            });
        }
    });
    assert_eq!(serial.load(SeqCst), ROUNDS);
    assert_eq!(pthread_barrier_destroy(Some(&barrier)), 0);
}

#[test]
fn destroyed_right_after() {
    for _ in 0..500 {
        let barrier = Box::into_raw(Box::new(Barrier::new(4))) as usize;
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(move || {
                    // SAFETY: freed when everybody has left, which is what is tested.
                    let shared = unsafe { &*(barrier as *const Barrier) };
                    if pthread_barrier_wait(shared) == SERIAL {
                        assert_eq!(pthread_barrier_destroy(Some(shared)), 0);
                        // SAFETY: as above.
                        unsafe {
                            let memory = barrier as *mut core::mem::MaybeUninit<Barrier>;
                            memory.cast::<u8>().write_bytes(0xee, size_of::<Barrier>());
                            drop(Box::from_raw(memory));
                        }
                    }
                });
            }
        });
    }
}

#[test]
fn bad_barriers() {
    let mut barrier = core::mem::MaybeUninit::uninit();
    assert_eq!(pthread_barrier_init(Some(&mut barrier), None, 0), EINVAL);
    assert_eq!(pthread_barrier_init(Some(&mut barrier), None, 2), 0);
    // SAFETY: just initialised.
    let barrier = unsafe { barrier.assume_init() };
    thread::scope(|scope| {
        scope.spawn(|| pthread_barrier_wait(&barrier));
        super::eventually(|| pthread_barrier_destroy(Some(&barrier)) == EBUSY);
        pthread_barrier_wait(&barrier);
    });
    assert_eq!(pthread_barrier_destroy(Some(&barrier)), 0);
}

#[test]
fn once_is_once() {
    for _ in 0..500 {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        extern "C" fn count() {
            thread::yield_now();
            COUNT.fetch_add(1, SeqCst);
        }
        let once = Once::new();
        COUNT.store(0, SeqCst);
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    once.call(count);
                    assert_eq!(COUNT.load(SeqCst), 1);
                });
            }
        });
    }
}

struct Count(Cell<u32>);

// SAFETY: guarded by a spin lock.
unsafe impl Sync for Count {}

#[test]
fn spinning_excludes() {
    // SAFETY: a spin lock is a word, 0 when free.
    let lock: SpinLock = unsafe { core::mem::zeroed() };
    let count = Count(Cell::new(0));
    thread::scope(|scope| {
        for _ in 0..16 {
            let (lock, count) = (&lock, &count);
            scope.spawn(move || {
                for _ in 0..2000 {
                    pthread_spin_lock(lock);
                    count.0.set(count.0.get() + 1);
                    pthread_spin_unlock(lock);
                }
            });
        }
    });
    assert_eq!(count.0.get(), 32_000);
    assert_eq!(pthread_spin_trylock(&lock), 0);
    assert_eq!(pthread_spin_trylock(&lock), EBUSY);
    assert_eq!(pthread_spin_destroy(Some(&lock)), EBUSY);
    assert_eq!(pthread_spin_init(Some(&lock), 2), EINVAL);
}
