//! Timers: what `timer_create`, `setitimer` and `alarm` are made of.
//!
//! An armed timer waits in one queue of deadlines, and at least one core's timer interrupt comes at the
//! earliest of them at the latest: whoever changes the queue arms its own core. An expiry sends the
//! timer's signal, of which there is at most one at a time; an interval timer goes on only when that is
//! accepted, and what was missed by then is counted, not sent (POSIX `timer_getoverrun`). So no timer,
//! however short its interval, keeps a core from its work.
//!
//! A clock of processor time does not go by itself: its timers are looked at when it can have come at the
//! earliest, and every 10 ms ([`clock::look`]).
//!
//! Locks: that of the timers, before the thread table's; see [`crate::sync`].

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};

use super::deadline::{DeadlineQueue, Place, Timed};
use super::{arm_here, clock};
use crate::abi::{HERMIT_CLOCK_MONOTONIC, HERMIT_CLOCK_REALTIME, HERMIT_SI_TIMER, HermitSigInfo};
use crate::arch::timer::now_ns;
use crate::errno::{Errno, Result};
use crate::signal::{self, Target};
use crate::sync::SpinLock;

/// How long a timer whose signal is ignored rests at least.
const REST_NS: i64 = 1_000_000;

/// Whom a timer tells, and what.
#[derive(Clone, Copy, Debug)]
pub struct Notify {
    /// Who gets the signal.
    pub target: Target,
    /// Its number.
    pub signal: u32,
    /// Its value; `None`: the timer's id.
    pub value: Option<u64>,
}

/// What a timer is set to, in nanoseconds: the time to the next expiry, 0 for none, and from then on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Until the next expiry.
    pub value: i64,
    /// From one expiry to the next; 0: there is only one.
    pub interval: i64,
}

/// A timer. Its cells are guarded by the lock of all timers.
struct Timer {
    place: Place,
    clock: u32,
    notify: Option<Notify>,
    /// The signal.
    info: HermitSigInfo,
    /// The clock that `next` is a time of.
    base: Cell<u32>,
    /// The next expiry, or the one whose signal waits to be accepted.
    next: Cell<Option<i64>>,
    interval: Cell<i64>,
    /// The signal was sent and not accepted yet.
    pending: Cell<bool>,
    overrun: Cell<i32>,
}

// SAFETY: see the structure.
unsafe impl Sync for Timer {}
// SAFETY: as above.
unsafe impl Send for Timer {}

impl Timed for Timer {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl Timer {
    /// The expiry that comes first after `now`, and how many there were before since the one in `next`.
    fn following(&self, next: i64, now: i64) -> (i64, i64) {
        let interval = self.interval.get();
        if next > now || interval == 0 {
            return (next, 0);
        }
        let missed = (now - next) / interval;
        let following = next.saturating_add((missed + 1).saturating_mul(interval));
        (following, missed)
    }

    /// What it is set to now.
    fn setting(&self) -> Setting {
        let left = self.next.get().and_then(|next| {
            let now = clock::now(self.base.get()).ok()?;
            let over = next <= now && self.interval.get() == 0;
            match self.following(next, now).0 {
                _ if over && (self.pending.get() || self.notify.is_none()) => None,
                // Due, and about to be seen to.
                next => Some((next - now).max(1)),
            }
        });
        Setting {
            value: left.unwrap_or(0),
            interval: self.interval.get(),
        }
    }

    /// The timer's time has come: sends its signal. Returns when it is to be looked at again.
    fn expire(&self) -> Option<u64> {
        let next = self.next.get()?;
        let Ok(now) = clock::now(self.base.get()) else {
            // The thread whose time it counts is over.
            self.next.set(None);
            return None;
        };
        if now < next {
            return Some(clock::look(self.base.get(), next, now));
        }
        if self.pending.get() {
            return None;
        }
        let sent = self
            .notify
            .is_some_and(|notify| signal::send_reserved(notify.target, self.info));
        self.pending.set(sent);
        if self.interval.get() == 0 {
            self.next.set(None);
            return None;
        }
        if sent {
            return None;
        }
        let (next, _) = self.following(next, now);
        self.next.set(Some(next));
        let rested = next.max(now + REST_NS);
        Some(clock::look(self.base.get(), rested, now))
    }

    /// The signal was accepted. Returns when the timer is to be looked at again.
    fn accepted(&self) -> Option<u64> {
        self.pending.set(false);
        self.overrun.set(0);
        let next = self.next.get()?;
        let now = clock::now(self.base.get()).ok()?;
        if next > now {
            return Some(clock::look(self.base.get(), next, now));
        }
        if self.interval.get() == 0 {
            self.next.set(None);
            return None;
        }
        let (next, missed) = self.following(next, now);
        self.overrun.set(missed.min(i64::from(i32::MAX)) as i32);
        self.next.set(Some(next));
        Some(clock::look(self.base.get(), next, now))
    }
}

#[derive(Default)]
struct Slot {
    timer: Option<Box<Timer>>,
    /// Tells a timer from those that had its slot before.
    generation: u32,
}

struct Timers {
    slots: Vec<Slot>,
    free: Vec<u32>,
    queue: DeadlineQueue<Timer>,
}

static TIMERS: SpinLock<Timers> = SpinLock::new(Timers {
    slots: Vec::new(),
    free: Vec::new(),
    queue: DeadlineQueue::new(),
});

/// The earliest deadline in the queue, or `u64::MAX`: written under the lock, read without it.
static EARLIEST: AtomicU64 = AtomicU64::new(u64::MAX);

impl Timers {
    fn get(&self, id: i32) -> Result<&Timer> {
        self.slots
            .get(id as usize)
            .and_then(|slot| slot.timer.as_deref())
            .ok_or(Errno::EINVAL)
    }

    /// Puts a timer where it belongs: into the queue at `look`, or nowhere.
    fn requeue(&mut self, id: i32, look: Option<u64>) {
        let Some(timer) = self
            .slots
            .get(id as usize)
            .and_then(|slot| slot.timer.as_deref())
        else {
            return;
        };
        // SAFETY: a timer is boxed, and taken out before it is freed.
        unsafe {
            self.queue.remove(timer);
            if let Some(look) = look {
                // There is room for all timers.
                let _ = self.queue.insert(look, timer);
            }
        }
        self.arm();
    }

    fn arm(&self) {
        let earliest = self.queue.earliest();
        EARLIEST.store(earliest.unwrap_or(u64::MAX), Ordering::Relaxed);
        if let Some(earliest) = earliest {
            arm_here(earliest);
        }
    }
}

/// Makes a timer of a clock, not armed; without `notify` nobody is told. Returns its id.
///
/// # Errors
/// `EAGAIN`: no memory. `EINVAL`: no such clock, or no such signal or thread.
pub fn create(clock: u32, notify: Option<Notify>) -> Result<i32> {
    let clock = clock::specific(clock)?;
    if let Some(notify) = notify {
        if !(1..=signal::MAX_SIGNAL).contains(&notify.signal) {
            return Err(Errno::EINVAL);
        }
        signal::reserve(notify.target, notify.signal).map_err(|error| match error {
            Errno::ESRCH => Errno::EINVAL,
            error => error,
        })?;
    }
    let made = TIMERS.lock().insert(clock, notify);
    if made.is_err()
        && let Some(notify) = notify
    {
        signal::unreserve(notify.target, notify.signal);
    }
    made
}

impl Timers {
    fn insert(&mut self, clock: u32, notify: Option<Notify>) -> Result<i32> {
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                let id = self.slots.len();
                let no_memory = |_| Errno::EAGAIN;
                self.slots.try_reserve(1).map_err(no_memory)?;
                // Room to give the slot back without allocating, and to arm every timer.
                self.free.try_reserve(id + 1).map_err(no_memory)?;
                self.queue.reserve(id + 1)?;
                self.slots.push(Slot::default());
                id as u32
            }
        };
        let slot = &mut self.slots[id as usize];
        slot.generation = slot.generation.wrapping_add(1);
        slot.timer = Some(Box::new(Timer {
            place: Place::new(),
            clock,
            notify,
            info: HermitSigInfo {
                signo: notify.map_or(0, |notify| notify.signal as i32),
                code: HERMIT_SI_TIMER,
                value: notify.map_or(0, |notify| notify.value.unwrap_or(u64::from(id))),
                band: i64::from(slot.generation) << 32 | i64::from(id),
                ..HermitSigInfo::default()
            },
            base: Cell::new(clock),
            next: Cell::new(None),
            interval: Cell::new(0),
            pending: Cell::new(false),
            overrun: Cell::new(0),
        }));
        Ok(id as i32)
    }
}

/// Deletes a timer. A signal of it that is pending stays so.
///
/// # Errors
/// `EINVAL`: no such timer.
pub fn delete(id: i32) -> Result<()> {
    let timer = {
        let mut timers = TIMERS.lock();
        timers.get(id)?;
        timers.requeue(id, None);
        timers.free.push(id as u32);
        timers.slots[id as usize].timer.take()
    };
    if let Some(notify) = timer.and_then(|timer| timer.notify) {
        signal::unreserve(notify.target, notify.signal);
    }
    Ok(())
}

/// Arms or disarms a timer; an `absolute` value is a time of its clock. Returns the setting before.
///
/// # Errors
/// `EINVAL`: no such timer, or a negative time.
pub fn set(id: i32, setting: Setting, absolute: bool) -> Result<Setting> {
    if setting.value < 0 || setting.interval < 0 {
        return Err(Errno::EINVAL);
    }
    let mut timers = TIMERS.lock();
    let timer = timers.get(id)?;
    let old = timer.setting();
    // A duration is not affected when the wall clock is set.
    timer.base.set(match timer.clock {
        HERMIT_CLOCK_REALTIME if !absolute => HERMIT_CLOCK_MONOTONIC,
        clock => clock,
    });
    let now = clock::now(timer.base.get())?;
    let next = match setting.value {
        0 => None,
        value if absolute => Some(value),
        value => Some(now.saturating_add(value)),
    };
    timer.next.set(next);
    timer.interval.set(setting.interval);
    timer.overrun.set(0);
    let look = next
        .filter(|_| timer.notify.is_some())
        .map(|next| clock::look(timer.base.get(), next, now));
    timers.requeue(id, look);
    Ok(old)
}

/// What a timer is set to.
///
/// # Errors
/// `EINVAL`: no such timer.
pub fn get(id: i32) -> Result<Setting> {
    TIMERS.lock().get(id).map(Timer::setting)
}

/// How many expiries the signal accepted last stands for beside its own.
///
/// # Errors
/// `EINVAL`: no such timer.
pub fn overrun(id: i32) -> Result<i32> {
    TIMERS.lock().get(id).map(|timer| timer.overrun.get())
}

/// A timer's signal was accepted, or discarded: returns the overrun.
pub fn accepted(info: &HermitSigInfo) -> i32 {
    let id = info.band as i32;
    let mut timers = TIMERS.lock();
    match timers.get(id) {
        Ok(timer) if timer.info.band == info.band => {
            let look = timer.accepted();
            let overrun = timer.overrun.get();
            timers.requeue(id, look);
            overrun
        }
        // It was deleted meanwhile.
        _ => 0,
    }
}

/// Sends the signals of timers whose time has come, and arms this core for the next. Called by timer
/// interrupts.
pub fn expire() {
    let earliest = EARLIEST.load(Ordering::Relaxed);
    if now_ns() < earliest {
        if earliest != u64::MAX {
            arm_here(earliest);
        }
        return;
    }
    let mut timers = TIMERS.lock();
    let now = now_ns();
    while let Some(timer) = timers.queue.pop_due(now) {
        if let Some(look) = timer.expire() {
            // SAFETY: as in `requeue`; what was taken out has its room.
            let _ = unsafe { timers.queue.insert(look.max(now + 1), timer) };
        }
    }
    timers.arm();
}

/// The wall clock was set: absolute times of it come sooner or later than was thought.
pub fn wall_clock_set() {
    let mut timers = TIMERS.lock();
    for id in 0..timers.slots.len() as i32 {
        let Ok(timer) = timers.get(id) else { continue };
        if timer.base.get() == HERMIT_CLOCK_REALTIME
            && timer.place.queued()
            && let Some(next) = timer.next.get()
            && let Ok(now) = clock::now(HERMIT_CLOCK_REALTIME)
        {
            let look = clock::look(HERMIT_CLOCK_REALTIME, next, now);
            timers.requeue(id, Some(look));
        }
    }
}
