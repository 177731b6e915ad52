//! Sets of physical address ranges, for turning a firmware memory map into usable memory.
//!
//! A map may be in any order, overlap itself, be unaligned or wrap around the address space. Where a
//! range is reported both usable and reserved, reserved wins. Nothing is allocated: a set holds at most
//! `N` ranges and forgets the smallest when it is full, so a hostile map costs memory, not correctness.

use super::FRAME_SIZE;

/// A range of physical addresses, `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u64,
    /// First byte behind it.
    pub end: u64,
}

impl Span {
    /// Size in bytes.
    pub const fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// The whole frames within `len` bytes from `start`.
    pub const fn inward(start: u64, len: u64) -> Span {
        let mask = FRAME_SIZE as u64 - 1;
        let end = start.saturating_add(len) & !mask;
        let start = start.saturating_add(mask) & !mask;
        Span { start, end }
    }

    /// The frames that `len` bytes from `start` touch.
    pub const fn outward(start: u64, len: u64) -> Span {
        let mask = FRAME_SIZE as u64 - 1;
        let end = start.saturating_add(len).saturating_add(mask) & !mask;
        Span {
            start: start & !mask,
            end,
        }
    }
}

/// A sorted set of ranges that neither overlap nor touch.
#[derive(Clone, Debug)]
pub struct SpanSet<const N: usize> {
    spans: [Span; N],
    count: usize,
}

impl<const N: usize> SpanSet<N> {
    /// The empty set.
    pub const fn new() -> Self {
        SpanSet {
            spans: [Span { start: 0, end: 0 }; N],
            count: 0,
        }
    }

    /// The ranges, lowest first.
    pub fn spans(&self) -> &[Span] {
        &self.spans[..self.count]
    }

    /// Bytes in all ranges.
    pub fn total(&self) -> u64 {
        self.spans().iter().map(Span::len).sum()
    }

    fn delete(&mut self, at: usize) {
        self.spans.copy_within(at + 1..self.count, at);
        self.count -= 1;
    }

    /// Inserts a range before index `at`; when the set is full, the smallest range is forgotten.
    fn insert(&mut self, mut at: usize, span: Span) {
        if self.count == N {
            let smallest = (0..N).min_by_key(|i| self.spans[*i].len()).unwrap_or(0);
            if N == 0 || self.spans[smallest].len() >= span.len() {
                return;
            }
            self.delete(smallest);
            if smallest < at {
                at -= 1;
            }
        }
        self.spans.copy_within(at..self.count, at + 1);
        self.spans[at] = span;
        self.count += 1;
    }

    /// Adds a range, joining it with what it overlaps or touches.
    pub fn add(&mut self, mut span: Span) {
        if span.is_empty() {
            return;
        }
        let mut at = 0;
        while at < self.count {
            let other = self.spans[at];
            if other.end < span.start {
                at += 1;
            } else if other.start > span.end {
                break;
            } else {
                span = Span {
                    start: span.start.min(other.start),
                    end: span.end.max(other.end),
                };
                self.delete(at);
            }
        }
        self.insert(at, span);
    }

    /// Takes a range out.
    pub fn remove(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let mut at = 0;
        while at < self.count {
            let other = self.spans[at];
            if other.end <= span.start {
                at += 1;
                continue;
            }
            if other.start >= span.end {
                break;
            }
            let left = Span {
                start: other.start,
                end: span.start,
            };
            let right = Span {
                start: span.end,
                end: other.end,
            };
            match (left.is_empty(), right.is_empty()) {
                (true, true) => self.delete(at),
                (false, true) => {
                    self.spans[at] = left;
                    at += 1;
                }
                (true, false) => {
                    self.spans[at] = right;
                    break;
                }
                (false, false) => {
                    self.spans[at] = left;
                    self.insert(at + 1, right);
                    break;
                }
            }
        }
    }
}

impl<const N: usize> Default for SpanSet<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u64, end: u64) -> Span {
        Span { start, end }
    }

    #[test]
    fn joins_and_cuts() {
        let mut set = SpanSet::<8>::new();
        set.add(span(10, 20));
        set.add(span(30, 40));
        set.add(span(20, 25));
        assert_eq!(set.spans(), [span(10, 25), span(30, 40)]);
        set.add(span(24, 31));
        assert_eq!(set.spans(), [span(10, 40)]);
        set.remove(span(15, 20));
        set.remove(span(0, 11));
        set.remove(span(39, 100));
        assert_eq!(set.spans(), [span(11, 15), span(20, 39)]);
        set.remove(span(0, u64::MAX));
        assert!(set.spans().is_empty());
    }

    #[test]
    fn alignment_never_wraps() {
        assert_eq!(Span::inward(1, 2).len(), 0);
        assert!(Span::inward(u64::MAX, u64::MAX).is_empty());
        assert_eq!(Span::inward(0x1001, 0x2000), span(0x2000, 0x3000));
        assert_eq!(Span::outward(0x1001, 0x1000), span(0x1000, 0x3000));
        assert!(Span::outward(u64::MAX, u64::MAX).end >= u64::MAX - 4095);
    }

    #[test]
    fn a_full_set_forgets_the_smallest() {
        let mut set = SpanSet::<2>::new();
        set.add(span(0, 1));
        set.add(span(10, 20));
        set.add(span(30, 35));
        assert_eq!(set.spans(), [span(10, 20), span(30, 35)]);
        set.add(span(40, 41));
        assert_eq!(set.spans(), [span(10, 20), span(30, 35)]);
        set.remove(span(12, 13));
        assert_eq!(set.spans(), [span(13, 20), span(30, 35)]);
    }

    #[test]
    fn behaves_like_a_set_of_bytes() {
        let mut random = crate::mm::test_random(7);
        for _ in 0..200 {
            let mut set = SpanSet::<64>::new();
            let mut model = [false; 100];
            for _ in 0..40 {
                let (a, b) = (random() % 100, random() % 100);
                let s = span(a.min(b), a.max(b));
                let add = !random().is_multiple_of(3);
                if add {
                    set.add(s)
                } else {
                    set.remove(s)
                }
                model[s.start as usize..s.end as usize].fill(add);
                for (i, wanted) in model.iter().enumerate() {
                    let i = i as u64;
                    assert_eq!(
                        set.spans().iter().any(|s| s.start <= i && i < s.end),
                        *wanted
                    );
                }
                assert!(set.spans().windows(2).all(|w| w[0].end < w[1].start));
            }
        }
    }
}
