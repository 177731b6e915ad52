//! POSIX policies and priorities, and how they map to the kernel's 128 levels.
//!
//! | policy | priorities | level of the kernel |
//! |---|---|---|
//! | `SCHED_IDLE` | 0 | 1 |
//! | `SCHED_BATCH` | 0 | 4 |
//! | `SCHED_OTHER` | 0 | 8 (the kernel's default) |
//! | `SCHED_FIFO`, `SCHED_RR` | 1–99, as on Linux | 9–107, rising |
//!
//! A higher level always runs first. Threads of one level share a core in time slices, but one of
//! `SCHED_FIFO` keeps it until it waits or yields.

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// `SCHED_OTHER`.
pub const SCHED_OTHER: c_int = 0;
/// `SCHED_FIFO`.
pub const SCHED_FIFO: c_int = 1;
/// `SCHED_RR`.
pub const SCHED_RR: c_int = 2;
/// `SCHED_BATCH`.
pub const SCHED_BATCH: c_int = 3;
/// `SCHED_IDLE`.
pub const SCHED_IDLE: c_int = 5;

/// Lowest priority of `SCHED_FIFO` and `SCHED_RR`.
pub const REALTIME_MIN: c_int = 1;
/// Highest priority of `SCHED_FIFO` and `SCHED_RR`.
pub const REALTIME_MAX: c_int = 99;

const IDLE_LEVEL: u32 = 1;
const BATCH_LEVEL: u32 = 4;
const OTHER_LEVEL: u32 = 8;
/// The kernel's mark of a thread without time slices.
const UNSLICED: u32 = 0x100;
/// A level above all that programs can have.
pub const TOP_LEVEL: u32 = 127;

#[cfg(not(test))]
const _: () = {
    use hermit_kernel::abi;
    assert!(OTHER_LEVEL == abi::HERMIT_PRIO_DEFAULT && UNSLICED == abi::HERMIT_PRIO_UNSLICED);
    assert!(OTHER_LEVEL + (REALTIME_MAX as u32) < TOP_LEVEL && TOP_LEVEL == abi::HERMIT_PRIO_MAX);
};

/// Whether some thread has ever had another level than the usual one.
static DIFFER: AtomicBool = AtomicBool::new(false);

/// Notes that a thread has this level.
pub fn note(level: u32) {
    if level != OTHER_LEVEL {
        DIFFER.store(true, SeqCst);
    }
}

/// Whether threads differ in priority, so that inheriting one means something.
pub fn differ() -> bool {
    DIFFER.load(SeqCst)
}

/// Lowest and highest priority of a policy; `None` for an unknown one.
pub fn range(policy: c_int) -> Option<(c_int, c_int)> {
    match policy {
        SCHED_OTHER | SCHED_BATCH | SCHED_IDLE => Some((0, 0)),
        SCHED_FIFO | SCHED_RR => Some((REALTIME_MIN, REALTIME_MAX)),
        _ => None,
    }
}

/// Whether it is a priority of `SCHED_FIFO`, and so may be a ceiling.
pub fn is_realtime(priority: c_int) -> bool {
    (REALTIME_MIN..=REALTIME_MAX).contains(&priority)
}

/// The kernel's level; `None` if the policy is unknown or does not have that priority.
pub fn level(policy: c_int, priority: c_int) -> Option<u32> {
    let (low, high) = range(policy)?;
    if !(low..=high).contains(&priority) {
        return None;
    }
    Some(match policy {
        SCHED_OTHER => OTHER_LEVEL,
        SCHED_BATCH => BATCH_LEVEL,
        SCHED_IDLE => IDLE_LEVEL,
        _ => OTHER_LEVEL + priority as u32,
    })
}

/// What the kernel is told: the level, and whether the policy has time slices.
pub fn for_kernel(policy: c_int, level: u32) -> u32 {
    match policy {
        SCHED_FIFO => level | UNSLICED,
        _ => level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realtime_lies_above_other_and_rises() {
        assert_eq!(level(SCHED_OTHER, 0), Some(8));
        assert_eq!(level(SCHED_FIFO, 1), Some(9));
        assert_eq!(level(SCHED_RR, 99), Some(107));
        let levels: Vec<_> = (1..=99).map(|p| level(SCHED_FIFO, p).unwrap()).collect();
        assert!(levels.is_sorted());
        assert_eq!(
            levels
                .iter()
                .collect::<std::collections::HashSet<_>>()
                .len(),
            99
        );
    }

    #[test]
    fn what_does_not_exist_has_no_level() {
        assert_eq!(level(SCHED_OTHER, 1), None);
        assert_eq!(level(SCHED_FIFO, 0), None);
        assert_eq!(level(SCHED_FIFO, 100), None);
        assert_eq!(level(77, 0), None);
    }
}
