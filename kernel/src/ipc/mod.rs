//! XSI interprocess communication, for the threads of one program: message queues, semaphore sets and shared
//! memory that have keys.
//!
//! What each kind has in common is here: the [`Registry`] of objects by key and by id. Permissions are kept and
//! told but not enforced: the program is the superuser.
//!
//! **Locks**, sleeping: a registry's, then an object's own.

pub mod memory;
pub mod messages;
pub mod semaphores;

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::abi::HermitIpcPermissions;
use crate::errno::{Errno, Result};

/// A key that always makes a new object.
const PRIVATE: i32 = 0;
/// `IPC_CREAT`.
const CREATE: u32 = 0o1000;
/// `IPC_EXCL`.
const EXCLUSIVE: u32 = 0o2000;
/// `IPC_NOWAIT`.
pub const NO_WAIT: u32 = 0o4000;
/// Most objects of a kind.
const MOST: usize = 32_768;

/// Seconds since 1970.
fn seconds() -> i64 {
    crate::fs::now() / 1_000_000_000
}

/// The program's id, of who did something.
const PROGRAM: i32 = 1;

struct Entry<T> {
    key: i32,
    object: Arc<T>,
}

/// The objects of a kind.
pub struct Registry<T> {
    slots: Vec<Option<Entry<T>>>,
    /// Tells an object from those that had its place before.
    generation: usize,
}

impl<T> Registry<T> {
    const fn new() -> Self {
        Registry {
            slots: Vec::new(),
            generation: 0,
        }
    }

    /// The object with an id.
    fn get(&self, id: i32) -> Result<&Arc<T>>
    where
        T: Identified,
    {
        let slot = usize::try_from(id).map_err(|_| Errno::EINVAL)? % MOST;
        match self.slots.get(slot) {
            Some(Some(entry)) if entry.object.id() == id => Ok(&entry.object),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The id of the object with a key, if `fits`, or of a new one that `make` makes with its id.
    fn find_or_make(
        &mut self,
        key: i32,
        flags: u32,
        fits: impl FnOnce(&T) -> Result<()>,
        make: impl FnOnce(i32) -> Result<T>,
    ) -> Result<i32>
    where
        T: Identified,
    {
        let known = self.slots.iter().flatten().find(|entry| entry.key == key);
        match known {
            Some(entry) if key != PRIVATE => {
                if flags & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE {
                    return Err(Errno::EEXIST);
                }
                fits(&entry.object)?;
                return Ok(entry.object.id());
            }
            _ if key != PRIVATE && flags & CREATE == 0 => return Err(Errno::ENOENT),
            _ => {}
        }
        let slot = match self.slots.iter().position(Option::is_none) {
            Some(slot) => slot,
            None if self.slots.len() == MOST => return Err(Errno::ENOSPC),
            None => {
                self.slots.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
                self.slots.push(None);
                self.slots.len() - 1
            }
        };
        let id = (self.generation % MOST * MOST + slot) as i32;
        let object = Arc::new(make(id)?);
        self.generation += 1;
        self.slots[slot] = Some(Entry { key, object });
        Ok(id)
    }

    /// Takes an object out.
    fn remove(&mut self, id: i32) -> Result<Arc<T>>
    where
        T: Identified,
    {
        let object = self.get(id)?.clone();
        self.slots[id as usize % MOST] = None;
        Ok(object)
    }

    /// Takes the key of an object away: only its id leads to it.
    fn hide(&mut self, id: i32) {
        if let Some(Some(entry)) = self.slots.get_mut(id as usize % MOST) {
            entry.key = PRIVATE;
        }
    }
}

/// An object that knows its id.
pub trait Identified {
    /// The id.
    fn id(&self) -> i32;
}

/// What is told about an object of any kind.
fn permissions(key: i32, mode: u32) -> HermitIpcPermissions {
    HermitIpcPermissions {
        mode: mode & 0o777,
        key,
        ..HermitIpcPermissions::default()
    }
}

/// The time at which a wait ends; `Some(0)` for one that is not to be.
pub fn patience(flags: u32) -> Option<u64> {
    (flags & NO_WAIT != 0).then_some(0)
}
