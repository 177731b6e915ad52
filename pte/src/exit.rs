//! Ending a thread.
//!
//! In this order: cleanup handlers and destructors of the frames' objects, destructors of C++ `thread_local` objects, destructors of
//! thread-specific data, robust mutexes, what the C library and the allocator keep for the thread. All of
//! it on the thread's own stack, with cancellation off. When the last thread ends so, the program ends as
//! by `exit(0)` (POSIX.1-2017, `pthread_exit`).

use core::ffi::c_void;
use core::sync::atomic::Ordering::{AcqRel, Release, SeqCst};

use crate::cancel;
use crate::cleanup;
use crate::create::retire;
use crate::held;
use crate::key;
use crate::platform;
use crate::registry;
use crate::thread::{self, DETACHED, ENDED, MAIN};
use crate::unwind;

/// Ends the calling thread where it stands: what its frames have to clean up runs first.
pub fn exit(result: *mut c_void) -> ! {
    begin(result);
    unwind::unwind_thread(end);
    end()
}

/// Ends the calling thread, whose start routine has returned.
pub fn returned(result: *mut c_void) -> ! {
    begin(result);
    end()
}

fn begin(result: *mut c_void) {
    let thread = thread::current();
    // Also keeps a handler that calls `pthread_exit` again from being cancelled.
    thread.cancel.fetch_or(cancel::EXITING, SeqCst);
    platform::set_interruptible(false);
    thread.result.set(result);
}

/// Everything after the thread's own frames.
extern "C" fn end() -> ! {
    let thread = thread::current();
    cleanup::run_all();
    platform::run_thread_destructors();
    key::finish(thread);
    held::abandon_all();
    let last = registry::threads().ended();
    if last {
        platform::exit_process(0);
    }
    platform::finish_thread();
    let life = thread.life.fetch_or(ENDED, AcqRel);
    if life & MAIN != 0 {
        // The kernel's word for it is not ours, and its stack is never used again.
        thread.alive.store(0, Release);
        platform::futex_wake(&thread.alive, u32::MAX);
    }
    if life & DETACHED != 0 {
        retire(thread);
    }
    hermit_kernel::abi::sys_thread_exit()
}

/// Ends the calling thread; `result` is for who joins it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_exit(result: *mut c_void) -> ! {
    exit(result)
}
