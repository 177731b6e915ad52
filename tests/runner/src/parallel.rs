//! A queue of work for a few threads.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock, whatever happened to the thread that held it before.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does the work of every item, `jobs` at a time, begun in their order.
pub fn in_parallel<T: Sync>(jobs: u32, items: &[T], work: impl Fn(&T) + Sync) {
    let queue = Mutex::new(items.iter());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let Some(item) = lock(&queue).next() else {
                        break;
                    };
                    work(item);
                }
            });
        }
    });
}
