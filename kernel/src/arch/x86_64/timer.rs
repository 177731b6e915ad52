//! Time: the TSC as the clock, the local APIC's timer as the alarm.
//!
//! The TSC is calibrated once. Its frequency comes from, in this order: the boot parameter `freq` (MHz),
//! CPUID (leaves 0x15 and 0x16, or the hypervisor's), or a measurement of half a millisecond against
//! the APIC timer where that is known to count nanoseconds (QEMU, KVM) or against the 8254 otherwise.
//! Sources: Intel SDM vol. 3A 11.5.4 (APIC timer), vol. 3B 18.17 (TSC); Intel 8254 datasheet.

use core::arch::x86_64::_rdtsc;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use x86::msr;

use super::apic::{self, TimerMode};
use super::cpu::Features;
use super::{idt, port};

const NS_PER_SECOND: u64 = 1_000_000_000;

/// TSC value at time 0, and factors in 32.32 fixed point.
static START: AtomicU64 = AtomicU64::new(0);
static NS_PER_TICK: AtomicU64 = AtomicU64::new(1 << 32);
static TICKS_PER_NS: AtomicU64 = AtomicU64::new(1 << 32);
static APIC_TICKS_PER_NS: AtomicU64 = AtomicU64::new(1 << 32);
static DEADLINE_MODE: AtomicBool = AtomicBool::new(false);

/// The time stamp counter.
#[inline(always)]
pub fn ticks() -> u64 {
    // SAFETY: every x86-64 processor has it.
    unsafe { _rdtsc() }
}

#[inline(always)]
fn scale(value: u64, factor: u64) -> u64 {
    ((u128::from(value) * u128::from(factor)) >> 32) as u64
}

/// Nanoseconds since the kernel began: the monotonic clock.
#[inline(always)]
pub fn now_ns() -> u64 {
    scale(
        ticks().wrapping_sub(START.load(Ordering::Relaxed)),
        NS_PER_TICK.load(Ordering::Relaxed),
    )
}

/// The frequency of the TSC in kHz.
pub fn tsc_khz() -> u64 {
    scale(1_000_000, TICKS_PER_NS.load(Ordering::Relaxed))
}

/// Nanoseconds that a number of TSC ticks takes.
#[inline]
pub fn ticks_to_ns(ticks: u64) -> u64 {
    scale(ticks, NS_PER_TICK.load(Ordering::Relaxed))
}

/// Reads both clocks as close to each other as this machine allows.
fn sample(reference: &mut dyn FnMut() -> u64) -> (u64, u64) {
    let mut best = (u64::MAX, 0, 0);
    for _ in 0..5 {
        let before = ticks();
        let value = reference();
        let after = ticks();
        if after - before < best.0 {
            best = (after - before, before + (after - before) / 2, value);
        }
    }
    (best.1, best.2)
}

/// Ticks a second, measured over half a millisecond of a clock of `frequency` that counts up.
fn measure(frequency: u64, reference: &mut dyn FnMut() -> u64) -> u64 {
    let (tsc0, reference0) = sample(reference);
    let wait = frequency / 2000;
    while reference().wrapping_sub(reference0) < wait {
        core::hint::spin_loop();
    }
    let (tsc1, reference1) = sample(reference);
    let elapsed = reference1.wrapping_sub(reference0).max(1);
    (u128::from(tsc1 - tsc0) * u128::from(frequency) / u128::from(elapsed)) as u64
}

/// The APIC timer as a clock that counts up.
fn apic_clock() -> u64 {
    u64::from(u32::MAX - apic::timer_count())
}

/// The 8254's channel 2 as a clock that counts up, for at most 50 ms.
struct Pit;

impl Pit {
    const FREQUENCY: u64 = 1_193_182;

    fn start() -> Pit {
        // SAFETY: the 8254's ports: gate on, speaker off; channel 2, both bytes, mode 0; count 65535.
        unsafe {
            let control = port::inb(0x61);
            port::outb(0x61, control & !2 | 1);
            port::outb(0x43, 0b1011_0000);
            port::outb(0x42, 0xff);
            port::outb(0x42, 0xff);
        }
        Pit
    }

    fn read(&mut self) -> u64 {
        // SAFETY: latches and reads channel 2.
        let count = unsafe {
            port::outb(0x43, 0b1000_0000);
            u64::from(port::inb(0x42)) | u64::from(port::inb(0x42)) << 8
        };
        65535 - count
    }

    /// Whether there is one: a missing device reads as all ones, which is a count that stands still.
    fn present(&mut self) -> bool {
        let first = self.read();
        (0..1000).any(|_| self.read() != first)
    }
}

fn factor(numerator: u64, denominator: u64) -> u64 {
    ((u128::from(numerator) << 32) / u128::from(denominator.max(1))) as u64
}

/// Calibrates. Called once by the boot core, with its APIC enabled.
pub fn init(features: &Features) {
    START.store(ticks(), Ordering::Relaxed);
    apic::set_timer_mode(TimerMode::OneShot, idt::TIMER_VECTOR);
    apic::set_timer_count(u32::MAX);
    let parameter = crate::boot::parameter("freq")
        .find_map(crate::boot::number)
        .unwrap_or(0);
    let known = if parameter != 0 {
        parameter * 1_000_000
    } else {
        features.tsc_khz * 1000
    };
    let mut pit = Pit::start();
    let frequency = match known {
        0 if features.nanosecond_apic => measure(NS_PER_SECOND, &mut apic_clock),
        0 if pit.present() => measure(Pit::FREQUENCY, &mut || pit.read()),
        // No clock to measure against: a guess is better than a hang, and `freq` corrects it.
        0 => NS_PER_SECOND * 2,
        known => known,
    };
    NS_PER_TICK.store(factor(NS_PER_SECOND, frequency), Ordering::Relaxed);
    TICKS_PER_NS.store(factor(frequency, NS_PER_SECOND), Ordering::Relaxed);
    if !features.nanosecond_apic && !features.tsc_deadline {
        let apic_frequency = {
            let ticks = measure_apic();
            ticks.max(1_000_000)
        };
        APIC_TICKS_PER_NS.store(factor(apic_frequency, NS_PER_SECOND), Ordering::Relaxed);
    }
    apic::set_timer_count(0);
    DEADLINE_MODE.store(features.tsc_deadline, Ordering::Relaxed);
}

/// The APIC timer's frequency, against the calibrated TSC.
fn measure_apic() -> u64 {
    let (apic0, ns0) = (apic_clock(), now_ns());
    while now_ns() - ns0 < 500_000 {
        core::hint::spin_loop();
    }
    (apic_clock() - apic0) * NS_PER_SECOND / (now_ns() - ns0)
}

/// Sets this core's timer up. Called once a core.
pub fn init_core() {
    let mode = if DEADLINE_MODE.load(Ordering::Relaxed) {
        TimerMode::Deadline
    } else {
        TimerMode::OneShot
    };
    apic::set_timer_mode(mode, idt::TIMER_VECTOR);
}

/// Has this core's timer interrupt come at `deadline` (monotonic nanoseconds), replacing an earlier
/// wish. It may come earlier when the deadline is further away than the timer can count.
pub fn arm(deadline: u64) {
    if DEADLINE_MODE.load(Ordering::Relaxed) {
        let ticks = scale(deadline, TICKS_PER_NS.load(Ordering::Relaxed)).saturating_add(1);
        // SAFETY: the MSR exists where `init` chose this mode.
        unsafe {
            msr::wrmsr(
                msr::IA32_TSC_DEADLINE,
                START.load(Ordering::Relaxed).saturating_add(ticks),
            );
        }
    } else {
        let wait = deadline.saturating_sub(now_ns());
        let count = scale(wait, APIC_TICKS_PER_NS.load(Ordering::Relaxed)).saturating_add(1);
        apic::set_timer_count(count.min(u64::from(u32::MAX)) as u32);
    }
}

/// Stops this core's timer.
pub fn disarm() {
    if DEADLINE_MODE.load(Ordering::Relaxed) {
        // SAFETY: as in `arm`; 0 disarms.
        unsafe { msr::wrmsr(msr::IA32_TSC_DEADLINE, 0) };
    } else {
        apic::set_timer_count(0);
    }
}
