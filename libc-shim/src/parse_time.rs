//! `strptime` (POSIX.1-2024) in place of newlib's, which reads as many digits as there are, so that
//! `%Y%m%d` never matches, and takes any number. Names are those of the C locale. What no field holds is
//! computed from the others where the GNU library does that, and the flags that it ignores are ignored.

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
    /// A week of the year, and on which day such weeks begin.
    week: Option<(i32, i32)>,
    hour12: bool,
    year: bool,
    month: bool,
    day: bool,
    week_day: bool,
    year_day: bool,
}

/// What stands between the `%` and the conversion.
#[derive(Clone, Copy, Default)]
struct Field {
    /// The flag `+`: a year may have a sign.
    sign: bool,
    width: Option<usize>,
}

/// What [`parse`] needs for `%s`: seconds since the Epoch in local time.
pub type Local<'a> = &'a dyn Fn(i64) -> Option<BrokenDown>;

struct Parser<'a> {
    rest: &'a [u8],
    time: BrokenDown,
    known: Known,
    local: Local<'a>,
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

    /// A year or a century of at most so many characters.
    fn year(&mut self, field: Field, usual: usize) -> Option<i32> {
        let mut width = field.width.unwrap_or(usual);
        self.skip_blanks();
        let mut negative = false;
        if let (true, Some(sign @ (b'+' | b'-'))) = (field.sign, self.rest.first()) {
            negative = *sign == b'-';
            self.rest = &self.rest[1..];
            width = width.saturating_sub(1);
        }
        // No more digits than an `i32` has room for.
        let year = self.number(width.clamp(1, 9), 0, i32::MAX)?;
        Some(if negative { -year } else { year })
    }

    /// `%s`.
    fn seconds(&mut self) -> Option<()> {
        self.skip_blanks();
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(digits.count());
        let seconds = core::str::from_utf8(digits).ok()?.parse().ok()?;
        self.time = (self.local)(seconds)?;
        self.rest = rest;
        Some(())
    }

    /// Two digits, not fewer.
    fn two_digits(&mut self) -> Option<i32> {
        match self.rest {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
                self.rest = rest;
                Some(i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
            }
            _ => None,
        }
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
        let mut minutes = self.two_digits()? * 60;
        if let Some(b':') = self.rest.first() {
            self.rest = &self.rest[1..];
        }
        if self.rest.first().is_some_and(u8::is_ascii_digit) {
            minutes += self.two_digits().filter(|minutes| *minutes < 60)?;
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
            let mut field = Field::default();
            while let [flag @ (b'+' | b'0' | b'-' | b'_' | b'^' | b'#'), after @ ..] = format {
                field.sign |= *flag == b'+';
                format = after;
            }
            while let [digit @ b'0'..=b'9', after @ ..] = format {
                let width = field.width.unwrap_or(0) * 10 + usize::from(digit - b'0');
                field.width = Some(width.min(1000));
                format = after;
            }
            // Other forms of the locale: there are none.
            if let [b'E' | b'O', after @ ..] = format {
                format = after;
            }
            let (conversion, after) = format.split_first()?;
            format = after;
            self.convert(*conversion, field)?;
        }
        Some(())
    }

    fn convert(&mut self, conversion: u8, field: Field) -> Option<()> {
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
            b'C' => self.known.century = Some(self.year(field, 2)?),
            b'd' | b'e' => {
                self.time.day = self.number(2, 1, 31)?;
                self.known.day = true;
            }
            b'D' | b'x' => return self.parse(b"%m/%d/%y"),
            b'F' => {
                let width = field.width.map(|width| width.max(7) - 6);
                self.convert(b'Y', Field { width, ..field })?;
                return self.parse(b"-%m-%d");
            }
            // The year of a week of ISO 8601, and such a week, say nothing that the fields could hold.
            b'g' => drop(self.number(2, 0, 99)?),
            b'G' => drop(self.number(4, 0, 9999)?),
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
            b's' => return self.seconds(),
            b'S' => self.time.second = self.number(2, 0, 60)?,
            b'T' | b'X' => return self.parse(b"%H:%M:%S"),
            b'u' => {
                self.time.week_day = self.number(1, 1, 7)? % 7;
                self.known.week_day = true;
            }
            b'U' => self.known.week = Some((self.number(2, 0, 53)?, 0)),
            b'V' => drop(self.number(2, 0, 53)?),
            b'w' => {
                self.time.week_day = self.number(1, 0, 6)?;
                self.known.week_day = true;
            }
            b'W' => self.known.week = Some((self.number(2, 0, 53)?, 1)),
            b'y' => self.known.year_of_century = Some(self.number(2, 0, 99)?),
            b'Y' => {
                self.time.year = self.year(field, 4)? - 1900;
                self.known.year = true;
                (self.known.century, self.known.year_of_century) = (None, None);
            }
            b'z' => return self.offset(),
            b'Z' => {
                self.skip_blanks();
                let name = self.rest.iter().take_while(|byte| !is_blank(**byte));
                self.rest = &self.rest[name.count()..];
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
        // 1 January of year 1 was a Monday.
        let earlier = year - 1;
        let leap_days = earlier.div_euclid(4) - earlier.div_euclid(100) + earlier.div_euclid(400);
        let week_day =
            |year_day: i32| (year + leap_days + i64::from(year_day)).rem_euclid(7) as i32;
        if let (Some((week, begin)), true) = (self.known.week, self.known.week_day) {
            // Week 1 begins with the year's first day of that name.
            if !self.known.year_day {
                let first = (begin - week_day(0)).rem_euclid(7);
                let day = (time.week_day - begin).rem_euclid(7);
                time.year_day = first + (week - 1) * 7 + day;
            }
            self.known.year_day = true;
        }
        let dated = self.known.month && self.known.day;
        if (self.known.year || self.known.week.is_some()) && self.known.year_day && !dated {
            let month = (1..12).take_while(|month| before(*month) <= time.year_day);
            let month = month.count();
            if !self.known.month {
                time.month = month as i32;
            }
            if !self.known.day {
                time.day = time.year_day - before(month) + 1;
            }
        }
        // As with the GNU library what was in the fields before counts, too.
        let told = self.known.year || self.known.month || self.known.day;
        if told && (0..12).contains(&time.month) && (0..=31).contains(&time.day) {
            let year_day = before(time.month as usize) + time.day - 1;
            if !self.known.year_day {
                time.year_day = year_day;
            }
            if !self.known.week_day {
                time.week_day = week_day(year_day);
            }
        }
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// Reads `text` as `format` says into `time`; returns how many bytes it has read, `None` if they do not
/// match.
pub fn parse(text: &[u8], format: &[u8], time: &mut BrokenDown, local: Local<'_>) -> Option<usize> {
    let mut parser = Parser {
        local,
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
#[path = "parse_time_tests.rs"]
mod tests;
