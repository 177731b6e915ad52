use super::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Tables at made-up physical addresses, each leaked.
struct Tables {
    tables: RefCell<BTreeMap<PhysAddr, &'static Table>>,
    next: Cell<PhysAddr>,
    left: Cell<usize>,
}

impl Tables {
    fn new() -> (Tables, PhysAddr) {
        let tables = Tables {
            tables: RefCell::default(),
            next: Cell::new(0x10_0000_0000),
            left: Cell::new(10_000),
        };
        let root = tables.allocate().unwrap();
        (tables, root)
    }

    fn count(&self) -> usize {
        self.tables.borrow().len()
    }
}

impl TableMemory for Tables {
    fn allocate(&self) -> Option<PhysAddr> {
        if self.left.get() == 0 {
            return None;
        }
        self.left.set(self.left.get() - 1);
        let at = self.next.get();
        self.next.set(at + 4096);
        let table = Box::leak(Box::new([const { AtomicU64::new(0) }; 512]));
        self.tables.borrow_mut().insert(at, table);
        Some(at)
    }

    fn release(&self, table: PhysAddr) {
        assert!(
            self.tables.borrow_mut().remove(&table).is_some(),
            "table freed twice"
        );
    }

    fn table(&self, table: PhysAddr) -> &Table {
        self.tables.borrow()[&table]
    }
}

const M2: usize = 2 << 20;
const G1: usize = 1 << 30;
const RW: u64 = memory(Access::READ_WRITE);

fn pages(tables: &Tables, root: PhysAddr, start: usize, end: usize) -> Vec<(usize, PhysAddr, u8)> {
    let mut all = Vec::new();
    for_each_page(tables, root, start, end, &mut |a, page| {
        all.push((a, page.frame, page.level))
    });
    all
}

fn take_away(
    tables: &Tables,
    root: PhysAddr,
    start: usize,
    end: usize,
) -> Vec<(usize, PhysAddr, u8)> {
    let mut all = Vec::new();
    unlink(tables, root, start, end);
    release(tables, root, start, end, &mut |a, page| {
        all.push((a, page.frame, page.level))
    });
    all
}

#[test]
fn a_range_gets_the_largest_pages() {
    let (tables, root) = Tables::new();
    let start = 0xffff_8000_0000_0000 + G1 - M2 - 4096;
    let len = 4096 + M2 + G1 + 4096;
    map_range(&tables, root, start, (G1 - M2 - 4096) as u64, len, 2, RW).unwrap();
    let levels: Vec<_> = pages(&tables, root, start, start + len)
        .iter()
        .map(|p| p.2)
        .collect();
    assert_eq!(levels, [0, 1, 2, 0]);
    for offset in [0, 4096, 4096 + M2 + 12345, len - 1] {
        let page = lookup(&tables, root, start + offset).unwrap();
        assert_eq!(
            page.physical(start + offset),
            (G1 - M2 - 4096 + offset) as u64
        );
        assert!(page.allows(true, false) && !page.allows(false, true));
    }
    assert_eq!(lookup(&tables, root, start - 1), None);
    assert_eq!(lookup(&tables, root, start + len), None);
}

#[test]
fn occupied_entries_stay() {
    let (tables, root) = Tables::new();
    assert_eq!(map(&tables, root, M2, 0x20_0000, 1, RW), Ok(Mapped::New));
    assert_eq!(
        map(&tables, root, M2, 0x40_0000, 1, RW),
        Ok(Mapped::Occupied)
    );
    assert_eq!(
        map(&tables, root, M2 + 4096, 0x5000, 0, RW),
        Ok(Mapped::Occupied)
    );
    assert_eq!(map(&tables, root, 4096, 0x5000, 0, RW), Ok(Mapped::New));
    assert_eq!(
        map(&tables, root, 0, 0x40_0000, 1, RW),
        Ok(Mapped::Occupied)
    );
    assert!(!is_free_for(&tables, root, 0, 1));
    assert!(!is_free_for(&tables, root, M2, 1));
    assert!(!is_free_for(&tables, root, M2, 0));
    assert!(is_free_for(&tables, root, 2 * M2, 1));
    assert!(is_free_for(&tables, root, 8192, 0));
    assert!(is_free_for(&tables, root, 1 << 40, 1));
    assert_eq!(lookup(&tables, root, M2).unwrap().frame, 0x20_0000);
}

#[test]
fn splitting_keeps_every_translation() {
    let (tables, root) = Tables::new();
    map(&tables, root, G1, 5 * G1 as u64, 2, RW).unwrap();
    split_at(&tables, root, G1 + M2 + 0x3000).unwrap();
    for offset in [0, M2, M2 + 0x2fff, M2 + 0x3000, G1 - 1] {
        let page = lookup(&tables, root, G1 + offset).unwrap();
        assert_eq!(page.physical(G1 + offset), (5 * G1 + offset) as u64);
        assert!(page.allows(true, false));
    }
    assert_eq!(lookup(&tables, root, G1 + M2).unwrap().level, 0);
    assert_eq!(lookup(&tables, root, G1).unwrap().level, 1);
    let before = tables.count();
    split_at(&tables, root, G1 + M2 + 0x3000).unwrap();
    split_at(&tables, root, G1).unwrap();
    split_at(&tables, root, 77 * G1 + 4096).unwrap();
    assert_eq!(tables.count(), before);
}

#[test]
fn protection_changes_and_says_when_rights_are_lost() {
    let (tables, root) = Tables::new();
    map_range(&tables, root, M2 - 4096, 0x3f_f000, M2 + 4096, 1, RW).unwrap();
    let (start, end) = (M2 - 4096, 2 * M2);
    assert!(!protect(&tables, root, start, end, Access::READ_WRITE));
    assert!(protect(&tables, root, start, end, Access::READ));
    assert!(!lookup(&tables, root, M2).unwrap().allows(true, false));
    assert!(!protect(&tables, root, start, end, Access::READ_EXECUTE));
    assert!(lookup(&tables, root, M2).unwrap().allows(false, true));
    assert!(protect(&tables, root, start, end, Access::NONE));
    let kept = lookup(&tables, root, M2).unwrap();
    assert!(!kept.allows(false, false));
    assert_eq!((kept.frame, kept.level), (0x40_0000, 1));
    assert_eq!(map(&tables, root, M2, 0, 1, RW), Ok(Mapped::Occupied));
    // A kept page can be split too, and comes back with its frame.
    split_at(&tables, root, M2 + 4096).unwrap();
    assert!(!protect(&tables, root, M2, M2 + 4096, Access::READ_WRITE));
    assert_eq!(lookup(&tables, root, M2).unwrap().physical(M2), 0x40_0000);
    assert!(
        !lookup(&tables, root, M2 + 4096)
            .unwrap()
            .allows(false, false)
    );
    assert_eq!(lookup(&tables, root, M2 + 4096).unwrap().frame, 0x40_1000);
}

#[test]
fn taking_away_frees_pages_and_whole_tables() {
    let (tables, root) = Tables::new();
    // 4 KiB pages in three 2 MiB blocks, a 2 MiB page, and a neighbour that stays.
    let base = 64 * G1;
    for i in 0..1536 {
        map(&tables, root, base + i * 4096, (i as u64) << 12, 0, RW).unwrap();
    }
    map(&tables, root, base + 3 * M2, 0x4000_0000, 1, RW).unwrap();
    protect(&tables, root, base + 4096, base + 8192, Access::NONE);
    assert_eq!(tables.count(), 1 + 2 + 3);
    let (start, end) = (base + 4096, base + 4 * M2);
    assert!(unlink(&tables, root, start, end));
    assert_eq!(lookup(&tables, root, start), None);
    assert_eq!(lookup(&tables, root, base + M2), None);
    assert!(lookup(&tables, root, base).is_some());
    // Nothing can be put there before it is released.
    assert_eq!(
        map(&tables, root, base + M2, 0, 0, RW),
        Ok(Mapped::Occupied)
    );
    let mut freed = Vec::new();
    release(&tables, root, start, end, &mut |a, page| {
        freed.push((a, page.frame, page.level))
    });
    assert_eq!(freed.len(), 1535 + 1);
    assert_eq!(freed[0], (start, 0x1000, 0));
    assert_eq!(freed[1535], (base + 3 * M2, 0x4000_0000, 1));
    assert_eq!(tables.count(), 1 + 2 + 1);
    assert!(!unlink(&tables, root, start, end));
    // The whole gigabyte: its directory goes too, the table above it stays.
    assert_eq!(take_away(&tables, root, base, base + G1).len(), 1);
    assert_eq!(tables.count(), 2);
    assert!(is_free_for(&tables, root, base, 2));
}

#[test]
fn running_out_of_tables_changes_nothing_mapped() {
    let (tables, root) = Tables::new();
    map(&tables, root, M2, 0x20_0000, 1, RW).unwrap();
    tables.left.set(0);
    assert_eq!(split_at(&tables, root, M2 + 4096), Err(OutOfTables));
    assert_eq!(lookup(&tables, root, M2 + 4096).unwrap().level, 1);
    assert_eq!(map(&tables, root, 8 * G1, 0, 0, RW), Err(OutOfTables));
    tables.left.set(1);
    assert_eq!(map(&tables, root, 8 * G1, 0, 0, RW), Err(OutOfTables));
    tables.left.set(9);
    assert_eq!(map(&tables, root, 8 * G1, 0, 0, RW), Ok(Mapped::New));
}

#[test]
fn behaves_like_a_map_of_pages() {
    let (tables, root) = Tables::new();
    let base = 512 * G1 - 2 * M2; // across the end of a top-level entry
    let mut model: BTreeMap<usize, (u64, bool)> = BTreeMap::new();
    let mut random = crate::mm::test_random(5);
    let mut next_frame = 1u64 << 32;
    for _ in 0..3_000 {
        let a = random() as usize % 2049;
        let b = random() as usize % 2049;
        let (start, end) = (base + a.min(b) * 4096, base + a.max(b) * 4096);
        match random() % 6 {
            0 | 1 => {
                let at = base + random() as usize % 4 * M2;
                let free = model.range(at..at + M2).next().is_none();
                if is_free_for(&tables, root, at, 1) {
                    assert!(free);
                    map(&tables, root, at, next_frame, 1, RW).unwrap();
                    for i in 0..512 {
                        model.insert(at + i * 4096, (next_frame + i as u64 * 4096, true));
                    }
                    next_frame += M2 as u64;
                }
            }
            2 => {
                let at = base + (random() as usize % 2048) * 4096;
                let result = map(&tables, root, at, next_frame, 0, RW).unwrap();
                assert_eq!(result == Mapped::New, !model.contains_key(&at));
                if result == Mapped::New {
                    model.insert(at, (next_frame, true));
                    next_frame += M2 as u64;
                }
            }
            3 | 4 => {
                split_at(&tables, root, start).unwrap();
                split_at(&tables, root, end).unwrap();
                let write = random().is_multiple_of(2);
                let access = if write {
                    Access::READ_WRITE
                } else {
                    Access::NONE
                };
                protect(&tables, root, start, end, access);
                for (_, page) in model.range_mut(start..end) {
                    page.1 = write;
                }
            }
            _ => {
                split_at(&tables, root, start).unwrap();
                split_at(&tables, root, end).unwrap();
                let freed = take_away(&tables, root, start, end);
                let bytes: usize = freed
                    .iter()
                    .map(|(_, _, level)| size_of_level(*level))
                    .sum();
                let gone: Vec<usize> = model.range(start..end).map(|(a, _)| *a).collect();
                assert_eq!(bytes, gone.len() * 4096);
                for at in gone {
                    model.remove(&at);
                }
            }
        }
        for _ in 0..20 {
            let at = base + (random() as usize % 2048) * 4096;
            let seen = lookup(&tables, root, at).map(|p| (p.physical(at), p.allows(true, false)));
            assert_eq!(seen, model.get(&at).copied());
        }
    }
}

#[test]
fn a_range_fills_the_holes_between_existing_tables() {
    let (tables, root) = Tables::new();
    // As at boot: the first 2 MiB, then all RAM around it, then a device in the middle of a page.
    map_range(&tables, root, 0, 0, M2, 2, RW).unwrap();
    map_range(&tables, root, 0, 0, 3 * G1 + M2, 2, RW).unwrap();
    for at in [0, M2, G1 - 1, G1, 3 * G1 + M2 - 1] {
        assert_eq!(lookup(&tables, root, at).unwrap().physical(at), at as u64);
    }
    assert_eq!(lookup(&tables, root, G1 - 1).unwrap().level, 1);
    assert_eq!(lookup(&tables, root, G1).unwrap().level, 2);
    assert_eq!(lookup(&tables, root, 3 * G1 + M2), None);
    let device = G1 + 0x5000;
    split_at(&tables, root, device).unwrap();
    split_at(&tables, root, device + 0x1000).unwrap();
    assert!(make_device(&tables, root, device, device + 0x1000));
    assert!(!make_device(&tables, root, device, device + 0x1000));
    assert_ne!(lookup(&tables, root, device).unwrap().entry & NO_CACHE, 0);
    assert_eq!(
        lookup(&tables, root, device + 0x1000).unwrap().entry & NO_CACHE,
        0
    );
    map_range(&tables, root, G1 - M2, (G1 - M2) as u64, 4 * G1, 2, RW).unwrap();
    assert_eq!(
        lookup(&tables, root, 5 * G1 - M2 - 1).unwrap().frame,
        (5 * G1 - 2 * M2) as u64
    );
    assert_ne!(lookup(&tables, root, device).unwrap().entry & NO_CACHE, 0);
}

#[test]
fn small_pages_come_in_groups_around_what_is_there() {
    let (tables, root) = Tables::new();
    map(&tables, root, 0x13000, 0x7000, 0, RW).unwrap();
    assert_eq!(
        map_small(&tables, root, 0x10000, 0x100_0000, 16, RW | TOUCHED),
        Ok(1 << 3)
    );
    assert_eq!(lookup(&tables, root, 0x13000).unwrap().frame, 0x7000);
    assert_eq!(lookup(&tables, root, 0x1f000).unwrap().frame, 0x100_f000);
    assert_eq!(settle(&tables, root, 0x11000, 0x20000), 14);
    assert_eq!(settle(&tables, root, 0, 0x20000), 1);
    map(&tables, root, M2, 0, 1, RW).unwrap();
    assert_eq!(map_small(&tables, root, M2, 0, 16, RW), Ok(0xffff));
    assert_eq!(map_small(&tables, root, M2, 0, 32, RW), Ok(u32::MAX));
}
