//! The kernel's own memory: frames, final page tables, direct map, devices.
//!
//! It owns the one frame allocator and the root of the page tables. [`init`] builds the tables that stay:
//! the direct map of RAM, and the image with each segment's own access; nothing else is mapped. It runs
//! on the boot core, on the boot code's tables, which map the first 4 GiB both identically and at the
//! direct map: until the final tables are active only memory below 4 GiB is used.

use core::slice;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::commit::Commit;
use super::frames::{Block, Frames, Statistics, order_for};
use super::lock::{FRAMES_REACH, MemoryLock};
use super::page_table::{
    self, Access, DEVICE, OutOfTables, Table, TableMemory, memory, size_of_level,
};
use super::spans::{Span, SpanSet};
use super::{DIRECT_MAP, FRAME_SIZE, LARGE_SIZE, PHYSICAL_LIMIT, PhysAddr, image, space};
use crate::arch::{paging, tlb};
use crate::boot::BootInfo;
use crate::errno::{Errno, Result};

/// The allocator. Innermost lock of the kernel's memory.
static FRAMES: MemoryLock<Frames, FRAMES_REACH> = MemoryLock::new(Frames::empty());
/// What is promised of it.
pub(super) static COMMIT: Commit = Commit::new();
/// Physical address of the root of the final page tables.
static ROOT: AtomicU64 = AtomicU64::new(0);
/// Whether there is enough memory to hand out 2 MiB at a time.
static LARGE_PAGES: AtomicBool = AtomicBool::new(false);

/// With less RAM than this (in frames: 48 MiB, what a 64 MiB guest has left) small pages are used.
const LARGE_PAGES_FROM: usize = 48 * 256;
/// What the boot code's tables map.
const BOOT_MAPPED: u64 = 1 << 32;
/// In the first MiB only this part is used: below it are the BIOS's data and the trampoline of the
/// application processors, above it the extended BIOS data area and ROMs.
const LOW_MEMORY: Span = Span {
    start: 0x10000,
    end: 0x9f000,
};

/// Frames for page tables: not charged, a part of RAM is set aside for them.
pub(super) struct Tables;

impl TableMemory for Tables {
    fn allocate(&self) -> Option<PhysAddr> {
        let frame = FRAMES.lock().alloc(0)?;
        // SAFETY: a frame of ours, in the direct map.
        unsafe { paging::zero(direct_map(frame), FRAME_SIZE) };
        Some(frame)
    }

    fn release(&self, table: PhysAddr) {
        FRAMES.lock().free(table, 0);
    }

    fn table(&self, table: PhysAddr) -> &Table {
        // SAFETY: tables live in frames of ours in the direct map, and are only accessed as atomics.
        unsafe { &*direct_map(table).cast() }
    }
}

/// Where physical memory is in the direct map. RAM is always there, the rest only after
/// [`map_device`] or [`physical`].
#[inline]
pub fn direct_map(address: PhysAddr) -> *mut u8 {
    (DIRECT_MAP + address as usize) as *mut u8
}

/// The physical address behind an address of the direct map or of the image.
#[inline]
pub fn physical_address(pointer: *const u8) -> PhysAddr {
    let address = pointer as usize;
    (if address >= DIRECT_MAP {
        address - DIRECT_MAP
    } else {
        address
    }) as PhysAddr
}

/// Physical address of the root of the final page tables, which application processors load.
pub fn page_table_root() -> PhysAddr {
    root()
}

/// The root of the final page tables.
pub(super) fn root() -> PhysAddr {
    ROOT.load(Ordering::Relaxed)
}

/// Whether 2 MiB pages are used where they fit.
pub(super) fn large_pages() -> bool {
    LARGE_PAGES.load(Ordering::Relaxed)
}

/// Frames in all and free ones.
pub fn statistics() -> Statistics {
    FRAMES.lock().statistics()
}

/// Frames that are promised, and that can be.
pub fn commitment() -> (usize, usize) {
    (COMMIT.used(), COMMIT.limit())
}

/// Allocates 2^`order` frames for the kernel, aligned to their size; their content is undefined.
pub fn alloc_frames(order: u8) -> Option<PhysAddr> {
    if !COMMIT.charge(1 << order) {
        return None;
    }
    alloc_charged(order)
}

/// As [`alloc_frames`], from the kernel's reserve if need be.
pub(super) fn alloc_reserve(order: u8) -> Option<PhysAddr> {
    if !COMMIT.charge_reserve(1 << order) {
        return None;
    }
    alloc_charged(order)
}

fn alloc_charged(order: u8) -> Option<PhysAddr> {
    let frames = FRAMES.lock().alloc(order);
    if frames.is_none() {
        COMMIT.uncharge(1 << order);
    }
    frames
}

/// Returns frames that [`alloc_frames`] gave.
pub fn free_frames(address: PhysAddr, order: u8) {
    FRAMES.lock().free(address, order);
    COMMIT.uncharge(1 << order);
}

/// Allocates physically contiguous memory of any size up to 1 GiB for the kernel, in whole frames.
pub(super) fn alloc_contiguous(bytes: usize) -> Option<PhysAddr> {
    let count = bytes.div_ceil(FRAME_SIZE);
    let order = order_for(bytes)?;
    if !COMMIT.charge(count) {
        return None;
    }
    let mut frames = FRAMES.lock();
    let Some(start) = frames.alloc(order) else {
        COMMIT.uncharge(count);
        return None;
    };
    frames.free_range(start + (count * FRAME_SIZE) as u64, (1 << order) - count);
    Some(start)
}

/// Returns what [`alloc_contiguous`] gave for as many bytes.
pub(super) fn free_contiguous(address: PhysAddr, bytes: usize) {
    let count = bytes.div_ceil(FRAME_SIZE);
    FRAMES.lock().free_range(address, count);
    COMMIT.uncharge(count);
}

/// Allocates frames that are charged already or otherwise, without touching the counter. May be used
/// by the page-fault handler.
pub(super) fn alloc_uncharged(order: u8) -> Option<PhysAddr> {
    FRAMES.lock().alloc(order)
}

/// Returns frames of [`alloc_uncharged`].
pub(super) fn free_uncharged(address: PhysAddr, order: u8) {
    FRAMES.lock().free(address, order);
}

/// What the allocator gets: usable memory without the image, the archive and what must stay.
fn usable_memory(info: &BootInfo) -> SpanSet<64> {
    let mut usable = SpanSet::new();
    for region in info.memory().iter().filter(|region| region.usable) {
        usable.add(Span::inward(region.start, region.len));
    }
    for region in info.memory().iter().filter(|region| !region.usable) {
        usable.remove(Span::outward(region.start, region.len));
    }
    usable.remove(Span {
        start: PHYSICAL_LIMIT,
        end: u64::MAX,
    });
    usable.remove(Span {
        start: 0,
        end: LOW_MEMORY.start,
    });
    usable.remove(Span {
        start: LOW_MEMORY.end,
        end: 1 << 20,
    });
    usable.remove(image::extent());
    if let Some((start, len)) = info.module {
        usable.remove(Span::outward(start, len));
    }
    if let Some(rsdp) = info.rsdp {
        usable.remove(Span::outward(rsdp, 64));
    }
    // Memory far away from all other would cost more metadata than it is worth.
    let mut kept = 0;
    let mut limit = PHYSICAL_LIMIT;
    for span in usable.spans() {
        if Frames::metadata_for(span.end) as u64 > (kept + span.len()) / 64 + FRAME_SIZE as u64 {
            limit = span.start;
            break;
        }
        kept += span.len();
    }
    usable.remove(Span {
        start: limit,
        end: u64::MAX,
    });
    usable
}

/// Takes room for the allocator's metadata out of `usable` and makes the allocator.
///
/// # Panics
/// When there is no memory for it: the machine is too small for any program.
fn make_frames(usable: &mut SpanSet<64>) -> Frames {
    let end = usable.spans().last().map_or(0, |span| span.end);
    let size = Frames::metadata_for(end).next_multiple_of(FRAME_SIZE);
    let place = usable
        .spans()
        .iter()
        .find(|span| span.start >= 1 << 20 && span.start + size as u64 <= span.end.min(BOOT_MAPPED))
        .map(|span| span.start)
        .expect("no memory for the kernel");
    usable.remove(Span {
        start: place,
        end: place + size as u64,
    });
    let count = Frames::blocks_for(end);
    let base = direct_map(place);
    // SAFETY: the memory is usable, mapped by the boot tables, and from now on belongs to these slices;
    // any bit pattern is a valid descriptor. The descriptors come first, which aligns them.
    unsafe {
        let blocks = slice::from_raw_parts_mut(base.cast::<Block>(), count);
        let states = slice::from_raw_parts_mut(base.add(size_of::<Block>() * count), count);
        Frames::new(states, blocks)
    }
}

/// Largest level of pages for the direct map.
fn largest_level() -> u8 {
    if paging::has_1gib_pages() { 2 } else { 1 }
}

/// Maps physical memory into the direct map as ordinary memory, in large pages, beyond its ends if need
/// be.
fn extend_direct_map(root: PhysAddr, span: Span) -> core::result::Result<(), OutOfTables> {
    let start = span.start & !(LARGE_SIZE as u64 - 1);
    let end = span.end.next_multiple_of(LARGE_SIZE as u64);
    page_table::map_range(
        &Tables,
        root,
        direct_map(start) as usize,
        start,
        (end - start) as usize,
        largest_level(),
        memory(Access::READ_WRITE),
    )
}

/// Builds the final page tables and the frame allocator, and makes the tables this core's. Called once,
/// on the boot core, before anything allocates.
///
/// # Panics
/// When the machine has not even the memory for these.
pub fn init(info: &BootInfo) {
    let mut usable = usable_memory(info);
    let mut frames = make_frames(&mut usable);
    // Lowest last: the lists hand out first what was added last.
    for span in usable.spans().iter().rev() {
        frames.add(Span {
            start: span.start,
            end: span.end.min(BOOT_MAPPED),
        });
    }
    *FRAMES.lock() = frames;
    let built = build_tables(info);
    let root = built.expect("no memory for page tables");
    ROOT.store(root, Ordering::Relaxed);
    // SAFETY: the tables map the image, in which all code, data and the boot stack are, as it was.
    unsafe { paging::activate(root) };
    let mut frames = FRAMES.lock();
    for span in usable.spans().iter().rev() {
        frames.add(Span {
            start: span.start.max(BOOT_MAPPED),
            end: span.end,
        });
    }
    let free = frames.statistics().free;
    drop(frames);
    COMMIT.set_limit(free);
    LARGE_PAGES.store(free >= LARGE_PAGES_FROM, Ordering::Relaxed);
    space::init(free, image::wants_executable_stacks());
}

fn build_tables(info: &BootInfo) -> core::result::Result<PhysAddr, OutOfTables> {
    let root = Tables.allocate().ok_or(OutOfTables)?;
    // Joined, so that gigabytes made of several reports get one page.
    let mut ram = SpanSet::<64>::new();
    for region in info.memory().iter().filter(|region| region.usable) {
        ram.add(Span::outward(region.start, region.len));
    }
    ram.remove(Span {
        start: PHYSICAL_LIMIT,
        end: u64::MAX,
    });
    // The first 2 MiB hold the firmware's data areas, whatever the map says of them.
    let low = Span {
        start: 0,
        end: LARGE_SIZE as u64,
    };
    if paging::is_virtual_machine() {
        // The hole at 640 KiB may be part of a larger page.
        ram.add(low);
    } else {
        // It has memory types of its own (SDM vol. 3A, 12.11.9: large pages do not mix types).
        extend_direct_map(root, low)?;
        ram.remove(low);
    }
    for span in ram.spans() {
        extend_direct_map(root, *span)?;
    }
    for (segment, access) in image::segments() {
        page_table::map_range(
            &Tables,
            root,
            segment.start as usize,
            segment.start,
            segment.len() as usize,
            1,
            memory(access),
        )?;
    }
    Ok(root)
}

/// The pages of physical memory that `len` bytes from `address` touch, if the direct map reaches them.
fn device_span(address: PhysAddr, len: usize) -> Result<Span> {
    let span = Span::outward(address, len as u64);
    if span.is_empty() || span.end > PHYSICAL_LIMIT {
        return Err(Errno::EINVAL);
    }
    Ok(span)
}

/// Maps the registers of a device, uncached, and answers where they are. May be called again for the
/// same device.
///
/// # Errors
/// `EINVAL` for an impossible address, `ENOMEM`.
pub fn map_device(address: PhysAddr, len: usize) -> Result<*mut u8> {
    let span = device_span(address, len)?;
    let (start, end) = (
        direct_map(span.start) as usize,
        direct_map(span.end) as usize,
    );
    let space = space::SPACE.lock();
    let changed = (|| {
        page_table::split_at(&Tables, root(), start)?;
        page_table::split_at(&Tables, root(), end)?;
        let changed = page_table::make_device(&Tables, root(), start, end);
        page_table::map_range(&Tables, root(), start, span.start, end - start, 1, DEVICE)?;
        Ok(changed)
    })();
    drop(space);
    let changed = changed.map_err(|OutOfTables| Errno::ENOMEM)?;
    if changed {
        tlb::shootdown(start, end - start);
    }
    Ok(direct_map(address))
}

/// Physical memory that is not RAM of ours but can be read as if it were: firmware tables, the archive.
/// Maps it if need be.
///
/// # Errors
/// `EINVAL` for an impossible address, `ENOMEM`.
pub fn physical(address: PhysAddr, len: usize) -> Result<&'static [u8]> {
    let span = device_span(address, len)?;
    let space = space::SPACE.lock();
    extend_direct_map(root(), span).map_err(|OutOfTables| Errno::ENOMEM)?;
    drop(space);
    // SAFETY: mapped now, and the direct map is never taken away; the content is not changed by us.
    Ok(unsafe { slice::from_raw_parts(direct_map(address), len) })
}

/// Calls `found` with the physically contiguous parts of `len` bytes of the program's or the kernel's
/// memory, for device queues. Every page must have been touched.
///
/// # Errors
/// `EFAULT` where nothing is mapped.
pub fn for_physical(
    start: *const u8,
    len: usize,
    mut found: impl FnMut(PhysAddr, usize),
) -> Result<()> {
    let mut at = start as usize;
    let end = at.checked_add(len).ok_or(Errno::EFAULT)?;
    while at < end {
        let page = page_table::lookup(&Tables, root(), at).ok_or(Errno::EFAULT)?;
        let size = size_of_level(page.level);
        let part = (size - at % size).min(end - at);
        found(page.physical(at), part);
        at += part;
    }
    Ok(())
}
