//! Advisory locks on files: `fcntl`'s record locks, those of an open file (`F_OFD_SETLK`), and `flock`.
//!
//! A lock belongs to the program or to one open file. The locks of one owner never conflict with each
//! other: what an owner sets replaces what it had there. The program is one owner, so its record locks can
//! only meet those of an open file. `flock`'s locks are a set of their own, as on Linux.
//!
//! All locks of all files are in one table: they are few, and a file need not know of them. Its lock is
//! innermost but for memory's.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::descriptor::Open;
use super::flags::*;
use super::{Mutex, WaitQueue};
use crate::errno::{Errno, Result};

/// Who holds a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The program.
    Program,
    /// The open file with this number.
    Open(usize),
}

/// What is locked: a file, by file system and number, and which of its two sets of locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// File system.
    pub device: u64,
    /// File.
    pub inode: u64,
    /// `flock`'s set.
    pub whole: bool,
}

/// A locked range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Who holds it.
    pub owner: Owner,
    /// First byte.
    pub start: u64,
    /// Last byte.
    pub last: u64,
    /// For writing: nobody else may hold one there.
    pub exclusive: bool,
}

/// The locks of one file, or of all files.
#[derive(Default)]
pub struct Table {
    list: Vec<(Key, Lock)>,
}

impl Table {
    /// No locks.
    pub const fn new() -> Self {
        Table { list: Vec::new() }
    }

    /// The first lock that does not go together with `wanted`.
    pub fn conflict(&self, key: Key, wanted: &Lock) -> Option<Lock> {
        let meets = |held: &Lock| {
            held.owner != wanted.owner
                && (held.exclusive || wanted.exclusive)
                && held.start <= wanted.last
                && wanted.start <= held.last
        };
        let mut held = self.list.iter().filter(|(other, _)| *other == key);
        held.find(|(_, held)| meets(held)).map(|(_, held)| *held)
    }

    /// Takes what `owner` has locked from `start` to `last` away.
    fn clear(&mut self, key: Key, owner: Owner, start: u64, last: u64) -> Result<()> {
        // At most one lock is cut in two.
        self.list.try_reserve(1).map_err(|_| Errno::ENOLCK)?;
        let mut index = 0;
        while let Some((other, held)) = self.list.get_mut(index) {
            let apart = held.start > last || held.last < start;
            if *other != key || held.owner != owner || apart {
                index += 1;
                continue;
            }
            let whole = *held;
            if whole.start < start {
                held.last = start - 1;
                if whole.last > last {
                    let rest = Lock {
                        start: last + 1,
                        ..whole
                    };
                    self.list.push((key, rest));
                }
                index += 1;
            } else if whole.last > last {
                held.start = last + 1;
                index += 1;
            } else {
                self.list.swap_remove(index);
            }
        }
        Ok(())
    }

    /// Sets a lock, in place of what its owner had there.
    ///
    /// # Errors
    /// `EAGAIN`: another's lock is in the way. `ENOLCK`: no memory.
    pub fn set(&mut self, key: Key, wanted: Lock) -> Result<()> {
        if self.conflict(key, &wanted).is_some() {
            return Err(Errno::EAGAIN);
        }
        self.list.try_reserve(2).map_err(|_| Errno::ENOLCK)?;
        self.clear(key, wanted.owner, wanted.start, wanted.last)?;
        self.list.push((key, wanted));
        Ok(())
    }

    /// Takes all locks away that an owner has on a file, or on any.
    pub fn release(&mut self, key: Option<Key>, owner: Owner) {
        self.list
            .retain(|(other, held)| held.owner != owner || key.is_some_and(|key| key != *other));
    }

    /// How many there are.
    fn len(&self) -> usize {
        self.list.len()
    }
}

/// The locks of all files.
static TABLE: Mutex<Table> = Mutex::new(Table::new());
/// How many there are: without any, closing a file need not look.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Those who wait for one.
static WAITING: WaitQueue = WaitQueue::new();

/// Changes the table and lets those who wait look again.
fn change<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    let result = {
        let mut table = TABLE.lock();
        let result = f(&mut table);
        COUNT.store(table.len(), SeqCst);
        result
    };
    WAITING.wake_all();
    result
}

/// Whether there is any lock at all.
pub fn any() -> bool {
    COUNT.load(SeqCst) > 0
}

/// The lock that stands in the way of `wanted`.
pub fn conflict(key: Key, wanted: &Lock) -> Option<Lock> {
    TABLE.lock().conflict(key, wanted)
}

/// Sets a lock; waits for it if `wait`.
///
/// # Errors
/// `EAGAIN`: another's is in the way. `EINTR`, `ENOLCK`.
pub fn set(key: Key, wanted: Lock, wait: bool) -> Result<()> {
    loop {
        match change(|table| table.set(key, wanted)) {
            Err(Errno::EAGAIN) if wait => {
                WAITING.wait_while(|| conflict(key, &wanted).is_some(), None)?;
            }
            result => return result,
        }
    }
}

/// Takes what `owner` has locked in a range away.
///
/// # Errors
/// `ENOLCK`.
pub fn clear(key: Key, owner: Owner, start: u64, last: u64) -> Result<()> {
    change(|table| table.clear(key, owner, start, last))
}

/// Takes all locks away that an owner has on a file (`None`: on any).
pub fn release(key: Option<Key>, owner: Owner) {
    if any() {
        change(|table| table.release(key, owner));
    }
}

/// What `fcntl` is asked for or tells: `struct flock`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `F_RDLCK`, `F_WRLCK` or `F_UNLCK`.
    pub kind: i16,
    /// Where `start` counts from (`SEEK_…`).
    pub whence: i16,
    /// First byte; or, if `len` is negative, the byte behind the last.
    pub start: i64,
    /// Number of bytes; 0: to the end of all positions.
    pub len: i64,
    /// Told: who holds the lock; -1: an open file.
    pub pid: i32,
}

/// First and last byte of a request.
fn range(open: &Open, request: &Request) -> Result<(u64, u64)> {
    let base = match u32::try_from(request.whence) {
        Ok(SEEK_SET) => 0,
        Ok(SEEK_CUR) => open.with_position(|position| *position),
        Ok(SEEK_END) => open.file.attributes()?.size,
        _ => return Err(Errno::EINVAL),
    };
    let start = i128::from(base) + i128::from(request.start);
    let len = i128::from(request.len);
    let (first, last) = match len {
        0 => (start, i128::from(OFFSET_MAX)),
        1.. => (start, start + len - 1),
        _ => (start + len, start - 1),
    };
    if first < 0 {
        return Err(Errno::EINVAL);
    }
    if first.max(last) > i128::from(OFFSET_MAX) {
        return Err(Errno::EOVERFLOW);
    }
    Ok((first as u64, last as u64))
}

impl Open {
    fn key(&self, whole: bool) -> Result<Key> {
        let attributes = self.file.attributes()?;
        Ok(Key {
            device: attributes.device,
            inode: attributes.inode,
            whole,
        })
    }

    /// POSIX `fcntl` with `F_GETLK`, `F_SETLK`, `F_SETLKW` and their `F_OFD_` counterparts.
    pub fn record_lock(&self, command: u32, request: &mut Request) -> Result<()> {
        let (start, last) = range(self, request)?;
        let own = matches!(command, F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW);
        if own && request.pid != 0 {
            return Err(Errno::EINVAL);
        }
        let ask = matches!(command, F_GETLK | F_OFD_GETLK);
        let owner = if own { self.owner() } else { Owner::Program };
        let wanted = Lock {
            owner,
            start,
            last,
            exclusive: request.kind == F_WRLCK,
        };
        let access = self.flags() & O_ACCMODE;
        match request.kind {
            F_UNLCK if !ask => return clear(self.key(false)?, owner, start, last),
            F_RDLCK if ask || access != O_WRONLY => {}
            F_WRLCK if ask || access != O_RDONLY => {}
            F_RDLCK | F_WRLCK => return Err(Errno::EBADF),
            _ => return Err(Errno::EINVAL),
        }
        let key = self.key(false)?;
        if !ask {
            if own {
                self.set_locked();
            }
            return set(key, wanted, matches!(command, F_SETLKW | F_OFD_SETLKW));
        }
        match conflict(key, &wanted) {
            None => request.kind = F_UNLCK,
            Some(held) => {
                let end = held.last >= OFFSET_MAX;
                *request = Request {
                    kind: if held.exclusive { F_WRLCK } else { F_RDLCK },
                    whence: SEEK_SET as i16,
                    start: held.start as i64,
                    len: if end {
                        0
                    } else {
                        (held.last - held.start + 1) as i64
                    },
                    pid: if held.owner == Owner::Program { 1 } else { -1 },
                };
            }
        }
        Ok(())
    }

    /// `flock`: `LOCK_SH`, `LOCK_EX` or `LOCK_UN`, with `LOCK_NB` without waiting (`EAGAIN`).
    pub fn whole_lock(&self, operation: u32) -> Result<()> {
        let key = self.key(true)?;
        let exclusive = match operation & !LOCK_NB {
            LOCK_UN => return clear(key, self.owner(), 0, OFFSET_MAX),
            LOCK_SH => false,
            LOCK_EX => true,
            _ => return Err(Errno::EINVAL),
        };
        self.set_locked();
        let wanted = Lock {
            owner: self.owner(),
            start: 0,
            last: OFFSET_MAX,
            exclusive,
        };
        set(key, wanted, operation & LOCK_NB == 0)
    }

    /// Closing any descriptor of a file gives up the program's record locks on it (POSIX `fcntl`).
    pub fn closed(&self) {
        if any()
            && let Ok(key) = self.key(false)
        {
            release(Some(key), Owner::Program);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key {
        device: 1,
        inode: 2,
        whole: false,
    };

    fn lock(owner: Owner, start: u64, last: u64, exclusive: bool) -> Lock {
        Lock {
            owner,
            start,
            last,
            exclusive,
        }
    }

    fn of(table: &Table, owner: Owner) -> Vec<(u64, u64, bool)> {
        let mut list: Vec<_> = table
            .list
            .iter()
            .filter(|(_, lock)| lock.owner == owner)
            .map(|(_, lock)| (lock.start, lock.last, lock.exclusive))
            .collect();
        list.sort();
        list
    }

    #[test]
    fn owners_meet_and_ranges_are_cut() {
        let (program, other) = (Owner::Program, Owner::Open(7));
        let mut table = Table::new();
        table.set(KEY, lock(program, 0, 99, false)).unwrap();
        table.set(KEY, lock(other, 50, 60, false)).unwrap();
        let refused = table.set(KEY, lock(other, 99, u64::MAX, true));
        assert_eq!(refused, Err(Errno::EAGAIN));
        table.set(KEY, lock(other, 100, u64::MAX, true)).unwrap();
        table.clear(KEY, program, 10, 19).unwrap();
        assert_eq!(of(&table, program), [(0, 9, false), (20, 99, false)]);
        assert_eq!(
            table.conflict(KEY, &lock(program, 55, 55, true)),
            Some(lock(other, 50, 60, false))
        );
        let another = Key { inode: 3, ..KEY };
        assert_eq!(table.conflict(another, &lock(program, 55, 55, true)), None);
        table.set(KEY, lock(program, 5, 30, true)).unwrap();
        assert_eq!(
            of(&table, program),
            [(0, 4, false), (5, 30, true), (31, 99, false)]
        );
        table.release(Some(another), other);
        assert_eq!(of(&table, other).len(), 2);
        table.release(None, other);
        table.clear(KEY, program, 0, u64::MAX).unwrap();
        assert_eq!(table.len(), 0);
    }
}
