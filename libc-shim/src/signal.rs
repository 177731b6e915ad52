//! Signals: the names of signal.h over the kernel's calls.
//!
//! `struct sigaction`, `siginfo_t`, `stack_t` and sets are the same on both sides (include/sys/signal.h).

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use crate::cancel::blocking;
use crate::sys::{self, Errno, HermitSigAction, HermitSigInfo, HermitSigStack};
use crate::time::deadline_after;
use crate::timespec::TimeSpec;
use crate::{c, errno};

/// `abort` ends with it.
pub(crate) const SIGABRT: u32 = 6;

/// The largest number.
const LAST: c_int = 64;

/// `SIG_ERR`.
const ERROR: usize = usize::MAX;
/// `SIG_HOLD` of `sigset`.
const HOLD: usize = 2;

/// 32 to 34 are the run-time's own: programs neither handle nor block them.
const OWN: u64 = 0b111 << 31;

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn kill(process: c_int, signal: c_int) -> c_int {
    errno::int(sys::sys_kill(process, signal as u32))
}

/// The one process group has the process's number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn killpg(group: c_int, signal: c_int) -> c_int {
    if group < 0 {
        errno::fail(Errno::EINVAL)
    } else {
        kill(group, signal)
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn raise(signal: c_int) -> c_int {
    errno::int(sys::sys_thread_kill(0, signal as u32))
}

/// newlib's name with the thread's state, which is elsewhere.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn _raise_r(_: *mut core::ffi::c_void, signal: c_int) -> c_int {
    raise(signal)
}

/// Raises a signal as `abort` does: a handler may jump away, but not return and go on.
pub(crate) fn raise_fatally(signal: u32) -> ! {
    let only: u64 = 1 << (signal - 1);
    sys::sys_sigprocmask(sys::HERMIT_SIG_UNBLOCK, &raw const only, ptr::null_mut());
    sys::sys_thread_kill(0, signal);
    let default = HermitSigAction {
        handler: sys::HERMIT_SIG_DFL,
        mask: 0,
        flags: 0,
    };
    sys::sys_sigaction(signal, &raw const default, ptr::null_mut());
    sys::sys_sigprocmask(sys::HERMIT_SIG_UNBLOCK, &raw const only, ptr::null_mut());
    sys::sys_thread_kill(0, signal);
    sys::sys_exit(128 + signal as c_int)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigaction(
    signal: c_int,
    new: *const HermitSigAction,
    old: *mut HermitSigAction,
) -> c_int {
    if bit(signal).is_none_or(|bit| bit & OWN != 0) {
        return errno::fail(Errno::EINVAL);
    }
    errno::int(sys::sys_sigaction(signal as u32, new, old))
}

/// Sets a handler with BSD's meaning, as other systems' `signal` does: it stays, and interrupted calls
/// go on.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn signal(signal: c_int, handler: usize) -> usize {
    let new = HermitSigAction {
        handler,
        mask: 0,
        flags: sys::HERMIT_SA_RESTART,
    };
    let mut old = HermitSigAction {
        handler: 0,
        mask: 0,
        flags: 0,
    };
    match sigaction(signal, &raw const new, &raw mut old) {
        0 => old.handler,
        _ => ERROR,
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn _signal_r(_: *mut core::ffi::c_void, number: c_int, handler: usize) -> usize {
    signal(number, handler)
}

/// Whether calls that the signal interrupts fail with `EINTR` or go on.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn siginterrupt(signal: c_int, interrupt: c_int) -> c_int {
    let mut action = HermitSigAction {
        handler: 0,
        mask: 0,
        flags: 0,
    };
    if sigaction(signal, ptr::null(), &raw mut action) < 0 {
        return -1;
    }
    if interrupt != 0 {
        action.flags &= !sys::HERMIT_SA_RESTART;
    } else {
        action.flags |= sys::HERMIT_SA_RESTART;
    }
    sigaction(signal, &raw const action, ptr::null_mut())
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigprocmask(how: c_int, new: *const u64, old: *mut u64) -> c_int {
    // SAFETY: the caller's promise that it is a set or null.
    let set = unsafe { new.as_ref() }.map(|set| set & !OWN);
    let new = set.as_ref().map_or(ptr::null(), ptr::from_ref);
    errno::int(sys::sys_sigprocmask(how, new, old))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigpending(set: *mut u64) -> c_int {
    errno::int(sys::sys_sigpending(set))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigsuspend(mask: *const u64) -> c_int {
    errno::int(blocking(|| sys::sys_sigsuspend(mask)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pause() -> c_int {
    let mut mask = 0;
    sys::sys_sigprocmask(sys::HERMIT_SIG_BLOCK, ptr::null(), &raw mut mask);
    sigsuspend(&raw const mask)
}

/// Waits for a signal of a set.
fn wait_for(set: *const u64, info: *mut HermitSigInfo, deadline: u64) -> c_int {
    let signal =
        blocking(|| sys::sys_sigtimedwait(set, info, deadline, sys::HERMIT_CLOCK_MONOTONIC));
    if signal > 0 && !info.is_null() {
        // SAFETY: the kernel has written to it.
        let info = unsafe { &mut *info };
        // What `raise` sends is told like what `kill` does, as other systems do it here.
        if info.code == sys::HERMIT_SI_TKILL {
            info.code = sys::HERMIT_SI_USER;
        }
    }
    signal
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigwaitinfo(set: *const u64, info: *mut HermitSigInfo) -> c_int {
    errno::int(wait_for(set, info, deadline_after(None)))
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigtimedwait(
    set: *const u64,
    info: *mut HermitSigInfo,
    timeout: *const TimeSpec,
) -> c_int {
    // SAFETY: the caller's promise.
    let timeout = match unsafe { timeout.as_ref() }.map(|time| time.to_nanoseconds()) {
        None => None,
        Some(Ok(ns)) if ns >= 0 => Some(ns),
        _ => return errno::fail(Errno::EINVAL),
    };
    errno::int(wait_for(set, info, deadline_after(timeout)))
}

/// Returns the error number; a handler does not end the wait.
///
/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigwait(set: *const u64, signal: *mut c_int) -> c_int {
    loop {
        match wait_for(set, ptr::null_mut(), deadline_after(None)) {
            result if result == -(Errno::EINTR as c_int) => {}
            result if result < 0 => return -result,
            result => {
                // SAFETY: the caller's promise.
                unsafe { *signal = result };
                return 0;
            }
        }
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigqueue(process: c_int, signal: c_int, value: u64) -> c_int {
    errno::int(sys::sys_sigqueue(process, signal as u32, value))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigaltstack(new: *const HermitSigStack, old: *mut HermitSigStack) -> c_int {
    errno::int(sys::sys_sigaltstack(new, old))
}

/// The bit of a signal, or `None`.
fn bit(signal: c_int) -> Option<u64> {
    (1..=LAST).contains(&signal).then(|| 1 << (signal - 1))
}

/// # Safety
/// `set` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigemptyset(set: *mut u64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { *set = 0 };
    0
}

/// # Safety
/// `set` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigfillset(set: *mut u64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { *set = !OWN };
    0
}

/// # Safety
/// `set` is a set.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigaddset(set: *mut u64, signal: c_int) -> c_int {
    let Some(bit) = bit(signal) else {
        return errno::fail(Errno::EINVAL);
    };
    // SAFETY: the caller's promise.
    unsafe { *set |= bit };
    0
}

/// # Safety
/// `set` is a set.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigdelset(set: *mut u64, signal: c_int) -> c_int {
    let Some(bit) = bit(signal) else {
        return errno::fail(Errno::EINVAL);
    };
    // SAFETY: the caller's promise.
    unsafe { *set &= !bit };
    0
}

/// # Safety
/// `set` is a set.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigismember(set: *const u64, signal: c_int) -> c_int {
    let Some(bit) = bit(signal) else {
        return errno::fail(Errno::EINVAL);
    };
    // SAFETY: the caller's promise.
    c_int::from(unsafe { *set } & bit != 0)
}

/// # Safety
/// `set` is a set.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigisemptyset(set: *const u64) -> c_int {
    // SAFETY: the caller's promise.
    c_int::from(unsafe { *set } == 0)
}

/// # Safety
/// All are sets.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigandset(to: *mut u64, left: *const u64, right: *const u64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { *to = *left & *right };
    0
}

/// # Safety
/// All are sets.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sigorset(to: *mut u64, left: *const u64, right: *const u64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { *to = *left | *right };
    0
}

/// Blocks (`how`) or unblocks one signal.
fn change_one(how: c_int, signal: c_int) -> c_int {
    let Some(bit) = bit(signal) else {
        return errno::fail(Errno::EINVAL);
    };
    sigprocmask(how, &raw const bit, ptr::null_mut())
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sighold(signal: c_int) -> c_int {
    change_one(sys::HERMIT_SIG_BLOCK, signal)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigrelse(signal: c_int) -> c_int {
    change_one(sys::HERMIT_SIG_UNBLOCK, signal)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigignore(number: c_int) -> c_int {
    if signal(number, sys::HERMIT_SIG_IGN) == ERROR {
        -1
    } else {
        0
    }
}

/// XSI's: sets what is done on a signal and unblocks it, or blocks it (`SIG_HOLD`). Returns what was done
/// before, `SIG_HOLD` for a signal that was blocked.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigset(signal: c_int, handler: usize) -> usize {
    let mut old = HermitSigAction {
        handler: 0,
        mask: 0,
        flags: 0,
    };
    let new = HermitSigAction {
        handler,
        mask: 0,
        flags: 0,
    };
    let hold = handler == HOLD;
    let new = if hold { ptr::null() } else { &raw const new };
    if sigaction(signal, new, &raw mut old) < 0 {
        return ERROR;
    }
    let bit = bit(signal).unwrap_or(0);
    let how = if hold {
        sys::HERMIT_SIG_BLOCK
    } else {
        sys::HERMIT_SIG_UNBLOCK
    };
    let mut blocked = 0;
    sigprocmask(how, &raw const bit, &raw mut blocked);
    if blocked & bit != 0 {
        HOLD
    } else {
        old.handler
    }
}

/// XSI's: the signal is taken out of the mask while waiting.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sigpause(signal: c_int) -> c_int {
    let Some(bit) = bit(signal) else {
        return errno::fail(Errno::EINVAL);
    };
    let mut mask = 0;
    sys::sys_sigprocmask(sys::HERMIT_SIG_BLOCK, ptr::null(), &raw mut mask);
    mask &= !bit;
    sigsuspend(&raw const mask)
}

/// # Safety
/// `message` is null or a C string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn psignal(signal: c_int, message: *const c_char) {
    let print = |text: &[u8]| {
        sys::sys_write(2, text.as_ptr().cast(), text.len());
    };
    // SAFETY: the caller's promise; `strsignal` returns a C string.
    unsafe {
        if !message.is_null() && *message != 0 {
            print(CStr::from_ptr(message).to_bytes());
            print(b": ");
        }
        print(CStr::from_ptr(c::strsignal(signal)).to_bytes());
    }
    print(b"\n");
}

/// # Safety
/// `info` is readable, `message` null or a C string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn psiginfo(info: *const HermitSigInfo, message: *const c_char) {
    // SAFETY: the caller's promise.
    unsafe { psignal((*info).signo, message) };
}
