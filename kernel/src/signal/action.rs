//! What the program wants done on each signal.

use super::numbers::{Default, MAX_SIGNAL, SIGKILL, SIGSTOP, default};
use super::{bit, program};
use crate::abi::{HERMIT_SIG_DFL, HERMIT_SIG_IGN, HermitSigAction};
use crate::errno::{Errno, Result};
use crate::sched::table;
use crate::sync::SpinLock;

const DEFAULT: HermitSigAction = HermitSigAction {
    handler: HERMIT_SIG_DFL,
    mask: 0,
    flags: 0,
};

static ACTIONS: SpinLock<[HermitSigAction; MAX_SIGNAL as usize]> =
    SpinLock::new([DEFAULT; MAX_SIGNAL as usize]);

fn index(signal: u32) -> Result<usize> {
    match signal {
        1..=MAX_SIGNAL => Ok(signal as usize - 1),
        _ => Err(Errno::EINVAL),
    }
}

/// The action of a signal.
///
/// # Errors
/// `EINVAL`: no such signal.
pub fn get_action(signal: u32) -> Result<HermitSigAction> {
    let index = index(signal)?;
    Ok(ACTIONS.lock()[index])
}

/// Sets the action of a signal. A pending signal that is ignored from now on is discarded.
///
/// # Errors
/// `EINVAL`: no such signal, or one that cannot be caught or ignored.
pub fn set_action(signal: u32, action: HermitSigAction) -> Result<()> {
    let index = index(signal)?;
    if matches!(signal, SIGKILL | SIGSTOP) {
        return Err(Errno::EINVAL);
    }
    ACTIONS.lock()[index] = action;
    if ignored(signal) {
        program::discard(signal);
        // Not with the table locked: a timer's signal that is discarded is that timer's business.
        while let Some(thread) =
            table::find(|thread| thread.signals.pending.set() & bit(signal) != 0)
        {
            thread.signals.pending.discard(signal);
        }
    }
    Ok(())
}

/// Makes a signal's action the default again.
pub fn reset(signal: u32) {
    if let Ok(index) = index(signal) {
        ACTIONS.lock()[index].handler = HERMIT_SIG_DFL;
    }
}

/// Whether nothing happens on a signal.
pub fn ignored(signal: u32) -> bool {
    match get_action(signal).map(|action| action.handler) {
        Ok(HERMIT_SIG_IGN) => true,
        Ok(HERMIT_SIG_DFL) => default(signal) == Default::Ignore,
        _ => false,
    }
}
