//! What the processor can do, found once by the boot core and switched on by every core.

use alloc::string::String;
use core::arch::asm;
use core::fmt::Write;
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

/// The lines of `/proc/cpuinfo` that are the same for all processors, in Linux's words.
pub fn description() -> String {
    let cpuid = CpuId::new();
    let mut text = String::new();
    let vendor = cpuid.get_vendor_info();
    let brand = cpuid.get_processor_brand_string();
    let info = cpuid.get_feature_info();
    // Writing to a string cannot fail.
    if let Some(vendor) = &vendor {
        let _ = writeln!(text, "vendor_id\t: {}", vendor.as_str());
    }
    if let Some(info) = &info {
        let (family, model) = (info.family_id(), info.model_id());
        let _ = writeln!(text, "cpu family\t: {family}\nmodel\t\t: {model}");
    }
    if let Some(brand) = &brand {
        let _ = writeln!(text, "model name\t: {}", brand.as_str().trim());
    }
    if let Some(info) = &info {
        let _ = writeln!(text, "stepping\t: {}", info.stepping_id());
    }
    let khz = super::timer::tsc_khz();
    let _ = writeln!(text, "cpu MHz\t\t: {}.{:03}", khz / 1000, khz % 1000);
    text.push_str("fpu\t\t: yes\nflags\t\t:");
    flags(&mut text);
    text.push('\n');
    if let Some(info) = &info {
        let line = u32::from(info.cflush_cache_line_size()) * 8;
        let _ = writeln!(text, "clflush size\t: {line}\ncache_alignment\t: {line}");
    }
    text
}

/// Linux's names of the features that programs ask for before they use them.
fn flags(text: &mut String) {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    let basic = __cpuid(1);
    let extended = match __cpuid(0x8000_0000).eax {
        0x8000_0001.. => __cpuid(0x8000_0001),
        _ => __cpuid(0x8000_0000),
    };
    let has = |leaf| __cpuid(0).eax >= leaf;
    let structured = has(7).then(|| __cpuid_count(7, 0));
    let (seven_b, seven_c) = structured.map_or((0, 0), |leaf| (leaf.ebx, leaf.ecx));
    let long = __cpuid(0x8000_0000).eax >= 0x8000_0001;
    let (far_c, far_d) = if long {
        (extended.ecx, extended.edx)
    } else {
        (0, 0)
    };
    let groups: [(u32, &[(u32, &str)]); 6] = [
        (
            basic.edx,
            &[
                (0, "fpu"),
                (4, "tsc"),
                (8, "cx8"),
                (15, "cmov"),
                (19, "clflush"),
                (23, "mmx"),
                (24, "fxsr"),
                (25, "sse"),
                (26, "sse2"),
                (28, "ht"),
            ],
        ),
        (
            far_d,
            &[(20, "nx"), (26, "pdpe1gb"), (27, "rdtscp"), (29, "lm")],
        ),
        (
            basic.ecx,
            &[
                (0, "pni"),
                (1, "pclmulqdq"),
                (9, "ssse3"),
                (12, "fma"),
                (13, "cx16"),
                (19, "sse4_1"),
                (20, "sse4_2"),
                (22, "movbe"),
                (23, "popcnt"),
                (25, "aes"),
                (26, "xsave"),
                (28, "avx"),
                (29, "f16c"),
                (30, "rdrand"),
                (31, "hypervisor"),
            ],
        ),
        (
            far_c,
            &[(0, "lahf_lm"), (5, "abm"), (6, "sse4a"), (16, "fma4")],
        ),
        (
            seven_b,
            &[
                (0, "fsgsbase"),
                (3, "bmi1"),
                (5, "avx2"),
                (8, "bmi2"),
                (9, "erms"),
                (16, "avx512f"),
                (17, "avx512dq"),
                (18, "rdseed"),
                (19, "adx"),
                (21, "avx512ifma"),
                (23, "clflushopt"),
                (24, "clwb"),
                (28, "avx512cd"),
                (29, "sha_ni"),
                (30, "avx512bw"),
                (31, "avx512vl"),
            ],
        ),
        (
            seven_c,
            &[
                (1, "avx512vbmi"),
                (9, "vaes"),
                (10, "vpclmulqdq"),
                (11, "avx512_vnni"),
                (14, "avx512_vpopcntdq"),
            ],
        ),
    ];
    for (word, names) in groups {
        for (bit, name) in names {
            if word >> bit & 1 != 0 {
                text.push(' ');
                text.push_str(name);
            }
        }
    }
}
