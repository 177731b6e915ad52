use super::*;

const PAGE: usize = FRAME_SIZE;

fn rw() -> Attributes {
    Attributes {
        charged: true,
        ..Attributes::new(Access::READ_WRITE, Backing::Anonymous)
    }
}

fn kind(n: u64) -> Attributes {
    let access = match n % 3 {
        0 => Access::NONE,
        1 => Access::READ,
        _ => Access::READ_WRITE,
    };
    Attributes {
        access,
        stack: n % 2 == 1,
        ..rw()
    }
}

fn region(start: usize, end: usize, attributes: Attributes) -> Region {
    Region {
        start: start * PAGE,
        end: end * PAGE,
        attributes,
    }
}

fn list(set: &RegionSet) -> Vec<Region> {
    set.overlapping(0, usize::MAX).collect()
}

fn free(_: usize, _: usize) -> Option<usize> {
    None
}

#[test]
fn neighbours_that_are_alike_are_one() {
    let mut set = RegionSet::new();
    set.insert(region(1, 2, rw())).unwrap();
    set.insert(region(3, 4, rw())).unwrap();
    set.insert(region(2, 3, rw())).unwrap();
    assert_eq!(list(&set), [region(1, 4, rw())]);
    assert_eq!(set.insert(region(3, 5, rw())), Err(Errno::EEXIST));
    assert_eq!(set.insert(region(5, 5, rw())), Err(Errno::EINVAL));
    set.insert(region(4, 5, kind(0))).unwrap();
    assert_eq!(set.count(), 2);
    set.update(4 * PAGE, 5 * PAGE, |a| *a = rw()).unwrap();
    assert_eq!(list(&set), [region(1, 5, rw())]);
}

#[test]
fn parts_are_removed_and_replaced() {
    let mut set = RegionSet::new();
    set.insert(region(0, 10, kind(0))).unwrap();
    set.remove(3 * PAGE, 5 * PAGE).unwrap();
    assert_eq!(list(&set), [region(0, 3, kind(0)), region(5, 10, kind(0))]);
    set.replace(region(2, 6, rw())).unwrap();
    assert_eq!(
        list(&set),
        [
            region(0, 2, kind(0)),
            region(2, 6, rw()),
            region(6, 10, kind(0))
        ]
    );
    set.replace(region(0, 20, kind(0))).unwrap();
    assert_eq!(list(&set), [region(0, 20, kind(0))]);
    assert!(set.is_covered(0, 20 * PAGE) && !set.is_covered(0, 21 * PAGE));
    assert_eq!(
        set.hole_around(5 * PAGE, 6 * PAGE, 0, 99 * PAGE),
        (5 * PAGE, 6 * PAGE)
    );
    assert_eq!(set.hole_around(0, 20 * PAGE, 0, 99 * PAGE), (0, 99 * PAGE));
    assert_eq!(
        set.hole_around(10 * PAGE, 20 * PAGE, 0, 99 * PAGE),
        (10 * PAGE, 99 * PAGE)
    );
    assert_eq!(
        set.hole_around(25 * PAGE, 26 * PAGE, 0, 99 * PAGE),
        (20 * PAGE, 99 * PAGE)
    );
}

#[test]
fn free_places_are_found_first_fit() {
    let mut set = RegionSet::new();
    let (low, high) = (100 * PAGE, 200 * PAGE);
    let take = |set: &mut RegionSet, len: usize, align: usize| {
        let at = set.find_free(len * PAGE, align * PAGE, low, high, free)?;
        set.insert(Region {
            start: at,
            end: at + len * PAGE,
            attributes: kind(0),
        })
        .unwrap();
        Some(at / PAGE)
    };
    assert_eq!(take(&mut set, 10, 1), Some(100));
    assert_eq!(take(&mut set, 10, 1), Some(110));
    assert_eq!(take(&mut set, 4, 64), Some(128));
    assert_eq!(take(&mut set, 8, 1), Some(120)); // in the hole that alignment left
    assert_eq!(take(&mut set, 60, 1), Some(132));
    assert_eq!(take(&mut set, 9, 1), None);
    assert_eq!(take(&mut set, 8, 1), Some(192));
    assert_eq!(take(&mut set, 1, 1), None);
    set.remove(105 * PAGE, 107 * PAGE).unwrap();
    set.remove(110 * PAGE, 111 * PAGE).unwrap();
    assert_eq!(take(&mut set, 3, 1), None);
    set.remove(107 * PAGE, 110 * PAGE).unwrap();
    assert_eq!(take(&mut set, 6, 1), Some(105));
    assert_eq!(
        set.find_free(usize::MAX - 5 * PAGE, PAGE, low, high, free),
        None
    );
}

#[test]
fn blocked_ranges_are_passed_over() {
    let mut set = RegionSet::new();
    set.insert(region(12, 14, rw())).unwrap();
    let blocked =
        |start: usize, end: usize| (start < 13 * PAGE && end > 10 * PAGE).then_some(13 * PAGE);
    assert_eq!(
        set.find_free(PAGE, PAGE, 10 * PAGE, 99 * PAGE, blocked),
        Some(14 * PAGE)
    );
    assert_eq!(
        set.find_free(PAGE, PAGE, 10 * PAGE, 99 * PAGE, free),
        Some(10 * PAGE)
    );
}

#[test]
fn many_regions() {
    let mut set = RegionSet::new();
    for i in 0..10_000 {
        // From the middle outwards, so that chunks are cut everywhere.
        let at = if i % 2 == 0 {
            50_000 + i * 4
        } else {
            50_000 - i * 4
        };
        set.insert(region(at, at + 2, kind(i as u64))).unwrap();
    }
    assert_eq!(set.count(), 10_000);
    assert!(list(&set).windows(2).all(|w| w[0].end <= w[1].start));
    set.remove(0, usize::MAX & !(PAGE - 1)).unwrap();
    assert_eq!(set.count(), 0);
}

/// Every operation against an array of pages.
#[test]
fn behaves_like_an_array_of_pages() {
    const PAGES: usize = 300;
    let mut random = crate::mm::test_random(42);
    for round in 0..40 {
        let mut set = RegionSet::new();
        let mut model: Vec<Option<Attributes>> = vec![None; PAGES];
        for _ in 0..600 {
            let a = random() as usize % (PAGES + 1);
            // Small and large ranges; small ones make many regions.
            let b = if round % 2 == 0 {
                random() as usize % (PAGES + 1)
            } else {
                a + 1
            };
            let (start, end) = (a.min(b), a.max(b).min(PAGES));
            if start >= end {
                continue;
            }
            let attributes = kind(random());
            match random() % 5 {
                0 | 1 => {
                    let result = set.insert(region(start, end, attributes));
                    if model[start..end].iter().all(Option::is_none) {
                        result.unwrap();
                        model[start..end].fill(Some(attributes));
                    } else {
                        assert_eq!(result, Err(Errno::EEXIST));
                    }
                }
                2 => {
                    set.remove(start * PAGE, end * PAGE).unwrap();
                    model[start..end].fill(None);
                }
                3 => {
                    set.replace(region(start, end, attributes)).unwrap();
                    model[start..end].fill(Some(attributes));
                }
                _ => {
                    set.update(start * PAGE, end * PAGE, |a| *a = attributes)
                        .unwrap();
                    for page in model[start..end].iter_mut().flatten() {
                        *page = attributes;
                    }
                }
            }
            for (i, wanted) in model.iter().enumerate() {
                assert_eq!(set.find(i * PAGE + 5).map(|r| r.attributes), *wanted);
            }
            // No two neighbours are alike, none is empty.
            let all = list(&set);
            assert!(all.iter().all(|r| !r.is_empty()));
            assert!(all.windows(2).all(|w| {
                w[0].end < w[1].start
                    || (w[0].end == w[1].start && w[0].attributes != w[1].attributes)
            }));
            let covered = model[start..end].iter().all(Option::is_some);
            assert_eq!(set.is_covered(start * PAGE, end * PAGE), covered);
            // First fit agrees with the model's.
            let len = 1 + random() as usize % 9;
            let align = 1usize << (random() % 4);
            let first = (0..=PAGES - len)
                .find(|p| p % align == 0 && model[*p..*p + len].iter().all(Option::is_none));
            let found = set.find_free(len * PAGE, align * PAGE, 0, PAGES * PAGE, free);
            match found {
                Some(at) => {
                    assert!(
                        model[at / PAGE..at / PAGE + len]
                            .iter()
                            .all(Option::is_none)
                    );
                    assert_eq!(at % (align * PAGE), 0);
                    assert!(Some(at / PAGE) >= first);
                }
                None => assert_eq!(first, None),
            }
        }
    }
}

#[test]
fn parts_of_a_file_are_one_region_where_they_follow_each_other() {
    let part = |page: usize, position: usize| {
        let backing = Backing::Shared {
            object: 1,
            base: 0usize.wrapping_sub(position * PAGE),
        };
        let attributes = Attributes::new(Access::READ, backing).placed_at(page * PAGE);
        region(page, page + 2, attributes)
    };
    let mut set = RegionSet::new();
    set.insert(part(10, 100)).unwrap();
    set.insert(part(12, 102)).unwrap();
    set.insert(part(14, 105)).unwrap();
    assert_eq!(set.count(), 2);
    assert_eq!(list(&set)[0].end, 14 * PAGE);
    set.remove(11 * PAGE, 12 * PAGE).unwrap();
    set.insert(Region {
        start: 11 * PAGE,
        end: 12 * PAGE,
        ..part(10, 100)
    })
    .unwrap();
    assert_eq!(set.count(), 2);
}
