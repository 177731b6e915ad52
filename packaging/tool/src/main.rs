//! Debian packages, their repository, releases and the tests of all that: what `make deb`, `make
//! apt-repo`, `make release` and `make package-test` call.
//!
//! For each Debian release a source tree is put together (`source`) and built in a clean tree of that
//! release (`tree`, `deb`). The packages of all releases make one signed repository (`repository`), and
//! that with checksums a release (`release`). The tests (`test`) act as a user does, in minimal trees.

#[cfg(test)]
mod agreement;
mod copyright;
mod deb;
mod places;
mod release;
mod repository;
mod source;
mod test;
mod tree;

use std::process::ExitCode;

use places::Places;
use sdk::{Result, fail, run};

const USAGE: &str = "\
usage: packages COMMAND
  deb              build the packages in build/deb; SUITES=\"bookworm trixie\" and
                   LANGS=\"c c++ fortran go\" in the environment say for what, and CACHE=no that no
                   library of an earlier build is used
  apt-repo         make build/apt-repo of them, signed by the key KEY=FINGERPRINT of gpg's keyring,
                   or else by a key made in build/signing
  release          the repository and the images' archives with checksums, in build/release
  reproducible     build the packages a second time, without the cache, and compare
  test [--quick] [WORD...]
                   install, use, upgrade and remove the packages in clean trees; with words only
                   the tests whose names have one of them
  transcript       write docs/first-ten-minutes.md from what the test saw
  copyright        print debian/copyright";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match command(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("packages: {why}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[&str]) -> Result<()> {
    let places = Places::find()?;
    // Those that only print or write a page do not wait, and neither does a mistake.
    let _alone = match args {
        ["deb" | "apt-repo" | "release" | "reproducible" | "test", ..] => {
            Some(run::alone(&places.work.join("lock"), "packages")?)
        }
        _ => None,
    };
    match args {
        ["deb"] => deb::build_all(&places),
        ["apt-repo"] => repository::make(&places).map(drop),
        ["release"] => release::make(&places),
        ["reproducible"] => release::reproducible(&places),
        ["test", "--quick", words @ ..] => test::run(&places, true, words),
        ["test", words @ ..] => test::run(&places, false, words),
        ["transcript"] => test::transcript::write(&places),
        ["copyright"] => {
            print!("{}", copyright::text(&places)?);
            Ok(())
        }
        _ => fail(USAGE),
    }
}
