//! Cancellation (POSIX.1-2017, "Thread Cancellation", 2.9.5).
//!
//! A request is a bit in the target's `cancel` word, and a mark that the kernel keeps: waits of the target
//! that are cancellation points end at once, whether they have begun or are about to. There is no window
//! in which a request gets lost, and an ended wait has consumed nothing, so no wake-up is stolen.
//!
//! Only a target whose cancelability type is asynchronous gets a signal ([`SIGNAL`]), whose handler ends
//! the thread where it stands. The cancellation points outside pte, in the C library, are framed by
//! [`__pte_cancel_enter`] and [`__pte_cancel_leave`].

use core::ffi::c_int;
use core::sync::atomic::{
    AtomicU32,
    Ordering::{Relaxed, SeqCst},
};

use crate::errno::EINVAL;
use crate::platform::{self, Woken};
use crate::thread::{self, Thread};
use crate::time::Deadline;

/// The signal of asynchronous cancellation; not for programs, as with glibc.
pub const SIGNAL: u32 = 32;

/// `PTHREAD_CANCEL_DEFERRED`.
pub const DEFERRED: c_int = 0;
/// `PTHREAD_CANCEL_ASYNCHRONOUS`.
pub const ASYNCHRONOUS: c_int = 1;

/// In [`Thread::cancel`]: cancellation is disabled.
pub const DISABLED: u32 = 1;
/// In [`Thread::cancel`]: it may happen anywhere.
pub const ASYNC: u32 = 2;
/// In [`Thread::cancel`]: somebody asked for it.
pub const PENDING: u32 = 4;
/// In [`Thread::cancel`]: the thread is ending already.
pub const EXITING: u32 = 8;

/// Whether the thread leaves what it waits for without more ado: it ends, or is about to be cancelled.
pub fn is_leaving(thread: &Thread) -> bool {
    is_due(thread) || thread.cancel.load(Relaxed) & EXITING != 0
}

/// Whether the calling thread is to be cancelled at its next cancellation point.
#[inline(always)]
pub fn is_due(thread: &Thread) -> bool {
    thread.cancel.load(Relaxed) & (DISABLED | PENDING | EXITING) == PENDING
}

/// A cancellation point: does not return if the thread has been cancelled.
#[inline(always)]
pub fn point() {
    if is_due(thread::current()) {
        now();
    }
}

/// Ends the calling thread as cancelled.
#[cold]
pub fn now() -> ! {
    #[cfg(not(test))]
    crate::exit::exit(-1isize as *mut core::ffi::c_void);
    #[cfg(test)]
    unreachable!("threads of the host are not cancelled")
}

/// Makes waits end when the thread is cancelled, if it may be; true if so.
fn enter(thread: &Thread) -> bool {
    let enabled = thread.cancel.load(Relaxed) & (DISABLED | EXITING) == 0;
    if enabled {
        platform::set_interruptible(true);
    }
    enabled
}

/// A futex wait that is a cancellation point: `None` if the calling thread is to be cancelled, which is
/// then the caller's task. The wait has consumed no wake in this case.
pub fn wait(word: &AtomicU32, expected: u32, deadline: Deadline) -> Option<Woken> {
    let thread = thread::current();
    if is_due(thread) {
        return None;
    }
    let entered = enter(thread);
    let woken = platform::futex_wait(word, expected, deadline);
    if entered {
        platform::set_interruptible(false);
    }
    if woken == Woken::Interrupted && is_due(thread) {
        return None;
    }
    Some(woken)
}

/// For the C library: a cancellation point begins. Acts on a pending request; from here to
/// [`__pte_cancel_leave`], which wants the result, the kernel's waits end when the thread is cancelled.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn __pte_cancel_enter() -> u32 {
    point();
    u32::from(enter(thread::current()))
}

/// For the C library: a cancellation point ends. `interrupted` is not 0 if the call had no effect because
/// it was interrupted; only then is a pending request acted upon.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn __pte_cancel_leave(token: u32, interrupted: u32) {
    if token != 0 {
        platform::set_interruptible(false);
    }
    if interrupted != 0 {
        point();
    }
}

/// Sets the type, which is valid; returns the one before.
pub fn set_type(kind: c_int) -> c_int {
    let cancel = &thread::current().cancel;
    let old = if kind == ASYNCHRONOUS {
        #[cfg(not(test))]
        crate::signal::prepare_cancellation();
        cancel.fetch_or(ASYNC, SeqCst)
    } else {
        cancel.fetch_and(!ASYNC, SeqCst)
    };
    if old & ASYNC != 0 {
        ASYNCHRONOUS
    } else {
        DEFERRED
    }
}

/// Acts on a pending request if the type says that it need not wait.
pub fn act_if_asynchronous() {
    let thread = thread::current();
    if is_due(thread) && thread.cancel.load(Relaxed) & ASYNC != 0 {
        now();
    }
}

/// Enables (0) or disables (1) cancellation. `EINVAL` for another state. A request that comes while it is
/// disabled stays pending.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setcancelstate(state: c_int, old: Option<&mut c_int>) -> c_int {
    let cancel = &thread::current().cancel;
    let before = match state {
        0 => cancel.fetch_and(!DISABLED, SeqCst),
        1 => cancel.fetch_or(DISABLED, SeqCst),
        _ => return EINVAL,
    };
    if let Some(old) = old {
        *old = c_int::from(before & DISABLED != 0);
    }
    act_if_asynchronous();
    0
}

/// Makes cancellation deferred (0) or asynchronous (1). `EINVAL` for another type.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setcanceltype(kind: c_int, old: Option<&mut c_int>) -> c_int {
    if kind != DEFERRED && kind != ASYNCHRONOUS {
        return EINVAL;
    }
    let before = set_type(kind);
    if let Some(old) = old {
        *old = before;
    }
    act_if_asynchronous();
    0
}

/// A cancellation point.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_testcancel() {
    point();
}

/// Asks a thread to end. `ESRCH`: no such thread. A thread that has ended already is no error.
#[cfg(not(test))]
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_cancel(handle: usize) -> c_int {
    {
        let threads = crate::registry::threads();
        let Some(thread) = threads.find(handle) else {
            return crate::errno::ESRCH;
        };
        let before = thread.cancel.fetch_or(PENDING, SeqCst);
        if before & (PENDING | EXITING) == 0 && !thread.is_current() {
            let tid = thread.tid.load(Relaxed);
            // The mark first: a wait that the signal interrupts must not begin anew.
            platform::interrupt(tid);
            if before & ASYNC != 0 {
                crate::signal::send_cancellation(tid);
            }
        }
    }
    act_if_asynchronous();
    0
}
