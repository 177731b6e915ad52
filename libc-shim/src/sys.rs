//! The kernel's C ABI: all that the shim sees of the kernel.

#[cfg(not(test))]
pub use hermit_kernel::abi::*;

// On the host only pure logic is tested, which needs no kernel but its numbers.
#[cfg(test)]
#[path = "../../kernel/src/errno.rs"]
#[allow(dead_code)]
mod errno;
#[cfg(test)]
pub use errno::Errno;

/// The kernel's structure, for tests.
#[cfg(test)]
#[derive(Clone, Copy)]
pub struct HermitPollFd {
    pub fd: i32,
    pub events: i16,
    pub revents: i16,
}
