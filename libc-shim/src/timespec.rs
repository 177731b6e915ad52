//! POSIX's times and the kernel's nanoseconds, one from the other.

use core::ffi::c_long;

use crate::sys::Errno;

/// Nanoseconds of a second.
pub const SECOND: i64 = 1_000_000_000;

/// `struct timespec`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpec {
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, 0 to 999,999,999.
    pub nanoseconds: c_long,
}

impl TimeSpec {
    /// A count of nanoseconds, which may be negative.
    #[inline]
    pub const fn from_nanoseconds(ns: i64) -> Self {
        Self {
            seconds: ns.div_euclid(SECOND),
            nanoseconds: ns.rem_euclid(SECOND),
        }
    }

    /// The count of nanoseconds; what does not fit 292 years is the nearest that does.
    pub const fn to_nanoseconds(self) -> Result<i64, Errno> {
        if self.nanoseconds < 0 || self.nanoseconds >= SECOND {
            return Err(Errno::EINVAL);
        }
        Ok(self
            .seconds
            .saturating_mul(SECOND)
            .saturating_add(self.nanoseconds))
    }
}

/// `struct timeval`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeVal {
    /// Seconds.
    pub seconds: i64,
    /// Microseconds, 0 to 999,999.
    pub microseconds: c_long,
}

impl TimeVal {
    /// A count of nanoseconds, rounded down.
    pub const fn from_nanoseconds(ns: i64) -> Self {
        Self {
            seconds: ns.div_euclid(SECOND),
            microseconds: ns.rem_euclid(SECOND) / 1000,
        }
    }

    /// The count of nanoseconds.
    pub const fn to_nanoseconds(self) -> Result<i64, Errno> {
        if self.microseconds < 0 || self.microseconds >= 1_000_000 {
            return Err(Errno::EINVAL);
        }
        Ok(self
            .seconds
            .saturating_mul(SECOND)
            .saturating_add(self.microseconds * 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_normalised() {
        let time = |seconds, nanoseconds| TimeSpec {
            seconds,
            nanoseconds,
        };
        assert_eq!(
            TimeSpec::from_nanoseconds(1_500_000_000),
            time(1, 500_000_000)
        );
        assert_eq!(TimeSpec::from_nanoseconds(-1), time(-1, 999_999_999));
        assert_eq!(time(2, 5).to_nanoseconds(), Ok(2_000_000_005));
        assert_eq!(time(-1, 999_999_999).to_nanoseconds(), Ok(-1));
        assert_eq!(time(0, SECOND).to_nanoseconds(), Err(Errno::EINVAL));
        assert_eq!(time(0, -1).to_nanoseconds(), Err(Errno::EINVAL));
        assert_eq!(time(i64::MAX, 0).to_nanoseconds(), Ok(i64::MAX));
        assert_eq!(TimeVal::from_nanoseconds(-1_000).microseconds, 999_999);
        let value = TimeVal {
            seconds: 1,
            microseconds: 1_000_000,
        };
        assert_eq!(value.to_nanoseconds(), Err(Errno::EINVAL));
    }
}
