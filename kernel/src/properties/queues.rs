//! The run queue and the deadline queue.

use std::collections::{BTreeSet, VecDeque};

use proptest::prelude::*;

use crate::sched::deadline::{DeadlineQueue, Place, Timed};
use crate::sched::queue::{End, Links, PRIORITIES, Queued, RunQueue};

struct Thread {
    links: Links<Thread>,
    place: Place,
    priority: u8,
    number: usize,
}

impl Queued for Thread {
    fn links(&self) -> &Links<Self> {
        &self.links
    }
    fn priority(&self) -> u8 {
        self.priority
    }
}

impl Timed for Thread {
    fn place(&self) -> &Place {
        &self.place
    }
}

fn threads(priorities: &[u8]) -> Vec<Thread> {
    let thread = |(number, priority): (usize, &u8)| Thread {
        links: Links::new(),
        place: Place::new(),
        priority: *priority,
        number,
    };
    priorities.iter().enumerate().map(thread).collect()
}

proptest! {
    #![proptest_config(super::config())]

    /// The highest first, equals in the order of their coming.
    #[test]
    fn run_queue(
        priorities in prop::collection::vec(0..PRIORITIES as u8, 1..40),
        steps in prop::collection::vec((0u8..5, any::<prop::sample::Index>()), 1..300),
    ) {
        let all = threads(&priorities);
        let mut queue = RunQueue::new();
        let mut model = vec![VecDeque::new(); PRIORITIES];
        for (kind, which) in steps {
            let thread = which.get(&all);
            let list = &mut model[usize::from(thread.priority)];
            match (kind, thread.links.queued()) {
                (0 | 1, false) => {
                    let end = if kind == 0 { End::Front } else { End::Back };
                    // SAFETY: the threads outlive the queue and do not move.
                    unsafe { queue.push(thread, end) };
                    match end {
                        End::Front => list.push_front(thread.number),
                        End::Back => list.push_back(thread.number),
                    }
                }
                (2, true) => {
                    // SAFETY: it is in this queue.
                    let removed = unsafe { queue.remove(thread) };
                    prop_assert!(removed);
                    list.retain(|number| *number != thread.number);
                }
                (3, _) => {
                    let odd = |number: &usize| number % 2 == 1;
                    let expected = model.iter_mut().rev().find_map(|list| {
                        let at = list.iter().position(odd)?;
                        list.remove(at)
                    });
                    let taken = queue.take(|thread| odd(&thread.number));
                    prop_assert_eq!(taken.map(|thread| thread.number), expected);
                }
                _ => {
                    let expected = model.iter_mut().rev().find_map(VecDeque::pop_front);
                    prop_assert_eq!(queue.pop().map(|thread| thread.number), expected);
                }
            }
            let highest = model.iter().rposition(|list| !list.is_empty());
            prop_assert_eq!(queue.highest().map(usize::from), highest);
            let waiting: usize = model.iter().map(VecDeque::len).sum();
            prop_assert_eq!(queue.len() as usize, waiting);
        }
    }

    /// The earliest first, none early, none lost.
    #[test]
    fn deadline_queue(
        steps in prop::collection::vec((0u8..4, 0u64..50, any::<prop::sample::Index>()), 1..300),
    ) {
        let all = threads(&[0; 30]);
        let mut queue = DeadlineQueue::new();
        let mut model = BTreeSet::new();
        for (kind, time, which) in steps {
            let thread = which.get(&all);
            match (kind, thread.place.queued()) {
                (0 | 1, false) => {
                    // SAFETY: the threads outlive the queue and do not move.
                    let inserted = unsafe { queue.insert(time, thread) };
                    prop_assert!(inserted.is_ok());
                    model.insert((time, thread.number));
                }
                (2, true) => {
                    // SAFETY: it is in this queue.
                    let removed = unsafe { queue.remove(thread) };
                    prop_assert!(removed);
                    model.retain(|(_, number)| *number != thread.number);
                }
                _ => {
                    let due = queue.pop_due(time).map(|thread| thread.number);
                    let earliest = model.first().map(|first| first.0);
                    prop_assert_eq!(due.is_some(), earliest.is_some_and(|at| at <= time));
                    if let (Some(number), Some(at)) = (due, earliest) {
                        // Of equal deadlines any may be the first.
                        prop_assert!(model.remove(&(at, number)));
                    }
                }
            }
            prop_assert_eq!(queue.earliest(), model.first().map(|first| first.0));
        }
    }
}
