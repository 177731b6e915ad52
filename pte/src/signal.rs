//! Signals of single threads, and the one of asynchronous cancellation.

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

use hermit_kernel::abi;

use crate::cancel;
use crate::errno::{EINVAL, ESRCH, number};
use crate::platform::check;
use crate::sched::with_handle;

/// The bit of [`cancel::SIGNAL`] in a set.
const OWN: u64 = 1 << (cancel::SIGNAL - 1);

/// Installs the handler of [`cancel::SIGNAL`], once.
pub fn prepare_cancellation() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if INSTALLED.swap(true, Relaxed) {
        return;
    }
    let action = abi::HermitSigAction {
        handler: handle as *const () as usize,
        mask: 0,
        flags: abi::HERMIT_SA_RESTART,
    };
    // Cannot fail: the signal exists, and the action is readable.
    abi::sys_sigaction(cancel::SIGNAL, &action, core::ptr::null_mut());
}

/// Sends the signal of asynchronous cancellation to a thread that has chosen it.
pub fn send_cancellation(tid: u32) {
    // An error means that the thread has ended meanwhile.
    abi::sys_thread_kill(tid as i32, cancel::SIGNAL);
}

/// Ends the thread if it wants to be ended anywhere.
extern "C" fn handle(_signal: c_int) {
    cancel::act_if_asynchronous();
}

/// Sends a signal to a thread; 0 only looks whether there is one. `ESRCH`; `EINVAL` for no signal. A
/// thread that has ended and was not joined yet is no error (POSIX.1-2024).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_kill(handle: usize, signal: c_int) -> c_int {
    let signal = match u32::try_from(signal) {
        Ok(signal) if signal != cancel::SIGNAL => signal,
        _ => return EINVAL,
    };
    send(handle, |tid| abi::sys_thread_kill(tid, signal))
}

/// As `pthread_kill`, with a value for the handler; `EAGAIN`: too many queued.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_sigqueue(handle: usize, signal: c_int, value: u64) -> c_int {
    if signal == cancel::SIGNAL as c_int {
        return EINVAL;
    }
    let info = abi::HermitSigInfo {
        signo: signal,
        code: abi::HERMIT_SI_QUEUE,
        pid: abi::sys_getpid(),
        value,
        ..abi::HermitSigInfo::default()
    };
    send(handle, |tid| abi::sys_sigqueueinfo(tid, &info))
}

/// Sends a signal to the thread of a handle.
fn send(handle: usize, send: impl FnOnce(i32) -> i32) -> c_int {
    // A signal to oneself is delivered before the call returns, so not with the registry locked.
    let tid = with_handle(handle, |thread| Ok(thread.tid.load(Relaxed)));
    match tid.and_then(|tid| check(send(tid as i32))) {
        Ok(_) => 0,
        Err(ESRCH) => number(with_handle(handle, |_| Ok(()))),
        Err(number) => number,
    }
}

/// Changes what the calling thread blocks, and reads what it blocked. `EINVAL` for an unknown `how`. The
/// signal of cancellation cannot be blocked.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_sigmask(how: c_int, new: Option<&u64>, old: Option<&mut u64>) -> c_int {
    let set = new.map(|set| set & !OWN);
    let new = set.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let old = old.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    number(check(abi::sys_sigprocmask(how, new, old)).map(|_| ()))
}
