//! The Open POSIX Test Suite, from Debian's package of it (with Debian's patches, which repair its
//! build): every conformance test of its interfaces and definitions.
//!
//! Its programs end with 0 for a pass, 1 fail, 2 unresolved, 4 unsupported, 5 untested.

use crate::suite::{Outcome, Program, Suite};
use crate::{Options, recipe};
use sdk::layout::Layout;
use sdk::run::{files_under, make_dir};
use sdk::versions::os_release;
use sdk::{Doing, Result, fetch};
use std::fs;
use std::path::Path;

const PACKAGE: &str = "posixtestsuite";

/// Its own flags (the package's Makefile and LDFLAGS), without `-Werror`.
const FLAGS: &str = "-O2 -w -std=gnu99 -D_POSIX_C_SOURCE=200112L -D_GNU_SOURCE -Iinclude";

/// Seconds for one program; a few wait 30 s for something not to happen.
const LIMIT: u64 = 60;

/// Runs the suite.
pub fn run(layout: &Layout, options: &Options) -> Result<bool> {
    let place = layout.build.join("ports/posix");
    let source = place.join("src");
    if !source.join("conformance").is_dir() {
        make_dir(&place)?;
        let suite = os_release("VERSION_CODENAME");
        let package = fetch::debian_source(layout, PACKAGE, &suite, true)?;
        recipe::unpack(&package, &place, true, &[])?;
    }
    let mut programs = Vec::new();
    for folder in [
        "conformance/interfaces",
        "conformance/definitions",
        "conformance/behavior",
    ] {
        for file in files_under(&source.join(folder))? {
            programs.extend(program(&source, folder, &file.to_string_lossy())?);
        }
    }
    let suite = Suite {
        name: "posix",
        programs,
        judge: &judge,
    };
    suite.run(layout, options)
}

/// The test that a file holds, if it is one: `sigaction/4-1.c`.
fn program(source: &Path, folder: &str, file: &str) -> Result<Option<Program>> {
    let Some(name) = file.strip_suffix(".c") else {
        return Ok(None);
    };
    let base = name.rsplit('/').next().unwrap_or_default();
    if !base.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let path = source.join(folder).join(file);
    // Some are written in Latin-1.
    let text = fs::read(&path).doing(path.display())?;
    let text = String::from_utf8_lossy(&text);
    let code = without_comments(&text);
    let mut arguments: Vec<String> = FLAGS.split(' ').map(str::to_owned).collect();
    arguments.push(format!("{folder}/{file}"));
    arguments.extend(["-lpthread", "-lrt", "-lm"].map(str::to_owned));
    let mut options = vec!["--cpus".to_owned(), "2".to_owned()];
    if code.contains("\"conformance/") {
        // Opens its own source.
        options.push("--cwd".to_owned());
    }
    Ok(Some(Program {
        name: name.to_owned(),
        compiler: "gcc",
        arguments,
        folder: source.to_owned(),
        files: Vec::new(),
        run: code.contains("main") && !name.ends_with("buildonly"),
        environment: Vec::new(),
        options,
        limit: LIMIT,
        unsupported: starts_process(&code).then(|| "starts another process".to_owned()),
    }))
}

/// Hermit has one process: `fork` and `system` fail with ENOSYS, as POSIX allows.
fn starts_process(code: &str) -> bool {
    ["fork", "system"].iter().any(|function| {
        code.match_indices(function).any(|(at, _)| {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            let after = code[at + function.len()..].trim_start();
            !before.is_alphanumeric() && before != '_' && before != '"' && after.starts_with('(')
        })
    })
}

/// C source without its `/* … */` comments.
fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}

fn judge(_: &Program, status: i32, _: &str) -> Outcome {
    match status {
        0 => Outcome::Pass,
        1 => Outcome::Fail("failed".to_owned()),
        2 => Outcome::Fail("unresolved".to_owned()),
        4 => Outcome::Unsupported("unsupported".to_owned()),
        5 => Outcome::Unsupported("untested".to_owned()),
        other => Outcome::Fail(format!("status {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes() {
        let starts = |code| starts_process(&without_comments(code));
        assert!(starts("pid = fork();"));
        assert!(starts("if ((pid = fork ()) == 0)"));
        assert!(!starts("/* after fork() */ pthread_atfork(a, b, c);"));
        assert!(!starts("puts(\"fork failed\"); /* x */"));
    }
}
