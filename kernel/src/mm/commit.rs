//! Accounting of memory against RAM, so that too much is refused at the call and not at the touch.
//!
//! Every page that somebody may touch later without asking again is charged when it is promised: private
//! writable mappings, the heap below the break, what the kernel allocates for itself. Mappings without
//! a promise (`PROT_NONE`, `MAP_NORESERVE`, read-only ones, stacks but for their upper end) are charged
//! page by page when they are touched. Page tables are not charged; a part of RAM is set aside for them.
//!
//! The one atomic counter takes no lock.

use core::sync::atomic::{AtomicUsize, Ordering};

/// A counter of promised pages with a limit.
#[derive(Debug)]
pub struct Commit {
    limit: AtomicUsize,
    /// What the kernel's small allocations may use beyond the limit.
    reserve: AtomicUsize,
    used: AtomicUsize,
}

/// Most pages of the reserve.
const RESERVE: usize = 32;

impl Commit {
    /// A counter that promises nothing.
    pub const fn new() -> Self {
        Commit {
            limit: AtomicUsize::new(0),
            reserve: AtomicUsize::new(0),
            used: AtomicUsize::new(0),
        }
    }

    /// Sets what can be promised, from the number of free frames: all but what page tables need
    /// (1/512 if everything is mapped in small pages, and upper levels) and a reserve of the kernel's.
    pub fn set_limit(&self, free: usize) {
        let reserve = RESERVE.min(free / 64);
        self.reserve.store(reserve, Ordering::Relaxed);
        self.limit.store(
            free.saturating_sub(free / 256 + 8 + reserve),
            Ordering::Relaxed,
        );
    }

    /// Promises `pages`, if they are there.
    #[must_use]
    pub fn charge(&self, pages: usize) -> bool {
        self.charge_below(pages, self.limit())
    }

    /// Promises `pages` to the kernel, of its reserve if all else is promised: what it needs to tell the
    /// program, or the host, that memory is out.
    #[must_use]
    pub fn charge_reserve(&self, pages: usize) -> bool {
        self.charge_below(pages, self.limit() + self.reserve.load(Ordering::Relaxed))
    }

    fn charge_below(&self, pages: usize, limit: usize) -> bool {
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(pages).filter(|sum| *sum <= limit)
            })
            .is_ok()
    }

    /// Takes a promise back.
    pub fn uncharge(&self, pages: usize) {
        self.used.fetch_sub(pages, Ordering::Relaxed);
    }

    /// Promised pages.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// What can be promised in all.
    pub fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }
}

impl Default for Commit {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit() {
        let commit = Commit::new();
        assert!(!commit.charge(1));
        commit.set_limit(1024);
        assert_eq!(commit.limit(), 1024 - 12 - 16);
        assert!(commit.charge(996));
        assert!(!commit.charge(1));
        assert!(!commit.charge(usize::MAX));
        commit.uncharge(12);
        assert!(commit.charge(12));
        assert_eq!(commit.used(), 996);
        assert!(!commit.charge_reserve(17));
        assert!(commit.charge_reserve(16));
        assert!(!commit.charge_reserve(1));
        commit.set_limit(4);
        assert_eq!(commit.limit(), 0);
    }
}
