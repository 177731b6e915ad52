//! What became of a suite's programs: counted, told while it happens, and kept in a table.

use crate::expect::{Kind, List};
use crate::suite::Outcome;
use guest_tests::failures::Failures;
use sdk::{Doing, Result};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// What was counted.
#[derive(Default)]
pub struct Tally {
    passed: usize,
    failed: usize,
    unsupported: usize,
    reasons: BTreeMap<String, usize>,
    /// What happened that the list does not know.
    pub surprises: Failures,
    lines: Vec<String>,
}

impl Tally {
    /// A program that is not run.
    pub fn skipped(&mut self, name: &str, reason: &str) {
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        self.lines.push(format!("{name}\tskipped\t0\t{reason}\n"));
    }

    /// A program that was tried, and what the list says of it.
    pub fn add(
        &mut self,
        name: &str,
        outcome: &Outcome,
        known: Option<Kind>,
        seconds: f64,
        said: &str,
    ) {
        let word = match outcome {
            Outcome::Pass => {
                self.passed += 1;
                "pass".to_owned()
            }
            Outcome::Fail(why) => {
                self.failed += 1;
                format!("FAIL {why}")
            }
            Outcome::Unsupported(why) => {
                self.unsupported += 1;
                format!("unsupported {why}")
            }
        };
        self.lines
            .push(format!("{name}\t{word}\t{seconds:.1}\t{said}\n"));
        let mut output = std::io::stdout().lock();
        // A closed stdout is nobody's failure.
        let _ = match (outcome, known) {
            (Outcome::Fail(why), None) => {
                self.surprises.add(name, &format!("{why}\n{said}"));
                writeln!(output, "FAIL {name}: {why}\n    {said}")
            }
            (Outcome::Pass, Some(Kind::Fails)) => {
                let text = "passes: the list says that it fails";
                self.surprises.add(name, text);
                writeln!(output, "{name} {text}")
            }
            _ => Ok(()),
        };
    }

    /// Keeps the table of all programs.
    pub fn write(&mut self, table: &Path) -> Result<()> {
        self.lines.sort();
        fs::write(table, self.lines.join("")).doing(table.display())
    }

    /// Says how the programs did on the host, and which of them did not do the same here, and why.
    pub fn compare(&self, name: &str, host: &Path, list: &List) {
        let Ok(text) = fs::read_to_string(host) else {
            return;
        };
        let there: BTreeMap<&str, bool> = text.lines().filter_map(outcome).collect();
        let (mut both, mut passed) = (0, 0);
        for (program, here) in self.lines.iter().filter_map(|line| outcome(line)) {
            let Some(there) = there.get(program) else {
                continue;
            };
            both += 1;
            passed += usize::from(*there);
            if here != *there {
                let reason = list.of(program).map_or("unknown", |line| &line.reason);
                let place = if here { "Hermit" } else { "the host" };
                println!("{name}: {program} passes only on {place}: {reason}");
            }
        }
        println!("{name}: {passed} of the same {both} pass on the host");
    }

    /// Says what was counted.
    pub fn summary(&self, name: &str, elapsed: Duration, table: &Path) {
        let run = self.passed + self.failed;
        let share = 100.0 * self.passed as f64 / run.max(1) as f64;
        let skipped: usize = self.reasons.values().sum();
        for (reason, count) in &self.reasons {
            println!("{name}: {count} not run: {reason}");
        }
        println!(
            "{name}: {} of {run} pass ({share:.1} %); {} say that they cannot be run; {skipped} not \
             run; {} surprises; {:.0} s; {}",
            self.passed,
            self.unsupported,
            self.surprises.count(),
            elapsed.as_secs_f64(),
            table.display()
        );
    }
}

/// A line of the table of a program that was run, and whether it passed.
fn outcome(line: &str) -> Option<(&str, bool)> {
    let mut columns = line.split('\t');
    let (name, outcome) = (columns.next()?, columns.next()?);
    match outcome.split(' ').next()? {
        "pass" => Some((name, true)),
        "FAIL" => Some((name, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::outcome;

    #[test]
    fn lines_of_the_table() {
        assert_eq!(outcome("a/b\tpass\t0.1\tdone"), Some(("a/b", true)));
        assert_eq!(outcome("a/b\tFAIL status 1\t0.1\t"), Some(("a/b", false)));
        assert_eq!(outcome("a/b\tskipped\t0\twhy"), None);
    }
}
