//! The machine: everything that names a register, a port or an instruction.
//!
//! The architecture is chosen here and nowhere else.

#[cfg(target_arch = "x86_64")]
#[path = "x86_64/mod.rs"]
mod current;

pub use current::*;
