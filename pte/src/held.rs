//! The mutexes that a thread holds and that matter beyond their word: robust ones, which must be passed
//! on when it ends, and those with a protocol, which lend it priority. Only the owner touches its list.

use crate::mutex::Mutex;
use crate::owned;
use crate::thread;

/// Notes that the calling thread has locked `mutex`.
pub fn add(mutex: &Mutex) {
    let list = &thread::current().held;
    let first = list.get();
    mutex.previous.set(core::ptr::null());
    mutex.next.set(first);
    // SAFETY: mutexes in the list are locked by this thread, so they exist.
    if let Some(first) = unsafe { first.as_ref() } {
        first.previous.set(mutex);
    }
    list.set(mutex);
}

/// Notes that the calling thread is about to unlock `mutex`.
pub fn remove(mutex: &Mutex) {
    let (previous, next) = (mutex.previous.get(), mutex.next.get());
    // SAFETY: both neighbours are locked by this thread too.
    unsafe {
        match previous.as_ref() {
            Some(previous) => previous.next.set(next),
            None => thread::current().held.set(next),
        }
        if let Some(next) = next.as_ref() {
            next.previous.set(previous);
        }
    }
}

/// Calls `visit` for each mutex of the calling thread's list.
pub fn for_each(mut visit: impl FnMut(&Mutex)) {
    let mut at = thread::current().held.get();
    // SAFETY: as in `add`.
    while let Some(mutex) = unsafe { at.as_ref() } {
        at = mutex.next.get();
        visit(mutex);
    }
}

/// The calling thread ends: empties the list, and passes robust mutexes on.
pub fn abandon_all() {
    while let Some(mutex) = {
        let first = thread::current().held.get();
        // SAFETY: as in `add`.
        unsafe { first.as_ref() }
    } {
        remove(mutex);
        owned::abandon(mutex);
    }
}
