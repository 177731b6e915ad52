//! `sdk deps TARGET | sdk | libhermit | drivers | newlib | symbols`: see the library.

use std::process::ExitCode;

use sdk::layout::Layout;
use sdk::{Result, check, coverage, deps, libhermit, sysroot};

const USAGE: &str = "\
usage: sdk COMMAND
  deps run|sdk|test|bench   install the Debian packages that the make target needs
  sdk                       build the whole SDK in build/sdk; LANGS=\"c c++ fortran go\" in the
                            environment: for these languages, else for C
  libhermit                 rebuild only libhermit.a in an SDK that is there
  sysroot                   everything but libhermit.a
  check                     check names and headers of an SDK that is there
  coverage                  bring docs/posix.tsv and docs/posix.md in line with headers and tests
  coverage --missing        list the functions that must have a test and have none
  symbols                   write toolchain/libhermit/symbols.txt anew";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match command(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("sdk: {why}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[&str]) -> Result<()> {
    let layout = Layout::find();
    match args {
        ["deps", target] => deps::ensure(target),
        ["sdk"] => {
            sysroot::third_party(&layout)?;
            sysroot::tools(&layout)?;
            sysroot::libhermit(&layout)
        }
        ["sysroot"] => sysroot::third_party(&layout),
        ["libhermit"] => sysroot::libhermit(&layout),
        ["check"] => {
            libhermit::check_symbols(&layout)?;
            coverage::check(&layout, &check::headers(&layout)?)
        }
        ["coverage"] => coverage::update(&layout, &check::headers(&layout)?),
        ["coverage", "--missing"] => {
            print!("{}", coverage::untested(&layout)?);
            Ok(())
        }
        ["symbols"] => libhermit::write_symbols(&layout),
        _ => sdk::fail(USAGE),
    }
}
