//! What `mprotect` does.

use super::kernel::{COMMIT, Tables, root};
use super::page_table::{self, Access};
use super::regions::Attributes;
use super::space::{SPACE, Space, checked_range, let_others, split_pages};
use super::{FRAME_SIZE, image};
use crate::arch::tlb;
use crate::errno::{Errno, Result};

/// Changes what the program may do with the pages of a range, all of which must be mapped. The pages of
/// the image can be changed too.
///
/// # Errors
/// `EINVAL` (unaligned), `ENOMEM` (a page is not mapped, or there is not enough RAM to promise what
/// becomes writable), `EACCES` (a shared mapping of a file that is not open for writing).
pub fn protect(address: usize, len: usize, access: Access) -> Result<()> {
    if !address.is_multiple_of(FRAME_SIZE) {
        return Err(Errno::EINVAL);
    }
    let lost = match checked_range(address, len) {
        Ok((start, end)) if start < end => loop {
            let mut space = SPACE.lock();
            if space.held_in(start, end).is_none() {
                break protect_regions(&mut space, start, end, access)?;
            }
            drop(space);
            let_others();
        },
        Ok(_) => false,
        Err(_) => protect_image(address, len, access)?,
    };
    if lost {
        tlb::shootdown(address, len.next_multiple_of(FRAME_SIZE));
    }
    Ok(())
}

fn protect_regions(space: &mut Space, start: usize, end: usize, access: Access) -> Result<bool> {
    if !space.regions.is_covered(start, end) {
        return Err(Errno::ENOMEM);
    }
    let mut regions = space.regions.overlapping(start, end);
    if access.write && regions.any(|region| region.attributes.read_only) {
        return Err(Errno::EACCES);
    }
    drop(regions);
    let newly_charged =
        |attributes: &Attributes| access.write && !attributes.charged && !attributes.lazy;
    let promised = space
        .regions
        .overlapping(start, end)
        .filter(|region| newly_charged(&region.attributes))
        .map(|region| region.len() / FRAME_SIZE)
        .sum();
    split_pages(start, end)?;
    space.regions.split(start)?;
    space.regions.split(end)?;
    if !COMMIT.charge(promised) {
        return Err(Errno::ENOMEM);
    }
    if promised > 0 {
        // Pages that were charged at their touch are now charged with the region.
        let touched: usize = space
            .regions
            .overlapping(start, end)
            .filter(|region| newly_charged(&region.attributes))
            .map(|region| page_table::settle(&Tables, root(), region.start, region.end))
            .sum();
        COMMIT.uncharge(touched);
    }
    space.regions.update(start, end, |attributes| {
        attributes.charged |= newly_charged(attributes);
        attributes.access = access;
    })?;
    Ok(page_table::protect(&Tables, root(), start, end, access))
}

fn protect_image(address: usize, len: usize, access: Access) -> Result<bool> {
    let end = len
        .checked_next_multiple_of(FRAME_SIZE)
        .and_then(|len| address.checked_add(len))
        .ok_or(Errno::ENOMEM)?;
    let inside = image::segments()
        .any(|(segment, _)| segment.start as usize <= address && end <= segment.end as usize);
    if !inside {
        return Err(Errno::ENOMEM);
    }
    let space = SPACE.lock();
    split_pages(address, end)?;
    let lost = page_table::protect(&Tables, root(), address, end, access);
    drop(space);
    Ok(lost)
}
