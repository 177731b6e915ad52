//! Words a death by signal: one line with the reason and the place, then the backtrace.

use crate::record::{Fault, signal_name};
use crate::symbols::{Location, Symbols};
use crate::unwind::{Frame, Unwinder};
use std::fmt::Write;
use std::path::Path;

/// Frames printed at each end of a long backtrace.
const SHOWN: usize = 24;

/// The message for `fault` in the image at `path`, without a newline at its end.
pub fn explain(path: &Path, fault: &Fault) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let here = std::env::current_dir().ok();
    explain_in(path, &bytes, fault, here.as_deref())
}

fn explain_in(path: &Path, image: &[u8], fault: &Fault, here: Option<&Path>) -> String {
    let parsed = object::File::parse(image).ok();
    let symbols = parsed.as_ref().map(Symbols::new);
    let locate = |frame: &Frame| {
        symbols.as_ref().map_or_else(
            || vec![Location::default()],
            |symbols| symbols.locate(frame.lookup()),
        )
    };
    let (frames, complete) = match &parsed {
        Some(file) => Unwinder::new(file).walk(fault),
        None => (
            vec![Frame {
                pc: fault.pc(),
                is_return: false,
            }],
            false,
        ),
    };

    let places: Vec<Vec<Location>> = frames.iter().map(locate).collect();
    let mut text = format!("{}: killed by {}", path.display(), signal(fault.signal));
    if let Some(reason) = reason(fault) {
        let _ = write!(text, ": {reason}");
    }
    text.push_str(&place(fault, &places, here));
    let _ = write!(text, ", thread {}, core {}", fault.thread, fault.core);
    let count = shown(&places);

    for (number, frame) in frames[..count].iter().enumerate() {
        if count > 2 * SHOWN && number == SHOWN {
            let _ = write!(text, "\n  … {} frames …", count - 2 * SHOWN);
        }
        if count > 2 * SHOWN && (SHOWN..count - SHOWN).contains(&number) {
            continue;
        }
        for place in &places[number] {
            let _ = write!(
                text,
                "\n  #{number:<2} 0x{:016x} {}",
                frame.pc,
                place.function.as_deref().unwrap_or("?")
            );
            if let Some(source) = source(place, here) {
                let _ = write!(text, " at {source}");
            }
            if place.inlined {
                text.push_str(" (inlined)");
            }
        }
    }
    if !complete && frames.len() == count && count > 1 {
        text.push_str("\n  (the rest of the stack is not known)");
    }
    text
}

/// The kernel's words, completed by the address where they end in "write to", "read of" and the like;
/// nothing if they only repeat the signal.
fn reason(fault: &Fault) -> Option<String> {
    let words = fault.reason.as_str();
    if words.is_empty() || signal_name(fault.signal) == Some(words) {
        return None;
    }
    let wants_address = words.ends_with(" to") || words.ends_with(" of");
    Some(if wants_address {
        format!("{words} {:#x}", fault.address)
    } else {
        words.to_owned()
    })
}

/// Functions by which a program kills itself: whoever called them is of interest, not they.
const RAISING: [&str; 9] = [
    "abort",
    "raise",
    "kill",
    "killpg",
    "sigqueue",
    "pthread_kill",
    "__assert",
    "__assert_func",
    "__stack_chk_fail",
];
/// What begins the recorded paths of the SDK's own sources.
const SDK: [&str; 2] = ["hermit/", "newlib/"];

/// Whether a place is the library operating system's or the C library's rather than the program's.
fn is_sdk(place: &Location) -> bool {
    match &place.file {
        Some(file) => SDK.iter().any(|prefix| file.starts_with(prefix)),
        None => place
            .function
            .as_deref()
            .is_some_and(|name| name.starts_with("hermit_kernel::")),
    }
}

/// Where it happened, in words that fit behind the reason.
fn place(fault: &Fault, places: &[Vec<Location>], here: Option<&Path>) -> String {
    let is_raising = |place: &Location| {
        place
            .function
            .as_deref()
            .is_some_and(|name| RAISING.contains(&name))
    };
    let raised = places
        .iter()
        .rposition(|frame| frame.iter().any(is_raising))
        .map_or(0, |at| at + 1);
    let first = &places[0][0];
    let (at, frame) = if raised > 0 && raised < places.len() {
        (" at".to_owned(), &places[raised])
    } else if let (true, Some(second)) = (*first == Location::default(), places.get(1)) {
        // A wild call: the caller is the place.
        (" from".to_owned(), second)
    } else if let (true, Some(name), Some(caller)) = (
        is_sdk(first),
        &places[0][places[0].len() - 1].function,
        places.iter().find(|frame| !is_sdk(&frame[0])),
    ) {
        // In memcpy or printf, most often because of what they were given.
        (format!(" in {name}, called at"), caller)
    } else {
        (" at".to_owned(), &places[0])
    };
    match (source(&frame[0], here), &frame[0].function) {
        (Some(source), Some(function)) => format!("{at} {source} ({function})"),
        (Some(source), None) => format!("{at} {source}"),
        (None, Some(function)) => format!(" in {function}"),
        (None, None) if fault.pc() == 0 => String::new(),
        (None, None) => format!(" at {:#x}", fault.pc()),
    }
}

/// How many frames are shown: the outermost ones, in which the library operating system starts the program
/// or a thread, are left out if anything else is there.
fn shown(places: &[Vec<Location>]) -> usize {
    match places.iter().rposition(|frame| !is_sdk(&frame[0])) {
        Some(last) => last + 1,
        None => places.len(),
    }
}

fn signal(number: u32) -> String {
    signal_name(number).map_or_else(|| format!("signal {number}"), str::to_owned)
}

/// `file:line`, the file relative to the current directory where it is below it.
fn source(place: &Location, here: Option<&Path>) -> Option<String> {
    let file = Path::new(place.file.as_deref()?);
    let short = here
        .and_then(|here| file.strip_prefix(here).ok())
        .unwrap_or(file);
    Some(match place.line {
        Some(line) => format!("{}:{line}", short.display()),
        None => short.display().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> Fault {
        Fault {
            signal: 11,
            rip: 0x100abc,
            thread: 3,
            core: 1,
            reason: "write to 0x0".into(),
            ..Fault::default()
        }
    }

    #[test]
    fn without_an_image_there_is_still_a_line() {
        let text = explain_in(Path::new("gone"), b"", &fault(), None);
        assert_eq!(
            text,
            "gone: killed by SIGSEGV: write to 0x0 at 0x100abc, thread 3, core 1\n  #0  0x0000000000100abc ?"
        );
    }

    #[test]
    fn unknown_signals_have_their_number() {
        let text = explain_in(
            Path::new("x"),
            b"",
            &Fault {
                signal: 77,
                reason: String::new(),
                ..fault()
            },
            None,
        );
        assert!(
            text.starts_with("x: killed by signal 77 at 0x100abc"),
            "{text}"
        );
    }

    #[test]
    fn reasons_are_completed() {
        let with = |words: &str| {
            reason(&Fault {
                reason: words.into(),
                address: 0x10,
                ..fault()
            })
        };
        assert_eq!(with("write to").as_deref(), Some("write to 0x10"));
        assert_eq!(with("execution of").as_deref(), Some("execution of 0x10"));
        assert_eq!(with("stack overflow").as_deref(), Some("stack overflow"));
        assert_eq!((with("SIGSEGV"), with("")), (None, None));
    }

    #[test]
    fn the_place_is_where_the_program_went_wrong() {
        let known = |name: &str| {
            vec![Location {
                function: Some(name.into()),
                file: Some("a.c".into()),
                line: Some(7),
                ..Location::default()
            }]
        };
        let nowhere = || vec![Location::default()];
        let place = |places: &[Vec<Location>]| place(&fault(), places, None);
        assert_eq!(place(&[known("f"), known("main")]), " at a.c:7 (f)");
        assert_eq!(
            place(&[
                known("sys_kill"),
                known("raise"),
                known("abort"),
                known("f"),
                known("main")
            ]),
            " at a.c:7 (f)"
        );
        assert_eq!(
            place(&[known("sys_kill"), known("abort")]),
            " at a.c:7 (sys_kill)"
        );
        let library = |name: &str| {
            vec![Location {
                function: Some(name.into()),
                file: Some("newlib/x.c".into()),
                ..Location::default()
            }]
        };
        assert_eq!(
            place(&[library("memset"), library("x"), known("f")]),
            " in memset, called at a.c:7 (f)"
        );
        assert_eq!(place(&[library("memset")]), " at newlib/x.c (memset)");
        assert_eq!(
            shown(&[
                library("memset"),
                known("f"),
                library("start"),
                library("body")
            ]),
            2
        );
        assert_eq!(shown(&[library("memset"), library("start")]), 2);
        assert_eq!(place(&[nowhere(), known("g")]), " from a.c:7 (g)");
        assert_eq!(place(&[nowhere(), nowhere()]), " at 0x100abc");
        assert_eq!(
            super::place(&Fault { rip: 0, ..fault() }, &[nowhere()], None),
            ""
        );
    }

    #[test]
    fn paths_below_the_current_directory_are_short() {
        let place = |file: &str, line| Location {
            file: Some(file.into()),
            line,
            ..Location::default()
        };
        let here = Some(Path::new("/home/me"));
        assert_eq!(
            source(&place("/home/me/src/a.c", Some(3)), here).as_deref(),
            Some("src/a.c:3")
        );
        assert_eq!(
            source(&place("/usr/a.c", None), here).as_deref(),
            Some("/usr/a.c")
        );
        assert_eq!(source(&Location::default(), here), None);
    }
}
