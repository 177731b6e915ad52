//! The wall clock: the CMOS real-time clock (MC146818).
//!
//! It tells whole seconds of UTC, as QEMU and most firmware keep it. Reading it takes at most one of its
//! update cycles; it raises no interrupts. Without one (microvm with `rtc=off`) there is no time.
//!
//! Source: Motorola MC146818A data sheet, "Time, calendar and alarm locations", "Update cycle"; the
//! century register is the one of PC compatibles (ACPI 6.5, 5.2.9, CENTURY: usually 0x32).

/// The registers as read: seconds, minutes, hours, day, month, year, century, and register B.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// Seconds, minutes, hours, day of the month, month, year of the century, century (0: not kept).
    pub time: [u8; 7],
    /// Register B: bit 2 binary, bit 1 24-hour.
    pub mode: u8,
}

const BINARY: u8 = 4;
const HOURS_24: u8 = 2;
/// In the hours register with 12-hour mode: afternoon.
const AFTERNOON: u8 = 0x80;

/// Days since 1970-01-01 of a date of the Gregorian calendar (years from March on, so that the leap day
/// is the last of its year).
fn days(year: u32, month: u32, day: u32) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (year, month) = (i64::from(year), i64::from(month));
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + (153 * month + 2) / 5 + i64::from(day) - 1 - 719_468
}

impl Registers {
    /// Seconds since 1970, or `None` if this is no time.
    pub fn unix_time(&self) -> Option<i64> {
        let number = |value: u8| match self.mode & BINARY {
            0 if value >> 4 > 9 || value & 15 > 9 => None,
            0 => Some(u32::from(value >> 4) * 10 + u32::from(value & 15)),
            _ => Some(u32::from(value)),
        };
        let [second, minute, hour, day, month, year, century] = self.time;
        let hour = if self.mode & HOURS_24 != 0 {
            number(hour)?
        } else {
            let twelve = number(hour & !AFTERNOON)?;
            if !(1..=12).contains(&twelve) {
                return None;
            }
            twelve % 12 + if hour & AFTERNOON != 0 { 12 } else { 0 }
        };
        let year = number(year)?;
        // What is not a century of this machine's life is no century register.
        let century = number(century).filter(|century| (19..=22).contains(century));
        let year = year + 100 * century.unwrap_or(if year < 70 { 20 } else { 19 });
        let (second, minute) = (number(second)?, number(minute)?);
        let (day, month) = (number(day)?, number(month)?);
        let valid = second < 61
            && minute < 60
            && hour < 24
            && (1..=31).contains(&day)
            && (1..=12).contains(&month)
            && (1970..2300).contains(&year);
        let seconds = i64::from(hour * 3600 + minute * 60 + second);
        valid.then(|| days(year, month, day) * 86_400 + seconds)
    }
}

#[cfg(not(test))]
mod hardware {
    use super::Registers;
    use crate::arch::port;
    use crate::sync::SpinLock;

    const INDEX: u16 = 0x70;
    const DATA: u16 = 0x71;
    const STATUS_A: u8 = 0x0a;
    const STATUS_B: u8 = 0x0b;
    /// Status A: the clock is about to change; the registers may not be read.
    const UPDATING: u8 = 0x80;

    /// Index and data are one access.
    static CMOS: SpinLock<()> = SpinLock::new(());

    fn register(index: u8) -> u8 {
        let _cmos = CMOS.lock();
        // SAFETY: selecting and reading a CMOS register changes nothing. Bit 7 of the index would
        // disable non-maskable interrupts: it stays 0.
        unsafe {
            port::outb(INDEX, index);
            port::inb(DATA)
        }
    }

    fn registers() -> Registers {
        Registers {
            time: [0, 2, 4, 7, 8, 9, 0x32].map(register),
            mode: register(STATUS_B),
        }
    }

    /// Nanoseconds since 1970, to the second; `None` without a clock.
    pub fn unix_time_ns() -> Option<i64> {
        // An update takes at most 2 ms; a clock that is always about to change is none.
        let mut before = None;
        for _ in 0..10_000 {
            if register(STATUS_A) & UPDATING != 0 {
                continue;
            }
            // The same twice: no update came in between.
            let now = registers();
            if before == Some(now) {
                return now.unix_time().map(|seconds| seconds * 1_000_000_000);
            }
            before = Some(now);
        }
        None
    }
}

#[cfg(not(test))]
pub use hardware::unix_time_ns;

#[cfg(test)]
mod tests {
    use super::*;

    fn bcd(time: [u8; 7], mode: u8) -> Registers {
        Registers { time, mode }
    }

    #[test]
    fn both_number_systems_and_both_hours() {
        // 2026-11-22 18:31:14 UTC.
        let expected = Some(1_795_372_274);
        assert_eq!(
            bcd([0x14, 0x31, 0x18, 0x22, 0x11, 0x26, 0x20], HOURS_24).unix_time(),
            expected
        );
        assert_eq!(
            bcd([0x14, 0x31, 0x86, 0x22, 0x11, 0x26, 0x20], 0).unix_time(),
            expected
        );
        let mode = HOURS_24 | BINARY;
        assert_eq!(
            bcd([14, 31, 18, 22, 11, 26, 20], mode).unix_time(),
            expected
        );
        assert_eq!(
            bcd([14, 31, 0x86, 22, 11, 26, 20], BINARY).unix_time(),
            expected
        );
        assert_eq!(bcd([14, 31, 18, 22, 11, 26, 0], mode).unix_time(), expected);
        assert_eq!(
            bcd([14, 31, 18, 22, 11, 26, 0xff], mode).unix_time(),
            expected
        );
    }

    #[test]
    fn noon_and_midnight() {
        let time = |hour| bcd([0, 0, hour, 1, 1, 70, 19], BINARY).unix_time();
        assert_eq!(
            (time(12), time(12 | 0x80), time(1 | 0x80)),
            (Some(0), Some(43_200), Some(46_800))
        );
        assert_eq!(time(0), None);
        assert_eq!(time(13), None);
    }

    #[test]
    fn leap_days() {
        let date =
            |year, month, day| bcd([0, 0, 0, day, month, year, 20], BINARY | HOURS_24).unix_time();
        assert_eq!(date(0, 2, 29), Some(951_782_400));
        assert_eq!(date(0, 3, 1), Some(951_868_800));
        assert_eq!(date(24, 12, 31), Some(1_735_603_200));
    }

    #[test]
    fn nonsense_is_no_time() {
        assert_eq!(bcd([0xff; 7], 0xff).unix_time(), None);
        assert_eq!(bcd([0xff; 7], 0).unix_time(), None);
        assert_eq!(bcd([0; 7], 0).unix_time(), None);
        assert_eq!(
            bcd([0, 0, 0x24, 1, 1, 0x26, 0x20], HOURS_24).unix_time(),
            None
        );
        for byte in 0..=255 {
            for mode in 0..8 {
                let _ = bcd([byte; 7], mode).unix_time();
            }
        }
    }
}
