//! Devices.
//!
//! Every driver hides its registers behind a small interface and is quiet until somebody uses it: a
//! device that no one reads or writes raises no interrupt, and is not even looked for at boot.

#[cfg(not(test))]
pub mod console;
pub mod pci;
pub mod registers;
pub mod rtc;
#[cfg(not(test))]
pub mod serial;
pub mod virtio;

/// Called once on the boot core when threads and interrupts work. Devices wait for their first use.
#[cfg(not(test))]
pub fn init() {}
