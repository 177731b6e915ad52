//! GCC's own tests: programs that say in comments, `{ dg-… }`, how they are compiled, run and judged.
//!
//! Only programs that run are taken (`dg-do run`, or nothing where running is the suite's default):
//! what the compiler prints is not Hermit's. The directives are those of DejaGnu and of
//! `gcc/testsuite/lib`; a program with one that is not known here says so as its failure.

mod directive;
mod target;

use crate::suite::{Outcome, Program, Suite};
use crate::{Options, recipe};
use directive::Directive;
use regex::Regex;
use sdk::layout::Layout;
use sdk::run::{files_under, make_dir, write};
use sdk::versions::Gcc;
use sdk::{Doing, Result, fail, fetch};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Seconds for one program; `dg-timeout-factor` multiplies it.
const LIMIT: f64 = 120.0;

/// A suite: folders of GCC's source and how their `.exp` files compile and run what is there.
struct Group {
    /// On the command line, and of the list.
    name: &'static str,
    /// What is unpacked: tar's patterns.
    parts: &'static [&'static str],
    /// Flags that are always there.
    flags: &'static str,
    /// Folders of GCC's source that are searched for headers.
    include: &'static [&'static str],
    folders: &'static [Tests],
    /// hermit-run's options.
    options: &'static [&'static str],
}

/// One folder of tests.
struct Tests {
    folder: &'static str,
    compiler: &'static str,
    /// What `{ target c }` asks.
    language: &'static str,
    extensions: &'static [&'static str],
    /// Flags of a program without `dg-options`.
    default_flags: &'static str,
    /// What a program without `dg-do` is for.
    default_do: &'static str,
}

const fn openmp(folder: &'static str, compiler: &'static str, language: &'static str) -> Tests {
    Tests {
        folder,
        compiler,
        language,
        extensions: &["c", "C"],
        default_flags: "-O2",
        default_do: "run",
    }
}

const OPENMP: Group = Group {
    name: "libgomp",
    parts: &["*/libgomp/*", "*/include/*"],
    flags: "-fopenmp -w",
    include: &["libgomp", "include"],
    folders: &[
        openmp("libgomp/testsuite/libgomp.c", "gcc", "c"),
        openmp("libgomp/testsuite/libgomp.c-c++-common", "gcc", "c"),
    ],
    options: &["--cpus", "4", "--memory", "1G"],
};

const GROUPS: &[Group] = &[
    OPENMP,
    Group {
        name: "libgomp-c++",
        folders: &[
            openmp("libgomp/testsuite/libgomp.c++", "g++", "c++"),
            openmp("libgomp/testsuite/libgomp.c-c++-common", "g++", "c++"),
        ],
        ..OPENMP
    },
    Group {
        name: "libgomp-fortran",
        folders: &[Tests {
            extensions: FORTRAN,
            ..openmp("libgomp/testsuite/libgomp.fortran", "gfortran", "fortran")
        }],
        ..OPENMP
    },
    Group {
        name: "gfortran",
        parts: &["*/gcc/testsuite/gfortran.dg/*"],
        flags: "-w",
        include: &[],
        folders: &[Tests {
            folder: "gcc/testsuite/gfortran.dg",
            compiler: "gfortran",
            language: "fortran",
            extensions: FORTRAN,
            default_flags: "-O2",
            default_do: "compile",
        }],
        options: &["--memory", "512M"],
    },
];

const FORTRAN: &[&str] = &[
    "f", "F", "f90", "F90", "f95", "F95", "f03", "F03", "f08", "F08",
];

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

impl Group {
    fn run(&self, layout: &Layout, options: &Options) -> Result<bool> {
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
            programs.extend(tests.programs(&source, &work, &flags, self.options)?);
        }
        run_all(layout, options, self.name, programs)
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

fn run_all(
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
            match Regex::new(pattern) {
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
        options: &[&str],
    ) -> Result<Vec<Test>> {
        let folder = source.join(self.folder);
        let mut tests = Vec::new();
        for file in files_under(&folder)? {
            let extension = file.extension().unwrap_or_default().to_string_lossy();
            if self.extensions.contains(&&*extension) {
                let Some(mut test) = self.test(&folder, &file)? else {
                    continue;
                };
                let program = &mut test.program;
                program.arguments.splice(0..0, flags.iter().cloned());
                program.options = options.iter().map(|o| (*o).to_owned()).collect();
                program.folder = work.join(program.name.replace('/', "__"));
                tests.push(test);
            }
        }
        Ok(tests)
    }

    fn test(&self, folder: &Path, file: &Path) -> Result<Option<Test>> {
        let path = folder.join(file);
        let text = fs::read(&path).doing(path.display())?;
        let directives = directive::parse(&String::from_utf8_lossy(&text));
        let stem = file.with_extension("");
        let suite = self.folder.rsplit('/').next().unwrap_or_default();
        let mut test = Test {
            program: Program {
                name: format!("{suite}/{}", stem.display()),
                compiler: self.compiler,
                arguments: Vec::new(),
                folder: PathBuf::new(),
                run: true,
                environment: Vec::new(),
                options: Vec::new(),
                limit: LIMIT as u64,
                unsupported: None,
            },
            should_fail: false,
            output: Vec::new(),
        };
        let mut action = self.default_do.to_owned();
        let mut options = self.default_flags.to_owned();
        let mut additional = Vec::new();
        let mut sources = vec![path.display().to_string()];
        for directive in &directives {
            let first = directive.word(0);
            match directive.name.as_str() {
                "dg-do" => match self.applies(directive, 1)? {
                    true => action = first.to_owned(),
                    false => test.refuse(format!("only for {}", directive.word(1))),
                },
                "dg-options" if self.applies(directive, 1)? => options = first.to_owned(),
                "dg-additional-options" if self.applies(directive, 1)? => {
                    additional.push(first.to_owned());
                }
                "dg-additional-sources" => {
                    let named = first.split_whitespace();
                    sources.extend(named.map(|s| folder.join(s).display().to_string()));
                }
                "dg-set-target-env-var" => {
                    let pair = format!("{first}={}", directive.word(1));
                    test.program.environment.push(pair);
                }
                "dg-require-effective-target" if !self.effective(first)? => {
                    test.refuse(format!("needs {first}"));
                }
                "dg-shouldfail" if self.applies(directive, 1)? => test.should_fail = true,
                "dg-skip-if" if self.skips(directive)? => {
                    test.refuse(format!("not for {}", directive.word(1)));
                }
                "dg-xfail-run-if" | "dg-xfail-if" if self.skips(directive)? => {
                    test.refuse(format!("known to fail for {}", directive.word(1)));
                }
                "dg-timeout-factor" => {
                    let factor: f64 = first.parse().unwrap_or(1.0);
                    test.program.limit = (LIMIT * factor) as u64;
                }
                "dg-output" if self.applies(directive, 1)? => test.output.push(first.to_owned()),
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
                | "dg-require-alias"
                | "dg-add-options"
                | "dg-timeout"
                | "dg-line" => {}
                other => test.refuse(format!("directive {other} is not known")),
            }
        }
        if action != "run" {
            return Ok(None);
        }
        let arguments = &mut test.program.arguments;
        for words in std::iter::once(&options).chain(&additional) {
            arguments.extend(words.split_whitespace().map(str::to_owned));
        }
        arguments.extend(sources);
        arguments.push("-lm".to_owned());
        Ok(Some(test))
    }

    /// Whether the `{ target … }` at this place, if there is one, names us.
    fn applies(&self, directive: &Directive, at: usize) -> Result<bool> {
        let selector = directive.word(at);
        match selector.split_whitespace().next() {
            Some("target") => self.selects(selector.trim_start_matches("target")),
            _ => Ok(true),
        }
    }

    /// `{ dg-skip-if COMMENT { SELECTOR } { include-opts } { exclude-opts } }`: options of one program
    /// are never varied here, so the lists count only where they name any options, `*` or none.
    fn skips(&self, directive: &Directive) -> Result<bool> {
        let include = directive.word(2);
        let exclude = directive.word(3);
        let any = include.is_empty() || include.contains('*');
        let excluded = exclude.split(['"', ' ', '{', '}']).any(|o| o == "-O2");
        Ok(any && !excluded && self.selects(directive.word(1))?)
    }

    fn selects(&self, selector: &str) -> Result<bool> {
        target::selects(selector, self.language)
    }

    fn effective(&self, name: &str) -> Result<bool> {
        match target::effective(name, self.language) {
            Some(there) => Ok(there),
            None => fail(format!("effective target '{name}' is not known")),
        }
    }
}

impl Test {
    fn refuse(&mut self, why: String) {
        self.program.unsupported.get_or_insert(why);
    }
}
