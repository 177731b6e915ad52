//! Directories of the in-memory file system: the table of names, removal and renaming.
//!
//! Entries are kept in the order of a hash of their names. The hash is also the position that `readdir`
//! goes on from, so that a listing never skips or repeats a name that stays, whatever is made or removed
//! meanwhile. (Two names with the same 62-bit hash, should that ever happen, are both found; a listing
//! whose buffer ends exactly between them skips the second.)

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::cmp::Ordering as Order;
use core::sync::atomic::Ordering::Relaxed;

use super::file::{File, Listed, is_directory};
use super::flags::S_IFMT;
use super::node::{Node, RENAME};
use crate::errno::{Errno, Result};

/// Positions below this one are for `.` and `..`.
pub const FIRST_POSITION: u64 = 2;
/// What a listing tells as the number of a root of another file system, which would have to be asked.
pub const FOREIGN_INODE: u64 = 1;

struct Entry {
    hash: u64,
    name: Box<[u8]>,
    file: Arc<dyn File>,
}

/// The names in a directory.
pub(super) struct Entries {
    this: Weak<Node>,
    parent: Weak<Node>,
    /// The directory was removed: nothing can be made in it any more.
    removed: bool,
    list: Vec<Entry>,
}

/// FNV-1a, brought into the range of positions.
fn hash(name: &[u8]) -> u64 {
    let hash = name.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash >> 2) + FIRST_POSITION
}

impl Entries {
    pub(super) fn new(this: Weak<Node>, parent: Weak<Node>) -> Self {
        Entries {
            this,
            parent,
            removed: false,
            list: Vec::new(),
        }
    }

    pub(super) fn this(&self) -> Weak<Node> {
        self.this.clone()
    }

    pub(super) fn parent(&self) -> Option<Arc<Node>> {
        self.parent.upgrade()
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    fn find(&self, name: &[u8]) -> core::result::Result<usize, usize> {
        let hash = hash(name);
        self.list
            .binary_search_by(|entry| match entry.hash.cmp(&hash) {
                Order::Equal => (*entry.name).cmp(name),
                order => order,
            })
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Arc<dyn File>> {
        self.find(name).ok().map(|index| &self.list[index].file)
    }

    /// Adds a name; `EEXIST` if it is there, `ENOENT` if the directory was removed.
    pub(super) fn insert(&mut self, name: &[u8], file: Arc<dyn File>) -> Result<()> {
        if self.removed {
            return Err(Errno::ENOENT);
        }
        let Err(index) = self.find(name) else {
            return Err(Errno::EEXIST);
        };
        self.list.try_reserve(1).map_err(|_| Errno::ENOSPC)?;
        self.list.insert(
            index,
            Entry {
                hash: hash(name),
                name: name.into(),
                file,
            },
        );
        Ok(())
    }

    pub(super) fn take(&mut self, name: &[u8]) -> Option<Arc<dyn File>> {
        self.find(name)
            .ok()
            .map(|index| self.list.remove(index).file)
    }

    pub(super) fn list(&self, from: u64, report: &mut dyn FnMut(Listed<'_>) -> bool) {
        let first = self.list.partition_point(|entry| entry.hash < from);
        for entry in &self.list[first..] {
            let inode = entry.file.as_node().map_or(FOREIGN_INODE, Node::inode);
            let kind = entry.file.mode() & S_IFMT;
            if !report(Listed {
                name: &entry.name,
                inode,
                kind,
                next: entry.hash + 1,
            }) {
                break;
            }
        }
    }
}

/// Makes the directory `node` refuse new names, if it is empty. The caller holds [`RENAME`].
fn retire(node: &Node) -> Result<()> {
    let mut entries = node.entries()?.lock();
    if entries.len() > 0 {
        return Err(Errno::ENOTEMPTY);
    }
    entries.removed = true;
    Ok(())
}

/// Takes account of a name that went.
fn unlinked(file: &Arc<dyn File>) {
    if let Some(node) = file.as_node() {
        // A directory counts its own "." too.
        let names = if is_directory(node.mode()) { 2 } else { 1 };
        node.links.fetch_sub(names, Relaxed);
        node.touch_attributes();
    }
}

/// [`File::remove`]: POSIX `unlink` and `rmdir`.
pub(super) fn remove(from: &Node, name: &[u8], directory: bool) -> Result<()> {
    // What is removed is dropped last, with no lock held: it may be large.
    let removed;
    {
        let _moving = directory.then(|| RENAME.lock());
        let mut entries = from.entries()?.lock();
        let file = entries.get(name).ok_or(Errno::ENOENT)?;
        match (is_directory(file.mode()), directory) {
            (true, false) => return Err(Errno::EISDIR),
            (false, true) => return Err(Errno::ENOTDIR),
            (true, true) => retire(file.as_node().ok_or(Errno::EBUSY)?)?,
            (false, false) => {}
        }
        removed = entries.take(name);
    }
    if let Some(file) = &removed {
        unlinked(file);
        if directory {
            from.links.fetch_sub(1, Relaxed);
        }
    }
    from.touch();
    Ok(())
}

/// Whether `directory` is `ancestor` or lies below it. The caller holds [`RENAME`].
fn is_below(directory: &Node, ancestor: &Node) -> Result<bool> {
    if core::ptr::eq(directory, ancestor) {
        return Ok(true);
    }
    let mut current = directory.entries()?.lock().parent();
    while let Some(node) = current {
        if core::ptr::eq(&*node, ancestor) {
            return Ok(true);
        }
        let parent = node.entries()?.lock().parent();
        if parent
            .as_ref()
            .is_some_and(|parent| Arc::ptr_eq(parent, &node))
        {
            break;
        }
        current = parent;
    }
    Ok(false)
}

/// Whether `new` may take the place of `old`, which is retired if it is a directory.
fn replace(old: &Arc<dyn File>, new_is_directory: bool) -> Result<()> {
    match (new_is_directory, is_directory(old.mode())) {
        (true, true) => retire(old.as_node().ok_or(Errno::EBUSY)?),
        (true, false) => Err(Errno::ENOTDIR),
        (false, true) => Err(Errno::EISDIR),
        (false, false) => Ok(()),
    }
}

/// [`File::rename`]: POSIX `rename`.
pub(super) fn rename(
    from: &Node,
    name: &[u8],
    to: &Node,
    to_name: &[u8],
    replacing: bool,
) -> Result<()> {
    let _moving = RENAME.lock();
    let file = from
        .entries()?
        .lock()
        .get(name)
        .cloned()
        .ok_or(Errno::ENOENT)?;
    let directory = is_directory(file.mode());
    let (removed, old) = {
        let entries = to.entries()?.lock();
        (entries.removed, entries.get(to_name).cloned())
    };
    if removed {
        return Err(Errno::ENOENT);
    }
    if directory && is_below(to, file.as_node().ok_or(Errno::EBUSY)?)? {
        return Err(Errno::EINVAL);
    }
    // One that holds what is renamed is not empty; it may be locked below.
    if let Some(old) = old.as_ref().and_then(|old| old.as_node())
        && is_directory(old.mode())
        && is_below(from, old)?
    {
        return Err(Errno::ENOTEMPTY);
    }
    let replaced;
    {
        // With RENAME held the order of the two does not matter.
        let mut source = from.entries()?.lock();
        let same = core::ptr::eq(from, to);
        let mut other = if same {
            None
        } else {
            Some(to.entries()?.lock())
        };
        let target = match other.as_mut() {
            Some(other) => &mut **other,
            None => &mut *source,
        };
        if let Some(old) = target.get(to_name) {
            if !replacing {
                return Err(Errno::EEXIST);
            }
            if Arc::ptr_eq(old, &file) {
                return Ok(());
            }
            replace(old, directory)?;
        }
        replaced = target.take(to_name);
        let this = target.this();
        target.insert(to_name, file.clone())?;
        // Someone may have removed the old name since it was looked up: files may go without RENAME.
        if source
            .find(name)
            .is_ok_and(|index| Arc::ptr_eq(&source.list[index].file, &file))
        {
            source.take(name);
        } else {
            // Then the new name is what the file has left of the two.
            file.as_node().inspect(|node| {
                node.links.fetch_add(1, Relaxed);
            });
        }
        if directory && !same {
            let node = file.as_node().ok_or(Errno::EBUSY)?;
            node.entries()?.lock().parent = this;
            from.links.fetch_sub(1, Relaxed);
            to.links.fetch_add(1, Relaxed);
        }
    }
    if let Some(old) = &replaced {
        if is_directory(old.mode()) {
            to.links.fetch_sub(1, Relaxed);
        }
        unlinked(old);
    }
    if let Some(node) = file.as_node() {
        node.touch_attributes();
    }
    from.touch();
    to.touch();
    Ok(())
}
