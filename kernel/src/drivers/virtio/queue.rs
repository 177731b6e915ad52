//! The split virtqueue (specification 1.2, section 2.7).
//!
//! The driver puts the heads of descriptor chains into the *available* ring, the device answers in the
//! *used* ring. [`Queue`] is for the one who adds and takes buffers; its [`Shared`] part lets anybody see,
//! without a lock, whether something is to be taken and whether the device is done with everything, and
//! turns the queue's interrupt on and off. It is off unless somebody waits: traffic that nobody waits
//! for raises none.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicU16, Ordering, fence};

use crate::drivers::registers::Registers;

/// Descriptor flag: the chain goes on at `next`.
const NEXT: u16 = 1;
/// Descriptor flag: the device writes this buffer.
const DEVICE_WRITES: u16 = 2;
/// Flag of the available ring: no interrupts, please.
const NO_INTERRUPT: u16 = 1;
/// Flag of the used ring: no notifications, please.
const NO_NOTIFY: u16 = 1;
/// End of the list of free descriptors.
const NONE: u16 = u16::MAX;

#[repr(C)]
struct Descriptor {
    address: u64,
    len: u32,
    flags: u16,
    next: u16,
}

/// Where the parts of a queue lie from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Available ring.
    pub available: usize,
    /// Used ring.
    pub used: usize,
    /// Size of all.
    pub len: usize,
}

/// How to tell the device that there is something in a queue.
#[derive(Clone, Copy, Debug)]
pub enum Doorbell {
    /// Writes 32 bits.
    Wide(Registers, u32),
    /// Writes 16 bits.
    Narrow(Registers, u16),
}

impl Doorbell {
    fn ring(self) {
        match self {
            Doorbell::Wide(register, value) => register.write32(0, value),
            Doorbell::Narrow(register, value) => register.write16(0, value),
        }
    }
}

/// A buffer of a chain.
#[derive(Clone, Copy)]
pub struct Buffer {
    /// Physical address.
    pub address: u64,
    /// Size in bytes.
    pub len: u32,
    /// Whether the device writes it. Such buffers come behind those it reads.
    pub device_writes: bool,
}

/// What may be looked at by anybody at any time.
pub struct Shared {
    available_flags: *const AtomicU16,
    available_index: *const AtomicU16,
    used_index: *const AtomicU16,
    /// How much of the used ring the queue's owner has taken.
    taken: AtomicU16,
}

// SAFETY: the pointers are to atomics in memory that stays for ever.
unsafe impl Sync for Shared {}
// SAFETY: as above.
unsafe impl Send for Shared {}

impl Shared {
    /// Whether the device has used buffers that were not taken yet.
    pub fn pending(&self) -> bool {
        // SAFETY: an atomic in memory that stays for ever.
        unsafe { &*self.used_index }.load(Ordering::Acquire) != self.taken.load(Ordering::Relaxed)
    }

    /// Whether the device has used every buffer it was given.
    pub fn all_used(&self) -> bool {
        // SAFETY: atomics in memory that stays for ever.
        unsafe {
            (*self.used_index).load(Ordering::Acquire)
                == (*self.available_index).load(Ordering::Relaxed)
        }
    }

    /// Turns interrupts for used buffers on or off. Look at [`Shared::pending`] again after turning
    /// them on: what was used before raises none.
    pub fn set_interrupts(&self, on: bool) {
        // SAFETY: an atomic in memory that stays for ever.
        unsafe { &*self.available_flags }
            .store(if on { 0 } else { NO_INTERRUPT }, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }
}

/// The owner's side of a queue.
pub struct Queue {
    descriptors: *mut Descriptor,
    available_ring: *mut u16,
    used_ring: *const u32,
    size: u16,
    free: u16,
    free_count: u16,
    shared: &'static Shared,
    doorbell: Doorbell,
    /// Something was added since the device was told last.
    added: bool,
}

// SAFETY: the memory is this queue's alone, apart from the device's part and the atomics of `shared`.
unsafe impl Send for Queue {}

impl Queue {
    /// Where the parts of a queue with `size` descriptors lie, the used ring aligned to `used_align`.
    pub fn layout(size: u16, used_align: usize) -> Layout {
        let size = usize::from(size);
        let available = 16 * size;
        let used = (available + 6 + 2 * size).next_multiple_of(used_align);
        Layout {
            available,
            used,
            len: used + 6 + 8 * size,
        }
    }

    /// A queue in zeroed memory of [`Queue::layout`]'s size; interrupts are off.
    ///
    /// # Safety
    /// `memory` is that, aligned to 16, the queue's and its device's for ever. `size` is a power of two.
    pub unsafe fn new(memory: *mut u8, size: u16, used_align: usize, doorbell: Doorbell) -> Self {
        let layout = Queue::layout(size, used_align);
        let descriptors = memory.cast::<Descriptor>();
        // SAFETY: inside the memory, which is ours.
        let (available, used) = unsafe {
            for i in 0..size {
                (*descriptors.add(i.into())).next = if i + 1 < size { i + 1 } else { NONE };
            }
            (
                memory.add(layout.available).cast::<u16>(),
                memory.add(layout.used).cast::<u16>(),
            )
        };
        let shared = Box::leak(Box::new(Shared {
            available_flags: available.cast(),
            available_index: available.wrapping_add(1).cast(),
            used_index: used.wrapping_add(1).cast(),
            taken: AtomicU16::new(0),
        }));
        shared.set_interrupts(false);
        Queue {
            descriptors,
            available_ring: available.wrapping_add(2),
            used_ring: used.wrapping_add(2).cast(),
            size,
            free: 0,
            free_count: size,
            shared,
            doorbell,
            added: false,
        }
    }

    /// The part that anybody may look at.
    pub fn shared(&self) -> &'static Shared {
        self.shared
    }

    /// Number of descriptors.
    pub fn size(&self) -> u16 {
        self.size
    }

    /// How many descriptors are free.
    pub fn free_count(&self) -> u16 {
        self.free_count
    }

    /// Gives the device a chain of buffers; tells the chain's token, or `None` if too few descriptors are
    /// free. The device looks at it only after [`Queue::notify`].
    ///
    /// # Safety
    /// The buffers stay, and are not touched where the device writes, until the token comes back.
    pub unsafe fn add(&mut self, buffers: &[Buffer]) -> Option<u16> {
        if buffers.is_empty() || usize::from(self.free_count) < buffers.len() {
            return None;
        }
        let head = self.free;
        for (i, buffer) in buffers.iter().enumerate() {
            // SAFETY: free descriptors are indices of the table.
            let descriptor = unsafe { &mut *self.descriptors.add(self.free.into()) };
            let last = i + 1 == buffers.len();
            descriptor.address = buffer.address;
            descriptor.len = buffer.len;
            descriptor.flags = if buffer.device_writes {
                DEVICE_WRITES
            } else {
                0
            };
            descriptor.flags |= if last { 0 } else { NEXT };
            self.free = descriptor.next;
        }
        self.free_count -= buffers.len() as u16;
        // SAFETY: only this owner writes the index; the slot is in the ring.
        unsafe {
            let index = &*self.shared.available_index;
            let at = index.load(Ordering::Relaxed);
            self.available_ring
                .add(usize::from(at & (self.size - 1)))
                .write_volatile(head);
            index.store(at.wrapping_add(1), Ordering::Release);
        }
        self.added = true;
        Some(head)
    }

    /// Tells the device that something was added, if so and if it wants to know.
    pub fn notify(&mut self) {
        if !self.added {
            return;
        }
        self.added = false;
        // The index is out before the flag is read (2.7.13.4).
        fence(Ordering::SeqCst);
        // SAFETY: the flags lie before the index.
        let flags = unsafe { &*self.shared.used_index.sub(1) }.load(Ordering::Relaxed);
        if flags & NO_NOTIFY == 0 {
            self.doorbell.ring();
        }
    }

    /// Takes the next used chain: its token and how many bytes the device wrote.
    pub fn take(&mut self) -> Option<(u16, u32)> {
        if !self.shared.pending() {
            return None;
        }
        let taken = self.shared.taken.load(Ordering::Relaxed);
        let slot = usize::from(taken & (self.size - 1)) * 2;
        // SAFETY: inside the ring; the device has written it before the index.
        let (token, len) = unsafe {
            (
                self.used_ring.add(slot).read_volatile(),
                self.used_ring.add(slot + 1).read_volatile(),
            )
        };
        self.shared
            .taken
            .store(taken.wrapping_add(1), Ordering::Relaxed);
        // A device that names a descriptor that does not exist is broken; its answer is none.
        let token = u16::try_from(token)
            .ok()
            .filter(|token| *token < self.size)?;
        let mut last = token;
        // SAFETY: the chain was made by `add` of indices of the table.
        unsafe {
            let mut count = 1;
            while (*self.descriptors.add(last.into())).flags & NEXT != 0 && count < self.size {
                last = (*self.descriptors.add(last.into())).next;
                count += 1;
            }
            (*self.descriptors.add(last.into())).next = self.free;
            self.free_count += count;
        }
        self.free = token;
        Some((token, len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address, length and flags of each buffer.
    type Chain = Vec<(u64, u32, u16)>;

    /// A device that reads what it is given and answers.
    struct FakeDevice {
        memory: *mut u8,
        layout: Layout,
        size: u16,
        seen: u16,
        bell: *const u32,
    }

    impl FakeDevice {
        fn half(&self, at: usize) -> *mut u16 {
            self.memory.wrapping_add(at).cast()
        }

        /// The next available chain: head and its buffers.
        fn pop(&mut self) -> Option<(u16, Chain)> {
            // SAFETY: inside the queue's memory.
            unsafe {
                if self.half(self.layout.available + 2).read_volatile() == self.seen {
                    return None;
                }
                let slot = usize::from(self.seen % self.size);
                let head = self
                    .half(self.layout.available + 4 + 2 * slot)
                    .read_volatile();
                self.seen = self.seen.wrapping_add(1);
                let mut chain = Vec::new();
                let mut at = head;
                loop {
                    let d = &*self.memory.cast::<Descriptor>().add(at.into());
                    chain.push((d.address, d.len, d.flags));
                    if d.flags & NEXT == 0 {
                        return Some((head, chain));
                    }
                    at = d.next;
                }
            }
        }

        fn push(&mut self, head: u32, len: u32) {
            // SAFETY: inside the queue's memory.
            unsafe {
                let index = self.half(self.layout.used + 2);
                let at = index.read_volatile();
                let slot = self
                    .memory
                    .wrapping_add(self.layout.used + 4 + 8 * usize::from(at % self.size));
                slot.cast::<[u32; 2]>().write_volatile([head, len]);
                index.write_volatile(at.wrapping_add(1));
            }
        }

        fn bell(&self) -> u32 {
            // SAFETY: the test's own word.
            unsafe { self.bell.read_volatile() }
        }
    }

    fn pair(size: u16, align: usize) -> (Queue, FakeDevice) {
        let layout = Queue::layout(size, align);
        let memory = vec![0u128; layout.len.div_ceil(16)]
            .leak()
            .as_mut_ptr()
            .cast::<u8>();
        let bell: &'static mut u32 = Box::leak(Box::new(0));
        let bell: *mut u32 = bell;
        // SAFETY: fresh memory that stays.
        let queue = unsafe {
            let register = Registers::new(bell.cast(), 4);
            Queue::new(memory, size, align, Doorbell::Wide(register, 7))
        };
        (
            queue,
            FakeDevice {
                memory,
                layout,
                size,
                seen: 0,
                bell,
            },
        )
    }

    fn buffer(address: u64, device_writes: bool) -> Buffer {
        Buffer {
            address,
            len: address as u32 * 2,
            device_writes,
        }
    }

    #[test]
    fn layout_is_that_of_the_specification() {
        assert_eq!(
            Queue::layout(4, 4),
            Layout {
                available: 64,
                used: 80,
                len: 118
            }
        );
        assert_eq!(Queue::layout(64, 4096).used, 4096);
    }

    #[test]
    fn buffers_go_round_many_times() {
        let (mut queue, mut device) = pair(8, 4);
        let mut next = 0u64;
        for round in 0..30_000u32 {
            let count = u64::from(round % 8 + 1);
            for i in 0..count {
                // SAFETY: the fake device touches no buffer.
                assert!(unsafe { queue.add(&[buffer(next + i, i % 2 == 0)]) }.is_some());
            }
            assert_eq!(queue.free_count(), 8 - count as u16);
            assert!(!queue.shared().all_used());
            let mut heads = Vec::new();
            for i in 0..count {
                let (head, chain) = device.pop().unwrap();
                let flags = if i % 2 == 0 { DEVICE_WRITES } else { 0 };
                assert_eq!(chain, [(next + i, (next + i) as u32 * 2, flags)]);
                heads.push(head);
            }
            assert!(device.pop().is_none());
            // Answered in another order.
            heads.rotate_left(round as usize % count as usize);
            for head in &heads {
                device.push(u32::from(*head), 5);
            }
            assert!(queue.shared().all_used() && queue.shared().pending());
            for head in heads {
                assert_eq!(queue.take(), Some((head, 5)));
            }
            assert_eq!((queue.take(), queue.free_count()), (None, 8));
            next += count;
        }
    }

    #[test]
    fn chains_need_room() {
        let (mut queue, mut device) = pair(4, 4);
        // SAFETY: the fake device touches no buffer.
        unsafe {
            assert!(queue.add(&[]).is_none());
            let first = queue
                .add(&[buffer(1, false), buffer(2, false), buffer(3, true)])
                .unwrap();
            assert!(queue.add(&[buffer(4, false), buffer(5, true)]).is_none());
            let second = queue.add(&[buffer(6, true)]).unwrap();
            let chain = device.pop().unwrap().1;
            assert_eq!(chain, [(1, 2, NEXT), (2, 4, NEXT), (3, 6, DEVICE_WRITES)]);
            device.push(second.into(), 0);
            device.push(first.into(), 9);
            assert_eq!(queue.take(), Some((second, 0)));
            assert_eq!(queue.take(), Some((first, 9)));
            assert_eq!(queue.free_count(), 4);
        }
    }

    #[test]
    fn the_bell_rings_once_and_only_if_wanted() {
        let (mut queue, device) = pair(4, 4);
        queue.notify();
        assert_eq!(device.bell(), 0);
        // SAFETY: the fake device touches no buffer; the words are the test's.
        unsafe {
            queue.add(&[buffer(1, false)]);
            queue.notify();
            assert_eq!(device.bell(), 7);
            device.bell.cast_mut().write_volatile(0);
            queue.notify();
            assert_eq!(device.bell(), 0);
            device.half(device.layout.used).write_volatile(NO_NOTIFY);
            queue.add(&[buffer(1, false)]);
            queue.notify();
            assert_eq!(device.bell(), 0);
            let flags = device.half(device.layout.available);
            assert_eq!(flags.read_volatile(), NO_INTERRUPT);
            queue.shared().set_interrupts(true);
            assert_eq!(flags.read_volatile(), 0);
        }
    }

    #[test]
    fn a_broken_device_is_survived() {
        let (mut queue, mut device) = pair(4, 4);
        device.push(77, 1);
        device.push(0x1_0003, 1);
        assert_eq!((queue.take(), queue.take()), (None, None));
    }
}
