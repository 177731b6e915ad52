//! A file of the host as the rest of the kernel sees it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use super::Mount;
use super::client::Fid;
use super::mapped;
use super::open::Known;
use super::protocol::{Qid, REMOVE_DIRECTORY, Stat, next_entry, open};
use crate::errno::{Errno, Result};
use crate::fs::file::{Attributes, Change, File, Listed, Manner, New, Statistics};
use crate::fs::flags::{
    NAME_MAX, O_ACCMODE, O_APPEND, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY, OFFSET_MAX,
    PERMISSIONS, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG,
};
use crate::fs::user::User;
use crate::fs::{Mutex, now};
use crate::mm::object::Object;

/// Bytes of directory entries that are fetched at a time: a little more than a caller usually wants.
const LISTING: usize = 8192;

/// What an open file has beside its fid.
struct Opened {
    fid: Fid,
    /// The flags of the host's `open`.
    flags: u32,
    /// A second one that differs in `O_APPEND`, which a program may change later.
    other: Mutex<Option<Arc<Fid>>>,
    /// `None` for a directory.
    known: Option<Arc<Known>>,
}

/// A file of the host: found, or open.
pub struct HostFile {
    mount: Arc<Mount>,
    /// `S_IF…`; special files of the host look like regular ones until their attributes are asked for.
    kind: u32,
    /// Number of the file; not known of a root.
    inode: u64,
    /// A fid that is not open; `None`: that of `opened` for a regular file, else the root's.
    fid: Option<Arc<Fid>>,
    opened: Option<Opened>,
}

/// Our position in a directory for the host's, which is any number; the first two are `.` and `..`.
fn position(host: u64) -> u64 {
    if host < OFFSET_MAX - 1 {
        host + 2
    } else {
        host
    }
}

/// The host's position for ours.
fn host_position(ours: u64) -> u64 {
    if ours < OFFSET_MAX - 1 {
        ours.saturating_sub(2)
    } else {
        ours
    }
}

/// The host's flags for ours of `open`.
fn host_flags(flags: u32) -> u32 {
    let access = match flags & O_ACCMODE {
        O_WRONLY => open::WRONLY,
        O_RDWR => open::RDWR,
        _ => 0,
    };
    let with = |ours: u32, host: u32| if flags & ours != 0 { host } else { 0 };
    access | with(O_APPEND, open::APPEND) | with(O_SYNC, open::SYNC)
}

fn attributes_of(mount: &Mount, stat: &Stat) -> Attributes {
    Attributes {
        device: mount.device,
        inode: stat.qid.path,
        mode: stat.mode,
        links: stat.links.min(u32::MAX.into()) as u32,
        uid: stat.uid,
        gid: stat.gid,
        special: stat.special,
        size: stat.size.min(OFFSET_MAX),
        blocks: stat.blocks,
        accessed: stat.accessed,
        modified: stat.modified,
        changed: stat.changed,
    }
}

impl HostFile {
    /// The folder that is mounted.
    pub fn root(mount: Arc<Mount>) -> Self {
        HostFile {
            mount,
            kind: S_IFDIR,
            inode: 0,
            fid: None,
            opened: None,
        }
    }

    fn found(&self, fid: Fid, qid: Qid) -> Self {
        HostFile {
            mount: self.mount.clone(),
            kind: match qid {
                _ if qid.is_directory() => S_IFDIR,
                _ if qid.is_link() => S_IFLNK,
                _ => S_IFREG,
            },
            inode: qid.path,
            fid: Some(Arc::new(fid)),
            opened: None,
        }
    }

    fn regular(mount: Arc<Mount>, opened: Fid, flags: u32, stat: &Stat) -> Arc<HostFile> {
        let known = mount.open.lock().enter(attributes_of(&mount, stat));
        Arc::new(HostFile {
            mount,
            kind: S_IFREG,
            inode: stat.qid.path,
            fid: None,
            opened: Some(Opened {
                fid: opened,
                flags,
                other: Mutex::new(None),
                known: Some(known),
            }),
        })
    }

    /// A fid of the file to be opened: the one there is, if nobody else has it.
    fn into_fid(self: Arc<Self>) -> Result<Fid> {
        match Arc::try_unwrap(self) {
            Ok(HostFile { fid: Some(fid), .. }) => Arc::try_unwrap(fid).or_else(|fid| fid.copy()),
            Ok(file) => file.fid()?.copy(),
            Err(shared) => shared.fid()?.copy(),
        }
    }

    /// Whether the host refuses every change.
    pub fn is_read_only(&self) -> bool {
        self.mount.read_only
    }

    /// The fid to ask about the file, or to walk from.
    fn fid(&self) -> Result<&Fid> {
        match (&self.fid, &self.opened) {
            (Some(fid), _) => Ok(fid),
            (None, Some(opened)) if self.kind != S_IFDIR => Ok(&opened.fid),
            _ => Ok(&self.mount.root()?.0),
        }
    }

    fn known(&self) -> Option<&Known> {
        self.opened.as_ref()?.known.as_deref()
    }

    /// What is known of an open file that has no name any more.
    fn removed(&self) -> Result<Option<&Known>> {
        let Some(known) = self.known() else {
            return Ok(None);
        };
        if !known.is_removed() {
            match self.fid()?.stat() {
                Ok(stat) if stat.qid.path == self.inode && stat.links > 0 => {
                    known.set(attributes_of(&self.mount, &stat));
                    return Ok(None);
                }
                Ok(_) | Err(Errno::ENOENT | Errno::ENOTDIR) => known.set_removed(),
                Err(errno) => return Err(errno),
            }
        }
        Ok(Some(known))
    }

    /// As [`HostFile::removed`], before a change, which the host makes to what has the file's name.
    fn removed_or_checked(&self) -> Result<Option<&Known>> {
        let removed = self.removed()?;
        if removed.is_none() && self.known().is_some() {
            // A copy is not open, so it is the name that is asked about.
            let named = self.fid()?.copy()?.stat();
            // The file has another name, which we do not know.
            if !named.is_ok_and(|stat| stat.qid.path == self.inode) {
                return Err(Errno::ESTALE);
            }
        }
        Ok(removed)
    }

    /// The other file, if it is on the same mount.
    fn same_mount<'a>(&self, other: &'a dyn File) -> Result<&'a HostFile> {
        other
            .as_host()
            .filter(|other| Arc::ptr_eq(&other.mount, &self.mount))
            .ok_or(Errno::EXDEV)
    }

    fn opened(&self) -> Result<&Opened> {
        match &self.opened {
            _ if self.kind == S_IFDIR => Err(Errno::EISDIR),
            Some(opened) => Ok(opened),
            None => Err(Errno::EINVAL),
        }
    }

    /// Reads from the host until the caller's memory is full or the file ends.
    fn read_all(&self, opened: &Opened, at: u64, to: &mut User<'_>) -> Result<usize> {
        let mut done = 0;
        while to.remaining() > 0 && at + (done as u64) < OFFSET_MAX {
            let from = at + done as u64;
            let most = match self.known() {
                Some(known) if known.is_removed() => known.get().size.saturating_sub(from),
                _ => u64::MAX,
            };
            if most == 0 {
                break;
            }
            match opened.fid.read(from, to, most) {
                Ok((count, at_end)) => {
                    done += count;
                    if at_end {
                        break;
                    }
                }
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(done)
    }

    /// Writes to the host all of the caller's memory, and moves `at` behind it.
    fn write_all(
        &self,
        opened: &Opened,
        at: &mut u64,
        from: &mut User<'_>,
        manner: Manner,
    ) -> Result<usize> {
        opened.with_fid(self, manner.append, |fid| {
            if from.remaining() > 0 && *at >= OFFSET_MAX {
                return Err(Errno::EFBIG);
            }
            let mut done = 0;
            while from.remaining() > 0 {
                match fid.write(*at, from) {
                    Ok((count, all)) => {
                        done += count;
                        *at += count as u64;
                        if !all {
                            break;
                        }
                    }
                    Err(errno) if done == 0 => return Err(errno),
                    Err(_) => break,
                }
            }
            if let (Some(known), 1..) = (self.known(), done) {
                if !manner.append {
                    known.written(*at, now());
                } else if known.is_removed() {
                    known.written(known.get().size + done as u64, now());
                    *at = known.get().size;
                } else {
                    // Where that was only the host knows.
                    *at = self.attributes()?.size;
                }
            }
            Ok(done)
        })
    }

    /// Sets the size of an open file without a name: what is cut off is overwritten with zeros.
    fn resize_removed(&self, known: &Known, len: u64) -> Result<()> {
        let opened = self.opened()?;
        let mut old = known.get().size;
        if old != len && opened.flags & open::APPEND != 0 {
            return Err(Errno::EIO);
        }
        let zeros = [0; 4096];
        // What is added ends with a zero that is really there, so that reads do not end before it.
        let mut at = if len > old {
            old = len;
            len - 1
        } else {
            len
        };
        while at < old {
            let count = (old - at).min(zeros.len() as u64) as usize;
            at += opened
                .fid
                .write(at, &mut User::from_slice(&zeros[..count]))?
                .0
                .max(1) as u64;
        }
        known.resized(len, now());
        Ok(())
    }
}

impl Opened {
    /// Runs `f` with a fid whose writes go to the end or do not, as wanted.
    fn with_fid<R>(
        &self,
        file: &HostFile,
        append: bool,
        f: impl FnOnce(&Fid) -> Result<R>,
    ) -> Result<R> {
        if append == (self.flags & open::APPEND != 0) {
            return f(&self.fid);
        }
        let other = {
            let mut other = self.other.lock();
            match &*other {
                Some(fid) => fid.clone(),
                None => {
                    // QEMU lets an open fid be copied.
                    let fid = file.fid()?.copy()?;
                    let qid = fid.open(self.flags ^ open::APPEND)?;
                    if qid.path != file.inode {
                        return Err(Errno::ESTALE);
                    }
                    other.insert(Arc::new(fid)).clone()
                }
            }
        };
        f(&other)
    }
}

impl File for HostFile {
    fn mode(&self) -> u32 {
        self.kind
    }

    fn attributes(&self) -> Result<Attributes> {
        if self.known().is_none() {
            return Ok(attributes_of(&self.mount, &self.fid()?.stat()?));
        }
        self.removed()?;
        self.known().map(Known::get).ok_or(Errno::EIO)
    }

    fn change(&self, change: Change) -> Result<()> {
        match self.removed_or_checked()? {
            Some(known) => {
                known.change(&change, now());
                Ok(())
            }
            None => self.fid()?.change(&change, None),
        }
    }

    fn open(self: Arc<Self>, flags: u32) -> Result<Arc<dyn File>> {
        let mount = self.mount.clone();
        if self.kind == S_IFDIR {
            let fid = self.fid()?.copy()?;
            fid.open(open::DIRECTORY)?;
            return Ok(Arc::new(HostFile {
                mount,
                kind: S_IFDIR,
                inode: self.inode,
                fid: self.fid.clone(),
                opened: Some(Opened {
                    fid,
                    flags: open::DIRECTORY,
                    other: Mutex::new(None),
                    known: None,
                }),
            }));
        }
        let truncate = if flags & O_TRUNC != 0 && flags & O_ACCMODE != O_RDONLY {
            open::TRUNCATE
        } else {
            0
        };
        let flags = host_flags(flags);
        let fid = self.into_fid()?;
        let qid = fid.open(flags | truncate)?;
        let stat = fid.stat()?;
        if stat.mode & S_IFMT != S_IFREG {
            return Err(Errno::ENXIO);
        }
        // Another file has got the name meanwhile. The caller looks again.
        if stat.qid.path != qid.path {
            return Err(Errno::ESTALE);
        }
        let file = HostFile::regular(mount, fid, flags, &stat);
        if truncate != 0
            && let Some(known) = file.known()
        {
            mapped::cut(&known.mapped.lock(), 0);
        }
        Ok(file)
    }

    fn seekable(&self) -> bool {
        self.kind != S_IFLNK
    }

    fn read(&self, at: &mut u64, to: &mut User<'_>, _manner: Manner) -> Result<usize> {
        let opened = self.opened()?;
        let mapped = self.known().map(|known| known.mapped.lock());
        let done = match mapped.as_ref().and_then(|mapped| mapped.upgrade()) {
            Some(object) => mapped::read(&object, *at, to, |at, to, most| {
                opened.fid.read(at, to, most as u64).map(|(count, _)| count)
            })?,
            None => {
                drop(mapped);
                self.read_all(opened, *at, to)?
            }
        };
        *at += done as u64;
        Ok(done)
    }

    fn write(&self, at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        let opened = self.opened()?;
        let mapped = self.known().map(|known| known.mapped.lock());
        let Some(object) = mapped.as_ref().and_then(|mapped| mapped.upgrade()) else {
            return self.write_all(opened, at, from, manner);
        };
        let start = if manner.append { object.size() } else { *at };
        mapped::prepare(&object, start, from.remaining())?;
        let mut again = from.clone();
        let done = self.write_all(opened, at, from, manner)?;
        object.update(*at - done as u64, done, &mut again)?;
        Ok(done)
    }

    fn share(&self, range: Range<u64>) -> Result<Arc<Object>> {
        let opened = self.opened()?;
        let known = self.known().ok_or(Errno::ENODEV)?;
        let mut mapped = known.mapped.lock();
        let size = self.attributes()?.size;
        mapped::share(&mut mapped, size, range, |at, to| {
            self.read_all(opened, at, to)
        })
    }

    fn mapping_written(&self) -> Result<()> {
        let opened = self.opened()?;
        let known = self.known().ok_or(Errno::EIO)?;
        let mapped = known.mapped.lock();
        let Some(object) = mapped.upgrade() else {
            return Ok(());
        };
        mapped::write_back(&object, |at, from| {
            let len = from.remaining();
            let mut end = at;
            match self.write_all(opened, &mut end, from, Manner::default())? {
                done if done == len => Ok(()),
                _ => Err(Errno::EIO),
            }
        })
    }

    fn truncate(&self, len: u64) -> Result<()> {
        if self.kind == S_IFDIR {
            return Err(Errno::EISDIR);
        }
        if len > OFFSET_MAX {
            return Err(Errno::EFBIG);
        }
        let known = self.mount.open.lock().find(self.inode);
        let mapped = known.as_ref().map(|known| known.mapped.lock());
        match self.removed_or_checked()? {
            Some(known) => self.resize_removed(known, len)?,
            None => {
                self.fid()?.change(&Change::default(), Some(len))?;
                if let Some(known) = &known {
                    known.resized(len, now());
                }
            }
        }
        if let Some(mapped) = &mapped {
            mapped::cut(mapped, len);
        }
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        match &self.opened {
            Some(opened) => {
                // By a descriptor that cannot write nothing is written back.
                if self.known().is_some() && opened.flags & (open::WRONLY | open::RDWR) != 0 {
                    self.mapping_written()?;
                }
                opened.fid.sync()
            }
            None => Ok(()),
        }
    }

    fn lookup(&self, name: &[u8]) -> Result<Arc<dyn File>> {
        let (fid, qid) = self.fid()?.walk(&[name])?;
        Ok(Arc::new(self.found(fid, qid.ok_or(Errno::EIO)?)))
    }

    fn parent(&self) -> Result<Arc<dyn File>> {
        if self.kind != S_IFDIR {
            return Err(Errno::ENOTDIR);
        }
        let Some(fid) = &self.fid else {
            return Ok(self.mount.parent.clone());
        };
        let (fid, qid) = fid.walk(&[b".."])?;
        let qid = qid.ok_or(Errno::EIO)?;
        Ok(Arc::new(if qid.path == self.mount.root()?.1.path {
            HostFile::root(self.mount.clone())
        } else {
            self.found(fid, qid)
        }))
    }

    fn create(&self, name: &[u8], new: New<'_>) -> Result<Arc<dyn File>> {
        let fid = self.fid()?;
        match new {
            New::Regular(permissions) => {
                fid.make_node(name, S_IFREG | permissions & PERMISSIONS)?;
            }
            New::Directory(permissions) => fid.make_directory(name, permissions & PERMISSIONS)?,
            New::Link(target) => fid.make_symbolic_link(name, target)?,
            // It could not be opened.
            New::Fifo(_) | New::Socket(..) => return Err(Errno::EPERM),
        }
        self.lookup(name)
    }

    fn create_and_open(&self, name: &[u8], permissions: u32, flags: u32) -> Result<Arc<dyn File>> {
        let flags = host_flags(flags);
        let opened = self.fid()?.copy()?;
        // Before it is opened the file has no permissions that could forbid that.
        opened.create(
            name,
            flags | open::CREATE | open::EXCLUSIVE,
            permissions & PERMISSIONS,
        )?;
        let stat = opened.stat()?;
        Ok(HostFile::regular(self.mount.clone(), opened, flags, &stat))
    }

    fn link(&self, name: &[u8], file: &Arc<dyn File>) -> Result<()> {
        let file = self.same_mount(&**file)?;
        if file.removed()?.is_some() {
            return Err(Errno::ENOENT);
        }
        self.fid()?.link(file.fid()?, name)
    }

    fn remove(&self, name: &[u8], directory: bool) -> Result<()> {
        let flags = if directory { REMOVE_DIRECTORY } else { 0 };
        self.fid()?.remove(name, flags)
    }

    fn rename(&self, name: &[u8], to: &dyn File, to_name: &[u8], replacing: bool) -> Result<()> {
        let to = self.same_mount(to)?;
        if !replacing {
            return Err(Errno::EINVAL);
        }
        self.fid()?.rename(name, to.fid()?, to_name)
    }

    fn list(&self, from: u64, report: &mut dyn FnMut(Listed<'_>) -> bool) -> Result<()> {
        let opened;
        let fid = match &self.opened {
            Some(opened) => &opened.fid,
            None => {
                opened = self.fid()?.copy()?;
                opened.open(open::DIRECTORY)?;
                &opened
            }
        };
        let mut at = host_position(from);
        loop {
            let before = at;
            let (mut any, mut more) = (false, true);
            fid.entries(at, LISTING, |mut data| {
                while let (true, Some(entry)) = (more, next_entry(&mut data)?) {
                    any = true;
                    // What cannot be a name is none, whoever says so.
                    let name = entry.name;
                    let bad = name.is_empty() || name.len() > NAME_MAX;
                    if !bad
                        && !matches!(name, b"." | b"..")
                        && !name.iter().any(|byte| matches!(byte, 0 | b'/'))
                    {
                        more = report(Listed {
                            name,
                            inode: entry.qid.path,
                            kind: u32::from(entry.kind) << 12 & S_IFMT,
                            next: position(entry.next),
                        });
                    }
                    at = entry.next;
                }
                Ok(())
            })?;
            if !any || !more {
                return Ok(());
            }
            // A server that does not get on would keep us for ever.
            if at == before {
                return Err(Errno::EIO);
            }
        }
    }

    fn target(&self) -> Result<Vec<u8>> {
        if self.kind != S_IFLNK {
            return Err(Errno::EINVAL);
        }
        self.fid()?.link_target()
    }

    fn statistics(&self) -> Result<Statistics> {
        self.fid()?.statistics(|mut reply| {
            let _kind = reply.u32()?;
            Ok(Statistics {
                block_size: reply.u32()?.into(),
                blocks: reply.u64()?,
                free: reply.u64()?,
                available: reply.u64()?,
                files: reply.u64()?,
                files_free: reply.u64()?,
                id: reply.u64()? ^ self.mount.device,
                name_max: reply.u32()?.min(NAME_MAX as u32),
                read_only: self.mount.read_only,
            })
        })
    }

    fn as_host(&self) -> Option<&HostFile> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_come_back() {
        for host in [0, 1, 2, 77, 1 << 40, OFFSET_MAX - 5, OFFSET_MAX, u64::MAX] {
            assert_eq!(host_position(position(host)), host);
            assert!(position(host) >= 2);
        }
    }

    #[test]
    fn flags_are_translated() {
        assert_eq!(host_flags(0), 0);
        assert_eq!(host_flags(O_WRONLY | O_APPEND), open::WRONLY | open::APPEND);
        assert_eq!(host_flags(O_RDWR | O_SYNC), open::RDWR | open::SYNC);
    }
}
