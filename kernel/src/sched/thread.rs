//! The kernel's thread.
//!
//! A thread is made by [`Thread::create`] with one reference that stands for its being alive; the
//! scheduler gives that back in [`reap`], on another stack, once the thread has left its own for good.
//! All fields are atomic, or cells that only the thread itself or the holder of its run queue's lock
//! touches, as each says.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::deadline::{Place, Timed};
use super::queue::{Links, Queued};
use super::table;
use crate::abi::{
    HERMIT_CLONE_INHERIT_SIGMASK, HERMIT_CLONE_JOINABLE, HERMIT_PRIO_DEFAULT, HERMIT_PRIO_INHERIT,
    HERMIT_PRIO_MAX, HERMIT_PRIO_UNSLICED, HermitCloneArgs, HermitTid,
};
use crate::arch::{self, context};
use crate::errno::{Errno, Result};
use crate::mm::{self, Stack};
use crate::signal::ThreadSignals;
use crate::sync::futex::{self, Waiter};

/// Whether a thread waits, and what ended the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Wait {
    /// Does not wait.
    None = 0,
    /// Waits, and nobody has ended it.
    Waiting = 1,
    /// Was woken.
    Woken = 2,
    /// Its deadline came.
    TimedOut = 3,
    /// A signal or [`crate::abi::sys_interrupt`].
    Interrupted = 4,
}

/// What becomes of a thread that leaves its core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Leaving {
    /// It waits in a queue for this core, or for an event.
    Waits = 0,
    /// It may not run on this core any more and is placed on another one.
    Migrates = 1,
    /// It is over.
    Ends = 2,
}

/// Bits of [`Thread::interruption`].
pub mod interruption {
    /// The thread's waits may be ended by `sys_interrupt`.
    pub const ALLOWED: u32 = 1;
    /// Somebody asked to end them.
    pub const REQUESTED: u32 = 2;
    /// Both: waits end at once.
    pub const BOTH: u32 = 3;
}

const IDLE_PRIORITY: u8 = 0;

/// A thread.
pub struct Thread {
    /// Its id; 0 for a core's idle thread.
    pub tid: HermitTid,
    /// The stack pointer while it does not run. Guarded by the switch itself.
    pub sp: UnsafeCell<usize>,
    /// Thread pointer. Written by the thread itself.
    pub tls: Cell<usize>,
    /// Runs, or is being switched from: its stack is in use.
    pub on_core: AtomicBool,
    /// The core that it runs on, waits for, or ran on last.
    pub core: AtomicU32,
    /// Cores that it may run on.
    pub affinity: AtomicU64,
    base_priority: AtomicU8,
    boost: AtomicU8,
    /// The higher one of the two plus 1, so that an idle thread's 0 is below all.
    rank: AtomicU8,
    /// Keeps the core until it waits, yields, or a more urgent thread comes: no time slices.
    pub unsliced: AtomicBool,
    links: Links<Thread>,
    /// State of its wait; see [`Wait`].
    pub wait: AtomicU32,
    /// Bits of [`interruption`].
    pub interruption: AtomicU32,
    /// Its place in a futex bucket. Guarded by the bucket's lock.
    pub waiter: Waiter,
    /// Its place in a core's deadline queue, and that core. Guarded by that queue's lock.
    pub timeout: Timeout,
    /// It was sent something while it waited for a core, and is to look when it has one.
    pub attention: AtomicBool,
    /// What becomes of it when it leaves its core. Written by the thread itself.
    pub leaving: Cell<Leaving>,
    /// Nanoseconds on a core, up to the last time it left one.
    pub cpu_time: AtomicU64,
    /// Signals sent to it, blocked by it.
    pub signals: ThreadSignals,
    /// Becomes 0 when it is over; joiners wait on it.
    pub alive: AtomicU32,
    /// Will be joined: its id stays taken until then.
    pub joinable: bool,
    child_tid: *mut u32,
    entry: Option<unsafe extern "C" fn(*mut c_void)>,
    arg: *mut c_void,
    stack: Option<Stack>,
}

// SAFETY: see the module's first paragraph: each cell has one writer at a time.
unsafe impl Send for Thread {}
// SAFETY: as above.
unsafe impl Sync for Thread {}

/// A thread's place in a deadline queue.
pub struct Timeout {
    place: Place,
    /// The core whose queue it is in.
    pub core: AtomicU32,
}

impl Queued for Thread {
    fn links(&self) -> &Links<Self> {
        &self.links
    }
    fn priority(&self) -> u8 {
        Thread::priority(self)
    }
}

impl Timed for Thread {
    fn place(&self) -> &Place {
        &self.timeout.place
    }
}

/// Default size of a kernel-made stack in bytes.
const DEFAULT_STACK_SIZE: usize = 2 << 20;
/// Smallest stack that is accepted: a diverted thread keeps its extended state on it.
const MINIMUM_STACK_SIZE: usize = 16 << 10;

impl Thread {
    fn new(tid: HermitTid, base_priority: u8, affinity: u64) -> Thread {
        Thread {
            tid,
            sp: UnsafeCell::new(0),
            tls: Cell::new(0),
            on_core: AtomicBool::new(false),
            core: AtomicU32::new(0),
            affinity: AtomicU64::new(affinity),
            base_priority: AtomicU8::new(base_priority),
            boost: AtomicU8::new(0),
            rank: AtomicU8::new(base_priority + 1),
            unsliced: AtomicBool::new(false),
            links: Links::new(),
            wait: AtomicU32::new(Wait::None as u32),
            interruption: AtomicU32::new(0),
            waiter: Waiter::new(),
            timeout: Timeout {
                place: Place::new(),
                core: AtomicU32::new(0),
            },
            attention: AtomicBool::new(false),
            leaving: Cell::new(Leaving::Waits),
            cpu_time: AtomicU64::new(0),
            signals: ThreadSignals::new(0),
            alive: AtomicU32::new(1),
            joinable: false,
            child_tid: core::ptr::null_mut(),
            entry: None,
            arg: core::ptr::null_mut(),
            stack: None,
        }
    }

    /// The idle thread of core `id`: the core's boot context, which never ends and is never queued.
    pub fn idle(id: u32) -> &'static Thread {
        let thread = Thread::new(0, IDLE_PRIORITY, 1 << id);
        thread.rank.store(0, Ordering::Relaxed);
        thread.on_core.store(true, Ordering::Relaxed);
        thread.core.store(id, Ordering::Relaxed);
        Box::leak(Box::new(thread))
    }

    /// Whether it is a core's idle thread.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.tid == 0
    }

    /// The priority by which it is scheduled.
    #[inline]
    pub fn priority(&self) -> u8 {
        self.rank().wrapping_sub(1)
    }

    /// The priority by which it is scheduled, plus 1; 0 for an idle thread.
    #[inline(always)]
    pub fn rank(&self) -> u8 {
        self.rank.load(Ordering::Relaxed)
    }

    /// The priority that was set, without a boost.
    pub fn base_priority(&self) -> u8 {
        self.base_priority.load(Ordering::Relaxed)
    }

    /// Sets the priority; the caller requeues.
    pub fn set_base_priority(&self, priority: u8) {
        self.base_priority.store(priority, Ordering::Relaxed);
        self.combine();
    }

    /// Sets the boost, 0 for none; the caller requeues.
    pub fn set_boost(&self, priority: u8) {
        self.boost.store(priority, Ordering::Relaxed);
        self.combine();
    }

    fn combine(&self) {
        let boost = self.boost.load(Ordering::Relaxed);
        let priority = self.base_priority().max(boost);
        self.rank.store(priority + 1, Ordering::Relaxed);
    }

    /// Whether it waits in a run queue. True only under that queue's lock.
    pub fn queued(&self) -> bool {
        self.links.queued()
    }

    /// Why its last wait ended.
    #[inline(always)]
    pub fn wait_state(&self) -> Wait {
        match self.wait.load(Ordering::SeqCst) {
            1 => Wait::Waiting,
            2 => Wait::Woken,
            3 => Wait::TimedOut,
            4 => Wait::Interrupted,
            _ => Wait::None,
        }
    }

    /// Makes a thread, not yet runnable, and enters it into the table.
    ///
    /// # Errors
    /// `EINVAL`: no entry, priority above the highest, empty affinity, stack too small or its end not
    /// an address. `EAGAIN`: too many threads. `ENOMEM`: no memory for the stack.
    pub fn create(args: &HermitCloneArgs, creator: Option<&Thread>) -> Result<Arc<Thread>> {
        let online = arch::online_mask();
        let inherited = creator.map_or(u64::MAX, |c| c.affinity.load(Ordering::Relaxed));
        let affinity = if args.affinity == 0 {
            inherited
        } else {
            args.affinity
        };
        let (priority, unsliced) = match (args.priority, creator) {
            (HERMIT_PRIO_INHERIT, None) => (HERMIT_PRIO_DEFAULT as u8, false),
            (HERMIT_PRIO_INHERIT, Some(creator)) => (
                creator.base_priority(),
                creator.unsliced.load(Ordering::Relaxed),
            ),
            (given, _) => match given & !HERMIT_PRIO_UNSLICED {
                priority @ 0..=HERMIT_PRIO_MAX => {
                    (priority as u8, given & HERMIT_PRIO_UNSLICED != 0)
                }
                _ => return Err(Errno::EINVAL),
            },
        };
        if args.entry.is_none() || affinity & online == 0 || !canonical(args.tls as usize) {
            return Err(Errno::EINVAL);
        }
        let mut stack = None;
        let top = if args.stack.is_null() {
            let size = if args.stack_size == 0 {
                DEFAULT_STACK_SIZE
            } else {
                args.stack_size
            };
            let made = mm::new_stack(size.max(MINIMUM_STACK_SIZE))?;
            let top = made.top;
            stack = Some(made);
            top
        } else {
            let top = (args.stack as usize)
                .checked_add(args.stack_size)
                .ok_or(Errno::EINVAL)?;
            if args.stack_size < 4096 || !canonical(top) {
                return Err(Errno::EINVAL);
            }
            top
        };
        // The frame is written here, through the fault handler's eyes: a bad stack is the caller's
        // mistake, not a crash.
        arch::uaccess::write((top - 256) as *mut [u8; 256], [0; 256])?;
        let signals = match creator {
            Some(creator) if args.flags & HERMIT_CLONE_INHERIT_SIGMASK != 0 => {
                creator.signals.mask()
            }
            _ => args.signal_mask,
        };
        table::insert(|tid| {
            let mut thread = Thread::new(tid, priority, affinity);
            thread.unsliced = AtomicBool::new(unsliced);
            thread.tls = Cell::new(args.tls as usize);
            thread.signals = ThreadSignals::new(signals);
            thread.joinable = args.flags & HERMIT_CLONE_JOINABLE != 0;
            thread.child_tid = args.child_tid;
            thread.entry = args.entry;
            thread.arg = args.arg;
            thread.stack = stack;
            thread.core = AtomicU32::new(creator.map_or(0, |c| c.core.load(Ordering::Relaxed)));
            // SAFETY: the memory below `top` was just written to.
            thread.sp = UnsafeCell::new(unsafe { context::prepare_stack(top, body) });
            thread
        })
    }

    /// The stack that the kernel made for the thread: lowest address and size, or zeros.
    pub fn own_stack(&self) -> (usize, usize) {
        self.stack
            .as_ref()
            .map_or((0, 0), |stack| (stack.bottom, stack.top - stack.bottom))
    }

    /// Undoes [`Thread::create`] for a thread that was not started.
    pub fn discard(self: Arc<Thread>) {
        table::count_exit();
        table::remove(self.tid);
        if let Some(stack) = &self.stack {
            mm::free_stack(stack);
        }
    }

    /// Makes a created thread runnable and gives it the reference that stands for its being alive.
    pub fn start(self: Arc<Thread>) {
        let thread = Arc::into_raw(self);
        // SAFETY: the reference lives until `reap`.
        super::place(unsafe { &*thread });
    }
}

/// Whether an address is one that a register base may hold.
pub fn canonical(address: usize) -> bool {
    address < 1 << 47
}

/// The first Rust code of every thread; interrupts are off.
extern "C" fn body(previous: *const Thread) -> ! {
    // SAFETY: `switch` hands over the thread that it came from.
    unsafe { super::finish_switch(previous) };
    arch::interrupts::enable();
    super::give_way_if_wanted();
    let thread = arch::current();
    if let Some(entry) = thread.entry {
        // SAFETY: the creator's promise.
        unsafe { entry(thread.arg) };
    }
    super::exit()
}

/// Ends what is left of a thread that is off its stack: tells its joiners, frees its stack and its
/// reference. Interrupts are off, no lock is held.
///
/// # Safety
/// The thread is over and has left its core; called once.
pub unsafe fn reap(thread: *const Thread) {
    // SAFETY: `start` made the pointer from a reference that is given back here.
    let thread = unsafe { Arc::from_raw(thread) };
    let child_tid = thread.child_tid;
    table::retire(&thread);
    futex::wake(&raw const thread.alive as usize, u32::MAX);
    if let Some(stack) = &thread.stack {
        mm::free_stack(stack);
    }
    drop(thread);
    // Last: from here on the program may reuse the stack that it gave.
    if !child_tid.is_null() && arch::uaccess::write(child_tid, 0).is_ok() {
        futex::wake(child_tid as usize, u32::MAX);
    }
}
