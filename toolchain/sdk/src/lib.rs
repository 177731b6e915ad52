//! Builds the sysroot and the SDK: what `make` calls.
//!
//! The order of things, each a module: the Debian packages a target needs (`deps`), third-party
//! sources (`fetch`), the compiler drivers (`drivers`), newlib (`newlib`), OpenMP's runtime
//! (`libgomp`), the allocator (`libmimalloc`), the library operating system (`libhermit`), and the
//! assembly of all that into `build/sdk` (`sysroot`). What takes long is kept by the hash of its
//! recipe (`cache`), so a second build takes seconds, and a change in the kernel rebuilds only
//! `libhermit.a`: newlib, libgomp and the allocator depend on headers, never on the kernel.

pub mod archive;
pub mod cache;
pub mod check;
pub mod coverage;
pub mod deps;
pub mod drivers;
pub mod fetch;
pub mod languages;
pub mod layout;
pub mod libgfortran;
pub mod libgo;
pub mod libgomp;
pub mod libhermit;
pub mod libm;
pub mod libmimalloc;
pub mod libstdcxx;
pub mod musl;
pub mod newlib;
pub mod run;
pub mod runtime;
pub mod stdio_mends;
pub mod sysroot;
pub mod versions;

/// What went wrong, in words for the person at the terminal.
pub type Result<T> = std::result::Result<T, String>;

/// An error with these words.
pub fn fail<T>(words: impl Into<String>) -> Result<T> {
    Err(words.into())
}

/// Adds what was being done to an I/O error.
pub trait Doing<T> {
    /// `reading FILE: no such file …`
    fn doing(self, what: impl std::fmt::Display) -> Result<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl std::fmt::Display) -> Result<T> {
        self.map_err(|e| format!("{what}: {e}"))
    }
}
