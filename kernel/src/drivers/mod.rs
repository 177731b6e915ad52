//! Devices.
//!
//! Every driver hides its registers behind a small interface and is quiet until somebody uses it: a
//! device that no one reads or writes raises no interrupt.

#[cfg(not(test))]
pub mod serial;
/// temp
pub fn init() {}
/// temp
pub mod rtc {
    /// temp
    pub fn unix_time_ns() -> Option<i64> {
        None
    }
}
