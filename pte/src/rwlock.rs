//! Read-write locks.
//!
//! The word counts the readers, and has the bits `WRITER` and `QUEUED`. Without contention each call
//! is one compare-and-swap of it. Whoever has to wait stands in a queue of nodes on the waiters' stacks,
//! guarded by an internal lock; `QUEUED` says that the queue is not empty, and then every unlock hands
//! the lock to the head of the queue: to one writer, or to all readers up to the next writer.
//!
//! Readers pass waiting writers, as on Linux: POSIX leaves it open, but programs count on it, whose reader
//! holds the lock until another reader, too, has got it. With the kind
//! `PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP` new readers stand behind a waiting writer, and nobody
//! starves; the other kinds are one and the same.
//!
//! A waiter to whom the lock was handed does not look at the queue again. `pthread_rwlock_destroy`
//! takes the internal lock once, so whoever is on its way out of an unlock is gone when it returns.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::errno::{EAGAIN, EBUSY, EDEADLK, EINVAL, EPERM, ETIMEDOUT};
use crate::lock::LowLock;
use crate::platform::{self, Woken, futex_wait, futex_wake};
use crate::thread;
use crate::time::{CLOCK_REALTIME, ClockId, Deadline, Patience, Timespec};

/// `pthread_rwlock_t`.
#[repr(C)]
pub struct RwLock {
    word: AtomicU32,
    lock: LowLock,
    /// The writer's thread id, 0 without one.
    writer: AtomicU32,
    reserved: u32,
    /// The queue, guarded by `lock`.
    first: UnsafeCell<*const Waiter>,
    reserved_middle: [u64; 3],
    /// In word 12, where glibc has it, too.
    kind: c_int,
    reserved_last: u32,
}

// SAFETY: `first` and the nodes are touched with the lock held only.
unsafe impl Sync for RwLock {}

const _: () = assert!(size_of::<RwLock>() == 56 && align_of::<RwLock>() == 8);

/// `PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP`
pub const NONRECURSIVE: c_int = 2;

const WRITER: u32 = 1 << 31;
const QUEUED: u32 = 1 << 30;
const READERS: u32 = QUEUED - 1;

struct Waiter {
    writer: bool,
    state: AtomicU32,
    next: Cell<*const Waiter>,
}

const WAITING: u32 = 0;
const GRANTED: u32 = 1;

impl RwLock {
    /// A free lock.
    pub const fn new(kind: c_int) -> Self {
        Self {
            word: AtomicU32::new(0),
            lock: LowLock::new(),
            writer: AtomicU32::new(0),
            reserved: 0,
            first: UnsafeCell::new(core::ptr::null()),
            reserved_middle: [0; 3],
            kind,
            reserved_last: 0,
        }
    }

    fn read(&self, patience: Patience) -> c_int {
        let passes = self.kind != NONRECURSIVE;
        let barred = if passes { WRITER } else { WRITER | QUEUED };
        let mut word = self.word.load(Relaxed);
        loop {
            if word & barred != 0 {
                break;
            }
            if word & READERS == READERS {
                return EAGAIN;
            }
            match self
                .word
                .compare_exchange_weak(word, word + 1, Acquire, Relaxed)
            {
                Ok(_) => return 0,
                Err(now) => word = now,
            }
        }
        if patience.is_try() {
            return EBUSY;
        }
        if self.writer.load(Relaxed) == thread::tid() {
            return EDEADLK;
        }
        self.wait(false, passes, patience)
    }

    fn write(&self, patience: Patience) -> c_int {
        if self
            .word
            .compare_exchange(0, WRITER, Acquire, Relaxed)
            .is_err()
        {
            if patience.is_try() {
                return EBUSY;
            }
            if self.writer.load(Relaxed) == thread::tid() {
                return EDEADLK;
            }
            let answer = self.wait(true, false, patience);
            if answer != 0 {
                return answer;
            }
        }
        self.writer.store(thread::tid(), Relaxed);
        0
    }

    #[cold]
    fn wait(&self, writer: bool, passes: bool, patience: Patience) -> c_int {
        let deadline = match patience.deadline() {
            Ok(deadline) => deadline,
            Err(number) => return number,
        };
        let barred = if writer {
            WRITER | READERS
        } else if passes {
            WRITER
        } else {
            WRITER | QUEUED
        };
        platform::spin_while(|| self.word.load(Relaxed) & barred & !QUEUED != 0);
        let waiter = Waiter {
            writer,
            state: AtomicU32::new(WAITING),
            next: Cell::new(core::ptr::null()),
        };
        {
            let _guard = self.lock.lock();
            // Bars newcomers, or takes the lock if it became free.
            let taken = self.word.fetch_update(Acquire, Relaxed, |word| {
                if word & barred != 0 || writer && word & QUEUED != 0 {
                    Some(word | QUEUED)
                } else if writer {
                    Some(word | WRITER)
                } else {
                    Some(word + 1)
                }
            });
            let before = taken.unwrap_or(0);
            if before & barred == 0 && !(writer && before & QUEUED != 0) {
                return 0;
            }
            self.enqueue(&waiter, passes);
            // A queue may never stand before a lock that nobody holds.
            self.grant();
        }
        self.sleep(&waiter, deadline)
    }

    fn sleep(&self, waiter: &Waiter, deadline: Deadline) -> c_int {
        while waiter.state.load(Acquire) == WAITING {
            if futex_wait(&waiter.state, WAITING, deadline) != Woken::TimedOut {
                continue;
            }
            let _guard = self.lock.lock();
            if waiter.state.load(Acquire) == GRANTED {
                break;
            }
            self.unlink(waiter);
            // Those behind a writer that left may go on.
            self.grant();
            return ETIMEDOUT;
        }
        0
    }

    /// Appends a node, or puts it in front; the lock is held.
    fn enqueue(&self, waiter: &Waiter, front: bool) {
        // SAFETY: the lock is held; nodes leave the queue before their frames end.
        unsafe {
            let first = *self.first.get();
            if front || first.is_null() {
                waiter.next.set(first);
                *self.first.get() = waiter;
                return;
            }
            let mut last = &*first;
            while let Some(next) = last.next.get().as_ref() {
                last = next;
            }
            last.next.set(waiter);
        }
    }

    fn unlink(&self, waiter: &Waiter) {
        // SAFETY: as in `enqueue`; the node is in the queue.
        unsafe {
            if core::ptr::eq(*self.first.get(), waiter) {
                *self.first.get() = waiter.next.get();
                return;
            }
            let mut at = *self.first.get();
            while let Some(before) = at.as_ref() {
                if core::ptr::eq(before.next.get(), waiter) {
                    before.next.set(waiter.next.get());
                    return;
                }
                at = before.next.get();
            }
        }
    }

    /// Hands the lock to as many at the head of the queue as may have it; the lock is held and the
    /// word says `QUEUED`, so that nobody but readers that pass the queue changes it meanwhile.
    fn grant(&self) {
        // SAFETY: as in `enqueue`.
        while let Some(waiter) = unsafe { (*self.first.get()).as_ref() } {
            let next = waiter.next.get();
            let barred = if waiter.writer {
                WRITER | READERS
            } else {
                WRITER
            };
            let granted = self.word.fetch_update(Acquire, Relaxed, |word| {
                if word & barred != 0 || word & READERS == READERS {
                    None
                } else if waiter.writer {
                    Some(word | WRITER)
                } else {
                    Some(word + 1)
                }
            });
            if granted.is_err() {
                return;
            }
            // SAFETY: the lock is held.
            unsafe { *self.first.get() = next };
            let state: *const AtomicU32 = &waiter.state;
            // The node may be gone after this.
            waiter.state.store(GRANTED, Release);
            futex_wake(state, 1);
        }
        self.word.fetch_and(!QUEUED, Relaxed);
    }

    fn unlock(&self) -> c_int {
        let mut word = self.word.load(Relaxed);
        let share = if word & WRITER != 0 {
            if self.writer.load(Relaxed) != thread::tid() {
                return EPERM;
            }
            self.writer.store(0, Relaxed);
            WRITER
        } else if word & READERS != 0 {
            1
        } else {
            return EPERM;
        };
        while word & QUEUED == 0 {
            match self
                .word
                .compare_exchange_weak(word, word - share, Release, Relaxed)
            {
                Ok(_) => return 0,
                Err(now) => word = now,
            }
        }
        // Still holding the lock, so that it cannot be destroyed before the internal lock is got.
        let _guard = self.lock.lock();
        let before = self.word.fetch_sub(share, AcqRel);
        if before & QUEUED != 0 {
            self.grant();
        }
        0
    }
}

impl Default for RwLock {
    fn default() -> Self {
        Self::new(0)
    }
}

/// Initialises a lock. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_init(
    lock: Option<&mut MaybeUninit<RwLock>>,
    attr: Option<&RwLockAttr>,
) -> c_int {
    let Some(lock) = lock else { return EINVAL };
    lock.write(RwLock::new(attr.map_or(0, |attr| attr.kind)));
    0
}

/// Ends the use of a lock. `EBUSY` if somebody holds it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_destroy(lock: Option<&RwLock>) -> c_int {
    let Some(lock) = lock else { return EINVAL };
    let _guard = lock.lock.lock();
    if lock.word.load(Relaxed) == 0 {
        0
    } else {
        EBUSY
    }
}

/// Locks for reading. `EDEADLK` if the caller holds it for writing; `EAGAIN` for too many readers.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_rdlock(lock: &RwLock) -> c_int {
    lock.read(Patience::Endless)
}

/// Locks for reading if that needs no waiting. `EBUSY` if it does; `EAGAIN`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_tryrdlock(lock: &RwLock) -> c_int {
    lock.read(Patience::Try)
}

/// Locks for reading, waiting until `deadline` of the wall clock. `ETIMEDOUT`; `EINVAL` if it must wait
/// and the deadline is malformed; else as `pthread_rwlock_rdlock`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_timedrdlock(lock: &RwLock, deadline: Option<&Timespec>) -> c_int {
    lock.read(Patience::Until(CLOCK_REALTIME, deadline))
}

/// `pthread_rwlock_timedrdlock` against the clock named (POSIX.1-2024); `EINVAL` for another than the
/// monotonic and the wall clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_clockrdlock(
    lock: &RwLock,
    clock: ClockId,
    deadline: Option<&Timespec>,
) -> c_int {
    match Patience::clock(clock, deadline) {
        Ok(patience) => lock.read(patience),
        Err(number) => number,
    }
}

/// Locks for writing. `EDEADLK` if the caller holds it for writing.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_wrlock(lock: &RwLock) -> c_int {
    lock.write(Patience::Endless)
}

/// Locks for writing if that needs no waiting. `EBUSY` if it does.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_trywrlock(lock: &RwLock) -> c_int {
    lock.write(Patience::Try)
}

/// Locks for writing, waiting until `deadline` of the wall clock. `ETIMEDOUT`; `EINVAL` if it must wait
/// and the deadline is malformed; else as `pthread_rwlock_wrlock`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_timedwrlock(lock: &RwLock, deadline: Option<&Timespec>) -> c_int {
    lock.write(Patience::Until(CLOCK_REALTIME, deadline))
}

/// `pthread_rwlock_timedwrlock` against the clock named (POSIX.1-2024); `EINVAL` for another than the
/// monotonic and the wall clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_clockwrlock(
    lock: &RwLock,
    clock: ClockId,
    deadline: Option<&Timespec>,
) -> c_int {
    match Patience::clock(clock, deadline) {
        Ok(patience) => lock.write(patience),
        Err(number) => number,
    }
}

/// Unlocks. `EPERM` if nobody holds the lock, or another thread for writing.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlock_unlock(lock: &RwLock) -> c_int {
    lock.unlock()
}

/// `pthread_rwlockattr_t`.
#[repr(C, align(8))]
pub struct RwLockAttr {
    shared: c_int,
    kind: c_int,
}

/// Initialises attributes: private. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlockattr_init(attr: Option<&mut MaybeUninit<RwLockAttr>>) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    attr.write(RwLockAttr { shared: 0, kind: 0 });
    0
}

/// Ends the use of attributes; always succeeds.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlockattr_destroy(_attr: Option<&mut RwLockAttr>) -> c_int {
    0
}

/// Reads what `pthread_rwlockattr_setpshared` sets. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlockattr_getpshared(
    attr: Option<&RwLockAttr>,
    shared: Option<&mut c_int>,
) -> c_int {
    let (Some(attr), Some(shared)) = (attr, shared) else {
        return EINVAL;
    };
    *shared = attr.shared;
    0
}

/// Sets whether processes share the lock; there is one process. `EINVAL` for another value than 0 or 1.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlockattr_setpshared(
    attr: Option<&mut RwLockAttr>,
    shared: c_int,
) -> c_int {
    match attr {
        Some(attr) if shared == 0 || shared == 1 => {
            attr.shared = shared;
            0
        }
        _ => EINVAL,
    }
}

/// Reads what `pthread_rwlockattr_setkind_np` sets. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlockattr_getkind_np(
    attr: Option<&RwLockAttr>,
    kind: Option<&mut c_int>,
) -> c_int {
    let (Some(attr), Some(kind)) = (attr, kind) else {
        return EINVAL;
    };
    *kind = attr.kind;
    0
}

/// Says whom the lock should prefer. It is fair whatever is said here, but if it is for writers alone a
/// thread that reads twice may wait for ever. `EINVAL` for an unknown kind.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_rwlockattr_setkind_np(
    attr: Option<&mut RwLockAttr>,
    kind: c_int,
) -> c_int {
    match attr {
        Some(attr) if (0..=2).contains(&kind) => {
            attr.kind = kind;
            0
        }
        _ => EINVAL,
    }
}
