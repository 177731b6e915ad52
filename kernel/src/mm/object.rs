//! Objects: pages that a file and all its shared mappings have in common.
//!
//! A file gets an object when it is first mapped with `MAP_SHARED`; from then on its bytes are here. Pages
//! are made when they are first touched or written: from the bytes of the boot archive where the file has
//! some, else of zeros. Each page is charged when it is made.
//!
//! An object is a page table of its own, indexed by file position and never loaded by a processor: the
//! walker of [`page_table`] does all the work.
//!
//! An object may instead hold a **part** of a file that is kept elsewhere: pages below [`Object::base`] are
//! there once somebody has filled them in, and those that mappings wrote to are marked until they are
//! collected to be written back.
//!
//! **Lock**: the object's own, inside the address space's, around the frames'. Reads, writes and truncation
//! of one object are kept apart by the file's lock; page faults may come in between at any time.

use alloc::sync::Arc;
use core::slice;

use super::object_memory::{
    MemoryLock, OBJECT_REACH, Tables, alloc_frames, collect, direct_map, free_frames, withdraw,
    zero,
};
use super::page_table::{self, Mapped, TableMemory};
use super::{FRAME_SIZE, PhysAddr};
use crate::arch::paging::{PRESENT, TRACKED};
use crate::errno::{Errno, Result};
use crate::fs::user::User;

/// Positions beyond this have no pages.
const END: u64 = 1 << 47;
/// Pages of which [`Object::take_marked`] tells at once, and their bytes.
pub const WINDOW_PAGES: usize = 512;
/// See [`WINDOW_PAGES`].
pub const WINDOW: u64 = (WINDOW_PAGES * FRAME_SIZE) as u64;
/// The entry of a page: its frame, and room for a mark.
const PAGE: u64 = PRESENT | TRACKED;

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// It lies wholly behind the end of the file.
    BeyondEnd,
    /// There is no memory left.
    OutOfMemory,
}

struct State {
    /// Size of the file in bytes.
    size: u64,
    /// What pages are made from.
    source: &'static [u8],
    /// Pages that begin below this are only there if they were filled in.
    base: u64,
}

/// The pages of a file.
pub struct Object {
    root: PhysAddr,
    partial: bool,
    state: MemoryLock<State, OBJECT_REACH>,
}

/// The position where the page of `at` begins.
const fn page_start(at: u64) -> u64 {
    at & !(FRAME_SIZE as u64 - 1)
}

impl Object {
    /// An object of `size` bytes that begins with those of `source`.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn new(size: u64, source: &'static [u8]) -> Result<Arc<Object>> {
        Self::with(false, size, source)
    }

    /// An object for a part of a file of `size` bytes that is kept elsewhere.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn partial(size: u64) -> Result<Arc<Object>> {
        Self::with(true, size, &[])
    }

    fn with(partial: bool, size: u64, source: &'static [u8]) -> Result<Arc<Object>> {
        let root = Tables.allocate().ok_or(Errno::ENOMEM)?;
        let base = if partial { size } else { 0 };
        let state = MemoryLock::new(State { size, source, base });
        Ok(Arc::new(Object {
            root,
            partial,
            state,
        }))
    }

    /// Whether what mappings write has to be written back.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// Size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.state.lock().size
    }

    /// Pages of a part that begin at or behind this position are here alone.
    pub fn base(&self) -> u64 {
        self.state.lock().base
    }

    /// Fills a page in, unless it is there, from bytes that are followed by zeros.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn fill(&self, at: u64, bytes: &[u8]) -> Result<()> {
        let frame = alloc_frames(0).ok_or(Errno::ENOMEM)?;
        // SAFETY: a fresh frame of ours, in the direct map.
        unsafe {
            zero(direct_map(frame), FRAME_SIZE);
            direct_map(frame).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len().min(FRAME_SIZE));
        }
        let made = {
            let _state = self.state.lock();
            page_table::map(&Tables, self.root, at as usize, frame, 0, PAGE)
        };
        if made != Ok(Mapped::New) {
            free_frames(frame, 0);
        }
        made.map(drop).map_err(|_| Errno::ENOMEM)
    }

    /// Copies what was written to the file elsewhere to the pages that are here, growing the file; those of
    /// `len` bytes from position `at` that are here alone were made by [`Object::allocate`].
    pub fn update(&self, at: u64, len: usize, from: &mut User<'_>) -> Result<()> {
        let size = self.size();
        if at > size {
            self.clear_tail(size);
        }
        let copy = |to: u64, count: usize| {
            let Some(frame) = self.find(to) else {
                return from.skip(count);
            };
            let inside = (to - page_start(to)) as usize;
            // SAFETY: as in `read`.
            from.take(unsafe { slice::from_raw_parts_mut(direct_map(frame).add(inside), count) })
        };
        let result = Self::for_each_part(at, len, copy).1;
        let mut state = self.state.lock();
        state.size = state.size.max(at + len as u64);
        result
    }

    /// Where the bytes of a page are, if it is there. They stay for as long as the file's lock is held.
    pub fn bytes(&self, at: u64) -> Option<*mut u8> {
        self.find(at).map(direct_map)
    }

    /// Collects the marks of what mappings wrote.
    pub fn collect(&self) {
        collect(self);
    }

    /// Marks a page: a mapping has written to it.
    pub fn mark(&self, at: u64) {
        let _state = self.state.lock();
        page_table::mark_dirty(&Tables, self.root, at as usize);
    }

    /// Takes the marks off the pages of the [`WINDOW`] in which a position lies: a bit for each.
    pub fn take_marked(&self, at: u64) -> [u64; WINDOW_PAGES / 64] {
        let mut marks = [0; WINDOW_PAGES / 64];
        let start = (at & !(WINDOW - 1)) as usize;
        let end = start + WINDOW as usize;
        let _state = self.state.lock();
        page_table::take_dirty(&Tables, self.root, start, end, &mut |page, _| {
            let index = (page - start) / FRAME_SIZE;
            marks[index / 64] |= 1 << (index % 64);
        });
        marks
    }

    /// The frame of a page, if there is one.
    pub fn find(&self, at: u64) -> Option<PhysAddr> {
        // The lock keeps tables from going away.
        let _state = self.state.lock();
        self.lookup(at)
    }

    fn lookup(&self, at: u64) -> Option<PhysAddr> {
        (at < END)
            .then(|| page_table::lookup(&Tables, self.root, at as usize))?
            .map(|page| page.frame)
    }

    /// The frame of a page in the file, which is made if need be. May be called by the page-fault handler.
    pub fn page(&self, at: u64) -> core::result::Result<PhysAddr, Miss> {
        self.obtain(at, true)
    }

    fn obtain(&self, at: u64, inside: bool) -> core::result::Result<PhysAddr, Miss> {
        let start = page_start(at);
        let beyond = |state: &State| inside && start >= state.size;
        {
            let state = self.state.lock();
            if beyond(&state) {
                return Err(Miss::BeyondEnd);
            }
            if let Some(frame) = self.lookup(start) {
                return Ok(frame);
            }
            // Nobody has filled it in: what it would be is not known here.
            if start < state.base {
                return Err(Miss::BeyondEnd);
            }
        }
        if start >= END {
            return Err(Miss::OutOfMemory);
        }
        let frame = alloc_frames(0).ok_or(Miss::OutOfMemory)?;
        // SAFETY: a fresh frame of ours, in the direct map.
        unsafe { zero(direct_map(frame), FRAME_SIZE) };
        let state = self.state.lock();
        let made = if beyond(&state) {
            Err(Miss::BeyondEnd)
        } else {
            let from = state.source.get(start as usize..).unwrap_or(&[]);
            let len = from.len().min(FRAME_SIZE);
            // SAFETY: as above; nobody else knows the frame yet.
            unsafe { direct_map(frame).copy_from_nonoverlapping(from.as_ptr(), len) };
            match page_table::map(&Tables, self.root, start as usize, frame, 0, PAGE) {
                Ok(Mapped::New) => Ok(frame),
                Ok(Mapped::Occupied) => self.lookup(start).ok_or(Miss::OutOfMemory),
                Err(_) => Err(Miss::OutOfMemory),
            }
        };
        drop(state);
        if made != Ok(frame) {
            free_frames(frame, 0);
        }
        made
    }

    /// Calls `part` with the pieces of `len` bytes from `at` that lie in one page: position and length.
    fn for_each_part(
        at: u64,
        len: usize,
        mut part: impl FnMut(u64, usize) -> Result<()>,
    ) -> (usize, Result<()>) {
        let mut done = 0;
        while done < len {
            let from = at + done as u64;
            let count = (FRAME_SIZE - (from - page_start(from)) as usize).min(len - done);
            if let Err(errno) = part(from, count) {
                return (done, Err(errno));
            }
            done += count;
        }
        (done, Ok(()))
    }

    /// Copies `len` bytes from position `at`, all of them in the file.
    pub fn read(&self, at: u64, len: usize, to: &mut User<'_>) -> Result<()> {
        let source = self.state.lock().source;
        let copy = |from: u64, count: usize| match self.find(from) {
            Some(frame) => {
                let inside = (from - page_start(from)) as usize;
                // SAFETY: a frame of the object, which the file's lock keeps. The program may write to it
                // meanwhile: the bytes are copied by an instruction to which that does not matter.
                to.put(unsafe { slice::from_raw_parts(direct_map(frame).add(inside), count) })
            }
            None => {
                let from = source.get(from as usize..).unwrap_or(&[]);
                let have = from.len().min(count);
                to.put(&from[..have])?;
                to.put_zeros(count - have)
            }
        };
        Self::for_each_part(at, len, copy).1
    }

    /// Copies `len` bytes to position `at`, growing the file; answers how many, and why not all.
    pub fn write(&self, at: u64, len: usize, from: &mut User<'_>) -> (usize, Result<()>) {
        let size = self.state.lock().size;
        if at + len as u64 > size {
            self.clear_tail(size);
        }
        let (done, result) = Self::for_each_part(at, len, |to, count| {
            if to >= END {
                return Err(Errno::EFBIG);
            }
            let frame = self.obtain(to, false).map_err(|_| Errno::ENOSPC)?;
            let inside = (to - page_start(to)) as usize;
            // SAFETY: as in `read`.
            from.take(unsafe { slice::from_raw_parts_mut(direct_map(frame).add(inside), count) })
        });
        let mut state = self.state.lock();
        state.size = state.size.max(at + done as u64);
        (done, result)
    }

    /// Sets the size. Pages behind the end go away, from all mappings too.
    pub fn truncate(&self, size: u64) {
        let old = {
            let mut state = self.state.lock();
            state.source = &state.source[..state.source.len().min(size as usize)];
            state.base = state.base.min(size);
            core::mem::replace(&mut state.size, size)
        };
        if size >= old {
            // What mappings wrote behind the end is not part of the file.
            return self.clear_tail(old);
        }
        self.clear_tail(size);
        let first = size.next_multiple_of(FRAME_SIZE as u64);
        if first < END {
            self.cut(first, || withdraw(self, first));
        }
    }

    /// Takes the pages from `first` on out, calls `hidden` when nobody finds them any more, and frees them.
    fn cut(&self, first: u64, hidden: impl FnOnce()) {
        let (first, end) = (first as usize, END as usize);
        {
            let _state = self.state.lock();
            page_table::unlink(&Tables, self.root, first, end);
        }
        hidden();
        // Tables that are not wholly in the range stay, and the rest cannot be reached any more.
        page_table::release(&Tables, self.root, first, end, &mut |_, page| {
            free_frames(page.frame, 0);
        });
    }

    /// Zeroes the rest of the page in which `at` lies.
    fn clear_tail(&self, at: u64) {
        let inside = (at - page_start(at)) as usize;
        if inside > 0
            && let Some(frame) = self.find(at)
        {
            // SAFETY: a frame of the object, which the file's lock keeps.
            unsafe {
                direct_map(frame)
                    .add(inside)
                    .write_bytes(0, FRAME_SIZE - inside)
            };
        }
    }

    /// Makes all pages from `start` to `end`; the size stays.
    pub fn allocate(&self, start: u64, end: u64) -> Result<()> {
        let mut at = page_start(start);
        while at < end {
            self.obtain(at, false).map_err(|_| Errno::ENOSPC)?;
            at += FRAME_SIZE as u64;
        }
        Ok(())
    }

    /// The first byte from `from` on that has a page or comes from the source, or (`data` false) the first
    /// that does not; the size does not matter.
    pub fn next(&self, from: u64, data: bool) -> Option<u64> {
        let state = self.state.lock();
        let is_data = |at: u64| at < state.source.len() as u64 || self.lookup(at).is_some();
        if is_data(from) == data {
            return Some(from);
        }
        if !data {
            let mut at = page_start(from);
            while is_data(at) {
                at += FRAME_SIZE as u64;
            }
            return Some(at);
        }
        let mut first = None;
        let start = page_start(from).min(END - FRAME_SIZE as u64) as usize;
        page_table::for_each_page(&Tables, self.root, start, END as usize, &mut |at, _| {
            first.get_or_insert(at as u64);
        });
        first
    }

    /// Bytes of memory that it takes.
    pub fn allocated(&self) -> u64 {
        let mut pages = 0;
        let _state = self.state.lock();
        page_table::for_each_page(&Tables, self.root, 0, END as usize, &mut |_, _| pages += 1);
        pages * FRAME_SIZE as u64
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        self.cut(0, || ());
        Tables.release(self.root);
    }
}
