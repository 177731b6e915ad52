//! The priority-inheritance protocol: who holds such a mutex runs at least at the priority of those who
//! wait for it, and of those who wait for what these hold (POSIX.1-2017,
//! `pthread_mutexattr_getprotocol`).
//!
//! An uncontended lock is one compare-and-swap of the word. Everybody who has to wait stands in one
//! list, guarded by one lock, so the priority that a thread inherits is simply the highest of those
//! waiters whose mutex it owns; the list is as long as the threads are that wait at this moment.
//! Unlocking hands the mutex to the waiter of the highest priority, the one that came first among equals.

use core::cell::{Cell, UnsafeCell};
use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};

use crate::errno::{EBUSY, ENOTRECOVERABLE, ETIMEDOUT, Result};
use crate::lock::{LowGuard, LowLock};
use crate::mutex::Mutex;
use crate::owned::{LOST, OWNER, OWNER_DIED, WAITERS, try_word};
use crate::platform::{self, Woken, futex_wait, futex_wake};
use crate::priority;
use crate::registry;
use crate::thread::{self, Thread};
use crate::time::Patience;

/// Somebody who waits; lives on its stack.
struct Waiter {
    mutex: *const Mutex,
    tid: u32,
    /// Its own priority, without anything inherited.
    base: Cell<u32>,
    /// What it brings to the owner.
    priority: Cell<u32>,
    /// [`WAITING`] until the mutex is handed over.
    outcome: AtomicU32,
    next: Cell<*const Waiter>,
}

const WAITING: u32 = 0;
const GRANTED: u32 = 1;
const GRANTED_DIED: u32 = 2;
const REFUSED: u32 = 3;

/// All waiters in the order of their coming, guarded by [`LOCK`].
struct Waiters(UnsafeCell<*const Waiter>);

// SAFETY: used with `LOCK` held only.
unsafe impl Sync for Waiters {}

static LOCK: LowLock = LowLock::new();
static WAITING_LIST: Waiters = Waiters(UnsafeCell::new(core::ptr::null()));

/// The waiters, for as long as the lock is held.
///
/// Whoever has or wants the lock runs at the top priority: otherwise a thread of middle priority could
/// keep the holder, and through it all others, from going on, which is what all this is to prevent.
struct List {
    guard: Option<LowGuard<'static>>,
    boosted: bool,
}

fn list() -> List {
    let boosted = priority::differ();
    if boosted {
        let thread = thread::current();
        thread.at_protocol.store(1, SeqCst);
        platform::set_boost(thread.tid.load(Relaxed), priority::TOP_LEVEL);
    }
    List {
        guard: Some(LOCK.lock()),
        boosted,
    }
}

impl Drop for List {
    fn drop(&mut self) {
        self.guard = None;
        if !self.boosted {
            return;
        }
        let thread = thread::current();
        // Whoever lends this thread something from now on tells the kernel, and may be overtaken here.
        thread.at_protocol.store(0, SeqCst);
        loop {
            let lent = lent_to(thread);
            platform::set_boost(thread.tid.load(Relaxed), lent);
            if lent_to(thread) == lent {
                return;
            }
        }
    }
}

fn lent_to(thread: &Thread) -> u32 {
    thread
        .inherited
        .load(SeqCst)
        .max(thread.ceiling.load(Relaxed))
}

impl List {
    fn head(&self) -> *const Waiter {
        // SAFETY: the lock is held.
        unsafe { *WAITING_LIST.0.get() }
    }

    fn set_head(&self, head: *const Waiter) {
        // SAFETY: the lock is held.
        unsafe { *WAITING_LIST.0.get() = head }
    }

    fn iter(&self) -> impl Iterator<Item = &Waiter> {
        let mut at = self.head();
        core::iter::from_fn(move || {
            // SAFETY: a waiter leaves the list before its stack frame ends, and takes the lock for it.
            let waiter = unsafe { at.as_ref() }?;
            at = waiter.next.get();
            Some(waiter)
        })
    }

    fn push(&self, waiter: &Waiter) {
        match self.iter().last() {
            Some(last) => last.next.set(waiter),
            None => self.set_head(waiter),
        }
    }

    fn remove(&self, waiter: &Waiter) {
        if core::ptr::eq(self.head(), waiter) {
            self.set_head(waiter.next.get());
        } else if let Some(before) = self.iter().find(|w| core::ptr::eq(w.next.get(), waiter)) {
            before.next.set(waiter.next.get());
        }
    }

    fn anybody_waits_for(&self, mutex: &Mutex) -> bool {
        self.iter().any(|waiter| core::ptr::eq(waiter.mutex, mutex))
    }

    /// The waiter that comes next: `>` keeps the earlier of equals.
    fn best(&self, mutex: &Mutex) -> Option<&Waiter> {
        let mut best: Option<&Waiter> = None;
        for waiter in self.iter().filter(|w| core::ptr::eq(w.mutex, mutex)) {
            if best.is_none_or(|best| waiter.priority.get() > best.priority.get()) {
                best = Some(waiter);
            }
        }
        best
    }

    /// Brings what `tid` inherits up to date, and what follows from it along the chain of owners.
    fn update(&self, mut tid: u32) {
        if !priority::differ() {
            return;
        }
        // A cycle is a deadlock of the program; the priorities in it settle in one round.
        for _ in 0..=self.iter().count() {
            if tid == 0 || tid == LOST {
                return;
            }
            let inherited = self
                .iter()
                .filter(|waiter| owner(waiter) == tid)
                .map(|waiter| waiter.priority.get())
                .max()
                .unwrap_or(0);
            registry::with_tid(tid, |thread| {
                if thread.inherited.swap(inherited, SeqCst) != inherited {
                    apply(thread);
                }
            });
            let Some(waiter) = self.iter().find(|waiter| waiter.tid == tid) else {
                return;
            };
            let priority = waiter.base.get().max(inherited);
            if waiter.priority.replace(priority) == priority {
                return;
            }
            tid = owner(waiter);
        }
    }
}

fn owner(waiter: &Waiter) -> u32 {
    // SAFETY: a mutex that is waited for exists.
    unsafe { (*waiter.mutex).word.load(Relaxed) & OWNER }
}

/// Tells the kernel; with the lock held. A thread at the lock does it itself when it leaves.
fn apply(thread: &Thread) {
    if thread.at_protocol.load(SeqCst) == 0 {
        platform::set_boost(thread.tid.load(Relaxed), lent_to(thread));
    }
}

/// Sets what the calling thread has from priority-protect mutexes.
pub fn set_ceiling(thread: &Thread, ceiling: u32) {
    priority::note(priority::TOP_LEVEL);
    let _list = list();
    thread.ceiling.store(ceiling, Relaxed);
}

/// A thread's own priority has changed; whoever owns what it waits for inherits the new one.
pub fn base_changed(tid: u32, base: u32) {
    let list = list();
    if let Some(waiter) = list.iter().find(|waiter| waiter.tid == tid) {
        waiter.base.set(base);
        list.update(tid);
        list.update(owner(waiter));
    }
}

/// Locks: `Ok(true)` if the owner had died.
pub fn acquire(mutex: &Mutex, me: u32, patience: Patience) -> Result<bool> {
    if let Some(outcome) = try_word(mutex, me, 0) {
        return outcome;
    }
    if patience.is_try() {
        return Err(EBUSY);
    }
    let deadline = patience.deadline()?;
    let thread = thread::current();
    let base = thread.level();
    let waiter = Waiter {
        mutex,
        tid: me,
        base: Cell::new(base),
        priority: Cell::new(base),
        outcome: AtomicU32::new(WAITING),
        next: Cell::new(core::ptr::null()),
    };
    {
        let list = list();
        loop {
            if let Some(outcome) = try_word(mutex, me, 0) {
                return outcome;
            }
            let word = mutex.word.load(Relaxed);
            if word & OWNER != 0
                && mutex
                    .word
                    .compare_exchange(word, word | WAITERS, Relaxed, Relaxed)
                    .is_ok()
            {
                break;
            }
        }
        waiter.priority.set(base.max(lent_to(thread)));
        list.push(&waiter);
        list.update(owner(&waiter));
    }
    loop {
        let woken = futex_wait(&waiter.outcome, WAITING, deadline);
        if waiter.outcome.load(Acquire) != WAITING {
            break;
        }
        if woken == Woken::TimedOut {
            let list = list();
            // It may have been handed over before the lock was got.
            if waiter.outcome.load(Acquire) != WAITING {
                break;
            }
            list.remove(&waiter);
            if !list.anybody_waits_for(mutex) {
                mutex.word.fetch_and(!WAITERS, Relaxed);
            }
            list.update(mutex.word.load(Relaxed) & OWNER);
            return Err(ETIMEDOUT);
        }
    }
    match waiter.outcome.load(Acquire) {
        GRANTED => Ok(false),
        GRANTED_DIED => Ok(true),
        _ => Err(ENOTRECOVERABLE),
    }
}

/// Unlocks, the caller being the owner `me`; without a waiter the word becomes `free`: 0, `LOST` or
/// `OWNER_DIED`.
pub fn release(mutex: &Mutex, me: u32, free: u32) {
    if mutex
        .word
        .compare_exchange(me, free, Release, Relaxed)
        .is_ok()
    {
        return;
    }
    let list = list();
    if free == LOST {
        mutex.word.store(LOST, Release);
        while let Some(waiter) = list.best(mutex) {
            list.remove(waiter);
            answer(waiter, REFUSED);
        }
    } else if let Some(waiter) = list.best(mutex) {
        list.remove(waiter);
        let waiters = if list.anybody_waits_for(mutex) {
            WAITERS
        } else {
            0
        };
        mutex.word.store(waiter.tid | waiters, Release);
        let next = waiter.tid;
        answer(
            waiter,
            if free == OWNER_DIED {
                GRANTED_DIED
            } else {
                GRANTED
            },
        );
        list.update(next);
    } else {
        mutex.word.store(free, Release);
    }
    list.update(me);
}

/// The waiter's last use: it may return and its frame end at once.
fn answer(waiter: &Waiter, outcome: u32) {
    let word: *const AtomicU32 = &waiter.outcome;
    waiter.outcome.store(outcome, Release);
    futex_wake(word, 1);
}

/// How many wait for the mutex.
#[cfg(test)]
pub fn waiters_of(mutex: &Mutex) -> usize {
    list()
        .iter()
        .filter(|waiter| core::ptr::eq(waiter.mutex, mutex))
        .count()
}
