//! The 9P transport device: it carries the requests of a mount ([`crate::fs::p9`]) to the host's server.
//!
//! A request is a chain of two buffers, the message and room for the reply; many are under way at once,
//! and the server answers them in any order. Both buffers belong to the channel until the device is done
//! with them, whatever happens to the thread that waits.
//!
//! **Waiting** for the host is not interrupted by signals, as for a disk: half of a request has no
//! meaning that could be reported. Handlers run when the answer is there. A host that takes its time
//! holds up those threads that wait for it and nobody else. A device that has reported that it is broken
//! gives `EIO`.
//!
//! **Locks**: a channel's state, sleeping, held while buffers are handed over and taken, never while
//! waiting. The interrupt handler takes none.
//!
//! Source: VIRTIO 1.2, section 5.10 (9P transport device); QEMU documents `mount_tag` and the queue.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

use super::dma::Dma;
use super::interest::Interest;
use super::queue::{Buffer, Queue};
use super::{Device, find_where};
use crate::errno::{Errno, Result};
use crate::fs::p9::client::Transport;
use crate::fs::p9::protocol::set_tag;
use crate::mm;
use crate::signal;
use crate::sync::{Mutex, WaitQueue};

/// Number of the 9P device.
const NUMBER: u32 = 9;
/// Feature: the configuration holds a tag.
const FEATURE_TAG: u64 = 1 << 0;
/// Configuration: length of the tag (16 bits) and, behind it, the tag.
const TAG_LENGTH: usize = 0;
const TAG: usize = 2;

/// Most requests under way at a time on one channel. Each takes two descriptors.
const SLOTS: usize = 32;
/// Most channels.
const CHANNELS: usize = 32;
/// How often a waiting thread looks whether the device is broken, in nanoseconds.
const PATIENCE: u64 = 1_000_000_000;

/// Threads that wait for any channel.
static WAITING: WaitQueue = WaitQueue::new();
/// The channels that work, for the interrupt handler; then null.
static STARTED: [AtomicPtr<Channel>; CHANNELS] =
    [const { AtomicPtr::new(ptr::null_mut()) }; CHANNELS];
/// Held while a channel is started.
static STARTING: Mutex<()> = Mutex::new(());

/// The channels that work.
fn started() -> impl Iterator<Item = &'static Channel> {
    STARTED
        .iter()
        // SAFETY: only `open` stores here, channels that stay.
        .map_while(|slot| unsafe { slot.load(Ordering::Acquire).as_ref() })
}

fn interrupt() {
    started().for_each(|channel| channel.device.acknowledge());
    WAITING.wake_all();
}

/// Whose a slot is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    /// A thread that waits for the answer.
    Waiter,
    /// Nobody wants the answer.
    Abandoned,
}

/// A request under way.
struct Slot {
    owner: Owner,
    request: Vec<u8>,
    reply: Vec<u8>,
}

/// What the lock guards.
struct State {
    queue: Queue,
    slots: [Slot; SLOTS],
    /// Slot of a descriptor chain, by the device's token.
    by_token: Vec<Option<u8>>,
}

/// The connection to one of the host's folders.
pub struct Channel {
    device: Device,
    tag: Vec<u8>,
    interest: Interest,
    state: Mutex<State>,
    /// The answer to the request in a slot is there.
    answered: [AtomicBool; SLOTS],
    /// How many slots are free.
    free: AtomicU32,
    /// How many threads wait for a free one.
    wanting: AtomicU32,
    /// The device has given up.
    broken: AtomicBool,
}

/// The tag of a device.
fn tag_of(device: &Device) -> impl Iterator<Item = u8> {
    let len = u16::from_le_bytes([device.config8(TAG_LENGTH), device.config8(TAG_LENGTH + 1)]);
    (0..usize::from(len)).map(|i| device.config8(TAG + i))
}

/// The channel to the folder that the host has given this tag.
///
/// # Errors
/// `ENODEV`: there is none. `ENOMEM`.
pub fn open(tag: &[u8]) -> Result<&'static Channel> {
    let _starting = STARTING.lock();
    if let Some(channel) = started().find(|channel| channel.tag == tag) {
        return Ok(channel);
    }
    let place = STARTED
        .iter()
        .find(|slot| slot.load(Ordering::Relaxed).is_null())
        .ok_or(Errno::ENODEV)?;
    let device =
        find_where(NUMBER, |device| tag_of(device).eq(tag.iter().copied())).ok_or(Errno::ENODEV)?;
    device.negotiate(FEATURE_TAG)?;
    device.connect(interrupt)?;
    // One queue of at most 64 descriptors: a page, three of the legacy layout.
    let order = if device.legacy() { 2 } else { 0 };
    let mut memory = Dma::new(order, order)?;
    let queue = device.queue(0, 2 * SLOTS as u16, &mut memory)?;
    let slots = usize::from(queue.size() / 2).min(SLOTS) as u32;
    let by_token = (0..queue.size()).map(|_| None).collect();
    let channel = Box::leak(Box::new(Channel {
        device,
        tag: tag.to_vec(),
        interest: Interest::new(&queue),
        state: Mutex::new(State {
            queue,
            slots: [const {
                Slot {
                    owner: Owner::Nobody,
                    request: Vec::new(),
                    reply: Vec::new(),
                }
            }; SLOTS],
            by_token,
        }),
        answered: [const { AtomicBool::new(false) }; SLOTS],
        free: AtomicU32::new(slots),
        wanting: AtomicU32::new(0),
        broken: AtomicBool::new(false),
    }));
    place.store(channel, Ordering::Release);
    channel.device.start();
    Ok(channel)
}

/// Puts the calling thread's signal handlers off while it lives.
struct Undisturbed;

impl Undisturbed {
    fn new() -> Self {
        signal::defer();
        Undisturbed
    }
}

impl Drop for Undisturbed {
    fn drop(&mut self) {
        signal::undefer();
    }
}

impl Channel {
    /// Takes what the device has answered; true if something was for another slot than `own`.
    fn take_answers(&self, state: &mut State, own: Option<usize>) -> bool {
        let mut others = false;
        while state.queue.shared().pending() {
            // A token that does not exist is a broken device's, which is skipped.
            let Some((token, len)) = state.queue.take() else {
                continue;
            };
            let index = state.by_token.get_mut(usize::from(token));
            let Some(index) = index.and_then(Option::take).map(usize::from) else {
                continue;
            };
            let slot = &mut state.slots[index];
            let len = (len as usize).min(slot.reply.capacity());
            // SAFETY: inside the capacity, and the device says that it has written so much.
            unsafe { slot.reply.set_len(len) };
            if slot.owner == Owner::Waiter {
                self.answered[index].store(true, Ordering::Release);
                others |= own != Some(index);
            } else {
                self.release(slot);
                others = true;
            }
        }
        others
    }

    fn release(&self, slot: &mut Slot) -> (Vec<u8>, Vec<u8>) {
        slot.owner = Owner::Nobody;
        self.free.fetch_add(1, Ordering::SeqCst);
        (
            core::mem::take(&mut slot.request),
            core::mem::take(&mut slot.reply),
        )
    }

    /// Sleeps while `condition` holds and the device has nothing new.
    fn wait(&self, mut condition: impl FnMut() -> bool) -> Result<()> {
        let queue = self.interest.shared();
        self.interest.change(true);
        let result = loop {
            let deadline = crate::arch::timer::now_ns() + PATIENCE;
            let quiet = || condition() && !queue.pending();
            if WAITING
                .wait_while_uninterrupted(quiet, Some(deadline))
                .is_ok()
            {
                break Ok(());
            }
            if self.device.is_broken() {
                crate::log!("9P device is broken");
                self.broken.store(true, Ordering::Release);
            }
            if self.broken.load(Ordering::Acquire) {
                break Err(Errno::EIO);
            }
        };
        self.interest.change(false);
        result
    }

    /// Hands a request over; tells its slot.
    fn submit(&self, mut request: Vec<u8>, mut reply: Vec<u8>, owner: Owner) -> Result<usize> {
        loop {
            if self.broken.load(Ordering::Acquire) {
                return Err(Errno::EIO);
            }
            let others = {
                let mut state = self.state.lock();
                let state = &mut *state;
                let free = self.free.load(Ordering::SeqCst) > 0;
                let unused = state
                    .slots
                    .iter()
                    .position(|slot| slot.owner == Owner::Nobody);
                if let (true, Some(index)) = (free, unused) {
                    set_tag(&mut request, index as u16);
                    let part = |bytes: *const u8, len: usize, device_writes| Buffer {
                        address: mm::physical_address(bytes),
                        len: len as u32,
                        device_writes,
                    };
                    reply.clear();
                    let chain = [
                        part(request.as_ptr(), request.len(), false),
                        part(reply.as_ptr(), reply.capacity(), true),
                    ];
                    // SAFETY: the kernel heap is contiguous in physical memory, as the direct map is; the
                    // slot keeps both buffers until the token comes back.
                    if let Some(token) = unsafe { state.queue.add(&chain) } {
                        self.free.fetch_sub(1, Ordering::SeqCst);
                        self.answered[index].store(false, Ordering::Relaxed);
                        if let Some(place) = state.by_token.get_mut(usize::from(token)) {
                            *place = Some(index as u8);
                        }
                        state.slots[index] = Slot {
                            owner,
                            request,
                            reply,
                        };
                        state.queue.notify();
                        return Ok(index);
                    }
                }
                self.take_answers(state, None)
            };
            if others {
                WAITING.wake_all();
            } else {
                self.wanting.fetch_add(1, Ordering::SeqCst);
                let waited = self.wait(|| self.free.load(Ordering::SeqCst) == 0);
                self.wanting.fetch_sub(1, Ordering::SeqCst);
                waited?;
            }
        }
    }
}

impl Transport for Channel {
    fn exchange(&self, request: Vec<u8>, reply: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>)> {
        let _undisturbed = Undisturbed::new();
        let index = self.submit(request, reply, Owner::Waiter)?;
        let answered = || self.answered[index].load(Ordering::Acquire);
        loop {
            let (buffers, others) = {
                let mut state = self.state.lock();
                let others = self.take_answers(&mut state, Some(index));
                let slot = &mut state.slots[index];
                (answered().then(|| self.release(slot)), others)
            };
            if others || buffers.is_some() && self.wanting.load(Ordering::SeqCst) > 0 {
                WAITING.wake_all();
            }
            if let Some(buffers) = buffers {
                return Ok(buffers);
            }
            self.wait(|| !answered())?;
        }
    }

    fn send(&self, request: Vec<u8>, reply: Vec<u8>) {
        let _undisturbed = Undisturbed::new();
        // Without an answer there is nobody to be told of a failure.
        let _ = self.submit(request, reply, Owner::Abandoned);
    }
}
