//! All threads that have a `pthread_t`, and the stacks kept for new ones.
//!
//! One lock guards both. A handle is looked up before it is used, so a handle of a thread that is gone
//! gives `ESRCH` and not a fault, unless its memory has become another thread's.

use core::cell::Cell;
use core::sync::atomic::Ordering::{Acquire, Relaxed};

use crate::lock::{LowGuard, LowLock};
use crate::thread::Thread;

const BUCKETS: usize = 64;
/// Stacks kept at most.
const CACHED: usize = 128;

struct State {
    /// Threads by the hash of their handle, linked by `next`.
    buckets: [Cell<*const Thread>; BUCKETS],
    /// Threads that have ended or are about to, whose mappings may be used again, newest first.
    cached: Cell<*const Thread>,
    cached_count: Cell<usize>,
    /// Threads that have not ended.
    running: Cell<usize>,
}

// SAFETY: used with `LOCK` held only.
unsafe impl Sync for State {}

static LOCK: LowLock = LowLock::new();
static STATE: State = State {
    buckets: [const { Cell::new(core::ptr::null()) }; BUCKETS],
    cached: Cell::new(core::ptr::null()),
    cached_count: Cell::new(0),
    running: Cell::new(0),
};

/// The registry, locked.
pub struct Threads(#[allow(dead_code, reason = "holds the lock")] LowGuard<'static>);

/// Locks the registry.
pub fn threads() -> Threads {
    Threads(LOCK.lock())
}

fn bucket(handle: usize) -> &'static Cell<*const Thread> {
    // Fibonacci hashing: handles differ in high bits.
    &STATE.buckets[handle.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58]
}

/// The threads of a list.
fn list<'a>(first: *const Thread) -> impl Iterator<Item = &'a Thread> {
    let mut at = first;
    core::iter::from_fn(move || {
        // SAFETY: the lock is held while the iterator lives; threads leave a list before their memory
        // goes.
        let thread = unsafe { at.as_ref() }?;
        at = thread.next.get();
        Some(thread)
    })
}

/// Takes a thread out of the list that begins at `first`; false if it is not in it.
fn unlink(first: &Cell<*const Thread>, thread: &Thread) -> bool {
    if core::ptr::eq(first.get(), thread) {
        first.set(thread.next.get());
        return true;
    }
    match list(first.get()).find(|before| core::ptr::eq(before.next.get(), thread)) {
        Some(before) => {
            before.next.set(thread.next.get());
            true
        }
        None => false,
    }
}

impl Threads {
    /// The thread with this handle.
    pub fn find(&self, handle: usize) -> Option<&Thread> {
        list(bucket(handle).get()).find(|thread| thread.handle() == handle)
    }

    /// The thread with this id.
    pub fn find_tid(&self, tid: u32) -> Option<&Thread> {
        STATE
            .buckets
            .iter()
            .flat_map(|bucket| list(bucket.get()))
            .find(|thread| thread.tid.load(Relaxed) == tid)
    }

    /// Adds a thread that is about to run.
    pub fn insert(&self, thread: &Thread) {
        let bucket = bucket(thread.handle());
        thread.next.set(bucket.get());
        bucket.set(thread);
        STATE.running.set(STATE.running.get() + 1);
    }

    /// Counts a thread as ended; true if it was the last.
    pub fn ended(&self) -> bool {
        STATE.running.set(STATE.running.get() - 1);
        STATE.running.get() == 0
    }

    /// Takes out a thread whose handle is valid no more, and keeps its mapping for another.
    /// If that makes one too many, the returned one, if any, is for the caller to unmap.
    pub fn retire(&self, thread: &Thread) -> Option<(*mut u8, usize)> {
        unlink(bucket(thread.handle()), thread);
        if thread.mapping.get().is_null() {
            return None;
        }
        thread.next.set(STATE.cached.get());
        STATE.cached.set(thread);
        STATE.cached_count.set(STATE.cached_count.get() + 1);
        if STATE.cached_count.get() <= CACHED {
            return None;
        }
        let oldest = list(STATE.cached.get())
            .filter(|cached| is_free(cached))
            .last()?;
        self.uncache(oldest);
        Some((oldest.mapping.get(), oldest.mapping_size.get()))
    }

    fn uncache(&self, thread: &Thread) {
        unlink(&STATE.cached, thread);
        STATE.cached_count.set(STATE.cached_count.get() - 1);
    }

    /// A kept mapping that `suits`, for the caller.
    pub fn reuse(&self, suits: impl Fn(&Thread) -> bool) -> Option<(*mut u8, usize)> {
        let thread = list(STATE.cached.get()).find(|thread| is_free(thread) && suits(thread))?;
        self.uncache(thread);
        Some((thread.mapping.get(), thread.mapping_size.get()))
    }
}

/// Whether the kernel has taken the thread off its stack.
fn is_free(thread: &Thread) -> bool {
    thread.alive.load(Acquire) == 0
}

/// Calls `act` with the thread of this id, if there is one, while it cannot go.
pub fn with_tid(tid: u32, act: impl FnOnce(&Thread)) {
    let threads = threads();
    if let Some(thread) = threads.find_tid(tid) {
        act(thread);
    }
}

/// Called by the C library before the first constructor: makes the first thread known.
#[cfg(not(test))]
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn __pte_start() {
    let thread = crate::thread::current();
    thread
        .tid
        .store(hermit_kernel::abi::sys_gettid() as u32, Relaxed);
    thread.alive.store(1, Relaxed);
    thread.life.store(crate::thread::MAIN, Relaxed);
    let (stack, size) = libc_shim::start::main_stack();
    thread.stack.set(stack as *mut u8);
    thread.stack_size.set(size);
    thread.stack_asked.set((stack as *mut u8, size));
    threads().insert(thread);
}
