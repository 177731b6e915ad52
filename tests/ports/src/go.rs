//! GCC's own tests of Go, `gcc/testsuite/go.test`: the programs whose first comment is `// run`, which pass
//! if they end with status 0. There are some six hundred; `--draw 300` takes a sample.

use crate::suite::{Outcome, Program, Suite};
use crate::{Options, recipe};
use sdk::layout::Layout;
use sdk::run::{files_under, make_dir, write};
use sdk::versions::Gcc;
use sdk::{Doing, Result, fetch};
use std::fs;
use std::path::{Path, PathBuf};

/// The suite's name on the command line and of its list.
pub const NAME: &str = "go";

const TESTS: &str = "gcc/testsuite/go.test/test";

/// Seconds for one program.
const LIMIT: u64 = 120;

const FLAGS: &[&str] = &["-O2", "-g", "-w"];

/// Runs the suite.
pub fn run(layout: &Layout, options: &Options) -> Result<bool> {
    let place = layout.build.join("ports").join(NAME);
    let source = source(layout, &place)?;
    let mut programs = Vec::new();
    for file in tests(&source)? {
        let name = file.with_extension("").display().to_string();
        programs.push(Program {
            folder: place.join("work").join(name.replace('/', "__")),
            arguments: FLAGS
                .iter()
                .map(|flag| (*flag).to_owned())
                .chain([source.join(&file).display().to_string()])
                .collect(),
            name,
            compiler: "gccgo",
            run: true,
            // As go-test.exp sets it.
            environment: vec!["GOARCH=amd64".to_owned()],
            options: ["--cpus", "2", "--memory", "1G"]
                .map(str::to_owned)
                .to_vec(),
            limit: LIMIT,
            unsupported: None,
            files: Vec::new(),
        });
    }
    let judge = |_: &Program, status: i32, _: &str| match status {
        0 => Outcome::Pass,
        _ => Outcome::Fail(format!("status {status}")),
    };
    let suite = Suite {
        name: NAME,
        programs,
        judge: &judge,
    };
    suite.run(layout, options)
}

/// The tests, unpacked once.
fn source(layout: &Layout, place: &Path) -> Result<PathBuf> {
    let complete = place.join("unpacked");
    if !complete.exists() {
        make_dir(place)?;
        let tarball = fetch::gcc(layout, &Gcc::find()?)?;
        recipe::unpack(&tarball, place, false, &[format!("*/{TESTS}/*")])?;
        write(&complete, b"")?;
    }
    Ok(place.join("src").join(TESTS))
}

/// The programs that run.
fn tests(source: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in files_under(source)? {
        // Deeper ones and those in `NAME.dir` are parts of other tests.
        let parents: Vec<_> = file.components().rev().skip(1).collect();
        let part = parents
            .iter()
            .any(|p| p.as_os_str().to_string_lossy().ends_with(".dir"));
        if part || parents.len() > 1 || file.extension().is_none_or(|e| e != "go") {
            continue;
        }
        let path = source.join(&file);
        let text = fs::read(&path).doing(path.display())?;
        if runs(&String::from_utf8_lossy(&text)) {
            files.push(file);
        }
    }
    Ok(files)
}

/// Whether a program is one that runs, with this compiler.
fn runs(text: &str) -> bool {
    let head = text
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("//"));
    let build = |line: &&str| line.starts_with("// +build ");
    let lines = head.filter(|line| line.starts_with("// "));
    let mut first = None;
    let mut here = true;
    lines.for_each(|line| match build(&line) {
        true => {
            here &= line
                .split(' ')
                .skip(2)
                .any(|option| option.split(',').all(holds))
        }
        false => drop(first.get_or_insert(line)),
    });
    here && first == Some("// run")
}

/// Whether a build tag, perhaps with `!` before it, holds.
fn holds(term: &str) -> bool {
    let (tag, wanted) = match term.strip_prefix('!') {
        Some(tag) => (tag, false),
        None => (term, true),
    };
    ["hermit", "amd64", "gccgo"].contains(&tag) == wanted
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn programs_that_run() {
        assert!(runs("// run\n\n// Copyright\npackage main\n"));
        assert!(runs("// +build !windows,!gc\n// run\n\npackage main\n"));
        assert!(!runs("// +build gc\n// run\n\npackage main\n"));
        assert!(!runs("// errorcheck\n\n// run\n\npackage main\n"));
        assert!(!runs("// run -gcflags=-d=checkptr\n\npackage main\n"));
    }
}
