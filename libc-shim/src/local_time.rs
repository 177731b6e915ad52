//! `mktime` (POSIX.1-2017) in place of newlib's, which knows 20000 years only and overflows.
//!
//! The zone is what `localtime_r` says of it; nothing is kept here.

const DAY: i64 = 86_400;

/// What a zone says of a moment: seconds east of Greenwich, and whether it is summer time there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Clock {
    offset: i64,
    summer: bool,
}

/// The moment when the clocks of a zone show `shown`, in seconds as if they were UTC. `summer` is `tm_isdst`: which
/// time the caller means, or negative for the one that is in force. A `zone` has no answer where a year is beyond
/// `int`.
fn moment(shown: i64, summer: i32, zone: impl Fn(i64) -> Option<Clock>) -> Option<i64> {
    let wanted = (summer >= 0).then_some(summer > 0);
    let near = [zone(shown - DAY), zone(shown + DAY)];
    let mut found = None;
    for clock in near.into_iter().flatten() {
        let time = shown - clock.offset;
        if zone(time) != Some(clock) {
            continue;
        }
        if wanted == Some(clock.summer) {
            return Some(time);
        }
        // Shown twice, it is the winter's.
        if found.is_none() || !clock.summer {
            found = Some(time);
        }
    }
    // The caller means the other time of the year.
    if let Some(wanted) = wanted {
        let far = (0..24).flat_map(|month| [shown - month * 15 * DAY, shown + month * 15 * DAY]);
        let mut clocks = near.into_iter().chain(far.map(&zone)).flatten();
        if let Some(clock) = clocks.find(|clock| clock.summer == wanted) {
            return Some(shown - clock.offset);
        }
    }
    // Never shown, it is counted from before the gap.
    found.or_else(|| {
        near.into_iter()
            .flatten()
            .next()
            .map(|clock| shown - clock.offset)
    })
}

#[cfg(not(test))]
mod exported {
    use super::{Clock, DAY, moment};
    use crate::errno;
    use crate::parse_time::BrokenDown;
    use crate::sys::Errno;
    use crate::time::seconds;

    fn clock(time: i64) -> Option<Clock> {
        let mut parts = BrokenDown::default();
        // SAFETY: both live through the call.
        let known = unsafe { crate::c::localtime_r(&raw const time, (&raw mut parts).cast()) };
        let offset = seconds(&parts) - time;
        // A year that no int holds is refused, or comes out as another one.
        (!known.is_null() && offset.abs() <= 2 * DAY).then_some(Clock {
            offset,
            summer: parts.summer > 0,
        })
    }

    /// # Safety
    /// `time` points to a broken-down time.
    #[cfg_attr(panic = "abort", unsafe(no_mangle))]
    unsafe extern "C" fn mktime(time: *mut BrokenDown) -> i64 {
        // SAFETY: the caller's promise.
        let parts = unsafe { &*time };
        let result = moment(seconds(parts), parts.summer, clock);
        match result {
            Some(result) if clock(result).is_some() => {
                // SAFETY: as above.
                unsafe { crate::c::localtime_r(&raw const result, time.cast()) };
                result
            }
            _ => {
                errno::fail(Errno::EOVERFLOW);
                -1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Summer time from 10000 to 20000 days, two hours instead of one east of Greenwich.
    fn zone(time: i64) -> Option<Clock> {
        let summer = (10_000 * DAY..20_000 * DAY).contains(&time);
        let offset = if summer { 7200 } else { 3600 };
        (time.abs() < 1 << 40).then_some(Clock { offset, summer })
    }

    fn at(shown: i64, summer: i32) -> Option<i64> {
        moment(shown, summer, zone)
    }

    #[test]
    fn plain_times() {
        assert_eq!(at(3600, -1), Some(0));
        assert_eq!(at(15_000 * DAY, -1), Some(15_000 * DAY - 7200));
        assert_eq!(at(0, 0), Some(-3600));
        assert_eq!(at(15_000 * DAY, 1), Some(15_000 * DAY - 7200));
    }

    #[test]
    fn the_other_time_of_the_year() {
        let day = 10_100 * DAY;
        assert_eq!(at(day, 0), Some(day - 3600));
        let day = 9_900 * DAY;
        assert_eq!(at(day, 1), Some(day - 7200));
        // There is none near.
        assert_eq!(at(0, 1), Some(-3600));
    }

    #[test]
    fn never_and_twice() {
        let gap = 10_000 * DAY + 3600 + 1800;
        assert_eq!(at(gap, -1), Some(gap - 3600));
        assert_eq!(at(gap, 0), Some(gap - 3600));
        assert_eq!(at(gap, 1), Some(gap - 7200));
        let twice = 20_000 * DAY + 3600 + 1800;
        assert_eq!(at(twice, 1), Some(twice - 7200));
        assert_eq!(at(twice, 0), Some(twice - 3600));
        assert_eq!(at(twice, -1), Some(twice - 3600));
    }

    #[test]
    fn beyond_the_years() {
        assert_eq!(at(1 << 50, -1), None);
        let last = (1 << 40) - 1;
        assert_eq!(at(last + 3600, -1), Some(last));
    }
}
