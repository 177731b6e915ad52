//! The in-memory file system: what the names in it stand for.
//!
//! A [`Node`] is a file whatever its kind; directories hold references to the nodes they name, so a node
//! lives for as long as a name or an open descriptor refers to it. A directory entry may also be the
//! root of another file system: that is all that a mount is.
//!
//! **Locks**, all sleeping: `RENAME`, then a directory's entries, then a file's bytes. Two directories
//! are locked at once only by a holder of `RENAME`, which also is what lets a directory's parent change
//! and a directory disappear. Other attributes are atomics.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

use super::data::Data;
use super::device::Device;
use super::directory::Entries;
use super::file::{Attributes, Change, File, Listed, Manner, New, is_directory};
use super::flags::{
    O_ACCMODE, O_RDONLY, PERMISSIONS, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK,
    S_ISGID,
};
use super::pipe::Pipe;
use super::socket::Socket;
use super::user::User;
use super::{Mutex, now};
use crate::errno::{Errno, Result};
use crate::mm::object::Object;

/// Number of the in-memory file system in `st_dev`.
pub const DEVICE_NUMBER: u64 = 1;

/// Held while a directory moves or disappears.
pub(super) static RENAME: Mutex<()> = Mutex::new(());

static NEXT_INODE: AtomicU64 = AtomicU64::new(1);

/// What a node is.
pub(super) enum Body {
    /// Names and what they stand for.
    Directory(Mutex<Entries>),
    /// Bytes.
    Regular(Mutex<Data>),
    /// The path that a symbolic link points to.
    Link(Box<[u8]>),
    /// A device.
    Device(Device),
    /// A FIFO, or a pipe that has no name.
    Fifo(Pipe),
    /// The name of a socket.
    Socket(Weak<Socket>),
    /// Text that is made for each who opens it.
    Text(Text),
}

/// What makes a file's text.
pub(super) type Text = fn() -> Vec<u8>;

/// A file of the in-memory file system.
pub struct Node {
    inode: u64,
    mode: AtomicU32,
    uid: AtomicU32,
    gid: AtomicU32,
    pub(super) links: AtomicU32,
    accessed: AtomicI64,
    modified: AtomicI64,
    changed: AtomicI64,
    pub(super) body: Body,
}

/// `ENOSPC` unless there is memory for a node and an entry. Small allocations that follow do not check
/// one by one: this is far more than they need.
pub(super) fn check_memory() -> Result<()> {
    let mut probe: Vec<u8> = Vec::new();
    probe.try_reserve_exact(2048).map_err(|_| Errno::ENOSPC)
}

impl Node {
    fn with_body(kind: u32, permissions: u32, body: Body) -> Node {
        let now = now();
        Node {
            inode: NEXT_INODE.fetch_add(1, Relaxed),
            mode: AtomicU32::new(kind | permissions & PERMISSIONS),
            uid: AtomicU32::new(0),
            gid: AtomicU32::new(0),
            links: AtomicU32::new(1),
            accessed: AtomicI64::new(now),
            modified: AtomicI64::new(now),
            changed: AtomicI64::new(now),
            body,
        }
    }

    /// A directory below `parent`; none: the root.
    pub fn directory(permissions: u32, parent: Option<Weak<Node>>) -> Arc<Node> {
        Arc::new_cyclic(|this| {
            let parent = parent.unwrap_or_else(|| this.clone());
            let entries = Mutex::new(Entries::new(this.clone(), parent));
            let node = Node::with_body(S_IFDIR, permissions, Body::Directory(entries));
            node.links.store(2, Relaxed);
            node
        })
    }

    /// A regular file.
    pub fn regular(permissions: u32, data: Data) -> Arc<Node> {
        Arc::new(Node::with_body(
            S_IFREG,
            permissions,
            Body::Regular(Mutex::new(data)),
        ))
    }

    /// A symbolic link.
    pub fn symbolic_link(target: &[u8]) -> Arc<Node> {
        Arc::new(Node::with_body(S_IFLNK, 0o777, Body::Link(target.into())))
    }

    /// A device file.
    pub fn device(device: Device) -> Arc<Node> {
        Arc::new(Node::with_body(S_IFCHR, 0o666, Body::Device(device)))
    }

    /// A FIFO.
    pub fn fifo(permissions: u32) -> Arc<Node> {
        Arc::new(Node::with_body(
            S_IFIFO,
            permissions,
            Body::Fifo(Pipe::new()),
        ))
    }

    /// A name of a socket.
    fn socket_name(permissions: u32, socket: Weak<Socket>) -> Arc<Node> {
        Arc::new(Node::with_body(S_IFSOCK, permissions, Body::Socket(socket)))
    }

    /// The socket that is bound to this name; `ECONNREFUSED` if it is gone, or nothing of the kind.
    pub(super) fn socket(&self) -> Result<Arc<Socket>> {
        match &self.body {
            Body::Socket(socket) => socket.upgrade().ok_or(Errno::ECONNREFUSED),
            _ => Err(Errno::ECONNREFUSED),
        }
    }

    /// A file whose text is made when it is opened.
    pub(super) fn text(make: Text) -> Arc<Node> {
        Arc::new(Node::with_body(S_IFREG, 0o444, Body::Text(make)))
    }

    /// What goes through a FIFO.
    pub(super) fn pipe(&self) -> Option<&Pipe> {
        match &self.body {
            Body::Fifo(pipe) => Some(pipe),
            _ => None,
        }
    }

    /// Number of the file.
    pub fn inode(&self) -> u64 {
        self.inode
    }

    /// Sets the time of the last write, and with it that of the last change.
    pub fn touch(&self) {
        let now = now();
        self.modified.store(now, Relaxed);
        self.changed.store(now, Relaxed);
    }

    /// Sets the time of the last read.
    pub fn touch_read(&self) {
        self.accessed.store(now(), Relaxed);
    }

    /// Sets the time of the last change of attributes.
    pub fn touch_attributes(&self) {
        self.changed.store(now(), Relaxed);
    }

    /// The entries of a directory.
    pub(super) fn entries(&self) -> Result<&Mutex<Entries>> {
        match &self.body {
            Body::Directory(entries) => Ok(entries),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// Puts the root of another file system in this directory, in place of what has the name.
    pub fn mount(&self, name: &[u8], root: Arc<dyn File>) -> Result<()> {
        let mut entries = self.entries()?.lock();
        let hidden = entries.take(name);
        entries.insert(name, root)?;
        if !hidden.is_some_and(|hidden| is_directory(hidden.mode())) {
            self.links.fetch_add(1, Relaxed);
        }
        Ok(())
    }

    /// Sets mode and time of the last write as the boot archive says.
    pub fn set_archived(&self, permissions: u32, modified: i64) {
        let kind = self.mode.load(Relaxed) & !PERMISSIONS;
        self.mode.store(kind | permissions & PERMISSIONS, Relaxed);
        self.modified.store(modified, Relaxed);
    }
}

impl File for Node {
    fn mode(&self) -> u32 {
        self.mode.load(Relaxed)
    }

    fn attributes(&self) -> Result<Attributes> {
        let (size, blocks, special) = match &self.body {
            Body::Regular(data) => {
                let data = data.lock();
                (data.size(), data.allocated().div_ceil(512), 0)
            }
            Body::Link(target) => (target.len() as u64, 0, 0),
            Body::Directory(entries) => (entries.lock().len() as u64 * 32, 0, 0),
            Body::Device(device) => (0, 0, device.number()),
            Body::Fifo(_) | Body::Socket(_) | Body::Text(_) => (0, 0, 0),
        };
        Ok(Attributes {
            device: DEVICE_NUMBER,
            inode: self.inode,
            mode: self.mode(),
            links: self.links.load(Relaxed),
            uid: self.uid.load(Relaxed),
            gid: self.gid.load(Relaxed),
            special,
            size,
            blocks,
            accessed: self.accessed.load(Relaxed),
            modified: self.modified.load(Relaxed),
            changed: self.changed.load(Relaxed),
        })
    }

    fn change(&self, change: Change) -> Result<()> {
        if let Some(permissions) = change.permissions {
            let kind = self.mode.load(Relaxed) & !PERMISSIONS;
            self.mode.store(kind | permissions & PERMISSIONS, Relaxed);
        }
        if let Some(uid) = change.uid {
            self.uid.store(uid, Relaxed);
        }
        if let Some(gid) = change.gid {
            self.gid.store(gid, Relaxed);
        }
        if let Some(time) = change.accessed {
            self.accessed.store(time.or_now(now()), Relaxed);
        }
        if let Some(time) = change.modified {
            self.modified.store(time.or_now(now()), Relaxed);
        }
        self.touch_attributes();
        Ok(())
    }

    fn open(self: Arc<Self>, flags: u32) -> Result<Arc<dyn File>> {
        match &self.body {
            Body::Fifo(_) => super::pipe::open(&self, flags),
            Body::Socket(_) => Err(Errno::ENXIO),
            Body::Text(_) if flags & O_ACCMODE != O_RDONLY => Err(Errno::EACCES),
            Body::Text(make) => {
                let mut data = Data::new();
                data.write(0, &mut User::from_slice(&make()))?;
                Ok(Node::regular(self.mode(), data))
            }
            Body::Device(device) => match device.opened() {
                Some(file) => Ok(file),
                None => Ok(self),
            },
            _ => Ok(self),
        }
    }

    fn seekable(&self) -> bool {
        // As on Linux, /dev/null and its like accept positions and ignore them.
        !matches!(self.body, Body::Link(_) | Body::Fifo(_) | Body::Socket(_))
    }

    fn read(&self, at: &mut u64, to: &mut User<'_>, _manner: Manner) -> Result<usize> {
        let count = match &self.body {
            // Asking for nothing is no reading.
            Body::Regular(_) if to.remaining() == 0 => return Ok(0),
            Body::Regular(data) => data.lock().read(*at, to)?,
            Body::Device(device) => return device.read(to),
            Body::Directory(_) => return Err(Errno::EISDIR),
            Body::Link(_) | Body::Fifo(_) | Body::Socket(_) | Body::Text(_) => {
                return Err(Errno::EINVAL);
            }
        };
        self.touch_read();
        *at += count as u64;
        Ok(count)
    }

    fn write(&self, at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        let (start, count) = match &self.body {
            Body::Regular(_) if from.remaining() == 0 => return Ok(0),
            Body::Regular(data) => {
                let mut data = data.lock();
                let start = if manner.append { data.size() } else { *at };
                (start, data.write(start, from)?)
            }
            Body::Device(device) => return device.write(from),
            Body::Directory(_) => return Err(Errno::EISDIR),
            Body::Link(_) | Body::Fifo(_) | Body::Socket(_) | Body::Text(_) => {
                return Err(Errno::EINVAL);
            }
        };
        if count > 0 {
            self.touch();
        }
        *at = start + count as u64;
        Ok(count)
    }

    fn next(&self, from: u64, data: bool) -> Result<u64> {
        match &self.body {
            Body::Regular(bytes) => bytes.lock().next(from, data),
            _ => Err(Errno::EINVAL),
        }
    }

    fn allocate(&self, start: u64, end: u64) -> Result<()> {
        match &self.body {
            Body::Regular(data) => data.lock().allocate(start, end)?,
            _ => return Err(Errno::ENODEV),
        }
        self.touch();
        Ok(())
    }

    fn truncate(&self, len: u64) -> Result<()> {
        match &self.body {
            Body::Regular(data) => data.lock().truncate(len)?,
            Body::Directory(_) => return Err(Errno::EISDIR),
            _ => return Err(Errno::EINVAL),
        }
        self.touch();
        Ok(())
    }

    fn share(&self, _range: Range<u64>) -> Result<Arc<Object>> {
        self.accessed.store(now(), Relaxed);
        match &self.body {
            Body::Regular(data) => data.lock().share(),
            _ => Err(Errno::ENODEV),
        }
    }

    fn mapping_written(&self) -> Result<()> {
        self.touch();
        Ok(())
    }

    fn lookup(&self, name: &[u8]) -> Result<Arc<dyn File>> {
        self.entries()?
            .lock()
            .get(name)
            .cloned()
            .ok_or(Errno::ENOENT)
    }

    fn parent(&self) -> Result<Arc<dyn File>> {
        match self.entries()?.lock().parent() {
            Some(parent) => Ok(parent as Arc<dyn File>),
            None => Err(Errno::ENOENT),
        }
    }

    fn create(&self, name: &[u8], new: New<'_>) -> Result<Arc<dyn File>> {
        check_memory()?;
        let mut entries = self.entries()?.lock();
        if entries.get(name).is_some() {
            return Err(Errno::EEXIST);
        }
        let node = match new {
            New::Regular(permissions) => Node::regular(permissions, Data::new()),
            New::Directory(permissions) => Node::directory(permissions, Some(entries.this())),
            New::Link(target) => Node::symbolic_link(target),
            New::Fifo(permissions) => Node::fifo(permissions),
            New::Socket(permissions, socket) => Node::socket_name(permissions, socket),
        };
        let group = self.mode() & S_ISGID;
        if group != 0 {
            node.gid.store(self.gid.load(Relaxed), Relaxed);
        }
        entries.insert(name, node.clone())?;
        if is_directory(node.mode()) {
            // A directory that hands its group on hands that on, too (as on Linux and the BSDs).
            node.mode.fetch_or(group, Relaxed);
            self.links.fetch_add(1, Relaxed);
        }
        self.touch();
        Ok(node)
    }

    fn link(&self, name: &[u8], file: &Arc<dyn File>) -> Result<()> {
        let node = file.as_node().ok_or(Errno::EXDEV)?;
        if is_directory(node.mode()) {
            return Err(Errno::EPERM);
        }
        self.entries()?.lock().insert(name, file.clone())?;
        node.links.fetch_add(1, Relaxed);
        node.touch_attributes();
        self.touch();
        Ok(())
    }

    fn remove(&self, name: &[u8], directory: bool) -> Result<()> {
        super::directory::remove(self, name, directory)
    }

    fn rename(&self, name: &[u8], to: &dyn File, to_name: &[u8], replacing: bool) -> Result<()> {
        let to = to.as_node().ok_or(Errno::EXDEV)?;
        super::directory::rename(self, name, to, to_name, replacing)
    }

    fn list(&self, from: u64, report: &mut dyn FnMut(Listed<'_>) -> bool) -> Result<()> {
        self.entries()?.lock().list(from, report);
        self.touch_read();
        Ok(())
    }

    fn target(&self) -> Result<Vec<u8>> {
        match &self.body {
            Body::Link(target) => Ok(target.to_vec()),
            _ => Err(Errno::EINVAL),
        }
    }

    fn as_node(&self) -> Option<&Node> {
        Some(self)
    }
}
