//! Calls on descriptors: what `close`, `dup`, `fcntl`, `lseek`, `pipe`, `poll` and their kin do.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use super::Files;
use super::descriptor::Open;
use super::file::{Listed, is_directory};
use super::flags::*;
use super::{pipe, poll};
use crate::errno::{Errno, Result};

/// One descriptor that [`Files::poll`] looks at.
#[derive(Clone, Copy)]
pub struct Request {
    /// The descriptor; negative: none.
    pub number: i32,
    /// What is waited for (`POLL…`).
    pub wanted: u16,
    /// What is the case.
    pub found: u16,
}

impl Files {
    /// The open file behind a descriptor.
    pub fn get(&self, number: i32) -> Result<Arc<Open>> {
        self.table.lock().get(number)
    }

    /// The open file behind a descriptor, for a call with an offset or a size, which no negative number is.
    pub fn get_at(&self, number: i32, offset: i64) -> Result<Arc<Open>> {
        if offset < 0 {
            return Err(Errno::EINVAL);
        }
        self.get(number)
    }

    /// The lowest descriptor in use from `from` on.
    pub fn next_number(&self, from: usize) -> Option<usize> {
        self.table.lock().next(from)
    }

    /// Gives an open file the lowest free descriptor; `flags` are those of `open`.
    pub fn add(&self, open: Arc<Open>, flags: u32) -> Result<i32> {
        let flags = descriptor_flags(flags);
        self.table.lock().insert(Some(open), 0, flags)
    }

    /// Gives what `open` opens the lowest free descriptor, which is taken first: without one (`EMFILE`) nothing
    /// is opened, made or cut. `flags` are those of `open`.
    pub fn add_opened(&self, flags: u32, open: impl FnOnce() -> Result<Open>) -> Result<i32> {
        let flags = descriptor_flags(flags);
        let number = self.table.lock().insert(None, 0, flags)?;
        let opened = open().map(Arc::new);
        let result = opened.as_ref().map(|_| number).map_err(|errno| *errno);
        self.table.lock().settle(number, opened.ok());
        result
    }

    /// POSIX `close`.
    pub fn close(&self, number: i32) -> Result<()> {
        // The lock is free again before the file may go.
        let closed = self.table.lock().remove(number)?;
        closed.closed();
        Ok(())
    }

    /// How many descriptors there may be: `RLIMIT_NOFILE`.
    pub fn limit(&self) -> usize {
        self.table.lock().limit()
    }

    /// Sets how many descriptors there may be; `EPERM` beyond [`OPEN_MAX`].
    pub fn set_limit(&self, limit: usize) -> Result<()> {
        self.table.lock().set_limit(limit)
    }

    /// POSIX `dup`.
    pub fn duplicate(&self, number: i32) -> Result<i32> {
        let mut table = self.table.lock();
        let open = table.get(number)?;
        table.insert(Some(open), 0, 0)
    }

    /// `dup3`: POSIX `dup2` but for equal numbers, which are `EINVAL`.
    pub fn duplicate_to(&self, number: i32, to: i32, flags: u32) -> Result<i32> {
        if number == to || flags & !O_DESCRIPTOR != 0 {
            return Err(Errno::EINVAL);
        }
        let replaced = {
            let mut table = self.table.lock();
            let open = table.get(number)?;
            table.replace(to, open, descriptor_flags(flags))?
        };
        replaced.inspect(|open| open.closed());
        Ok(to)
    }

    /// POSIX `fcntl`, apart from record locks ([`Open::record_lock`]).
    pub fn control(&self, number: i32, command: u32, argument: isize) -> Result<i32> {
        match command {
            F_DUPFD | F_DUPFD_CLOEXEC | F_DUPFD_CLOFORK => {
                let from = usize::try_from(argument).map_err(|_| Errno::EINVAL)?;
                let mut table = self.table.lock();
                if from >= table.limit() {
                    return Err(Errno::EINVAL);
                }
                let open = table.get(number)?;
                let flags = match command {
                    F_DUPFD_CLOEXEC => FD_CLOEXEC,
                    F_DUPFD_CLOFORK => FD_CLOFORK,
                    _ => 0,
                };
                table.insert(Some(open), from, flags)
            }
            F_GETFD => Ok(*self.table.lock().flags(number)? as i32),
            F_SETFD => {
                *self.table.lock().flags(number)? = argument as u32 & (FD_CLOEXEC | FD_CLOFORK);
                Ok(0)
            }
            F_GETFL => Ok(self.get(number)?.flags() as i32),
            F_SETFL => {
                self.get(number)?.set_flags(argument as u32);
                Ok(0)
            }
            // Nothing here raises SIGIO: whoever would get it gets nothing.
            F_GETOWN | F_SETOWN => self.get(number).map(|_| 0),
            _ => {
                self.get(number)?;
                Err(Errno::EINVAL)
            }
        }
    }

    /// POSIX `lseek`.
    pub fn seek(&self, number: i32, offset: i64, whence: u32) -> Result<u64> {
        let open = self.get(number)?;
        if matches!(whence, SEEK_DATA | SEEK_HOLE) {
            let from = u64::try_from(offset).map_err(|_| Errno::ENXIO)?;
            return open.seek(|_| open.file.next(from, whence == SEEK_DATA).map(i128::from));
        }
        let offset = i128::from(offset);
        open.seek(|position| match whence {
            SEEK_SET => Ok(offset),
            SEEK_CUR => Ok(i128::from(position) + offset),
            SEEK_END => Ok(i128::from(open.file.attributes()?.size) + offset),
            _ => Err(Errno::EINVAL),
        })
    }

    /// Reports the entries of an open directory from its position on, `.` and `..` among them, until
    /// `report` says `false`; the position moves behind the last entry for which it said `true`.
    pub fn list(&self, number: i32, report: &mut dyn FnMut(Listed<'_>) -> bool) -> Result<()> {
        let open = self.get(number)?;
        if !is_directory(open.file.mode()) {
            return Err(Errno::ENOTDIR);
        }
        let inode = open.file.attributes()?.inode;
        open.with_position(|position| {
            for (at, name) in [(0, &b"."[..]), (1, b"..")] {
                if *position == at {
                    let inode = match at {
                        0 => inode,
                        _ => open.file.parent()?.attributes()?.inode,
                    };
                    let entry = Listed {
                        name,
                        inode,
                        kind: S_IFDIR,
                        next: at + 1,
                    };
                    if !report(entry) {
                        return Ok(());
                    }
                    *position = at + 1;
                }
            }
            let mut next = *position;
            open.file.list(*position, &mut |entry| {
                let behind = entry.next;
                let more = report(entry);
                if more {
                    next = behind;
                }
                more
            })?;
            *position = next;
            Ok(())
        })
    }

    /// POSIX `pipe`, with flags: the descriptors for reading and for writing.
    pub fn pipe(&self, flags: u32) -> Result<(i32, i32)> {
        if flags & !(O_DESCRIPTOR | O_NONBLOCK) != 0 {
            return Err(Errno::EINVAL);
        }
        let (read, write) = pipe::new()?;
        let status = flags & O_NONBLOCK;
        let read = Arc::new(Open::new(read, O_RDONLY | status));
        let write = Arc::new(Open::new(write, O_WRONLY | status));
        let read = self.add(read, flags)?;
        match self.add(write, flags) {
            Ok(write) => Ok((read, write)),
            Err(errno) => {
                self.close(read)?;
                Err(errno)
            }
        }
    }

    /// POSIX `poll`: waits until one of the requests is the case or the deadline (monotonic nanoseconds;
    /// `Some(0)`: does not wait) has come; tells how many are. A descriptor that another thread closes meanwhile is
    /// closed at once: what waits for a file does not keep it open.
    pub fn poll(&self, requests: &mut [Request], deadline: Option<u64>) -> Result<usize> {
        let mut open: Vec<Option<Weak<Open>>> = Vec::new();
        open.try_reserve_exact(requests.len())
            .map_err(|_| Errno::ENOMEM)?;
        let get = |number| self.get(number).ok().as_ref().map(Arc::downgrade);
        open.extend(requests.iter().map(|request| get(request.number)));
        let mut check = || {
            let mut count = 0;
            for (request, open) in requests.iter_mut().zip(&open) {
                request.found = match open.as_ref().and_then(Weak::upgrade) {
                    _ if request.number < 0 => 0,
                    None => POLLNVAL,
                    Some(open) => {
                        let mut ready = open.file.ready();
                        ready |= if ready & POLLIN != 0 { POLLRDNORM } else { 0 };
                        ready |= if ready & POLLOUT != 0 { POLLWRNORM } else { 0 };
                        ready & (request.wanted | POLLERR | POLLHUP)
                    }
                };
                count += usize::from(request.found != 0);
            }
            count
        };
        let files = || open.iter().flatten().filter_map(Weak::upgrade);
        poll::until(
            || {
                let count = check();
                (count > 0).then_some(count)
            },
            || files().filter_map(|open| open.file.next_change()).min(),
            // One that is closed meanwhile goes on being listened to, which costs an interrupt now and then.
            |on| files().for_each(|open| open.file.listen(on)),
            deadline,
        )
        .map(|count| count.unwrap_or(0))
    }
}
