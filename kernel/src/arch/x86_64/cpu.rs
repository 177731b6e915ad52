//! What the processor can do, found once by the boot core and switched on by every core.

use core::arch::asm;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use raw_cpuid::CpuId;

use super::context;

/// XSAVE state components that threads may use: x87, SSE, AVX, AVX-512.
const STATE_COMPONENTS: u64 = 0b1110_0111;

static XCR0: AtomicU64 = AtomicU64::new(0);
static FSGSBASE: AtomicBool = AtomicBool::new(false);

/// Bytes of a preempted thread's extended state, a multiple of 64.
static STATE_SIZE: AtomicU32 = AtomicU32::new(512);

/// What the rest of the boot code asks of CPUID.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features {
    /// The local APIC's registers are MSRs.
    pub x2apic: bool,
    /// The local APIC timer can fire at a TSC value.
    pub tsc_deadline: bool,
    /// 1 GiB pages.
    pub huge_pages: bool,
    /// Runs under QEMU's TCG or KVM, whose APIC timers count nanoseconds.
    pub nanosecond_apic: bool,
    /// TSC frequency in kHz from CPUID, or 0.
    pub tsc_khz: u64,
}

/// Looks at CPUID. Called once by the boot core.
pub fn detect() -> Features {
    let cpuid = CpuId::new();
    let mut features = Features::default();
    if let Some(info) = cpuid.get_feature_info() {
        features.x2apic = info.has_x2apic();
        features.tsc_deadline = info.has_tsc_deadline();
        if info.has_xsave() {
            let supported = cpuid
                .get_extended_state_info()
                .map_or(3, |state| raw_state_components(&state));
            XCR0.store(supported & STATE_COMPONENTS | 3, Ordering::Relaxed);
        }
    }
    if let Some(info) = cpuid.get_extended_feature_info() {
        FSGSBASE.store(info.has_fsgsbase(), Ordering::Relaxed);
    }
    if let Some(info) = cpuid.get_extended_processor_and_feature_identifiers() {
        features.huge_pages = info.has_1gib_pages();
    }
    features.tsc_khz = tsc_khz(&cpuid);
    if let Some(hypervisor) = cpuid.get_hypervisor_info() {
        use raw_cpuid::Hypervisor;
        // TCG's signature is not one that the crate names.
        features.nanosecond_apic = match hypervisor.identify() {
            Hypervisor::KVM | Hypervisor::QEMU => true,
            Hypervisor::Unknown(ebx, ..) => ebx == u32::from_le_bytes(*b"TCGT"),
            _ => false,
        };
        if features.tsc_khz == 0 {
            features.tsc_khz = hypervisor.tsc_frequency().map_or(0, u64::from);
        }
    }
    features
}

fn raw_state_components(_info: &raw_cpuid::ExtendedStateInfo<raw_cpuid::CpuIdReaderNative>) -> u64 {
    let leaf = core::arch::x86_64::__cpuid_count(0xd, 0);
    u64::from(leaf.edx) << 32 | u64::from(leaf.eax)
}

/// The frequency as leaves 0x15 and 0x16 give it (Intel SDM vol. 3B, 19.7.3), or 0.
fn tsc_khz(cpuid: &CpuId<raw_cpuid::CpuIdReaderNative>) -> u64 {
    if let Some(tsc) = cpuid.get_tsc_info() {
        let (ratio, unit, crystal) = (
            u64::from(tsc.numerator()),
            u64::from(tsc.denominator()),
            tsc.nominal_frequency(),
        );
        if ratio != 0 && unit != 0 && crystal != 0 {
            return u64::from(crystal) * ratio / unit / 1000;
        }
        if ratio != 0
            && let Some(frequency) = cpuid.get_processor_frequency_info()
        {
            return u64::from(frequency.processor_base_frequency()) * 1000;
        }
    }
    0
}

/// Switches the found features on in this core.
pub fn enable() {
    let xcr0 = XCR0.load(Ordering::Relaxed);
    let fsgsbase = FSGSBASE.load(Ordering::Relaxed);
    let wanted = if xcr0 != 0 { 1u64 << 18 } else { 0 } | if fsgsbase { 1 << 16 } else { 0 };
    // SAFETY: only features that CPUID reports; CR4.OSXSAVE comes before XSETBV.
    unsafe {
        asm!("mov {0}, cr4", "or {0}, {1}", "mov cr4, {0}", out(reg) _, in(reg) wanted);
        if xcr0 != 0 {
            asm!("xsetbv", in("ecx") 0, in("eax") xcr0 as u32, in("edx") (xcr0 >> 32) as u32);
        }
        asm!("fninit");
    }
    context::set_fsgsbase(fsgsbase);
    if xcr0 != 0 {
        // With XCR0 set, EBX is the size of what it enables.
        let size = core::arch::x86_64::__cpuid_count(0xd, 0).ebx;
        STATE_SIZE.store(size.next_multiple_of(64), Ordering::Relaxed);
    }
}

/// The state components that XSAVE keeps; 0 without XSAVE.
pub fn state_components() -> u64 {
    XCR0.load(Ordering::Relaxed)
}

/// Bytes that a thread's extended state takes.
pub fn state_size() -> usize {
    STATE_SIZE.load(Ordering::Relaxed) as usize
}

/// How many low bits of an APIC id number the threads of a processor core, and the threads of a package
/// (Intel SDM vol. 2A, CPUID leaf 0x0B). Without the leaf every thread is a core, all in one package.
pub fn topology_bits() -> (u32, u32) {
    let cpuid = CpuId::new();
    let Some(levels) = cpuid.get_extended_topology_info() else {
        return (0, u32::BITS);
    };
    let (mut thread, mut package) = (0, u32::BITS);
    for level in levels {
        match level.level_type() {
            raw_cpuid::TopologyType::SMT => thread = level.shift_right_for_next_apic_id(),
            raw_cpuid::TopologyType::Core => {
                package = level.shift_right_for_next_apic_id();
            }
            _ => {}
        }
    }
    (thread, package)
}
