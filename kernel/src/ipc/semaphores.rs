//! XSI semaphore sets: `semget` and its kin.
//!
//! What `SEM_UNDO` undoes at the end of a process nobody sees here: there is only one.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

use super::{Identified, NO_WAIT, PROGRAM, Registry, permissions, seconds};
use crate::abi::{HermitSemaphoreOperation, HermitSemaphoreSet};
use crate::errno::{Errno, Result};
use crate::sync::{Mutex, WaitQueue};

/// Most semaphores of a set (`SEMMSL`).
const MOST: i32 = 32_000;
/// Most operations at once (`SEMOPM`).
pub const MOST_OPERATIONS: usize = 500;
/// Highest value (`SEMVMX`).
const HIGHEST: u16 = 32_767;

#[derive(Clone, Copy, Default)]
struct Semaphore {
    value: u16,
    /// Who used it last.
    by: i32,
    /// How many wait for it to rise, and to be 0.
    rising: u32,
    zero: u32,
}

struct State {
    semaphores: Vec<Semaphore>,
    told: HermitSemaphoreSet,
    removed: bool,
}

/// A set.
pub struct Set {
    id: i32,
    count: usize,
    state: Mutex<State>,
    changes: AtomicU32,
    waiting: WaitQueue,
}

impl Identified for Set {
    fn id(&self) -> i32 {
        self.id
    }
}

/// What is asked about one semaphore.
#[derive(Clone, Copy)]
pub enum Question {
    /// Its value.
    Value,
    /// Who used it last.
    User,
    /// How many wait for it to rise.
    Rising,
    /// How many wait for it to be 0.
    Zero,
}

static SETS: Mutex<Registry<Set>> = Mutex::new(Registry::new());

/// POSIX `semget`.
pub fn get(key: i32, count: i32, flags: u32) -> Result<i32> {
    if !(0..=MOST).contains(&count) {
        return Err(Errno::EINVAL);
    }
    let count = count as usize;
    let fits = |set: &Set| match count <= set.count {
        true => Ok(()),
        false => Err(Errno::EINVAL),
    };
    let make = |id| {
        if count == 0 {
            return Err(Errno::EINVAL);
        }
        let mut semaphores = Vec::new();
        semaphores
            .try_reserve_exact(count)
            .map_err(|_| Errno::ENOMEM)?;
        semaphores.resize(count, Semaphore::default());
        Ok(Set {
            id,
            count,
            state: Mutex::new(State {
                semaphores,
                told: HermitSemaphoreSet {
                    permissions: permissions(key, flags),
                    changed: seconds(),
                    count: count as u64,
                    ..HermitSemaphoreSet::default()
                },
                removed: false,
            }),
            changes: AtomicU32::new(0),
            waiting: WaitQueue::new(),
        })
    };
    SETS.lock().find_or_make(key, flags, fits, make)
}

/// The set with an id.
pub fn find(id: i32) -> Result<Arc<Set>> {
    SETS.lock().get(id).cloned()
}

/// POSIX `semctl` with `IPC_RMID`: whoever waits gets `EIDRM`.
pub fn remove(id: i32) -> Result<()> {
    let set = SETS.lock().remove(id)?;
    set.state.lock().removed = true;
    set.changed();
    Ok(())
}

/// What stands in the way of operations.
struct Blocked {
    semaphore: usize,
    zero: bool,
    wait: bool,
}

impl State {
    /// Does all operations, or none.
    fn attempt(&mut self, operations: &[HermitSemaphoreOperation]) -> Result<Option<Blocked>> {
        let mut values: Vec<(usize, u16)> = Vec::new();
        values
            .try_reserve_exact(operations.len())
            .map_err(|_| Errno::ENOMEM)?;
        for operation in operations {
            let at = usize::from(operation.number);
            let of = |(semaphore, _): &&(usize, u16)| *semaphore == at;
            let value = match values.iter().rev().find(of) {
                Some((_, value)) => *value,
                None => self.semaphores[at].value,
            };
            let blocked = |zero| Blocked {
                semaphore: at,
                zero,
                wait: operation.flags as u32 & NO_WAIT == 0,
            };
            let new = i32::from(value) + i32::from(operation.operation);
            match operation.operation {
                0 if value != 0 => return Ok(Some(blocked(true))),
                0 => {}
                _ if new < 0 => return Ok(Some(blocked(false))),
                _ if new > i32::from(HIGHEST) => return Err(Errno::ERANGE),
                _ => values.push((at, new as u16)),
            }
        }
        for (at, value) in values {
            self.semaphores[at].value = value;
        }
        for operation in operations {
            self.semaphores[usize::from(operation.number)].by = PROGRAM;
        }
        self.told.used = seconds();
        Ok(None)
    }

    fn waiters(&mut self, blocked: &Blocked) -> &mut u32 {
        let semaphore = &mut self.semaphores[blocked.semaphore];
        match blocked.zero {
            true => &mut semaphore.zero,
            false => &mut semaphore.rising,
        }
    }
}

impl Set {
    fn changed(&self) {
        self.changes.fetch_add(1, SeqCst);
        self.waiting.wake_all();
    }

    /// POSIX `semop`; waits until the deadline at most (`EAGAIN`).
    pub fn operate(
        &self,
        operations: &[HermitSemaphoreOperation],
        deadline: Option<u64>,
    ) -> Result<()> {
        let beyond =
            |operation: &HermitSemaphoreOperation| usize::from(operation.number) >= self.count;
        if operations.iter().any(beyond) {
            return Err(Errno::EFBIG);
        }
        loop {
            let mut state = self.state.lock();
            if state.removed {
                return Err(Errno::EIDRM);
            }
            let Some(blocked) = state.attempt(operations)? else {
                drop(state);
                self.changed();
                return Ok(());
            };
            if !blocked.wait {
                return Err(Errno::EAGAIN);
            }
            *state.waiters(&blocked) += 1;
            let seen = self.changes.load(SeqCst);
            drop(state);
            let same = || self.changes.load(SeqCst) == seen;
            let waited = self.waiting.wait_while(same, deadline);
            let mut state = self.state.lock();
            *state.waiters(&blocked) -= 1;
            match waited {
                Ok(()) => {}
                Err(_) if state.removed => return Err(Errno::EIDRM),
                Err(Errno::ETIMEDOUT) => return Err(Errno::EAGAIN),
                Err(errno) => return Err(errno),
            }
        }
    }

    /// How many semaphores it has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The answer to a question about a semaphore.
    pub fn ask(&self, number: i32, question: Question) -> Result<i32> {
        let state = self.state.lock();
        let semaphore = usize::try_from(number)
            .ok()
            .and_then(|number| state.semaphores.get(number))
            .ok_or(Errno::EINVAL)?;
        Ok(match question {
            Question::Value => semaphore.value.into(),
            Question::User => semaphore.by,
            Question::Rising => semaphore.rising as i32,
            Question::Zero => semaphore.zero as i32,
        })
    }

    /// All values.
    pub fn values(&self) -> Vec<u16> {
        let state = self.state.lock();
        state.semaphores.iter().map(|one| one.value).collect()
    }

    /// Sets values from semaphore `first` on.
    pub fn set_values(&self, first: i32, values: &[u16]) -> Result<()> {
        let first = usize::try_from(first).map_err(|_| Errno::EINVAL)?;
        if first + values.len() > self.count {
            return Err(Errno::EINVAL);
        }
        if values.iter().any(|value| *value > HIGHEST) {
            return Err(Errno::ERANGE);
        }
        let mut state = self.state.lock();
        for (semaphore, value) in state.semaphores[first..].iter_mut().zip(values) {
            semaphore.value = *value;
            semaphore.by = PROGRAM;
        }
        state.told.changed = seconds();
        drop(state);
        self.changed();
        Ok(())
    }

    /// POSIX `semctl` with `IPC_STAT`.
    pub fn told(&self) -> HermitSemaphoreSet {
        self.state.lock().told
    }

    /// POSIX `semctl` with `IPC_SET`.
    pub fn set(&self, new: &HermitSemaphoreSet) {
        let mut state = self.state.lock();
        state.told.permissions.set(&new.permissions);
        state.told.changed = seconds();
    }
}
