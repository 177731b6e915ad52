//! Frames and regions.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::mm::frames::{Block, Frames};
use crate::mm::page_table::Access;
use crate::mm::regions::{Attributes, Backing, Region, RegionSet};
use crate::mm::spans::Span;

const PAGE: usize = 4096;
/// Pages that a model of regions has.
const PAGES: usize = 64;

fn frames_of(end: u64) -> Frames {
    let blocks = Frames::blocks_for(end);
    Frames::new(vec![0; blocks].leak(), vec![Block::EMPTY; blocks].leak())
}

proptest! {
    #![proptest_config(super::config())]

    /// No frame is given twice or from outside, and what was freed can be had again.
    #[test]
    fn frames_are_nobodys_or_somebodys(
        holes in prop::collection::vec((0u64..2048, 1u64..512), 0..4),
        steps in prop::collection::vec((any::<bool>(), 0u8..12, any::<prop::sample::Index>()), 1..200),
    ) {
        let end = 16u64 << 20;
        let mut frames = frames_of(end);
        let mut usable = vec![true; (end / 4096) as usize];
        for (start, len) in holes {
            let until = (start + len).min(usable.len() as u64);
            usable[start as usize..until as usize].fill(false);
        }
        let mut start = 0;
        while start < usable.len() {
            let end = (start..usable.len()).find(|i| usable[*i] != usable[start]).unwrap_or(usable.len());
            if usable[start] {
                frames.add(Span { start: start as u64 * 4096, end: end as u64 * 4096 });
            }
            start = end;
        }
        let total = usable.iter().filter(|is| **is).count();
        prop_assert_eq!(frames.statistics().total, total);
        let mut taken: BTreeMap<u64, u8> = BTreeMap::new();
        let mut used = 0;
        for (take, order, which) in steps {
            if take || taken.is_empty() {
                let Some(address) = frames.alloc(order) else { continue };
                prop_assert_eq!(address % (4096 << order), 0);
                let first = (address / 4096) as usize;
                let these = &mut usable[first..first + (1 << order)];
                prop_assert!(these.iter().all(|usable| *usable));
                these.fill(false);
                used += 1usize << order;
                taken.insert(address, order);
            } else {
                let (&address, &order) = which.get(&Vec::from_iter(&taken)).to_owned();
                taken.remove(&address);
                frames.free(address, order);
                let first = (address / 4096) as usize;
                usable[first..first + (1 << order)].fill(true);
                used -= 1usize << order;
            }
            prop_assert_eq!(frames.statistics().free, total - used);
        }
        for (address, order) in taken {
            frames.free(address, order);
        }
        let mut singles = 0;
        while frames.alloc(0).is_some() {
            singles += 1;
        }
        prop_assert_eq!(singles, total);
    }

    /// A set of regions says of each page what was said of it last.
    #[test]
    fn regions_remember_each_page(
        steps in prop::collection::vec((0u8..5, 0..PAGES, 1..PAGES, 0u8..3), 1..80),
    ) {
        let mut set = RegionSet::new();
        let mut pages: [Option<Attributes>; PAGES] = [None; PAGES];
        for (kind, first, count, what) in steps {
            let last = (first + count).min(PAGES);
            let (start, end) = (first * PAGE, last * PAGE);
            let access = [Access::NONE, Access::READ, Access::READ_WRITE][usize::from(what)];
            let attributes = Attributes::new(access, Backing::Anonymous);
            let region = Region { start, end, attributes };
            let range = first..last;
            match kind {
                0 => {
                    let free = pages[range.clone()].iter().all(Option::is_none);
                    prop_assert_eq!(set.insert(region).is_ok(), free);
                    if free {
                        pages[range].fill(Some(attributes));
                    }
                }
                1 => {
                    prop_assert!(set.remove(start, end).is_ok());
                    pages[range].fill(None);
                }
                2 => {
                    prop_assert!(set.replace(region).is_ok());
                    pages[range].fill(Some(attributes));
                }
                3 => {
                    prop_assert!(set.update(start, end, |a| a.access = access).is_ok());
                    for page in pages[range].iter_mut().flatten() {
                        page.access = access;
                    }
                }
                _ => {
                    let fits = |at: usize| at + count <= PAGES && pages[at..at + count].iter().all(Option::is_none);
                    let expected = (0..PAGES).find(|at| fits(*at)).map(|at| at * PAGE);
                    let found = set.find_free(count * PAGE, PAGE, 0, PAGES * PAGE, |_, _| None);
                    prop_assert_eq!(found, expected);
                }
            }
            for (number, page) in pages.iter().enumerate() {
                let seen = set.find(number * PAGE + 5).map(|region| region.attributes);
                prop_assert_eq!(seen, *page, "page {}", number);
            }
            let joined = pages.chunk_by(|a, b| a == b).filter(|run| run[0].is_some()).count();
            prop_assert_eq!(set.count(), joined);
        }
    }
}
