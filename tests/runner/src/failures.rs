//! What has failed, to be told once more at the end: continuous integration shows the last lines of a long log.

use crate::parallel::lock;
use std::fmt;
use std::sync::Mutex;

/// The titles of the tests that failed, and what was wrong with each.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Vec<(String, String)>>);

impl Failures {
    /// One more.
    pub fn add(&self, title: &str, text: &str) {
        lock(&self.0).push((title.to_owned(), brief(text)));
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        lock(&self.0).len()
    }
}

/// As cargo test tells it: why each one failed, and then their titles. Nothing if none did.
impl fmt::Display for Failures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = lock(&self.0);
        if all.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nfailures:")?;
        for (title, text) in &*all {
            writeln!(out, "\n---- {title} ----\n{text}")?;
        }
        writeln!(out, "\nfailures:")?;
        for (title, _) in &*all {
            writeln!(out, "    {title}")?;
        }
        Ok(())
    }
}

/// The first lines, which say what is wrong, and the last, which say what the program wrote.
fn brief(text: &str) -> String {
    const FIRST: usize = 5;
    const LAST: usize = 10;
    const WIDTH: usize = 200;
    let cut = |line: &str| line.chars().take(WIDTH).collect();
    let mut lines: Vec<String> = text.lines().map(cut).collect();
    let hidden = lines.len().saturating_sub(FIRST + LAST);
    if hidden > 0 {
        let note = format!("… {hidden} lines, see above …");
        lines.splice(FIRST..FIRST + hidden, [note]);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reports_keep_both_ends() {
        let lines = |count: usize| {
            let numbers: Vec<String> = (0..count).map(|n| n.to_string()).collect();
            numbers.join("\n")
        };
        assert_eq!(brief(&lines(15)), lines(15));
        let long = brief(&lines(40));
        assert!(
            long.starts_with("0\n1\n2\n3\n4\n… 25 lines, see above …\n30\n"),
            "{long}"
        );
        assert!(long.ends_with("\n39"), "{long}");
        assert_eq!(brief(&"x".repeat(10_000)).len(), 200);
    }

    #[test]
    fn reasons_then_titles() {
        let failures = Failures::default();
        assert_eq!(failures.to_string(), "");
        failures.add("one", "status 1\nstderr: empty");
        failures.add("two", "hangs");
        let text = "\nfailures:\n\n---- one ----\nstatus 1\nstderr: empty\n\n---- two ----\nhangs\n\
                    \nfailures:\n    one\n    two\n";
        assert_eq!(failures.to_string(), text);
        assert_eq!(failures.count(), 2);
    }
}
