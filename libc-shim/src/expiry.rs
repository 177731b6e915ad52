//! When a timer expires: pure arithmetic on nanoseconds of the monotonic clock.

/// What a timer is set to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// The next expiry; `None`: not armed.
    pub next: Option<i64>,
    /// From one expiry to the following one; 0: there is only one.
    pub interval: i64,
}

impl Expiry {
    /// Not armed.
    pub const OFF: Expiry = Expiry {
        next: None,
        interval: 0,
    };

    /// Time left until the next expiry, at least 1 while armed; 0 when not.
    pub fn remaining(&self, now: i64) -> i64 {
        self.next.map_or(0, |next| next.saturating_sub(now).max(1))
    }

    /// Whether it has expired at `now`; if so, how many more times it did (the overrun), and the next
    /// expiry is in the future.
    pub fn expire(&mut self, now: i64) -> Option<i64> {
        let due = self.next.filter(|next| *next <= now)?;
        if self.interval <= 0 {
            self.next = None;
            return Some(0);
        }
        let missed = (now - due) / self.interval;
        self.next = Some(due.saturating_add((missed + 1).saturating_mul(self.interval)));
        Some(missed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_expiry_disarms() {
        let mut timer = Expiry {
            next: Some(100),
            interval: 0,
        };
        assert_eq!((timer.remaining(40), timer.remaining(100)), (60, 1));
        assert_eq!(timer.expire(99), None);
        assert_eq!(timer.expire(100), Some(0));
        assert_eq!(
            (timer.next, timer.remaining(100), timer.expire(200)),
            (None, 0, None)
        );
    }

    #[test]
    fn missed_intervals_are_counted_once() {
        let mut timer = Expiry {
            next: Some(100),
            interval: 10,
        };
        assert_eq!(timer.expire(100), Some(0));
        assert_eq!(timer.next, Some(110));
        assert_eq!(timer.expire(135), Some(2));
        assert_eq!(timer.next, Some(140));
        timer.next = Some(i64::MAX - 1);
        assert_eq!(timer.expire(i64::MAX), Some(0));
    }
}
