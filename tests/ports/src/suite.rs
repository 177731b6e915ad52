//! A suite: many small programs, each compiled, run and judged by its exit status, and what they did
//! held against the suite's list of known failures.
//!
//! The same programs can be compiled and run on the host: what fails there too is not Hermit's.
//!
//! `build/ports/SUITE` keeps what each program said (`NAME.log`), and `results.tsv`: name, outcome,
//! seconds, the last line it wrote; those of the host in `results-host.tsv`.

use crate::Options;
use crate::expect::{Kind, List};
use crate::tally::Tally;
use guest_tests::parallel::{in_parallel, lock};
use guest_tests::process;
use sdk::cache::Recipe;
use sdk::layout::Layout;
use sdk::run::{copy, make_dir, remove};
use sdk::versions::Gcc;
use sdk::{Doing, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a compilation may take.
const COMPILE: Duration = Duration::from_secs(300);

/// Decides which programs are drawn: the same ones each time.
const SEED: &str = "hermit";

/// Where programs are compiled for and run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Hermit.
    Guest,
    /// This machine.
    Host,
}

impl Side {
    /// In names of files.
    pub fn name(self) -> &'static str {
        match self {
            Side::Guest => "guest",
            Side::Host => "host",
        }
    }

    /// The compiler, `g++`.
    pub fn compiler(self, layout: &Layout, name: &str) -> Result<PathBuf> {
        match self {
            Side::Guest => Ok(layout.driver(name)),
            Side::Host => Ok(Gcc::find()?.program(name).into()),
        }
    }
}

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
    /// What it finds in its working folder.
    pub files: Vec<PathBuf>,
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
    /// Runs what is asked for; true if nothing happened that the list does not know. On the host the list
    /// only says what is not run.
    pub fn run(&self, layout: &Layout, options: &Options) -> Result<bool> {
        let list = layout.root.join(format!("tests/ports/{}.list", self.name));
        let list = List::read(&list)?;
        let side = options.side();
        let place = layout.build.join("ports").join(self.name);
        let (out, table) = match side {
            Side::Guest => (place.join("results"), place.join("results.tsv")),
            Side::Host => (place.join("results-host"), place.join("results-host.tsv")),
        };
        make_dir(&out)?;
        let wanted = self.wanted(options);
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
            let (outcome, said) = self.one(layout, side, &out, program);
            let seconds = start.elapsed().as_secs_f64();
            let kind = match side {
                Side::Guest => line.map(|l| l.kind),
                Side::Host => Some(Kind::MayFail),
            };
            lock(&tally).add(&program.name, &outcome, kind, seconds, &said);
        });
        let mut tally = tally.into_inner().unwrap_or_else(|e| e.into_inner());
        if wanted.len() == self.programs.len() {
            let names: Vec<String> = self.programs.iter().map(|p| p.name.clone()).collect();
            for pattern in list.unused(&names) {
                let text = format!("the list names '{pattern}', which does not exist");
                println!("{text}");
                tally.surprises.add(pattern, &text);
            }
        }
        tally.write(&table)?;
        let name = match side {
            Side::Guest => self.name.to_owned(),
            Side::Host => format!("{} on the host", self.name),
        };
        tally.summary(&name, begin.elapsed(), &table);
        if side == Side::Guest {
            tally.compare(self.name, &place.join("results-host.tsv"), &list);
        }
        print!("{}", tally.surprises);
        Ok(tally.surprises.count() == 0)
    }

    /// The programs that the options ask for. Those that say that they cannot be run are not drawn.
    fn wanted(&self, options: &Options) -> Vec<&Program> {
        let named = self.programs.iter().filter(|p| options.wants(&p.name));
        if options.draw == 0 {
            return named.step_by(options.sample).collect();
        }
        let mut drawn: Vec<&Program> = named.filter(|p| p.unsupported.is_none()).collect();
        drawn.sort_by_cached_key(|program| {
            let mut lot = Recipe::new("lot", SEED);
            lot.text(&program.name);
            lot.id()
        });
        drawn.truncate(options.draw);
        drawn.sort_by_key(|program| &program.name);
        drawn
    }

    /// Compiles and runs one program: what became of it, and the last line that it wrote.
    fn one(&self, layout: &Layout, side: Side, out: &Path, program: &Program) -> (Outcome, String) {
        if let Some(reason) = &program.unsupported {
            return (Outcome::Unsupported(reason.clone()), String::new());
        }
        let file = program.name.replace('/', "__");
        let image = out.join(&file);
        let log = out.join(format!("{file}.log"));
        let scratch = !program.folder.exists();
        let result = make_dir(&program.folder)
            .and_then(|()| self.try_one(layout, side, program, &image, &log));
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
        side: Side,
        program: &Program,
        image: &Path,
        log: &Path,
    ) -> Result<Outcome> {
        let mut compiler = Command::new(side.compiler(layout, program.compiler)?);
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
        let mut run = match side {
            Side::Guest => program.in_guest(layout, image),
            Side::Host => program.on_host(image)?,
        };
        run.current_dir(&program.folder);
        let limit = Duration::from_secs(program.limit);
        let ending = process::run(&mut run, None, log, log, limit).doing("the program")?;
        let text = fs::read(log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        Ok(match ending.status {
            None => Outcome::Fail(format!("not done after {} s", program.limit)),
            Some(status) => (self.judge)(program, status, &text),
        })
    }
}

impl Program {
    fn in_guest(&self, layout: &Layout, image: &Path) -> Command {
        let mut run = Command::new(layout.sdk.join("bin/hermit-run"));
        for pair in &self.environment {
            run.args(["--env", pair]);
        }
        for file in &self.files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let pair = format!("{}:/{name}", file.display());
            run.args(["--file", &pair]);
        }
        run.args(&self.options).arg(image);
        run
    }

    fn on_host(&self, image: &Path) -> Result<Command> {
        let mut run = Command::new(image);
        for pair in &self.environment {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            run.env(name, value);
        }
        for file in &self.files {
            let name = file.file_name().unwrap_or_default();
            copy(file, &self.folder.join(name))?;
        }
        Ok(run)
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
