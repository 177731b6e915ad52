//! Which pages are in memory: what `madvise`, `mlock`, `mincore` and `msync` do.

use core::sync::atomic::Ordering;

use super::kernel::{Tables, root};
use super::map::LOCK_NEW;
use super::page_table;
use super::regions::{Attributes, Backing};
use super::space::{
    Purpose, SPACE, Space, checked_range, hold, let_others, split_pages, take_pages,
};
use super::{FRAME_SIZE, HEAP_START, USER_END, brk, fault, image};
use crate::errno::{Errno, Result};

/// Around the frames of a thread that discards pages of its own stack, these bytes of it stay: they are
/// in use, and a page that is being discarded cannot be touched.
const STACK_KEPT_BELOW: usize = 16 * 1024;
const STACK_KEPT_ABOVE: usize = 1024;

/// Drops the content of a range: the next touch finds zeros. The pages that the call itself runs on
/// stay.
///
/// # Errors
/// `EINVAL` (unaligned, or locked), `ENOMEM` (a page is not mapped, or no memory to split a large page).
pub fn discard(address: usize, len: usize) -> Result<()> {
    let (start, end) = checked_range(address, len)?;
    if start == end {
        return Ok(());
    }
    check_covered(start, end)?;
    if any_region(start, end - start, |attributes| attributes.locked) {
        return Err(Errno::EINVAL);
    }
    let here = &raw const start as usize;
    let stack = SPACE.lock().regions.find(here).copied();
    let (low, high) = stack.map_or((start, start), |stack| {
        let low = (here - STACK_KEPT_BELOW) & !(FRAME_SIZE - 1);
        let high = (here + STACK_KEPT_ABOVE).next_multiple_of(FRAME_SIZE);
        (low.max(stack.start), high.min(stack.end))
    });
    if end <= low || high <= start {
        return discard_part(start, end);
    }
    for (start, end) in [(start, low), (high, end)] {
        if start < end {
            discard_part(start, end)?;
        }
    }
    Ok(())
}

fn discard_part(start: usize, end: usize) -> Result<()> {
    let _range = hold(start, end, Purpose::Discard, false);
    {
        let _space = SPACE.lock();
        split_pages(start, end)?;
    }
    take_pages(start, end);
    Ok(())
}

/// Whether every page of a range is mapped.
///
/// # Errors
/// `EINVAL` (unaligned), `ENOMEM` (one is not).
pub fn check_mapped(address: usize, len: usize) -> Result<()> {
    checked_mapped(address, len).map(drop)
}

/// The pages of a range, which all must be mapped. Those of the image are none of the regions': for them
/// the answer is an empty range.
fn checked_mapped(address: usize, len: usize) -> Result<(usize, usize)> {
    if !address.is_multiple_of(FRAME_SIZE) {
        return Err(Errno::EINVAL);
    }
    let end = len
        .checked_next_multiple_of(FRAME_SIZE)
        .and_then(|len| address.checked_add(len))
        .ok_or(Errno::ENOMEM)?;
    let in_image = image::segments()
        .any(|(segment, _)| segment.start as usize <= address && end <= segment.end as usize);
    if in_image || address == end {
        return Ok((address, address));
    }
    let range = checked_range(address, len)?;
    check_covered(range.0, range.1)?;
    Ok(range)
}

fn check_covered(start: usize, end: usize) -> Result<()> {
    let (break_end, _) = brk::ends();
    let beyond_break = start < brk::area_end() && end > break_end.max(HEAP_START);
    if !beyond_break && SPACE.lock().regions.is_covered(start, end) {
        Ok(())
    } else {
        Err(Errno::ENOMEM)
    }
}

/// Backs all pages of a range with memory now, as far as there is some and their access allows any.
///
/// # Errors
/// `ENOMEM` when memory is out.
pub fn populate(address: usize, len: usize) -> Result<()> {
    let until = address.saturating_add(len);
    let mut at = address;
    while at < until {
        match fault::back(at) {
            fault::Backed::Upto(end) => at = end,
            fault::Backed::OutOfMemory => return Err(Errno::ENOMEM),
            fault::Backed::Not => {
                // Reservations may be very large.
                let region = SPACE.lock().regions.find_from(at).copied();
                at = match region {
                    None => until,
                    Some(region) if region.start > at => region.start,
                    Some(region) if region.attributes.access.is_none() => region.end,
                    Some(_) => at + FRAME_SIZE,
                };
            }
        }
    }
    Ok(())
}

/// Changes attributes of a range's regions.
fn update(start: usize, end: usize, change: impl FnMut(&mut Attributes)) -> Result<()> {
    loop {
        let mut space = SPACE.lock();
        if space.held_in(start, end).is_none() {
            return space.regions.update(start, end, change);
        }
        drop(space);
        let_others();
    }
}

/// Backs the pages of a range and keeps them (`mlock`), or no longer keeps them. The pages of the image are
/// always there.
///
/// # Errors
/// `ENOMEM`: a page is not mapped, or memory is out.
pub fn lock(address: usize, len: usize, locked: bool) -> Result<()> {
    let start = address & !(FRAME_SIZE - 1);
    let len = len.checked_add(address - start).ok_or(Errno::ENOMEM)?;
    let (start, end) = checked_mapped(start, len)?;
    if start == end {
        return Ok(());
    }
    update(start, end, |attributes| attributes.locked = locked)?;
    if locked {
        populate(start, end - start)?;
    }
    Ok(())
}

/// Locks what is mapped now (as far as it is charged or a file: reservations and the unused parts of stacks
/// are not), and what will be, or neither.
///
/// # Errors
/// `ENOMEM`: memory is out.
pub fn lock_all(current: bool, future: bool) -> Result<()> {
    LOCK_NEW.store(future, Ordering::Relaxed);
    if !current {
        return if future {
            Ok(())
        } else {
            update(HEAP_START, USER_END, |attributes| attributes.locked = false)
        };
    }
    update(HEAP_START, USER_END, |attributes| {
        let shared = matches!(attributes.backing, Backing::Shared { .. });
        attributes.locked |= attributes.charged || shared;
    })?;
    let mut at = HEAP_START;
    loop {
        let region = SPACE.lock().regions.find_from(at).copied();
        let Some(region) = region else { return Ok(()) };
        if region.attributes.locked {
            let end = match region.attributes.backing {
                Backing::Heap => brk::ends().0,
                _ => region.end,
            };
            let start = region.start.max(at);
            populate(start, end.saturating_sub(start))?;
        }
        at = region.end;
    }
}

/// Whether a region in a range satisfies a condition.
pub fn any_region(address: usize, len: usize, condition: impl Fn(&Attributes) -> bool) -> bool {
    let space = SPACE.lock();
    let mut regions = space
        .regions
        .overlapping(address, address.saturating_add(len));
    regions.any(|region| condition(&region.attributes))
}

/// Tells `found` for each page of a range whether it is in memory: it is mapped, or its object has it.
///
/// # Errors
/// `EINVAL` (unaligned), `ENOMEM` (a page is not mapped), and those of `found`.
pub fn residence(
    address: usize,
    len: usize,
    mut found: impl FnMut(bool) -> Result<()>,
) -> Result<()> {
    checked_mapped(address, len)?;
    for at in (address..address + len).step_by(FRAME_SIZE) {
        let resident = SPACE.lock().is_resident(at);
        found(resident)?;
    }
    Ok(())
}

impl Space {
    fn is_resident(&self, address: usize) -> bool {
        if page_table::lookup(&Tables, root(), address).is_some() {
            return true;
        }
        match self
            .regions
            .find(address)
            .map(|region| region.attributes.backing)
        {
            Some(Backing::Shared { object, base }) => self
                .objects
                .get(object)
                .is_some_and(|object| object.find(address.wrapping_sub(base) as u64).is_some()),
            _ => false,
        }
    }
}
