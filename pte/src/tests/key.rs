use core::ffi::c_void;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use crate::errno::*;
use crate::key::*;
use crate::thread as own;

const ONE: usize = 1;
static DESTROYED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn destroy(value: *mut c_void) {
    DESTROYED.fetch_add(value as usize, SeqCst);
}

/// One test, because all share the table.
#[test]
fn keys() {
    let mut made = Vec::new();
    let mut key = 0;
    while pthread_key_create(Some(&mut key), Some(destroy)) == 0 {
        made.push(key);
    }
    assert_eq!(made.len(), KEYS);
    thread::scope(|scope| {
        scope.spawn(|| {
            for key in &made {
                assert!(pthread_getspecific(*key).is_null());
                assert_eq!(pthread_setspecific(*key, core::ptr::null_mut()), 0);
                assert_eq!(pthread_setspecific(*key, ONE as *mut c_void), 0);
                assert_eq!(pthread_getspecific(*key) as usize, 1);
            }
            finish(own::current());
            assert_eq!(DESTROYED.load(SeqCst), KEYS);
            for key in &made {
                assert!(pthread_getspecific(*key).is_null());
            }
        });
    });
    // A new key of the same number does not see the value of the old one.
    assert_eq!(pthread_setspecific(made[5], 9 as *mut c_void), 0);
    assert_eq!(pthread_key_delete(made[5]), 0);
    assert_eq!(pthread_key_delete(made[5]), EINVAL);
    assert_eq!(pthread_setspecific(made[5], core::ptr::null_mut()), EINVAL);
    assert!(pthread_getspecific(made[5]).is_null());
    assert_eq!(pthread_key_create(Some(&mut key), None), 0);
    assert_eq!(key, made[5]);
    assert!(pthread_getspecific(key).is_null());
    for key in made {
        assert_eq!(pthread_key_delete(key), 0);
    }
    assert_eq!(pthread_setspecific(5000, core::ptr::null_mut()), EINVAL);
}
