//! Which test calls which function: a scan of the tests' C sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::table::Table;
use crate::{Doing, Result, run};

/// How many tests a row names at most.
const NAMED: usize = 3;

/// For each test the names that its sources call or hand on.
pub type Calls = BTreeMap<String, BTreeSet<String>>;

/// Scans the tests and examples that run in the guest.
pub fn calls(root: &Path) -> Result<Calls> {
    let mut all = Calls::new();
    for folder in ["tests", "examples"] {
        for path in run::files_under(&root.join(folder))? {
            let mut parts = path.iter();
            let test = parts.next().unwrap_or_default();
            let file = path.to_string_lossy();
            let is_source = [".c", ".h", ".cc", ".cpp"]
                .iter()
                .any(|e| file.ends_with(e));
            let home = root.join(folder).join(test);
            if !is_source || parts.next().is_none() || !runs(&home) {
                continue;
            }
            let path = root.join(folder).join(&path);
            let text = std::fs::read(&path).doing(path.display())?;
            let text = String::from_utf8_lossy(&text);
            // A list made from the headers names every function.
            if text
                .lines()
                .next()
                .is_some_and(|line| line.contains("do not edit"))
            {
                continue;
            }
            let names = used(&text);
            let test = test.to_string_lossy().into_owned();
            all.entry(test).or_default().extend(names);
        }
    }
    Ok(all)
}

/// Whether a folder is a test that is not skipped.
fn runs(folder: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(folder.join("test.conf")) else {
        return false;
    };
    // Lines after the first `[run]` are about one of several runs.
    let all = text.lines().take_while(|line| !line.starts_with('['));
    let key = |line: &str| line.split('=').next().unwrap_or("").trim().to_owned();
    !all.into_iter()
        .any(|line| matches!(key(line).as_str(), "guest" | "skip"))
}

/// Fills the rows' tests: for each function those tests that call most of its header, so that a test of
/// threads comes before one that happens to start a thread.
pub fn assign(table: &mut Table, calls: &Calls) {
    let mut weights: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for row in table.rows() {
        for (test, _) in calls
            .iter()
            .filter(|(_, names)| names.contains(&row.function))
        {
            *weights.entry((row.header.clone(), test)).or_default() += 1;
        }
    }
    for row in table.rows_mut() {
        let callers = calls
            .iter()
            .filter(|(_, names)| names.contains(&row.function));
        let mut callers: Vec<&str> = callers.map(|(test, _)| test.as_str()).collect();
        callers.sort_by_key(|test| {
            let weight = weights.get(&(row.header.clone(), *test)).copied();
            (std::cmp::Reverse(weight), *test)
        });
        row.tests = callers.into_iter().take(NAMED).map(str::to_owned).collect();
    }
}

/// The names that a C source calls (`f(`), or hands on as a value (`{ "f", f }`). Members of structures
/// (`x.f`) are none of them.
fn used(source: &str) -> BTreeSet<String> {
    let text: Vec<char> = bare(source).chars().collect();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < text.len() {
        if !word(text[at]) {
            at += 1;
            continue;
        }
        let end = (at..text.len())
            .find(|i| !word(text[*i]))
            .unwrap_or(text.len());
        let name: String = text[at..end].iter().collect();
        let before = text[..at].iter().rev().find(|c| !c.is_whitespace());
        let after = text[end..].iter().find(|c| !c.is_whitespace());
        let member = before == Some(&'.') || text[..at].ends_with(&['-', '>']);
        let value = before.is_some_and(|c| "(,{=&?:".contains(*c))
            && after.is_some_and(|c| "),};?:".contains(*c));
        if !member && (after == Some(&'(') || value) {
            found.insert(name);
        }
        at = end;
    }
    found
}

/// The source without comments, strings, character constants and `#include` lines.
fn bare(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '#' if rest[1..].trim_start().starts_with("include") => {
                rest.find('\n').unwrap_or(rest.len())
            }
            '"' | '\'' => quoted(rest, c),
            _ => 0,
        };
        if skipped > 0 {
            out.push(' ');
            rest = &rest[skipped..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// How long the quoted text is that `rest` begins with.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::used;

    #[test]
    fn calls_and_values() {
        let source = r#"
#include <pause.h>
/* open(x) */ // close(x)
static const struct call calls[] = { { "read", write }, { 0, dup } };
int main(void) { puts("printf(\"x\")"); s.time(1); p->link(2); f(pipe, '('); struct stat st; }
"#;
        let names = used(source);
        for there in ["write", "dup", "puts", "f", "pipe", "main"] {
            assert!(names.contains(there), "{there}");
        }
        for not in [
            "open", "close", "read", "printf", "time", "link", "stat", "pause",
        ] {
            assert!(!names.contains(not), "{not}");
        }
    }
}
