//! `ports`: programs and test suites that others wrote, fetched, built unedited and run on Hermit.
//! tests/ports/README.md is its manual.

mod dg;
mod expect;
mod go;
mod posix;
mod recipe;
mod suite;
mod tally;

use sdk::Result;
use sdk::layout::Layout;
use std::process::ExitCode;

const USAGE: &str = "\
usage: ports [--quick] [NAME…]              build and run the ports (those of `make test`; the named ones)
       ports posix [--sample N] [WORD…]     the Open POSIX Test Suite (every Nth; names with a WORD)
       ports SUITE [--sample N] [WORD…]     GCC's own tests: libgomp, libgomp-c++, libgomp-fortran,
                                            gfortran, libstdc++
       ports gcc                            all of them or what `make gcc-tests` draws of them, on the
                                            host and on Hermit
       ports go [--draw N] [WORD…]          GCC's own tests of Go
options:
  --list       say what would run
  --draw N     N programs of a suite, always the same ones
  --host       a suite's programs on this machine, by its own compiler
  --jobs N     programs at a time (2)";

/// What the command line asks for.
#[derive(Clone)]
pub struct Options {
    words: Vec<String>,
    quick: bool,
    list: bool,
    jobs: u32,
    /// Only every Nth program.
    sample: usize,
    /// So many programs, drawn by lot; all, if zero.
    draw: usize,
    /// On this machine instead of Hermit.
    host: bool,
}

fn main() -> ExitCode {
    let result = options().and_then(|mut options| {
        let layout = Layout::find();
        if !layout.sdk.join("bin/hermit-run").exists() {
            return sdk::fail("there is no SDK (make sdk builds it)");
        }
        let first = options.words.first().cloned().unwrap_or_default();
        if first == "posix" {
            return posix::run(&layout, options.shift());
        }
        if first == "gcc" {
            return dg::run_all(&layout, options.shift());
        }
        if first == go::NAME {
            return go::run(&layout, options.shift());
        }
        match dg::is_suite(&first) {
            true => dg::run(&layout, &first, options.shift()),
            false => recipe::run(&layout, &options),
        }
    });
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("ports: {why}");
            ExitCode::from(2)
        }
    }
}

impl Options {
    /// Without the first word, which named the suite.
    fn shift(&mut self) -> &Options {
        self.words.remove(0);
        self
    }

    /// Where a suite's programs run.
    pub fn side(&self) -> suite::Side {
        match self.host {
            true => suite::Side::Host,
            false => suite::Side::Guest,
        }
    }

    /// Whether a program of this name is asked for.
    pub fn wants(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }
}

fn options() -> Result<Options> {
    let mut options = Options {
        words: Vec::new(),
        quick: false,
        list: false,
        jobs: 2,
        sample: 1,
        draw: 0,
        host: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let value = arguments.next().unwrap_or_default();
            let number = value.parse::<u32>().ok().filter(|n| *n > 0);
            number.ok_or(format!("{argument} wants a number, not '{value}'"))
        };
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--list" => options.list = true,
            "--jobs" => options.jobs = number()?,
            "--host" => options.host = true,
            "--draw" => options.draw = number()? as usize,
            "--sample" => options.sample = number()? as usize,
            flag if flag.starts_with('-') => return sdk::fail(USAGE),
            word => options.words.push(word.to_owned()),
        }
    }
    Ok(options)
}
