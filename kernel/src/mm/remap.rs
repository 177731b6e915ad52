//! Changing the size of a mapping: what Linux's `mremap` does.
//!
//! A mapping grows where it is if there is room behind it. Else it moves: the pages of an object are shown
//! at the new place, others are copied there, one after the other, if they were ever touched.

use super::kernel::{COMMIT, Tables, direct_map, root};
use super::map::{self, Mapping, Place, Shared};
use super::page_table::{self, Access};
use super::protect::protect;
use super::regions::{Attributes, Backing, Region};
use super::space::{SPACE, checked_range, let_others};
use super::{FRAME_SIZE, PhysAddr, shared};
use crate::arch::uaccess;
use crate::errno::{Errno, Result};

/// Where a mapping that is resized may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Where it is.
    Here,
    /// Anywhere.
    Anywhere,
    /// At this address, instead of what is there.
    At(usize),
}

/// Resizes a mapping and answers where it is then.
///
/// # Errors
/// `EINVAL` (unaligned, no length, or the old and the new place overlap), `EFAULT` (the old range is not
/// part of one mapping), `ENOMEM` (no room, or no memory).
pub fn remap(address: usize, old_len: usize, new_len: usize, target: Target) -> Result<usize> {
    let round = |len: usize| {
        len.checked_next_multiple_of(FRAME_SIZE)
            .ok_or(Errno::EINVAL)
    };
    let (old_len, new_len) = (round(old_len)?, round(new_len)?);
    if !address.is_multiple_of(FRAME_SIZE) || old_len == 0 || new_len == 0 {
        return Err(Errno::EINVAL);
    }
    let (start, end) = checked_range(address, old_len).map_err(|_| Errno::EFAULT)?;
    if let Target::At(to) = target {
        let (to, to_end) = checked_range(to, new_len).map_err(|_| Errno::EINVAL)?;
        if to < end && start < to_end {
            return Err(Errno::EINVAL);
        }
    }
    let region = SPACE.lock().regions.find(start).copied();
    let region = region
        .filter(|region| end <= region.end && region.attributes.backing != Backing::Heap)
        .ok_or(Errno::EFAULT)?;
    if let Backing::Shared { object, base } = region.attributes.backing {
        let (_, file) = shared::mapped(object).ok_or(Errno::EFAULT)?;
        let first = start.wrapping_sub(base) as u64;
        file.share(first..first.saturating_add(new_len as u64))?;
    }
    let moves = matches!(target, Target::At(_));
    if new_len < old_len {
        map::unmap(start + new_len, old_len - new_len)?;
        if !moves {
            return Ok(start);
        }
    }
    if !moves && (new_len <= old_len || grow(end, new_len - old_len, region.attributes)?) {
        return Ok(start);
    }
    let place = match target {
        Target::Here => return Err(Errno::ENOMEM),
        Target::Anywhere => Place::Hint(0),
        Target::At(to) => Place::Replace(to),
    };
    let kept = old_len.min(new_len);
    let to = move_to(place, start, kept, new_len, region.attributes)?;
    map::unmap(start, kept)?;
    Ok(to)
}

/// Adds pages to the mapping that ends at `end`, if nothing is mapped there; answers whether.
fn grow(end: usize, more: usize, attributes: Attributes) -> Result<bool> {
    let Ok((start, new_end)) = checked_range(end, more) else {
        return Ok(false);
    };
    let pages = more / FRAME_SIZE;
    let charge = if attributes.charged { pages } else { 0 };
    loop {
        let mut space = SPACE.lock();
        if space.held_in(start, new_end).is_some() {
            drop(space);
            let_others();
            continue;
        }
        if !space.regions.is_free(start, new_end) {
            return Ok(false);
        }
        if !COMMIT.charge(charge) {
            return Err(Errno::ENOMEM);
        }
        let inserted = space.regions.insert(Region {
            start,
            end: new_end,
            attributes,
        });
        match (inserted, attributes.backing) {
            (Err(_), _) => COMMIT.uncharge(charge),
            (Ok(()), Backing::Shared { object, .. }) => space.objects.join(object, pages),
            _ => {}
        }
        return inserted.map(|()| true);
    }
}

/// Makes a mapping like an old one and gives it the content.
fn move_to(
    place: Place,
    from: usize,
    kept: usize,
    len: usize,
    attributes: Attributes,
) -> Result<usize> {
    let object = match attributes.backing {
        Backing::Shared { object, base } => {
            let (object, file) = shared::mapped(object).ok_or(Errno::EFAULT)?;
            Some((object, file, from.wrapping_sub(base)))
        }
        _ => None,
    };
    let mapping = Mapping {
        place,
        len,
        access: match object {
            Some(_) => attributes.access,
            None => Access::READ_WRITE,
        },
        lazy: attributes.lazy,
        stack: false,
        shared: object.as_ref().map(|(object, file, offset)| Shared {
            object,
            file,
            offset: *offset,
            read_only: attributes.read_only,
        }),
    };
    let to = map::map(&mapping)?;
    let moved = match object {
        Some(_) => Ok(()),
        None => copy(from, kept, to).and_then(|()| protect(to, len, attributes.access)),
    };
    moved.map(|()| to).inspect_err(|_| {
        // The program never learns of it.
        let _ = map::unmap(to, len);
    })
}

/// Copies the pages that were touched. What is not accessible is copied as well, through the direct map.
fn copy(from: usize, len: usize, to: usize) -> Result<()> {
    for offset in (0..len).step_by(FRAME_SIZE) {
        let frame: Option<PhysAddr> = {
            let _space = SPACE.lock();
            page_table::lookup(&Tables, root(), from + offset)
                .map(|page| page.physical(from + offset))
        };
        if let Some(frame) = frame {
            // SAFETY: the frame is RAM, in the direct map. A program that unmaps what it moves at the
            // same time may find other bytes in its copy.
            let bytes = unsafe { core::slice::from_raw_parts(direct_map(frame), FRAME_SIZE) };
            uaccess::copy_out((to + offset) as *mut u8, bytes)?;
        }
    }
    Ok(())
}
