//! A suite: many small programs, each compiled, run and judged by its exit status, and what they did
//! held against the suite's list of known failures.
//!
//! `build/ports/SUITE` keeps what each program said (`NAME.log`), and `results.tsv`: name, outcome,
//! seconds, the last line it wrote.

use crate::Options;
use crate::expect::{Kind, List};
use guest_tests::parallel::{in_parallel, lock};
use guest_tests::process;
use sdk::layout::Layout;
use sdk::run::{make_dir, remove};
use sdk::{Doing, Result};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a compilation may take.
const COMPILE: Duration = Duration::from_secs(120);

/// One program of a suite.
pub struct Program {
    /// Its name in the list and in results.
    pub name: String,
    /// The compiler, `gcc`, `g++` …
    pub compiler: &'static str,
    /// The compiler's arguments, without `-o`.
    pub arguments: Vec<String>,
    /// Where the compiler and hermit-run run. A folder that is not there is made, and removed again.
    pub folder: PathBuf,
    /// Only compiled, or linked and run.
    pub run: bool,
    /// `K=V` for the guest.
    pub environment: Vec<String>,
    /// hermit-run's further options.
    pub options: Vec<String>,
    /// Seconds that a run may take.
    pub limit: u64,
    /// Why it cannot be run here, by what the program itself says.
    pub unsupported: Option<String>,
}

/// What became of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Did what it should.
    Pass,
    /// Did not, with the reason.
    Fail(String),
    /// Says that what it tests is not there.
    Unsupported(String),
}

/// A suite that is ready to run.
pub struct Suite<'a> {
    /// Its name.
    pub name: &'static str,
    /// All programs.
    pub programs: Vec<Program>,
    /// Turns an exit status (128+N: died by signal N) into an outcome.
    pub judge: &'a (dyn Fn(&Program, i32, &str) -> Outcome + Sync),
}

impl Suite<'_> {
    /// Runs what is asked for; true if nothing happened that the list does not know.
    pub fn run(&self, layout: &Layout, options: &Options) -> Result<bool> {
        let list = layout.root.join(format!("tests/ports/{}.list", self.name));
        let list = List::read(&list)?;
        let out = layout.build.join("ports").join(self.name).join("results");
        make_dir(&out)?;
        let names: Vec<String> = self.programs.iter().map(|p| p.name.clone()).collect();
        let wanted: Vec<&Program> = self
            .programs
            .iter()
            .filter(|program| options.wants(&program.name))
            .step_by(options.sample)
            .collect();
        if options.list {
            wanted
                .iter()
                .for_each(|program| println!("{}", program.name));
            return Ok(true);
        }
        let begin = Instant::now();
        let tally = Mutex::new(Tally::default());
        in_parallel(options.jobs, &wanted, |program| {
            let line = list.of(&program.name);
            let skip = line.filter(|l| l.kind == Kind::Skip).map(|l| &l.reason);
            if let Some(reason) = skip {
                return lock(&tally).skipped(&program.name, reason);
            }
            let start = Instant::now();
            let (outcome, said) = self.one(layout, &out, program);
            let seconds = start.elapsed().as_secs_f64();
            let kind = line.map(|l| l.kind);
            lock(&tally).add(&program.name, &outcome, kind, seconds, &said);
        });
        let mut tally = tally.into_inner().unwrap_or_else(|e| e.into_inner());
        if options.words.is_empty() && options.sample == 1 {
            for pattern in list.unused(&names) {
                tally.surprises += 1;
                println!("the list names '{pattern}', which does not exist");
            }
        }
        let table = out.with_file_name("results.tsv");
        tally.lines.sort();
        fs::write(&table, tally.lines.join("")).doing(table.display())?;
        tally.summary(self.name, begin.elapsed(), &table);
        Ok(tally.surprises == 0)
    }

    /// Compiles and runs one program: what became of it, and the last line that it wrote.
    fn one(&self, layout: &Layout, out: &Path, program: &Program) -> (Outcome, String) {
        if let Some(reason) = &program.unsupported {
            return (Outcome::Unsupported(reason.clone()), String::new());
        }
        let file = program.name.replace('/', "__");
        let image = out.join(&file);
        let log = out.join(format!("{file}.log"));
        let scratch = !program.folder.exists();
        let result =
            make_dir(&program.folder).and_then(|()| self.try_one(layout, program, &image, &log));
        if scratch {
            let _ = remove(&program.folder);
        }
        // Two thousand images would fill a disk.
        let _ = remove(&image);
        let said = last_line(&log);
        match result {
            Ok(outcome) => (outcome, said),
            Err(why) => (Outcome::Fail(why), said),
        }
    }

    fn try_one(
        &self,
        layout: &Layout,
        program: &Program,
        image: &Path,
        log: &Path,
    ) -> Result<Outcome> {
        let mut compiler = Command::new(layout.driver(program.compiler));
        compiler
            .args(&program.arguments)
            .current_dir(&program.folder);
        if !program.run {
            compiler.arg("-c");
        }
        compiler.arg("-o").arg(image);
        let ending = process::run(&mut compiler, None, log, log, COMPILE).doing("compiler")?;
        if ending.status != Some(0) {
            return Ok(Outcome::Fail(format!(
                "does not compile: {}",
                error_in(log)
            )));
        }
        if !program.run {
            return Ok(Outcome::Pass);
        }
        let mut run = Command::new(layout.sdk.join("bin/hermit-run"));
        for pair in &program.environment {
            run.args(["--env", pair]);
        }
        run.args(&program.options)
            .arg(image)
            .current_dir(&program.folder);
        let limit = Duration::from_secs(program.limit);
        let ending = process::run(&mut run, None, log, log, limit).doing("hermit-run")?;
        let text = fs::read(log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        Ok(match ending.status {
            None => Outcome::Fail(format!("not done after {} s", program.limit)),
            Some(status) => (self.judge)(program, status, &text),
        })
    }
}

/// The last line of a log that says something.
fn last_line(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    let printable = line.unwrap_or_default().chars().filter(|c| !c.is_control());
    printable.take(160).collect()
}

/// The first error of a compiler or linker.
fn error_in(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let error = |line: &&str| line.contains("error") || line.contains("undefined");
    text.lines().find(error).unwrap_or_default().to_owned()
}

/// What was counted.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    unsupported: usize,
    reasons: BTreeMap<String, usize>,
    surprises: usize,
    lines: Vec<String>,
}

impl Tally {
    fn skipped(&mut self, name: &str, reason: &str) {
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        self.lines.push(format!("{name}\tskipped\t0\t{reason}\n"));
    }

    fn add(
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
                self.surprises += 1;
                writeln!(output, "FAIL {name}: {why}\n    {said}")
            }
            (Outcome::Pass, Some(Kind::Fails)) => {
                self.surprises += 1;
                writeln!(output, "{name} passes: the list says that it fails")
            }
            _ => Ok(()),
        };
    }

    fn summary(&self, name: &str, elapsed: Duration, table: &Path) {
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
            self.surprises,
            elapsed.as_secs_f64(),
            table.display()
        );
    }
}
