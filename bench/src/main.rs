//! `bench`: measures Hermit beside a Linux guest under the same QEMU flags in the same run, prints
//! one table and writes docs/benchmarks.md. `bench --linux` measures the Linux guest alone.

mod boot;
mod command;
mod cpio;
mod guests;
mod nas;
mod sizes;
mod table;

use guests::{Places, Run, Unit, Values};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;
use table::{Goal, Row};

/// Programs of bench/guest.
const PROGRAMS: &[&str] = &[
    "calls",
    "memory",
    "locks",
    "maths",
    "library",
    "system",
    "switch",
    "heap-threads",
    "openmp",
    "quiet",
    "sleep",
];

/// What runs under -icount, on one core.
const INSTRUCTION_RUNS: &[Run] = &[
    ("calls", &[]),
    ("locks", &[]),
    ("memory", &[]),
    ("switch", &["same"]),
    ("heap-threads", &["1"]),
    ("heap-threads", &["8"]),
    ("openmp", &["1", "team-of-one"]),
    ("maths", &[]),
    ("library", &[]),
    ("system", &[]),
];

/// What runs in time, on two cores.
const TIME_RUNS: &[Run] = &[
    ("calls", &[]),
    ("locks", &[]),
    ("memory", &[]),
    ("switch", &["same"]),
    ("switch", &["other"]),
    ("heap-threads", &["1"]),
    ("heap-threads", &["8"]),
    ("openmp", &["2", "1-thread-a-core"]),
    ("openmp", &["4", "2-threads-a-core"]),
    ("quiet", &["10"]),
    ("sleep", &[]),
];

const USAGE: &str = "usage: bench [--linux] [--rounds N] [--sdk DIR] [--no-time] [--no-doc]
             [--only PROGRAM]...
  --linux     the Linux guest alone (needs no SDK), printed as NAME<tab>VALUE
  --rounds N  how often what is measured in time is repeated (3); the least counts
  --no-time   count instructions only: the figures that a busy machine does not change
  --no-doc    do not write docs/benchmarks.md
  --only PROGRAM  only what this program of bench/guest measures, or this NAS kernel; implies --no-doc
  --class CLASS  the NAS kernels in this class only; implies --no-doc
       bench --nas N [CLASS ...]
              runs each NAS kernel N times on 1, 2 and 4 processors of Hermit, and fails if one does not verify";

/// What stands in the report instead of times that were not taken.
const NO_TIME: &str = "\n## Nanoseconds\n\nNot taken in this run (`bench --no-time`): OpenMP with \
several threads and the wake-ups between\ncores have no figures here, and their goals are open.\n";

struct Options {
    linux_only: bool,
    time: bool,
    document: bool,
    rounds: u32,
    sdk: Option<PathBuf>,
    /// Only the NAS kernels: how often, and which classes.
    nas: Option<(u32, Vec<String>)>,
    only: Vec<String>,
    class: Option<String>,
}

impl Options {
    /// Those of the runs that are wanted.
    fn chosen(&self, runs: &[Run]) -> Vec<Run> {
        let wanted =
            |run: &&Run| self.only.is_empty() || self.only.iter().any(|name| name == run.0);
        runs.iter().filter(wanted).copied().collect()
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        linux_only: false,
        time: true,
        document: true,
        rounds: 3,
        sdk: None,
        nas: None,
        only: Vec::new(),
        class: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--linux" => options.linux_only = true,
            "--no-time" => options.time = false,
            "--no-doc" => options.document = false,
            "--rounds" => {
                let value = arguments.next().and_then(|n| n.parse().ok());
                options.rounds = value.ok_or("--rounds wants a number")?;
            }
            "--only" => {
                let known = |name: &String| {
                    PROGRAMS.contains(&name.as_str()) || nas::RUNS.iter().any(|run| run.0 == name)
                };
                let program = arguments.next().filter(known);
                options
                    .only
                    .push(program.ok_or("--only wants a program of bench/guest or a NAS kernel")?);
                options.document = false;
            }
            "--class" => {
                let class = arguments
                    .next()
                    .filter(|c| nas::CLASSES.contains(&c.as_str()));
                options.class = Some(class.ok_or("--class wants S or W")?);
                options.document = false;
            }
            "--sdk" => {
                let folder = arguments.next().ok_or("--sdk wants a folder")?;
                options.sdk = Some(std::path::absolute(folder).map_err(|e| e.to_string())?);
            }
            "--nas" => {
                let rounds = arguments.next().and_then(|n| n.parse().ok());
                let rounds = rounds.ok_or("--nas wants a number")?;
                options.nas = Some((rounds, arguments.by_ref().collect()));
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options().and_then(|options| work(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn work(options: &Options) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let places = Places {
        root: root.to_owned(),
        sdk: options
            .sdk
            .clone()
            .unwrap_or_else(|| root.join("build/sdk")),
        out: root.join("build/bench"),
    };
    if !options.linux_only && !places.hermit_run().exists() {
        return Err(format!(
            "there is no SDK in {} (make sdk builds it)",
            places.sdk.display()
        ));
    }
    if let Some((rounds, classes)) = &options.nas {
        return nas::many_times(&places, *rounds, classes);
    }
    eprintln!("bench: preparing the Linux guest");
    let kernel = guests::fetch_linux(&places)?;
    let kernels = match options.linux_only {
        true => Vec::new(),
        false => nas::compile_linux(&places, &sizes::compiler_version(&places)?)?,
    };
    guests::prepare_linux(&places, PROGRAMS, &kernels)?;
    if options.linux_only {
        for (unit, runs) in [
            (Unit::Instructions, INSTRUCTION_RUNS),
            (Unit::Time, TIME_RUNS),
        ] {
            let runs = options.chosen(runs);
            for (name, value) in guests::run_linux(&places, &kernel, unit, &runs)? {
                println!("{name}\t{value}\t{}", unit.word());
            }
        }
        return Ok(());
    }
    for name in PROGRAMS {
        let source = places.root.join("bench/guest").join(format!("{name}.c"));
        guests::compile_hermit(&places, &source, name)?;
    }
    let mut report = String::new();
    if options.only.is_empty() {
        eprintln!("bench: boot, size, memory");
        let boot = boot::measure(&places)?;
        let heads = ["measure", "Hermit", "compared with", "ratio", "goal", "met"];
        let mut rows = boot_rows(&boot);
        rows.extend(sizes::rows(&places)?);
        section(&mut report, "Boot and size", heads, &rows);
    }

    let heads = ["measure", "Hermit", "Linux", "ratio", "goal", "met"];
    let runs = options.chosen(INSTRUCTION_RUNS);
    if !runs.is_empty() {
        let (hermit, linux, names) = both(&places, &kernel, Unit::Instructions, &runs, 1)?;
        let mut rows = table::rows(&names, &hermit, &linux, table::instruction_goal);
        if let Some(alone) = hermit.get("malloc+free, 1 thread") {
            for row in rows
                .iter_mut()
                .filter(|r| r.name == "malloc+free, 8 threads at once")
            {
                // The same but for what the last digit of an average may vary.
                row.goal = Goal::AtMost(*alone * 1.01);
            }
        }
        section(&mut report, "Instructions, one core", heads, &rows);
    }

    if options.time {
        let runs = options.chosen(TIME_RUNS);
        if !runs.is_empty() {
            let (hermit, linux, names) = both(&places, &kernel, Unit::Time, &runs, options.rounds)?;
            let rows = table::rows(&names, &hermit, &linux, table::time_goal);
            section(&mut report, "Nanoseconds, two cores", heads, &rows);
        }
        let mut runs = options.chosen(nas::RUNS);
        let class = options.class.as_deref();
        runs.retain(|run| class.is_none_or(|class| run.1.contains(&class)));
        if !runs.is_empty() {
            nas::compile_hermit(&places)?;
            let (hermit, linux, names) =
                both(&places, &kernel, Unit::Kernels, &runs, options.rounds)?;
            let rows = table::rows(&names, &hermit, &linux, |_| Goal::OfLinux(1.0));
            let title = "NAS kernels, milliseconds, two cores";
            section(&mut report, title, heads, &rows);
        }
    } else {
        report.push_str(NO_TIME);
    }

    print!("{report}");
    if options.document {
        let machine = machine(&kernel);
        let text = format!("{}\n{machine}\n{report}", include_str!("../method.md"));
        std::fs::write(places.root.join("docs/benchmarks.md"), text)
            .map_err(|e| format!("docs/benchmarks.md: {e}"))?;
    }
    Ok(())
}

fn section(report: &mut String, title: &str, heads: [&str; 6], rows: &[Row]) {
    let goals = rows.iter().filter_map(Row::met);
    let (met, all) = goals.fold((0, 0), |(met, all), good| (met + u32::from(good), all + 1));
    let _ = write!(
        report,
        "\n## {title}\n\n{}\n{met} of {all} goals are met.\n",
        table::render(heads, rows)
    );
}

/// Both guests' values and the names in the order in which they were measured.
fn both(
    places: &Places,
    kernel: &Path,
    unit: Unit,
    runs: &[Run],
    rounds: u32,
) -> Result<(Values, Values, Vec<String>), String> {
    let (mut hermit, mut linux) = (Values::new(), Values::new());
    let mut names = Vec::new();
    for round in 1..=rounds {
        for run in runs {
            eprintln!(
                "bench: {} {} {} (round {round})",
                unit.word(),
                run.0,
                run.1.join(" ")
            );
            // One measure that fails must not hide the others: its cells stay empty.
            let theirs =
                guests::run_linux(places, kernel, unit, &[*run]).unwrap_or_else(|message| {
                    eprintln!("bench: Linux: {message}");
                    Values::new()
                });
            let ours = guests::run_hermit(places, unit, run).unwrap_or_else(|message| {
                eprintln!("bench: Hermit: {message}");
                Values::new()
            });
            for name in theirs.keys().chain(ours.keys()) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            guests::keep_least(&mut linux, theirs);
            guests::keep_least(&mut hermit, ours);
        }
    }
    Ok((hermit, linux, names))
}

fn boot_rows(boot: &boot::Boot) -> Vec<Row> {
    #[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
    let kilo = |value: u64, unit: u64| value as f64 / unit as f64;
    let row = |name: &str, hermit: Option<f64>, linux: Option<f64>, goal| Row {
        name: name.to_owned(),
        hermit,
        linux,
        goal,
    };
    vec![
        row(
            "hello, stripped, kB",
            Some(kilo(boot.size, 1000)),
            None,
            Goal::AtMost(150.0),
        ),
        row(
            "least memory for hello, MiB",
            boot.memory.map(|m| kilo(m, 1024)),
            None,
            Goal::AtMost(4.0),
        ),
        row(
            "hermit-run hello, ms (QEMU that exits at once)",
            Some(boot.hello),
            Some(boot.probe),
            Goal::OfLinux(1.5),
        ),
        row(
            "hermit-run and an image that exits at once, ms (the same)",
            Some(boot.probe_by_hermit_run),
            Some(boot.probe),
            Goal::None,
        ),
        row(
            "kernel entry to main, instructions",
            boot.entry_to_main,
            None,
            Goal::AtMost(50_000.0),
        ),
    ]
}

/// What it was measured on.
fn machine(kernel: &Path) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let first_line = |program: &str| {
        command::run(
            Command::new(program).arg("--version"),
            Duration::from_secs(5),
        )
        .ok()
        .and_then(|o| o.stdout.lines().next().map(str::to_owned))
        .unwrap_or_default()
    };
    let linux = kernel
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    format!(
        "Measured on: {model}, {cores} cores; {}; {}; Linux guest {linux}.\n",
        first_line("qemu-system-x86_64"),
        first_line("gcc")
    )
}
