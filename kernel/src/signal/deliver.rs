//! Running handlers.
//!
//! Between two handlers the thread's signals are put off ([`ThreadSignals::deferred`]), and a diverted
//! thread looks for the next one with interrupts off until it returns. So signals that come faster than
//! they are handled wait for their turn, and do not divert the thread again on top of where it already is
//! delivering: the stack holds one delivery for each handler that runs.

use core::mem::{MaybeUninit, transmute};
use core::sync::atomic::Ordering;

use super::numbers::{Default, default};
use super::report::{self, FaultInfo};
use super::restart::{HANDLED, NO_RESTART, defer, undefer};
use super::{ThreadSignals, action, bit};
use crate::abi::{
    HERMIT_SA_NODEFER, HERMIT_SA_ONSTACK, HERMIT_SA_RESETHAND, HERMIT_SA_RESTART, HERMIT_SIG_DFL,
    HERMIT_SIG_IGN, HermitContext, HermitSigAction, HermitSigInfo,
};
use crate::arch::idt::Frame;
use crate::arch::{current, interrupts, trap, ucontext};

/// An exception that nothing in the kernel expected: the handler's, or the program's end.
pub fn fault(frame: &mut Frame, info: FaultInfo) {
    let thread = current();
    let signals = &thread.signals;
    let handled = super::get_action(info.signal)
        .ok()
        .filter(|action| !matches!(action.handler, HERMIT_SIG_DFL | HERMIT_SIG_IGN));
    // POSIX: a fault whose signal is blocked or ignored ends the program.
    let (Some(action), 0, false) = (
        handled,
        signals.mask() & bit(info.signal),
        thread.is_idle() || frame.rflags & trap::INTERRUPT_FLAG == 0,
    ) else {
        return report::fatal(frame, info);
    };
    let stack = alternate_stack(signals, action, frame.rsp);
    let stack = stack.unwrap_or_else(|| trap::below_red_zone(frame));
    *signals.fault.lock() = Some(info);
    if !trap::divert_from_exception(frame, stack) {
        report::fatal(frame, info);
    }
}

/// The top of the alternate stack, if a handler is to run there and the thread is not on it already.
fn alternate_stack(signals: &ThreadSignals, action: HermitSigAction, rsp: u64) -> Option<u64> {
    let stack = signals.stack();
    let (bottom, size) = (stack.base as u64, stack.size as u64);
    let usable = action.flags & HERMIT_SA_ONSTACK != 0 && stack.flags == 0 && size != 0;
    (usable && !(bottom..bottom + size).contains(&rsp)).then_some(bottom + size)
}

/// Runs the handlers of what is pending for the calling thread, at a call of its own. A handler may have
/// the thread go on elsewhere, by changing its context argument.
#[cold]
pub fn deliver_here() {
    let mut context = MaybeUninit::<HermitContext>::zeroed();
    // SAFETY: all zero is a context, and `capture` stores the calling flow of control in it.
    let context = unsafe {
        ucontext::capture(context.as_mut_ptr());
        context.assume_init_mut()
    };
    let registers = context.registers;
    ucontext::default_float_control();
    let signals = &current().signals;
    while signals.deliverable() {
        defer();
        deliver(context);
        allow(signals);
    }
    if context.registers == registers {
        ucontext::load_float_control(context);
    } else {
        ucontext::go_on_at(context);
    }
}

/// Runs the handlers of a fault or of what is pending for a diverted thread. Interrupts are off, at the
/// call and at the return. Handlers may change `frame` through their context argument.
pub fn deliver_diverted(frame: &mut Frame, state: *mut u8) {
    let signals = &current().signals;
    let fault = signals.fault.lock().take();
    if fault.is_none() && !signals.deliverable() {
        return;
    }
    let mut context = ucontext::from_frame(frame, state);
    context.signal_mask[0] = signals.mask();
    if let Some(info) = fault {
        with_interrupts(signals, || deliver_fault(signals, info, &mut context));
    }
    while signals.deliverable() {
        with_interrupts(signals, || deliver(&mut context));
    }
    ucontext::to_frame(&context, frame);
}

/// Turns interrupts on for `work`, which they do not divert to handlers.
fn with_interrupts(signals: &ThreadSignals, work: impl FnOnce()) {
    defer();
    interrupts::enable();
    work();
    interrupts::disable();
    allow(signals);
}

/// Ends what [`defer`] began, and leaves what is pending to the caller.
fn allow(signals: &ThreadSignals) {
    let deferred = &signals.deferred;
    deferred.store(deferred.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
}

fn deliver_fault(signals: &ThreadSignals, info: FaultInfo, context: &mut HermitContext) {
    if let Ok(action) = super::get_action(info.signal) {
        let info = HermitSigInfo {
            signo: info.signal as i32,
            code: info.code,
            addr: info.address as usize,
            ..HermitSigInfo::default()
        };
        run(signals, action, info, context);
    }
}

/// Runs the handlers of what is pending; the caller has put others off.
fn deliver(context: &mut HermitContext) {
    let signals = &current().signals;
    // Handlers make calls, too, which have an outcome of their own.
    let mut outcome = signals.outcome.load(Ordering::Relaxed);
    while let Some(info) = signals.take(!signals.mask()) {
        let signal = info.signo as u32;
        let Ok(action) = super::get_action(signal) else {
            continue;
        };
        match action.handler {
            HERMIT_SIG_IGN => {}
            HERMIT_SIG_DFL => {
                if default(signal) == Default::End {
                    report::end_by_signal_at(signal, context);
                }
            }
            _ => {
                outcome |= match action.flags & HERMIT_SA_RESTART {
                    0 => HANDLED | NO_RESTART,
                    _ => HANDLED,
                };
                context.signal_mask[0] = signals.mask();
                outcome |= run(signals, action, info, context);
            }
        }
    }
    signals.outcome.store(outcome, Ordering::Relaxed);
}

/// Calls one handler, during which signals that it does not block are let in: those that wait already
/// before its first instruction, and their outcome is returned. The mask that the context holds
/// afterwards is the thread's.
fn run(
    signals: &ThreadSignals,
    action: HermitSigAction,
    mut info: HermitSigInfo,
    context: &mut HermitContext,
) -> u32 {
    let signal = info.signo as u32;
    let own = if action.flags & HERMIT_SA_NODEFER != 0 {
        0
    } else {
        bit(signal)
    };
    signals.set_mask(context.signal_mask[0] | action.mask | own);
    if action.flags & HERMIT_SA_RESETHAND != 0 {
        action::reset(signal);
    }
    // SAFETY: the program says that its handler is at this address; a handler that does not ask for
    // the second and third argument ignores them.
    let handler: extern "C" fn(i32, *mut HermitSigInfo, *mut HermitContext) =
        unsafe { transmute(action.handler) };
    signals.outcome.store(0, Ordering::Relaxed);
    undefer();
    let others = signals.outcome.load(Ordering::Relaxed);
    match alternate_stack(signals, action, ucontext::stack_pointer()) {
        Some(top) => ucontext::call_on(top, handler, info.signo, &mut info, context),
        None => handler(info.signo, &mut info, context),
    }
    defer();
    signals.set_mask(context.signal_mask[0]);
    others
}
