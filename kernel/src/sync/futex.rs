//! Futexes: waiting for a word of memory to change.
//!
//! The one primitive on which semaphores, mutexes and all of `pte` wait. A thread waits in the bucket
//! that its word's address hashes to; each bucket has its own lock. The word is compared under that
//! lock, so a change followed by a wake is never missed.

use core::cell::Cell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::SpinLock;
use crate::arch::{current, interrupts, uaccess};
use crate::errno::{Errno, Result};
use crate::sched::{self, Thread, Wait};

/// A thread's place in a bucket. Everything but `address` is guarded by the bucket's lock.
pub struct Waiter {
    /// The word that the thread waits on, 0 for none. Written under the lock of the bucket it is in.
    address: AtomicUsize,
    next: Cell<*const Thread>,
    previous: Cell<*const Thread>,
}

impl Waiter {
    /// Waits on nothing.
    pub const fn new() -> Self {
        Waiter {
            address: AtomicUsize::new(0),
            next: Cell::new(ptr::null()),
            previous: Cell::new(ptr::null()),
        }
    }
}

impl Default for Waiter {
    fn default() -> Self {
        Self::new()
    }
}

/// Waiters of all words that hash to it, in order of arrival.
struct Bucket {
    first: *const Thread,
    last: *const Thread,
}

// SAFETY: the pointers are to threads that wait, which stay where they are.
unsafe impl Send for Bucket {}

const BUCKETS: usize = 256;

/// One bucket to a cache line, so that unrelated words do not slow each other down.
#[repr(align(64))]
struct Line(SpinLock<Bucket>);

static TABLE: [Line; BUCKETS] = [const {
    Line(SpinLock::new(Bucket {
        first: ptr::null(),
        last: ptr::null(),
    }))
}; BUCKETS];

fn index(address: usize) -> usize {
    // Fibonacci hashing: words of one structure spread over the table.
    ((address >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) % BUCKETS
}

fn bucket(address: usize) -> &'static SpinLock<Bucket> {
    &TABLE[index(address)].0
}

impl Bucket {
    fn push(&mut self, thread: &Thread) {
        let this: *const Thread = thread;
        thread.waiter.next.set(ptr::null());
        thread.waiter.previous.set(self.last);
        // SAFETY: queued threads stay where they are; their links are guarded by this bucket's lock.
        match unsafe { self.last.as_ref() } {
            Some(last) => last.waiter.next.set(this),
            None => self.first = this,
        }
        self.last = this;
    }

    fn remove(&mut self, thread: &Thread) {
        let (previous, next) = (thread.waiter.previous.get(), thread.waiter.next.get());
        // SAFETY: as in `push`.
        unsafe {
            match previous.as_ref() {
                Some(previous) => previous.waiter.next.set(next),
                None => self.first = next,
            }
            match next.as_ref() {
                Some(next) => next.waiter.previous.set(previous),
                None => self.last = previous,
            }
        }
        thread.waiter.address.store(0, Ordering::Relaxed);
    }

    /// Takes out, in order, at most `count` waiters of `address` whose wait it ends, and hands each to
    /// `taken`.
    fn take(&mut self, address: usize, count: u32, mut taken: impl FnMut(&'static Thread)) -> u32 {
        let mut done = 0;
        let mut at = self.first;
        while done < count {
            let Some(thread) = self.take_one(&mut at, address) else {
                break;
            };
            taken(thread);
            done += 1;
        }
        done
    }

    /// Takes out the first waiter of `address` from `at` on whose wait it ends, and leaves in `at` where to
    /// go on.
    #[inline(always)]
    fn take_one(&mut self, at: &mut *const Thread, address: usize) -> Option<&'static Thread> {
        // SAFETY: as in `push`.
        while let Some(thread) = unsafe { at.as_ref() } {
            *at = thread.waiter.next.get();
            // A thread that timed out or was interrupted meanwhile takes itself out.
            if thread.waiter.address.load(Ordering::Relaxed) == address
                && sched::end_wait(thread, Wait::Woken)
            {
                self.remove(thread);
                return Some(thread);
            }
        }
        None
    }
}

/// Threads whose wait was ended and which are made runnable when the lock is free again, linked by
/// their waiter links, which nobody else uses by then.
struct Resumed(*const Thread, *const Thread);

impl Resumed {
    const fn new() -> Self {
        Resumed(ptr::null(), ptr::null())
    }

    fn add(&mut self, thread: &'static Thread) {
        thread.waiter.next.set(ptr::null());
        // SAFETY: an ended wait is resumed by its ender only, so the threads stay where they are.
        match unsafe { self.1.as_ref() } {
            Some(last) => last.waiter.next.set(thread),
            None => self.0 = thread,
        }
        self.1 = thread;
    }

    fn resume(self) {
        let mut at = self.0;
        // SAFETY: as in `add`.
        while let Some(thread) = unsafe { at.as_ref() } {
            at = thread.waiter.next.get();
            sched::resume(thread);
        }
    }
}

fn check_address(address: usize) -> Result<()> {
    if !address.is_multiple_of(4) {
        return Err(Errno::EINVAL);
    }
    if address == 0 {
        Err(Errno::EFAULT)
    } else {
        Ok(())
    }
}

/// Waits until the word at `address` is woken, if it holds `expected`, at most until `deadline`
/// (monotonic nanoseconds, `u64::MAX` for ever).
///
/// # Errors
/// `EAGAIN`: it holds something else. `ETIMEDOUT`, `EINTR`: no wake was consumed. `EFAULT`, `EINVAL`:
/// not the address of a word.
pub fn wait(address: usize, expected: u32, deadline: u64, interruptible: bool) -> Result<()> {
    check_address(address)?;
    let saved = interrupts::disable();
    let thread = current();
    {
        let mut bucket = bucket(address).lock_quietly();
        match uaccess::load_u32(address as *const u32) {
            Ok(value) if value == expected => {}
            other => {
                drop(bucket);
                interrupts::restore(saved);
                return other.and(Err(Errno::EAGAIN));
            }
        }
        sched::begin_wait(thread);
        thread.waiter.address.store(address, Ordering::Relaxed);
        bucket.push(thread);
    }
    let why = sched::wait(thread, deadline, interruptible);
    if why != Wait::Woken {
        leave_bucket(thread);
    }
    sched::restore(saved);
    match why {
        Wait::Woken => Ok(()),
        Wait::Interrupted => Err(Errno::EINTR),
        _ => Err(Errno::ETIMEDOUT),
    }
}

/// Takes a thread whose wait ended otherwise than by a wake out of its bucket.
#[cold]
fn leave_bucket(thread: &Thread) {
    loop {
        let address = thread.waiter.address.load(Ordering::Relaxed);
        if address == 0 {
            return;
        }
        let mut bucket = bucket(address).lock();
        // A requeue may have moved it in between.
        if thread.waiter.address.load(Ordering::Relaxed) == address {
            bucket.remove(thread);
            return;
        }
    }
}

/// Wakes at most `count` threads that wait on `address`; returns how many.
#[inline]
pub fn wake(address: usize, count: u32) -> u32 {
    if count == 1 {
        u32::from(wake_one(address))
    } else {
        wake_many(address, count)
    }
}

fn wake_one(address: usize) -> bool {
    let saved = interrupts::disable();
    let woken = {
        let mut bucket = bucket(address).lock_quietly();
        let mut at = bucket.first;
        bucket.take_one(&mut at, address)
    };
    if let Some(thread) = woken {
        sched::resume(thread);
    }
    sched::restore(saved);
    woken.is_some()
}

fn wake_many(address: usize, count: u32) -> u32 {
    let mut resumed = Resumed::new();
    let saved = interrupts::disable();
    let woken = bucket(address)
        .lock_quietly()
        .take(address, count, |thread| resumed.add(thread));
    resumed.resume();
    sched::restore(saved);
    woken
}

/// If the word at `from` holds `expected`, wakes `wake` of its waiters and lets `requeue` more wait on
/// `to` instead; returns how many in all.
///
/// # Errors
/// `EAGAIN`: the word holds something else. `EFAULT`, `EINVAL`: not the address of a word.
pub fn requeue(from: usize, expected: u32, wake: u32, requeue: u32, to: usize) -> Result<u32> {
    check_address(from)?;
    check_address(to)?;
    uaccess::load_u32(from as *const u32)?;
    let mut resumed = Resumed::new();
    let saved = interrupts::disable();
    let result = (|| {
        let (low, high) = (index(from).min(index(to)), index(from).max(index(to)));
        let mut first = TABLE[low].0.lock();
        let mut second = (low != high).then(|| TABLE[high].0.lock());
        if uaccess::load_u32(from as *const u32)? != expected {
            return Err(Errno::EAGAIN);
        }
        let (source, mut target) = match &mut second {
            Some(second) if index(from) == high => (&mut **second, Some(&mut *first)),
            Some(second) => (&mut *first, Some(&mut **second)),
            None => (&mut *first, None),
        };
        let woken = source.take(from, wake, |thread| resumed.add(thread));
        let mut moved = 0;
        let mut at = source.first;
        while moved < requeue {
            // SAFETY: queued threads stay where they are.
            let Some(thread) = (unsafe { at.as_ref() }) else {
                break;
            };
            at = thread.waiter.next.get();
            if thread.waiter.address.load(Ordering::Relaxed) == from {
                if let Some(target) = &mut target {
                    source.remove(thread);
                    target.push(thread);
                }
                thread.waiter.address.store(to, Ordering::Relaxed);
                moved += 1;
            }
        }
        Ok(woken + moved)
    })();
    resumed.resume();
    sched::restore(saved);
    result
}
