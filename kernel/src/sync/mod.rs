//! Locks of the kernel and the order in which they are taken.
//!
//! **Spin locks** ([`SpinLock`]) guard what interrupt handlers touch too: interrupts are off while one
//! is held, so a holder is never preempted and never waits for an interrupt. **Sleeping locks**
//! ([`Mutex`]) guard what may block (the file system); **wait queues** ([`WaitQueue`]) are what
//! everything in the kernel that sleeps sleeps on.
//!
//! Lock order, outermost first. A thread that holds one may take only those below it:
//!
//! 1. sleeping locks of the file system (their own order is in `fs`)
//! 2. thread table (`sched::table`)
//! 3. a futex bucket (`sync::futex`; two at once only in requeue, lower address first)
//! 4. a core's timer queue (`sched::timer`)
//! 5. a core's run queue (`sched::queue`; never two at once)
//! 6. driver locks (`drivers`), interrupt routing (`arch::irq`)
//! 7. memory: regions, then page tables, then kernel heap, then frames (`mm`)
//! 8. the serial port
//!
//! Code that holds a memory lock must not fault, since the page-fault handler takes those locks; all
//! other spin locks may be held across a fault on a lazily backed page.

#[cfg(not(test))]
pub mod futex;
#[cfg(not(test))]
mod mutex;
#[cfg(not(test))]
mod spin;
#[cfg(not(test))]
mod wait;

#[cfg(not(test))]
pub use mutex::{Mutex, MutexGuard};
#[cfg(not(test))]
pub use spin::{SpinLock, SpinLockGuard};
#[cfg(not(test))]
pub use wait::WaitQueue;
