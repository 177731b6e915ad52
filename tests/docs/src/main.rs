//! `docs-test`: runs the commands that README.md, CONTRIBUTING.md, docs/ and examples/ show, with the SDK's
//! tools in the search path, and compares what they write with what the pages say.
//!
//! A block of `console` has commands behind `$ ` and their output; `…` stands for any text. Of `sh` every line
//! is a command. `cat FILE` of a file that is not there makes it from what is shown. Each page has a folder of
//! its own, with the repository's `examples` and `build` in it. `<!-- not run: REASON -->` before a block keeps it from
//! being run; every other block says what it is.

mod output;
mod page;
mod shell;

use guest_tests::failures::Failures;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("docs-test: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The repository: two folders above this crate.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("/"))
}

fn run(words: &[String]) -> Result<bool, String> {
    let sdk = root().join("build/sdk/bin");
    if !sdk.is_dir() {
        return Err(format!("{} is not there: make sdk", sdk.display()));
    }
    let old = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{old}", sdk.display());
    let mut pages = pages().map_err(|e| format!("looking for pages: {e}"))?;
    pages.retain(|name| words.is_empty() || words.iter().any(|w| name.contains(w.as_str())));
    if pages.is_empty() {
        return Err("no such page".to_owned());
    }
    let failures = Failures::default();
    let (mut passed, mut ignored) = (0, 0);
    for name in &pages {
        let text = fs::read_to_string(root().join(name)).map_err(|e| format!("{name}: {e}"))?;
        let page = page::read(&text);
        for (line, reason) in &page.ignored {
            println!("test {name}:{line} ... ignored, {reason}");
        }
        ignored += page.ignored.len();
        let outcome = match page.faults.first() {
            Some(fault) => Err(fault.clone()),
            None => commands(name, &page.commands, &path).map_err(|e| format!("{name}: {e}"))?,
        };
        match outcome {
            Ok(()) => {
                passed += 1;
                println!("test {name} ({} commands) ... ok", page.commands.len());
            }
            Err((line, why)) => {
                let text = format!("{name}:{line}: {why}");
                println!("test {name} ... FAILED\n{text}");
                failures.add(name, &text);
            }
        }
    }
    print!("{failures}");
    let failed = failures.count();
    println!("{passed} passed, {failed} failed, {ignored} skipped");
    Ok(failed == 0)
}

fn commands(
    name: &str,
    commands: &[page::Command],
    path: &str,
) -> io::Result<Result<(), (usize, String)>> {
    if commands.is_empty() {
        return Ok(Ok(()));
    }
    let base = root().join("build/docs-test").join(name);
    if base.exists() {
        fs::remove_dir_all(&base)?;
    }
    let (folder, notes) = (base.join("work"), base.join("notes"));
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(&notes)?;
    for shared in ["examples", "build"] {
        std::os::unix::fs::symlink(root().join(shared), folder.join(shared))?;
    }
    shell::run_all(commands, &folder, &notes, path)
}

/// The pages for users, by their names in the repository.
fn pages() -> io::Result<Vec<String>> {
    let mut pages: Vec<String> = ["README.md", "CONTRIBUTING.md", "examples/README.md"]
        .map(str::to_owned)
        .to_vec();
    let mut folders: Vec<PathBuf> = vec!["docs".into()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder))? {
            let entry = entry?;
            let name = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(name);
            } else if name.extension().is_some_and(|e| e == "md") {
                pages.push(name.to_string_lossy().into_owned());
            }
        }
    }
    pages.sort();
    Ok(pages)
}
