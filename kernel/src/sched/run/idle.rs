//! A core without a thread: it looks for work, of others too, and halts where there is none.

use core::sync::atomic::{AtomicU64, Ordering};

use super::super::queue::End;
use super::super::thread::Thread;
use super::place::push;
use super::{bit, block};
use crate::arch::idt::WAKE_VECTOR;
use crate::arch::{Core, apic, core_count, cores, interrupts, this_core, timer};

/// Cores that have halted, or are about to after one more look at the queues.
pub(super) static IDLE: AtomicU64 = AtomicU64::new(0);

/// Those of the idle cores that look whether they are still wanted to be, and need no interrupt.
static POLLING: AtomicU64 = AtomicU64::new(0);

/// How long an idle core looks before it halts. A halted core is woken by an interrupt, which costs a
/// virtual one about this long; what a thread waits for shortly comes sooner.
const POLL_NS: u64 = 20_000;

/// Takes a thread that waits for another core and may run on this one.
fn steal(me: &Core) -> Option<&'static Thread> {
    // The neighbours above first, so that not all thieves meet at the first core.
    let others = cores()
        .filter(|c| c.id > me.id)
        .chain(cores().filter(|c| c.id < me.id));
    others.into_iter().find_map(|victim| {
        if victim.scheduler.ready.load(Ordering::SeqCst) == 0 {
            return None;
        }
        let mut queue = victim.scheduler.queue.lock();
        let taken = queue.take(|t| t.affinity.load(Ordering::Relaxed) & bit(me) != 0);
        victim.scheduler.ready.store(queue.len(), Ordering::SeqCst);
        taken
    })
}

/// What a core does when it has nothing to do: look for work, else halt.
pub fn idle() -> ! {
    interrupts::disable();
    let me = this_core();
    loop {
        while run_something(me) {}
        IDLE.fetch_or(bit(me), Ordering::SeqCst);
        poll(me);
        // Work that came before the bit was set, and whose bringer therefore did not wake us. If the bit
        // is gone, we were called while we looked, and no interrupt follows.
        if !run_something(me) && IDLE.load(Ordering::SeqCst) & bit(me) != 0 {
            interrupts::wait_for_interrupt();
        }
        IDLE.fetch_and(!bit(me), Ordering::SeqCst);
    }
}

/// Looks for a while whether somebody brings work to this core, or calls it to where there is some.
fn poll(me: &Core) {
    if core_count() == 1 {
        return;
    }
    POLLING.fetch_or(bit(me), Ordering::SeqCst);
    let end = timer::now_ns() + POLL_NS;
    interrupts::enable();
    while me.scheduler.ready.load(Ordering::Relaxed) == 0
        && IDLE.load(Ordering::Relaxed) & bit(me) != 0
        && timer::now_ns() < end
    {
        core::hint::spin_loop();
    }
    interrupts::disable();
    POLLING.fetch_and(!bit(me), Ordering::SeqCst);
}

fn run_something(me: &Core) -> bool {
    if me.scheduler.ready.load(Ordering::SeqCst) == 0 {
        let Some(thread) = steal(me) else {
            return false;
        };
        push(me, thread, End::Front);
    }
    IDLE.fetch_and(!bit(me), Ordering::SeqCst);
    block();
    true
}

pub(super) fn wake_if_idle(target: &Core, me: &Core) -> bool {
    if IDLE.load(Ordering::SeqCst) & bit(target) == 0
        || IDLE.fetch_and(!bit(target), Ordering::SeqCst) & bit(target) == 0
    {
        return false;
    }
    // A core that stops looking looks at the queues once more: it says so before, as we queue the thread
    // before we look here.
    if target.id != me.id && POLLING.load(Ordering::SeqCst) & bit(target) == 0 {
        apic::send(target.apic_id, WAKE_VECTOR);
    }
    true
}

/// How many cores run a thread.
pub fn busy_cores() -> u32 {
    cores()
        .filter(|core| core.scheduler.running.load(Ordering::Relaxed) != 0)
        .count() as u32
}
