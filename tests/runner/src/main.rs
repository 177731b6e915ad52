//! `guest-tests`: compiles the guest tests and the examples, boots them and judges what they do.
//! tests/README.md is its manual.

mod boots;
mod compile;
mod conf;
mod driver;
mod go_command;
mod judge;
mod language;
mod media;
mod plan;
mod streams;

use compile::Places;
use driver::DriverTest;
use guest_tests::failures::Failures;
use guest_tests::parallel::{in_parallel, lock};
use language::Language;
use plan::{Case, Side, Test};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const USAGE: &str = "\
usage: guest-tests [options] [WORD…]          run the tests whose name contains a WORD
       guest-tests boots [--count N] [--cpus N] [--machine M]   boot hello again and again
options:
  --guest | --host   only on Hermit | only on the host
  --repeat N         N rounds, ends at the first that fails
  --jobs N           tests at a time (2)
  --sdk DIR          the SDK (build/sdk)
  --list             say what would run";

struct Options {
    words: Vec<String>,
    guest: bool,
    host: bool,
    list: bool,
    boots: bool,
    repeat: u32,
    jobs: u32,
    count: u32,
    cpus: String,
    machine: String,
    sdk: PathBuf,
}

/// The repository: two folders above this crate.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("/"))
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        words: Vec::new(),
        guest: true,
        host: true,
        list: false,
        boots: false,
        repeat: 1,
        jobs: 2,
        count: 500,
        cpus: "4".to_owned(),
        machine: "microvm".to_owned(),
        sdk: root().join("build/sdk"),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
        let number = |text: String| {
            text.parse::<u32>()
                .map_err(|_| format!("'{text}' is not a number"))
        };
        match argument.as_str() {
            "--guest" => options.host = false,
            "--host" => options.guest = false,
            "--list" => options.list = true,
            "--repeat" => options.repeat = number(value()?)?,
            "--jobs" => options.jobs = number(value()?)?.max(1),
            "--count" => options.count = number(value()?)?,
            "--cpus" => options.cpus = value()?,
            "--machine" => options.machine = value()?,
            "--sdk" => options.sdk = std::path::absolute(value()?).map_err(|e| e.to_string())?,
            "boots" if options.words.is_empty() => options.boots = true,
            "-h" | "--help" => return Err(USAGE.to_owned()),
            flag if flag.starts_with('-') => return Err(format!("unknown option {flag}\n{USAGE}")),
            word => options.words.push(word.to_owned()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options().and_then(|options| work(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn work(options: &Options) -> Result<bool, String> {
    let places = Places {
        sdk: options.sdk.clone(),
        out: root().join("build/tests"),
        include: root().join("tests/include"),
    };
    if options.guest && !options.list && !places.sdk.join("bin/hermit-run").exists() {
        return Err(format!(
            "there is no SDK in {} (make sdk builds it; --host runs the host's side alone)",
            places.sdk.display()
        ));
    }
    let mut tests = plan::find(&[root().join("tests"), root().join("examples")])?;
    if options.boots {
        let hello = tests
            .iter()
            .find(|t| t.name == "hello")
            .ok_or("no examples/hello")?;
        return boots::run(
            &places,
            hello,
            options.count,
            &options.cpus,
            &options.machine,
        );
    }
    let all = tests.len();
    tests.retain(|test| {
        options.words.is_empty() || options.words.iter().any(|word| test.name.contains(word))
    });
    let filtered = all - tests.len();
    let drivers: Vec<&DriverTest> = driver::TESTS
        .iter()
        .chain(streams::TESTS)
        .chain(media::TESTS)
        .chain(go_command::tests(&places))
        .filter(|_| options.guest)
        .filter(|test| options.words.is_empty() || options.words.iter().any(|w| test.0.contains(w)))
        .collect();
    let mut cases: Vec<Case> = tests
        .iter()
        .enumerate()
        .flat_map(|(index, test)| plan::cases(index, test, options.guest, options.host))
        .collect();
    skip_missing_languages(&places, &tests, &mut cases);
    if options.list {
        for case in &cases {
            let reason = case.skipped.as_ref().map(|r| format!(" (skipped: {r})"));
            println!("{}{}", case.title, reason.unwrap_or_default());
        }
        drivers.iter().for_each(|test| println!("{}", test.0));
        return Ok(true);
    }
    for round in 1..=options.repeat {
        if options.repeat > 1 {
            println!("round {round} of {}", options.repeat);
        }
        if !run_round(&places, &tests, &cases, &drivers, options.jobs, filtered) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Leaves out, with the reason, what an SDK of fewer languages cannot compile.
fn skip_missing_languages(places: &Places, tests: &[Test], cases: &mut [Case]) {
    for case in cases {
        let sources = language::sources(&tests[case.test]);
        let languages = sources.iter().filter_map(|source| Language::of(source));
        let missing = languages.filter_map(|language| language.missing(places));
        if let Some(reason) = missing.max().filter(|_| case.skipped.is_none()) {
            case.skipped = Some(reason.to_owned());
        }
    }
}

/// Runs every case once and prints the summary; true if none failed.
fn run_round(
    places: &Places,
    tests: &[Test],
    cases: &[Case],
    drivers: &[&DriverTest],
    jobs: u32,
    filtered: usize,
) -> bool {
    let start = Instant::now();
    let (runnable, skipped): (Vec<_>, Vec<_>) = cases.iter().partition(|c| c.skipped.is_none());
    // One line for each test, side and reason: a test that is not for the host has many runs.
    let mut told = BTreeSet::new();
    for case in &skipped {
        let name = &tests[case.test].name;
        let side = if case.side == Side::Host {
            "host"
        } else {
            "hermit"
        };
        let reason = case.skipped.as_deref().unwrap_or_default();
        if told.insert((name, side, reason)) {
            println!("test {name} [{side}] ... ignored, {reason}");
        }
    }
    let mut programs: BTreeSet<(usize, bool)> = BTreeSet::new();
    for case in runnable
        .iter()
        .filter(|c| c.settings.get("image").is_none())
    {
        programs.insert((case.test, case.side == Side::Host));
        if case.settings.get("stdout") == Some("=host") {
            programs.insert((case.test, true));
        }
    }
    let broken: Mutex<BTreeMap<(usize, bool), String>> = Mutex::default();
    in_parallel(
        jobs,
        &programs.into_iter().collect::<Vec<_>>(),
        |&(test, host)| {
            let side = if host { Side::Host } else { Side::Guest };
            if let Err(message) = compile::compile(places, &tests[test], side) {
                lock(&broken).insert((test, host), message);
            }
        },
    );
    let broken = broken
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);

    let failed = Failures::default();
    let one = |case: &&Case| {
        let test = &tests[case.test];
        let uncompiled = match case.settings.get("image") {
            Some(_) => None,
            None => broken.get(&(case.test, case.side == Side::Host)),
        };
        let verdict = match uncompiled {
            Some(message) => judge::Verdict {
                failure: Some(format!("does not compile\n{message}")),
                elapsed: Duration::ZERO,
            },
            None => judge::run(places, test, case),
        };
        report(&case.title, verdict.elapsed, verdict.failure, &failed);
    };
    let is_alone = |case: &&&Case| case.settings.get("alone") == Some("yes");
    let (alone, together): (Vec<&Case>, Vec<&Case>) = runnable.iter().partition(|c| is_alone(c));
    in_parallel(jobs, &together, one);
    in_parallel(jobs, drivers, |test| {
        let start = Instant::now();
        let failure = driver::run(places, root(), test).err();
        report(test.0, start.elapsed(), failure, &failed);
    });
    in_parallel(1, &alone, one);

    print!("{failed}");
    let failed = failed.count();
    println!(
        "\ntest result: {}. {} passed; {} failed; {} ignored; 0 measured; {filtered} filtered out; \
         finished in {:.2}s\n",
        if failed == 0 { "ok" } else { "FAILED" },
        runnable.len() + drivers.len() - failed,
        failed,
        skipped.len(),
        start.elapsed().as_secs_f64()
    );
    failed == 0
}

/// Prints one test's line. It is one write, so that lines of two threads do not mix.
fn report(title: &str, elapsed: Duration, failure: Option<String>, failed: &Failures) {
    let seconds = elapsed.as_secs_f64();
    let mut output = std::io::stdout().lock();
    // A closed stdout is nobody's failure.
    let _ = match failure {
        None => writeln!(output, "test {title} ... ok ({seconds:.2} s)"),
        Some(text) => {
            let indented = text.replace('\n', "\n    ");
            failed.add(title, &text);
            writeln!(
                output,
                "test {title} ... FAILED ({seconds:.2} s)\n    {indented}"
            )
        }
    };
}
