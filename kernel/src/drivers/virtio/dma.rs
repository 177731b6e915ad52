//! Memory that a device reads and writes: physically contiguous and never freed.

use crate::errno::{Errno, Result};
use crate::mm;

/// A block of memory from which parts are taken.
pub struct Dma {
    address: *mut u8,
    physical: u64,
    len: usize,
    used: usize,
}

impl Dma {
    /// A block of 2^`order` frames, or of fewer, down to `least`, if memory is scarce.
    pub fn new(order: u8, least: u8) -> Result<Self> {
        let found = (least..=order)
            .rev()
            .find_map(|order| Some((mm::alloc_frames(order)?, order)));
        let (physical, order) = found.ok_or(Errno::ENOMEM)?;
        let (address, len) = (mm::direct_map(physical), 4096 << order);
        // SAFETY: the frames are ours and RAM is in the direct map.
        unsafe { address.write_bytes(0, len) };
        Ok(Dma {
            address,
            physical,
            len,
            used: 0,
        })
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.len - self.used
    }

    /// Takes a part: its address and its physical address. Its content is undefined.
    ///
    /// # Errors
    /// `ENOMEM`: the block is too small.
    pub fn take(&mut self, len: usize, align: usize) -> Result<(*mut u8, u64)> {
        let start = self.used.next_multiple_of(align);
        if start + len > self.len {
            return Err(Errno::ENOMEM);
        }
        self.used = start + len;
        Ok((
            self.address.wrapping_add(start),
            self.physical + start as u64,
        ))
    }
}
