//! How large a program that says hello is in each language, stripped, beside the same program linked
//! statically for Linux.

use crate::command;
use crate::guests::Places;
use crate::table::{Goal, Row};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

/// What is measured, its compiler, and its source in `bench/guest/hello`.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("C++, an exception", "g++", "throw.cc"),
    ("C++, std::cout", "g++", "hello.cc"),
    ("Fortran", "gfortran", "hello.f90"),
    ("Go", "gccgo", "hello.go"),
];

/// The version of GCC that the SDK was built with.
pub fn compiler_version(places: &Places) -> Result<String, String> {
    let file = places.sdk.join("x86_64-hermit/lib/gcc-version");
    let version = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(version.trim().to_owned())
}

/// A row for each language that the SDK was built with.
pub fn rows(places: &Places) -> Result<Vec<Row>, String> {
    let lib = places.sdk.join("x86_64-hermit/lib");
    let version = compiler_version(places)?;
    let mut rows = Vec::new();
    for (name, compiler, source) in PROGRAMS {
        let library = match *compiler {
            "g++" => "libstdc++.a",
            "gfortran" => "libgfortran.a",
            _ => "libgo.a",
        };
        if !lib.join(library).exists() {
            continue;
        }
        let source = places.root.join("bench/guest/hello").join(source);
        let ours = places.sdk.join(format!("bin/x86_64-hermit-{compiler}"));
        let theirs = format!("{compiler}-{}", version);
        let hermit = size(&ours, &source, &places.hermit("sized"))?;
        let linux = size(Path::new(&theirs), &source, &places.hermit("sized.linux"))?;
        rows.push(Row {
            name: format!("hello in {name}, stripped, kB"),
            hermit: Some(hermit),
            linux: Some(linux),
            goal: Goal::None,
        });
    }
    Ok(rows)
}

/// Kilobytes of the program.
fn size(compiler: &Path, source: &Path, program: &Path) -> Result<f64, String> {
    let mut command = Command::new(compiler);
    command.args(["-O2", "-static", "-s"]).arg(source);
    command::succeed(command.arg("-o").arg(program), LIMIT)?;
    let bytes = std::fs::metadata(program).map_err(|e| e.to_string())?.len();
    #[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
    Ok(bytes as f64 / 1000.0)
}
