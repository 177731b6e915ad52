//! Many boots of one program in a row: the race that happens once in three hundred starts shows
//! here or nowhere.

use crate::compile::{self, Places};
use crate::plan::{Side, Test};
use guest_tests::process;
use std::process::Command;
use std::time::Duration;

/// Boots `test`'s program `count` times; prints each failure; true if there was none.
pub fn run(
    places: &Places,
    test: &Test,
    count: u32,
    cpus: &str,
    machine: &str,
) -> Result<bool, String> {
    compile::compile(places, test, Side::Guest)?;
    let out = places.folder(test);
    let expected = std::fs::read(test.folder.join("expected")).map_err(|e| e.to_string())?;
    let (stdout, stderr) = (out.join("boots.stdout"), out.join("boots.stderr"));
    let mut times = Vec::new();
    let mut failures = 0;
    for round in 1..=count {
        let mut command = Command::new(places.sdk.join("bin/hermit-run"));
        command.args(["--cpus", cpus, "--machine", machine]);
        command.arg(places.program(test, Side::Guest));
        let ending = process::run(
            &mut command,
            None,
            &stdout,
            &stderr,
            Duration::from_secs(60),
        )
        .map_err(|e| format!("hermit-run: {e}"))?;
        let written = std::fs::read(&stdout).map_err(|e| e.to_string())?;
        times.push(ending.elapsed);
        if ending.status != Some(0) || written != expected {
            failures += 1;
            let errors = std::fs::read(&stderr).unwrap_or_default();
            let status = ending
                .status
                .map_or("hangs".to_owned(), |s| format!("status {s}"));
            println!(
                "boot {round}: {status}\n  stdout: {:?}\n  stderr: {}",
                String::from_utf8_lossy(&written),
                String::from_utf8_lossy(&errors)
            );
        }
        if round % 100 == 0 {
            println!("{round} boots, {failures} failed");
        }
    }
    times.sort();
    let milliseconds = |d: Option<&Duration>| d.map_or(0.0, |d| d.as_secs_f64() * 1e3);
    println!(
        "{count} boots of {} on {cpus} cores ({machine}): {failures} failed; \
         {:.0} ms the fastest, {:.0} ms the median, {:.0} ms the slowest",
        test.name,
        milliseconds(times.first()),
        milliseconds(times.get(times.len() / 2)),
        milliseconds(times.last())
    );
    Ok(failures == 0)
}
