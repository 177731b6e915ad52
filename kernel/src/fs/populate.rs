//! The file system as the program finds it: `/dev`, `/tmp`, `/proc`, the processors in `/sys`, and the boot archive's files.

use alloc::sync::Arc;

use super::archive::{self, Archive};
use super::console;
use super::data::Data;
use super::device::Device;
use super::file::{File, New, is_directory};
use super::flags::{S_IFDIR, S_IFLNK, S_IFMT, S_IFREG};
use super::node::Node;
use crate::errno::{Errno, Result};

const NANOSECONDS: i64 = 1_000_000_000;

/// Adds a read-only file with this text.
#[cfg(not(test))]
pub(super) fn file(
    directory: &Arc<dyn File>,
    name: &[u8],
    text: alloc::string::String,
) -> Result<()> {
    let node = Node::regular(S_IFREG | 0o444, Data::from_archive(text.leak().as_bytes()));
    node.links.store(0, core::sync::atomic::Ordering::Relaxed);
    let node: Arc<dyn File> = node;
    directory.link(name, &node)
}

/// The directory with this path below `root`, made where it is missing.
pub(super) fn directory(root: &Arc<dyn File>, path: &[u8]) -> Result<Arc<dyn File>> {
    let mut current = root.clone();
    for name in path
        .split(|byte| *byte == b'/')
        .filter(|name| !matches!(*name, b"" | b"."))
    {
        let next = match current.lookup(name) {
            Err(Errno::ENOENT) => current.create(name, New::Directory(0o755))?,
            found => found?,
        };
        if !is_directory(next.mode()) {
            return Err(Errno::ENOTDIR);
        }
        current = next;
    }
    Ok(current)
}

/// Adds an archive entry; a later one replaces an earlier one of the same name.
fn add(root: &Arc<dyn File>, entry: &archive::Entry) -> Result<()> {
    let modified = i64::from(entry.modified) * NANOSECONDS;
    if entry.mode & S_IFMT == S_IFDIR {
        let made = directory(root, entry.name)?;
        made.as_node()
            .ok_or(Errno::EEXIST)?
            .set_archived(entry.mode, modified);
        return Ok(());
    }
    let node = match entry.mode & S_IFMT {
        S_IFREG => Node::regular(entry.mode, Data::from_archive(entry.data)),
        S_IFLNK if !entry.data.is_empty() => Node::symbolic_link(entry.data),
        _ => return Err(Errno::EINVAL),
    };
    let (above, name) = match entry.name.iter().rposition(|byte| *byte == b'/') {
        Some(slash) => (&entry.name[..slash], &entry.name[slash + 1..]),
        None => (&b""[..], entry.name),
    };
    if name.is_empty() || name == b"." {
        return Err(Errno::EINVAL);
    }
    node.set_archived(entry.mode, modified);
    let above = directory(root, above)?;
    // Nothing there yet is the usual case.
    let _ = above.remove(name, false);
    node.links.store(0, core::sync::atomic::Ordering::Relaxed);
    let node: Arc<dyn File> = node;
    above.link(name, &node)
}

/// Makes the standard directories and devices.
fn add_devices(root: &Arc<dyn File>) -> Result<()> {
    let dev = directory(root, b"dev")?;
    for (name, device) in [
        (&b"null"[..], Device::Null),
        (b"zero", Device::Zero),
        (b"full", Device::Full),
        (b"random", Device::Random),
        (b"urandom", Device::Random),
        (b"tty", Device::Console),
        (b"console", Device::Console),
    ] {
        let node = Node::device(device);
        node.links.store(0, core::sync::atomic::Ordering::Relaxed);
        let node: Arc<dyn File> = node;
        dev.link(name, &node)?;
    }
    for (name, target) in [
        (&b"stdin"[..], b"fd/0"),
        (b"stdout", b"fd/1"),
        (b"stderr", b"fd/2"),
    ] {
        dev.create(name, New::Link(target))?;
    }
    if let Some(node) = dev.as_node() {
        node.mount(b"fd", console::descriptor_directory(dev.clone()))?;
    }
    // Where programs put files of their own, and where `shm_open` has its objects.
    for path in [&b"tmp"[..], b"dev/shm"] {
        directory(root, path)?
            .as_node()
            .ok_or(Errno::EEXIST)?
            .set_archived(0o1777, super::now());
    }
    Ok(())
}

/// The root directory with everything in it. What memory does not suffice for is missing.
pub(super) fn root(archive: Archive) -> Arc<dyn File> {
    let root: Arc<dyn File> = Node::directory(0o755, None);
    let start = archive::start(archive.clone());
    // An entry that cannot be added (its parent is a file, say) is left out: the others are still good.
    let _ = add_devices(&root);
    #[cfg(not(test))]
    let _ = (super::processors::add(&root), super::process::add(&root));
    for entry in archive {
        if !archive::is_reserved(entry.name) {
            let _ = add(&root, &entry);
        }
    }
    if let Some(path) = start.directory {
        let _ = directory(&root, path);
    }
    // Last, so that nothing above is written into the host's folders.
    #[cfg(not(test))]
    super::p9::mount_all(&root);
    root
}
