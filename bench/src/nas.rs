//! The NAS kernels (`bench/nas`): their programs for both guests, the runs beside the Linux guest, and
//! `bench --nas`, which runs each kernel and class many times on one, two and four processors.

use crate::command;
use crate::guests::{Places, Run, Unit, values};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The kernels' names and sources; those in Fortran have modules, which come first.
const KERNELS: &[(&str, &[&str])] = &[
    ("ep", &["ep.c"]),
    ("is", &["is.c"]),
    ("ft", &["ft.c"]),
    ("cg", &["nas.f90", "cg.f90"]),
    ("mg", &["nas.f90", "mg.f90"]),
];

/// What is measured beside the Linux guest.
pub const RUNS: &[Run] = &[
    ("ep", &["S"]),
    ("is", &["S"]),
    ("ft", &["S"]),
    ("cg", &["S"]),
    ("mg", &["S"]),
    ("ep", &["W"]),
    ("is", &["W"]),
    ("ft", &["W"]),
    ("cg", &["W"]),
    ("mg", &["W"]),
];

/// The classes that are run.
pub const CLASSES: &[&str] = &["S", "W"];
const CPUS: &[&str] = &["1", "2", "4"];

/// A compilation takes at most this long.
const COMPILE_LIMIT: Duration = Duration::from_secs(120);
/// A run that takes longer hangs: many times what the longest takes on a busy machine.
const SECONDS: u64 = 900;

/// Compiles the kernels for Hermit.
pub fn compile_hermit(places: &Places) -> Result<(), String> {
    for kernel in KERNELS {
        let driver = |language: &str| places.sdk.join(format!("bin/x86_64-hermit-{language}"));
        compile(places, kernel, driver, &places.hermit(kernel.0), &[])?;
    }
    Ok(())
}

/// Static programs for Linux. libgfortran asks for threads by weak names, of which a static link would leave those
/// out that nobody else needs; it takes them to be there nonetheless, and jumps to 0.
const STATIC: &[&str] = &[
    "-static",
    "-Wl,-u,pthread_mutex_destroy",
    "-Wl,-u,pthread_mutex_init",
    "-Wl,-u,pthread_mutex_trylock",
];

/// Compiles the kernels for Linux; their names.
pub fn compile_linux(places: &Places, version: &str) -> Result<Vec<&'static str>, String> {
    for kernel in KERNELS {
        let driver = |language: &str| PathBuf::from(format!("{language}-{version}"));
        let program = places.linux(kernel.0);
        compile(places, kernel, driver, &program, STATIC)?;
    }
    Ok(KERNELS.iter().map(|(name, _)| *name).collect())
}

fn compile(
    places: &Places,
    (_, sources): &(&str, &[&str]),
    driver: impl Fn(&str) -> PathBuf,
    program: &Path,
    extra: &[&str],
) -> Result<(), String> {
    let folder = program.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    let nas = places.root.join("bench/nas");
    // Two languages, two compilers: the first makes an object that the second links.
    let object = program.with_extension("nas.o");
    let mut common = Command::new(driver("gcc"));
    common
        .args(["-O2", "-c"])
        .arg(nas.join("nas.c"))
        .arg("-o")
        .arg(&object);
    command::succeed(&mut common, COMPILE_LIMIT)?;
    let fortran = sources.iter().any(|source| source.ends_with(".f90"));
    let mut link = Command::new(driver(if fortran { "gfortran" } else { "gcc" }));
    link.args(["-O2", "-fopenmp"]).args(extra);
    if fortran {
        link.arg("-J").arg(folder);
    }
    link.args(sources.iter().map(|source| nas.join(source)));
    link.arg(&object).arg("-lm").arg("-o").arg(program);
    command::succeed(&mut link, COMPILE_LIMIT).map(drop)
}

/// Runs every kernel and class `rounds` times on each number of processors, kernel by kernel; prints
/// how long the runs took. A run that hangs or does not verify is an error.
pub fn many_times(places: &Places, rounds: u32, classes: &[String]) -> Result<(), String> {
    compile_hermit(places)?;
    println!("kernel   cpus  runs  verified  least, ms  median, ms");
    let classes: Vec<&str> = match classes {
        [] => CLASSES.to_vec(),
        some => some.iter().map(String::as_str).collect(),
    };
    let mut failures = 0;
    for class in classes {
        for (kernel, _) in KERNELS {
            for cpus in CPUS {
                let mut times = Vec::new();
                for round in 1..=rounds {
                    match once(places, kernel, class, cpus) {
                        Ok(time) => times.push(time),
                        Err(why) => {
                            eprintln!("{kernel} {class}, {cpus} processors, run {round}: {why}");
                        }
                    }
                }
                times.sort_by(f64::total_cmp);
                failures += rounds as usize - times.len();
                let least = times.first().copied().unwrap_or(f64::NAN);
                let median = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
                let verified = times.len();
                println!(
                    "{kernel} {class}     {cpus:>4} {rounds:>5} {verified:>9} {least:>10.1} {median:>11.1}"
                );
            }
        }
    }
    match failures {
        0 => Ok(()),
        _ => Err(format!("{failures} runs failed")),
    }
}

/// One run; its milliseconds if it verified.
fn once(places: &Places, kernel: &str, class: &str, cpus: &str) -> Result<f64, String> {
    let mut command = Command::new(places.hermit_run());
    command
        .args(["--cpus", cpus, "--memory", crate::guests::MEMORY])
        .args(["--timeout", &SECONDS.to_string()])
        .arg(places.hermit(kernel))
        .args([Unit::Kernels.word(), class]);
    let output = command::succeed(&mut command, Duration::from_secs(SECONDS + 30))?;
    let found = values(&output.stdout).into_values().next();
    found.ok_or_else(|| format!("no result: {}", output.stdout))
}
