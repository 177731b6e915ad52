//! Priority inheritance and protection: what is told to the kernel.

use core::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::channel;
use std::thread;

use super::mutex::guarded;
use super::{after_us, until};
use crate::errno::*;
use crate::mutexattr::{INHERIT, PROTECT};
use crate::platform::BOOSTS;
use crate::priority::{SCHED_FIFO, level};
use crate::time::Patience;
use crate::{inherit, registry, thread as own};

fn boost_of(tid: u32) -> u32 {
    let boosts = BOOSTS.lock().unwrap();
    boosts
        .iter()
        .rfind(|boost| boost.0 == tid)
        .map_or(0, |boost| boost.1)
}

/// Makes the calling thread known, with this priority of `SCHED_FIFO`.
fn enrol(priority: i32) -> u32 {
    let me = own::current();
    crate::priority::note(fifo(priority));
    me.policy.store(SCHED_FIFO, Relaxed);
    me.priority.store(priority, Relaxed);
    registry::threads().insert(me);
    me.tid.load(Relaxed)
}

fn fifo(priority: i32) -> u32 {
    level(SCHED_FIFO, priority).unwrap()
}

#[test]
fn owners_inherit_along_the_chain() {
    let (first, second) = (guarded(INHERIT), guarded(INHERIT));
    let (first, second) = (&first, &second);
    thread::scope(|scope| {
        let (to_low, low_waits) = channel::<()>();
        let (to_main, ready) = channel();
        let low = scope.spawn(move || {
            to_main.send(enrol(10)).unwrap();
            first.mutex.lock(Patience::Endless);
            to_main.send(0).unwrap();
            low_waits.recv().unwrap();
            first.mutex.unlock();
            boost_of(own::tid())
        });
        let low_tid = ready.recv().unwrap();
        ready.recv().unwrap();

        let (to_main, ready) = channel();
        let middle = scope.spawn(move || {
            second.mutex.lock(Patience::Endless);
            to_main.send(enrol(30)).unwrap();
            first.mutex.lock(Patience::Endless);
            first.mutex.unlock();
            second.mutex.unlock();
            boost_of(own::tid())
        });
        let middle_tid = ready.recv().unwrap();
        super::eventually(|| boost_of(low_tid) == fifo(30));

        let (to_high, high_waits) = channel::<()>();
        let high = scope.spawn(move || {
            enrol(90);
            // Gives up: what it lent goes back.
            assert_eq!(second.mutex.lock(until(&after_us(50_000))), ETIMEDOUT);
            high_waits.recv().unwrap();
            second.mutex.lock(Patience::Endless);
            second.mutex.unlock();
        });
        super::eventually(|| boost_of(middle_tid) == fifo(90));
        super::eventually(|| boost_of(low_tid) == fifo(90));
        super::eventually(|| boost_of(low_tid) == fifo(30));
        to_high.send(()).unwrap();
        super::eventually(|| boost_of(low_tid) == fifo(90));
        to_low.send(()).unwrap();
        assert_eq!(low.join().unwrap(), 0);
        assert_eq!(middle.join().unwrap(), 0);
        high.join().unwrap();
    });
}

#[test]
fn the_highest_waiter_is_next() {
    let guarded = guarded(INHERIT);
    let order = std::sync::Mutex::new(Vec::new());
    guarded.mutex.lock(Patience::Endless);
    thread::scope(|scope| {
        for (before, priority) in [20, 60, 40, 60].into_iter().enumerate() {
            let (guarded, order) = (&guarded, &order);
            scope.spawn(move || {
                enrol(priority);
                guarded.mutex.lock(Patience::Endless);
                order.lock().unwrap().push(priority);
                guarded.mutex.unlock();
            });
            super::eventually(|| inherit::waiters_of(&guarded.mutex) == before + 1);
        }
        guarded.mutex.unlock();
    });
    assert_eq!(*order.lock().unwrap(), [60, 60, 40, 20]);
}

#[test]
fn ceilings_nest() {
    thread::spawn(|| {
        let (low, high) = (guarded(PROTECT), guarded(PROTECT));
        low.mutex.ceiling.store(50, Relaxed);
        high.mutex.ceiling.store(80, Relaxed);
        let me = enrol(20);
        assert_eq!(low.mutex.lock(Patience::Endless), 0);
        assert_eq!(boost_of(me), fifo(50));
        assert_eq!(high.mutex.lock(Patience::Endless), 0);
        assert_eq!(boost_of(me), fifo(80));
        assert_eq!(low.mutex.unlock(), 0);
        assert_eq!(boost_of(me), fifo(80));
        assert_eq!(high.mutex.unlock(), 0);
        assert_eq!(boost_of(me), 0);

        own::current().priority.store(60, Relaxed);
        assert_eq!(low.mutex.lock(Patience::Endless), EINVAL);
        assert_eq!(high.mutex.lock(Patience::Try), 0);
        let mut old = 0;
        assert_eq!(
            crate::mutex::pthread_mutex_setprioceiling(Some(&low.mutex), 70, Some(&mut old)),
            0
        );
        assert_eq!(old, 50);
        assert_eq!(low.mutex.lock(Patience::Endless), 0);
        low.mutex.unlock();
        high.mutex.unlock();
        assert_eq!(boost_of(me), 0);
    })
    .join()
    .unwrap();
}
