//! The physical frame allocator: who owns which frame of RAM.
//!
//! RAM is cut into blocks of 2 MiB. From 2 MiB to 1 GiB it is a buddy system whose free lists run
//! through one small descriptor a block, so allocation, release and coalescing are O(1) (at most nine
//! steps). A block that is broken into 4 KiB frames keeps a bitmap of its 512 frames in its descriptor:
//! runs of up to 1 MiB are found there, and the block returns to the buddy system by itself when its
//! last frame is free. The metadata is 81 bytes a block (0.004 % of RAM), of which one byte a block is
//! initialised at boot; a 64 GiB guest needs no more instructions here than a small one needs for its
//! page tables.
//!
//! [`Frames`] is pure: it computes with frame numbers and never touches the memory it hands out. The
//! kernel's one allocator and its lock are in [`super::kernel`].

use super::spans::Span;
use super::{FRAME_SIZE, PhysAddr};

/// Order of a 4 KiB frame.
pub const ORDER_4K: u8 = 0;
/// Order of a 2 MiB frame.
pub const ORDER_2M: u8 = 9;
/// Order of a 1 GiB frame, the largest.
pub const ORDER_1G: u8 = 18;

const LARGE_ORDERS: usize = (ORDER_1G - ORDER_2M) as usize + 1;
const FRAMES_A_BLOCK: u32 = 512;
const BLOCK_SIZE: u64 = FRAME_SIZE as u64 * FRAMES_A_BLOCK as u64;
const NONE: u32 = u32::MAX;

/// State of a block that is in no free list: allocated, reserved, or inside a larger free one.
const STATE_USED: u8 = 0;
/// State of a block that is broken into frames.
const STATE_BROKEN: u8 = 0x80;
// Any other state is 1 + (order - ORDER_2M): the first block of a free run of that order.

/// What is kept for each 2 MiB of physical memory. Any bit pattern is a valid value, and it is not read
/// before it was written: the memory for it need not be zeroed.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Block {
    next: u32,
    previous: u32,
    free: u32,
    reserved: u32,
    /// One bit a frame, set when free; only for a broken block.
    map: [u64; 8],
}

impl Block {
    /// A descriptor with nothing in it.
    pub const EMPTY: Block = Block {
        next: NONE,
        previous: NONE,
        free: 0,
        reserved: 0,
        map: [0; 8],
    };
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames that were ever given to the allocator.
    pub total: usize,
    /// Frames that are free.
    pub free: usize,
    /// The most frames that were in use at one time.
    pub most_used: usize,
}

/// The allocator.
#[derive(Debug)]
pub struct Frames {
    states: &'static mut [u8],
    blocks: &'static mut [Block],
    lists: [u32; LARGE_ORDERS],
    broken: u32,
    statistics: Statistics,
}

/// The order whose frames hold `bytes`, or `None` beyond 1 GiB.
pub const fn order_for(bytes: usize) -> Option<u8> {
    let frames = bytes.div_ceil(FRAME_SIZE);
    if frames > 1 << ORDER_1G {
        return None;
    }
    Some(frames.next_power_of_two().trailing_zeros() as u8)
}

impl Frames {
    /// An allocator without memory, which serves no request.
    pub const fn empty() -> Self {
        Frames {
            states: &mut [],
            blocks: &mut [],
            lists: [NONE; LARGE_ORDERS],
            broken: NONE,
            statistics: Statistics {
                total: 0,
                free: 0,
                most_used: 0,
            },
        }
    }

    /// Number of descriptors needed to manage physical memory up to `end`.
    pub const fn blocks_for(end: u64) -> usize {
        end.div_ceil(BLOCK_SIZE) as usize
    }

    /// Bytes of metadata needed to manage physical memory up to `end`.
    pub const fn metadata_for(end: u64) -> usize {
        Self::blocks_for(end) * (size_of::<Block>() + 1)
    }

    /// An allocator without memory yet, with room for as many blocks as both slices have.
    pub fn new(states: &'static mut [u8], blocks: &'static mut [Block]) -> Self {
        states.fill(STATE_USED);
        Frames {
            states,
            blocks,
            ..Self::empty()
        }
    }

    /// How much there is, and was in use.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    fn block_limit(&self) -> usize {
        self.states.len().min(self.blocks.len())
    }

    /// Gives the allocator a range of memory. It must not be in it already; what lies beyond the
    /// metadata is ignored.
    pub fn add(&mut self, span: Span) {
        let limit = self.block_limit() as u64 * BLOCK_SIZE;
        let mut at = span.start;
        let end = span.end.min(limit);
        while at < end {
            let left = (end - at) / FRAME_SIZE as u64;
            if left == 0 {
                break;
            }
            let aligned = (at / FRAME_SIZE as u64)
                .trailing_zeros()
                .min(u32::from(ORDER_1G));
            let order = aligned.min(left.ilog2()) as u8;
            self.statistics.total += 1 << order;
            self.free(at, order);
            at += (FRAME_SIZE as u64) << order;
        }
    }

    /// Allocates 2^`order` frames, aligned to their size. Their content is undefined.
    pub fn alloc(&mut self, order: u8) -> Option<PhysAddr> {
        if order > ORDER_1G {
            return None;
        }
        let address = if order >= ORDER_2M {
            u64::from(self.take(order)?) * BLOCK_SIZE
        } else {
            self.take_small(order)?
        };
        let statistics = &mut self.statistics;
        statistics.free -= 1 << order;
        statistics.most_used = statistics.most_used.max(statistics.total - statistics.free);
        Some(address)
    }

    /// Returns 2^`order` frames. They need not have been allocated in one piece, nor as this order.
    ///
    /// # Panics
    /// On frames that are free already or not managed here: a bug of the kernel.
    pub fn free(&mut self, address: PhysAddr, order: u8) {
        let block = (address / BLOCK_SIZE) as usize;
        let blocks = 1usize << order.saturating_sub(ORDER_2M);
        assert!(
            order <= ORDER_1G
                && block + blocks <= self.block_limit()
                && address.trailing_zeros() >= u32::from(order) + FRAME_SIZE.trailing_zeros(),
            "frame {address:#x} of order {order} is not managed"
        );
        if order >= ORDER_2M {
            self.release(block as u32, order);
        } else {
            self.release_small(address, order);
        }
        self.statistics.free += 1 << order;
    }

    /// Returns `count` frames from `address`, which need not be a power of two.
    pub fn free_range(&mut self, address: PhysAddr, count: usize) {
        let mut at = address / FRAME_SIZE as u64;
        let end = at + count as u64;
        while at < end {
            let order = at
                .trailing_zeros()
                .min((end - at).ilog2())
                .min(u32::from(ORDER_1G)) as u8;
            self.free(at * FRAME_SIZE as u64, order);
            at += 1 << order;
        }
    }

    // The lists: `lists[i]` holds free runs of order ORDER_2M + i, `broken` the broken blocks that have
    // a free frame. All are doubly linked through the descriptors.

    fn push(&mut self, list: Option<usize>, block: u32) {
        let head = match list {
            Some(i) => &mut self.lists[i],
            None => &mut self.broken,
        };
        let next = core::mem::replace(head, block);
        let entry = &mut self.blocks[block as usize];
        entry.next = next;
        entry.previous = NONE;
        if next != NONE {
            self.blocks[next as usize].previous = block;
        }
    }

    fn unlink(&mut self, list: Option<usize>, block: u32) {
        let Block { next, previous, .. } = self.blocks[block as usize];
        if previous != NONE {
            self.blocks[previous as usize].next = next;
        } else {
            match list {
                Some(i) => self.lists[i] = next,
                None => self.broken = next,
            }
        }
        if next != NONE {
            self.blocks[next as usize].previous = previous;
        }
    }

    /// Takes a run of blocks off the buddy lists.
    fn take(&mut self, order: u8) -> Option<u32> {
        let wanted = (order - ORDER_2M) as usize;
        let mut have = (wanted..LARGE_ORDERS).find(|i| self.lists[*i] != NONE)?;
        let block = self.lists[have];
        self.unlink(Some(have), block);
        self.states[block as usize] = STATE_USED;
        while have > wanted {
            have -= 1;
            let upper = block + (1 << have);
            self.states[upper as usize] = 1 + have as u8;
            self.push(Some(have), upper);
        }
        Some(block)
    }

    /// Puts a run of blocks on the buddy lists, joined with its free buddies.
    fn release(&mut self, mut block: u32, order: u8) {
        // Only the first block is looked at: of a run of 1 GiB that is enough to find most mistakes.
        assert!(
            self.states[block as usize] == STATE_USED,
            "block {block:#x} is freed twice"
        );
        let mut list = (order - ORDER_2M) as usize;
        while list + 1 < LARGE_ORDERS {
            let buddy = block ^ (1 << list);
            if buddy as usize >= self.block_limit() || self.states[buddy as usize] != 1 + list as u8
            {
                break;
            }
            self.unlink(Some(list), buddy);
            self.states[buddy as usize] = STATE_USED;
            block &= buddy;
            list += 1;
        }
        self.states[block as usize] = 1 + list as u8;
        self.push(Some(list), block);
    }

    /// Takes frames from a broken block, breaking another one if none has them.
    fn take_small(&mut self, order: u8) -> Option<PhysAddr> {
        // A broken block always has single frames; for runs a few are tried before a whole block is
        // broken for them, and all of them only when there is none.
        let found = self.search_broken(order, 8).or_else(|| {
            if let Some(block) = self.take(ORDER_2M) {
                self.states[block as usize] = STATE_BROKEN;
                let entry = &mut self.blocks[block as usize];
                entry.map = [u64::MAX; 8];
                entry.free = FRAMES_A_BLOCK;
                self.push(None, block);
                Some((block, 0))
            } else {
                self.search_broken(order, usize::MAX)
            }
        });
        let (block, bit) = found?;
        let entry = &mut self.blocks[block as usize];
        mark(&mut entry.map, bit, order, false);
        entry.free -= 1 << order;
        if entry.free == 0 {
            self.unlink(None, block);
        }
        Some(u64::from(block) * BLOCK_SIZE + u64::from(bit) * FRAME_SIZE as u64)
    }

    fn search_broken(&self, order: u8, attempts: usize) -> Option<(u32, u32)> {
        let mut block = self.broken;
        for _ in 0..attempts {
            if block == NONE {
                break;
            }
            let entry = &self.blocks[block as usize];
            if entry.free >= 1 << order
                && let Some(bit) = find_run(&entry.map, order)
            {
                return Some((block, bit));
            }
            block = entry.next;
        }
        None
    }

    fn release_small(&mut self, address: PhysAddr, order: u8) {
        let block = (address / BLOCK_SIZE) as u32;
        let bit = (address % BLOCK_SIZE / FRAME_SIZE as u64) as u32;
        let state = &mut self.states[block as usize];
        let entry = &mut self.blocks[block as usize];
        if *state != STATE_BROKEN {
            assert!(*state == STATE_USED, "frame {address:#x} is freed twice");
            // Part of a larger piece, or of a block that is only partly RAM.
            *state = STATE_BROKEN;
            entry.map = [0; 8];
            entry.free = 0;
        }
        assert!(
            is_used(&entry.map, bit, order),
            "frame {address:#x} is freed twice"
        );
        mark(&mut entry.map, bit, order, true);
        let was = entry.free;
        entry.free += 1 << order;
        let now = entry.free;
        if now == FRAMES_A_BLOCK {
            if was != 0 {
                self.unlink(None, block);
            }
            self.states[block as usize] = STATE_USED;
            self.release(block, ORDER_2M);
        } else if was == 0 {
            self.push(None, block);
        }
    }
}

/// The first free, aligned run of 2^`order` frames in a bitmap.
fn find_run(map: &[u64; 8], order: u8) -> Option<u32> {
    if order >= 6 {
        let words = 1 << (order - 6);
        let at = map
            .chunks_exact(words)
            .position(|chunk| chunk.iter().all(|w| *w == u64::MAX))?;
        return Some((at * words * 64) as u32);
    }
    for (i, word) in map.iter().enumerate() {
        let mut runs = *word;
        for step in 0..order {
            runs &= runs >> (1 << step);
        }
        // Bit n of `runs`: frames n .. n + 2^order are free. Only aligned n count.
        let every = u64::MAX / ((1u128 << (1u32 << order)) - 1) as u64;
        runs &= every;
        if runs != 0 {
            return Some(i as u32 * 64 + runs.trailing_zeros());
        }
    }
    None
}

/// The bits of one word that a run covers.
fn run_mask(bit: u32, order: u8) -> u64 {
    if order >= 6 {
        u64::MAX
    } else {
        ((1u64 << (1u32 << order)) - 1) << (bit % 64)
    }
}

fn run_words(bit: u32, order: u8) -> core::ops::Range<usize> {
    let first = (bit / 64) as usize;
    first..first + (1 << order.saturating_sub(6))
}

fn mark(map: &mut [u64; 8], bit: u32, order: u8, free: bool) {
    for word in &mut map[run_words(bit, order)] {
        if free {
            *word |= run_mask(bit, order);
        } else {
            *word &= !run_mask(bit, order);
        }
    }
}

fn is_used(map: &[u64; 8], bit: u32, order: u8) -> bool {
    map[run_words(bit, order)]
        .iter()
        .all(|word| word & run_mask(bit, order) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    fn allocator(end: u64) -> Frames {
        let blocks = Frames::blocks_for(end);
        // Garbage on purpose: descriptors are not zeroed.
        let garbage = Block {
            next: 7,
            previous: 7,
            free: 77,
            reserved: 0,
            map: [0x5555; 8],
        };
        Frames::new(vec![0xaa; blocks].leak(), vec![garbage; blocks].leak())
    }

    #[test]
    fn orders_for_sizes() {
        assert_eq!(order_for(1), Some(0));
        assert_eq!(order_for(4096), Some(0));
        assert_eq!(order_for(4097), Some(1));
        assert_eq!(order_for(2 << 20), Some(ORDER_2M));
        assert_eq!(order_for(1 << 30), Some(ORDER_1G));
        assert_eq!(order_for((1 << 30) + 1), None);
        assert_eq!(order_for(usize::MAX), None);
    }

    #[test]
    fn a_four_mebibyte_guest_uses_every_frame() {
        let mut frames = allocator(4 * MIB);
        frames.add(Span {
            start: 0x10000,
            end: 0x9f000,
        });
        frames.add(Span {
            start: MIB + 0x31000,
            end: 4 * MIB,
        });
        let total = frames.statistics().total;
        assert_eq!(
            total,
            (0x9f000 - 0x10000) / 4096 + (3 * MIB as usize - 0x31000) / 4096
        );
        let mut taken = Vec::new();
        while let Some(frame) = frames.alloc(0) {
            assert!(!taken.contains(&frame));
            assert!((0x10000..0x9f000).contains(&frame) || frame >= MIB + 0x31000);
            taken.push(frame);
        }
        assert_eq!(taken.len(), total);
        assert_eq!(frames.statistics().free, 0);
        for frame in taken {
            frames.free(frame, 0);
        }
        assert_eq!(frames.statistics().free, total);
        assert_eq!(frames.statistics().most_used, total);
        assert_eq!(frames.alloc(ORDER_2M), Some(2 * MIB));
    }

    #[test]
    fn sixty_four_gibibytes() {
        let mut frames = allocator(65 * GIB);
        frames.add(Span {
            start: 4 * GIB,
            end: 65 * GIB,
        });
        frames.add(Span {
            start: MIB,
            end: 3 * GIB,
        });
        assert_eq!(frames.statistics().free as u64 * 4096, 64 * GIB - MIB);
        let giant = frames.alloc(ORDER_1G).unwrap();
        assert_eq!(giant % GIB, 0);
        frames.free(giant, ORDER_1G);
        assert!(Frames::metadata_for(64 * GIB) < 3 << 20);
    }

    #[test]
    fn memory_beyond_the_metadata_is_ignored() {
        let mut frames = allocator(4 * MIB);
        frames.add(Span {
            start: 0,
            end: !4095,
        });
        assert_eq!(frames.statistics().total, 1024);
        frames.add(Span {
            start: GIB,
            end: 2 * GIB,
        });
        assert_eq!(frames.statistics().total, 1024);
    }

    #[test]
    fn everything_coalesces_again() {
        let mut frames = allocator(GIB);
        frames.add(Span { start: 0, end: GIB });
        let mut random = crate::mm::test_random(3);
        let mut held = Vec::new();
        for _ in 0..20_000 {
            if random().is_multiple_of(2) || held.is_empty() {
                let order = (random() % 12) as u8;
                if let Some(frame) = frames.alloc(order) {
                    held.push((frame, order));
                }
            } else {
                let (frame, order) = held.swap_remove(random() as usize % held.len());
                frames.free(frame, order);
            }
        }
        for (frame, order) in held {
            frames.free(frame, order);
        }
        assert_eq!(frames.alloc(ORDER_1G), Some(0));
    }

    #[test]
    fn pieces_never_overlap() {
        let mut frames = allocator(32 * MIB);
        frames.add(Span {
            start: 0x3000,
            end: 31 * MIB + 0x7000,
        });
        let total = frames.statistics().total;
        let mut random = crate::mm::test_random(11);
        let mut held: BTreeMap<u64, u64> = BTreeMap::new();
        for _ in 0..50_000 {
            if random() % 5 < 3 {
                let order = (random() % 11) as u8;
                let Some(start) = frames.alloc(order) else {
                    continue;
                };
                let end = start + (4096 << order);
                assert_eq!(start % (4096 << order), 0);
                assert!(start >= 0x3000 && end <= 31 * MIB + 0x7000);
                assert!(
                    held.range(..end)
                        .next_back()
                        .is_none_or(|(_, other)| *other <= start)
                );
                held.insert(start, end);
            } else if !held.is_empty() {
                let nth = random() as usize % held.len();
                let (start, end) = held.iter().nth(nth).map(|(s, e)| (*s, *e)).unwrap();
                held.remove(&start);
                // Half of them in two pieces, as large allocations are trimmed.
                let count = (end - start) as usize / 4096;
                let first = if random().is_multiple_of(2) {
                    count
                } else {
                    random() as usize % (count + 1)
                };
                frames.free_range(start, first);
                frames.free_range(start + first as u64 * 4096, count - first);
            }
            let used: u64 = held.iter().map(|(s, e)| (e - s) / 4096).sum();
            assert_eq!(frames.statistics().free + used as usize, total);
        }
    }

    #[test]
    fn runs_are_found_when_only_an_old_block_has_them() {
        let mut frames = allocator(40 * MIB);
        frames.add(Span {
            start: 0,
            end: 40 * MIB,
        });
        let all: Vec<_> = core::iter::from_fn(|| frames.alloc(0)).collect();
        assert_eq!(all.len(), 10240);
        // One run of 8 in the first block, single frames in all others.
        frames.free_range(64 * 4096, 8);
        for block in 1..20 {
            frames.free(block * BLOCK_SIZE, 0);
        }
        assert_eq!(frames.alloc(3), Some(64 * 4096));
        assert_eq!(frames.alloc(3), None);
        assert_eq!(frames.alloc(1), None);
        assert_eq!(frames.statistics().free, 19);
    }

    #[test]
    #[should_panic(expected = "freed twice")]
    fn double_free_of_a_frame_is_found() {
        let mut frames = allocator(4 * MIB);
        frames.add(Span {
            start: 0,
            end: 4 * MIB,
        });
        let frame = frames.alloc(0).unwrap();
        frames.free(frame, 0);
        frames.free(frame, 0);
    }

    #[test]
    #[should_panic(expected = "freed twice")]
    fn double_free_of_a_block_is_found() {
        let mut frames = allocator(4 * MIB);
        frames.add(Span {
            start: 0,
            end: 4 * MIB,
        });
        let frame = frames.alloc(ORDER_2M).unwrap();
        frames.free(frame, ORDER_2M);
        frames.free(frame, ORDER_2M);
    }

    #[test]
    #[should_panic(expected = "not managed")]
    fn foreign_memory_is_refused() {
        allocator(4 * MIB).free(GIB, 0);
    }
}
