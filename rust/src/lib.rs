//! What a `no_std` Rust program on Hermit needs: memory, output, arguments, threads and time, by way of the C
//! library. `alloc` works, and a panic ends the program with its message and status 134.
//!
//! A program is a `staticlib` crate, built by cargo for the host's target with `panic = "abort"` and linked
//! by `x86_64-hermit-gcc`:
//!
//! ```ignore
//! #![no_std]
//! fn main() -> i32 {
//!     hermit::println!("{} processors", hermit::thread::available_parallelism());
//!     0
//! }
//! hermit::main!(main);
//! ```
#![no_std]

extern crate alloc;

#[cfg(panic = "abort")]
mod abort;
mod c;
pub mod io;
pub mod memory;
pub mod thread;
pub mod time;

use core::ffi::{CStr, c_char, c_int};
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed};

static ARGUMENTS: AtomicPtr<*const c_char> = AtomicPtr::new(core::ptr::null_mut());
static ARGUMENT_COUNT: AtomicUsize = AtomicUsize::new(0);

/// Names the function that the program begins with: it takes nothing and returns the exit status.
#[macro_export]
macro_rules! main {
    ($function:path) => {
        /// Called by the C library.
        ///
        /// # Safety
        /// `arguments` are `count` strings that stay.
        #[unsafe(export_name = "main")]
        pub unsafe extern "C" fn called_by_the_c_library(
            count: ::core::ffi::c_int,
            arguments: *mut *const ::core::ffi::c_char,
        ) -> ::core::ffi::c_int {
            // SAFETY: the caller's promise.
            unsafe { $crate::start(count, arguments) };
            let function: fn() -> i32 = $function;
            function()
        }
    };
}

/// Notes the arguments; [`main!`] calls it.
///
/// # Safety
/// `arguments` must be `count` strings that stay.
pub unsafe fn start(count: c_int, arguments: *mut *const c_char) {
    ARGUMENT_COUNT.store(count.max(0) as usize, Relaxed);
    ARGUMENTS.store(arguments, Relaxed);
}

/// The program's arguments, its name first.
pub fn args() -> impl Iterator<Item = &'static CStr> {
    let arguments = ARGUMENTS.load(Relaxed);
    // SAFETY: `start` got so many strings that stay.
    (0..ARGUMENT_COUNT.load(Relaxed)).map(move |i| unsafe { CStr::from_ptr(*arguments.add(i)) })
}
