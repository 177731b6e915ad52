//! Signals.

use super::HermitTid;
use crate::errno;
use crate::signal;

/// Sends a signal to a thread; 0 only checks that there is one.
///
/// # Errors
/// `EINVAL`: no such signal. `ESRCH`: no such thread.
///
/// Serves POSIX `kill`, `raise` and `pthread_kill`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_kill(tid: HermitTid, signal: u32) -> i32 {
    errno::status(signal::send(tid, signal))
}
