//! All threads by id.
//!
//! An id is a slot of the table and a generation, so that the id of a thread that is gone does not name
//! another one soon. Owns the table's lock; see [`crate::sync`] for its place in the order.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Thread;
use crate::abi::HermitTid;
use crate::errno::{Errno, Result};
use crate::sync::SpinLock;

/// The most threads at one time.
pub const MAX_THREADS: usize = 32767;
const SLOT_BITS: u32 = 15;

#[derive(Default)]
struct Slot {
    thread: Option<Arc<Thread>>,
    generation: u16,
}

struct Table {
    slots: Vec<Slot>,
    free: Vec<u16>,
    /// Threads that are not over.
    alive: usize,
}

static TABLE: SpinLock<Table> = SpinLock::new(Table {
    slots: Vec::new(),
    free: Vec::new(),
    alive: 0,
});

fn id(slot: usize, generation: u16) -> HermitTid {
    (HermitTid::from(generation) << SLOT_BITS) + slot as HermitTid + 1
}

fn slot(tid: HermitTid) -> usize {
    (tid - 1) as usize & ((1 << SLOT_BITS) - 1)
}

/// Makes a thread with a new id and enters it.
///
/// # Errors
/// `EAGAIN`: [`MAX_THREADS`] are there, or no memory for one more.
pub fn insert(make: impl FnOnce(HermitTid) -> Thread) -> Result<Arc<Thread>> {
    let mut table = TABLE.lock();
    let index = match table.free.pop() {
        Some(index) => usize::from(index),
        None => {
            let index = table.slots.len();
            if index == MAX_THREADS {
                return Err(Errno::EAGAIN);
            }
            table.slots.try_reserve(1).map_err(|_| Errno::EAGAIN)?;
            // Room to give the slot back without allocating.
            table
                .free
                .try_reserve(index + 1)
                .map_err(|_| Errno::EAGAIN)?;
            table.slots.push(Slot::default());
            index
        }
    };
    let tid = id(index, table.slots[index].generation);
    let thread = Arc::new(make(tid));
    table.slots[index].thread = Some(thread.clone());
    table.alive += 1;
    Ok(thread)
}

/// The thread with this id, or the calling one for 0.
///
/// # Errors
/// `ESRCH`: there is none.
pub fn get(tid: HermitTid) -> Result<Arc<Thread>> {
    let tid = if tid == 0 {
        crate::arch::current().tid
    } else {
        tid
    };
    if tid < 0 {
        return Err(Errno::ESRCH);
    }
    let table = TABLE.lock();
    match table
        .slots
        .get(slot(tid))
        .and_then(|slot| slot.thread.as_ref())
    {
        Some(thread) if thread.tid == tid => Ok(thread.clone()),
        _ => Err(Errno::ESRCH),
    }
}

/// Frees the id of a thread that is over.
pub fn remove(tid: HermitTid) {
    let mut table = TABLE.lock();
    let index = slot(tid);
    let Some(slot) = table.slots.get_mut(index) else {
        return;
    };
    if slot.thread.as_ref().is_none_or(|thread| thread.tid != tid) {
        return;
    }
    let thread = slot.thread.take();
    slot.generation = (slot.generation + 1) & 0x7fff;
    table.free.push(index as u16);
    drop(table);
    drop(thread);
}

/// Counts one thread less; `true` when it was the last.
pub fn count_exit() -> bool {
    let mut table = TABLE.lock();
    table.alive -= 1;
    table.alive == 0
}

/// Calls `f` with every thread; the table is locked meanwhile.
pub fn for_each(mut f: impl FnMut(&Arc<Thread>)) {
    TABLE
        .lock()
        .slots
        .iter()
        .filter_map(|slot| slot.thread.as_ref())
        .for_each(&mut f);
}
