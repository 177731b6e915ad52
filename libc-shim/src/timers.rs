//! Timers: `alarm`, `setitimer`, `timer_create`.
//!
//! One service thread, made when the first timer is set, sleeps until the earliest expiry and sends the
//! signal. It blocks all signals, so handlers run on the program's threads, and it is no POSIX thread:
//! it keeps no program alive. The table has a lock of its own, a leaf.
//!
//! `ITIMER_VIRTUAL` and `ITIMER_PROF`, which count processor time, are not there; an absolute time of the
//! real-time clock is translated when it is set. `si_code` is that of a queued signal.

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_uint, c_ulong, c_void};
use core::ptr;
use core::sync::atomic::AtomicU32;
use core::sync::atomic::Ordering::{Relaxed, SeqCst};

use crate::expiry::Expiry;
use crate::lock::Lock;
use crate::sys::{self, Errno};
use crate::time::kernel_clock;
use crate::timespec::{SECOND, TimeSpec, TimeVal};
use crate::{c, errno, tcb};

/// Timers at a time, the one of `alarm` and `setitimer` among them.
const TIMERS: usize = 64;
/// The timer of `alarm` and `setitimer(ITIMER_REAL)`.
const REAL: usize = 0;

const SIGALRM: u32 = 14;

/// What happens when a timer expires.
#[derive(Clone, Copy)]
enum Notify {
    Nothing,
    Signal(u32, u64),
    Thread(unsafe extern "C" fn(u64), u64, *const c_void),
}

#[derive(Clone, Copy)]
struct Timer {
    used: bool,
    clock: u32,
    expiry: Expiry,
    notify: Notify,
    overrun: c_int,
}

const FREE: Timer = Timer {
    used: false,
    clock: 0,
    expiry: Expiry::OFF,
    notify: Notify::Nothing,
    overrun: 0,
};

struct Table {
    lock: Lock,
    timers: UnsafeCell<[Timer; TIMERS]>,
}

// SAFETY: the timers are accessed only with the lock held.
unsafe impl Sync for Table {}

static TABLE: Table = Table {
    lock: Lock::new(),
    timers: UnsafeCell::new([FREE; TIMERS]),
};
/// Changes when an expiry may have become earlier: what the service thread sleeps on.
static CHANGES: AtomicU32 = AtomicU32::new(0);
/// 1 once the service thread runs.
static SERVICE: AtomicU32 = AtomicU32::new(0);

impl Table {
    fn with<R>(&self, body: impl FnOnce(&mut [Timer; TIMERS]) -> R) -> R {
        // SAFETY: the lock is held while the reference lives.
        self.lock.with(|| body(unsafe { &mut *self.timers.get() }))
    }
}

fn now(clock: u32) -> i64 {
    sys::sys_clock_ns(clock)
}

/// Stack of the service thread: it runs a few functions of this crate and `pthread_create`.
const STACK: usize = 64 * 1024;

/// Starts the service thread, once.
fn ensure_service() -> Result<(), Errno> {
    if SERVICE.load(Relaxed) != 0 {
        return Ok(());
    }
    TABLE.lock.with(|| {
        if SERVICE.load(Relaxed) != 0 {
            return Ok(());
        }
        let memory = sys::sys_mmap(
            ptr::null_mut(),
            STACK + tcb::block_size(),
            sys::HERMIT_PROT_READ | sys::HERMIT_PROT_WRITE,
            sys::HERMIT_MAP_PRIVATE | sys::HERMIT_MAP_ANONYMOUS,
            -1,
            0,
        );
        if memory < 0 {
            return Err(Errno::EAGAIN);
        }
        let bottom = ptr::with_exposed_provenance_mut::<u8>(memory as usize);
        // SAFETY: the memory was just mapped and is kept for ever.
        let block = unsafe { tcb::create(bottom.add(STACK + tcb::block_size())) };
        let arguments = sys::HermitCloneArgs {
            entry: Some(serve),
            arg: ptr::null_mut(),
            stack: bottom.cast(),
            stack_size: block.stack_top as usize - bottom as usize,
            tls: block.tcb.as_ptr().cast(),
            child_tid: ptr::null_mut(),
            priority: sys::HERMIT_PRIO_MAX,
            flags: 0,
            affinity: 0,
            signal_mask: u64::MAX,
        };
        if sys::sys_clone(ptr::null_mut(), &raw const arguments) < 0 {
            sys::sys_munmap(bottom.cast(), STACK + tcb::block_size());
            return Err(Errno::EAGAIN);
        }
        SERVICE.store(1, Relaxed);
        Ok(())
    })
}

/// The service thread.
unsafe extern "C" fn serve(_: *mut c_void) {
    loop {
        let seen = CHANGES.load(SeqCst);
        let time = now(sys::HERMIT_CLOCK_MONOTONIC);
        let (due, next) = TABLE.with(|timers| {
            let due = timers.iter_mut().find_map(|timer| {
                let overrun = timer.expiry.expire(time)?;
                timer.overrun = overrun.min(i64::from(c_int::MAX)) as c_int;
                Some(timer.notify)
            });
            (
                due,
                timers.iter().filter_map(|timer| timer.expiry.next).min(),
            )
        });
        match due {
            Some(notify) => fire(notify),
            None => {
                let deadline = next.map_or(sys::HERMIT_NO_DEADLINE, |next| next as u64);
                sys::sys_futex_wait(
                    CHANGES.as_ptr(),
                    seen,
                    deadline,
                    sys::HERMIT_CLOCK_MONOTONIC,
                );
            }
        }
    }
}

/// A function that a new thread is to call with a value.
struct Job {
    function: unsafe extern "C" fn(u64),
    value: u64,
}

/// Does what a timer wants. There is nobody to report an error to.
fn fire(notify: Notify) {
    match notify {
        Notify::Nothing => {}
        Notify::Signal(signal, 0) => {
            sys::sys_kill(sys::sys_getpid(), signal);
        }
        Notify::Signal(signal, value) => {
            sys::sys_sigqueue(sys::sys_getpid(), signal, value);
        }
        Notify::Thread(function, value, attributes) => {
            // SAFETY: `run_job` takes over the allocation; the attributes are the program's to keep.
            unsafe {
                let job = c::malloc(size_of::<Job>()).cast::<Job>();
                if job.is_null() {
                    return;
                }
                job.write(Job { function, value });
                let mut thread = 0;
                if c::pthread_create(&raw mut thread, attributes, run_job, job.cast()) != 0 {
                    c::free(job.cast());
                } else {
                    c::pthread_detach(thread);
                }
            }
        }
    }
}

unsafe extern "C" fn run_job(job: *mut c_void) -> *mut c_void {
    // SAFETY: `fire` gave the job away.
    unsafe {
        let Job { function, value } = job.cast::<Job>().read();
        c::free(job);
        function(value);
    }
    ptr::null_mut()
}

/// Sets a timer; returns the old setting, its expiry as time left.
fn set(index: usize, expiry: Expiry) -> Result<(i64, i64), Errno> {
    if expiry.next.is_some() {
        ensure_service()?;
    }
    let time = now(sys::HERMIT_CLOCK_MONOTONIC);
    let old = TABLE.with(|timers| {
        let timer = &mut timers[index];
        let old = (timer.expiry.remaining(time), timer.expiry.interval);
        timer.expiry = expiry;
        timer.overrun = 0;
        old
    });
    CHANGES.fetch_add(1, SeqCst);
    sys::sys_futex_wake(CHANGES.as_ptr(), 1);
    Ok(old)
}

/// Sets the timer of `SIGALRM` to go off after `first` nanoseconds (0: not at all).
fn set_real(first: i64, interval: i64) -> Result<(i64, i64), Errno> {
    TABLE.with(|timers| {
        timers[REAL].used = true;
        timers[REAL].notify = Notify::Signal(SIGALRM, 0);
    });
    let time = now(sys::HERMIT_CLOCK_MONOTONIC);
    set(
        REAL,
        Expiry {
            next: (first > 0).then(|| time.saturating_add(first)),
            interval,
        },
    )
}

/// Cannot report an error, so a lack of memory for the service thread leaves it unset.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn alarm(seconds: c_uint) -> c_uint {
    let (left, _) = set_real(i64::from(seconds) * SECOND, 0).unwrap_or((0, 0));
    ((left + SECOND - 1) / SECOND) as c_uint
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ualarm(first: c_uint, interval: c_uint) -> c_uint {
    match set_real(i64::from(first) * 1000, i64::from(interval) * 1000) {
        Ok((left, _)) => (left / 1000) as c_uint,
        Err(error) => errno::fail(error) as c_uint,
    }
}

/// `struct itimerval`.
#[repr(C)]
struct IntervalValue {
    interval: TimeVal,
    value: TimeVal,
}

impl IntervalValue {
    fn from_nanoseconds((value, interval): (i64, i64)) -> Self {
        Self {
            interval: TimeVal::from_nanoseconds(interval),
            // What is left must not look like nothing.
            value: TimeVal::from_nanoseconds((value + 999) / 1000 * 1000),
        }
    }
}

/// `EINVAL` for what is no timer, `ENOSYS` for those of processor time.
fn check_which(which: c_int) -> Result<(), Errno> {
    match which {
        0 => Ok(()),
        1 | 2 => Err(Errno::ENOSYS),
        _ => Err(Errno::EINVAL),
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn setitimer(
    which: c_int,
    new: *const IntervalValue,
    old: *mut IntervalValue,
) -> c_int {
    // SAFETY: the caller's promise.
    let set = check_which(which).and_then(|()| unsafe {
        set_real(
            (*new).value.to_nanoseconds()?,
            (*new).interval.to_nanoseconds()?,
        )
    });
    match set {
        Ok(previous) => {
            if !old.is_null() {
                // SAFETY: the caller's promise.
                unsafe { old.write(IntervalValue::from_nanoseconds(previous)) };
            }
            0
        }
        Err(error) => errno::fail(error),
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getitimer(which: c_int, value: *mut IntervalValue) -> c_int {
    if let Err(error) = check_which(which) {
        return errno::fail(error);
    }
    let time = now(sys::HERMIT_CLOCK_MONOTONIC);
    let left = TABLE.with(|timers| {
        (
            timers[REAL].expiry.remaining(time),
            timers[REAL].expiry.interval,
        )
    });
    // SAFETY: the caller's promise.
    unsafe { value.write(IntervalValue::from_nanoseconds(left)) };
    0
}

/// `struct sigevent`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Event {
    kind: c_int,
    signal: c_int,
    value: u64,
    function: Option<unsafe extern "C" fn(u64)>,
    attributes: *const c_void,
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timer_create(
    clock: c_ulong,
    event: *const Event,
    timer: *mut c_ulong,
) -> c_int {
    const SIGEV_NONE: c_int = 1;
    const SIGEV_SIGNAL: c_int = 2;
    const SIGEV_THREAD: c_int = 3;
    let clock = kernel_clock(clock);
    match clock {
        sys::HERMIT_CLOCK_REALTIME | sys::HERMIT_CLOCK_MONOTONIC => {}
        sys::HERMIT_CLOCK_PROCESS_CPUTIME | sys::HERMIT_CLOCK_THREAD_CPUTIME => {
            return errno::fail(Errno::ENOTSUP);
        }
        _ => return errno::fail(Errno::EINVAL),
    }
    // SAFETY: the caller's promise.
    let event = unsafe { event.as_ref() };
    let notify = match event {
        None => None,
        Some(Event {
            kind: SIGEV_NONE, ..
        }) => Some(Notify::Nothing),
        Some(&Event {
            kind: SIGEV_SIGNAL,
            signal: signal @ 1..=64,
            value,
            ..
        }) => Some(Notify::Signal(signal as u32, value)),
        Some(&Event {
            kind: SIGEV_THREAD,
            function: Some(function),
            value,
            attributes,
            ..
        }) => Some(Notify::Thread(function, value, attributes)),
        Some(_) => return errno::fail(Errno::EINVAL),
    };
    let index = TABLE.with(|timers| {
        let index = (REAL + 1..TIMERS).find(|index| !timers[*index].used)?;
        // Without an event it is SIGALRM with the timer's id as value.
        let notify = notify.unwrap_or(Notify::Signal(SIGALRM, index as u64));
        timers[index] = Timer {
            used: true,
            clock,
            notify,
            ..FREE
        };
        Some(index)
    });
    match index {
        Some(index) => {
            // SAFETY: the caller's promise.
            unsafe { timer.write(index as c_ulong) };
            0
        }
        None => errno::fail(Errno::EAGAIN),
    }
}

/// Runs `body` on a timer that exists.
fn on_timer<R>(timer: c_ulong, body: impl FnOnce(usize, &mut Timer) -> R) -> Result<R, Errno> {
    let index = timer as usize;
    TABLE.with(|timers| match timers.get_mut(index) {
        Some(found) if index != REAL && found.used => Ok(body(index, found)),
        _ => Err(Errno::EINVAL),
    })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn timer_delete(timer: c_ulong) -> c_int {
    match on_timer(timer, |_, timer| *timer = FREE) {
        Ok(()) => 0,
        Err(error) => errno::fail(error),
    }
}

/// `struct itimerspec`.
#[repr(C)]
struct IntervalSpec {
    interval: TimeSpec,
    value: TimeSpec,
}

impl IntervalSpec {
    fn from_nanoseconds((value, interval): (i64, i64)) -> Self {
        Self {
            interval: TimeSpec::from_nanoseconds(interval),
            value: TimeSpec::from_nanoseconds(value),
        }
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timer_settime(
    timer: c_ulong,
    flags: c_int,
    new: *const IntervalSpec,
    old: *mut IntervalSpec,
) -> c_int {
    const TIMER_ABSTIME: c_int = 4;
    let result = on_timer(timer, |index, timer| (index, timer.clock)).and_then(|(index, clock)| {
        // SAFETY: the caller's promise.
        let (value, interval) = unsafe {
            (
                (*new).value.to_nanoseconds()?,
                (*new).interval.to_nanoseconds()?,
            )
        };
        let monotonic = now(sys::HERMIT_CLOCK_MONOTONIC);
        let next = if value <= 0 {
            None
        } else if flags & TIMER_ABSTIME != 0 {
            Some(value.saturating_sub(now(clock)).saturating_add(monotonic))
        } else {
            Some(value.saturating_add(monotonic))
        };
        set(index, Expiry { next, interval })
    });
    match result {
        Ok(previous) => {
            if !old.is_null() {
                // SAFETY: the caller's promise.
                unsafe { old.write(IntervalSpec::from_nanoseconds(previous)) };
            }
            0
        }
        Err(error) => errno::fail(error),
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timer_gettime(timer: c_ulong, value: *mut IntervalSpec) -> c_int {
    let time = now(sys::HERMIT_CLOCK_MONOTONIC);
    match on_timer(timer, |_, timer| {
        (timer.expiry.remaining(time), timer.expiry.interval)
    }) {
        Ok(left) => {
            // SAFETY: the caller's promise.
            unsafe { value.write(IntervalSpec::from_nanoseconds(left)) };
            0
        }
        Err(error) => errno::fail(error),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn timer_getoverrun(timer: c_ulong) -> c_int {
    on_timer(timer, |_, timer| timer.overrun).unwrap_or_else(errno::fail)
}
