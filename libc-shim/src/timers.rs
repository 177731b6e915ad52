//! Timers: `alarm`, `setitimer` and `timer_create` over the kernel's, which send signals.
//!
//! `SIGEV_THREAD` is made of a signal too: one service thread, which is started for the first such timer
//! and is no POSIX thread (it keeps no program alive), waits for [`SERVICE_SIGNAL`] and makes a thread for
//! each. What those are to run is kept in a list with a lock of its own, a leaf.

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_uint, c_ulong, c_void};
use core::ptr;
use core::sync::atomic::AtomicI32;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::event::{self, Attributes, Event};
use crate::lock::Lock;
use crate::sys::{self, Errno, HermitTimerNotify, HermitTimerSetting};
use crate::time::kernel_clock;
use crate::timespec::{SECOND, TimeSpec, TimeVal};
use crate::{c, errno, service};

const SIGALRM: u32 = 14;
const SIGVTALRM: u32 = 26;
const SIGPROF: u32 = 27;
/// Tells the service thread of an expiry; not for programs.
const SERVICE_SIGNAL: u32 = 33;

/// Errors are the kernel's: negative numbers.
type Result<T> = core::result::Result<T, c_int>;

const INVALID: c_int = Errno::EINVAL.negative();
const AGAIN: c_int = Errno::EAGAIN.negative();

fn check(result: c_int) -> Result<c_int> {
    if result < 0 { Err(result) } else { Ok(result) }
}

// ---- setitimer and alarm ----------------------------------------------------------------------

/// One of the three timers that a program just has, made when it is first set.
struct Standing {
    clock: u32,
    kind: c_int,
    signal: u32,
    /// Its id plus 1, or 0.
    id: AtomicI32,
}

impl Standing {
    const fn new(clock: u32, kind: c_int, signal: u32) -> Self {
        Standing {
            clock,
            kind,
            signal,
            id: AtomicI32::new(0),
        }
    }

    fn id(&self) -> Result<c_int> {
        static MAKING: Lock = Lock::new();
        if self.id.load(Acquire) == 0 {
            MAKING.with(|| -> Result<()> {
                if self.id.load(Relaxed) != 0 {
                    return Ok(());
                }
                let notify = notify(self.kind, self.signal, 0, 0);
                let id = create(self.clock, &raw const notify)?;
                self.id.store(id + 1, Release);
                Ok(())
            })?;
        }
        Ok(self.id.load(Relaxed) - 1)
    }

    /// Sets it; returns what it was set to.
    fn set(&self, value: i64, interval: i64) -> Result<HermitTimerSetting> {
        let new = HermitTimerSetting { value, interval };
        let mut old = HermitTimerSetting::default();
        let result = sys::sys_timer_settime(self.id()?, 0, &raw const new, &raw mut old);
        check(result).map(|_| old)
    }
}

/// `ITIMER_REAL`, `ITIMER_VIRTUAL` and `ITIMER_PROF`. All processor time is the program's own.
static STANDING: [Standing; 3] = [
    Standing::new(
        sys::HERMIT_CLOCK_MONOTONIC,
        sys::HERMIT_TIMER_NOTIFY_PROGRAM,
        SIGALRM,
    ),
    Standing::new(
        sys::HERMIT_CLOCK_PROCESS_CPUTIME,
        sys::HERMIT_TIMER_NOTIFY_RUNNING,
        SIGVTALRM,
    ),
    Standing::new(
        sys::HERMIT_CLOCK_PROCESS_CPUTIME,
        sys::HERMIT_TIMER_NOTIFY_RUNNING,
        SIGPROF,
    ),
];

const fn notify(kind: c_int, signal: u32, tid: c_int, value: u64) -> HermitTimerNotify {
    HermitTimerNotify {
        kind,
        signal,
        tid,
        value,
    }
}

fn create(clock: u32, notify: *const HermitTimerNotify) -> Result<c_int> {
    let mut id = 0;
    check(sys::sys_timer_create(clock, notify, &raw mut id)).map(|_| id)
}

/// Cannot report an error: without memory for the timer nothing is set.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn alarm(seconds: c_uint) -> c_uint {
    let old = STANDING[0].set(i64::from(seconds) * SECOND, 0);
    let left = old.map_or(0, |old| old.value);
    ((left + SECOND - 1) / SECOND) as c_uint
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ualarm(first: c_uint, interval: c_uint) -> c_uint {
    match STANDING[0].set(i64::from(first) * 1000, i64::from(interval) * 1000) {
        Ok(old) => (old.value / 1000) as c_uint,
        Err(error) => errno::int(error) as c_uint,
    }
}

/// `struct itimerval`.
#[repr(C)]
struct IntervalValue {
    interval: TimeVal,
    value: TimeVal,
}

impl From<HermitTimerSetting> for IntervalValue {
    fn from(setting: HermitTimerSetting) -> Self {
        Self {
            interval: TimeVal::from_nanoseconds(setting.interval),
            // What is left must not look like nothing.
            value: TimeVal::from_nanoseconds((setting.value + 999) / 1000 * 1000),
        }
    }
}

/// The timer of a number.
fn standing(which: c_int) -> Result<&'static Standing> {
    STANDING
        .get(which.unsigned_abs() as usize)
        .filter(|_| which >= 0)
        .ok_or(INVALID)
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn setitimer(
    which: c_int,
    new: *const IntervalValue,
    old: *mut IntervalValue,
) -> c_int {
    let set = || {
        let timer = standing(which)?;
        // SAFETY: the caller's promise.
        let (value, interval) = unsafe {
            (
                (*new).value.to_nanoseconds().or(Err(INVALID))?,
                (*new).interval.to_nanoseconds().or(Err(INVALID))?,
            )
        };
        timer.set(value, interval)
    };
    match set() {
        Ok(previous) => {
            if !old.is_null() {
                // SAFETY: the caller's promise.
                unsafe { old.write(previous.into()) };
            }
            0
        }
        Err(error) => errno::int(error),
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getitimer(which: c_int, value: *mut IntervalValue) -> c_int {
    match standing(which).and_then(|timer| get(timer.id()?)) {
        Ok(setting) => {
            // SAFETY: the caller's promise.
            unsafe { value.write(setting.into()) };
            0
        }
        Err(error) => errno::int(error),
    }
}

// ---- timer_create -----------------------------------------------------------------------------

/// What a `SIGEV_THREAD` timer runs.
#[derive(Clone, Copy)]
struct Job {
    next: *mut Job,
    /// Tells it from those that had its memory before; the value of the timer's signal.
    serial: u64,
    timer: c_int,
    function: unsafe extern "C" fn(u64),
    value: u64,
    attributes: Option<Attributes>,
}

struct Jobs {
    lock: Lock,
    first: UnsafeCell<*mut Job>,
    serials: UnsafeCell<u64>,
}

// SAFETY: the lock guards both.
unsafe impl Sync for Jobs {}

static JOBS: Jobs = Jobs {
    lock: Lock::new(),
    first: UnsafeCell::new(ptr::null_mut()),
    serials: UnsafeCell::new(0),
};

impl Jobs {
    /// Adds a job and gives it a serial number.
    fn add(&self, mut job: Job) -> Result<u64> {
        // SAFETY: `malloc` gives memory for it or null; the lock is held.
        self.lock.with(|| unsafe {
            let place = c::malloc(size_of::<Job>()).cast::<Job>();
            if place.is_null() {
                return Err(AGAIN);
            }
            let serials = &mut *self.serials.get();
            *serials += 1;
            job.serial = *serials;
            job.next = *self.first.get();
            place.write(job);
            *self.first.get() = place;
            Ok(job.serial)
        })
    }

    /// Calls `f` with the link to the first job that `wanted` accepts.
    fn find<R>(
        &self,
        wanted: impl Fn(&Job) -> bool,
        f: impl FnOnce(&mut *mut Job) -> R,
    ) -> Option<R> {
        // SAFETY: the lock is held; links are null or lead to jobs.
        self.lock.with(|| unsafe {
            let mut link = &mut *self.first.get();
            while !wanted(link.as_ref()?) {
                link = &mut (**link).next;
            }
            Some(f(link))
        })
    }

    fn set_timer(&self, serial: u64, timer: c_int) {
        // SAFETY: the link that is found leads to a job.
        self.find(
            |job| job.serial == serial,
            |link| unsafe { (**link).timer = timer },
        );
    }

    fn remove(&self, wanted: impl Fn(&Job) -> bool) {
        // SAFETY: the link that is found leads to a job, which nothing else refers to.
        self.find(wanted, |link| unsafe {
            let job = *link;
            *link = (*job).next;
            c::free(job.cast());
        });
    }
}

/// The service thread's id; starts it, once.
fn service() -> Result<c_int> {
    static SERVICE: AtomicI32 = AtomicI32::new(0);
    static STARTING: Lock = Lock::new();
    STARTING.with(|| {
        if SERVICE.load(Relaxed) == 0 {
            SERVICE.store(service::start(serve).map_err(|_| AGAIN)?, Relaxed);
        }
        Ok(SERVICE.load(Relaxed))
    })
}

/// The service thread.
unsafe extern "C" fn serve(_: *mut c_void) {
    let set: u64 = 1 << (SERVICE_SIGNAL - 1);
    let mut info = sys::HermitSigInfo::default();
    loop {
        let signal = sys::sys_sigtimedwait(
            &raw const set,
            &raw mut info,
            sys::HERMIT_NO_DEADLINE,
            sys::HERMIT_CLOCK_MONOTONIC,
        );
        // SAFETY: the link that is found leads to a job.
        let job = JOBS.find(|job| job.serial == info.value, |link| unsafe { **link });
        if signal == SERVICE_SIGNAL as c_int
            && let Some(job) = job
        {
            event::start_thread(job.function, job.value, job.attributes.as_ref());
        }
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timer_create(
    clock: c_ulong,
    event: *const Event,
    timer: *mut c_ulong,
) -> c_int {
    let clock = kernel_clock(clock);
    // SAFETY: the caller's promise.
    let made = match unsafe { event.as_ref() } {
        None => create(clock, ptr::null()),
        Some(event) => create_with(clock, event),
    };
    match made {
        Ok(id) => {
            // SAFETY: the caller's promise.
            unsafe { timer.write(id as c_ulong) };
            0
        }
        Err(error) => errno::int(error),
    }
}

fn create_with(clock: u32, event: &Event) -> Result<c_int> {
    use event::{SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, SIGEV_THREAD_ID};
    let signal = event.signal as u32;
    let by = |kind, signal, tid, value| {
        let notify = notify(kind, signal, tid, value);
        create(clock, &raw const notify)
    };
    match event.kind {
        SIGEV_NONE => by(sys::HERMIT_TIMER_NOTIFY_NONE, 0, 0, 0),
        SIGEV_SIGNAL => by(sys::HERMIT_TIMER_NOTIFY_PROGRAM, signal, 0, event.value),
        SIGEV_THREAD_ID => by(
            sys::HERMIT_TIMER_NOTIFY_THREAD,
            signal,
            event.thread,
            event.value,
        ),
        SIGEV_THREAD => {
            let service = service()?;
            let serial = JOBS.add(Job {
                next: ptr::null_mut(),
                serial: 0,
                timer: -1,
                function: event.function.ok_or(INVALID)?,
                value: event.value,
                // SAFETY: the caller's promise.
                attributes: unsafe { event.attributes.as_ref() }.copied(),
            })?;
            let kind = sys::HERMIT_TIMER_NOTIFY_THREAD;
            match by(kind, SERVICE_SIGNAL, service, serial) {
                Ok(id) => {
                    JOBS.set_timer(serial, id);
                    Ok(id)
                }
                Err(error) => {
                    JOBS.remove(|job| job.serial == serial);
                    Err(error)
                }
            }
        }
        _ => Err(INVALID),
    }
}

/// The kernel's id of a timer: one that no timer has for what cannot be one, or is not the program's to
/// name.
fn kernel_id(timer: c_ulong) -> c_int {
    c_int::try_from(timer)
        .ok()
        .filter(|id| {
            STANDING
                .iter()
                .all(|standing| standing.id.load(Relaxed) != id.wrapping_add(1))
        })
        .unwrap_or(-1)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn timer_delete(timer: c_ulong) -> c_int {
    let id = kernel_id(timer);
    let result = errno::int(sys::sys_timer_delete(id));
    if result == 0 {
        JOBS.remove(|job| job.timer == id);
    }
    result
}

/// `struct itimerspec`.
#[repr(C)]
struct IntervalSpec {
    interval: TimeSpec,
    value: TimeSpec,
}

impl From<HermitTimerSetting> for IntervalSpec {
    fn from(setting: HermitTimerSetting) -> Self {
        Self {
            interval: TimeSpec::from_nanoseconds(setting.interval),
            value: TimeSpec::from_nanoseconds(setting.value),
        }
    }
}

fn get(id: c_int) -> Result<HermitTimerSetting> {
    let mut setting = HermitTimerSetting::default();
    check(sys::sys_timer_gettime(id, &raw mut setting)).map(|_| setting)
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
    // SAFETY: the caller's promise.
    let times = unsafe { new.as_ref() }.ok_or(INVALID).and_then(|new| {
        Ok(HermitTimerSetting {
            value: new.value.to_nanoseconds().or(Err(INVALID))?,
            interval: new.interval.to_nanoseconds().or(Err(INVALID))?,
        })
    });
    let new = match times {
        Ok(new) => new,
        Err(error) => return errno::int(error),
    };
    let mut previous = HermitTimerSetting::default();
    let flags = flags as u32 & sys::HERMIT_TIMER_ABSTIME;
    let id = kernel_id(timer);
    let result = errno::int(sys::sys_timer_settime(
        id,
        flags,
        &raw const new,
        &raw mut previous,
    ));
    if result == 0 && !old.is_null() {
        // SAFETY: the caller's promise.
        unsafe { old.write(previous.into()) };
    }
    result
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timer_gettime(timer: c_ulong, value: *mut IntervalSpec) -> c_int {
    match get(kernel_id(timer)) {
        Ok(setting) => {
            // SAFETY: the caller's promise.
            unsafe { value.write(setting.into()) };
            0
        }
        Err(error) => errno::int(error),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn timer_getoverrun(timer: c_ulong) -> c_int {
    errno::int(sys::sys_timer_getoverrun(kernel_id(timer)))
}
