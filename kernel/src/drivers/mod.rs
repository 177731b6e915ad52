//! Devices.
//!
//! Every driver hides its registers behind a small interface and is quiet until somebody uses it: a
//! device that no one reads or writes raises no interrupt.

#[cfg(not(test))]
pub mod serial;
