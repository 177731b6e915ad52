//! The caller's memory in a read or a write: one or more pieces, walked from front to back.
//!
//! A bad address gives `EFAULT`. The pieces may be the kernel's own memory just as well: it is all one
//! address space.

use alloc::vec::Vec;
use core::slice;

use crate::errno::{Errno, Result};

#[cfg(not(test))]
use crate::arch::uaccess::{copy_in, copy_out};

/// On the host there are no bad addresses to catch.
#[cfg(test)]
fn copy_in(to: &mut [u8], from: *const u8) -> Result<()> {
    if from.is_null() && !to.is_empty() {
        return Err(Errno::EFAULT);
    }
    // SAFETY: the tests pass good addresses.
    unsafe { core::ptr::copy(from, to.as_mut_ptr(), to.len()) };
    Ok(())
}

#[cfg(test)]
fn copy_out(to: *mut u8, from: &[u8]) -> Result<()> {
    if to.is_null() && !from.is_empty() {
        return Err(Errno::EFAULT);
    }
    // SAFETY: the tests pass good addresses.
    unsafe { core::ptr::copy(from.as_ptr(), to, from.len()) };
    Ok(())
}

/// One piece of the caller's memory: `struct iovec`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Piece {
    /// First byte.
    pub base: *mut u8,
    /// Number of bytes.
    pub len: usize,
}

/// The pieces of one read or write and how far it has come.
#[derive(Clone)]
pub struct User<'a> {
    current: Piece,
    rest: &'a [Piece],
    remaining: usize,
}

impl<'a> User<'a> {
    /// One piece. A length that no file can have is cut: POSIX leaves it open, and a read or write may
    /// always be short.
    pub fn new(base: *mut u8, len: usize) -> Self {
        let len = len.min(isize::MAX as usize);
        User {
            current: Piece { base, len },
            rest: &[],
            remaining: len,
        }
    }

    /// Memory that is read only.
    pub fn from_slice(bytes: &'a [u8]) -> Self {
        User::new(bytes.as_ptr().cast_mut(), bytes.len())
    }

    /// Many pieces; `EINVAL` if their sum is more than `ssize_t` holds.
    pub fn pieces(pieces: &'a [Piece]) -> Result<Self> {
        let mut remaining: usize = 0;
        for piece in pieces {
            remaining = remaining
                .checked_add(piece.len)
                .filter(|sum| *sum <= isize::MAX as usize)
                .ok_or(Errno::EINVAL)?;
        }
        Ok(User {
            current: Piece {
                base: core::ptr::null_mut(),
                len: 0,
            },
            rest: pieces,
            remaining,
        })
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.remaining
    }

    /// Calls `f` with contiguous parts (address, offset into the whole, length) of the next `len` bytes.
    fn walk(
        &mut self,
        len: usize,
        mut f: impl FnMut(*mut u8, usize, usize) -> Result<()>,
    ) -> Result<()> {
        let mut done = 0;
        while done < len {
            if self.current.len == 0 {
                let Some((first, rest)) = self.rest.split_first() else {
                    return Err(Errno::EFAULT);
                };
                (self.current, self.rest) = (*first, rest);
                continue;
            }
            let count = self.current.len.min(len - done);
            f(self.current.base, done, count)?;
            self.current.base = self.current.base.wrapping_add(count);
            self.current.len -= count;
            self.remaining -= count;
            done += count;
        }
        Ok(())
    }

    /// Stores bytes in the caller's memory; there must be room for them.
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.walk(bytes.len(), |to, at, len| {
            copy_out(to, &bytes[at..at + len])
        })
    }

    /// Stores `len` zeros in the caller's memory.
    pub fn put_zeros(&mut self, mut len: usize) -> Result<()> {
        static ZEROS: [u8; 1024] = [0; 1024];
        while len > 0 {
            let count = len.min(ZEROS.len());
            self.put(&ZEROS[..count])?;
            len -= count;
        }
        Ok(())
    }

    /// Takes bytes from the caller's memory; there must be as many.
    pub fn take(&mut self, to: &mut [u8]) -> Result<()> {
        self.walk(to.len(), |from, at, len| {
            copy_in(&mut to[at..at + len], from)
        })
    }

    /// Takes `len` bytes from the caller's memory to the end of a vector that has room for them.
    pub fn append(&mut self, to: &mut Vec<u8>, len: usize) -> Result<()> {
        let start = to.len();
        let room = &mut to.spare_capacity_mut()[..len];
        // SAFETY: the bytes are only written through this slice.
        self.take(unsafe { slice::from_raw_parts_mut(room.as_mut_ptr().cast(), len) })?;
        // SAFETY: without an error all of them were written.
        unsafe { to.set_len(start + len) };
        Ok(())
    }

    /// Passes over bytes.
    pub fn skip(&mut self, len: usize) -> Result<()> {
        self.walk(len, |_, _, _| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_walked_in_order() {
        let (mut a, mut b) = ([0u8; 3], [0u8; 5]);
        let pieces = [
            Piece {
                base: a.as_mut_ptr(),
                len: 3,
            },
            Piece {
                base: core::ptr::null_mut(),
                len: 0,
            },
            Piece {
                base: b.as_mut_ptr(),
                len: 5,
            },
        ];
        let mut user = User::pieces(&pieces).unwrap();
        user.put(b"hell").unwrap();
        assert_eq!(user.remaining(), 4);
        user.put(b"o").unwrap();
        user.put_zeros(1).unwrap();
        user.skip(1).unwrap();
        user.put(b"!").unwrap();
        assert_eq!(user.put(b"x"), Err(Errno::EFAULT));
        assert_eq!((&a, &b), (b"hel", b"lo\0\0!"));
        let mut user = User::pieces(&pieces).unwrap();
        let mut text = [0; 8];
        user.take(&mut text).unwrap();
        assert_eq!(&text, b"hello\0\0!");
    }

    #[test]
    fn sums_that_overflow_are_refused() {
        let piece = Piece {
            base: core::ptr::null_mut(),
            len: usize::MAX,
        };
        assert_eq!(User::pieces(&[piece, piece]).err(), Some(Errno::EINVAL));
        assert_eq!(
            User::new(core::ptr::null_mut(), usize::MAX).remaining(),
            isize::MAX as usize
        );
    }
}
