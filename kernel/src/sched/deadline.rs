//! A queue of deadlines: the earliest is found at once, any can be taken out.
//!
//! Pure logic: a binary heap of references whose elements know their place in it. The queue's owner
//! provides the lock.

use alloc::vec::Vec;
use core::cell::Cell;

use crate::errno::{Errno, Result};

/// An element's place in a queue.
#[derive(Debug)]
pub struct Place(Cell<usize>);

const ABSENT: usize = usize::MAX;

impl Place {
    /// In no queue.
    pub const fn new() -> Self {
        Place(Cell::new(ABSENT))
    }

    /// Whether the element is in a queue.
    pub fn queued(&self) -> bool {
        self.0.get() != ABSENT
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// An element of a deadline queue.
pub trait Timed {
    /// Its place.
    fn place(&self) -> &Place;
}

/// Elements with a deadline each, earliest first.
#[derive(Debug)]
pub struct DeadlineQueue<T> {
    heap: Vec<(u64, *const T)>,
}

// SAFETY: the queue holds references to elements that outlive their stay in it; who has the queue has
// its elements' places.
unsafe impl<T: Sync> Send for DeadlineQueue<T> {}

impl<T: Timed> DeadlineQueue<T> {
    /// An empty queue.
    pub const fn new() -> Self {
        DeadlineQueue { heap: Vec::new() }
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> Option<u64> {
        self.heap.first().map(|(deadline, _)| *deadline)
    }

    /// Makes room for `total` elements, so that adding that many cannot fail.
    ///
    /// # Errors
    /// `EAGAIN` when there is no memory.
    pub fn reserve(&mut self, total: usize) -> Result<()> {
        let more = total.saturating_sub(self.heap.len());
        self.heap.try_reserve(more).map_err(|_| Errno::EAGAIN)
    }

    /// Adds an element that is in no queue.
    ///
    /// # Errors
    /// `EAGAIN` when there is no memory for one more.
    ///
    /// # Safety
    /// The element stays where it is until it is taken out again.
    pub unsafe fn insert(&mut self, deadline: u64, element: &T) -> Result<()> {
        self.heap.try_reserve(1).map_err(|_| Errno::EAGAIN)?;
        self.heap.push((deadline, element));
        self.rise(self.heap.len() - 1);
        Ok(())
    }

    /// Takes an element out; `false` when it is in no queue.
    ///
    /// # Safety
    /// The element is in this queue or in none.
    pub unsafe fn remove(&mut self, element: &T) -> bool {
        let index = element.place().0.replace(ABSENT);
        if index == ABSENT {
            return false;
        }
        let last = self.heap.len() - 1;
        self.heap.swap_remove(index);
        if index != last {
            self.sink(index);
            self.rise(index);
        }
        true
    }

    /// Takes the earliest element if its deadline is not after `now`.
    pub fn pop_due<'a>(&mut self, now: u64) -> Option<&'a T> {
        let (deadline, element) = *self.heap.first()?;
        if deadline > now {
            return None;
        }
        // SAFETY: a queued element stays where it is, and this one is in this queue.
        unsafe {
            self.remove(&*element);
            Some(&*element)
        }
    }

    fn settle(&self, index: usize) {
        // SAFETY: a queued element stays where it is.
        unsafe { &*self.heap[index].1 }.place().0.set(index);
    }

    fn rise(&mut self, mut index: usize) {
        while index > 0 {
            let parent = (index - 1) / 2;
            if self.heap[parent].0 <= self.heap[index].0 {
                break;
            }
            self.heap.swap(parent, index);
            self.settle(index);
            index = parent;
        }
        self.settle(index);
    }

    fn sink(&mut self, mut index: usize) {
        loop {
            let mut child = 2 * index + 1;
            if child >= self.heap.len() {
                break;
            }
            if child + 1 < self.heap.len() && self.heap[child + 1].0 < self.heap[child].0 {
                child += 1;
            }
            if self.heap[index].0 <= self.heap[child].0 {
                break;
            }
            self.heap.swap(index, child);
            self.settle(index);
            index = child;
        }
        self.settle(index);
    }
}

impl<T: Timed> Default for DeadlineQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Element(Place, usize);

    impl Timed for Element {
        fn place(&self) -> &Place {
            &self.0
        }
    }

    #[test]
    fn nothing_is_due_early() {
        let element = Element(Place::new(), 0);
        let mut queue: DeadlineQueue<Element> = DeadlineQueue::new();
        assert!(queue.earliest().is_none() && queue.pop_due(u64::MAX).is_none());
        // SAFETY: the element outlives the queue.
        unsafe { queue.insert(100, &element).unwrap() };
        assert!(queue.pop_due(99).is_none());
        assert_eq!(queue.pop_due(100).map(|e| e.1), Some(0));
        assert!(!element.0.queued());
    }

    #[test]
    fn agrees_with_a_simple_model_over_many_operations() {
        let all: Vec<_> = (0..200).map(|id| Element(Place::new(), id)).collect();
        let mut queue: DeadlineQueue<Element> = DeadlineQueue::new();
        let mut model: Vec<(u64, usize)> = Vec::new();
        let mut random = 99u64;
        for _ in 0..100_000 {
            random = random
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let element = &all[(random >> 40) as usize % all.len()];
            let deadline = (random >> 20) % 1000 * 1000 + element.1 as u64;
            if random >> 62 == 0 {
                let due = queue.pop_due(deadline).map(|e| e.1);
                model.sort();
                let expected = model
                    .first()
                    .filter(|first| first.0 <= deadline)
                    .map(|e| e.1);
                assert_eq!(due, expected);
                if expected.is_some() {
                    model.remove(0);
                }
            } else if element.0.queued() {
                // SAFETY: it is in this queue.
                assert!(unsafe { queue.remove(element) });
                model.retain(|(_, id)| *id != element.1);
            } else {
                // SAFETY: the elements outlive the queue.
                unsafe { queue.insert(deadline, element).unwrap() };
                model.push((deadline, element.1));
            }
            assert_eq!(queue.earliest(), model.iter().map(|e| e.0).min());
        }
    }
}
