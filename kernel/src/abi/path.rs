//! The paths and flags that the file calls take.

use alloc::vec::Vec;
use core::ffi::c_char;

use crate::arch::uaccess::copy_in;
use crate::errno::{Errno, Result};
use crate::fs::flags::{AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, PATH_MAX};

/// The string at `text`, without its NUL.
pub(super) fn string(text: *const c_char) -> Result<Vec<u8>> {
    const PAGE: usize = 4096;
    let mut path = Vec::new();
    let mut from = text.cast::<u8>();
    while path.len() < PATH_MAX {
        // Never beyond the page that the string may end in.
        let count = (PAGE - from as usize % PAGE).min(128);
        let mut piece = [0; 128];
        copy_in(&mut piece[..count], from)?;
        let end = piece[..count].iter().position(|byte| *byte == 0);
        path.try_reserve(count).map_err(|_| Errno::ENOMEM)?;
        path.extend_from_slice(&piece[..end.unwrap_or(count)]);
        if end.is_some() {
            return Ok(path);
        }
        from = from.wrapping_add(count);
    }
    Err(Errno::ENAMETOOLONG)
}

/// `EINVAL` for flags other than the two that every call on an existing file takes.
pub(super) fn at_flags(flags: u32) -> Result<()> {
    if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) == 0 {
        Ok(())
    } else {
        Err(Errno::EINVAL)
    }
}
