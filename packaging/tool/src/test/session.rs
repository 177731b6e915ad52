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
    /// The clock starts now.
    pub fn begin() -> Session {
        Session {
            begin: Instant::now(),
            text: String::new(),
        }
    }

    /// Runs a command that must succeed; `prompt` and `shown` are how it is written down. Of long outputs
    /// the end is enough.
    pub fn run(&mut self, prompt: &str, shown: &str, command: &mut Command) -> Result<()> {
        let start = Instant::now();
        let (success, said) = ended(command)?;
        let lines: Vec<&str> = said.lines().collect();
        self.text += &format!("{prompt} {shown}\n");
        if lines.len() > LONG {
            self.text += "…\n";
        }
        for line in &lines[lines.len().saturating_sub(LONG)..] {
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

/// How many lines of a command's output are kept.
const LONG: usize = 6;
