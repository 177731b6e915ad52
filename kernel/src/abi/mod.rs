//! The C ABI: every function that a program, `libc-shim` or `pte` may call.
//!
//! It is defined here and nowhere else; cbindgen makes `include/hermit/*.h` from these files, one
//! header a file, and a test regenerates and compares them.
//!
//! **Error policy.** A function returns a value that is not negative, or `-errno` with newlib's
//! numbers ([`Errno`]). None of them touches `errno` itself. A caller's bad argument is answered with
//! an error; it never makes the kernel panic. A pointer that cannot be read or written gives `EFAULT`.
//!
//! **Time** is nanoseconds in 64 bits. A deadline is absolute against a named clock;
//! [`HERMIT_NO_DEADLINE`] waits for ever.
//!
//! Functions may be called from any thread, and none of them from a kernel interrupt handler.

pub mod attributes;
pub mod context;
pub mod event;
pub mod file;
pub mod futex;
pub mod ipc;
pub mod lock;
pub mod memory;
pub mod mqueue;
pub mod mutex;
pub mod name;
mod path;
pub mod poll;
pub mod semaphore;
pub mod signal;
pub mod socket;
pub mod system;
pub mod terminal;
pub mod thread;
pub mod time;
pub mod timer;

pub use crate::errno::Errno;
#[allow(unused_imports)]
pub use attributes::*;
pub use context::*;
pub use event::*;
#[allow(unused_imports)]
pub use file::*;
pub use futex::*;
pub use ipc::*;
pub use lock::*;
#[allow(unused_imports)]
pub use memory::*;
pub use mqueue::*;
pub use mutex::*;
#[allow(unused_imports)]
pub use name::*;
pub use poll::*;
pub use semaphore::*;
pub use signal::*;
pub use socket::*;
pub use system::*;
pub use terminal::*;
pub use thread::*;
pub use time::*;
pub use timer::*;
