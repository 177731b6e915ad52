//! The two guests: the same sources compiled for Hermit and, statically with glibc, for a Linux
//! guest; each boots under the same QEMU flags, and their `= NAME<tab>VALUE` lines are collected.

use crate::command;
use crate::cpio::Archive;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Measured values by name.
pub type Values = BTreeMap<String, f64>;

/// One run of a program of `bench/guest`: its name and arguments.
pub type Run = (&'static str, &'static [&'static str]);

/// Counting instructions or taking time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `-icount shift=0`, one core.
    Instructions,
    /// Nanoseconds, two cores.
    Time,
    /// Milliseconds of whole kernels, two cores.
    Kernels,
}

impl Unit {
    /// The programs' first argument.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Instructions => "icount",
            Unit::Time => "ns",
            Unit::Kernels => "ms",
        }
    }

    /// Virtual processors.
    pub fn cpus(self) -> &'static str {
        match self {
            Unit::Instructions => "1",
            Unit::Time | Unit::Kernels => "2",
        }
    }

    /// A guest that runs one program takes at most this long.
    fn limit(self) -> Duration {
        Duration::from_secs(match self {
            Unit::Instructions | Unit::Time => 180,
            Unit::Kernels => 900,
        })
    }
}

/// Memory of both guests.
pub const MEMORY: &str = "512M";

/// A compiler or a tool takes at most this long.
const LIMIT: Duration = Duration::from_secs(180);

/// Where things are.
pub struct Places {
    /// The repository.
    pub root: PathBuf,
    /// The SDK.
    pub sdk: PathBuf,
    /// Artefacts.
    pub out: PathBuf,
}

impl Places {
    /// `hermit-run`.
    pub fn hermit_run(&self) -> PathBuf {
        self.sdk.join("bin/hermit-run")
    }

    /// A program compiled for Hermit.
    pub fn hermit(&self, name: &str) -> PathBuf {
        self.out.join("hermit").join(name)
    }

    /// A program compiled for the Linux guest.
    pub fn linux(&self, name: &str) -> PathBuf {
        self.out.join("linux").join(name)
    }
}

/// Compiles a source for Hermit.
pub fn compile_hermit(places: &Places, source: &Path, name: &str) -> Result<(), String> {
    let compiler = places.sdk.join("bin/x86_64-hermit-gcc");
    compile(&compiler, source, &places.hermit(name), &[])
}

/// Compiles all programs of `bench/guest` for Linux and packs them, those that are `made` already and
/// /init into an initial file system.
pub fn prepare_linux(places: &Places, programs: &[&str], made: &[&str]) -> Result<(), String> {
    let mut archive = Archive::default();
    archive.folder("dev");
    archive.device("dev/console", 5, 1);
    for name in programs.iter().chain(&["init"]) {
        let folder = if *name == "init" {
            "bench/linux"
        } else {
            "bench/guest"
        };
        let source = places.root.join(folder).join(format!("{name}.c"));
        compile(Path::new("gcc"), &source, &places.linux(name), &["-static"])?;
    }
    for name in programs.iter().chain(made).chain(&["init"]) {
        let contents = std::fs::read(places.linux(name)).map_err(|e| e.to_string())?;
        archive.program(name, &contents);
    }
    std::fs::write(places.linux("initrd"), archive.finish()).map_err(|e| e.to_string())
}

fn compile(compiler: &Path, source: &Path, program: &Path, extra: &[&str]) -> Result<(), String> {
    if let Some(folder) = program.parent() {
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    }
    let mut command = Command::new(compiler);
    command
        .args(["-O2", "-fopenmp", "-pthread"])
        .args(extra)
        .arg(source)
        .arg("-o")
        .arg(program)
        .arg("-lm");
    command::succeed(&mut command, LIMIT)?;
    Ok(())
}

/// Debian's cloud kernel, taken from its package without installing it: the same version is used
/// again until `make clean`.
pub fn fetch_linux(places: &Places) -> Result<PathBuf, String> {
    let folder = places.out.join("linux-package");
    if let Some(kernel) = find_kernel(&folder) {
        return Ok(kernel);
    }
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let depends = command::succeed(
        Command::new("apt-cache").args(["depends", "linux-image-cloud-amd64"]),
        LIMIT,
    )?;
    let package = depends
        .stdout
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
        .find(|name| name.starts_with("linux-image-"))
        .ok_or("apt knows no linux-image-cloud-amd64 (apt-get update?)")?
        .to_owned();
    command::succeed(
        Command::new("apt-get")
            .args(["download", "-q", &package])
            .current_dir(&folder),
        LIMIT,
    )?;
    let deb = std::fs::read_dir(&folder)
        .map_err(|e| e.to_string())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "deb"))
        .ok_or("apt-get download left no package")?;
    command::succeed(Command::new("dpkg").arg("-x").arg(deb).arg(&folder), LIMIT)?;
    find_kernel(&folder).ok_or_else(|| format!("{package} has no boot/vmlinuz"))
}

fn find_kernel(folder: &Path) -> Option<PathBuf> {
    std::fs::read_dir(folder.join("boot"))
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz"))
        })
}

/// QEMU's flags that both guests share (hermit-run's own choice on this machine: TCG).
fn qemu_flags(unit: Unit) -> Vec<&'static str> {
    let mut flags = vec![
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
    ];
    match unit {
        Unit::Instructions => {
            flags.extend([
                "-accel",
                "tcg,thread=single",
                "-cpu",
                "max",
                "-icount",
                "shift=0,sleep=off",
            ]);
        }
        Unit::Time | Unit::Kernels => {
            flags.extend(["-accel", "tcg,thread=multi", "-cpu", "max"]);
        }
    }
    flags.extend(["-smp", unit.cpus(), "-m", MEMORY]);
    flags
}

/// Boots Linux once and runs all `runs` in it, one after another.
pub fn run_linux(
    places: &Places,
    kernel: &Path,
    unit: Unit,
    runs: &[Run],
) -> Result<Values, String> {
    let list: Vec<String> = runs
        .iter()
        .map(|(name, arguments)| {
            let words: Vec<&str> = [*name, unit.word()]
                .into_iter()
                .chain(arguments.iter().copied())
                .collect();
            words.join(",")
        })
        .collect();
    // On a busy machine Linux fails to measure the frequency of its counter, which is this machine's, and hangs.
    let counter = match unit {
        Unit::Instructions => String::new(),
        Unit::Time | Unit::Kernels => format!("tsc_early_khz={}", counter_khz()),
    };
    let append = format!(
        "console=ttyS0 quiet mitigations=off tsc=reliable clocksource=tsc {counter} reboot=t panic=-1 \
         bench={}",
        list.join(";")
    );
    let mut command = Command::new("qemu-system-x86_64");
    command
        .args(["-M", "microvm"])
        .args(qemu_flags(unit))
        .args(["-serial", "stdio"]);
    command
        .arg("-kernel")
        .arg(kernel)
        .arg("-initrd")
        .arg(places.linux("initrd"));
    command.args(["-append", &append]);
    let limit = unit.limit();
    let output = command::run(&mut command, limit)?;
    if output.status.is_none() {
        return Err(format!(
            "the Linux guest is not done after {} s",
            limit.as_secs()
        ));
    }
    if output.status != Some(0) {
        return Err(format!("the Linux guest fails: {}", output.stdout));
    }
    let failed: Vec<&str> = output
        .stdout
        .lines()
        .filter(|line| line.starts_with("failed: "))
        .collect();
    if !failed.is_empty() {
        return Err(format!("in the Linux guest: {}", failed.join("; ")));
    }
    Ok(values(&output.stdout))
}

/// The frequency of this machine's time-stamp counter in kHz: the median of some measurements.
fn counter_khz() -> u64 {
    let ticks = || {
        // SAFETY: every x86-64 processor has this instruction, and Linux lets programs use it.
        unsafe { std::arch::x86_64::_rdtsc() }
    };
    let mut found: Vec<u64> = (0..9)
        .map(|_| {
            let (begin, first) = (Instant::now(), ticks());
            std::thread::sleep(Duration::from_millis(20));
            let (passed, last) = (begin.elapsed(), ticks());
            (u128::from(last - first) * 1_000_000 / passed.as_nanos()) as u64
        })
        .collect();
    found.sort_unstable();
    found[found.len() / 2]
}

/// Boots Hermit for one run.
pub fn run_hermit(places: &Places, unit: Unit, run: &Run) -> Result<Values, String> {
    let (name, arguments) = run;
    let mut command = Command::new(places.hermit_run());
    command.args([
        "--cpus",
        unit.cpus(),
        "--memory",
        MEMORY,
        "--accel",
        "tcg",
        "--timeout",
        &unit.limit().as_secs().to_string(),
    ]);
    if unit == Unit::Instructions {
        command.arg("--icount");
    }
    command
        .arg(places.hermit(name))
        .arg(unit.word())
        .args(*arguments);
    let limit = unit.limit() + Duration::from_secs(10);
    Ok(values(&command::succeed(&mut command, limit)?.stdout))
}

/// The `= NAME<tab>VALUE` lines.
pub fn values(text: &str) -> Values {
    text.lines()
        .filter_map(|line| line.trim_end().strip_prefix("= ")?.split_once('\t'))
        .filter_map(|(name, value)| Some((name.to_owned(), value.trim().parse().ok()?)))
        .collect()
}

/// Keeps the smaller of two values of the same name.
pub fn keep_least(into: &mut Values, more: Values) {
    for (name, value) in more {
        into.entry(name)
            .and_modify(|old| *old = old.min(value))
            .or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_values() {
        let text = "noise\r\n= a b\t1.5\r\n= c\tx\n=d\t2\n= e\t-3\n";
        let expected = Values::from([("a b".to_owned(), 1.5), ("e".to_owned(), -3.0)]);
        assert_eq!(values(text), expected);
    }

    #[test]
    fn the_least_is_kept() {
        let mut values = Values::from([("a".to_owned(), 2.0)]);
        keep_least(
            &mut values,
            Values::from([("a".to_owned(), 3.0), ("b".to_owned(), 1.0)]),
        );
        keep_least(&mut values, Values::from([("a".to_owned(), 1.0)]));
        assert_eq!(
            values,
            Values::from([("a".to_owned(), 1.0), ("b".to_owned(), 1.0)])
        );
    }
}
