//! GCC's own tests: programs that say in comments, `{ dg-… }`, how they are compiled, run and judged.
//!
//! Only programs that run are taken (`dg-do run`, or nothing where running is the suite's default):
//! what the compiler prints is not Hermit's. The directives are those of DejaGnu and of
//! `gcc/testsuite/lib`; a program with one that is not known here says so as its failure.

mod directive;
mod groups;
mod target;

use crate::suite::{Outcome, Program, Side, Suite};
use crate::{Options, recipe};
use directive::Directive;
use groups::{GROUPS, Group, Tests};
use regex::RegexBuilder;
use sdk::layout::Layout;
use sdk::run::{Log, empty_dir, files_under, make_dir, write};
use sdk::versions::Gcc;
use sdk::{Doing, Result, archive, fail, fetch};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use target::Target;

/// Seconds for one program, as in DejaGnu; `dg-timeout-factor` multiplies it.
const LIMIT: f64 = 300.0;

/// Whether there is a suite of this name.
pub fn is_suite(name: &str) -> bool {
    GROUPS.iter().any(|group| group.name == name)
}

/// Runs the suite of this name.
pub fn run(layout: &Layout, name: &str, options: &Options) -> Result<bool> {
    match GROUPS.iter().find(|group| group.name == name) {
        Some(group) => group.run(layout, options),
        None => fail(format!("there is no suite {name}")),
    }
}

/// Runs all suites, on the host and on Hermit.
pub fn run_all(layout: &Layout, options: &Options) -> Result<bool> {
    let mut well = true;
    for group in GROUPS {
        for host in [true, false] {
            let mut options = options.clone();
            options.host = host;
            options.draw = group.draw;
            well &= group.run(layout, &options)?;
        }
    }
    Ok(well)
}

impl Group {
    fn run(&self, layout: &Layout, options: &Options) -> Result<bool> {
        if !layout.lib().join(self.library).exists() {
            println!("{}: this SDK has no {}", self.name, self.library);
            return Ok(true);
        }
        let parts: Vec<String> = self.parts.iter().map(|p| (*p).to_owned()).collect();
        let source = source(layout, self.name, &parts)?;
        // Made by libgomp's configure, which is not run for its tests.
        let made = source.with_file_name("include");
        write(&made.join("gstdint.h"), b"#include <stdint.h>\n")?;
        write(
            &made.join("config.h"),
            b"#define HAVE_PTHREAD_AFFINITY_NP 1\n",
        )?;
        let mut flags: Vec<String> = self.flags.split(' ').map(str::to_owned).collect();
        let folders = self.include.iter().map(|folder| source.join(folder));
        flags.extend(folders.chain([made]).map(|f| format!("-I{}", f.display())));
        let work = source.with_file_name("work");
        let mut programs = Vec::new();
        for tests in self.folders {
            programs.extend(tests.programs(&source, &work, &flags, self)?);
        }
        let side = options.side();
        if !self.support.is_empty() && !options.list {
            let library = self.support(layout, &source, &flags, side)?;
            for test in &mut programs {
                test.program.arguments.push(library.display().to_string());
            }
        }
        run_programs(layout, options, self.name, programs)
    }

    /// A library of the helpers that every program is linked with.
    fn support(
        &self,
        layout: &Layout,
        source: &Path,
        flags: &[String],
        side: Side,
    ) -> Result<PathBuf> {
        let folder = source.with_file_name(format!("support-{}", side.name()));
        empty_dir(&folder)?;
        let log = Log::begin(folder.join("log"))?;
        let mut objects = Vec::new();
        for (number, file) in self.support.iter().enumerate() {
            let object = folder.join(format!("{number}.o"));
            let mut compile = Command::new(side.compiler(layout, "g++")?);
            compile.args(flags).arg("-c").arg(source.join(file));
            log.run(compile.arg("-o").arg(&object))?;
            objects.push(object);
        }
        let library = folder.join("libsupport.a");
        archive::add(&library, &objects)?;
        Ok(library)
    }
}

/// Parts of GCC's source, unpacked once.
fn source(layout: &Layout, suite: &str, parts: &[String]) -> Result<PathBuf> {
    let place = layout.build.join("ports").join(suite);
    let source = place.join("src");
    let complete = place.join("unpacked");
    if !complete.exists() {
        make_dir(&place)?;
        let tarball = fetch::gcc(layout, &Gcc::find()?)?;
        recipe::unpack(&tarball, &place, false, parts)?;
        write(&complete, b"")?;
    }
    Ok(source)
}

/// A program and what its directives say of its end.
struct Test {
    program: Program,
    should_fail: bool,
    output: Vec<String>,
}

fn run_programs(
    layout: &Layout,
    options: &Options,
    name: &'static str,
    tests: Vec<Test>,
) -> Result<bool> {
    let mut wanted = BTreeMap::new();
    let mut programs = Vec::new();
    for test in tests {
        wanted.insert(test.program.name.clone(), (test.should_fail, test.output));
        programs.push(test.program);
    }
    let judge = |program: &Program, status: i32, text: &str| {
        let (should_fail, output) = &wanted[&program.name];
        if *should_fail == (status == 0) {
            return Outcome::Fail(format!("status {status}"));
        }
        for pattern in output {
            // In Tcl's expressions a dot is any character.
            match RegexBuilder::new(pattern)
                .dot_matches_new_line(true)
                .build()
            {
                Ok(regex) if regex.is_match(text) => {}
                Ok(_) => return Outcome::Fail(format!("does not write {pattern:?}")),
                Err(why) => return Outcome::Fail(why.to_string()),
            }
        }
        Outcome::Pass
    };
    let suite = Suite {
        name,
        programs,
        judge: &judge,
    };
    suite.run(layout, options)
}

impl Tests {
    /// The folder's programs that run. Each is compiled in a folder of its own below `work`, where
    /// Fortran's modules land.
    fn programs(
        &self,
        source: &Path,
        work: &Path,
        flags: &[String],
        group: &Group,
    ) -> Result<Vec<Test>> {
        let folder = source.join(self.folder);
        let data = match group.data {
            Some(data) => files_under(&source.join(data))?,
            None => Vec::new(),
        };
        let mut tests = Vec::new();
        for file in files_under(&folder)? {
            let extension = file.extension().unwrap_or_default().to_string_lossy();
            let place = format!("/{}", file.display());
            if !self.extensions.contains(&&*extension)
                || self.except.iter().any(|part| place.contains(part))
            {
                continue;
            }
            let path = folder.join(&file);
            let text = fs::read(&path).doing(path.display())?;
            let text = String::from_utf8_lossy(&text);
            let Some(mut test) = self.test(&folder, &file, &text) else {
                continue;
            };
            let program = &mut test.program;
            program.arguments.splice(0..0, flags.iter().cloned());
            program.options = group.options.iter().map(|o| (*o).to_owned()).collect();
            program.folder = work.join(program.name.replace('/', "__"));
            let named = data
                .iter()
                .filter(|file| text.contains(&*file.to_string_lossy()));
            program.files = named
                .map(|f| source.join(group.data.unwrap_or_default()).join(f))
                .collect();
            tests.push(test);
        }
        Ok(tests)
    }

    /// The program in this file, if it is one that runs.
    fn test(&self, folder: &Path, file: &Path, text: &str) -> Option<Test> {
        let directives = directive::parse(text);
        let target = Target {
            language: self.language,
            standard: standard(&directives),
        };
        let stem = file.with_extension("");
        let mut names = self.folder.rsplit('/');
        let suite = names.find(|n| *n != "testsuite").unwrap_or_default();
        let mut test = Test {
            program: Program {
                name: format!("{suite}/{}", stem.display()),
                compiler: self.compiler,
                arguments: Vec::new(),
                folder: PathBuf::new(),
                files: Vec::new(),
                run: true,
                environment: Vec::new(),
                options: Vec::new(),
                limit: LIMIT as u64,
                unsupported: None,
            },
            should_fail: false,
            output: Vec::new(),
        };
        let mut lines = Lines {
            action: self.default_do.to_owned(),
            options: self.default_flags.to_owned(),
            additional: Vec::new(),
            sources: vec![folder.join(file)],
        };
        for directive in &directives {
            if let Err(why) = test.obey(directive, &target, &mut lines) {
                test.refuse(why);
            }
        }
        if lines.action != "run" {
            return None;
        }
        test.program.arguments = lines.arguments();
        Some(test)
    }
}

/// What directives say of the command line.
struct Lines {
    action: String,
    options: String,
    additional: Vec<String>,
    sources: Vec<PathBuf>,
}

impl Lines {
    /// The compiler's arguments; libraries follow what needs them.
    fn arguments(&self) -> Vec<String> {
        let words = std::iter::once(&self.options).chain(&self.additional);
        let words = words.flat_map(|w| w.split_whitespace()).map(str::to_owned);
        let (libraries, options): (Vec<String>, Vec<String>) =
            words.partition(|w| w.starts_with("-l"));
        let sources = self.sources.iter().map(|s| s.display().to_string());
        let all = options.into_iter().chain(sources).chain(libraries);
        all.chain(["-lm".to_owned()]).collect()
    }
}

impl Test {
    fn refuse(&mut self, why: String) {
        self.program.unsupported.get_or_insert(why);
    }

    /// Does what a directive says.
    fn obey(&mut self, directive: &Directive, target: &Target, lines: &mut Lines) -> Result<()> {
        let first = directive.word(0);
        match directive.name.as_str() {
            "dg-do" => match target.applies(directive.word(1))? {
                true => {
                    lines.action = first.to_owned();
                    self.should_fail |= target.fails(directive.word(1))?;
                }
                false => self.refuse(format!("only for {}", directive.word(1))),
            },
            "dg-options" if target.applies(directive.word(1))? => lines.options = first.to_owned(),
            "dg-additional-options" if target.applies(directive.word(1))? => {
                lines.additional.push(first.to_owned());
            }
            "dg-additional-sources" => {
                // Beside the program itself.
                let beside = lines.sources[0].clone();
                let named = first.split_whitespace();
                lines
                    .sources
                    .extend(named.map(|s| beside.with_file_name(s)));
            }
            "dg-set-target-env-var" => {
                let pair = format!("{first}={}", directive.word(1));
                self.program.environment.push(pair);
            }
            "dg-require-effective-target"
                if target.applies(directive.word(1))? && !target.effective(first)? =>
            {
                self.refuse(format!("needs {first}"));
            }
            "dg-shouldfail" if target.applies(directive.word(1))? => self.should_fail = true,
            "dg-skip-if" if skips(directive, target)? => {
                self.refuse(format!("not for {}", directive.word(1)));
            }
            "dg-xfail-run-if" | "dg-xfail-if" if skips(directive, target)? => {
                self.refuse(format!("known to fail for {}", directive.word(1)));
            }
            "dg-timeout-factor" => {
                let factor: f64 = first.parse().unwrap_or(1.0);
                self.program.limit = (LIMIT * factor.max(1.0)) as u64;
            }
            "dg-output" if target.applies(directive.word(1))? => {
                self.output.push(first.to_owned());
            }
            // Of the compiler's messages and files, or something that is always there.
            "dg-options"
            | "dg-additional-options"
            | "dg-require-effective-target"
            | "dg-shouldfail"
            | "dg-skip-if"
            | "dg-xfail-run-if"
            | "dg-xfail-if"
            | "dg-output"
            | "dg-final"
            | "dg-warning"
            | "dg-error"
            | "dg-bogus"
            | "dg-message"
            | "dg-note"
            | "dg-prune-output"
            | "dg-excess-errors"
            | "dg-allow-blank-lines-in-output"
            | "dg-add-options"
            | "dg-timeout"
            | "dg-line" => {}
            other => match other.strip_prefix("dg-require-") {
                Some(what) => match target::required(what, first) {
                    Some(true) => {}
                    Some(false) => self.refuse(format!("needs {what} {first}")),
                    None => self.refuse(format!("directive {other} is not known")),
                },
                None => self.refuse(format!("directive {other} is not known")),
            },
        }
        Ok(())
    }
}

/// The C++ standard that the options ask for, else the compiler's own.
fn standard(directives: &[Directive]) -> u32 {
    let options = directives
        .iter()
        .filter(|d| d.name.ends_with("-options") && d.word(1).is_empty());
    let named = options.flat_map(|d| d.word(0).split_whitespace());
    named
        .filter_map(|word| word.rsplit_once("++").filter(|_| word.starts_with("-std=")))
        .filter_map(|(_, year)| target::year(year))
        .next_back()
        .unwrap_or(17)
}

/// `{ dg-skip-if COMMENT { SELECTOR } { include-opts } { exclude-opts } }`: options of one program
/// are never varied here, so the lists count only where they name any options, `*` or none.
fn skips(directive: &Directive, target: &Target) -> Result<bool> {
    let include = directive.word(2);
    let exclude = directive.word(3);
    let any = include.is_empty() || include.contains('*');
    let excluded = exclude.split(['"', ' ', '{', '}']).any(|o| o == "-O2");
    Ok(any && !excluded && target.selects(directive.word(1))?)
}
