//! Files and descriptors: POSIX names over the kernel's calls.
//!
//! The kernel has one call for each thing, in its most general form (`openat`, `fstatat` …); here are
//! the many names. `struct stat`, open flags and `AT_` constants are the same on both sides, so
//! nothing is converted. Calls that may wait are cancellation points.

mod attributes;
mod descriptors;
mod directory;
mod names;
mod terminal;
mod termios;
mod transfer;
mod wait;
mod walk;

pub use directory::Directory;

/// What newlib's own names lead to.
pub(crate) mod api {
    pub(crate) use super::attributes::{fstat, stat};
    pub(crate) use super::descriptors::{close, fcntl, open};
    pub(crate) use super::names::{link, mkdir, remove, rename, unlink};
    pub(crate) use super::terminal::isatty;
    pub(crate) use super::transfer::{lseek, read, write};
}

use core::ffi::c_int;

/// newlib's `AT_FDCWD`: a path is relative to the working folder.
pub(crate) const AT_FDCWD: c_int = -2;
pub(crate) const AT_EACCESS: u32 = 1;
pub(crate) const AT_SYMLINK_NOFOLLOW: u32 = 2;
pub(crate) const AT_REMOVEDIR: u32 = 8;

pub(crate) const O_WRONLY: u32 = 1;
pub(crate) const O_CREAT: u32 = 0x200;
pub(crate) const O_TRUNC: u32 = 0x400;
pub(crate) const O_DIRECTORY: u32 = 0x20_0000;
pub(crate) const O_CLOEXEC: u32 = 0x4_0000;

pub(crate) const S_IFMT: u32 = 0o170_000;
pub(crate) const S_IFDIR: u32 = 0o040_000;
pub(crate) const S_IFIFO: u32 = 0o010_000;
