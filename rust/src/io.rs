//! Output: `print!`, `println!`, `eprint!` and `eprintln!`. A call's text is written in one piece.

use alloc::string::String;
use core::ffi::c_int;
use core::fmt::{self, Write};

/// Writes formatted text to a file descriptor; text that cannot be written is lost.
pub fn print(file: c_int, text: fmt::Arguments<'_>) {
    let mut made = String::new();
    let text = match text.as_str() {
        Some(text) => text,
        None => {
            // Fails only where a `Display` says so.
            let _ = made.write_fmt(text);
            &made
        }
    };
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        // SAFETY: the bytes are readable.
        let written = unsafe { crate::c::write(file, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(written) {
            Ok(count) if count > 0 => rest = &rest[count..],
            _ => return,
        }
    }
}

/// Prints to standard output.
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => { $crate::io::print(1, ::core::format_args!($($text)*)) };
}

/// Prints a line to standard output.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($text:tt)*) => { $crate::print!("{}\n", ::core::format_args!($($text)*)) };
}

/// Prints to standard error.
#[macro_export]
macro_rules! eprint {
    ($($text:tt)*) => { $crate::io::print(2, ::core::format_args!($($text)*)) };
}

/// Prints a line to standard error.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::eprint!("\n") };
    ($($text:tt)*) => { $crate::eprint!("{}\n", ::core::format_args!($($text)*)) };
}
