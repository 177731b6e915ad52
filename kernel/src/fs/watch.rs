//! Sets of descriptors that are watched together: Linux's `epoll`.
//!
//! Waiting looks at each member, as `poll` does. A member is told of for as long as it is ready, or with
//! [`EDGE`] when it becomes so or something has happened to it ([`File::changes`]): perhaps once too often, never
//! too rarely. It leaves the set when the last descriptor of its open file is closed.
//!
//! **Lock**: a set's members, sleeping; around those of the files that are looked at. A set may be a member of
//! another one, but not of itself by any way.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use super::descriptor::Open;
use super::file::File;
use super::flags::{
    O_CLOEXEC, O_RDWR, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM, S_IFDIR, S_IFMT,
    S_IFREG,
};
use super::{Files, Mutex, poll};
use crate::errno::{Errno, Result};

/// `EPOLLET`: tell of changes only.
const EDGE: u32 = 1 << 31;
/// `EPOLLONESHOT`: tell once.
const ONCE: u32 = 1 << 30;
/// The bits that say how and not what: EPOLLET, EPOLLONESHOT, EPOLLWAKEUP, EPOLLEXCLUSIVE.
const MANNER: u32 = 0xf << 28;
/// How deep sets may contain sets.
const DEEPEST: u32 = 5;

/// What a member wants, and what is the case: Linux's `struct epoll_event`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// `EPOLL…`, the same as `POLL…`.
    pub events: u32,
    /// The caller's.
    pub data: u64,
}

struct Member {
    number: i32,
    open: Weak<Open>,
    wanted: Event,
    /// With [`EDGE`]: what was told last, and how much had happened by then.
    told: Option<(u16, u64)>,
}

impl Member {
    fn is(&self, number: i32, open: &Arc<Open>) -> bool {
        self.number == number && core::ptr::eq(self.open.as_ptr(), Arc::as_ptr(open))
    }

    /// What is the case of what is wanted, and how much has happened.
    fn ready(&self, open: &Open) -> Option<(u16, u64)> {
        let wanted = self.wanted.events & !MANNER;
        if wanted == 0 && self.wanted.events & ONCE != 0 {
            return None;
        }
        // Looked at before: what happens in between is told once more.
        let changes = open.file.changes();
        let mut ready = open.file.ready();
        ready |= if ready & POLLIN != 0 { POLLRDNORM } else { 0 };
        ready |= if ready & POLLOUT != 0 { POLLWRNORM } else { 0 };
        let found = ready & (wanted as u16 | POLLERR | POLLHUP);
        if found == 0 {
            return None;
        }
        let news = match self.told {
            Some((told, seen)) if self.wanted.events & EDGE != 0 => {
                changes != seen || found & !told != 0
            }
            _ => true,
        };
        news.then_some((found, changes))
    }
}

/// A set.
pub struct Watch {
    members: Mutex<Vec<Member>>,
}

/// What `epoll_ctl` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Adds a member.
    Add(Event),
    /// Removes it.
    Remove,
    /// Changes what it wants.
    Modify(Event),
}

impl Watch {
    fn change(&self, number: i32, open: &Arc<Open>, change: Change) -> Result<()> {
        let mut members = self.members.lock();
        members.retain(|member| member.open.strong_count() > 0);
        let known = members.iter().position(|member| member.is(number, open));
        match (change, known) {
            (Change::Add(_), Some(_)) => return Err(Errno::EEXIST),
            (Change::Add(wanted), None) => {
                members.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
                members.push(Member {
                    number,
                    open: Arc::downgrade(open),
                    wanted,
                    told: None,
                });
            }
            (_, None) => return Err(Errno::ENOENT),
            (Change::Remove, Some(at)) => {
                members.remove(at);
            }
            (Change::Modify(wanted), Some(at)) => {
                members[at].wanted = wanted;
                members[at].told = None;
            }
        }
        drop(members);
        poll::notify();
        Ok(())
    }

    /// Tells of at most `most` members that are ready; those that were told of come last next time.
    fn take(&self, most: usize, found: &mut Vec<Event>) {
        let mut members = self.members.lock();
        let mut told = 0;
        for at in 0..members.len() {
            if found.len() == most {
                break;
            }
            let member = &mut members[at];
            let Some(open) = member.open.upgrade() else {
                continue;
            };
            if let Some(ready) = member.ready(&open) {
                found.push(Event {
                    events: ready.0.into(),
                    data: member.wanted.data,
                });
                member.told = Some(ready);
                if member.wanted.events & ONCE != 0 {
                    member.wanted.events &= MANNER;
                }
                told = at + 1;
            }
        }
        members.rotate_left(told);
    }

    /// How deep it contains others; `None` if `other` is among them, or it is too deep.
    fn depth(&self, other: &Watch, left: u32) -> Option<u32> {
        if core::ptr::eq(self, other) || left == 0 {
            return None;
        }
        let mut depth = 0;
        for open in self.opened() {
            if let Some(member) = open.file.as_watch() {
                depth = depth.max(member.depth(other, left - 1)? + 1);
            }
        }
        Some(depth)
    }

    fn opened(&self) -> Vec<Arc<Open>> {
        let members = self.members.lock();
        members
            .iter()
            .filter_map(|member| member.open.upgrade())
            .collect()
    }
}

impl File for Watch {
    /// As on Linux, it is of no kind.
    fn mode(&self) -> u32 {
        0o600
    }

    fn sync(&self) -> Result<()> {
        Err(Errno::EINVAL)
    }

    fn ready(&self) -> u16 {
        let members = self.members.lock();
        let is_ready = |member: &Member| {
            let open = member.open.upgrade();
            open.is_some_and(|open| member.ready(&open).is_some())
        };
        if members.iter().any(is_ready) {
            POLLIN
        } else {
            0
        }
    }

    fn next_change(&self) -> Option<u64> {
        let next = |open: Arc<Open>| open.file.next_change();
        self.opened().into_iter().filter_map(next).min()
    }

    fn listen(&self, on: bool) {
        for open in self.opened() {
            open.file.listen(on);
        }
    }

    fn as_watch(&self) -> Option<&Watch> {
        Some(self)
    }
}

impl Files {
    /// Linux `epoll_create1`; flags: `O_CLOEXEC`.
    pub fn watch(&self, flags: u32) -> Result<i32> {
        if flags & !O_CLOEXEC != 0 {
            return Err(Errno::EINVAL);
        }
        super::node::check_memory().map_err(|_| Errno::ENOMEM)?;
        let watch = Arc::new(Watch {
            members: Mutex::new(Vec::new()),
        });
        let open = Open::new(watch, O_RDWR);
        self.add(Arc::new(open), flags)
    }

    /// Linux `epoll_ctl`.
    pub fn watch_change(&self, set: i32, number: i32, change: Change) -> Result<()> {
        let (set, open) = (self.get(set)?, self.get(number)?);
        let watch = set.file.as_watch().ok_or(Errno::EINVAL)?;
        if Arc::ptr_eq(&set, &open) {
            return Err(Errno::EINVAL);
        }
        // What is always ready is not watched.
        if matches!(open.file.mode() & S_IFMT, S_IFREG | S_IFDIR) {
            return Err(Errno::EPERM);
        }
        if let (Change::Add(_), Some(member)) = (change, open.file.as_watch()) {
            member.depth(watch, DEEPEST).ok_or(Errno::ELOOP)?;
        }
        watch.change(number, &open, change)
    }

    /// Linux `epoll_wait`: at most `most` events; waits until the deadline (`Some(0)`: does not).
    pub fn watch_wait(&self, set: i32, most: usize, deadline: Option<u64>) -> Result<Vec<Event>> {
        let set = self.get(set)?;
        let watch = set.file.as_watch().ok_or(Errno::EINVAL)?;
        let mut found = Vec::new();
        found.try_reserve(most.min(64)).map_err(|_| Errno::ENOMEM)?;
        let found = poll::until(
            || {
                watch.take(most, &mut found);
                (!found.is_empty()).then(|| core::mem::take(&mut found))
            },
            || watch.next_change(),
            |on| watch.listen(on),
            deadline,
        )?;
        Ok(found.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::user::User;

    const IN: u32 = POLLIN as u32;

    fn events(files: &Files, set: i32) -> Vec<u64> {
        let found = files.watch_wait(set, 8, Some(0)).unwrap();
        found.iter().map(|event| event.data).collect()
    }

    fn wanted(events: u32, data: u64) -> Event {
        Event { events, data }
    }

    #[test]
    fn levels_and_edges() {
        let files = Files::new();
        let set = files.watch(0).unwrap();
        let (from, to) = files.pipe(0).unwrap();
        files
            .watch_change(set, from, Change::Add(wanted(IN, 1)))
            .unwrap();
        let write = |text: &[u8]| {
            let mut from = User::from_slice(text);
            files.get(to).unwrap().write(&mut from).unwrap();
        };
        assert!(events(&files, set).is_empty());
        write(b"abc");
        assert_eq!(events(&files, set), [1]);
        assert_eq!(events(&files, set), [1]);
        files
            .watch_change(set, from, Change::Modify(wanted(IN | EDGE, 2)))
            .unwrap();
        assert_eq!(events(&files, set), [2]);
        assert!(events(&files, set).is_empty());
        // Though it was ready all the time.
        write(b"d");
        assert_eq!(events(&files, set), [2]);
        assert!(events(&files, set).is_empty());
        files
            .watch_change(set, from, Change::Modify(wanted(IN | ONCE, 3)))
            .unwrap();
        assert_eq!(events(&files, set), [3]);
        write(b"e");
        assert!(events(&files, set).is_empty());
        let again = files.watch_change(set, from, Change::Add(wanted(IN, 1)));
        assert_eq!(again, Err(Errno::EEXIST));
        files.watch_change(set, from, Change::Remove).unwrap();
        let none = files.watch_change(set, from, Change::Remove);
        assert_eq!(none, Err(Errno::ENOENT));
        files
            .watch_change(set, from, Change::Add(wanted(IN, 4)))
            .unwrap();
        files.close(from).unwrap();
        assert!(events(&files, set).is_empty());
    }

    #[test]
    fn sets_of_sets() {
        let files = Files::new();
        let outer = files.watch(0).unwrap();
        let inner = files.watch(0).unwrap();
        let event = files.event(1, 0).unwrap();
        let add =
            |set, number, data| files.watch_change(set, number, Change::Add(wanted(IN, data)));
        add(outer, inner, 7).unwrap();
        assert!(events(&files, outer).is_empty());
        add(inner, event, 8).unwrap();
        assert_eq!(events(&files, outer), [7]);
        assert_eq!(add(inner, outer, 9), Err(Errno::ELOOP));
        assert_eq!(add(inner, inner, 9), Err(Errno::EINVAL));
        assert_eq!(add(event, inner, 9), Err(Errno::EINVAL));
    }
}
