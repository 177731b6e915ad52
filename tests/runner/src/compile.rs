//! Compiling a test for one side. Compiles again only if the sources, `check.h`, the flags or the
//! SDK are newer than the program.

use crate::language::{self, Language};
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
    /// The SDK's libraries.
    pub fn sdk_lib(&self) -> PathBuf {
        self.sdk.join("x86_64-hermit/lib")
    }

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
    if let Some(package) = test.conf.common.get("cargo") {
        return cargo(places, test, package);
    }
    let sources = language::sources(test);
    let of = |source: &PathBuf| Language::of(source).unwrap_or(Language::C);
    let Some(main) = sources.iter().map(of).max() else {
        return Err("no source file in the folder".to_owned());
    };
    let made = modules(places, test, side);
    std::fs::create_dir_all(&made).map_err(|e| format!("{}: {e}", made.display()))?;
    let program = places.program(test, side);

    // One language: one command. Several: an object a file, and the greatest language links.
    let mut commands = Vec::new();
    let mut linked = Vec::new();
    if sources.iter().all(|source| of(source) == main) {
        linked.clone_from(&sources);
    } else {
        for source in &sources {
            let name = source.file_name().unwrap_or_default().to_string_lossy();
            let object = program.with_file_name(format!("{name}.{side:?}.o"));
            let mut command = compiler(places, test, side, of(source));
            command.arg("-c").arg(source).arg("-o").arg(&object);
            commands.push(command);
            linked.push(object);
        }
    }
    let mut link = compiler(places, test, side, main);
    link.arg("-o").arg(&program).args(&linked);
    link.args(test.conf.common.list("libs", ""));
    commands.push(link);

    let stamp_file = program.with_extension("command");
    let stamp = format!("{commands:?}");
    let mut inputs = sources;
    inputs.extend(files(&test.folder, &["h", "hpp", "inc"]));
    inputs.extend(files(&places.include, &["h"]));
    if side == Side::Guest {
        inputs.extend(files(&places.sdk_lib(), &["a", "o", "specs", "ld"]));
        inputs.push(places.sdk.join("bin/x86_64-hermit-gcc"));
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
    commands.iter_mut().try_for_each(run)?;
    std::fs::write(&stamp_file, stamp).map_err(|e| format!("{}: {e}", stamp_file.display()))
}

/// Builds the Rust package in the test's folder, a static library, and links it for Hermit.
fn cargo(places: &Places, test: &Test, package: &str) -> Result<(), String> {
    let target = "x86_64-unknown-linux-gnu";
    let folder = places.folder(test);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build
        .args(["build", "--quiet", "--locked", "--release"])
        .args(["--target", target, "--target-dir"])
        .arg(&folder)
        .current_dir(&test.folder);
    let library = format!("lib{}.a", package.replace('-', "_"));
    let mut link = Command::new(Language::C.compiler(places, Side::Guest, false));
    link.arg(folder.join(target).join("release").join(library))
        .arg("-o")
        .arg(places.program(test, Side::Guest));
    [build, link].iter_mut().try_for_each(run)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|e| format!("cannot start {}: {e}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}\n{errors}"))
}

/// Where Fortran's modules of one side go: both may be compiled at the same time.
fn modules(places: &Places, test: &Test, side: Side) -> PathBuf {
    places.folder(test).join(format!("modules-{side:?}"))
}

/// The compiler of a language with the flags that the test asks for.
fn compiler(places: &Places, test: &Test, side: Side, language: Language) -> Command {
    let clang = test.conf.common.get("compiler") == Some("clang");
    let mut command = Command::new(language.compiler(places, side, clang));
    command.args(["-O2", "-g"]);
    command.args(language.options(&modules(places, test, side)));
    command.arg("-I").arg(&places.include);
    let own_flags = match side {
        Side::Guest => "guest-cflags",
        Side::Host => "host-cflags",
    };
    for key in ["cflags", language.flags_key(), own_flags] {
        let flags = test.conf.common.list(key, "");
        let folder = test.folder.to_string_lossy();
        command.args(flags.iter().map(|flag| flag.replace("@DIR@", &folder)));
    }
    command
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
