//! Threads: POSIX's, with Rust's ownership of what they are given and what they return.

use alloc::boxed::Box;
use core::ffi::{c_int, c_void};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ptr;

use crate::c;

type Start<T> = Box<dyn FnOnce() -> T + Send>;

/// A running thread; when it is dropped, the thread goes on by itself.
pub struct JoinHandle<T> {
    thread: usize,
    result: PhantomData<T>,
}

/// Runs a function on a thread of its own. The error is `EAGAIN`: too little memory, or too many threads.
pub fn spawn<T: Send + 'static>(
    function: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, c_int> {
    let start: Start<T> = Box::new(function);
    let argument = Box::into_raw(Box::new(start));
    let mut thread = 0;
    // SAFETY: `run` takes the box that its argument came from.
    let error =
        unsafe { c::pthread_create(&raw mut thread, ptr::null(), run::<T>, argument.cast()) };
    if error != 0 {
        // SAFETY: no thread got it.
        drop(unsafe { Box::from_raw(argument) });
        return Err(error);
    }
    Ok(JoinHandle {
        thread,
        result: PhantomData,
    })
}

extern "C" fn run<T>(argument: *mut c_void) -> *mut c_void {
    // SAFETY: made by `spawn` for this thread alone.
    let start = unsafe { Box::from_raw(argument.cast::<Start<T>>()) };
    Box::into_raw(Box::new(start())).cast()
}

impl<T> JoinHandle<T> {
    /// Waits for the thread's end and returns what its function did.
    pub fn join(self) -> T {
        let this = ManuallyDrop::new(self);
        let mut result = ptr::null_mut();
        // SAFETY: a thread that nobody has joined; it returns a box.
        unsafe {
            c::pthread_join(this.thread, &raw mut result);
            *Box::from_raw(result.cast::<T>())
        }
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        // SAFETY: a thread that nobody joins.
        unsafe { c::pthread_detach(self.thread) };
    }
}

/// The number of processors.
pub fn available_parallelism() -> usize {
    // SAFETY: a question without arguments that could be wrong.
    let count = unsafe { c::sysconf(c::NPROCESSORS_ONLN) };
    usize::try_from(count).unwrap_or(1).max(1)
}

/// Lets other threads run.
pub fn yield_now() {
    // SAFETY: always allowed.
    unsafe { c::sched_yield() };
}
