//! A user's session that is written down: each command, what it said and how long it took.

use std::process::Command;
use std::time::Instant;

use sdk::{Result, fail};

use super::ended;

/// A transcript in the making.
pub struct Session {
    begin: Instant,
    text: String,
}

impl Session {
    /// The clock starts now. What else the machine has to do belongs to the times.
    pub fn begin() -> Session {
        let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or_default();
        Session {
            begin: Instant::now(),
            text: format!("    [{processors} processors, load average before: {load}]\n"),
        }
    }

    /// Runs a command that must succeed; `prompt` and `shown` are how it is written down. Of long outputs
    /// the end is enough.
    pub fn run(&mut self, prompt: &str, shown: &str, command: &mut Command) -> Result<()> {
        let start = Instant::now();
        let (success, said) = ended(command)?;
        let lines: Vec<&str> = said.lines().collect();
        self.text += &format!("{prompt} {shown}\n");
        let mut shown_lines = &lines[..];
        if lines.len() > LONG {
            self.text += "…\n";
            shown_lines = &lines[lines.len() - KEPT..];
        }
        for line in shown_lines {
            self.text += line.trim_end();
            self.text.push('\n');
        }
        self.text += &format!("    [{:.1} s]\n", start.elapsed().as_secs_f32());
        match success {
            true => Ok(()),
            false => fail(format!("{}{shown} failed", self.text)),
        }
    }

    /// What was written down, and the time that all of it took.
    pub fn end(mut self) -> String {
        let seconds = self.begin.elapsed().as_secs();
        self.text += &format!("    [{} min {:02} s in all]\n", seconds / 60, seconds % 60);
        self.text
    }
}

/// More lines than this are a long output, of which so many are kept.
const LONG: usize = 20;
const KEPT: usize = 6;
