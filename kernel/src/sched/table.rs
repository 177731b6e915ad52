//! All threads by id.
//!
//! An id is a slot of the table and a generation, so that the id of a thread that is gone does not name
//! another one soon. Owns the table's lock; see [`crate::sync`] for its place in the order.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering;

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
    /// Ticks that threads have run which are over.
    finished: u64,
}

static TABLE: SpinLock<Table> = SpinLock::new(Table {
    slots: Vec::new(),
    free: Vec::new(),
    alive: 0,
    finished: 0,
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
    let thread = TABLE.lock().take(tid);
    drop(thread);
}

/// A thread is over: keeps the time that it has run, and frees its id unless it is to be joined.
pub fn retire(thread: &Thread) {
    let mut table = TABLE.lock();
    table.finished += thread.cpu_time.load(Ordering::Relaxed);
    thread.alive.store(0, Ordering::SeqCst);
    let removed = if thread.joinable {
        None
    } else {
        table.take(thread.tid)
    };
    drop(table);
    drop(removed);
}

impl Table {
    fn take(&mut self, tid: HermitTid) -> Option<Arc<Thread>> {
        let index = slot(tid);
        let slot = self.slots.get_mut(index)?;
        let thread = slot.thread.take_if(|thread| thread.tid == tid)?;
        slot.generation = (slot.generation + 1) & 0x7fff;
        self.free.push(index as u16);
        Some(thread)
    }
}

/// Counts one thread less; `true` when it was the last.
pub fn count_exit() -> bool {
    let mut table = TABLE.lock();
    table.alive -= 1;
    table.alive == 0
}

/// Calls `f` with every thread that is not over; returns the ticks that those have run which are. The
/// table is locked meanwhile.
pub fn visit_alive(mut f: impl FnMut(&Thread)) -> u64 {
    let table = TABLE.lock();
    table
        .slots
        .iter()
        .filter_map(|slot| slot.thread.as_deref())
        .filter(|thread| thread.alive.load(Ordering::SeqCst) != 0)
        .for_each(&mut f);
    table.finished
}

/// Shows the threads to `f`, in the order of their places, until it says `true`; tells whether it did. The
/// table is locked meanwhile.
pub fn visit(mut f: impl FnMut(&Thread) -> bool) -> bool {
    TABLE
        .lock()
        .slots
        .iter()
        .filter_map(|slot| slot.thread.as_deref())
        .any(&mut f)
}

/// The first thread for which `f` says `true`.
pub fn find(mut f: impl FnMut(&Thread) -> bool) -> Option<Arc<Thread>> {
    TABLE
        .lock()
        .slots
        .iter()
        .filter_map(|slot| slot.thread.as_ref())
        .find(|thread| f(thread))
        .cloned()
}
