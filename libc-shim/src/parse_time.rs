//! `strptime` (POSIX.1-2017) in place of newlib's, which reads as many digits as there are, so that
//! `%Y%m%d` never matches, and takes any number. Names are those of the C locale.

use core::ffi::c_long;

/// `struct tm`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrokenDown {
    pub second: i32,
    pub minute: i32,
    pub hour: i32,
    pub day: i32,
    pub month: i32,
    pub year: i32,
    pub week_day: i32,
    pub year_day: i32,
    pub summer: i32,
    /// Seconds east of Greenwich.
    pub offset: c_long,
    /// The zone's name, a C string.
    pub zone: usize,
}

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days before each month of a common year.
const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// What is known besides the fields themselves.
#[derive(Default)]
struct Known {
    century: Option<i32>,
    year_of_century: Option<i32>,
    afternoon: Option<bool>,
    hour12: bool,
    year: bool,
    month: bool,
    day: bool,
    week_day: bool,
    year_day: bool,
}

struct Parser<'a> {
    rest: &'a [u8],
    time: BrokenDown,
    known: Known,
}

impl Parser<'_> {
    fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|byte| is_blank(**byte)).count();
        self.rest = &self.rest[blanks..];
    }

    /// A number of at most `digits` digits within a range; leading blanks are skipped.
    fn number(&mut self, digits: usize, low: i32, high: i32) -> Option<i32> {
        self.skip_blanks();
        let count = self
            .rest
            .iter()
            .take(digits)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if count == 0 {
            return None;
        }
        let (number, rest) = self.rest.split_at(count);
        let value = number
            .iter()
            .fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        self.rest = rest;
        (low..=high).contains(&value).then_some(value)
    }

    /// One of several names, in full or by its first three letters.
    fn name(&mut self, names: &[&str]) -> Option<i32> {
        let starts = |name: &[u8]| {
            self.rest
                .get(..name.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        let (index, len) = names.iter().enumerate().find_map(|(index, name)| {
            let name = name.as_bytes();
            [name.len(), name.len().min(3)]
                .into_iter()
                .find(|len| starts(&name[..*len]))
                .map(|len| (index, len))
        })?;
        self.rest = &self.rest[len..];
        Some(index as i32)
    }

    /// `+hh:mm`, `-hhmm`, `+hh` or `Z`: read, but kept nowhere.
    fn offset(&mut self) -> Option<()> {
        self.skip_blanks();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        match first {
            b'Z' => {
                self.time.offset = 0;
                return Some(());
            }
            b'+' | b'-' => {}
            _ => return None,
        }
        let mut minutes = self.number(2, 0, 24)? * 60;
        if let Some(b':') = self.rest.first() {
            self.rest = &self.rest[1..];
        }
        if self.rest.first().is_some_and(u8::is_ascii_digit) {
            minutes += self.number(2, 0, 59)?;
        }
        let seconds = c_long::from(minutes * 60);
        self.time.offset = if *first == b'-' { -seconds } else { seconds };
        Some(())
    }

    fn parse(&mut self, mut format: &[u8]) -> Option<()> {
        while let Some((first, after)) = format.split_first() {
            format = after;
            if is_blank(*first) {
                self.skip_blanks();
                continue;
            }
            if *first != b'%' {
                let (byte, rest) = self.rest.split_first()?;
                if byte != first {
                    return None;
                }
                self.rest = rest;
                continue;
            }
            // Other forms of the locale: there are none.
            if let [b'E' | b'O', after @ ..] = format {
                format = after;
            }
            let (conversion, after) = format.split_first()?;
            format = after;
            self.convert(*conversion)?;
        }
        Some(())
    }

    fn convert(&mut self, conversion: u8) -> Option<()> {
        match conversion {
            b'%' => {
                let (byte, rest) = self.rest.split_first()?;
                if *byte != b'%' {
                    return None;
                }
                self.rest = rest;
            }
            b'a' | b'A' => {
                self.time.week_day = self.name(&DAYS)?;
                self.known.week_day = true;
            }
            b'b' | b'B' | b'h' => {
                self.time.month = self.name(&MONTHS)?;
                self.known.month = true;
            }
            b'c' => return self.parse(b"%a %b %e %H:%M:%S %Y"),
            b'C' => self.known.century = Some(self.number(2, 0, 99)?),
            b'd' | b'e' => {
                self.time.day = self.number(2, 1, 31)?;
                self.known.day = true;
            }
            b'D' | b'x' => return self.parse(b"%m/%d/%y"),
            b'F' => return self.parse(b"%Y-%m-%d"),
            b'H' | b'k' => {
                self.time.hour = self.number(2, 0, 23)?;
                self.known.hour12 = false;
            }
            b'I' | b'l' => {
                self.time.hour = self.number(2, 1, 12)? % 12;
                self.known.hour12 = true;
            }
            b'j' => {
                self.time.year_day = self.number(3, 1, 366)? - 1;
                self.known.year_day = true;
            }
            b'm' => {
                self.time.month = self.number(2, 1, 12)? - 1;
                self.known.month = true;
            }
            b'M' => self.time.minute = self.number(2, 0, 59)?,
            b'n' | b't' => self.skip_blanks(),
            b'p' => self.known.afternoon = Some(self.name(&["AM", "PM"])? == 1),
            b'r' => return self.parse(b"%I:%M:%S %p"),
            b'R' => return self.parse(b"%H:%M"),
            b'S' => self.time.second = self.number(2, 0, 60)?,
            b'T' | b'X' => return self.parse(b"%H:%M:%S"),
            b'u' => {
                self.time.week_day = self.number(1, 1, 7)? % 7;
                self.known.week_day = true;
            }
            // Weeks say nothing that the fields could hold.
            b'U' | b'W' | b'V' => drop(self.number(2, 0, 53)?),
            b'w' => {
                self.time.week_day = self.number(1, 0, 6)?;
                self.known.week_day = true;
            }
            b'y' => self.known.year_of_century = Some(self.number(2, 0, 99)?),
            b'Y' => {
                self.time.year = self.number(4, 0, 9999)? - 1900;
                self.known.year = true;
                (self.known.century, self.known.year_of_century) = (None, None);
            }
            b'z' => return self.offset(),
            b'Z' => {
                let letters = self
                    .rest
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphabetic());
                self.rest = &self.rest[letters.count()..];
            }
            _ => return None,
        }
        Some(())
    }

    /// Puts together what several conversions have told.
    fn finish(&mut self) {
        let time = &mut self.time;
        if self.known.hour12 && self.known.afternoon == Some(true) {
            time.hour += 12;
        }
        match (self.known.century, self.known.year_of_century) {
            (None, None) => {}
            (Some(century), year) => {
                time.year = century * 100 - 1900 + year.unwrap_or(0);
                self.known.year = true;
            }
            // POSIX: 69 to 99 are of the twentieth century.
            (None, Some(year)) => {
                time.year = if year < 69 { year + 100 } else { year };
                self.known.year = true;
            }
        }
        let year = i64::from(time.year) + 1900;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let before = |month: usize| BEFORE[month] + i32::from(leap && month > 1);
        if self.known.year && self.known.year_day && !(self.known.month && self.known.day) {
            let month = (1..12).take_while(|month| before(*month) <= time.year_day);
            let month = month.count();
            (time.month, time.day) = (month as i32, time.year_day - before(month) + 1);
        }
        // As with the GNU library what was in the fields before counts, too.
        let told = self.known.year || self.known.month || self.known.day;
        if told && (0..12).contains(&time.month) && (1..=31).contains(&time.day) {
            let year_day = before(time.month as usize) + time.day - 1;
            if !self.known.year_day {
                time.year_day = year_day;
            }
            if !self.known.week_day {
                // 1 January of year 1 was a Monday.
                let before = year - 1;
                let leap_days =
                    before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
                time.week_day = (year + leap_days + i64::from(year_day)).rem_euclid(7) as i32;
            }
        }
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// Reads `text` as `format` says into `time`; returns how many bytes it has read, `None` if they do not
/// match.
pub fn parse(text: &[u8], format: &[u8], time: &mut BrokenDown) -> Option<usize> {
    let mut parser = Parser {
        rest: text,
        time: *time,
        known: Known::default(),
    };
    let matched = parser.parse(format);
    if matched.is_some() {
        parser.finish();
    }
    *time = parser.time;
    matched.map(|()| text.len() - parser.rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: &str) -> Option<(usize, BrokenDown)> {
        let mut time = BrokenDown::default();
        parse(text.as_bytes(), format.as_bytes(), &mut time).map(|len| (len, time))
    }

    #[test]
    fn numbers_have_widths_and_ranges() {
        let (len, time) = read("20040229123456x", "%Y%m%d%H%M%S").unwrap();
        assert_eq!(len, 14);
        assert_eq!((time.year, time.month, time.day), (104, 1, 29));
        assert_eq!((time.hour, time.minute, time.second), (12, 34, 56));
        assert_eq!((time.week_day, time.year_day), (0, 59));
        for (text, format) in [
            ("2004-13-01", "%F"),
            ("24:00", "%R"),
            ("0", "%d"),
            ("x", "%j"),
            ("", "%Y"),
            ("12", "%"),
            ("1", "%Q"),
        ] {
            assert_eq!(read(text, format), None, "{text} {format}");
        }
    }

    #[test]
    fn parts_are_put_together() {
        assert_eq!(read("07:08 pm", "%I:%M %p").unwrap().1.hour, 19);
        assert_eq!(read("PM 12", "%p %I").unwrap().1.hour, 12);
        assert_eq!(read("12 AM", "%I %p").unwrap().1.hour, 0);
        assert_eq!(read("68", "%y").unwrap().1.year, 168);
        assert_eq!(read("69", "%y").unwrap().1.year, 69);
        assert_eq!(read("19 05", "%C %y").unwrap().1.year, 5);
        let (_, time) = read("Thu Jan  1 00:00:00 1970", "%c").unwrap();
        assert_eq!((time.year, time.week_day, time.year_day), (70, 4, 0));
        let (_, time) = read("sunday 29 FEBRUARY", "%A %d %B").unwrap();
        assert_eq!((time.week_day, time.day, time.month), (0, 29, 1));
        let (len, time) = read("12:00 +01:30 CET%", "%R %z %Z%%").unwrap();
        assert_eq!((len, time.offset), (17, 5400));
        assert_eq!(read("-0930", "%z").unwrap().1.offset, -34_200);
    }

    #[test]
    fn days_that_follow_from_others() {
        let day = |time: BrokenDown| (time.month, time.day, time.week_day, time.year_day);
        assert_eq!(day(read("2024 100", "%Y %j").unwrap().1), (3, 9, 2, 99));
        assert_eq!(day(read("2024-366", "%Y-%j").unwrap().1), (11, 31, 2, 365));
        assert_eq!(day(read("2023 31", "%Y %j").unwrap().1), (0, 31, 2, 30));
        // What is told is not what follows.
        let (_, time) = read("Mon 2024-02-29", "%a %F").unwrap();
        assert_eq!(day(time), (1, 29, 1, 59));
        // Each call knows what the calls before have told.
        let mut time = BrokenDown::default();
        for (text, format) in [("2007", "%Y"), ("12", "%d"), ("Feb", "%b"), ("8", "%d")] {
            assert!(parse(text.as_bytes(), format.as_bytes(), &mut time).is_some());
        }
        assert_eq!((time.year, day(time)), (107, (1, 8, 4, 38)));
    }
}
