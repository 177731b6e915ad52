//! The priority-protect protocol: who locks such a mutex runs at its ceiling until it unlocks it
//! (POSIX.1-2017, `pthread_mutexattr_getprotocol`).

use core::sync::atomic::Ordering::Relaxed;

use crate::errno::{EINVAL, Result};
use crate::held;
use crate::inherit;
use crate::mutex::Mutex;
use crate::mutexattr::PROTECT;
use crate::priority::{SCHED_FIFO, level};
use crate::thread;

fn ceiling_level(mutex: &Mutex) -> u32 {
    level(SCHED_FIFO, mutex.ceiling.load(Relaxed) as i32).unwrap_or(0)
}

/// Raises the caller to the ceiling of a mutex that it is about to lock. `EINVAL` if its own priority is
/// above.
pub fn raise(mutex: &Mutex) -> Result<()> {
    let thread = thread::current();
    let ceiling = ceiling_level(mutex);
    if thread.level() > ceiling {
        return Err(EINVAL);
    }
    if ceiling > thread.ceiling.load(Relaxed) {
        inherit::set_ceiling(thread, ceiling);
    }
    Ok(())
}

/// Sets the caller's priority to what the mutexes that it holds ask for.
pub fn settle() {
    let thread = thread::current();
    let mut highest = 0;
    held::for_each(|mutex| {
        if mutex.kind() & PROTECT != 0 {
            highest = highest.max(ceiling_level(mutex));
        }
    });
    if highest != thread.ceiling.load(Relaxed) {
        inherit::set_ceiling(thread, highest);
    }
}
