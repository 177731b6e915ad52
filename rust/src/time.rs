//! The monotonic clock.

use core::time::Duration;

use crate::c;

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Duration);

impl Instant {
    /// Now.
    pub fn now() -> Instant {
        let mut time = c::Timespec {
            seconds: 0,
            nanoseconds: 0,
        };
        // SAFETY: the time is writable; the clock exists, so there is no error.
        unsafe { c::clock_gettime(c::CLOCK_MONOTONIC, &raw mut time) };
        Instant(Duration::new(time.seconds as u64, time.nanoseconds as u32))
    }

    /// How long ago this was.
    pub fn elapsed(self) -> Duration {
        Instant::now().0.saturating_sub(self.0)
    }
}

/// Waits at least so long.
pub fn sleep(duration: Duration) {
    let end = Instant::now().0.saturating_add(duration);
    loop {
        let rest = end.saturating_sub(Instant::now().0);
        if rest.is_zero() {
            return;
        }
        let time = c::Timespec {
            seconds: rest.as_secs().min(i64::MAX as u64) as i64,
            nanoseconds: rest.subsec_nanos().into(),
        };
        // A signal only ends the wait early.
        // SAFETY: the time is readable.
        unsafe { c::nanosleep(&raw const time, core::ptr::null_mut()) };
    }
}
