//! Page faults: memory is backed when it is first touched.
//!
//! A fault looks its region up under the address space's lock, zeroes new memory without it, and takes it
//! again to put the pages in, if nothing changed meanwhile. Two cores that fault on the same page both
//! zero one, and one of them gives its own back; faults on different pages only meet for the two short
//! looks.
//!
//! How much is backed at once: a 2 MiB page where the whole of it was promised to the program; else
//! 64 KiB of small pages, since charged memory is set aside anyway and a fault costs more than the bytes;
//! stacks 16 KiB; what is not charged page by page, so that a touch costs no more than it must.

use alloc::sync::Arc;

use super::kernel::{
    COMMIT, Tables, alloc_uncharged, direct_map, free_uncharged, large_pages, root,
};
use super::object::Miss;
use super::page_table::{self, Mapped, OutOfTables, memory, size_of_level};
use super::regions::{Attributes, Backing};
use super::space::{Purpose, SPACE, Space};
use super::{FRAME_SIZE, HEAP_START, LARGE_SIZE, PhysAddr, USER_END, brk, frames::ORDER_2M};
use crate::arch::paging::{self, DIRTY, SHARED, TOUCHED, TRACKED, fault as code_bits};

/// What a page fault means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The access can be repeated.
    Resolved,
    /// The guard below a stack was touched: stack overflow.
    Guard,
    /// The page is mapped, but not for this access.
    Protection,
    /// Nothing is mapped there.
    Unmapped,
    /// The page is the program's, but there is no memory left to back it.
    OutOfMemory,
    /// The page lies behind the end of the file that is mapped.
    BeyondEnd,
}

/// Orders in which small pages are backed together.
const ORDER_CHARGED: u8 = 4;
const ORDER_STACK: u8 = 2;

/// What would back a page.
#[derive(Clone, Copy)]
struct Plan {
    attributes: Attributes,
    /// The part of the address space that can be backed together with it.
    start: usize,
    end: usize,
    order: u8,
}

impl Plan {
    fn len(&self) -> usize {
        FRAME_SIZE << self.order
    }

    /// Whether the aligned block of an order around `address` lies in the part that can be backed.
    fn fits(&self, address: usize, order: u8) -> bool {
        let size = FRAME_SIZE << order;
        let base = address & !(size - 1);
        self.start <= base && base + size <= self.end
    }
}

/// Answers a page fault at `address` with the processor's error code. Runs with interrupts off, on a
/// stack that does not fault; takes only memory locks.
pub fn page_fault(address: usize, code: u64) -> Fault {
    let write = code & code_bits::WRITE != 0;
    let execute = code & code_bits::FETCH != 0;
    if code & code_bits::RESERVED != 0 {
        return Fault::Protection;
    }
    resolve(
        address,
        |attributes| {
            let access = attributes.access;
            if write {
                access.write
            } else if execute {
                access.execute
            } else {
                !access.is_none()
            }
        },
        Some((write, execute)),
    )
}

/// Backs writable memory from `start` to `end` as if it were touched, for those who must not fault;
/// `false` if some of it cannot be written.
pub fn touch(start: usize, end: usize) -> bool {
    let first = start & !(FRAME_SIZE - 1);
    (first..end)
        .step_by(FRAME_SIZE)
        .all(|page| page_fault(page, code_bits::WRITE) == Fault::Resolved)
}

/// What [`back`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backed {
    /// Memory is there up to this address.
    Upto(usize),
    /// The page cannot be accessed.
    Not,
    /// There is no memory left.
    OutOfMemory,
}

/// Backs the page at `address` as if it were touched.
pub(super) fn back(address: usize) -> Backed {
    match resolve(address, |attributes| !attributes.access.is_none(), None) {
        Fault::Resolved => {
            let _space = SPACE.lock();
            let size = page_table::lookup(&Tables, root(), address)
                .map_or(FRAME_SIZE, |page| size_of_level(page.level));
            Backed::Upto((address & !(size - 1)) + size)
        }
        Fault::OutOfMemory => Backed::OutOfMemory,
        _ => Backed::Not,
    }
}

/// `wanted` is the access that faulted: write, execute; nothing for one that is only announced.
fn resolve(
    address: usize,
    allowed: impl Fn(&Attributes) -> bool,
    wanted: Option<(bool, bool)>,
) -> Fault {
    loop {
        let looked = plan(&SPACE.lock(), address, &allowed, wanted);
        let planned = match looked {
            Ok(plan) => plan,
            Err(fault) => return fault,
        };
        if let Backing::Shared { object, base } = planned.attributes.backing {
            match back_shared(object, base, address, planned, &allowed, wanted) {
                Some(fault) => return fault,
                None => continue,
            }
        }
        let Some((frame, chosen)) = allocate(planned) else {
            return Fault::OutOfMemory;
        };
        // SAFETY: fresh frames of ours, in the direct map.
        unsafe { paging::zero(direct_map(frame), chosen.len()) };
        let space = SPACE.lock();
        // How much to back depends on what is left, which changes all the time: only what the frames
        // are for must still be so.
        let unchanged = plan(&space, address, &allowed, wanted).is_ok_and(|now| {
            now.attributes == planned.attributes && now.fits(address, chosen.order)
        });
        let installed = if unchanged {
            install(address, frame, chosen)
        } else {
            Ok(0)
        };
        drop(space);
        match installed {
            Ok(pages) if pages > 0 => return Fault::Resolved,
            // Another core was faster, or the region changed: look again.
            Ok(_) => give_back(frame, chosen, 0),
            Err(OutOfTables) => {
                give_back(frame, chosen, 0);
                return Fault::OutOfMemory;
            }
        }
    }
}

/// Puts the page of an object at `address`, as [`resolve`] does; nothing if it is to look again.
fn back_shared(
    id: u32,
    base: usize,
    address: usize,
    planned: Plan,
    allowed: &impl Fn(&Attributes) -> bool,
    wanted: Option<(bool, bool)>,
) -> Option<Fault> {
    let object = SPACE.lock().objects.get(id).cloned()?;
    let at = address.wrapping_sub(base) as u64;
    let frame = match object.page(at) {
        Ok(frame) => frame,
        Err(Miss::BeyondEnd) => return Some(Fault::BeyondEnd),
        Err(Miss::OutOfMemory) => return Some(Fault::OutOfMemory),
    };
    let space = SPACE.lock();
    // The region may have gone, and the page if the file was cut; or the number is another object's by now.
    let unchanged = plan(&space, address, allowed, wanted)
        .is_ok_and(|now| now.attributes == planned.attributes)
        && space
            .objects
            .get(id)
            .is_some_and(|now| Arc::ptr_eq(now, &object))
        && object.find(at) == Some(frame);
    let mapped = if unchanged {
        let mut bits = memory(planned.attributes.access) | SHARED;
        if object.is_partial() {
            bits = bits & !DIRTY | TRACKED;
        }
        let page = address & !(FRAME_SIZE - 1);
        page_table::map(&Tables, root(), page, frame, 0, bits).map(Some)
    } else {
        Ok(None)
    };
    drop(space);
    match mapped {
        Ok(Some(Mapped::New)) => Some(Fault::Resolved),
        Ok(_) => None,
        Err(OutOfTables) => Some(Fault::OutOfMemory),
    }
}

/// What would back the page at `address`, or the answer if nothing has to be done.
fn plan(
    space: &Space,
    address: usize,
    allowed: &impl Fn(&Attributes) -> bool,
    wanted: Option<(bool, bool)>,
) -> Result<Plan, Fault> {
    let page = page_table::lookup(&Tables, root(), address);
    if let Some(page) = page {
        let (write, execute) = wanted.unwrap_or((false, false));
        if page.allows(write, execute) {
            // Mapped by another core, or a right was added: this core's translation is out of date.
            paging::invalidate(address);
            return Err(Fault::Resolved);
        }
    }
    if !(HEAP_START..USER_END).contains(&address) {
        return Err(if page.is_some() {
            Fault::Protection
        } else {
            Fault::Unmapped
        });
    }
    match space.held_at(address) {
        Some(Purpose::Unmap) => return Err(Fault::Unmapped),
        // Soon over: the access is repeated until then.
        Some(Purpose::Discard) => return Err(Fault::Resolved),
        None => {}
    }
    let Some(region) = space.regions.find(address) else {
        return Err(Fault::Unmapped);
    };
    let attributes = region.attributes;
    if !allowed(&attributes) || page.is_some() {
        return Err(if space.is_guard(address) {
            Fault::Guard
        } else {
            Fault::Protection
        });
    }
    if attributes.backing == Backing::BeyondEnd {
        return Err(Fault::BeyondEnd);
    }
    let (start, mut end) = space.not_held_around(address, region.start, region.end);
    if attributes.backing == Backing::Heap {
        let (break_end, backed_end) = brk::ends();
        if address >= break_end {
            return Err(Fault::Unmapped);
        }
        end = end.min(backed_end);
    }
    let plan = Plan {
        attributes,
        start,
        end,
        order: 0,
    };
    let fits = |order| plan.fits(address, order);
    let plentiful = || COMMIT.used() < COMMIT.limit() / 2;
    let order = if matches!(attributes.backing, Backing::Shared { .. }) {
        0
    } else if attributes.access.write
        && !attributes.stack
        && large_pages()
        && fits(ORDER_2M)
        && (attributes.charged || plentiful())
        && page_table::is_free_for(&Tables, root(), address & !(LARGE_SIZE - 1), 1)
    {
        ORDER_2M
    } else if attributes.charged && fits(ORDER_CHARGED) {
        ORDER_CHARGED
    } else if attributes.stack && large_pages() && fits(ORDER_STACK) {
        ORDER_STACK
    } else {
        0
    };
    Ok(Plan { order, ..plan })
}

/// Allocates and, where the region is not charged, charges frames: as planned, or fewer.
fn allocate(plan: Plan) -> Option<(PhysAddr, Plan)> {
    let orders = [plan.order, ORDER_CHARGED.min(plan.order), 0];
    for order in orders {
        let plan = Plan { order, ..plan };
        if !plan.attributes.charged && !COMMIT.charge(1 << order) {
            continue;
        }
        match alloc_uncharged(order) {
            Some(frame) => return Some((frame, plan)),
            None if !plan.attributes.charged => COMMIT.uncharge(1 << order),
            None => {}
        }
    }
    None
}

/// Returns frames that were not needed: all whose bit in `used` is clear.
fn give_back(frame: PhysAddr, plan: Plan, used: u32) {
    if used == 0 {
        free_uncharged(frame, plan.order);
    } else {
        for i in (0..1u64 << plan.order).filter(|i| used & 1 << i == 0) {
            free_uncharged(frame + i * FRAME_SIZE as u64, 0);
        }
    }
    if !plan.attributes.charged {
        COMMIT.uncharge((1 << plan.order) - used.count_ones() as usize);
    }
}

/// Puts frames under the pages around `address`, as many as have none yet, and answers how many.
fn install(address: usize, frame: PhysAddr, plan: Plan) -> Result<u32, OutOfTables> {
    let mut bits = memory(plan.attributes.access);
    if !plan.attributes.charged {
        bits |= TOUCHED;
    }
    let base = address & !(plan.len() - 1);
    if plan.order == ORDER_2M {
        let mapped = page_table::map(&Tables, root(), base, frame, 1, bits)?;
        return Ok(if mapped == Mapped::New { 512 } else { 0 });
    }
    let count = 1u32 << plan.order;
    let occupied = page_table::map_small(&Tables, root(), base, frame, count as usize, bits)?;
    let used = !occupied & (u32::MAX >> (32 - count));
    if used != 0 && occupied != 0 {
        give_back(frame, plan, used);
    }
    Ok(used.count_ones())
}
