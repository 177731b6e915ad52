//! The objects that are mapped: which they are, and in how many pages of the address space.
//!
//! Regions name an object by a number. The table counts the pages of all its regions and lets the object
//! go when there are none any more, without holding a lock.
//!
//! Of an object that holds a part of a file kept elsewhere, the processors mark the pages that are written
//! to. Marks are collected in the object, from where the file takes them when it writes back: when
//! it is told to (`msync`, `fsync`), when the last mapping goes, and when the program ends.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::kernel::{Tables, root};
use super::object::{Object, WINDOW};
use super::page_table;
use super::regions::{Backing, Region};
use super::space::{Purpose, SPACE, Space, hold, take_pages};
use super::{FRAME_SIZE, HEAP_START, USER_END};
use crate::arch::tlb;
use crate::errno::{Errno, Result};
use crate::fs::file::File;

/// An object that is mapped.
struct Entry {
    object: Arc<Object>,
    file: Arc<dyn File>,
    pages: usize,
}

/// The objects that are mapped, by number.
pub(super) struct Objects(Vec<Option<Entry>>);

impl Objects {
    pub(super) const fn new() -> Self {
        Objects(Vec::new())
    }

    /// The object with a number.
    pub(super) fn get(&self, number: u32) -> Option<&Arc<Object>> {
        let entry = self.0.get(number as usize)?.as_ref()?;
        Some(&entry.object)
    }

    fn position(&self, object: *const Object) -> Option<usize> {
        self.0.iter().position(|entry| {
            entry
                .as_ref()
                .is_some_and(|entry| Arc::as_ptr(&entry.object) == object)
        })
    }

    /// Counts more pages that show the object with a number.
    pub(super) fn join(&mut self, number: u32, pages: usize) {
        if let Some(Some(entry)) = self.0.get_mut(number as usize) {
            entry.pages += pages;
        }
    }

    /// Counts pages that show the object with a number no more.
    pub(super) fn leave(&mut self, number: u32, pages: usize) {
        if let Some(Some(entry)) = self.0.get_mut(number as usize) {
            entry.pages -= pages;
        }
    }
}

/// The object with a number and its file.
pub(super) fn mapped(number: u32) -> Option<(Arc<Object>, Arc<dyn File>)> {
    let space = SPACE.lock();
    let entry = space.objects.0.get(number as usize)?.as_ref()?;
    Some((entry.object.clone(), entry.file.clone()))
}

/// The number of an object, of which `pages` more will be mapped. A file by which it can be written to
/// takes the place of one by which it perhaps cannot.
///
/// # Errors
/// `ENOMEM`.
pub(super) fn adopt(
    object: &Arc<Object>,
    file: &Arc<dyn File>,
    writable: bool,
    pages: usize,
) -> Result<u32> {
    // Dropped without the lock.
    let _before;
    let mut space = SPACE.lock();
    let entries = &mut space.objects.0;
    let known = entries.iter().position(|entry| {
        entry
            .as_ref()
            .is_some_and(|entry| Arc::ptr_eq(&entry.object, object))
    });
    if let Some(number) = known
        && let Some(entry) = &mut entries[number]
    {
        entry.pages += pages;
        if writable {
            _before = core::mem::replace(&mut entry.file, file.clone());
        }
        drop(space);
        return Ok(number as u32);
    }
    let number = match entries.iter().position(Option::is_none) {
        Some(number) => number,
        None => {
            entries.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
            entries.push(None);
            entries.len() - 1
        }
    };
    entries[number] = Some(Entry {
        object: object.clone(),
        file: file.clone(),
        pages,
    });
    Ok(number as u32)
}

/// Lets go of objects that are mapped nowhere any more. No lock is held.
pub(super) fn drop_unused() {
    loop {
        let mut space = SPACE.lock();
        let unused = space
            .objects
            .0
            .iter_mut()
            .find(|entry| entry.as_ref().is_some_and(|entry| entry.pages == 0));
        let Some(unused) = unused.and_then(Option::take) else {
            return;
        };
        drop(space);
        if unused.object.is_partial() {
            // There is nobody to be told of an error; `msync` would have.
            let _ = unused.file.mapping_written();
        }
    }
}

impl Space {
    /// Marks the page of a partial object that is shown at `address`, if one is.
    pub(super) fn mark_written(&self, address: usize) {
        if let Some(region) = self.regions.find(address)
            && let Backing::Shared { object, base } = region.attributes.backing
            && let Some(object) = self.objects.get(object)
        {
            object.mark(address.wrapping_sub(base) as u64);
        }
    }

    /// Counts the pages of a range, which are about to go, off their objects; answers whether there are any.
    pub(super) fn leave_objects(&mut self, start: usize, end: usize) -> bool {
        let Space {
            regions, objects, ..
        } = self;
        let mut any = false;
        for region in regions.overlapping(start, end) {
            if let Backing::Shared { object, .. } = region.attributes.backing {
                objects.leave(object, region.len() / FRAME_SIZE);
                any = true;
            }
        }
        any
    }
}

/// The part of a region, from address `from` on, that shows the object with a number from position `first`
/// on.
fn part(region: &Region, from: usize, number: u32, first: u64) -> Option<(usize, usize)> {
    let Backing::Shared { object, base } = region.attributes.backing else {
        return None;
    };
    if object != number {
        return None;
    }
    let position = region.start.wrapping_sub(base) as u64;
    let skipped = usize::try_from(first.saturating_sub(position)).ok()?;
    let start = region.start.checked_add(skipped)?.max(from);
    (start < region.end).then_some((start, region.end))
}

/// Takes the pages of an object from position `first` on out of all mappings. The caller holds no spin
/// lock; the pages cannot be found in the object any more, so they do not come back.
pub fn withdraw(object: &Object, first: u64) {
    let mut at = HEAP_START;
    while let Some((start, end)) = find_part(object, first, at) {
        let _range = hold(start, end, Purpose::Discard, false);
        // Something else may have come in its place before the range was held.
        if find_part(object, first, at) == Some((start, end)) {
            take_pages(start, end);
            at = end;
        }
    }
}

/// The first part of a region from `at` on that shows an object from position `first` on.
fn find_part(object: &Object, first: u64, at: usize) -> Option<(usize, usize)> {
    let space = SPACE.lock();
    let number = space.objects.position(object)? as u32;
    let mut regions = space.regions.overlapping(at, USER_END);
    regions.find_map(|region| part(&region, at, number, first))
}

/// Moves the processors' marks of the pages that mappings of a partial object wrote to into the object.
pub(super) fn collect(object: &Object) {
    let mut at = HEAP_START;
    while let Some((start, end)) = find_part(object, 0, at) {
        let mut any = false;
        for from in (start..end).step_by(WINDOW as usize) {
            let to = end.min(from + WINDOW as usize);
            let space = SPACE.lock();
            page_table::take_dirty(&Tables, root(), from, to, &mut |address, _| {
                any = true;
                // Another object's if that has come in its place since.
                space.mark_written(address);
            });
        }
        if any {
            tlb::shootdown(start, end - start);
        }
        at = end;
    }
}

/// Writes back what mappings of partial objects wrote: the program ends.
pub fn write_all_back() {
    for number in 0.. {
        let file = {
            let space = SPACE.lock();
            match space.objects.0.get(number) {
                None => return,
                Some(Some(entry)) if entry.object.is_partial() => entry.file.clone(),
                Some(_) => continue,
            }
        };
        // There is nobody to be told of an error.
        let _ = file.mapping_written();
    }
}

/// The files that are mapped shared in a range and can be written to there.
///
/// # Errors
/// `ENOMEM`.
pub fn written_files(address: usize, len: usize) -> Result<Vec<Arc<dyn File>>> {
    let mut files = Vec::new();
    let space = SPACE.lock();
    for region in space
        .regions
        .overlapping(address, address.saturating_add(len))
    {
        if let Backing::Shared { object, .. } = region.attributes.backing
            && !region.attributes.read_only
            && let Some(Some(entry)) = space.objects.0.get(object as usize)
        {
            files.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
            files.push(entry.file.clone());
        }
    }
    Ok(files)
}
