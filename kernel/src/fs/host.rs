//! Stand-ins for the kernel's sleeping locks, clock and random numbers where the tests run: on the host.

use std::sync::{Condvar, Mutex as HostMutex};
use std::time::{Duration, SystemTime};

use crate::errno::Result;

pub use std::sync::MutexGuard;

/// `crate::sync::Mutex` and `crate::sync::SpinLock`.
pub struct Mutex<T>(HostMutex<T>);

/// The tests need no difference.
pub type SpinLock<T> = Mutex<T>;

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Mutex(HostMutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

/// `crate::sync::WaitQueue`.
pub struct WaitQueue(HostMutex<()>, Condvar);

impl WaitQueue {
    pub const fn new() -> Self {
        WaitQueue(HostMutex::new(()), Condvar::new())
    }

    pub fn wait_while(
        &self,
        mut condition: impl FnMut() -> bool,
        deadline: Option<u64>,
    ) -> Result<()> {
        assert!(deadline.is_none(), "the tests have no deadlines");
        let mut guard = self.0.lock().unwrap();
        while condition() {
            guard = self
                .1
                .wait_timeout(guard, Duration::from_millis(1))
                .unwrap()
                .0;
        }
        Ok(())
    }

    pub fn wake_all(&self) {
        self.1.notify_all();
    }
}

pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_nanos() as i64
}

pub fn fill_random(bytes: &mut [u8]) {
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = (i * 37 + 11) as u8;
    }
}

/// `crate::drivers::console`: input is empty, output is kept.
pub mod console {
    use super::super::user::User;
    use super::Mutex;
    use crate::errno::Result;

    pub static OUTPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

    pub fn read(_to: &mut User<'_>, _nonblocking: bool) -> Result<usize> {
        Ok(0)
    }

    pub fn write(_stream: u32, from: &mut User<'_>, _nonblocking: bool) -> Result<usize> {
        let mut bytes = vec![0; from.remaining()];
        from.take(&mut bytes)?;
        OUTPUT.lock().extend(&bytes);
        Ok(bytes.len())
    }

    pub fn sync(_stream: u32) -> Result<()> {
        Ok(())
    }

    pub fn readable() -> bool {
        true
    }

    pub fn writable(_stream: u32) -> bool {
        true
    }

    pub fn listen(_on: bool) {}

    pub fn terminal(_stream: u32) -> Option<(u16, u16)> {
        None
    }
}
