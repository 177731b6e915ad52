//! Timers that are read and polled: Linux's `timerfd`.
//!
//! Nothing happens when one expires: whoever reads or polls knows when that will be, and sleeps no longer.

use alloc::sync::Arc;

use super::descriptor::Open;
use super::file::{File, Manner};
use super::flags::{O_CLOEXEC, O_NONBLOCK, O_RDWR, POLLIN};
use super::user::User;
use super::{Files, Mutex, WaitQueue, poll};
use crate::abi::{HERMIT_CLOCK_MONOTONIC, HERMIT_CLOCK_REALTIME};
use crate::errno::{Errno, Result};
use crate::sched::clock;
use crate::sched::timers::Setting;

#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    /// The clock of which `next` is a time: of a duration the monotonic one.
    clock: u32,
    next: Option<i64>,
    interval: i64,
    /// Expiries that were read, and how often it was set.
    changes: u64,
}

impl State {
    fn now(&self) -> i64 {
        // The clock is one of two that exist.
        clock::now(self.clock).unwrap_or(0)
    }

    /// How often it has expired by `now` and nobody has read it.
    fn expired(&self, now: i64) -> u64 {
        match self.next {
            Some(next) if next <= now => match self.interval {
                0 => 1,
                interval => ((now - next) / interval) as u64 + 1,
            },
            _ => 0,
        }
    }

    /// Takes expiries off.
    fn take(&mut self, count: u64) {
        self.changes = self.changes.wrapping_add(count);
        self.next = match (self.next, self.interval) {
            (_, 0) => None,
            (next, interval) => {
                next.map(|next| next.saturating_add(interval.saturating_mul(count as i64)))
            }
        };
    }

    fn setting(&self) -> Setting {
        let now = self.now();
        let mut ahead = *self;
        ahead.take(self.expired(now));
        Setting {
            value: ahead.next.map_or(0, |next| (next - now).max(1)),
            interval: self.interval,
        }
    }
}

/// A timer.
pub struct Timer {
    clock: u32,
    state: Mutex<State>,
    waiting: WaitQueue,
}

impl Timer {
    /// Sets it; an `absolute` value is a time of its clock. Returns the setting before.
    pub fn set(&self, new: Setting, absolute: bool) -> Result<Setting> {
        if new.value < 0 || new.interval < 0 {
            return Err(Errno::EINVAL);
        }
        let old = {
            let mut state = self.state.lock();
            let old = state.setting();
            let clock = if absolute {
                self.clock
            } else {
                HERMIT_CLOCK_MONOTONIC
            };
            let changes = state.changes.wrapping_add(1);
            *state = State {
                clock,
                next: None,
                interval: new.interval,
                changes,
            };
            state.next = match new.value {
                0 => None,
                value if absolute => Some(value),
                value => Some(state.now().saturating_add(value)),
            };
            old
        };
        self.waiting.wake_all();
        poll::notify();
        Ok(old)
    }

    /// What it is set to.
    pub fn setting(&self) -> Setting {
        self.state.lock().setting()
    }
}

impl File for Timer {
    /// As on Linux, it is of no kind.
    fn mode(&self) -> u32 {
        0o600
    }

    fn sync(&self) -> Result<()> {
        Err(Errno::EINVAL)
    }

    fn read(&self, _at: &mut u64, to: &mut User<'_>, manner: Manner) -> Result<usize> {
        if to.remaining() < 8 {
            return Err(Errno::EINVAL);
        }
        loop {
            let seen = {
                let mut state = self.state.lock();
                let expired = state.expired(state.now());
                if expired > 0 {
                    to.put(&expired.to_ne_bytes())?;
                    state.take(expired);
                    return Ok(8);
                }
                *state
            };
            if manner.nonblocking {
                return Err(Errno::EAGAIN);
            }
            let same = || *self.state.lock() == seen;
            match self.waiting.wait_while(same, self.next_change()) {
                Ok(()) | Err(Errno::ETIMEDOUT) => {}
                Err(errno) => return Err(errno),
            }
        }
    }

    fn ready(&self) -> u16 {
        let state = self.state.lock();
        if state.expired(state.now()) > 0 {
            POLLIN
        } else {
            0
        }
    }

    fn changes(&self) -> u64 {
        let state = self.state.lock();
        let expired = state.expired(state.now()) > 0;
        state.changes.wrapping_add(expired.into())
    }

    fn next_change(&self) -> Option<u64> {
        let state = self.state.lock();
        let (next, now) = (state.next?, state.now());
        (next > now).then(|| clock::look(state.clock, next, now))
    }

    fn as_timer(&self) -> Option<&Timer> {
        Some(self)
    }
}

impl Files {
    /// Linux `timerfd_create`; flags: `O_CLOEXEC`, `O_NONBLOCK`.
    pub fn timer(&self, clock: u32, flags: u32) -> Result<i32> {
        let known = matches!(clock, HERMIT_CLOCK_MONOTONIC | HERMIT_CLOCK_REALTIME);
        if !known || flags & !(O_CLOEXEC | O_NONBLOCK) != 0 {
            return Err(Errno::EINVAL);
        }
        super::node::check_memory().map_err(|_| Errno::ENOMEM)?;
        let timer = Arc::new(Timer {
            clock,
            state: Mutex::new(State {
                clock,
                next: None,
                interval: 0,
                changes: 0,
            }),
            waiting: WaitQueue::new(),
        });
        let open = Open::new(timer, O_RDWR | flags & O_NONBLOCK);
        self.add(Arc::new(open), flags)
    }
}
