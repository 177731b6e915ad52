//! XSI message queues: `msgget` and its kin.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

use super::{Identified, PROGRAM, Registry, permissions, seconds};
use crate::abi::HermitMessageQueue;
use crate::errno::{Errno, Result};
use crate::fs::user::User;
use crate::sync::{Mutex, WaitQueue};

/// Longest message (`MSGMAX`).
const LONGEST: usize = 8192;
/// Bytes that a queue holds at first (`MSGMNB`).
const CAPACITY: u64 = 16_384;
/// Most bytes that a queue can be made to hold.
const LARGEST: u64 = 16 << 20;
/// `MSG_NOERROR`.
const CUT: u32 = 0o10000;
/// `MSG_EXCEPT` (Linux).
const EXCEPT: u32 = 0o20000;

struct Message {
    kind: i64,
    bytes: Vec<u8>,
}

struct State {
    messages: VecDeque<Message>,
    told: HermitMessageQueue,
    removed: bool,
}

/// A queue.
pub struct Queue {
    id: i32,
    state: Mutex<State>,
    changes: AtomicU32,
    waiting: WaitQueue,
}

impl Identified for Queue {
    fn id(&self) -> i32 {
        self.id
    }
}

static QUEUES: Mutex<Registry<Queue>> = Mutex::new(Registry::new());

/// POSIX `msgget`.
pub fn get(key: i32, flags: u32) -> Result<i32> {
    let make = |id| {
        Ok(Queue {
            id,
            state: Mutex::new(State {
                messages: VecDeque::new(),
                told: HermitMessageQueue {
                    permissions: permissions(key, flags),
                    capacity: CAPACITY,
                    changed: seconds(),
                    ..HermitMessageQueue::default()
                },
                removed: false,
            }),
            changes: AtomicU32::new(0),
            waiting: WaitQueue::new(),
        })
    };
    QUEUES.lock().find_or_make(key, flags, |_| Ok(()), make)
}

/// The queue with an id.
pub fn find(id: i32) -> Result<Arc<Queue>> {
    QUEUES.lock().get(id).cloned()
}

/// POSIX `msgctl` with `IPC_RMID`: whoever waits gets `EIDRM`.
pub fn remove(id: i32) -> Result<()> {
    let queue = QUEUES.lock().remove(id)?;
    let gone = {
        let mut state = queue.state.lock();
        state.removed = true;
        core::mem::take(&mut state.messages)
    };
    queue.changed();
    drop(gone);
    Ok(())
}

impl Queue {
    fn changed(&self) {
        self.changes.fetch_add(1, SeqCst);
        self.waiting.wake_all();
    }

    /// Runs `attempt` until it has an answer, sleeping in between; `none` instead of sleeping where there is
    /// no patience.
    fn until<R>(
        &self,
        patience: Option<u64>,
        none: Errno,
        mut attempt: impl FnMut(&mut State) -> Result<Option<R>>,
    ) -> Result<R> {
        loop {
            let seen = {
                let mut state = self.state.lock();
                if state.removed {
                    return Err(Errno::EIDRM);
                }
                if let Some(answer) = attempt(&mut state)? {
                    drop(state);
                    self.changed();
                    return Ok(answer);
                }
                self.changes.load(SeqCst)
            };
            if patience.is_some() {
                return Err(none);
            }
            let same = || self.changes.load(SeqCst) == seen;
            self.waiting.wait_while(same, None)?;
        }
    }

    /// POSIX `msgsnd`.
    pub fn send(&self, kind: i64, from: &mut User<'_>, patience: Option<u64>) -> Result<()> {
        let len = from.remaining();
        if kind < 1 || len > LONGEST {
            return Err(Errno::EINVAL);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| Errno::ENOMEM)?;
        from.append(&mut bytes, len)?;
        self.until(patience, Errno::EAGAIN, |state| {
            let told = &mut state.told;
            // Messages without bytes are counted too.
            if told.bytes + len as u64 > told.capacity || told.messages >= told.capacity {
                return Ok(None);
            }
            state.messages.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
            let bytes = core::mem::take(&mut bytes);
            state.messages.push_back(Message { kind, bytes });
            told.bytes += len as u64;
            told.messages += 1;
            told.last_sender = PROGRAM;
            told.sent = seconds();
            Ok(Some(()))
        })
    }

    /// POSIX `msgrcv`: the message's length and type.
    pub fn receive(
        &self,
        to: &mut User<'_>,
        wanted: i64,
        flags: u32,
        patience: Option<u64>,
    ) -> Result<(usize, i64)> {
        self.until(patience, Errno::ENOMSG, |state| {
            let Some(at) = choose(&state.messages, wanted, flags & EXCEPT != 0) else {
                return Ok(None);
            };
            let message = &state.messages[at];
            if message.bytes.len() > to.remaining() && flags & CUT == 0 {
                return Err(Errno::E2BIG);
            }
            let count = message.bytes.len().min(to.remaining());
            // A bad address leaves the message where it is.
            to.put(&message.bytes[..count])?;
            let kind = message.kind;
            state.told.bytes -= message.bytes.len() as u64;
            state.told.messages -= 1;
            state.told.last_receiver = PROGRAM;
            state.told.received = seconds();
            state.messages.remove(at);
            Ok(Some((count, kind)))
        })
    }

    /// POSIX `msgctl` with `IPC_STAT`.
    pub fn told(&self) -> HermitMessageQueue {
        self.state.lock().told
    }

    /// POSIX `msgctl` with `IPC_SET`.
    pub fn set(&self, new: &HermitMessageQueue) -> Result<()> {
        if new.capacity > LARGEST {
            return Err(Errno::EPERM);
        }
        let mut state = self.state.lock();
        state.told.capacity = new.capacity;
        state.told.permissions.set(&new.permissions);
        state.told.changed = seconds();
        drop(state);
        self.changed();
        Ok(())
    }
}

/// The message that a type stands for: the first (0), the first of that type, or of the lowest type that is
/// at most its amount.
fn choose(messages: &VecDeque<Message>, wanted: i64, except: bool) -> Option<usize> {
    match wanted {
        0 => (!messages.is_empty()).then_some(0),
        1.. => messages
            .iter()
            .position(|message| (message.kind == wanted) != except),
        _ => {
            let most = wanted.unsigned_abs();
            let low = messages
                .iter()
                .enumerate()
                .filter(|(_, message)| message.kind as u64 <= most);
            low.min_by_key(|(_, message)| message.kind)
                .map(|(at, _)| at)
        }
    }
}
