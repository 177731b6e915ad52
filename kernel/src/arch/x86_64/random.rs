//! Random numbers from the processor.

use core::arch::asm;

use raw_cpuid::CpuId;
use spin::Once;

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Seed,
    Random,
    Nothing,
}

fn source() -> Source {
    static SOURCE: Once<Source> = Once::new();
    *SOURCE.call_once(|| {
        let cpuid = CpuId::new();
        if cpuid
            .get_extended_feature_info()
            .is_some_and(|info| info.has_rdseed())
        {
            Source::Seed
        } else if cpuid
            .get_feature_info()
            .is_some_and(|info| info.has_rdrand())
        {
            Source::Random
        } else {
            Source::Nothing
        }
    })
}

/// 64 random bits, or `None` where the processor has no generator.
pub fn next() -> Option<u64> {
    let source = source();
    if source == Source::Nothing {
        return None;
    }
    loop {
        let (value, good): (u64, u8);
        // SAFETY: CPUID has the instruction; the carry flag tells whether a number was ready
        // (Intel SDM vol. 1, 7.3.17).
        unsafe {
            if source == Source::Seed {
                asm!("rdseed {}", "setc {}", out(reg) value, out(reg_byte) good, options(nomem, nostack));
            } else {
                asm!("rdrand {}", "setc {}", out(reg) value, out(reg_byte) good, options(nomem, nostack));
            }
        }
        if good != 0 {
            return Some(value);
        }
        core::hint::spin_loop();
    }
}
