//! XSI shared memory: `shmget` and its kin.
//!
//! A segment is a file without a name, mapped shared by each attachment. It goes when it is removed and nobody
//! is attached.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Identified, PROGRAM, Registry, permissions, seconds};
use crate::abi::HermitSharedMemory;
use crate::errno::{Errno, Result};
use crate::fs::data::Data;
use crate::fs::file::File;
use crate::fs::node::Node;
use crate::mm::map::{self, Mapping, Place, Shared};
use crate::mm::page_table::Access;
use crate::mm::{FRAME_SIZE, kernel};
use crate::sync::Mutex;

/// `SHM_RDONLY`.
const READ_ONLY: u32 = 0o10000;
/// `SHM_RND`: the address is rounded down.
const ROUND: u32 = 0o20000;
/// `SHM_REMAP` (Linux): in place of what is there.
const REPLACE: u32 = 0o40000;
/// `SHM_EXEC` (Linux).
const EXECUTE: u32 = 0o100_000;
/// In the mode that is told: it goes with the last attachment.
const GOING: u32 = 0o1000;

struct State {
    told: HermitSharedMemory,
}

/// A segment.
pub struct Segment {
    id: i32,
    file: Arc<dyn File>,
    state: Mutex<State>,
}

impl Identified for Segment {
    fn id(&self) -> i32 {
        self.id
    }
}

struct Attachment {
    address: usize,
    segment: Arc<Segment>,
}

static SEGMENTS: Mutex<Registry<Segment>> = Mutex::new(Registry::new());
/// Inside the lock above.
static ATTACHED: Mutex<Vec<Attachment>> = Mutex::new(Vec::new());

/// POSIX `shmget`.
pub fn get(key: i32, size: usize, flags: u32) -> Result<i32> {
    let fits = |segment: &Segment| match size as u64 <= segment.told().size {
        true => Ok(()),
        false => Err(Errno::EINVAL),
    };
    let make = |id| {
        if size == 0 {
            return Err(Errno::EINVAL);
        }
        if size > kernel::statistics().total * FRAME_SIZE {
            return Err(Errno::ENOMEM);
        }
        let file: Arc<dyn File> = Node::regular(flags & 0o777, Data::new());
        file.truncate(size as u64)?;
        Ok(Segment {
            id,
            file,
            state: Mutex::new(State {
                told: HermitSharedMemory {
                    permissions: permissions(key, flags),
                    size: size as u64,
                    changed: seconds(),
                    creator: PROGRAM,
                    ..HermitSharedMemory::default()
                },
            }),
        })
    };
    SEGMENTS.lock().find_or_make(key, flags, fits, make)
}

/// The segment with an id.
pub fn find(id: i32) -> Result<Arc<Segment>> {
    SEGMENTS.lock().get(id).cloned()
}

/// POSIX `shmat`: the address.
pub fn attach(id: i32, address: usize, flags: u32) -> Result<usize> {
    let address = match (address.is_multiple_of(FRAME_SIZE), flags & ROUND != 0) {
        (true, _) => address,
        (false, true) => address & !(FRAME_SIZE - 1),
        (false, false) => return Err(Errno::EINVAL),
    };
    let place = match (address, flags & REPLACE != 0) {
        (0, true) => return Err(Errno::EINVAL),
        (0, false) => Place::Hint(0),
        (address, true) => Place::Replace(address),
        (address, false) => Place::Vacant(address),
    };
    // Held all the time: the segment does not go between.
    let segments = SEGMENTS.lock();
    let segment = segments.get(id)?.clone();
    let mut attached = ATTACHED.lock();
    attached.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
    let size = segment.told().size;
    let object = segment.file.share(0..size)?;
    let address = map::map(&Mapping {
        place,
        len: size as usize,
        access: Access {
            read: true,
            write: flags & READ_ONLY == 0,
            execute: flags & EXECUTE != 0,
        },
        lazy: false,
        stack: false,
        shared: Some(Shared {
            object: &object,
            file: &segment.file,
            offset: 0,
            read_only: flags & READ_ONLY != 0,
        }),
    })
    .map_err(|errno| match errno {
        Errno::EEXIST => Errno::EINVAL,
        errno => errno,
    })?;
    let mut state = segment.state.lock();
    state.told.attached += 1;
    state.told.attached_at = seconds();
    state.told.last_user = PROGRAM;
    drop(state);
    attached.push(Attachment { address, segment });
    Ok(address)
}

/// POSIX `shmdt`.
pub fn detach(address: usize) -> Result<()> {
    let mut segments = SEGMENTS.lock();
    let attachment = {
        let mut attached = ATTACHED.lock();
        let at = attached.iter().position(|one| one.address == address);
        attached.swap_remove(at.ok_or(Errno::EINVAL)?)
    };
    let segment = attachment.segment;
    map::unmap(address, segment.told().size as usize)?;
    let mut state = segment.state.lock();
    state.told.attached -= 1;
    state.told.detached_at = seconds();
    state.told.last_user = PROGRAM;
    let gone = state.told.attached == 0 && state.told.permissions.mode & GOING != 0;
    drop(state);
    if gone {
        segments.remove(segment.id)?;
    }
    Ok(())
}

/// POSIX `shmctl` with `IPC_RMID`: the key goes at once, the segment with its last attachment.
pub fn remove(id: i32) -> Result<()> {
    let mut segments = SEGMENTS.lock();
    let segment = segments.get(id)?.clone();
    let mut state = segment.state.lock();
    if state.told.attached > 0 {
        state.told.permissions.mode |= GOING;
        state.told.permissions.key = 0;
        segments.hide(id);
        return Ok(());
    }
    drop(state);
    segments.remove(id).map(drop)
}

impl Segment {
    /// POSIX `shmctl` with `IPC_STAT`.
    pub fn told(&self) -> HermitSharedMemory {
        self.state.lock().told
    }

    /// POSIX `shmctl` with `IPC_SET`.
    pub fn set(&self, new: &HermitSharedMemory) {
        let mut state = self.state.lock();
        state.told.permissions.set(&new.permissions);
        state.told.changed = seconds();
    }
}
