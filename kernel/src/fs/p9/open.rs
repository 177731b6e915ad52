//! What is known about open files of the host, for as long as any descriptor refers to them.
//!
//! QEMU's server knows a file by its path, even an open one: version 7 asks and changes what has the name
//! now, later ones do so for some requests. After the file was removed or another one took its name, that is
//! nothing or the wrong file, while reading and writing still go to the right one. So each open file
//! remembers its number and its last attributes. Once it has no name, the remembered ones are told, with the
//! size that our own reads and writes make, and changes are made to them alone: nobody but those who have
//! the file open can see it any more.

use alloc::collections::BTreeMap;
use alloc::sync::{Arc, Weak};
use core::sync::atomic::{AtomicBool, Ordering};

use super::super::Mutex;
use super::mapped::Mapped;
use crate::fs::file::{Attributes, Change, Time};

/// A file of the host that is open.
pub struct Known {
    attributes: Mutex<Attributes>,
    removed: AtomicBool,
    /// What of it is mapped shared.
    pub mapped: Mutex<Mapped>,
}

impl Known {
    /// What the host said last.
    pub fn set(&self, attributes: Attributes) {
        *self.attributes.lock() = attributes;
    }

    /// What the host said last, and what was done since.
    pub fn get(&self) -> Attributes {
        *self.attributes.lock()
    }

    /// The file has no name any more.
    pub fn set_removed(&self) {
        self.removed.store(true, Ordering::Relaxed);
        self.attributes.lock().links = 0;
    }

    /// Whether the file has no name any more, as far as anybody has noticed.
    pub fn is_removed(&self) -> bool {
        self.removed.load(Ordering::Relaxed)
    }

    /// Bytes up to `end` were written.
    pub fn written(&self, end: u64, now: i64) {
        let mut attributes = self.attributes.lock();
        attributes.size = attributes.size.max(end);
        attributes.modified = now;
        attributes.changed = now;
    }

    /// The size was set.
    pub fn resized(&self, size: u64, now: i64) {
        let mut attributes = self.attributes.lock();
        attributes.size = size;
        attributes.modified = now;
        attributes.changed = now;
    }

    /// Changes the remembered attributes.
    pub fn change(&self, change: &Change, now: i64) {
        let attributes = &mut *self.attributes.lock();
        if let Some(permissions) = change.permissions {
            attributes.mode = attributes.mode & !0o7777 | permissions & 0o7777;
        }
        attributes.uid = change.uid.unwrap_or(attributes.uid);
        attributes.gid = change.gid.unwrap_or(attributes.gid);
        let time = |time: Option<Time>, old| time.map_or(old, |time| time.or_now(now));
        attributes.accessed = time(change.accessed, attributes.accessed);
        attributes.modified = time(change.modified, attributes.modified);
        attributes.changed = now;
    }
}

/// The open files of a mount by their numbers.
pub struct Table(BTreeMap<u64, Weak<Known>>);

impl Table {
    /// Nothing is open.
    pub const fn new() -> Self {
        Table(BTreeMap::new())
    }

    /// What is known of a file that is open already.
    pub fn find(&self, inode: u64) -> Option<Arc<Known>> {
        self.0.get(&inode).and_then(Weak::upgrade)
    }

    /// The entry of a file that is being opened.
    pub fn enter(&mut self, attributes: Attributes) -> Arc<Known> {
        let known = self
            .find(attributes.inode)
            // A number may be used anew once the file is gone.
            .filter(|known| !known.is_removed());
        if let Some(known) = known {
            known.set(attributes);
            return known;
        }
        // Once in a while, what is closed is forgotten: each file costs a constant on average.
        if self.0.len().is_power_of_two() && self.0.len() >= 64 {
            self.0.retain(|_, known| known.strong_count() > 0);
        }
        let known = Arc::new(Known {
            attributes: Mutex::new(attributes),
            removed: AtomicBool::new(false),
            mapped: Mutex::new(Mapped::new()),
        });
        self.0.insert(attributes.inode, Arc::downgrade(&known));
        known
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}
