//! The regions of the address space: which pages belong to the program, with what access and backing.
//!
//! A sorted sequence of regions that do not overlap; neighbours that are alike are one region. It is
//! kept as a short vector of sorted chunks, so that lookup is a binary search, an insertion moves at
//! most one chunk, and running out of kernel memory is an error that changes nothing: every operation
//! that can fail fails before its first effect (a split that stays is no effect).

extern crate alloc;

use alloc::vec::Vec;

use super::FRAME_SIZE;
use super::page_table::Access;
use crate::errno::{Errno, Result};

/// What gives a region its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// Zeros on first touch.
    Anonymous,
    /// The `sbrk` heap: zeros on first touch below the break, nothing above it.
    Heap,
    /// Nothing: it lies behind the end of a file that is mapped privately.
    BeyondEnd,
    /// The pages of an object. The address `base` (which may have wrapped around) is its position 0, so
    /// that the parts of a region have the same attributes as the whole.
    Shared {
        /// Its number in the address space.
        object: u32,
        /// See above.
        base: usize,
    },
}

/// What is remembered about a region besides its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// What the program may do.
    pub access: Access,
    /// Where the content comes from.
    pub backing: Backing,
    /// All of it was charged against RAM when it was made writable; else pages are when touched.
    pub charged: bool,
    /// It is never charged as a whole (`MAP_NORESERVE`, and stacks).
    pub lazy: bool,
    /// It is a thread's stack: what lies below is its guard.
    pub stack: bool,
    /// It cannot be made writable: a file that is not open for writing is mapped.
    pub read_only: bool,
    /// It is locked (`mlock`): its pages are backed and stay.
    pub locked: bool,
}

impl Attributes {
    /// Memory that is not charged and has nothing special.
    pub const fn new(access: Access, backing: Backing) -> Self {
        Attributes {
            access,
            backing,
            charged: false,
            lazy: false,
            stack: false,
            read_only: false,
            locked: false,
        }
    }

    /// Those of a region that begins at `start`, where `base` was meant for one that begins at 0.
    pub const fn placed_at(self, start: usize) -> Self {
        match self.backing {
            Backing::Shared { object, base } => Attributes {
                backing: Backing::Shared {
                    object,
                    base: base.wrapping_add(start),
                },
                ..self
            },
            _ => self,
        }
    }
}

/// A range of pages that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First byte.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// What it is.
    pub attributes: Attributes,
}

impl Region {
    /// Size in bytes.
    pub const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it has no pages (never so inside a set).
    pub const fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// The part of it in a range.
    fn clip(&self, start: usize, end: usize) -> Region {
        Region {
            start: self.start.max(start),
            end: self.end.min(end),
            ..*self
        }
    }
}

const CHUNK: usize = 64;
/// A program that maps without end is to find one: at 131072 regions or more. Linux has half as many; here each
/// goroutine of a Go program takes two, its stack and the guard.
const MOST_CHUNKS: usize = 4096;

/// Place of a region: chunk and index in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At {
    chunk: usize,
    index: usize,
}

/// A set of regions.
#[derive(Debug)]
pub struct RegionSet {
    /// No chunk is empty, each has room for [`CHUNK`] regions.
    chunks: Vec<Vec<Region>>,
    /// First fit without its cost: no hole that begins below `search_from` is larger than
    /// `largest_hole_below`.
    search_from: usize,
    largest_hole_below: usize,
}

impl RegionSet {
    /// The empty set.
    pub const fn new() -> Self {
        RegionSet {
            chunks: Vec::new(),
            search_from: 0,
            largest_hole_below: 0,
        }
    }

    /// The first region that ends above `address`.
    fn seek(&self, address: usize) -> At {
        let chunk = self
            .chunks
            .partition_point(|c| c.last().is_some_and(|r| r.end <= address));
        let index = self
            .chunks
            .get(chunk)
            .map_or(0, |c| c.partition_point(|r| r.end <= address));
        At { chunk, index }
    }

    fn at(&self, at: At) -> Option<&Region> {
        self.chunks.get(at.chunk)?.get(at.index)
    }

    fn next(&self, at: At) -> At {
        match self.chunks.get(at.chunk) {
            Some(chunk) if at.index + 1 < chunk.len() => At {
                index: at.index + 1,
                ..at
            },
            _ => At {
                chunk: at.chunk + 1,
                index: 0,
            },
        }
    }

    fn previous(&self, at: At) -> Option<At> {
        if at.index > 0 {
            return Some(At {
                index: at.index - 1,
                ..at
            });
        }
        let chunk = at.chunk.checked_sub(1)?;
        Some(At {
            chunk,
            index: self.chunks[chunk].len() - 1,
        })
    }

    /// The region that holds `address`.
    pub fn find(&self, address: usize) -> Option<&Region> {
        self.at(self.seek(address))
            .filter(|region| region.start <= address)
    }

    /// The first region that ends above `address`.
    pub fn find_from(&self, address: usize) -> Option<&Region> {
        self.at(self.seek(address))
    }

    /// The parts of regions in a range, lowest first.
    pub fn overlapping(&self, start: usize, end: usize) -> impl Iterator<Item = Region> + '_ {
        let mut at = self.seek(start);
        core::iter::from_fn(move || {
            let region = self
                .at(at)
                .filter(|region| region.start < end)?
                .clip(start, end);
            at = self.next(at);
            Some(region)
        })
    }

    /// Whether no region has a page in a range.
    pub fn is_free(&self, start: usize, end: usize) -> bool {
        self.overlapping(start, end).next().is_none()
    }

    /// Whether every page of a range belongs to a region.
    pub fn is_covered(&self, start: usize, end: usize) -> bool {
        let mut at = start;
        for region in self.overlapping(start, end) {
            if region.start != at {
                return false;
            }
            at = region.end;
        }
        at == end
    }

    /// The hole that there would be if nothing were mapped in a range: from the end of the region
    /// before it to the start of the one behind it, within `low..high`.
    pub fn hole_around(&self, start: usize, end: usize, low: usize, high: usize) -> (usize, usize) {
        let first = self.seek(start);
        let below = match self.at(first) {
            Some(region) if region.start < start => start,
            _ => self
                .previous(first)
                .and_then(|p| self.at(p))
                .map_or(low, |r| r.end.max(low)),
        };
        let behind = self.at(self.seek(end));
        let above = behind.map_or(high, |region| region.start.clamp(end, high.max(end)));
        (below, above)
    }

    /// Adds a region before a place; a full chunk is cut in two.
    fn insert_at(&mut self, at: At, region: Region) -> Result<()> {
        let no_memory = |_| Errno::ENOMEM;
        if self.chunks.is_empty() {
            self.chunks.try_reserve(1).map_err(no_memory)?;
            let mut chunk = Vec::new();
            chunk.try_reserve_exact(CHUNK).map_err(no_memory)?;
            chunk.push(region);
            self.chunks.push(chunk);
            return Ok(());
        }
        // Behind the last chunk means at the end of the last chunk.
        let mut at = at;
        if at.chunk == self.chunks.len() {
            at = At {
                chunk: at.chunk - 1,
                index: self.chunks[at.chunk - 1].len(),
            };
        }
        if self.chunks[at.chunk].len() == CHUNK {
            if self.chunks.len() == MOST_CHUNKS {
                return Err(Errno::ENOMEM);
            }
            self.chunks.try_reserve(1).map_err(no_memory)?;
            let mut upper = Vec::new();
            upper.try_reserve_exact(CHUNK).map_err(no_memory)?;
            // Appending is common and then leaves full chunks behind.
            let keep = if at.index == CHUNK {
                CHUNK - 1
            } else {
                CHUNK / 2
            };
            upper.extend(self.chunks[at.chunk].drain(keep..));
            self.chunks.insert(at.chunk + 1, upper);
            if at.index > keep {
                at = At {
                    chunk: at.chunk + 1,
                    index: at.index - keep,
                };
            }
        }
        self.chunks[at.chunk].insert(at.index, region);
        Ok(())
    }

    fn remove_at(&mut self, at: At) {
        self.chunks[at.chunk].remove(at.index);
        if self.chunks[at.chunk].is_empty() {
            self.chunks.remove(at.chunk);
        }
    }

    /// Joins the region that ends at `address` with the one that starts there, if they are alike.
    fn join(&mut self, address: usize) {
        let right = self.seek(address);
        let Some(left) = self.previous(right) else {
            return;
        };
        let (Some(a), Some(b)) = (self.at(left).copied(), self.at(right).copied()) else {
            return;
        };
        if a.end == address && b.start == address && a.attributes == b.attributes {
            self.remove_at(right);
            self.chunks[left.chunk][left.index].end = b.end;
        }
    }

    /// Cuts the region that reaches across `address` in two.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn split(&mut self, address: usize) -> Result<()> {
        let at = self.seek(address);
        let Some(region) = self.at(at).copied().filter(|region| region.start < address) else {
            return Ok(());
        };
        self.insert_at(
            at,
            Region {
                end: address,
                ..region
            },
        )?;
        // The right half is now the one that ends above `address`.
        let right = self.seek(address);
        self.chunks[right.chunk][right.index].start = address;
        Ok(())
    }

    /// Adds a region where there is a hole.
    ///
    /// # Errors
    /// `EEXIST` if there is none, `EINVAL` for an empty region, `ENOMEM`.
    pub fn insert(&mut self, region: Region) -> Result<()> {
        if region.is_empty() {
            return Err(Errno::EINVAL);
        }
        if !self.is_free(region.start, region.end) {
            return Err(Errno::EEXIST);
        }
        // Most often it continues the region below, as stacks and heaps of allocators do.
        let at = self.seek(region.start);
        if let Some(below) = self.previous(at)
            && let Some(left) = self.at(below)
            && left.end == region.start
            && left.attributes == region.attributes
        {
            self.chunks[below.chunk][below.index].end = region.end;
        } else {
            self.insert_at(at, region)?;
        }
        self.join(region.end);
        Ok(())
    }

    /// Takes all pages of a range out.
    ///
    /// # Errors
    /// `ENOMEM` if a region had to be cut in two; nothing is removed then.
    pub fn remove(&mut self, start: usize, end: usize) -> Result<()> {
        self.split(start)?;
        self.split(end)?;
        loop {
            let at = self.seek(start);
            let Some(chunk) = self.chunks.get_mut(at.chunk) else {
                break;
            };
            let until = chunk.partition_point(|region| region.start < end);
            if until <= at.index {
                break;
            }
            chunk.drain(at.index..until);
            if chunk.is_empty() {
                self.chunks.remove(at.chunk);
            }
        }
        let (below, above) = self.hole_around(start, end, 0, usize::MAX);
        if below < self.search_from {
            self.largest_hole_below = self.largest_hole_below.max(above - below);
        }
        Ok(())
    }

    /// Puts a region in place of all that is in its range.
    ///
    /// # Errors
    /// `ENOMEM`; nothing is replaced then.
    pub fn replace(&mut self, region: Region) -> Result<()> {
        self.split(region.start)?;
        self.split(region.end)?;
        let first = self.seek(region.start);
        match self.at(first) {
            Some(old) if old.start < region.end => {
                // The first old region becomes the new one, so nothing can fail from here on.
                let old_end = old.end;
                self.chunks[first.chunk][first.index] = Region {
                    start: region.start,
                    ..region
                };
                self.chunks[first.chunk][first.index].end = old_end;
                let rest = (old_end, region.end);
                if rest.0 < rest.1 {
                    self.remove(rest.0, rest.1)?;
                }
                let at = self.seek(region.start);
                self.chunks[at.chunk][at.index].end = region.end;
                self.join(region.start);
                self.join(region.end);
                Ok(())
            }
            _ => self.insert(region),
        }
    }

    /// Changes the attributes of all pages of a range.
    ///
    /// # Errors
    /// `ENOMEM` if a region had to be cut in two; nothing is changed then.
    pub fn update(
        &mut self,
        start: usize,
        end: usize,
        mut change: impl FnMut(&mut Attributes),
    ) -> Result<()> {
        self.split(start)?;
        self.split(end)?;
        let mut at = self.seek(start);
        while let Some(chunk) = self.chunks.get_mut(at.chunk)
            && let Some(region) = chunk.get_mut(at.index)
            && region.start < end
        {
            change(&mut region.attributes);
            at = self.next(at);
        }
        let mut joint = start;
        loop {
            self.join(joint);
            match self.at(self.seek(joint)) {
                Some(region) if region.end <= end => joint = region.end,
                _ => break,
            }
        }
        Ok(())
    }

    /// The lowest place for `len` bytes, aligned to `align` (a power of two), within `low..high` and
    /// outside of what `blocked` names: for a range it answers the end of what blocks it, if anything.
    pub fn find_free(
        &mut self,
        len: usize,
        align: usize,
        low: usize,
        high: usize,
        blocked: impl Fn(usize, usize) -> Option<usize>,
    ) -> Option<usize> {
        let mut from = low;
        if self.search_from > low && len > self.largest_hole_below {
            from = self.search_from;
        } else {
            // Nothing is known of any hole until the search has found one that is large enough.
            self.largest_hole_below = 0;
            self.search_from = low;
        }
        let mut at = self.seek(from);
        loop {
            let place = from.checked_add(align - 1)? & !(align - 1);
            let end = place.checked_add(len).filter(|end| *end <= high)?;
            let limit = self.at(at).map_or(high, |region| region.start);
            if end <= limit {
                let Some(blocked_until) = blocked(place, end) else {
                    // The hole itself stays above, in case the caller does not use it after all.
                    self.search_from = from;
                    return Some(place);
                };
                self.largest_hole_below = self.largest_hole_below.max(limit - from);
                from = blocked_until.max(from + FRAME_SIZE);
                at = self.seek(from);
                if let Some(region) = self.at(at)
                    && region.start < from
                {
                    from = region.end;
                    at = self.next(at);
                }
                continue;
            }
            self.largest_hole_below = self.largest_hole_below.max(limit.saturating_sub(from));
            from = from.max(self.at(at)?.end);
            at = self.next(at);
        }
    }

    /// Number of regions.
    pub fn count(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }
}

impl Default for RegionSet {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[path = "regions_tests.rs"]
mod tests;
