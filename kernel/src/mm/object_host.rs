//! What [`super::object`] needs of the machine, where its tests run: on the host.

use std::alloc::{Layout, alloc_zeroed, dealloc};

use super::object::Object;
use super::page_table::{Table, TableMemory};
use super::{FRAME_SIZE, PhysAddr};

pub const OBJECT_REACH: usize = 0;

/// `lock::MemoryLock`.
pub struct MemoryLock<T, const REACH: usize>(std::sync::Mutex<T>);

impl<T, const REACH: usize> MemoryLock<T, REACH> {
    pub fn new(value: T) -> Self {
        MemoryLock(std::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

const FRAME: Layout = match Layout::from_size_align(FRAME_SIZE, FRAME_SIZE) {
    Ok(layout) => layout,
    Err(_) => unreachable!(),
};

pub fn alloc_frames(_order: u8) -> Option<PhysAddr> {
    // SAFETY: the size is not zero.
    Some(unsafe { alloc_zeroed(FRAME) } as PhysAddr)
}

pub fn free_frames(frame: PhysAddr, _order: u8) {
    // SAFETY: it came from `alloc_frames`.
    unsafe { dealloc(frame as *mut u8, FRAME) };
}

pub fn direct_map(frame: PhysAddr) -> *mut u8 {
    frame as *mut u8
}

/// `paging::zero`.
pub unsafe fn zero(start: *mut u8, len: usize) {
    // SAFETY: promised by the caller.
    unsafe { start.write_bytes(0, len) };
}

/// There are no mappings.
pub fn withdraw(_object: &Object, _from: u64) {}

/// `shared::collect`.
pub fn collect(_object: &Object) {}

pub struct Tables;

impl TableMemory for Tables {
    fn allocate(&self) -> Option<PhysAddr> {
        alloc_frames(0)
    }

    fn release(&self, table: PhysAddr) {
        free_frames(table, 0);
    }

    fn table(&self, table: PhysAddr) -> &Table {
        // SAFETY: a zeroed frame that is used as a table only.
        unsafe { &*(table as *const Table) }
    }
}
