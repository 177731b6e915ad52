//! Open files and the table of descriptors that refer to them.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use super::Mutex;
use super::console;
use super::file::{File, Manner};
use super::flags::{
    O_ACCMODE, O_APPEND, O_CHANGEABLE, O_NONBLOCK, O_RDONLY, O_WRONLY, OFFSET_MAX, OPEN_MAX,
    S_IFIFO, S_IFMT, S_IFREG,
};
use super::lock::{self, Owner};
use super::user::User;
use crate::errno::{Errno, Result};

/// An open file: POSIX's "open file description", which duplicated descriptors share.
pub struct Open {
    /// What is open.
    pub file: Arc<dyn File>,
    position: Mutex<u64>,
    flags: AtomicU32,
    /// It may hold locks of its own.
    locked: AtomicBool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.locked.load(Relaxed) {
            lock::release(None, self.owner());
        }
    }
}

impl Open {
    /// Opens `file`, which [`File::open`] gave, at its beginning.
    pub fn new(file: Arc<dyn File>, flags: u32) -> Self {
        let flags = AtomicU32::new(flags & (O_ACCMODE | O_CHANGEABLE));
        Open {
            file,
            position: Mutex::new(0),
            flags,
            locked: AtomicBool::new(false),
        }
    }

    /// The owner of this open file's own locks.
    pub fn owner(&self) -> Owner {
        Owner::Open(core::ptr::from_ref(self) as usize)
    }

    /// Its locks are looked for when it goes.
    pub fn set_locked(&self) {
        self.locked.store(true, Relaxed);
    }

    /// Access mode and status flags (`O_…`).
    pub fn flags(&self) -> u32 {
        self.flags.load(Relaxed)
    }

    /// Sets those flags that may change.
    pub fn set_flags(&self, flags: u32) {
        let keep = self.flags() & !O_CHANGEABLE;
        self.flags.store(keep | flags & O_CHANGEABLE, Relaxed);
    }

    fn readable(&self) -> Result<Manner> {
        let flags = self.flags();
        if flags & O_ACCMODE == O_WRONLY {
            return Err(Errno::EBADF);
        }
        Ok(Manner {
            nonblocking: flags & O_NONBLOCK != 0,
            append: false,
        })
    }

    fn writable(&self) -> Result<Manner> {
        let flags = self.flags();
        if flags & O_ACCMODE == O_RDONLY {
            return Err(Errno::EBADF);
        }
        Ok(Manner {
            nonblocking: flags & O_NONBLOCK != 0,
            append: flags & O_APPEND != 0,
        })
    }

    /// Reads at the position, which moves; reads and writes of other threads come before or after.
    pub fn read(&self, to: &mut User<'_>) -> Result<usize> {
        let manner = self.readable()?;
        if self.file.seekable() {
            self.file.read(&mut self.position.lock(), to, manner)
        } else {
            self.file.read(&mut 0, to, manner)
        }
    }

    /// Writes at the position, which moves; reads and writes of other threads come before or after.
    pub fn write(&self, from: &mut User<'_>) -> Result<usize> {
        let manner = self.writable()?;
        if self.file.seekable() {
            self.file.write(&mut self.position.lock(), from, manner)
        } else {
            self.file.write(&mut 0, from, manner)
        }
    }

    fn checked_position(&self, at: i64) -> Result<u64> {
        let at = u64::try_from(at).map_err(|_| Errno::EINVAL)?;
        if self.file.seekable() {
            Ok(at)
        } else {
            Err(Errno::ESPIPE)
        }
    }

    /// Reads at `at`; the position stays.
    pub fn read_at(&self, at: i64, to: &mut User<'_>) -> Result<usize> {
        let mut at = self.checked_position(at)?;
        self.file.read(&mut at, to, self.readable()?)
    }

    /// Writes at `at`, or at the end with `O_APPEND`, as on Linux; the position stays.
    pub fn write_at(&self, at: i64, from: &mut User<'_>) -> Result<usize> {
        let mut at = self.checked_position(at)?;
        self.file.write(&mut at, from, self.writable()?)
    }

    /// Sets the position to what `place` makes of the present one and tells it; `EOVERFLOW` beyond what
    /// `off_t` holds, `EINVAL` before the beginning.
    pub fn seek(&self, place: impl FnOnce(u64) -> Result<i128>) -> Result<u64> {
        if !self.file.seekable() {
            return Err(Errno::ESPIPE);
        }
        let mut position = self.position.lock();
        let target = place(*position)?;
        if target < 0 {
            return Err(Errno::EINVAL);
        }
        if target > i128::from(OFFSET_MAX) {
            return Err(Errno::EOVERFLOW);
        }
        *position = target as u64;
        Ok(*position)
    }

    /// How many bytes can be read at once.
    pub fn available(&self) -> Result<usize> {
        if !self.file.seekable() {
            return Ok(self.file.available());
        }
        let size = self.file.attributes()?.size;
        Ok(size.saturating_sub(*self.position.lock()) as usize)
    }

    /// Runs `f` with the position, which `f` may move.
    pub fn with_position<R>(&self, f: impl FnOnce(&mut u64) -> R) -> R {
        f(&mut self.position.lock())
    }

    /// Makes sure that writing to a range will not fail for want of memory, growing the file to its end.
    pub fn allocate(&self, start: i64, len: i64) -> Result<()> {
        if start < 0 || len <= 0 {
            return Err(Errno::EINVAL);
        }
        self.writable()?;
        match self.file.mode() & S_IFMT {
            S_IFREG => {}
            S_IFIFO => return Err(Errno::ESPIPE),
            _ => return Err(Errno::ENODEV),
        }
        let end = start.checked_add(len).ok_or(Errno::EFBIG)?;
        self.file.allocate(start as u64, end as u64)
    }

    /// Sets the size of the file, which must be open for writing.
    pub fn truncate(&self, len: i64) -> Result<()> {
        let len = u64::try_from(len).map_err(|_| Errno::EINVAL)?;
        // POSIX: EBADF or EINVAL for a descriptor that is not open for writing; Linux says EINVAL.
        self.writable().map_err(|_| Errno::EINVAL)?;
        self.file.truncate(len)
    }
}

/// A descriptor.
struct Slot {
    /// Nothing: the number is given out, what it stands for is being opened.
    open: Option<Arc<Open>>,
    /// `FD_…`.
    flags: u32,
}

/// The descriptors. New ones get the lowest free number.
pub struct Table {
    slots: Vec<Option<Slot>>,
    /// No number below this one is free.
    lowest: usize,
    /// No number from this one on is given out: `RLIMIT_NOFILE`.
    limit: usize,
    started: bool,
    /// Standard input, if it is not the console.
    input: Option<Arc<Open>>,
}

impl Table {
    /// A table in which the standard streams appear at the first use.
    pub const fn new() -> Self {
        Table {
            slots: Vec::new(),
            lowest: 0,
            limit: OPEN_MAX,
            started: false,
            input: None,
        }
    }

    /// Makes a file standard input. Called before the first use.
    #[cfg(not(test))]
    pub fn set_input(&mut self, file: Arc<dyn File>, at: u64) {
        let open = Open::new(file, O_RDONLY);
        open.with_position(|position| *position = at);
        self.input = Some(Arc::new(open));
    }

    #[cold]
    fn start(&mut self) {
        self.started = true;
        for number in 0..3 {
            let flags = if number == 0 { O_RDONLY } else { O_WRONLY };
            let console = || Arc::new(Open::new(console::stream(number), flags));
            let given = self.input.take_if(|_| number == 0);
            let open = given.unwrap_or_else(console);
            // A machine without memory for three descriptors has none.
            let _ = self.insert(Some(open), 0, 0);
        }
    }

    fn slots(&mut self) -> &mut Vec<Option<Slot>> {
        if !self.started {
            self.start();
        }
        &mut self.slots
    }

    fn slot(&mut self, number: i32) -> Result<&mut Slot> {
        let index = usize::try_from(number).map_err(|_| Errno::EBADF)?;
        self.slots()
            .get_mut(index)
            .and_then(Option::as_mut)
            .filter(|slot| slot.open.is_some())
            .ok_or(Errno::EBADF)
    }

    /// The open file behind a descriptor.
    pub fn get(&mut self, number: i32) -> Result<Arc<Open>> {
        self.slot(number)?.open.clone().ok_or(Errno::EBADF)
    }

    /// A descriptor's own flags (`FD_…`).
    pub fn flags(&mut self, number: i32) -> Result<&mut u32> {
        Ok(&mut self.slot(number)?.flags)
    }

    /// Gives an open file, or one that will be (`None`), the lowest free number from `from` on; `EMFILE` if
    /// there is none.
    pub fn insert(&mut self, open: Option<Arc<Open>>, from: usize, flags: u32) -> Result<i32> {
        let start = from.max(self.lowest);
        let slots = self.slots();
        let number = (start..slots.len())
            .find(|i| slots[*i].is_none())
            .unwrap_or(start.max(slots.len()));
        self.put(number, Slot { open, flags })?;
        if from <= self.lowest {
            self.lowest = number + 1;
        }
        Ok(number as i32)
    }

    /// Ends what `insert` without an open file began: the file has the number, or nothing has.
    pub fn settle(&mut self, number: i32, open: Option<Arc<Open>>) {
        let index = number as usize;
        if let Some(slot) = self.slots.get_mut(index) {
            match (open, slot.as_mut()) {
                (Some(open), Some(slot)) => slot.open = Some(open),
                _ => {
                    *slot = None;
                    self.lowest = self.lowest.min(index);
                }
            }
        }
    }

    /// Gives an open file a number; what had it before is returned, to be dropped without the lock. `EBUSY`
    /// if what has it is being opened.
    pub fn replace(
        &mut self,
        number: i32,
        open: Arc<Open>,
        flags: u32,
    ) -> Result<Option<Arc<Open>>> {
        let index = usize::try_from(number).map_err(|_| Errno::EBADF)?;
        if index >= self.limit {
            return Err(Errno::EBADF);
        }
        let before = self.slots().get(index).and_then(Option::as_ref);
        if before.is_some_and(|slot| slot.open.is_none()) {
            return Err(Errno::EBUSY);
        }
        let open = Some(open);
        let slot = Slot { open, flags };
        Ok(self.put(index, slot)?.and_then(|slot| slot.open))
    }

    fn put(&mut self, index: usize, slot: Slot) -> Result<Option<Slot>> {
        if index >= self.limit {
            return Err(Errno::EMFILE);
        }
        if index >= self.slots.len() {
            let more = index + 1 - self.slots.len();
            self.slots.try_reserve(more).map_err(|_| Errno::ENOMEM)?;
            self.slots.resize_with(index + 1, || None);
        }
        Ok(self.slots[index].replace(slot))
    }

    /// Frees a number; what had it is returned, to be dropped without the lock.
    pub fn remove(&mut self, number: i32) -> Result<Arc<Open>> {
        let open = self.slot(number)?.open.take().ok_or(Errno::EBADF)?;
        self.settle(number, None);
        Ok(open)
    }

    /// How many numbers there are to give out.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Sets how many numbers there are to give out; those in use beyond stay.
    pub fn set_limit(&mut self, limit: usize) -> Result<()> {
        if limit > OPEN_MAX {
            return Err(Errno::EPERM);
        }
        self.slots();
        self.limit = limit;
        Ok(())
    }

    /// The lowest number in use from `from` on.
    pub fn next(&mut self, from: usize) -> Option<usize> {
        let slots = self.slots();
        let is_open = |slot: &Slot| slot.open.is_some();
        (from..slots.len()).find(|index| slots[*index].as_ref().is_some_and(is_open))
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}
