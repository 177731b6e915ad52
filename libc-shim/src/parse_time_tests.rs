//! What `strptime` makes of texts.

use super::*;

/// Local time is a number of seconds.
fn local(seconds: i64) -> Option<BrokenDown> {
    Some(BrokenDown {
        second: i32::try_from(seconds).ok()?,
        ..BrokenDown::default()
    })
}

fn read(text: &str, format: &str) -> Option<(usize, BrokenDown)> {
    let mut time = BrokenDown::default();
    parse(text.as_bytes(), format.as_bytes(), &mut time, &local).map(|len| (len, time))
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
    let (len, time) = read("12:00 +01:30 CET %", "%R %z %Z %%").unwrap();
    assert_eq!((len, time.offset), (18, 5400));
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
        assert!(parse(text.as_bytes(), format.as_bytes(), &mut time, &local).is_some());
    }
    assert_eq!((time.year, day(time)), (107, (1, 8, 4, 38)));
}

#[test]
fn weeks_and_seconds() {
    let day = |time: BrokenDown| (time.month, time.day, time.week_day, time.year_day);
    assert_eq!(
        day(read("2024 27 3", "%Y %U %w").unwrap().1),
        (6, 10, 3, 191)
    );
    assert_eq!(
        day(read("2024 27 3", "%Y %W %u").unwrap().1),
        (6, 3, 3, 184)
    );
    assert_eq!(
        day(read("Mon 10 2023", "%a %U %Y").unwrap().1),
        (2, 6, 1, 64)
    );
    let (len, time) = read("2024-W27-3", "%G-W%V-%u").unwrap();
    assert_eq!((len, day(time)), (10, (0, 0, 3, 0)));
    assert_eq!(read(" 77x", "%s").unwrap().1.second, 77);
    assert_eq!(read("x", "%s"), None);
    assert_eq!(read("99999999999", "%s"), None);
    for (text, format, year) in [
        ("-0044", "%+5Y", -44),
        ("+12345", "%+6Y", 12345),
        ("123456", "%6Y", 123456),
        ("2024", "%0Y", 2024),
        ("-1", "%+C", -100),
    ] {
        assert_eq!(
            read(text, format).unwrap().1.year,
            year - 1900,
            "{text} {format}"
        );
    }
    assert_eq!(read("+12345-02-03", "%+12F").unwrap().0, 12);
    for text in ["+1", "+013", "+0160", "+0x"] {
        assert_eq!(read(text, "%z"), None, "{text}");
    }
}
