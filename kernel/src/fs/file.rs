//! What every file is to the rest of the kernel: the trait [`File`].
//!
//! Regular files, directories, devices, pipes, the console and later the host's files and sockets
//! implement it. A method that makes no sense for a kind of file keeps its default, which answers with
//! the error that POSIX names. Methods may sleep.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::ops::Range;

use super::flags::{POLLIN, POLLOUT, S_IFDIR, S_IFLNK, S_IFMT};
use super::node::Node;
use super::p9::file::HostFile;
use super::socket::Socket;
use super::user::User;
use super::watch::Watch;
use crate::errno::{Errno, Result};
use crate::mm::object::Object;

/// What `stat` tells. Times are nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// File system that the file is on.
    pub device: u64,
    /// Number of the file on its file system.
    pub inode: u64,
    /// Kind of file and permission bits (`S_IF…`).
    pub mode: u32,
    /// Number of directory entries that name the file.
    pub links: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Which device a device file stands for.
    pub special: u64,
    /// Size in bytes.
    pub size: u64,
    /// Memory or disk in use, in units of 512 bytes.
    pub blocks: u64,
    /// Last read.
    pub accessed: i64,
    /// Last write.
    pub modified: i64,
    /// Last change of the attributes.
    pub changed: i64,
}

/// A change of attributes; what is `None` stays.
#[derive(Clone, Copy, Default)]
pub struct Change {
    /// Permission bits.
    pub permissions: Option<u32>,
    /// Owner.
    pub uid: Option<u32>,
    /// Group.
    pub gid: Option<u32>,
    /// Time of the last read.
    pub accessed: Option<Time>,
    /// Time of the last write.
    pub modified: Option<Time>,
}

/// A time that a file is to have.
#[derive(Clone, Copy, Debug)]
pub enum Time {
    /// That of the change, by the clock of whoever keeps the file.
    Now,
    /// Nanoseconds since 1970.
    At(i64),
}

impl Time {
    /// Nanoseconds since 1970, by this machine's clock.
    pub fn or_now(self, now: i64) -> i64 {
        match self {
            Time::Now => now,
            Time::At(time) => time,
        }
    }
}

/// What [`File::create`] makes.
pub enum New<'a> {
    /// A regular file with these permissions.
    Regular(u32),
    /// A directory with these permissions.
    Directory(u32),
    /// A symbolic link to this path.
    Link(&'a [u8]),
    /// A FIFO with these permissions.
    Fifo(u32),
    /// A name of a socket, with these permissions.
    Socket(u32, Weak<Socket>),
}

/// What `statvfs` tells of a file system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Bytes of a block.
    pub block_size: u64,
    /// Blocks in all.
    pub blocks: u64,
    /// Free blocks.
    pub free: u64,
    /// Free blocks for who is not the superuser.
    pub available: u64,
    /// Files that there can be.
    pub files: u64,
    /// Files that there can be beside those that are.
    pub files_free: u64,
    /// Number of the file system.
    pub id: u64,
    /// Longest name in bytes.
    pub name_max: u32,
    /// Whether every change is refused.
    pub read_only: bool,
}

/// One entry that [`File::list`] reports.
pub struct Listed<'a> {
    /// The name.
    pub name: &'a [u8],
    /// Number of the file.
    pub inode: u64,
    /// Its kind (`S_IF…`).
    pub kind: u32,
    /// Where a listing goes on after this entry.
    pub next: u64,
}

/// How a read or write is to behave; from the open file's flags.
#[derive(Clone, Copy, Default)]
pub struct Manner {
    /// `EAGAIN` instead of sleeping.
    pub nonblocking: bool,
    /// Write at the end, wherever the position is.
    pub append: bool,
}

/// A file of any kind.
pub trait File: Send + Sync {
    /// Kind of file and permission bits.
    fn mode(&self) -> u32;

    /// What `stat` tells; without more, of a file that has no name.
    fn attributes(&self) -> Result<Attributes> {
        Ok(Attributes {
            mode: self.mode(),
            links: 1,
            ..Attributes::default()
        })
    }

    /// Changes attributes.
    fn change(&self, _change: Change) -> Result<()> {
        Err(Errno::EPERM)
    }

    /// Called for each `open`; may give another object that then is what was opened. A
    /// file without a name cannot be opened.
    fn open(self: Arc<Self>, _flags: u32) -> Result<Arc<dyn File>> {
        Err(Errno::ENXIO)
    }

    /// Whether the file has positions; if not, `at` in [`File::read`] and [`File::write`] means nothing.
    fn seekable(&self) -> bool {
        false
    }

    /// Reads from position `at` and moves it on; 0 at the end.
    fn read(&self, _at: &mut u64, _to: &mut User<'_>, _manner: Manner) -> Result<usize> {
        Err(Errno::EINVAL)
    }

    /// Writes at position `at`, or at the end, and moves it behind what was written.
    fn write(&self, _at: &mut u64, _from: &mut User<'_>, _manner: Manner) -> Result<usize> {
        Err(Errno::EINVAL)
    }

    /// The first byte from `from` on that was written (`data`) or that never was; behind the last byte is a
    /// hole. `ENXIO` behind the end.
    fn next(&self, from: u64, data: bool) -> Result<u64> {
        let size = self.attributes()?.size;
        match (from < size, data) {
            (false, _) => Err(Errno::ENXIO),
            (true, true) => Ok(from),
            (true, false) => Ok(size),
        }
    }

    /// Regular file: makes sure that writing from `start` to `end` will find room, and grows the file to
    /// `end`. Whoever cannot tell in advance only grows it.
    fn allocate(&self, _start: u64, end: u64) -> Result<()> {
        if self.attributes()?.size < end {
            self.truncate(end)?;
        }
        Ok(())
    }

    /// Sets the size.
    fn truncate(&self, _len: u64) -> Result<()> {
        Err(Errno::EINVAL)
    }

    /// The pages that all shared mappings of the file show; those of `range` can be mapped.
    fn share(&self, _range: Range<u64>) -> Result<Arc<Object>> {
        Err(Errno::ENODEV)
    }

    /// Shared mappings may have written to the file: called by `msync`, and where [`Object::is_partial`] when
    /// the last mapping goes.
    fn mapping_written(&self) -> Result<()> {
        Ok(())
    }

    /// Returns when what was written is where it will survive.
    fn sync(&self) -> Result<()> {
        Ok(())
    }

    /// What would not sleep now (`POLL…`). Does not wait for anything that takes time itself.
    fn ready(&self) -> u16 {
        POLLIN | POLLOUT
    }

    /// How often something has happened that may have changed [`File::ready`], for those who are told of
    /// changes only.
    fn changes(&self) -> u64 {
        0
    }

    /// When [`File::ready`] changes by itself (monotonic nanoseconds), if it does.
    fn next_change(&self) -> Option<u64> {
        None
    }

    /// How many bytes a read would give at once, if the file has no positions.
    fn available(&self) -> usize {
        0
    }

    /// Told before a caller sleeps until [`File::ready`] changes (`true`) and after it (`false`): a
    /// device turns its interrupt on for as long. Changes are reported with [`super::poll::notify`].
    fn listen(&self, _on: bool) {}

    /// Size of the terminal in columns and rows, if it is one.
    fn terminal(&self) -> Option<(u16, u16)> {
        None
    }

    /// Directory: the file with a name, which is neither `.` nor `..`.
    fn lookup(&self, _name: &[u8]) -> Result<Arc<dyn File>> {
        Err(Errno::ENOTDIR)
    }

    /// Directory: the one above.
    fn parent(&self) -> Result<Arc<dyn File>> {
        Err(Errno::ENOTDIR)
    }

    /// Directory: makes a file; `EEXIST` if the name is in use.
    fn create(&self, _name: &[u8], _new: New<'_>) -> Result<Arc<dyn File>> {
        Err(Errno::ENOTDIR)
    }

    /// Directory: makes a regular file and opens it; `EEXIST` if the name is in use. The permissions
    /// are not those of this opening.
    fn create_and_open(&self, name: &[u8], permissions: u32, flags: u32) -> Result<Arc<dyn File>> {
        self.create(name, New::Regular(permissions))?.open(flags)
    }

    /// Directory: gives an existing file another name.
    fn link(&self, _name: &[u8], _file: &Arc<dyn File>) -> Result<()> {
        Err(Errno::ENOTDIR)
    }

    /// Directory: removes a name, of an empty directory if `directory`, else of something else.
    fn remove(&self, _name: &[u8], _directory: bool) -> Result<()> {
        Err(Errno::ENOTDIR)
    }

    /// Directory: moves a name to another directory of the same file system, replacing what is there unless that
    /// is not to be (`EEXIST`). `EINVAL`: whoever moves it cannot tell.
    fn rename(
        &self,
        _name: &[u8],
        _to: &dyn File,
        _to_name: &[u8],
        _replacing: bool,
    ) -> Result<()> {
        Err(Errno::ENOTDIR)
    }

    /// Directory: reports the entries from position `from` (0: the first) until `report` says `false`.
    fn list(&self, _from: u64, _report: &mut dyn FnMut(Listed<'_>) -> bool) -> Result<()> {
        Err(Errno::ENOTDIR)
    }

    /// Symbolic link: where it points.
    fn target(&self) -> Result<Vec<u8>> {
        Err(Errno::EINVAL)
    }

    /// What is known about the file system that the file is on.
    fn statistics(&self) -> Result<Statistics> {
        Ok(super::memory_statistics())
    }

    /// The file as one of the host's.
    fn as_host(&self) -> Option<&HostFile> {
        None
    }

    /// The file as a message queue.
    #[cfg(not(test))]
    fn as_queue(&self) -> Option<&super::mqueue::Handle> {
        None
    }

    /// The file as a socket.
    fn as_socket(&self) -> Option<&Socket> {
        None
    }

    /// The file as a set of others that are watched.
    fn as_watch(&self) -> Option<&Watch> {
        None
    }

    /// The file as a timer.
    #[cfg(not(test))]
    fn as_timer(&self) -> Option<&super::timer::Timer> {
        None
    }

    /// The file as one of the in-memory file system.
    fn as_node(&self) -> Option<&Node> {
        None
    }
}

/// Whether a mode is a directory's.
pub fn is_directory(mode: u32) -> bool {
    mode & S_IFMT == S_IFDIR
}

/// Whether a mode is a symbolic link's.
pub fn is_link(mode: u32) -> bool {
    mode & S_IFMT == S_IFLNK
}
