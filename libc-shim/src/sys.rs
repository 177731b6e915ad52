//! The kernel's C ABI: all that the shim sees of the kernel.

pub use hermit_kernel::abi::*;
