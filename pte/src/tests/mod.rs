//! The algorithms under real threads of the host: thousands of rounds, more threads than cores.

mod barrier;
mod cond;
mod key;
mod mutex;
mod protocol;
mod rwlock;
mod sem;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::time::{CLOCK_REALTIME, Patience, Timespec};

/// A wall-clock time from now on; in the past for a negative number of microseconds.
fn after_us(us: i64) -> Timespec {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let then = now.as_micros() as i64 + us;
    Timespec {
        seconds: then / 1_000_000,
        nanoseconds: then % 1_000_000 * 1000,
    }
}

fn until(time: &Timespec) -> Patience<'_> {
    Patience::Until(CLOCK_REALTIME, Some(time))
}

/// Waits until `done`, for a while.
fn eventually(mut done: impl FnMut() -> bool) {
    for _ in 0..20_000 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    panic!("it did not happen");
}
