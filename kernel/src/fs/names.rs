//! Calls on names: what `open`, `stat`, `mkdir`, `rename` and their kin do.
//!
//! Every call takes a directory (a descriptor or [`AT_FDCWD`]) from which a relative path starts.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering::Relaxed;

use super::Files;
use super::descriptor::Open;
use super::directory::FOREIGN_INODE;
use super::file::{Attributes, Change, File, New, Statistics, is_directory, is_link};
use super::flags::*;
use super::p9::file::HostFile;
use super::path::{Follow, Place, walk};
use crate::errno::{Errno, Result};

/// [`Follow::Always`], unless a flag says not to.
fn follow(yes: bool) -> Follow {
    if yes {
        Follow::Always
    } else {
        Follow::BeforeSlash
    }
}

/// `errno`, unless the directory was removed: nothing can be found or made there, whatever it is.
fn unless_removed(place: &Place, errno: Errno) -> Errno {
    match place.directory.attributes() {
        Ok(attributes) if attributes.links > 0 => errno,
        _ => Errno::ENOENT,
    }
}

/// The last component of a path, empty for the root.
fn last_name(path: &[u8]) -> &[u8] {
    let mut names = path.rsplit(|byte| *byte == b'/');
    names.find(|name| !name.is_empty()).unwrap_or(b"")
}

impl Files {
    /// The working directory.
    pub fn working_directory(&self) -> Result<Arc<dyn File>> {
        let mut directory = self.directory.lock();
        if let Some(directory) = &*directory {
            return Ok(directory.clone());
        }
        let root = self.root();
        let first = super::archive::start(self.boot_archive())
            .directory
            .unwrap_or(b"/");
        let found = walk(root, root, first, Follow::Always).and_then(Place::existing);
        let found = found.unwrap_or_else(|_| root.clone());
        *directory = Some(found.clone());
        Ok(found)
    }

    /// Where a path leads.
    fn place(&self, from: i32, path: &[u8], follow: Follow) -> Result<Place> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let root = self.root();
        let start = if path.first() == Some(&b'/') {
            root.clone()
        } else if from == AT_FDCWD {
            self.working_directory()?
        } else {
            self.get(from)?.file.clone()
        };
        walk(root, &start, path, follow)
    }

    /// The file that a path names, as the flags `AT_EMPTY_PATH` and `AT_SYMLINK_NOFOLLOW` say.
    pub(super) fn file(&self, from: i32, path: &[u8], flags: u32) -> Result<Arc<dyn File>> {
        if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            return match from {
                AT_FDCWD => self.working_directory(),
                _ => Ok(self.get(from)?.file.clone()),
            };
        }
        self.place(from, path, follow(flags & AT_SYMLINK_NOFOLLOW == 0))?
            .existing()
    }

    /// The place of a name to be made: `EEXIST` if it is there; a slash at the end only for directories.
    pub(super) fn vacant(&self, from: i32, path: &[u8], directory: bool) -> Result<Place> {
        let place = self.place(from, path, Follow::Never)?;
        if place.file.is_some() {
            return Err(Errno::EEXIST);
        }
        if place.slash && !directory {
            return Err(Errno::ENOENT);
        }
        Ok(place)
    }

    pub(super) fn masked(&self, mode: u32) -> u32 {
        mode & PERMISSIONS & !self.umask.load(Relaxed)
    }

    /// The file mode creation mask.
    pub fn umask(&self) -> u32 {
        self.umask.load(Relaxed)
    }

    /// Sets the file mode creation mask and tells the old one.
    pub fn set_umask(&self, mask: u32) -> u32 {
        self.umask.swap(mask & 0o777, Relaxed)
    }

    /// Finds or makes the file that `open` is asked for, and opens it.
    fn find_and_open(
        &self,
        from: i32,
        path: &[u8],
        flags: u32,
        mode: u32,
    ) -> Result<Arc<dyn File>> {
        let create = flags & O_CREAT != 0;
        let exclusive = create && flags & O_EXCL != 0;
        // A second round only when another thread made or removed the name in between.
        for _ in 0..100 {
            let through = flags & O_NOFOLLOW == 0 && !exclusive;
            let mut place = match create && path.ends_with(b"/") {
                true => self.place(from, path, Follow::Never),
                false => self.place(from, path, follow(through)),
            }?;
            // What `open` makes is no directory.
            if create && place.slash && !place.name.is_empty() {
                return Err(Errno::EISDIR);
            }
            let Some(file) = place.file.take() else {
                if !create {
                    return Err(Errno::ENOENT);
                }
                let permissions = self.masked(mode);
                match place
                    .directory
                    .create_and_open(&place.name, permissions, flags)
                {
                    Err(Errno::EEXIST) if !exclusive => continue,
                    made => return made,
                }
            };
            if exclusive {
                return Err(Errno::EEXIST);
            }
            let file_mode = file.mode();
            if is_link(file_mode) {
                return Err(if flags & O_DIRECTORY != 0 {
                    Errno::ENOTDIR
                } else {
                    Errno::ELOOP
                });
            }
            let directory = is_directory(file_mode);
            if !directory && (flags & O_DIRECTORY != 0 || place.slash) {
                return Err(Errno::ENOTDIR);
            }
            if directory && (create || flags & O_ACCMODE != O_RDONLY) {
                return Err(Errno::EISDIR);
            }
            if flags & O_TRUNC != 0
                && flags & O_ACCMODE != O_RDONLY
                && file_mode & S_IFMT == S_IFREG
                // The host does it when it opens the file.
                && file.as_host().is_none()
            {
                file.truncate(0)?;
            }
            match file.open(flags) {
                Err(Errno::ESTALE) => continue,
                Err(Errno::ENOENT) if create => continue,
                opened => return opened,
            }
        }
        Err(Errno::EAGAIN)
    }

    /// POSIX `openat`: the new descriptor.
    pub fn open(&self, from: i32, path: &[u8], flags: u32, mode: u32) -> Result<i32> {
        if flags & O_ACCMODE == O_ACCMODE
            || flags & (O_CREAT | O_DIRECTORY) == O_CREAT | O_DIRECTORY
        {
            return Err(Errno::EINVAL);
        }
        self.add_opened(flags, || {
            let file = self.find_and_open(from, path, flags, mode)?;
            Ok(Open::new(file, flags))
        })
    }

    /// POSIX `fstatat`.
    pub fn attributes(&self, from: i32, path: &[u8], flags: u32) -> Result<Attributes> {
        self.file(from, path, flags)?.attributes()
    }

    /// POSIX `statvfs`.
    pub fn statistics(&self, from: i32, path: &[u8]) -> Result<Statistics> {
        self.file(from, path, 0)?.statistics()
    }

    /// POSIX `fchmodat`, `fchownat`, `utimensat`.
    pub fn change(&self, from: i32, path: &[u8], flags: u32, change: Change) -> Result<()> {
        self.file(from, path, flags)?.change(change)
    }

    /// POSIX `faccessat` for the superuser: everything that exists may be read and written, and executed
    /// if it is a directory or anybody may execute it. Bits of `wanted`: 4 read, 2 write, 1 execute.
    pub fn access(&self, from: i32, path: &[u8], wanted: u32, flags: u32) -> Result<()> {
        if wanted & !7 != 0 {
            return Err(Errno::EINVAL);
        }
        let file = self.file(from, path, flags)?;
        if wanted & 2 != 0 && file.as_host().is_some_and(HostFile::is_read_only) {
            return Err(Errno::EROFS);
        }
        let mode = file.attributes()?.mode;
        if wanted & 1 != 0 && !is_directory(mode) && mode & 0o111 == 0 {
            return Err(Errno::EACCES);
        }
        Ok(())
    }

    /// POSIX `mkdirat`.
    pub fn make_directory(&self, from: i32, path: &[u8], mode: u32) -> Result<()> {
        let place = self.vacant(from, path, true)?;
        let new = New::Directory(self.masked(mode) & 0o1777);
        place.directory.create(&place.name, new).map(drop)
    }

    /// POSIX `mknodat`: a regular file or a FIFO; `EPERM` for other kinds, which nothing here makes.
    pub fn make_node(&self, from: i32, path: &[u8], mode: u32) -> Result<()> {
        let place = self.vacant(from, path, false)?;
        let new = match mode & S_IFMT {
            0 | S_IFREG => New::Regular(self.masked(mode)),
            S_IFIFO => New::Fifo(self.masked(mode)),
            _ => return Err(Errno::EPERM),
        };
        place.directory.create(&place.name, new).map(drop)
    }

    /// POSIX `truncate`.
    pub fn truncate(&self, from: i32, path: &[u8], len: i64) -> Result<()> {
        let len = u64::try_from(len).map_err(|_| Errno::EINVAL)?;
        self.file(from, path, 0)?.truncate(len)
    }

    /// POSIX `symlinkat`.
    pub fn make_link(&self, target: &[u8], from: i32, path: &[u8]) -> Result<()> {
        if target.is_empty() {
            return Err(Errno::ENOENT);
        }
        if target.len() >= PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let place = self.vacant(from, path, false)?;
        place
            .directory
            .create(&place.name, New::Link(target))
            .map(drop)
    }

    /// POSIX `readlinkat`: where the link points.
    pub fn link_target(&self, from: i32, path: &[u8]) -> Result<Vec<u8>> {
        self.file(from, path, AT_SYMLINK_NOFOLLOW)?.target()
    }

    /// POSIX `linkat`.
    pub fn link(&self, from: i32, old: &[u8], to: i32, new: &[u8], flags: u32) -> Result<()> {
        let file = self
            .place(from, old, follow(flags & AT_SYMLINK_FOLLOW != 0))?
            .existing()?;
        let place = self.vacant(to, new, false)?;
        if is_directory(file.mode()) {
            return Err(unless_removed(&place, Errno::EPERM));
        }
        place.directory.link(&place.name, &file)
    }

    /// POSIX `unlinkat`: `unlink`, or `rmdir` with [`AT_REMOVEDIR`].
    pub fn remove(&self, from: i32, path: &[u8], flags: u32) -> Result<()> {
        if flags & !AT_REMOVEDIR != 0 {
            return Err(Errno::EINVAL);
        }
        let directory = flags & AT_REMOVEDIR != 0;
        let place = self.place(from, path, Follow::Never)?;
        if place.name.is_empty() {
            return Err(match last_name(path) {
                _ if !directory => Errno::EISDIR,
                b".." => Errno::ENOTEMPTY,
                b"." => Errno::EINVAL,
                _ => Errno::EBUSY,
            });
        }
        if place.file.is_none() {
            return Err(Errno::ENOENT);
        }
        if place.slash && !directory {
            let is_directory = place.file.is_some_and(|file| is_directory(file.mode()));
            return Err(if is_directory {
                Errno::EISDIR
            } else {
                Errno::ENOTDIR
            });
        }
        place.directory.remove(&place.name, directory)
    }

    /// POSIX `renameat`.
    pub fn rename(&self, from: i32, old: &[u8], to: i32, new: &[u8], flags: u32) -> Result<()> {
        if flags & !RENAME_NOREPLACE != 0 {
            return Err(Errno::EINVAL);
        }
        let replacing = flags & RENAME_NOREPLACE == 0;
        let source = self.place(from, old, Follow::Never)?;
        let target = self.place(to, new, Follow::Never)?;
        // A path that ends in "." or ".." cannot be renamed; the root is always busy.
        if source.name.is_empty() || target.name.is_empty() {
            let root = last_name(old).is_empty() || last_name(new).is_empty();
            return Err(if root { Errno::EBUSY } else { Errno::EINVAL });
        }
        let (slash, directory) = (source.slash || target.slash, &source.directory);
        let file = source.file.ok_or(Errno::ENOENT)?;
        if !replacing && target.file.is_some() {
            return Err(Errno::EEXIST);
        }
        if slash && !is_directory(file.mode()) {
            return Err(unless_removed(&target, Errno::ENOTDIR));
        }
        directory.rename(&source.name, &*target.directory, &target.name, replacing)
    }

    /// POSIX `chdir`, and `fchdir` with an empty path.
    pub fn change_directory(&self, from: i32, path: &[u8]) -> Result<()> {
        let flags = if from == AT_FDCWD { 0 } else { AT_EMPTY_PATH };
        let file = self.file(from, path, flags)?;
        if !is_directory(file.mode()) {
            return Err(Errno::ENOTDIR);
        }
        *self.directory.lock() = Some(file);
        Ok(())
    }

    /// POSIX `getcwd`: the path of the working directory, without a NUL. `ENOENT` if it was removed.
    pub fn working_path(&self) -> Result<Vec<u8>> {
        let mut current = self.working_directory()?;
        let mut path: Vec<u8> = Vec::new();
        loop {
            let parent = current.parent()?;
            if Arc::ptr_eq(&parent, &current) {
                break;
            }
            let identity = |file: &Arc<dyn File>| {
                let attributes = file.attributes()?;
                Ok((attributes.device, attributes.inode))
            };
            let wanted = identity(&current)?;
            let mut from = 0;
            // The listing tells names; which of them is the directory is asked one by one, with nothing
            // locked.
            let name = 'search: loop {
                let mut names: Vec<Vec<u8>> = Vec::new();
                parent.list(from, &mut |entry| {
                    if entry.kind == S_IFDIR
                        && (entry.inode == wanted.1 || entry.inode == FOREIGN_INODE)
                    {
                        names.push(entry.name.to_vec());
                    }
                    from = entry.next;
                    names.len() < 64
                })?;
                if names.is_empty() {
                    return Err(Errno::ENOENT);
                }
                for candidate in names {
                    let found = parent.lookup(&candidate).and_then(|file| identity(&file));
                    if found == Ok(wanted) {
                        break 'search candidate;
                    }
                }
            };
            path.splice(0..0, name);
            path.insert(0, b'/');
            current = parent;
        }
        if path.is_empty() {
            path.push(b'/');
        }
        Ok(path)
    }
}
