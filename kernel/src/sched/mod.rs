//! The scheduler: which thread runs on which core.
//!
//! Each core has a run queue of 128 priorities (so that each of the 99 that Linux programs know is a level
//! of its own) and runs the first thread of the highest. There is no tick. A core's timer is armed only
//! while a thread waits for a deadline, or while threads of equal priority share the core (a time slice,
//! which a thread may be without). A thread that becomes runnable goes to an idle core if its affinity
//! permits one; a core that runs out of threads takes one that waits elsewhere before it halts. Only a core
//! that has said it is idle is sent a wake-up interrupt, and only when it has halted: for the first
//! microseconds it looks by itself.
//!
//! **Locks.** A core's run queue and its deadline queue have one each (order: [`crate::sync`]). The run
//! queue's lock is held across a switch and freed by the thread switched to ([`finish_switch`]), so a
//! thread in a queue is never taken before its registers are saved. A thread that waits for an event
//! is in no queue; who wakes it spins until it has left its core (`on_core`), which takes a bounded
//! number of instructions because interrupts are off from the moment it can be woken.
//!
//! **Waiting.** [`begin_wait`] makes the calling thread wakeable, [`wait`] gives up the core. Whoever
//! moves the thread's state away from *waiting* ([`end_wait`]) makes it runnable: a waker, the timer, or
//! an interruption; exactly one of them wins. The thread itself cleans up the losers' entries.

#[cfg(not(test))]
pub mod clock;
pub mod deadline;
pub mod queue;
#[cfg(not(test))]
mod run;
#[cfg(not(test))]
pub mod table;
#[cfg(not(test))]
mod thread;
#[cfg(not(test))]
pub mod timers;

#[cfg(not(test))]
pub use run::*;
#[cfg(not(test))]
pub use thread::{Thread, Wait, canonical, interruption};
