//! Signals. Numbers, codes and flags are those of the sysroot's `sys/signal.h`; bit n-1 of a set stands
//! for signal n.

use super::HermitTid;
use crate::arch::{current, uaccess};
use crate::errno::{self, Errno, Result};
use crate::sched::clock;
use crate::signal;

/// [`HermitSigAction::handler`]: the default action.
pub const HERMIT_SIG_DFL: usize = 0;
/// [`HermitSigAction::handler`]: nothing happens.
pub const HERMIT_SIG_IGN: usize = 1;

/// The handler takes three arguments.
pub const HERMIT_SA_SIGINFO: i32 = 0x04;
/// The handler runs on the alternate stack.
pub const HERMIT_SA_ONSTACK: i32 = 0x08;
/// Interrupted calls go on.
pub const HERMIT_SA_RESTART: i32 = 0x10;
/// The signal is not blocked while its handler runs.
pub const HERMIT_SA_NODEFER: i32 = 0x40;
/// The action becomes the default when the handler is called.
pub const HERMIT_SA_RESETHAND: i32 = 0x80;

/// `si_code`: sent by `kill`.
pub const HERMIT_SI_USER: i32 = 1;
/// `si_code`: sent by `sigqueue`.
pub const HERMIT_SI_QUEUE: i32 = 2;
/// `si_code`: sent by a timer.
pub const HERMIT_SI_TIMER: i32 = 3;
/// `si_code`: sent to one thread, by `pthread_kill` or `raise`.
pub const HERMIT_SI_TKILL: i32 = 6;

/// In [`sys_sigprocmask`]: the set is what is blocked.
pub const HERMIT_SIG_SETMASK: i32 = 0;
/// In [`sys_sigprocmask`]: the set is blocked too.
pub const HERMIT_SIG_BLOCK: i32 = 1;
/// In [`sys_sigprocmask`]: the set is not blocked any more.
pub const HERMIT_SIG_UNBLOCK: i32 = 2;

/// In [`HermitSigStack::flags`]: the thread is on the alternate stack.
pub const HERMIT_SS_ONSTACK: i32 = 1;
/// In [`HermitSigStack::flags`]: there is no alternate stack.
pub const HERMIT_SS_DISABLE: i32 = 2;
/// How many signals may be pending for the program, and for each thread, from number 32 on.
pub const HERMIT_SIGQUEUE_MAX: i32 = 4096;
/// Smallest alternate stack in bytes.
pub const HERMIT_MINSIGSTKSZ: usize = 8192;

/// What is done on a signal: `struct sigaction`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HermitSigAction {
    /// Address of the handler, or [`HERMIT_SIG_DFL`] or [`HERMIT_SIG_IGN`].
    pub handler: usize,
    /// Signals that are blocked while the handler runs.
    pub mask: u64,
    /// `HERMIT_SA_…`.
    pub flags: i32,
}

/// What a handler learns: `siginfo_t`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitSigInfo {
    /// Signal number.
    pub signo: i32,
    /// Who sent it, or what happened.
    pub code: i32,
    /// Zero.
    pub error: i32,
    /// The sender's process id.
    pub pid: i32,
    /// The sender's user id.
    pub uid: u32,
    /// Of a timer's signal: the overrun; otherwise zero.
    pub status: i32,
    /// The address of a fault.
    pub addr: usize,
    /// The value given to `sigqueue`.
    pub value: u64,
    /// Of a timer's signal: which timer; otherwise zero.
    pub band: i64,
}

/// An alternate stack: `stack_t`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HermitSigStack {
    /// Lowest address.
    pub base: usize,
    /// [`HERMIT_SS_DISABLE`], [`HERMIT_SS_ONSTACK`] or 0.
    pub flags: i32,
    /// Size in bytes.
    pub size: usize,
}

impl HermitSigStack {
    /// No alternate stack.
    pub const NONE: HermitSigStack = HermitSigStack {
        base: 0,
        flags: HERMIT_SS_DISABLE,
        size: 0,
    };
}

/// Sends a signal to the program (its process id is 1; 0 and -1 mean it too); signal 0 only checks.
/// If the caller does not block the signal, its handler has run when the call returns, unless another
/// thread took it.
///
/// # Errors
/// `EINVAL`: no such signal. `ESRCH`: no such process. `EAGAIN`: too many queued.
///
/// Serves POSIX `kill`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_kill(pid: HermitTid, signal: u32) -> i32 {
    errno::status(match pid {
        -1..=1 => signal::send_to_program(signal::from_user(signal)),
        _ => Err(Errno::ESRCH),
    })
}

/// Sends a signal to a thread (0: the calling one); signal 0 only checks that it is there.
///
/// # Errors
/// `EINVAL`: no such signal. `ESRCH`: no such thread. `EAGAIN`: too many queued.
///
/// Serves POSIX `pthread_kill` and `raise`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_thread_kill(tid: HermitTid, signal: u32) -> i32 {
    let info = HermitSigInfo {
        code: HERMIT_SI_TKILL,
        ..signal::from_user(signal)
    };
    errno::status(signal::send_to_thread(tid, info))
}

/// Sends a signal with a value to the program; those from 32 on are queued in order.
///
/// # Errors
/// `EINVAL`: no such signal. `ESRCH`: no such process. `EAGAIN`: too many queued.
///
/// Serves POSIX `sigqueue`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigqueue(pid: HermitTid, signal: u32, value: u64) -> i32 {
    let mut info = signal::from_user(signal);
    info.code = HERMIT_SI_QUEUE;
    info.value = value;
    errno::status(match pid {
        0..=1 => signal::send_to_program(info),
        _ => Err(Errno::ESRCH),
    })
}

/// Sends a signal with all that its receiver is to know of it: to a thread, or to the program where `tid` is
/// 0.
///
/// # Errors
/// `EINVAL`: no such signal, or the `si_code` is a timer's, which are the kernel's. `ESRCH`: no such
/// thread. `EAGAIN`: too many queued. `EFAULT`.
///
/// Serves POSIX `mq_notify`, `aio_read` and their kin, and `pthread_sigqueue`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigqueueinfo(tid: HermitTid, info: *const HermitSigInfo) -> i32 {
    errno::status(uaccess::read(info).and_then(|info| match tid {
        _ if info.code == HERMIT_SI_TIMER => Err(Errno::EINVAL),
        0 => signal::send_to_program(info),
        tid => signal::send_to_thread(tid, info),
    }))
}

/// Sets what is done on a signal, unless `new` is null, and stores in `*old`, unless that is null, what
/// was done before.
///
/// # Errors
/// `EINVAL`: no such signal, or one that cannot be caught or ignored. `EFAULT`.
///
/// Serves POSIX `sigaction`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigaction(
    signal: u32,
    new: *const HermitSigAction,
    old: *mut HermitSigAction,
) -> i32 {
    errno::status(action(signal, new, old))
}

fn action(signal: u32, new: *const HermitSigAction, old: *mut HermitSigAction) -> Result<()> {
    let previous = signal::get_action(signal)?;
    if !new.is_null() {
        signal::set_action(signal, uaccess::read(new)?)?;
    }
    if !old.is_null() {
        uaccess::write(old, previous)?;
    }
    Ok(())
}

/// Changes the signals that the calling thread blocks, unless `new` is null, and stores in `*old`, unless
/// that is null, what it blocked before.
///
/// # Errors
/// `EINVAL`: `how` is none of the three. `EFAULT`.
///
/// Serves POSIX `pthread_sigmask` and `sigprocmask`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigprocmask(how: i32, new: *const u64, old: *mut u64) -> i32 {
    errno::status(change_mask(how, new, old))
}

fn change_mask(how: i32, new: *const u64, old: *mut u64) -> Result<()> {
    let previous = current().signals.mask();
    let mask = if new.is_null() {
        None
    } else {
        let set = uaccess::read(new)?;
        Some(match how {
            HERMIT_SIG_SETMASK => set,
            HERMIT_SIG_BLOCK => previous | set,
            HERMIT_SIG_UNBLOCK => previous & !set,
            _ => return Err(Errno::EINVAL),
        })
    };
    if !old.is_null() {
        uaccess::write(old, previous)?;
    }
    if let Some(mask) = mask {
        signal::set_mask(mask);
    }
    Ok(())
}

/// Stores the signals that are pending for the calling thread and blocked. Serves POSIX `sigpending`.
///
/// # Errors
/// `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigpending(set: *mut u64) -> i32 {
    errno::status(uaccess::write(set, signal::pending_and_blocked()))
}

/// Blocks `*mask` instead of what the thread blocks until a handler has run.
///
/// # Errors
/// Always: `EINTR`, or `EFAULT`.
///
/// Serves POSIX `sigsuspend`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigsuspend(mask: *const u64) -> i32 {
    match uaccess::read(mask) {
        Ok(mask) => signal::suspend(mask).negative(),
        Err(error) => error.negative(),
    }
}

/// Takes a pending signal of `*set`, waiting for one until `clock` shows `deadline` nanoseconds at most,
/// and stores what is known of it in `*info`, unless that is null; returns its number.
///
/// # Errors
/// `EAGAIN`: none in time. `EINTR`: a handler ran. `EINVAL`: not a clock to wait for. `EFAULT`.
///
/// Serves POSIX `sigwait`, `sigwaitinfo` and `sigtimedwait`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigtimedwait(
    set: *const u64,
    info: *mut HermitSigInfo,
    deadline: u64,
    clock: u32,
) -> i32 {
    match timed_wait(set, info, deadline, clock) {
        Ok(signal) => signal,
        Err(error) => error.negative(),
    }
}

fn timed_wait(set: *const u64, info: *mut HermitSigInfo, deadline: u64, clock: u32) -> Result<i32> {
    let set = uaccess::read(set)?;
    let taken = signal::timed_wait(set, clock::monotonic_deadline(clock, deadline)?)?;
    if !info.is_null() {
        uaccess::write(info, taken)?;
    }
    Ok(taken.signo)
}

/// Sets the calling thread's alternate stack, unless `new` is null, and stores in `*old`, unless that is
/// null, what it was.
///
/// # Errors
/// `EPERM`: the thread is on it. `ENOMEM`: too small. `EINVAL`: unknown flags. `EFAULT`.
///
/// Serves POSIX `sigaltstack`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sigaltstack(new: *const HermitSigStack, old: *mut HermitSigStack) -> i32 {
    errno::status(alternate_stack(new, old))
}

fn alternate_stack(new: *const HermitSigStack, old: *mut HermitSigStack) -> Result<()> {
    let signals = &current().signals;
    let mut previous = signals.stack();
    let here = crate::arch::ucontext::stack_pointer() as usize;
    let on_it = (previous.base..previous.base + previous.size).contains(&here);
    if on_it {
        previous.flags |= HERMIT_SS_ONSTACK;
    }
    if !new.is_null() {
        let new = uaccess::read(new)?;
        if on_it {
            return Err(Errno::EPERM);
        }
        match new.flags {
            HERMIT_SS_DISABLE => signals.set_stack(HermitSigStack::NONE),
            0 if new.size < HERMIT_MINSIGSTKSZ => return Err(Errno::ENOMEM),
            0 if new.base.checked_add(new.size).is_none() => return Err(Errno::EINVAL),
            0 => signals.set_stack(new),
            _ => return Err(Errno::EINVAL),
        }
    }
    if !old.is_null() {
        uaccess::write(old, previous)?;
    }
    Ok(())
}
