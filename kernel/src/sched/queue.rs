//! A run queue: threads that wait for a core, by priority, first come first served.
//!
//! Pure logic: the links are inside the threads, so that nothing is allocated, and picking the next
//! thread is one bit scan. A thread that waits alone, the usual case by far, is in no list but has a place
//! of its own. The queue's owner provides the lock.

use core::cell::Cell;
use core::ptr;

/// How many priorities there are.
pub const PRIORITIES: usize = 128;

/// The links of one element.
#[derive(Debug)]
pub struct Links<T> {
    next: Cell<*const T>,
    previous: Cell<*const T>,
    /// Priority of the list that holds the element; `NOT_QUEUED` outside.
    list: Cell<u8>,
}

const NOT_QUEUED: u8 = u8::MAX;

impl<T> Links<T> {
    /// Links of an element that is in no queue.
    pub const fn new() -> Self {
        Links {
            next: Cell::new(ptr::null()),
            previous: Cell::new(ptr::null()),
            list: Cell::new(NOT_QUEUED),
        }
    }

    /// Whether the element is in a queue.
    pub fn queued(&self) -> bool {
        self.list.get() != NOT_QUEUED
    }
}

impl<T> Default for Links<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// An element of a run queue.
pub trait Queued: Sized {
    /// Its links.
    fn links(&self) -> &Links<Self>;
    /// Its priority, below [`PRIORITIES`].
    fn priority(&self) -> u8;
}

/// Where an element is put among those of its priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Before all others: a thread that was preempted before its time.
    Front,
    /// Behind all others.
    Back,
}

#[derive(Debug)]
struct List<T> {
    first: *const T,
    last: *const T,
}

/// Threads that wait for a core.
#[derive(Debug)]
pub struct RunQueue<T> {
    /// The element, if there is one and it came when there was none. All others are in the lists.
    single: *const T,
    lists: [List<T>; PRIORITIES],
    /// Bit n of the two words together is set when list n is not empty.
    occupied: [u64; 2],
    len: u32,
}

// SAFETY: the queue holds references to elements that outlive their stay in it; who has the queue has
// its elements' links.
unsafe impl<T: Sync> Send for RunQueue<T> {}

impl<T: Queued> RunQueue<T> {
    /// An empty queue.
    pub const fn new() -> Self {
        RunQueue {
            single: ptr::null(),
            lists: [const {
                List {
                    first: ptr::null(),
                    last: ptr::null(),
                }
            }; PRIORITIES],
            occupied: [0; 2],
            len: 0,
        }
    }

    /// How many elements wait.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The highest priority of all that wait.
    #[inline(always)]
    pub fn highest(&self) -> Option<u8> {
        match self.single() {
            Some(single) => Some(single.links().list.get()),
            None => self.highest_list(),
        }
    }

    #[inline(always)]
    fn single<'a>(&self) -> Option<&'a T> {
        // SAFETY: null, or an element that stays where it is while queued.
        unsafe { self.single.as_ref() }
    }

    #[inline(always)]
    fn highest_list(&self) -> Option<u8> {
        let [low, high] = self.occupied;
        if high != 0 {
            Some(64 + high.ilog2() as u8)
        } else {
            low.checked_ilog2().map(|bit| bit as u8)
        }
    }

    #[inline(always)]
    fn mark(&mut self, priority: u8, occupied: bool) {
        let word = &mut self.occupied[usize::from(priority / 64) % 2];
        let bit = 1 << (priority % 64);
        *word = if occupied { *word | bit } else { *word & !bit };
    }

    /// Adds an element that is in no queue.
    ///
    /// # Safety
    /// The element stays where it is until it is taken out again.
    #[inline]
    pub unsafe fn push(&mut self, element: &T, end: End) {
        if self.len == 0 {
            element.links().list.set(element.priority());
            self.single = element;
        } else {
            // SAFETY: the caller's promise.
            unsafe { self.push_to_list(element, end) };
        }
        self.len += 1;
    }

    /// [`RunQueue::push`] where it is not the only element.
    ///
    /// # Safety
    /// As there.
    #[cold]
    #[inline(never)]
    unsafe fn push_to_list(&mut self, element: &T, end: End) {
        if let Some(single) = self.single() {
            self.single = ptr::null();
            // SAFETY: it was pushed with the same promise.
            unsafe { self.link(single, single.links().list.get(), End::Back) };
        }
        // SAFETY: the caller's promise.
        unsafe { self.link(element, element.priority(), end) };
    }

    /// Puts an element into the list of a priority.
    ///
    /// # Safety
    /// As for [`RunQueue::push`].
    unsafe fn link(&mut self, element: &T, priority: u8, end: End) {
        let list = &mut self.lists[usize::from(priority) % PRIORITIES];
        let links = element.links();
        links.list.set(priority);
        let this: *const T = element;
        // SAFETY: the pointers in a list are null or elements that stay where they are.
        unsafe {
            match end {
                End::Back => {
                    links.previous.set(list.last);
                    links.next.set(ptr::null());
                    match list.last.as_ref() {
                        Some(last) => last.links().next.set(this),
                        None => list.first = this,
                    }
                    list.last = this;
                }
                End::Front => {
                    links.next.set(list.first);
                    links.previous.set(ptr::null());
                    match list.first.as_ref() {
                        Some(first) => first.links().previous.set(this),
                        None => list.last = this,
                    }
                    list.first = this;
                }
            }
        }
        self.mark(priority, true);
    }

    /// Adds an element and takes the first of the highest priority, perhaps the same one.
    ///
    /// # Safety
    /// As for [`RunQueue::push`].
    #[inline(always)]
    pub unsafe fn exchange<'a>(&mut self, element: &'a T, end: End) -> &'a T {
        let Some(single) = self.single() else {
            // SAFETY: the caller's promise.
            return unsafe { self.exchange_in_lists(element, end) };
        };
        let (own, other) = (element.priority(), single.links().list.get());
        if other > own || other == own && end == End::Back {
            single.links().list.set(NOT_QUEUED);
            element.links().list.set(own);
            self.single = element;
            single
        } else {
            element
        }
    }

    /// [`RunQueue::exchange`] with none, or several.
    ///
    /// # Safety
    /// As there.
    #[cold]
    #[inline(never)]
    unsafe fn exchange_in_lists<'a>(&mut self, element: &'a T, end: End) -> &'a T {
        // SAFETY: the caller's promise.
        unsafe { self.push(element, end) };
        self.pop().unwrap_or(element)
    }

    /// Takes an element out; `false` when it is in no queue.
    ///
    /// # Safety
    /// The element is in this queue or in none.
    pub unsafe fn remove(&mut self, element: &T) -> bool {
        let links = element.links();
        if !links.queued() {
            return false;
        }
        let priority = links.list.replace(NOT_QUEUED);
        self.len -= 1;
        if ptr::eq(self.single, element) {
            self.single = ptr::null();
            return true;
        }
        let list = &mut self.lists[usize::from(priority) % PRIORITIES];
        let (previous, next) = (links.previous.get(), links.next.get());
        // SAFETY: as in `push`.
        unsafe {
            match previous.as_ref() {
                Some(previous) => previous.links().next.set(next),
                None => list.first = next,
            }
            match next.as_ref() {
                Some(next) => next.links().previous.set(previous),
                None => list.last = previous,
            }
        }
        if list.first.is_null() {
            self.mark(priority, false);
        }
        true
    }

    /// Takes the first element of the highest priority.
    #[inline(always)]
    pub fn pop<'a>(&mut self) -> Option<&'a T> {
        match self.single() {
            Some(single) => {
                self.single = ptr::null();
                self.len = 0;
                single.links().list.set(NOT_QUEUED);
                Some(single)
            }
            None if self.len == 0 => None,
            None => self.pop_from_lists(),
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_from_lists<'a>(&mut self) -> Option<&'a T> {
        let highest = self.highest_list()?;
        let list = &mut self.lists[usize::from(highest) % PRIORITIES];
        // SAFETY: an occupied list has a first element, which stays where it is while queued.
        let element = unsafe { &*list.first };
        let links = element.links();
        links.list.set(NOT_QUEUED);
        list.first = links.next.get();
        // SAFETY: as in `push`.
        match unsafe { list.first.as_ref() } {
            Some(first) => first.links().previous.set(ptr::null()),
            None => {
                list.last = ptr::null();
                self.mark(highest, false);
            }
        }
        self.len -= 1;
        Some(element)
    }

    /// Takes the first element, by priority and then by age, that `accept` agrees to.
    pub fn take<'a>(&mut self, mut accept: impl FnMut(&T) -> bool) -> Option<&'a T> {
        if let Some(single) = self.single() {
            return if accept(single) { self.pop() } else { None };
        }
        let highest = self.highest_list()?;
        for list in (0..=usize::from(highest)).rev() {
            let mut at = self.lists[list].first;
            // SAFETY: as in `pop`.
            while let Some(element) = unsafe { at.as_ref() } {
                if accept(element) {
                    // SAFETY: it is in this queue.
                    unsafe { self.remove(element) };
                    return Some(element);
                }
                at = element.links().next.get();
            }
        }
        None
    }
}

impl<T: Queued> Default for RunQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    struct Element {
        links: Links<Element>,
        priority: u8,
        id: usize,
    }

    impl Queued for Element {
        fn links(&self) -> &Links<Self> {
            &self.links
        }
        fn priority(&self) -> u8 {
            self.priority
        }
    }

    fn elements(priorities: &[u8]) -> Vec<Element> {
        priorities
            .iter()
            .enumerate()
            .map(|(id, &priority)| Element {
                links: Links::new(),
                priority,
                id,
            })
            .collect()
    }

    fn push(queue: &mut RunQueue<Element>, element: &Element, end: End) {
        // SAFETY: the tests keep their elements in vectors that do not move.
        unsafe { queue.push(element, end) }
    }

    #[test]
    fn higher_priority_first_then_first_come() {
        let all = elements(&[3, 127, 3, 0, 127]);
        let mut queue = RunQueue::new();
        all.iter()
            .for_each(|element| push(&mut queue, element, End::Back));
        assert_eq!(queue.highest(), Some(127));
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|e| e.id).collect();
        assert_eq!(order, [1, 4, 0, 2, 3]);
        assert!(queue.is_empty() && queue.highest().is_none());
    }

    #[test]
    fn front_goes_before_its_equals_only() {
        let all = elements(&[5, 5, 6]);
        let mut queue = RunQueue::new();
        push(&mut queue, &all[0], End::Back);
        push(&mut queue, &all[2], End::Back);
        push(&mut queue, &all[1], End::Front);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|e| e.id).collect();
        assert_eq!(order, [2, 1, 0]);
    }

    #[test]
    fn an_exchange_with_a_lone_element_heeds_priority_and_end() {
        let all = elements(&[5, 5, 6, 4]);
        let mut queue = RunQueue::new();
        let exchange = |queue: &mut RunQueue<Element>, id: usize, end| {
            // SAFETY: as in `push`.
            unsafe { queue.exchange(&all[id], end) }.id
        };
        assert_eq!(exchange(&mut queue, 0, End::Back), 0);
        push(&mut queue, &all[0], End::Back);
        assert_eq!(exchange(&mut queue, 1, End::Front), 1);
        assert_eq!(exchange(&mut queue, 2, End::Back), 2);
        assert_eq!(exchange(&mut queue, 1, End::Back), 0);
        assert_eq!(exchange(&mut queue, 3, End::Front), 1);
        assert_eq!(queue.pop().map(|e| e.id), Some(3));
        assert!(queue.is_empty() && queue.pop().is_none());
    }

    #[test]
    fn take_skips_what_is_not_accepted() {
        let all = elements(&[9, 9, 2]);
        let mut queue = RunQueue::new();
        all.iter()
            .for_each(|element| push(&mut queue, element, End::Back));
        assert_eq!(queue.take(|e| e.id != 0).map(|e| e.id), Some(1));
        assert_eq!(queue.take(|e| e.priority == 2).map(|e| e.id), Some(2));
        assert!(queue.take(|e| e.id == 7).is_none());
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn agrees_with_a_simple_model_over_many_operations() {
        let priorities: Vec<u8> = (0..256).map(|i| (i * 7 % 128) as u8).collect();
        let all = elements(&priorities);
        let mut queue = RunQueue::new();
        let mut model: Vec<VecDeque<usize>> = vec![VecDeque::new(); PRIORITIES];
        let mut random = 12345u64;
        for _ in 0..100_000 {
            random = random
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let element = &all[(random >> 33) as usize % all.len()];
            let list = &mut model[usize::from(element.priority)];
            match (random >> 60, element.links.queued()) {
                (0..6, false) => {
                    push(&mut queue, element, End::Back);
                    list.push_back(element.id);
                }
                (6..9, false) => {
                    push(&mut queue, element, End::Front);
                    list.push_front(element.id);
                }
                (9..13, true) => {
                    // SAFETY: it is in this queue.
                    assert!(unsafe { queue.remove(element) });
                    list.retain(|id| *id != element.id);
                }
                (13, false) => {
                    // SAFETY: as in `push`.
                    let taken = unsafe { queue.exchange(element, End::Back) }.id;
                    list.push_back(element.id);
                    let expected = model.iter_mut().rev().find_map(VecDeque::pop_front);
                    assert_eq!(Some(taken), expected);
                }
                (13.., _) => {
                    let expected = model.iter_mut().rev().find_map(VecDeque::pop_front);
                    assert_eq!(queue.pop().map(|e| e.id), expected);
                }
                _ => {}
            }
            assert_eq!(
                queue.len() as usize,
                model.iter().map(VecDeque::len).sum::<usize>()
            );
        }
    }
}
