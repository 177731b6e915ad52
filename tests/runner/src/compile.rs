//! Compiling a test for one side. Compiles again only if the sources, `check.h`, the flags or the
//! SDK are newer than the program.

use crate::plan::{Side, Test};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Where things are.
#[derive(Debug, Clone)]
pub struct Places {
    /// The SDK (`build/sdk`).
    pub sdk: PathBuf,
    /// Artefacts (`build/tests`).
    pub out: PathBuf,
    /// `tests/include`.
    pub include: PathBuf,
}

impl Places {
    /// The folder of one test's artefacts.
    pub fn folder(&self, test: &Test) -> PathBuf {
        self.out.join(&test.name)
    }

    /// The compiled program.
    pub fn program(&self, test: &Test, side: Side) -> PathBuf {
        let name = match side {
            Side::Guest => test.name.clone(),
            Side::Host => format!("{}.host", test.name),
        };
        self.folder(test).join(name)
    }
}

/// Compiles the test if need be; the error is the compiler's text.
pub fn compile(places: &Places, test: &Test, side: Side) -> Result<(), String> {
    let settings = &test.conf.common;
    let mut sources: Vec<PathBuf> = match settings.get("source") {
        Some(list) => list
            .split_whitespace()
            .map(|s| test.folder.join(s))
            .collect(),
        None => files(&test.folder, &["c"]),
    };
    sources.sort();
    if sources.is_empty() {
        return Err("no *.c in the folder".to_owned());
    }
    let (compiler, own_flags) = match side {
        Side::Guest => (places.sdk.join("bin/x86_64-hermit-gcc"), "guest-cflags"),
        Side::Host => (PathBuf::from("gcc"), "host-cflags"),
    };
    let out = places.folder(test);
    std::fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    let program = places.program(test, side);

    let mut command = Command::new(&compiler);
    command
        .args(["-O2", "-g", "-Wall", "-I"])
        .arg(&places.include);
    for key in ["cflags", own_flags] {
        command.args(settings.list(key, ""));
    }
    command
        .arg("-o")
        .arg(&program)
        .args(&sources)
        .args(settings.list("libs", ""));

    let stamp_file = program.with_extension("command");
    let stamp = format!("{command:?}");
    let mut inputs = files(&test.folder, &["c", "h"]);
    inputs.extend(files(&places.include, &["h"]));
    if side == Side::Guest {
        inputs.extend(files(
            &places.sdk.join("x86_64-hermit/lib"),
            &["a", "o", "specs", "ld"],
        ));
        inputs.push(compiler.clone());
    }
    let fresh = std::fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp)
        && modified(&program).is_some_and(|built| {
            inputs
                .iter()
                .filter_map(|f| modified(f))
                .all(|changed| changed < built)
        });
    if fresh {
        return Ok(());
    }
    let output = command
        .output()
        .map_err(|e| format!("cannot start {}: {e}", compiler.display()))?;
    if !output.status.success() {
        return Err(format!(
            "{stamp}\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    std::fs::write(&stamp_file, stamp).map_err(|e| format!("{}: {e}", stamp_file.display()))
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|p| {
            p.extension()
                .and_then(|e| e.to_str())
                .is_some_and(|e| extensions.contains(&e))
        })
        .collect()
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).ok()?.modified().ok()
}
