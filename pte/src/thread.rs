//! What pte knows of a thread: [`Thread`], in the thread control block from its offset 0x80 on.
//!
//! `pthread_t` is the address of the control block, so `pthread_self` is one load. A block begins all
//! zero, and a zeroed `Thread` is a valid one. Fields are written by the thread itself unless said
//! otherwise; those that others touch are atomic or guarded by [`crate::registry`]'s lock.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;
use core::mem::offset_of;
use core::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, Ordering::Relaxed};

use crate::cleanup::Handler;
use crate::key::Slot;
use crate::mutex::Mutex;
use crate::platform::{self, ThreadControlBlock};
use crate::priority;
use crate::unwind::Exception;

/// A thread's start routine.
pub type Start = unsafe extern "C" fn(*mut c_void) -> *mut c_void;

/// Thread-specific values that need no memory of their own.
pub const INLINE_KEYS: usize = 32;

/// Longest name of a thread, with its NUL (as on Linux).
pub const NAME_SIZE: usize = 16;

/// In [`Thread::life`]: nobody will join.
pub const DETACHED: u32 = 1;
/// In [`Thread::life`]: somebody is joining.
pub const JOINING: u32 = 2;
/// In [`Thread::life`]: its result is set; it runs no user code any more.
pub const ENDED: u32 = 4;
/// In [`Thread::life`]: the thread that began the program, whose stack pte does not own.
pub const MAIN: u32 = 8;

/// A thread.
#[repr(C)]
pub struct Thread {
    /// The kernel's id; first, so that it is at a fixed place of the control block. Stored before the
    /// thread runs; the main thread's by `__pte_start`.
    pub tid: AtomicU32,
    /// Cancellation state, see [`crate::cancel`].
    pub cancel: AtomicU32,
    /// [`DETACHED`] and others.
    pub life: AtomicU32,
    /// 1 until the kernel has taken the thread off its stack; joiners wait for 0 here.
    pub alive: AtomicU32,
    /// Result, valid once [`ENDED`].
    pub result: Cell<*mut c_void>,
    /// Where it begins.
    pub start: Cell<Option<Start>>,
    /// Its argument.
    pub argument: Cell<*mut c_void>,
    /// Cleanup handlers, newest first.
    pub cleanup: Cell<*mut Handler>,
    /// Locked mutexes that have to know their owner's end or priority, newest first.
    pub held: Cell<*const Mutex>,
    /// Whom this thread is joining; guarded by the registry.
    pub joining: Cell<*const Thread>,
    /// Next in the registry's bucket or in the list of cached stacks; guarded by the registry.
    pub next: Cell<*const Thread>,
    /// Scheduling policy.
    pub policy: AtomicI32,
    /// Scheduling priority.
    pub priority: AtomicI32,
    /// Priority lent by waiters of priority-inheritance mutexes; written with `inherit`'s lock.
    pub inherited: AtomicU32,
    /// Highest ceiling of the priority-protect mutexes held; the thread's own.
    pub ceiling: AtomicU32,
    /// Not 0 while the thread is at `inherit`'s lock, and so at the top priority.
    pub at_protocol: AtomicU32,
    /// The mapping that holds stack and control block; null where pte has made none.
    pub mapping: Cell<*mut u8>,
    /// Its size, guard included.
    pub mapping_size: Cell<usize>,
    /// Lowest usable address of the stack.
    pub stack: Cell<*mut u8>,
    /// Usable size of the stack.
    pub stack_size: Cell<usize>,
    /// The stack as its creator knows it: where it begins, and its size.
    pub stack_asked: Cell<(*mut u8, usize)>,
    /// Size of the guard as asked for.
    pub guard: Cell<usize>,
    /// NUL-terminated name; guarded by the registry.
    pub name: UnsafeCell<[u8; NAME_SIZE]>,
    /// What the unwinder keeps while the thread ends: the frames it is in are gone by and by.
    pub unwinding: UnsafeCell<Exception>,
    /// Values of the first keys.
    pub keys: [Slot; INLINE_KEYS],
    /// Values of the others, a page each, mapped when needed.
    pub key_pages: [AtomicPtr<Slot>; crate::key::PAGES],
}

const _: () = {
    assert!(size_of::<Thread>() <= size_of::<[usize; 128]>());
    assert!(offset_of!(Thread, tid) == 0);
};

/// The calling thread.
#[inline(always)]
pub fn current() -> &'static Thread {
    let area: *const _ = &platform::current().pte;
    // SAFETY: the area is pte's own, large enough (checked above), aligned to 16 and, being zeroed at
    // first, a valid `Thread`. It lives as long as the thread.
    unsafe { &*area.cast::<Thread>() }
}

/// The calling thread's id.
#[inline(always)]
pub fn tid() -> u32 {
    current().tid.load(Relaxed)
}

impl Thread {
    /// The `Thread` in a control block.
    ///
    /// # Safety
    /// `tcb` must be a control block that lives as long as the result is used.
    pub unsafe fn of<'a>(tcb: *mut ThreadControlBlock) -> &'a Thread {
        // SAFETY: see `current`.
        unsafe { &*(&raw const (*tcb).pte).cast::<Thread>() }
    }

    /// The `pthread_t`: the address of the control block.
    pub fn handle(&self) -> usize {
        core::ptr::from_ref(self) as usize - offset_of!(ThreadControlBlock, pte)
    }

    /// Its own level in the kernel, without anything lent to it.
    pub fn level(&self) -> u32 {
        priority::level(self.policy.load(Relaxed), self.priority.load(Relaxed)).unwrap_or(0)
    }

    /// Whether this is the calling thread.
    pub fn is_current(&self) -> bool {
        core::ptr::eq(self, current())
    }
}
