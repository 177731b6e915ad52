//! Joining threads.

use core::ffi::{c_int, c_void};
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use crate::cancel;
use crate::create::retire;
use crate::errno::{EBUSY, EDEADLK, EINVAL, ESRCH, ETIMEDOUT, Result, number};
use crate::platform::Woken;
use crate::registry;
use crate::thread::{self, DETACHED, JOINING, Thread};
use crate::time::{CLOCK_REALTIME, ClockId, Deadline, Patience, Timespec};

/// Waits for a thread's end and gives its result; its handle is valid no more then.
pub fn join(handle: usize, patience: Patience) -> Result<*mut c_void> {
    if !patience.is_try() {
        cancel::point();
    }
    let me = thread::current();
    let thread: *const Thread = claim(me, handle, patience)?;
    // SAFETY: claimed: its memory stays until this call retires it.
    let thread = unsafe { &*thread };
    let outcome = wait(thread, patience);
    {
        let _threads = registry::threads();
        me.joining.set(core::ptr::null());
        if outcome != Some(Ok(())) {
            thread.life.fetch_and(!JOINING, AcqRel);
        }
    }
    match outcome {
        None => cancel::now(),
        Some(Err(number)) => Err(number),
        Some(Ok(())) => {
            let result = thread.result.get();
            retire(thread);
            Ok(result)
        }
    }
}

/// Makes the calling thread the one that joins; a try that would have to wait leaves no trace.
fn claim(me: &Thread, handle: usize, patience: Patience) -> Result<*const Thread> {
    let threads = registry::threads();
    let thread = threads.find(handle).ok_or(ESRCH)?;
    let waits_for_me = core::ptr::eq(thread.joining.get(), me) && !cancel::is_leaving(thread);
    if thread.is_current() || waits_for_me {
        drop(threads);
        // Whoever cancelled the caller and then joined it came after the call had begun: no deadlock.
        if !patience.is_try() {
            cancel::point();
        }
        return Err(EDEADLK);
    }
    if thread.life.load(Relaxed) & (DETACHED | JOINING) != 0 {
        return Err(EINVAL);
    }
    if patience.is_try() && thread.alive.load(Acquire) != 0 {
        return Err(EBUSY);
    }
    thread.life.fetch_or(JOINING, AcqRel);
    me.joining.set(thread);
    Ok(thread)
}

/// Waits until the thread is off its stack; `None` if the caller is cancelled.
fn wait(thread: &Thread, patience: Patience) -> Option<Result<()>> {
    let mut deadline = Deadline::NEVER;
    while thread.alive.load(Acquire) != 0 {
        if patience.is_try() {
            return Some(Err(EBUSY));
        }
        if deadline == Deadline::NEVER {
            match patience.deadline() {
                Ok(given) => deadline = given,
                Err(number) => return Some(Err(number)),
            }
        }
        if cancel::wait(&thread.alive, 1, deadline)? == Woken::TimedOut {
            return Some(Err(ETIMEDOUT));
        }
    }
    Some(Ok(()))
}

fn store(result: Result<*mut c_void>, place: Option<&mut *mut c_void>) -> c_int {
    number(result.map(|value| {
        if let Some(place) = place {
            *place = value;
        }
    }))
}

/// Waits for a thread's end; a cancellation point. `ESRCH`: no such thread. `EINVAL`: it is detached, or
/// somebody else is joining it. `EDEADLK`: it is the caller, or is joining the caller.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_join(handle: usize, result: Option<&mut *mut c_void>) -> c_int {
    store(join(handle, Patience::Endless), result)
}

/// Joins a thread that has ended. `EBUSY` if it has not; else as `pthread_join`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_tryjoin_np(handle: usize, result: Option<&mut *mut c_void>) -> c_int {
    store(join(handle, Patience::Try), result)
}

/// As `pthread_join`, until `deadline` of the wall clock (null: for ever). `ETIMEDOUT`; `EINVAL` for a
/// malformed one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_timedjoin_np(
    handle: usize,
    result: Option<&mut *mut c_void>,
    deadline: Option<&Timespec>,
) -> c_int {
    pthread_clockjoin_np(handle, result, CLOCK_REALTIME, deadline)
}

/// As `pthread_timedjoin_np`, against the clock named; `EINVAL` for another than the monotonic and the
/// wall clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_clockjoin_np(
    handle: usize,
    result: Option<&mut *mut c_void>,
    clock: ClockId,
    deadline: Option<&Timespec>,
) -> c_int {
    let patience = if deadline.is_none() {
        Ok(Patience::Endless)
    } else {
        Patience::clock(clock, deadline)
    };
    match patience {
        Ok(patience) => store(join(handle, patience), result),
        Err(number) => number,
    }
}

/// The calling thread's handle.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_self() -> usize {
    core::ptr::from_ref(crate::platform::current()) as usize
}

/// Whether two handles are the same thread's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_equal(a: usize, b: usize) -> c_int {
    c_int::from(a == b)
}
