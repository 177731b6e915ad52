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

    let mut text = format!("{}: killed by {}", path.display(), signal(fault.signal));
    if !fault.reason.is_empty() {
        let _ = write!(text, ": {}", fault.reason);
    }
    let place = &locate(&frames[0])[0];
    match (source(place, here), &place.function) {
        (Some(source), Some(function)) => _ = write!(text, " at {source} ({function})"),
        (Some(source), None) => _ = write!(text, " at {source}"),
        (None, Some(function)) => _ = write!(text, " in {function}"),
        (None, None) => _ = write!(text, " at {:#x}", fault.pc()),
    }
    let _ = write!(text, ", thread {}, core {}", fault.thread, fault.core);

    for (number, frame) in frames.iter().enumerate() {
        if frames.len() > 2 * SHOWN && number == SHOWN {
            let _ = write!(text, "\n  … {} frames …", frames.len() - 2 * SHOWN);
        }
        if frames.len() > 2 * SHOWN && (SHOWN..frames.len() - SHOWN).contains(&number) {
            continue;
        }
        for place in locate(frame) {
            let _ = write!(
                text,
                "\n  #{number:<2} 0x{:016x} {}",
                frame.pc,
                place.function.as_deref().unwrap_or("?")
            );
            if let Some(source) = source(&place, here) {
                let _ = write!(text, " at {source}");
            }
            if place.inlined {
                text.push_str(" (inlined)");
            }
        }
    }
    if !complete && frames.len() > 1 {
        text.push_str("\n  (the rest of the stack is not known)");
    }
    text
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
