//! Folders of the host, live: a file system whose files are the host's, over 9P2000.L.
//!
//! [`protocol`] is the form of the messages, [`client`] a connection and its handles, [`mod@file`] the files
//! as the rest of the kernel sees them, [`open`] what is known about those that are open. Messages travel
//! over a virtio device (`drivers::virtio::p9`).
//!
//! **What it promises.** The host's files are the only truth: nothing is cached but what is mapped shared
//! ([`mapped`]), so what the program writes is the host's when the call returns, and what the host changes is
//! seen by the next call. Errors are the host's. A connection is made at the first use of a mount; a program that does not look costs
//! nothing. Calls wait for the host without being interrupted by signals. Names are resolved here, so an
//! absolute symbolic link of the host leads into the guest's tree and `..` out of a mount. FIFOs, sockets
//! and devices of the host can be seen, renamed and removed, not opened (`ENXIO`).
//!
//! QEMU's server knows files by their paths, even open ones. What that breaks for a file that was removed or
//! replaced while it is open is made good ([`open`]); one that lost the name by which it was opened and has
//! another can be read and written, its attributes cannot be changed (`ESTALE`).
//!
//! **Locks**, all inside those of [`super`]: a mount's start, an open file's mapped part, its second fid;
//! then the mount's table of open files, an open file's attributes, spare buffers, the device's channel. Only
//! the first three are held while the host works.

pub mod client;
pub mod file;
pub mod mapped;
pub mod open;
pub mod protocol;
#[cfg(test)]
mod tests;

use alloc::sync::Arc;
use alloc::vec::Vec;

use spin::Once;

use super::file::File;
use super::{Mutex, populate};
use crate::errno::{Errno, Result};
use client::{Client, Fid, Transport};
use file::HostFile;
use open::Table;
use protocol::Qid;

/// Number of the first mount in `st_dev`; the next ones follow.
const FIRST_DEVICE_NUMBER: u64 = 0x100;

/// Finds the way to the folder with a tag.
pub type Connect = fn(&[u8]) -> Result<&'static dyn Transport>;

/// A folder of the host in the guest's tree.
pub struct Mount {
    tag: Vec<u8>,
    connect: Connect,
    /// Number of the file system in `st_dev`.
    device: u64,
    /// The host refuses every change.
    read_only: bool,
    /// The directory that the mount point is in.
    parent: Arc<dyn File>,
    root: Once<(Fid, Qid)>,
    starting: Mutex<()>,
    open: Mutex<Table>,
}

impl Mount {
    /// The fid of the folder itself and what identifies it; connects at the first time.
    fn root(&self) -> Result<&(Fid, Qid)> {
        if let Some(root) = self.root.get() {
            return Ok(root);
        }
        let _starting = self.starting.lock();
        if self.root.get().is_none() {
            let root = Client::start((self.connect)(&self.tag)?)?;
            self.root.call_once(|| root);
        }
        self.root.get().ok_or(Errno::EIO)
    }
}

/// A mount as the boot parameter `mount=TAG:PATH[:ro]` says it.
#[derive(Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The device's tag.
    pub tag: Vec<u8>,
    /// Where it appears, decoded.
    pub path: Vec<u8>,
    /// Whether writing is refused.
    pub read_only: bool,
}

/// Bytes with `%XX` for what would end the word.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first == b'%' {
            let digits = core::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    Some(bytes)
}

/// Reads the value of a `mount` parameter.
pub fn parse(value: &[u8]) -> Option<Wanted> {
    let mut parts = value.split(|byte| *byte == b':');
    let tag = parts.next()?.to_vec();
    let path = decode(parts.next()?)?;
    let read_only = match (parts.next(), parts.next()) {
        (None, _) => false,
        (Some(b"ro"), None) => true,
        _ => return None,
    };
    (!tag.is_empty() && path.starts_with(b"/")).then_some(Wanted {
        tag,
        path,
        read_only,
    })
}

/// Puts a folder of the host at its place below `root`, in place of what is there. Directories on the way
/// are made.
pub fn mount(root: &Arc<dyn File>, wanted: Wanted, index: usize, connect: Connect) -> Result<()> {
    let end = wanted.path.iter().rposition(|byte| *byte != b'/');
    let path = &wanted.path[..end.ok_or(Errno::EINVAL)? + 1];
    let slash = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    let (above, name) = (&path[..slash], &path[slash + 1..]);
    let parent = populate::directory(root, above)?;
    let mount = Mount {
        tag: wanted.tag,
        connect,
        device: FIRST_DEVICE_NUMBER + index as u64,
        read_only: wanted.read_only,
        parent: parent.clone(),
        root: Once::new(),
        starting: Mutex::new(()),
        open: Mutex::new(Table::new()),
    };
    let node = parent.as_node().ok_or(Errno::ENOTDIR)?;
    node.mount(name, Arc::new(HostFile::root(Arc::new(mount))))
}

/// Mounts what the boot parameters say.
#[cfg(not(test))]
pub fn mount_all(root: &Arc<dyn File>) {
    use crate::drivers::virtio::p9;
    let connect: Connect = |tag| p9::open(tag).map(|channel| channel as &dyn Transport);
    for (index, value) in crate::boot::parameter("mount").enumerate() {
        let mounted = parse(value)
            .ok_or(Errno::EINVAL)
            .and_then(|wanted| mount(root, wanted, index, connect));
        if let Err(error) = mounted {
            crate::log!("mount {index}: {error:?}");
        }
    }
}
