use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use super::{after_us, until};
use crate::errno::*;
use crate::sem::*;
use crate::sem_named::*;
use crate::time::{Patience, Timespec};

#[test]
fn nothing_is_lost() {
    let sem = Sem::new(0);
    let taken = AtomicU32::new(0);
    thread::scope(|scope| {
        for number in 0..8i64 {
            let (sem, taken) = (&sem, &taken);
            scope.spawn(move || {
                for _ in 0..4000 {
                    assert_eq!(sem.post(), 0);
                }
            });
            scope.spawn(move || {
                let mut mine = 0;
                while mine < 4000 {
                    let time = after_us((number + mine) % 50);
                    let patience = if mine % 2 == 0 {
                        until(&time)
                    } else {
                        Patience::Endless
                    };
                    match sem.wait(patience) {
                        0 => mine += 1,
                        answer => assert_eq!(answer, ETIMEDOUT),
                    }
                }
                taken.fetch_add(mine as u32, SeqCst);
            });
        }
    });
    assert_eq!(taken.load(SeqCst), 32_000);
    assert_eq!(sem.wait(Patience::Try), EAGAIN);
}

#[test]
fn destroyed_right_after_post() {
    for _ in 0..2000 {
        let sem = Box::into_raw(Box::new(Sem::new(0))) as usize;
        thread::scope(|scope| {
            // SAFETY: whoever waits frees it, alone; the poster does not look at it again.
            scope.spawn(move || unsafe {
                assert_eq!((*(sem as *const Sem)).wait(Patience::Endless), 0);
                drop(Box::from_raw(sem as *mut Sem));
            });
            // SAFETY: as above.
            scope.spawn(move || unsafe { (*(sem as *const Sem)).post() });
        });
    }
}

#[test]
fn errors() {
    let sem = Sem::new(VALUE_MAX);
    assert_eq!(sem.post(), EOVERFLOW);
    let mut place = core::mem::MaybeUninit::uninit();
    assert_eq!(sem_init(Some(&mut place), 0, VALUE_MAX + 1), -1);
    let bad = Timespec {
        seconds: 0,
        nanoseconds: 2_000_000_000,
    };
    assert_eq!(sem.wait(until(&bad)), 0);
    let empty = Sem::new(0);
    assert_eq!(empty.wait(until(&bad)), EINVAL);
    assert_eq!(empty.wait(until(&after_us(-1))), ETIMEDOUT);
    let mut value = 7;
    assert_eq!(sem_getvalue(Some(&empty), Some(&mut value)), 0);
    assert_eq!(value, 0);
}

#[test]
fn names() {
    const CREATE: i32 = 0x200;
    const EXCLUSIVE: i32 = 0x800;
    let long = std::ffi::CString::new(vec![b'x'; 300]).unwrap();
    // SAFETY: all names are strings.
    unsafe {
        let name = c"/test".as_ptr();
        assert!(sem_open(name, 0, 0, 0).is_null());
        let first = sem_open(name, CREATE, 0, 3);
        assert!(!first.is_null());
        assert!(sem_open(name, CREATE | EXCLUSIVE, 0, 3).is_null());
        assert_eq!(sem_open(c"test".as_ptr(), CREATE, 0, 9), first);
        assert_eq!(sem_unlink(name), 0);
        assert_eq!(sem_unlink(name), -1);
        let second = sem_open(name, CREATE, 0, 5);
        assert_ne!(second, first);
        let mut value = 0;
        sem_getvalue(first.as_ref(), Some(&mut value));
        assert_eq!(value, 3);
        assert_eq!(sem_close(first), 0);
        assert_eq!(sem_close(first), 0);
        assert_eq!(sem_close(first), -1);
        assert_eq!(sem_close(second), 0);
        assert_eq!(sem_open(name, 0, 0, 0), second);
        assert_eq!(sem_close(second), 0);
        assert_eq!(sem_unlink(name), 0);
        assert!(sem_open(long.as_ptr(), CREATE, 0, 0).is_null());
        assert!(sem_open(c"/".as_ptr(), CREATE, 0, 0).is_null());
        assert!(sem_open(c"/big".as_ptr(), CREATE, 0, VALUE_MAX + 1).is_null());
    }
}
