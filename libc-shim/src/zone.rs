//! Time zones: `tzset` in place of newlib's, which knows POSIX's strings only.
//!
//! `TZ` is such a string, or names a file of zone information: an absolute path, or one below
//! `/usr/share/zoneinfo`, with or without a colon before it. Without `TZ` it is `/etc/localtime`. Of a file
//! the rule for the present and the future is used, which its last line has as a POSIX string (RFC 8536,
//! 3.3); it is taken for the past, too. What cannot be read or understood is UTC.
//!
//! newlib keeps the zone in variables of its own, guarded by its lock of the time zone; they change when `TZ`
//! has changed, which each function that needs a local time looks at.

/// Longest name of a zone (`TZNAME_MAX`).
const NAME: usize = 10;
const HOUR: i32 = 3600;

/// A name, with NULs behind it.
type Name = [u8; NAME + 2];

/// When a change comes in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// Day 1 to 365, without February 29.
    Julian(i32),
    /// Day 0 to 365.
    Ordinal(i32),
    /// Month, week 1 to 5 (the last), day of the week.
    Week(i32, i32, i32),
}

/// A zone: names and seconds west of Greenwich, in winter and in summer, and when summer begins and ends, with
/// the second of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Zone {
    names: [Name; 2],
    offsets: [i32; 2],
    changes: [(Day, i32); 2],
}

const fn name(text: &[u8]) -> Name {
    let mut name = [0; _];
    let mut at = 0;
    while at < text.len() {
        name[at] = text[at];
        at += 1;
    }
    name
}

/// The usual days, those of the United States.
const CHANGES: [(Day, i32); 2] = [
    (Day::Week(3, 2, 0), 2 * HOUR),
    (Day::Week(11, 1, 0), 2 * HOUR),
];

const UTC: Zone = Zone {
    names: [name(b"UTC"); 2],
    offsets: [0; 2],
    changes: CHANGES,
};

struct Parser<'a>(&'a [u8]);

impl Parser<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn name(&mut self) -> Option<Name> {
        let quoted = self.take(b'<');
        let inside = |byte: &u8| match quoted {
            true => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'),
            false => byte.is_ascii_alphabetic(),
        };
        let end = self.0.iter().position(|byte| !inside(byte));
        let (text, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        let good = (3..=NAME).contains(&text.len()) && (!quoted || self.take(b'>'));
        good.then(|| name(text))
    }

    fn number(&mut self, most: i32) -> Option<i32> {
        let mut value = None;
        while let Some(digit @ b'0'..=b'9') = self.0.first() {
            value = Some(value.unwrap_or(0) * 10 + i32::from(digit - b'0'));
            self.0 = &self.0[1..];
            value.filter(|value| *value <= most)?;
        }
        value
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self, hours: i32) -> Option<i32> {
        let negative = self.take(b'-');
        if !negative {
            self.take(b'+');
        }
        let mut time = self.number(hours)? * HOUR;
        if self.take(b':') {
            time += self.number(59)? * 60;
            if self.take(b':') {
                time += self.number(59)?;
            }
        }
        Some(if negative { -time } else { time })
    }

    /// `,DATE[/TIME]`
    fn change(&mut self) -> Option<(Day, i32)> {
        if !self.take(b',') {
            return None;
        }
        let day = if self.take(b'M') {
            let month = self.number(12)?;
            let week = self.take(b'.').then(|| self.number(5))??;
            let day = self.take(b'.').then(|| self.number(6))??;
            (month > 0 && week > 0).then_some(Day::Week(month, week, day))?
        } else if self.take(b'J') {
            Day::Julian(self.number(365).filter(|day| *day > 0)?)
        } else {
            Day::Ordinal(self.number(365)?)
        };
        let time = match self.take(b'/') {
            true => self.time(167)?,
            false => 2 * HOUR,
        };
        Some((day, time))
    }
}

impl Zone {
    /// POSIX's `TZ`: `std offset [dst [offset] [,start[/time],end[/time]]]`.
    fn parse(text: &[u8]) -> Option<Zone> {
        let mut parser = Parser(text);
        let first = parser.name()?;
        let offset = parser.time(24)?;
        if parser.0.is_empty() {
            return Some(Zone {
                names: [first; 2],
                offsets: [offset; 2],
                changes: CHANGES,
            });
        }
        let second = parser.name()?;
        let summer = match parser.0.first() {
            None | Some(b',') => offset - HOUR,
            Some(_) => parser.time(24)?,
        };
        let changes = match parser.0.is_empty() {
            true => CHANGES,
            false => [parser.change()?, parser.change()?],
        };
        parser.0.is_empty().then_some(Zone {
            names: [first, second],
            offsets: [offset, summer],
            changes,
        })
    }

    /// What a file of zone information says, by its last line.
    fn from_file(bytes: &[u8]) -> Option<Zone> {
        let bytes = bytes.strip_suffix(b"\n")?;
        if !bytes.starts_with(b"TZif") {
            return None;
        }
        let start = bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
        Zone::parse(&bytes[start..])
    }
}

#[cfg(not(test))]
mod published {
    use core::cell::UnsafeCell;
    use core::ffi::{CStr, c_char, c_int, c_long, c_void};

    use super::{Day, Name, UTC, Zone};
    use crate::c;
    use crate::file::AT_FDCWD;
    use crate::sys;

    const FOLDER: &[u8] = b"/usr/share/zoneinfo/";
    const LOCAL: &[u8] = b"/etc/localtime\0";
    /// Longest value of `TZ`.
    const LONGEST: usize = 200;
    /// Those of the whole world are smaller.
    const FILE: usize = 8192;

    /// newlib's `__tzrule_type`.
    #[repr(C)]
    struct Rule {
        kind: c_char,
        month: c_int,
        week: c_int,
        day: c_int,
        second: c_int,
        change: i64,
        offset: c_long,
    }

    /// newlib's `__tzinfo_type`.
    #[repr(C)]
    struct Info {
        north: c_int,
        year: c_int,
        rules: [Rule; 2],
    }

    unsafe extern "C" {
        fn getenv(name: *const c_char) -> *const c_char;
        safe fn __tz_lock();
        safe fn __tz_unlock();
        safe fn __gettzinfo() -> *mut Info;
        /// newlib: when the zone's summer begins and ends in a year.
        safe fn __tzcalc_limits(year: c_int) -> c_int;
        static mut _timezone: c_long;
        static mut _daylight: c_int;
        static mut _tzname: [*const c_char; 2];
    }

    /// What is in force.
    struct Present {
        /// The value of `TZ` and its length; `None`: nothing yet.
        value: [u8; LONGEST],
        len: Option<usize>,
        set: bool,
        names: [Name; 2],
    }

    struct Guarded(UnsafeCell<Present>);

    // SAFETY: newlib's lock of the time zone guards it.
    unsafe impl Sync for Guarded {}

    static PRESENT: Guarded = Guarded(UnsafeCell::new(Present {
        value: [0; LONGEST],
        len: None,
        set: false,
        names: [[0; _]; 2],
    }));

    /// Reads a file of zone information.
    fn read(path: &[u8]) -> Option<Zone> {
        let fd = sys::sys_openat(AT_FDCWD, path.as_ptr().cast(), 0, 0);
        if fd < 0 {
            return None;
        }
        // SAFETY: memory of this size or null.
        let buffer = unsafe { c::malloc(FILE) }.cast::<u8>();
        let zone = if buffer.is_null() {
            None
        } else {
            let len = sys::sys_read(fd, buffer.cast::<c_void>(), FILE);
            let len = usize::try_from(len).unwrap_or(0);
            // SAFETY: so many bytes were stored.
            Zone::from_file(unsafe { core::slice::from_raw_parts(buffer, len) })
        };
        // SAFETY: it came from `malloc`, or is null.
        unsafe { c::free(buffer.cast()) };
        sys::sys_close(fd);
        zone
    }

    /// The zone that a value of `TZ` stands for.
    fn find(value: Option<&[u8]>) -> Zone {
        let Some(value) = value else {
            return read(LOCAL).unwrap_or(UTC);
        };
        if let Some(zone) = Zone::parse(value) {
            return zone;
        }
        let name = value.strip_prefix(b":").unwrap_or(value);
        let folder = if name.first() == Some(&b'/') {
            &[]
        } else {
            FOLDER
        };
        let mut path = [0; FOLDER.len() + LONGEST + 1];
        path[..folder.len()].copy_from_slice(folder);
        path[folder.len()..folder.len() + name.len()].copy_from_slice(name);
        match name {
            [] => UTC,
            _ => read(&path).unwrap_or(UTC),
        }
    }

    /// Puts a zone where newlib looks for it.
    fn put(zone: &Zone, present: &mut Present) {
        present.names = zone.names;
        let rule = |at: usize| {
            let (kind, month, week, day) = match zone.changes[at].0 {
                Day::Julian(day) => (b'J', 0, 0, day),
                Day::Ordinal(day) => (b'D', 0, 0, day),
                Day::Week(month, week, day) => (b'M', month, week, day),
            };
            Rule {
                kind: kind as c_char,
                month,
                week,
                day,
                second: zone.changes[at].1,
                change: 0,
                offset: c_long::from(zone.offsets[at]),
            }
        };
        // SAFETY: newlib's lock is held; the names stay where they are.
        unsafe {
            let info = &mut *__gettzinfo();
            info.rules = [rule(0), rule(1)];
            _tzname = [
                present.names[0].as_ptr().cast(),
                present.names[1].as_ptr().cast(),
            ];
            __tzcalc_limits(info.year);
            _timezone = c_long::from(zone.offsets[0]);
            _daylight = c_int::from(zone.offsets[0] != zone.offsets[1]);
        }
    }

    /// As [`tzset`], with newlib's lock held.
    #[cfg_attr(panic = "abort", unsafe(no_mangle))]
    extern "C" fn _tzset_unlocked() {
        // SAFETY: newlib's lock is held.
        let present = unsafe { &mut *PRESENT.0.get() };
        // SAFETY: the environment's values are strings; a program that changes them at the same time is at fault.
        let value = unsafe {
            let value = getenv(c"TZ".as_ptr());
            (!value.is_null()).then(|| CStr::from_ptr(value).to_bytes())
        };
        // What is too long is nothing that there is.
        let value = value.map(|value| {
            if value.len() > LONGEST {
                &value[..0]
            } else {
                value
            }
        });
        let bytes = value.unwrap_or(b"");
        let same = |len| present.set == value.is_some() && present.value[..len] == *bytes;
        if present
            .len
            .is_some_and(|len| len == bytes.len() && same(len))
        {
            return;
        }
        present.value[..bytes.len()].copy_from_slice(bytes);
        present.len = Some(bytes.len());
        present.set = value.is_some();
        put(&find(value), present);
    }

    #[cfg_attr(panic = "abort", unsafe(no_mangle))]
    extern "C" fn tzset() {
        __tz_lock();
        _tzset_unlocked();
        __tz_unlock();
    }

    /// newlib's form of [`tzset`].
    #[cfg_attr(panic = "abort", unsafe(no_mangle))]
    extern "C" fn _tzset_r(_reent: *mut c_void) {
        tzset();
    }

    /// newlib's form of [`_tzset_unlocked`].
    #[cfg_attr(panic = "abort", unsafe(no_mangle))]
    extern "C" fn _tzset_unlocked_r(_reent: *mut c_void) {
        _tzset_unlocked();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_posix() {
        assert_eq!(Zone::parse(b"UTC0"), Some(UTC));
        let berlin = Zone::parse(b"CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        assert_eq!(berlin.names, [name(b"CET"), name(b"CEST")]);
        assert_eq!(berlin.offsets, [-HOUR, -2 * HOUR]);
        let days = [
            (Day::Week(3, 5, 0), 2 * HOUR),
            (Day::Week(10, 5, 0), 3 * HOUR),
        ];
        assert_eq!(berlin.changes, days);
        let strange = Zone::parse(b"<-02>2:30:15<-01>1,J60/-1,300/+25:10:05").unwrap();
        assert_eq!(strange.offsets, [2 * HOUR + 1815, HOUR]);
        let days = [
            (Day::Julian(60), -HOUR),
            (Day::Ordinal(300), 25 * HOUR + 605),
        ];
        assert_eq!(strange.changes, days);
        assert_eq!(Zone::parse(b"EST5EDT").unwrap().changes, CHANGES);
    }

    #[test]
    fn what_is_no_string_of_posix() {
        for text in [
            &b""[..],
            b"UTC",
            b"Europe/Berlin",
            b"AB1",
            b"ABC25",
            b"ABC1:60",
            b"ABC1DEF,M13.1.0,M1.1.0",
            b"ABC1DEF,M3.0.0,M1.1.0",
            b"ABC1DEF,M3.1.0",
            b"ABC1DEF,J0,J1",
            b"ABC1DEF,M3.1.0,M4.1.0x",
            b"<AB1",
            b"ABCDEFGHIJK1",
            b"ABC99999999999999",
        ] {
            assert_eq!(Zone::parse(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn files() {
        let file = b"TZif2 anything\n at all\nCET-1CEST,M3.5.0,M10.5.0/3\n";
        let expected = Zone::parse(b"CET-1CEST,M3.5.0,M10.5.0/3");
        assert_eq!(Zone::from_file(file), expected);
        assert_eq!(Zone::from_file(b"TZif nothing\n\n"), None);
        assert_eq!(Zone::from_file(b"text\nUTC0\n"), None);
        assert_eq!(Zone::from_file(b""), None);
    }
}
