//! hermit-run's own errors: one line for the user and the exit status that goes with it.
//!
//! The statuses are those of tools that start other programs (`timeout`, `env`, container tools), so
//! that a script can tell "the program failed" from "the program was never started".

use std::fmt;

/// hermit-run could not do its work: wrong usage, no QEMU, a guest that died without a status.
pub const FAILED: u8 = 125;
/// The program is there and cannot be run: not an image, damaged, not readable.
pub const NOT_RUNNABLE: u8 = 126;
/// The program is not there.
pub const NOT_FOUND: u8 = 127;
/// `--timeout` ended the guest.
pub const TIMED_OUT: u8 = 124;

/// An error that ends hermit-run.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit status.
    pub status: u8,
    /// What went wrong; one line, except for the words of QEMU that some carry below it.
    pub message: String,
}

impl Failure {
    /// A failure with `status` and `message`.
    pub fn new(status: u8, message: impl Into<String>) -> Self {
        Failure {
            status,
            message: message.into(),
        }
    }

    /// A failure of hermit-run itself (status 125).
    pub fn own(message: impl Into<String>) -> Self {
        Self::new(FAILED, message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Says what an `io::Error` means without the "(os error 2)" that std appends.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
