//! Making and removing mappings: what `mmap` and `munmap` do.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use super::FRAME_SIZE;
use super::kernel::COMMIT;
use super::object::Object;
use super::page_table::Access;
use super::regions::{Attributes, Backing, Region, RegionSet};
use super::shared;
use super::space::{
    EXECUTABLE_STACKS, Purpose, SPACE, Space, checked_range, hold, let_others, split_pages,
    take_pages, touches_heap,
};
use crate::errno::{Errno, Result};
use crate::fs::file::File;

/// Pages that were charged with regions in a range of the set.
fn charged_pages(regions: &RegionSet, start: usize, end: usize) -> usize {
    regions
        .overlapping(start, end)
        .filter(|region| {
            region.attributes.charged && region.attributes.backing == Backing::Anonymous
        })
        .map(|region| region.len() / FRAME_SIZE)
        .sum()
}

/// Where a new mapping goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Wherever there is room; at this address if it is free (0: no wish).
    Hint(usize),
    /// At this address, instead of what is there.
    Replace(usize),
    /// At this address, if it is free.
    Vacant(usize),
}

/// The pages of a file, to be shared.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    /// The pages.
    pub object: &'a Arc<Object>,
    /// Whose they are.
    pub file: &'a Arc<dyn File>,
    /// Position where the mapping begins, a multiple of the page size.
    pub offset: usize,
    /// The mapping can never be written to.
    pub read_only: bool,
}

/// A mapping to be made.
#[derive(Clone, Copy)]
pub struct Mapping<'a> {
    /// Where.
    pub place: Place,
    /// Size in bytes, any number but 0.
    pub len: usize,
    /// What the program may do.
    pub access: Access,
    /// Do not charge it (`MAP_NORESERVE`).
    pub lazy: bool,
    /// It is a stack.
    pub stack: bool,
    /// What it shows; nothing: zeros.
    pub shared: Option<Shared<'a>>,
}

/// Whether new mappings are locked (`mlockall`).
pub(super) static LOCK_NEW: AtomicBool = AtomicBool::new(false);

/// Whether new mappings are to be backed at once, and kept.
pub fn locks_new() -> bool {
    LOCK_NEW.load(Ordering::Relaxed)
}

/// Makes a mapping and answers where it is.
///
/// # Errors
/// `EINVAL` (no length, unaligned fixed address), `EEXIST` (not vacant), `ENOMEM` (no address space, not
/// enough RAM for what is promised, or a fixed address that programs cannot have).
pub fn map(mapping: &Mapping) -> Result<usize> {
    let Mapping {
        mut access, stack, ..
    } = *mapping;
    if mapping.len == 0 {
        return Err(Errno::EINVAL);
    }
    let len = mapping
        .len
        .checked_next_multiple_of(FRAME_SIZE)
        .ok_or(Errno::ENOMEM)?;
    if stack && access.write && EXECUTABLE_STACKS.load(Ordering::Relaxed) {
        access.execute = true;
    }
    // Pages of an object are charged when they are made.
    let lazy = mapping.lazy || stack || mapping.shared.is_some();
    let charged = access.write && !lazy;
    let mut attributes = Attributes {
        charged,
        lazy,
        stack,
        locked: LOCK_NEW.load(Ordering::Relaxed),
        ..Attributes::new(access, Backing::Anonymous)
    };
    let pages = if charged { len / FRAME_SIZE } else { 0 };
    // A stack that could never be used is a mistake; the usual size never is.
    let hopeless = stack && len > STACK_ALWAYS && len / FRAME_SIZE > COMMIT.limit();
    if hopeless || !COMMIT.charge(pages) {
        return Err(Errno::ENOMEM);
    }
    let adopted = mapping.shared.map(|shared| {
        let object = shared::adopt(
            shared.object,
            shared.file,
            !shared.read_only,
            len / FRAME_SIZE,
        )?;
        attributes.read_only = shared.read_only;
        attributes.backing = Backing::Shared {
            object,
            base: 0usize.wrapping_sub(shared.offset),
        };
        Ok(object)
    });
    let adopted = adopted.transpose()?;
    let result = match mapping.place {
        Place::Hint(address) => place_anywhere(address, len, attributes),
        Place::Vacant(address) => place_vacant(address, len, attributes),
        Place::Replace(address) => place_replacing(address, len, attributes),
    };
    if let (Err(_), Some(object)) = (result, adopted) {
        SPACE.lock().objects.leave(object, len / FRAME_SIZE);
        shared::drop_unused();
    }
    let Ok(start) = result else {
        COMMIT.uncharge(pages);
        return result;
    };
    if stack && access.write {
        let promised = promise_top(&mut SPACE.lock(), start, start + len);
        if let Err(error) = promised {
            // Nothing of it was touched: what is left behind if this fails is an unused range.
            let _ = unmap(start, len);
            return Err(error);
        }
    }
    Ok(start)
}

/// A stack of this size is allowed however little RAM there is.
const STACK_ALWAYS: usize = 64 << 20;

/// What a stack is promised at its upper end, so that a thread that was made can begin.
const STACK_PROMISED: usize = 32 * 1024;

/// Charges the upper end of a new stack.
fn promise_top(space: &mut Space, bottom: usize, top: usize) -> Result<()> {
    let start = bottom.max(top - STACK_PROMISED.min(top));
    let pages = (top - start) / FRAME_SIZE;
    if !COMMIT.charge(pages) {
        return Err(Errno::ENOMEM);
    }
    let updated = space
        .regions
        .update(start, top, |attributes| attributes.charged = true);
    if updated.is_err() {
        COMMIT.uncharge(pages);
    }
    updated
}

fn place_anywhere(hint: usize, len: usize, attributes: Attributes) -> Result<usize> {
    let mut space = SPACE.lock();
    let wish = hint & !(FRAME_SIZE - 1);
    let place = checked_range(wish, len)
        .ok()
        .filter(|(start, end)| {
            space.regions.is_free(*start, *end) && space.held_in(*start, *end).is_none()
        })
        .map(|(start, _)| start)
        .or_else(|| space.find_place(len))
        .ok_or(Errno::ENOMEM)?;
    space.regions.insert(Region {
        start: place,
        end: place + len,
        attributes: attributes.placed_at(place),
    })?;
    Ok(place)
}

/// Finds room for a stack with an inaccessible guard below, and makes both regions. Answers where the
/// guard begins.
///
/// # Errors
/// `ENOMEM`.
pub(super) fn map_stack(guard: usize, len: usize) -> Result<usize> {
    let access = Access {
        execute: EXECUTABLE_STACKS.load(Ordering::Relaxed),
        ..Access::READ_WRITE
    };
    let attributes = Attributes {
        lazy: true,
        stack: true,
        ..Attributes::new(access, Backing::Anonymous)
    };
    let total = guard.checked_add(len).ok_or(Errno::ENOMEM)?;
    let mut space = SPACE.lock();
    let start = space.find_place(total).ok_or(Errno::ENOMEM)?;
    let bottom = start + guard;
    space.regions.insert(Region {
        start: bottom,
        end: bottom + len,
        attributes,
    })?;
    let no_access = Attributes {
        access: Access::NONE,
        ..attributes
    };
    let made = space
        .regions
        .insert(Region {
            start,
            end: bottom,
            attributes: no_access,
        })
        .and_then(|()| promise_top(&mut space, bottom, bottom + len));
    if made.is_err() {
        // The regions were inserted as a whole a moment ago: nothing has to be cut.
        let _ = space.regions.remove(start, bottom + len);
    }
    made.map(|()| start)
}

fn place_vacant(address: usize, len: usize, attributes: Attributes) -> Result<usize> {
    let (start, end) = checked_range(address, len)?;
    loop {
        let mut space = SPACE.lock();
        if space.held_in(start, end).is_none() {
            space.regions.insert(Region {
                start,
                end,
                attributes: attributes.placed_at(start),
            })?;
            return Ok(start);
        }
        drop(space);
        let_others();
    }
}

fn place_replacing(address: usize, len: usize, attributes: Attributes) -> Result<usize> {
    let (start, end) = checked_range(address, len)?;
    if touches_heap(start, end) {
        return Err(Errno::ENOMEM);
    }
    let region = Region {
        start,
        end,
        attributes: attributes.placed_at(start),
    };
    {
        let mut space = SPACE.lock();
        if space.held_in(start, end).is_none() && space.regions.is_free(start, end) {
            space.regions.insert(region)?;
            return Ok(start);
        }
    }
    let range = hold(start, end, Purpose::Unmap, false);
    {
        let mut space = SPACE.lock();
        split_pages(start, end)?;
        // Cut now, so that the replacement below cannot fail.
        space.regions.split(start)?;
        space.regions.split(end)?;
    }
    take_pages(start, end);
    let mut space = SPACE.lock();
    let released = charged_pages(&space.regions, start, end);
    let unshared = space.leave_objects(start, end);
    space.regions.replace(region)?;
    COMMIT.uncharge(released);
    drop(space);
    drop(range);
    if unshared {
        shared::drop_unused();
    }
    Ok(start)
}

/// Takes the mappings of a range away; holes in it do not matter.
///
/// # Errors
/// `EINVAL` (no length, unaligned, outside of what programs can map, or in the heap), `ENOMEM`.
pub fn unmap(address: usize, len: usize) -> Result<()> {
    let (start, end) = checked_range(address, len).map_err(|_| Errno::EINVAL)?;
    if len == 0 || touches_heap(start, end) {
        return Err(Errno::EINVAL);
    }
    let range = hold(start, end, Purpose::Unmap, true);
    {
        let mut space = SPACE.lock();
        split_pages(range.start, range.end)?;
        space.regions.split(start)?;
        space.regions.split(end)?;
    }
    take_pages(range.start, range.end);
    let mut space = SPACE.lock();
    let released = charged_pages(&space.regions, start, end);
    let unshared = space.leave_objects(start, end);
    space.regions.remove(start, end)?;
    COMMIT.uncharge(released);
    drop(space);
    drop(range);
    if unshared {
        shared::drop_unused();
    }
    Ok(())
}

/// Makes the pages of a private mapping from `start` on lie behind the end of its file: an access is
/// `SIGBUS`. Nothing in them was touched.
///
/// # Errors
/// `ENOMEM`.
pub fn end_file(start: usize, end: usize) -> Result<()> {
    let mut space = SPACE.lock();
    let released = charged_pages(&space.regions, start, end);
    space.regions.update(start, end, |attributes| {
        attributes.backing = Backing::BeyondEnd;
        attributes.charged = false;
        attributes.lazy = true;
    })?;
    COMMIT.uncharge(released);
    Ok(())
}

/// Makes a mapping one that can never be written to.
///
/// # Errors
/// `ENOMEM`.
pub fn never_write(start: usize, end: usize) -> Result<()> {
    let mut space = SPACE.lock();
    space
        .regions
        .update(start, end, |attributes| attributes.read_only = true)
}
