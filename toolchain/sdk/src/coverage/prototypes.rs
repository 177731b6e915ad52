//! The calls that the test `bad-arguments` makes: each function that libhermit defines and a header
//! declares, with the kinds of its arguments.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Headers;
use crate::layout::Layout;
use crate::{Doing, Result};

/// The list, which is part of the test's source.
pub fn path(layout: &Layout) -> PathBuf {
    layout.root.join("tests/bad-arguments/calls.h")
}

/// The list's text.
pub fn list(layout: &Layout, headers: &Headers) -> Result<String> {
    let symbols = layout.toolchain("libhermit/symbols.txt");
    let symbols = std::fs::read_to_string(&symbols).doing(symbols.display())?;
    let declared = headers.values().flat_map(|header| &header.functions);
    let declared: BTreeMap<&str, &str> = declared
        .map(|(name, function)| (name.as_str(), function.prototype.as_str()))
        .collect();
    let calls = symbols.lines().filter_map(|name| {
        let kinds = kinds(name, declared.get(name)?)?;
        Some(format!("CALL({name}, \"{kinds}\")\n"))
    });
    let head =
        "/* Made from the headers by `cargo run -p sdk -- coverage`: do not edit. */\n".to_owned();
    Ok(std::iter::once(head).chain(calls).collect())
}

/// A letter for each argument: `i`nteger, `s`tring, `p`ointer, `f`unction, `h`andle, that is a pointer to
/// what only the library makes. `None` if an argument is none of these.
fn kinds(name: &str, prototype: &str) -> Option<String> {
    let begin = prototype.find(&format!("{name} ("))? + name.len() + 2;
    let mut kinds = String::new();
    let (mut depth, mut from) = (0, begin);
    for (at, c) in prototype.char_indices().skip_while(|(at, _)| *at < begin) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth > 0 => depth -= 1,
            ',' if depth > 0 => {}
            ',' | ')' => {
                kinds.push_str(kind(prototype[from..at].trim())?);
                if c == ')' {
                    return Some(kinds);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn kind(argument: &str) -> Option<&'static str> {
    let words: Vec<&str> = argument
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !matches!(*word, "const" | "volatile" | "restrict" | "struct" | ""))
        .collect();
    let is_pointer = argument.contains(['*', '[']);
    Some(match words.first().copied() {
        Some("void") if !is_pointer => "",
        None if argument == "..." => "p",
        _ if argument.contains("(*") => "f",
        Some("DIR" | "FILE" | "__va_list_tag" | "__FILE") if is_pointer => "h",
        Some("char") if is_pointer => "s",
        _ if is_pointer => "p",
        Some("double" | "float" | "__va_list_tag" | "va_list" | "__builtin_va_list") | None => {
            return None;
        }
        Some("long") if words.get(1) == Some(&"double") => return None,
        _ => "i",
    })
}

#[cfg(test)]
mod tests {
    use super::kinds;

    #[test]
    fn kinds_of_arguments() {
        let of = |name, prototype| kinds(name, prototype);
        assert_eq!(
            of("getpid", "extern pid_t getpid (void);"),
            Some(String::new())
        );
        assert_eq!(
            of("open", "extern int open (const char *, int, ...);"),
            Some("sip".to_owned())
        );
        assert_eq!(
            of(
                "signal",
                "extern void (*signal (int, void (*)(int))) (int);"
            ),
            Some("if".to_owned())
        );
        assert_eq!(
            of("closedir", "extern int closedir (DIR *);"),
            Some("h".to_owned())
        );
        assert_eq!(of("sin", "extern double sin (double);"), None);
    }
}
