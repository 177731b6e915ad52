//! Compiling libgo: Go packages as soon as those that they import are there, on all processors; then the C
//! files, which see the Go types of package runtime.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Condvar, Mutex, MutexGuard};

use super::{Build, NOT_OURS, Package};
use crate::run::{self, make_dir};
use crate::{Doing, Result, fail};

/// How everything is compiled. What splits stacks in other builds of libgo is replaced by stacks with a guard.
const FLAGS: &[&str] = &[
    "-minline-all-stringops",
    "-fno-split-stack",
    "-fstack-clash-protection",
];

/// Further flags of single packages.
const GO_FLAGS: &[(&str, &[&str])] = &[
    (
        "math",
        &[
            "-mfancy-math-387",
            "-ffp-contract=off",
            "-fno-math-errno",
            "-fno-trapping-math",
        ],
    ),
    (
        "runtime",
        &["-fgo-c-header=runtime.inc.raw", "-fgo-compiling-runtime"],
    ),
    ("runtime/internal/atomic", &["-fgo-compiling-runtime"]),
    ("runtime/internal/sys", &["-fgo-compiling-runtime"]),
];

/// Files that switch between goroutines, by functions that libgo has only for Linux.
const SWITCHING: &[&str] = &["proc.c", "go-context.S"];

/// The object of a package, in the build folder.
pub fn object(package: &str) -> PathBuf {
    // Members of an archive must not have the same name.
    format!("package-{}.o", package.replace('/', "-")).into()
}

/// What the compiling threads share.
struct Progress<'a> {
    waiting: BTreeSet<&'a str>,
    done: BTreeSet<&'a str>,
    running: usize,
    failure: Option<String>,
}

/// Compiles all packages.
pub fn packages(build: &Build, packages: &BTreeMap<String, Package>) -> Result<()> {
    for (name, package) in packages {
        if let Some(absent) = package.imports.iter().find(|i| !packages.contains_key(*i)) {
            return fail(format!(
                "libgo: {name} imports {absent}, which is not part of it"
            ));
        }
    }
    let progress = Mutex::new(Progress {
        waiting: packages.keys().map(String::as_str).collect(),
        done: BTreeSet::new(),
        running: 0,
        failure: None,
    });
    let changed = Condvar::new();
    on_all_processors(|| {
        let mut now = lock(&progress);
        while !now.waiting.is_empty() {
            let ready = |name: &&&str| {
                let imports = &packages[**name].imports;
                imports
                    .iter()
                    .all(|import| now.done.contains(import.as_str()))
            };
            let Some(name) = now.waiting.iter().find(ready).copied() else {
                if now.running == 0 {
                    break;
                }
                now = changed.wait(now).unwrap_or_else(|e| e.into_inner());
                continue;
            };
            now.waiting.remove(name);
            now.running += 1;
            drop(now);
            let result = package(build, name, &packages[name]);
            now = lock(&progress);
            now.running -= 1;
            match result {
                Ok(()) => drop(now.done.insert(name)),
                // The others go on: the log then has all that is wrong.
                Err(why) => now.failure = Some(why),
            }
            changed.notify_all();
        }
        changed.notify_all();
    });
    let mut progress = lock(&progress);
    match (progress.failure.take(), progress.waiting.first()) {
        (Some(why), _) => Err(why),
        (None, Some(name)) => fail(format!("libgo: {name} imports itself by way of others")),
        (None, None) => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

/// Runs the function on as many threads as there are processors.
fn on_all_processors(work: impl Fn() + Sync) {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(&work);
        }
    });
}

/// Compiles one package and extracts what its importers read.
fn package(build: &Build, name: &str, package: &Package) -> Result<()> {
    let export = build.objects.join(name).with_added_extension("gox");
    make_dir(export.parent().unwrap_or(&build.objects))?;
    let mut gccgo = build.compiler("gccgo");
    gccgo.args(build.flags()).args(FLAGS);
    gccgo
        .args(["-I.", "-c"])
        .arg(format!("-fgo-pkgpath={name}"));
    let own = GO_FLAGS.iter().filter(|(of, _)| *of == name);
    gccgo.args(own.flat_map(|(_, flags)| *flags));
    let object = object(name);
    let files = package.files.iter().map(|file| build.named(file));
    build
        .workshop
        .run(gccgo.arg("-o").arg(&object).args(files))?;
    let mut objcopy = Command::new("objcopy");
    objcopy.current_dir(&build.objects);
    build
        .workshop
        .run(objcopy.args(["-j", ".go_export"]).arg(&object).arg(&export))
}

/// Compiles libgo's C files and ours; returns the objects.
pub fn c_files(build: &Build) -> Result<Vec<PathBuf>> {
    build.workshop.run(&mut build.script("mkruntimeinc.sh"))?;
    let made = build.objects.join("runtime.inc");
    std::fs::rename(build.objects.join("tmp-runtime.inc"), &made).doing(made.display())?;

    let mut sources = Vec::new();
    for folder in [
        build.source.join("runtime"),
        build.source.join("go"),
        build.ours.join("c"),
    ] {
        let files = run::files_under(&folder)?.into_iter();
        let c = |file: &PathBuf| file.extension().is_some_and(|e| e == "c" || e == "S");
        let ours = |file: &PathBuf| !NOT_OURS.iter().any(|other| file.ends_with(other));
        sources.extend(files.filter(c).filter(ours).map(|file| folder.join(file)));
    }
    let objects: Vec<_> = sources
        .iter()
        .map(|source| c_object(build, source))
        .collect();
    let next = Mutex::new(sources.iter().zip(&objects));
    let failure = Mutex::new(None);
    on_all_processors(|| {
        loop {
            let job = lock(&next).next();
            let Some((source, object)) = job else { break };
            if let Err(why) = c_file(build, source, object) {
                *lock(&failure) = Some(why);
                break;
            }
        }
    });
    let failure = lock(&failure).take();
    failure.map_or(Ok(objects), Err)
}

/// The object of a C file: named after its path, for many have the same name.
fn c_object(build: &Build, source: &Path) -> PathBuf {
    let inside = [&build.source, &build.ours]
        .into_iter()
        .find_map(|top| source.strip_prefix(top).ok());
    let path = inside.unwrap_or(source).with_extension("o");
    let name = path.to_string_lossy().replace('/', "-");
    build
        .objects
        .join(name.strip_prefix("runtime-").unwrap_or(&name))
}

fn c_file(build: &Build, source: &Path, object: &Path) -> Result<()> {
    let mut gcc = build.c_compiler();
    gcc.args(build.flags()).args(FLAGS);
    gcc.args(["-Wall", "-fexceptions", "-fnon-call-exceptions"]);
    if SWITCHING.iter().any(|file| source.ends_with(file)) {
        gcc.arg("-D__linux__=1");
    }
    if source.ends_with("proc.c") {
        gcc.args(["-include", "stack.h"]);
    }
    // Frames of ours that are not the program's have no names: see c/fault.S.
    if source.starts_with(&build.ours) {
        gcc.arg("-g0");
    }
    build
        .workshop
        .run(gcc.arg("-c").arg("-o").arg(object).arg(build.named(source)))
}
