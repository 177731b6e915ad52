//! What each core has for itself, reached through %gs.
//!
//! `gs:0` holds the block's own address and `gs:8` the running thread, so that both are one
//! instruction away. The thread may be preempted and moved at any time: the core's address is only
//! meaningful while interrupts are off, the running thread's always.

use core::arch::asm;
use core::cell::{Cell, UnsafeCell};
use core::mem::offset_of;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use alloc::boxed::Box;
use x86::msr;

use super::gdt::Descriptors;
use super::tlb::Mailbox;
use crate::abi::HERMIT_MAX_CORES;
use crate::sched::{CoreScheduler, Thread};

/// What one core has for itself.
#[repr(C)]
pub struct Core {
    this: *const Core,
    current: Cell<*const Thread>,
    /// Index of this core, from 0 without gaps.
    pub id: u32,
    /// Its local APIC's id.
    pub apic_id: u32,
    /// Run queue, timers and what else the scheduler keeps a core.
    pub scheduler: CoreScheduler,
    /// How many interrupts it has taken, exceptions not counted.
    pub interrupts: AtomicU64,
    /// Requests to forget translations.
    pub tlb: Mailbox,
    /// Descriptor tables and interrupt stacks.
    pub descriptors: UnsafeCell<Descriptors>,
}

// SAFETY: `this` never changes, `current` and `descriptors` are touched by the core itself only, with
// interrupts off; everything else is atomic or locked.
unsafe impl Sync for Core {}

static CORES: [AtomicPtr<Core>; HERMIT_MAX_CORES] =
    [const { AtomicPtr::new(core::ptr::null_mut()) }; HERMIT_MAX_CORES];
static COUNT: AtomicU32 = AtomicU32::new(0);
/// The cores that are present, bit n for core n.
static ONLINE: AtomicU64 = AtomicU64::new(0);

impl Core {
    /// Makes the block of core `id`, on which the calling context becomes the idle thread. It lives for
    /// ever.
    pub fn create(id: u32, apic_id: u32) -> &'static Core {
        let idle = Thread::idle(id);
        let core = Box::leak(Box::new(Core {
            this: core::ptr::null(),
            current: Cell::new(idle),
            id,
            apic_id,
            scheduler: CoreScheduler::new(idle),
            interrupts: AtomicU64::new(0),
            tlb: Mailbox::new(),
            descriptors: UnsafeCell::new(Descriptors::new()),
        }));
        core.this = core;
        core
    }

    /// Makes this the block of the core that runs, and counts the core as present.
    ///
    /// # Safety
    /// Called once a core, with interrupts off, by the core that `self` was made for.
    pub unsafe fn install(&'static self) {
        // SAFETY: the address of a block that lives for ever.
        unsafe { msr::wrmsr(msr::IA32_GS_BASE, self as *const Core as u64) };
        CORES[self.id as usize].store(self as *const Core as *mut Core, Ordering::Release);
        ONLINE.fetch_or(1 << self.id, Ordering::SeqCst);
        COUNT.fetch_add(1, Ordering::SeqCst);
    }

    /// Sets the running thread.
    #[inline]
    pub fn set_current(&self, thread: &'static Thread) {
        self.current.set(thread);
    }

    /// Counts an interrupt.
    #[inline]
    pub fn count_interrupt(&self) {
        self.interrupts.fetch_add(1, Ordering::Relaxed);
    }
}

/// The core that runs this. Interrupts must be off for the answer to stay true.
#[inline(always)]
pub fn this_core() -> &'static Core {
    let core: *const Core;
    // SAFETY: %gs holds the block's address since `install`.
    unsafe {
        asm!("mov {}, gs:[0]", out(reg) core, options(nostack, preserves_flags, pure, readonly));
        &*core
    }
}

/// The running thread.
#[inline(always)]
pub fn current() -> &'static Thread {
    let thread: *const Thread;
    // SAFETY: as above; a thread that runs is alive.
    unsafe {
        asm!("mov {}, gs:[{}]", out(reg) thread, const offset_of!(Core, current),
             options(nostack, preserves_flags, pure, readonly));
        &*thread
    }
}

/// The index of the core that runs this; it may be another one by the time that the caller looks.
#[inline(always)]
pub fn core_id() -> u32 {
    let id: u32;
    // SAFETY: as above.
    unsafe {
        asm!("mov {:e}, gs:[{}]", out(reg) id, const offset_of!(Core, id),
             options(nostack, preserves_flags, readonly));
    }
    id
}

/// Core `id`, if it is present.
#[inline]
pub fn core(id: u32) -> Option<&'static Core> {
    let pointer = CORES.get(id as usize)?.load(Ordering::Acquire);
    // SAFETY: null or a block that lives for ever.
    unsafe { pointer.as_ref() }
}

/// How many cores are present.
#[inline]
pub fn core_count() -> u32 {
    COUNT.load(Ordering::Relaxed)
}

/// The cores that are present, bit n for core n.
pub fn online_mask() -> u64 {
    ONLINE.load(Ordering::Relaxed)
}

/// All cores that are present.
pub fn cores() -> impl Iterator<Item = &'static Core> {
    (0..HERMIT_MAX_CORES as u32).filter_map(core)
}
