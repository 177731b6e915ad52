//! Deadlines: POSIX's absolute `timespec` against a clock, as the kernel's nanoseconds.

use core::ffi::{c_long, c_ulong};

use crate::errno::{EINVAL, Result};

/// newlib's `clockid_t`.
pub type ClockId = c_ulong;

/// newlib's clock numbers, which are the kernel's.
pub const CLOCK_REALTIME: ClockId = 1;
/// CPU time of the calling thread.
pub const CLOCK_THREAD_CPUTIME_ID: ClockId = 3;
/// With a thread's id: CPU time of that thread.
pub const CLOCK_OF_THREAD: ClockId = 1 << 31;
/// Time since boot.
pub const CLOCK_MONOTONIC: ClockId = 4;

/// `struct timespec`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timespec {
    /// Whole seconds.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanoseconds: c_long,
}

/// Until when a wait lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Nanoseconds of the clock, or `u64::MAX` for no end.
    pub ns: u64,
    /// One of the kernel's clocks.
    pub clock: u32,
}

impl Deadline {
    /// Waits for ever.
    pub const NEVER: Deadline = Deadline {
        ns: u64::MAX,
        clock: CLOCK_MONOTONIC as u32,
    };
}

/// How long a caller is ready to wait. Its time is looked at only where the call has to block: POSIX
/// does not want an available lock refused because of a bad deadline.
#[derive(Clone, Copy)]
pub enum Patience<'a> {
    /// Not at all.
    Try,
    /// For ever.
    Endless,
    /// Until this time of this clock.
    Until(ClockId, Option<&'a Timespec>),
}

impl<'a> Patience<'a> {
    /// A deadline against a clock that the caller named: `EINVAL` for a clock that cannot be waited on.
    pub fn clock(clock: ClockId, time: Option<&'a Timespec>) -> Result<Patience<'a>> {
        check_clock(clock)?;
        Ok(Patience::Until(clock, time))
    }

    /// The deadline, `EINVAL` if it is malformed; [`Patience::Try`] has none.
    pub fn deadline(self) -> Result<Deadline> {
        match self {
            Patience::Try => Ok(Deadline {
                ns: 0,
                ..Deadline::NEVER
            }),
            Patience::Endless => Ok(Deadline::NEVER),
            Patience::Until(clock, time) => deadline(clock, time),
        }
    }

    /// Whether the caller waits at all.
    #[inline]
    pub fn is_try(self) -> bool {
        matches!(self, Patience::Try)
    }
}

/// `EINVAL` unless the clock is one that a wait may name (POSIX: the monotonic and the wall clock).
pub fn check_clock(clock: ClockId) -> Result<()> {
    if clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC {
        Ok(())
    } else {
        Err(EINVAL)
    }
}

/// A `timespec` as a deadline: times before the clock's start have passed, far ones saturate just
/// below "for ever".
pub fn deadline(clock: ClockId, time: Option<&Timespec>) -> Result<Deadline> {
    let time = time.ok_or(EINVAL)?;
    if !(0..1_000_000_000).contains(&time.nanoseconds) {
        return Err(EINVAL);
    }
    let ns = if time.seconds < 0 {
        0
    } else {
        (time.seconds as u64)
            .saturating_mul(1_000_000_000)
            .saturating_add(time.nanoseconds as u64)
            // Clocks count in signed 64-bit nanoseconds.
            .min(i64::MAX as u64)
    };
    Ok(Deadline {
        ns,
        clock: clock as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_times_are_refused() {
        let at = |seconds, nanoseconds| {
            deadline(
                CLOCK_REALTIME,
                Some(&Timespec {
                    seconds,
                    nanoseconds,
                }),
            )
            .map(|d| d.ns)
        };
        assert_eq!(at(1, 5), Ok(1_000_000_005));
        assert_eq!(at(1, -1), Err(EINVAL));
        assert_eq!(at(1, 1_000_000_000), Err(EINVAL));
        assert_eq!(at(-5, 0), Ok(0));
        assert_eq!(at(i64::MAX, 0), Ok(i64::MAX as u64));
        assert_eq!(deadline(CLOCK_REALTIME, None), Err(EINVAL));
        assert_eq!(check_clock(CLOCK_THREAD_CPUTIME_ID), Err(EINVAL));
    }
}
