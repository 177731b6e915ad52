//! Threads: create, end, wait for, schedule.
//!
//! Thread ids are positive and are not reused while the thread is joinable. The first thread has id 1,
//! which is also the process id. Priorities run from 0 (lowest) to 127; a runnable thread of higher
//! priority runs before one of lower priority, threads of equal priority share a core in time slices.

use core::ffi::c_void;
use core::sync::atomic::Ordering;

use crate::arch::{self, context, current, uaccess};
use crate::errno::{self, Errno, Result};
use crate::sched::{self, Thread, canonical, interruption, table};
use crate::signal::{self, Restart};
use crate::sync::futex;

/// Thread and process id.
pub type HermitTid = i32;

/// Highest priority.
pub const HERMIT_PRIO_MAX: u32 = 127;
/// Priority of the first thread.
pub const HERMIT_PRIO_DEFAULT: u32 = 8;
/// Added to a priority: no time slices, see [`sys_setprio`].
pub const HERMIT_PRIO_UNSLICED: u32 = 0x100;
/// In [`HermitCloneArgs::priority`]: as the calling thread has.
pub const HERMIT_PRIO_INHERIT: u32 = u32::MAX;
/// The most processors a system uses, and the number of bits in an affinity mask.
pub const HERMIT_MAX_CORES: usize = 64;

/// What [`sys_clone`] makes a thread from. Fields that are zero take the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitCloneArgs {
    /// Where the thread begins. It must not return: it ends with [`sys_thread_exit`]; returning does
    /// the same.
    pub entry: Option<unsafe extern "C" fn(arg: *mut c_void)>,
    /// Handed to `entry`.
    pub arg: *mut c_void,
    /// Lowest address of the stack; null: the kernel makes one of `stack_size` bytes with a guard page
    /// below, backed lazily, and frees it after the thread.
    pub stack: *mut c_void,
    /// Size of the stack in bytes; with a null `stack`, 0 means 2 MiB.
    pub stack_size: usize,
    /// Thread pointer (%fs base) of the new thread.
    pub tls: *mut c_void,
    /// Where the kernel stores 0 and wakes every futex waiter, once the ended thread has left its
    /// stack for good. May be null.
    pub child_tid: *mut u32,
    /// 0 to [`HERMIT_PRIO_MAX`], with or without [`HERMIT_PRIO_UNSLICED`]; or [`HERMIT_PRIO_INHERIT`].
    pub priority: u32,
    /// [`HERMIT_CLONE_JOINABLE`] or 0.
    pub flags: u32,
    /// Cores that the thread may run on, bit n for core n; 0: those of the calling thread.
    pub affinity: u64,
    /// Signals that the new thread blocks, bit n-1 for signal n, unless
    /// [`HERMIT_CLONE_INHERIT_SIGMASK`] is in `flags`.
    pub signal_mask: u64,
}

/// [`sys_join`] will be called for this thread.
pub const HERMIT_CLONE_JOINABLE: u32 = 1;
/// The new thread blocks the signals that its creator blocks.
pub const HERMIT_CLONE_INHERIT_SIGMASK: u32 = 2;

/// Starts a thread and stores its id in `*tid`, unless that is null, before the thread runs.
///
/// # Errors
/// `EINVAL`: no entry, a priority above the highest, no permitted core, a stack below 4 KiB. `EAGAIN`:
/// too many threads. `ENOMEM`: no memory for the stack. `EFAULT`: an address that cannot be accessed.
///
/// Serves POSIX `pthread_create`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_clone(tid: *mut HermitTid, args: *const HermitCloneArgs) -> i32 {
    errno::status(clone(tid, args))
}

fn clone(tid: *mut HermitTid, args: *const HermitCloneArgs) -> Result<()> {
    let args = uaccess::read(args)?;
    let thread = Thread::create(&args, Some(current()))?;
    if !tid.is_null()
        && let Err(error) = uaccess::write(tid, thread.tid)
    {
        thread.discard();
        return Err(error);
    }
    thread.start();
    Ok(())
}

/// Ends the calling thread; the end of the last one ends the program with status 0.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_thread_exit() -> ! {
    sched::exit()
}

/// Waits until a joinable thread is over, and frees its id.
///
/// # Errors
/// `ESRCH`: no such thread. `EINVAL`: it is not joinable. `EDEADLK`: it is the calling thread.
/// `EINTR`: a signal handler ran.
///
/// Serves POSIX `pthread_join`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_join(tid: HermitTid) -> i32 {
    errno::status(join(tid))
}

fn join(tid: HermitTid) -> Result<()> {
    let thread = table::get(tid)?;
    if thread.tid == current().tid {
        return Err(Errno::EDEADLK);
    }
    if !thread.joinable {
        return Err(Errno::EINVAL);
    }
    signal::interruptible(Restart::Allowed, || {
        while thread.alive.load(Ordering::SeqCst) != 0 {
            let waited = futex::wait(&raw const thread.alive as usize, 1, u64::MAX, true);
            if waited == Err(Errno::EINTR) {
                return waited;
            }
        }
        Ok(())
    })?;
    table::remove(tid);
    Ok(())
}

/// The calling thread's id.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_gettid() -> HermitTid {
    current().tid
}

/// The process id: that of the first thread, always 1.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_getpid() -> HermitTid {
    1
}

/// Lets other threads of the caller's priority run. Serves POSIX `sched_yield`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_yield() {
    sched::yield_now();
}

/// Sets a thread's priority (0: the calling thread's). With [`HERMIT_PRIO_UNSLICED`] it keeps its core until
/// it waits, yields, or a thread of higher priority is ready; otherwise it shares the core with threads of
/// its priority in time slices.
///
/// # Errors
/// `ESRCH`: no such thread. `EINVAL`: priority above the highest.
///
/// Serves POSIX `pthread_setschedparam`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_setprio(tid: HermitTid, priority: u32) -> i32 {
    let unsliced = priority & HERMIT_PRIO_UNSLICED != 0;
    let set = |thread: &Thread, priority| {
        thread.unsliced.store(unsliced, Ordering::Relaxed);
        thread.set_base_priority(priority);
    };
    errno::status(set_priority(tid, priority & !HERMIT_PRIO_UNSLICED, set))
}

/// Lends a thread a priority: it is scheduled by the higher one of its own and this; 0 ends the loan.
///
/// # Errors
/// `ESRCH`: no such thread. `EINVAL`: priority above the highest.
///
/// Serves POSIX mutexes with `PTHREAD_PRIO_INHERIT` and `PTHREAD_PRIO_PROTECT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_setboost(tid: HermitTid, priority: u32) -> i32 {
    errno::status(set_priority(tid, priority, Thread::set_boost))
}

fn set_priority(tid: HermitTid, priority: u32, set: impl FnOnce(&Thread, u8)) -> Result<()> {
    if priority > HERMIT_PRIO_MAX {
        return Err(Errno::EINVAL);
    }
    let thread = table::get(tid)?;
    sched::change(&thread, |thread| set(thread, priority as u8));
    Ok(())
}

/// A thread's priority as [`sys_setprio`] set it (0: the calling thread's).
///
/// # Errors
/// `ESRCH`: no such thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_getprio(tid: HermitTid) -> i32 {
    match table::get(tid) {
        Ok(thread) => i32::from(thread.base_priority()),
        Err(error) => error.negative(),
    }
}

/// Sets the cores on which a thread may run (0: the calling thread): `words` 64-bit words, bit n for
/// core n. A running thread leaves a core that it may not use any more before the call returns, if it
/// is the caller, and soon otherwise.
///
/// # Errors
/// `ESRCH`: no such thread. `EINVAL`: no present core in the mask. `EFAULT`.
///
/// Serves `pthread_setaffinity_np`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_setaffinity(tid: HermitTid, mask: *const u64, words: usize) -> i32 {
    errno::status(set_affinity(tid, mask, words))
}

fn set_affinity(tid: HermitTid, mask: *const u64, words: usize) -> Result<()> {
    if words == 0 {
        return Err(Errno::EINVAL);
    }
    let mask = uaccess::read(mask)?;
    let thread = table::get(tid)?;
    if mask & arch::online_mask() == 0 {
        return Err(Errno::EINVAL);
    }
    sched::change(&thread, |thread| {
        thread.affinity.store(mask, Ordering::SeqCst)
    });
    Ok(())
}

/// Stores the present cores on which a thread may run (0: the calling thread) in `words` 64-bit words.
///
/// # Errors
/// `ESRCH`: no such thread. `EINVAL`: no room. `EFAULT`.
///
/// Serves `pthread_getaffinity_np`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_getaffinity(tid: HermitTid, mask: *mut u64, words: usize) -> i32 {
    errno::status(get_affinity(tid, mask, words))
}

fn get_affinity(tid: HermitTid, mask: *mut u64, words: usize) -> Result<()> {
    if words == 0 {
        return Err(Errno::EINVAL);
    }
    let affinity = table::get(tid)?.affinity.load(Ordering::SeqCst) & arch::online_mask();
    uaccess::write(mask, affinity)?;
    (1..words.min(1024)).try_for_each(|word| uaccess::write(mask.wrapping_add(word), 0))
}

/// Sets the calling thread's thread pointer (%fs base).
///
/// # Errors
/// `EINVAL`: not an address.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_set_tls(pointer: *mut c_void) -> i32 {
    if !canonical(pointer as usize) {
        return Errno::EINVAL.negative();
    }
    current().tls.set(pointer as usize);
    context::set_thread_pointer(pointer as usize);
    0
}

/// Says whether [`sys_interrupt`] ends the calling thread's waits; returns what was said before.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_interruptible(on: u32) -> u32 {
    let word = &current().interruption;
    let old = if on != 0 {
        word.fetch_or(interruption::ALLOWED, Ordering::SeqCst)
    } else {
        word.fetch_and(!interruption::ALLOWED, Ordering::SeqCst)
    };
    old & interruption::ALLOWED
}

/// Sets or clears a mark at a thread that ends its waits with `EINTR`, at once and until it is cleared,
/// while the thread is interruptible. Serves POSIX `pthread_cancel`.
///
/// # Errors
/// `ESRCH`: no such thread.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_interrupt(tid: HermitTid, on: u32) -> i32 {
    errno::status(interrupt(tid, on != 0))
}

fn interrupt(tid: HermitTid, on: bool) -> Result<()> {
    let thread = table::get(tid)?;
    if !on {
        thread
            .interruption
            .fetch_and(!interruption::REQUESTED, Ordering::SeqCst);
    } else if thread
        .interruption
        .fetch_or(interruption::REQUESTED, Ordering::SeqCst)
        & interruption::ALLOWED
        != 0
    {
        sched::attract(&thread);
    }
    Ok(())
}
