//! Lists of what is known of a suite's programs: `tests/ports/SUITE.list`.
//!
//! A line is `KIND PATTERN REASON`; `#` begins a comment. A pattern is a name in which `*` stands for
//! anything. KIND is `skip` (not run: it cannot say anything here, or never ends), `fails` (known to
//! fail, and reported when it passes), or `may-fail` (depends on the host's load or on chance).

use sdk::{Doing, Result, fail};
use std::fs;
use std::path::Path;

/// What a line says of the programs it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not run.
    Skip,
    /// Must fail.
    Fails,
    /// May fail.
    MayFail,
}

/// One line.
pub struct Line {
    /// What it says.
    pub kind: Kind,
    pattern: String,
    /// Why.
    pub reason: String,
}

/// A list; the first line that names a program counts.
pub struct List(Vec<Line>);

impl List {
    /// Reads a list.
    pub fn read(file: &Path) -> Result<List> {
        let text = fs::read_to_string(file).doing(file.display())?;
        let mut lines = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.splitn(3, char::is_whitespace).map(str::trim);
            let kind = match words.next() {
                Some("skip") => Kind::Skip,
                Some("fails") => Kind::Fails,
                Some("may-fail") => Kind::MayFail,
                _ => return fail(format!("{}:{}: not a kind", file.display(), number + 1)),
            };
            let (pattern, reason) = (words.next(), words.next());
            let (Some(pattern), Some(reason)) = (pattern, reason) else {
                return fail(format!("{}:{}: no reason", file.display(), number + 1));
            };
            lines.push(Line {
                kind,
                pattern: pattern.to_owned(),
                reason: reason.to_owned(),
            });
        }
        Ok(List(lines))
    }

    /// What the list says of a program.
    pub fn of(&self, name: &str) -> Option<&Line> {
        self.0.iter().find(|line| matches(&line.pattern, name))
    }

    /// Patterns that name none of the programs.
    pub fn unused<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = &'a str> {
        let unused = |line: &&Line| names.iter().all(|name| !matches(&line.pattern, name));
        self.0
            .iter()
            .filter(unused)
            .map(|line| line.pattern.as_str())
    }
}

/// Whether the name fits the pattern, in which `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(tail) = name.strip_prefix(head) else {
        return false;
    };
    let mut starts = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
    starts.any(|at| matches(rest, &tail[at..]))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        assert!(matches("fork/*", "fork/1-1"));
        assert!(matches("*-buildonly", "a/1-buildonly"));
        assert!(matches("a/1-1", "a/1-1"));
        assert!(!matches("a/1-1", "a/1-10"));
        assert!(!matches("a/*-2", "a/1-1"));
        assert!(matches("*", ""));
    }
}
