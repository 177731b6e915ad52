//! Reads the command line and the `HERMIT_RUN_…` variables into [`Options`].
//!
//! The environment is read first and the command line after it, so the command line wins; what may be
//! given several times is collected from both. Arguments stay bytes all the way.

use crate::failure::Failure;
use crate::options::{self, Options};
use lexopt::Arg;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What the user wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Run (or print) this.
    Run(Box<Options>),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// The text of `--help`.
pub const HELP: &str = "\
Usage: hermit-run [OPTION...] PROGRAM [ARGUMENT...]

Boots PROGRAM, a Hermit image, in a virtual machine as if it were a command: its
standard input, output and error and its exit status are those of hermit-run.

Options:
  --cpus N             processors of the guest (default 1)
  --memory SIZE        memory of the guest: 64M, 4G, ... (default 1G)
  --accel KIND         auto, kvm or tcg (default auto: kvm where it really works)
  --machine MODEL      microvm, q35 or pc (default microvm, the quickest)
  --env NAME=VALUE     set a variable of the guest; NAME alone hands over ours
  --file HOST:GUEST    put a file or directory at the path GUEST of the guest
  --mount HOST:GUEST[:ro]
                       the folder HOST, live, at the path GUEST of the guest
  --cwd                the current folder, live, at its own path; the program
                       starts there
  --timeout SECONDS    stop the guest after this time, with status 124
  --icount             count instructions: one processor, tcg, repeatable figures
  --gdb                wait for a debugger before the first instruction
  --qemu-arg ARG       hand ARG to QEMU
  --dry-run            print QEMU's command line and do nothing
  -v, --verbose        kernel log and QEMU's command line on standard error
  --help               this text
  --version            the version

Each option is also a variable of the environment: --cpus is HERMIT_RUN_CPUS,
--qemu-arg is HERMIT_RUN_QEMU_ARG, and so on; switches are 1 or 0, and what may be
given several times has one value a line. HERMIT_RUN_QEMU names another QEMU.
The guest gets OMP_*, GOMP_* and HERMIT_* variables (not HERMIT_RUN_*).

Exit status: the program's; 128+N if signal N ended it; 124 if --timeout did;
125 if hermit-run failed; 126 if PROGRAM cannot be run; 127 if it is not there.
";

/// Options with a value that may be given once or several times; the name is without dashes.
const VALUED: [&str; 9] = [
    "cpus", "memory", "accel", "machine", "env", "file", "mount", "timeout", "qemu-arg",
];
/// Options without a value.
const SWITCHES: [&str; 5] = ["cwd", "icount", "gdb", "dry-run", "verbose"];
/// Those of [`VALUED`] that collect.
const COLLECTING: [&str; 4] = ["env", "file", "mount", "qemu-arg"];

/// Reads `args` (without the command's own name); `variable` looks a variable up.
pub fn parse(
    args: impl IntoIterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Request, Failure> {
    let mut chosen = Options::default();
    from_environment(&mut chosen, variable)?;

    let mut parser = lexopt::Parser::from_args(args);
    let usage = |error: lexopt::Error| Failure::own(format!("{error}; see hermit-run --help"));
    loop {
        let name = match parser.next().map_err(usage)? {
            Some(Arg::Value(program)) => {
                chosen.program = PathBuf::from(program);
                break;
            }
            Some(Arg::Short('v')) => "verbose".to_owned(),
            Some(Arg::Short('h')) | Some(Arg::Long("help")) => return Ok(Request::Help),
            Some(Arg::Short('V')) | Some(Arg::Long("version")) => return Ok(Request::Version),
            Some(Arg::Long(name)) => name.to_owned(),
            Some(other) => return Err(usage(other.unexpected())),
            None => return Err(Failure::own("no PROGRAM given; see hermit-run --help")),
        };
        if let Some(switch) = SWITCHES.iter().find(|&&known| known == name) {
            set_switch(&mut chosen, switch, true);
        } else if VALUED.contains(&name.as_str()) {
            let value = parser.value().map_err(usage)?;
            set_value(&mut chosen, &name, &value)
                .map_err(|why| Failure::own(format!("--{name}: {why}")))?;
        } else {
            return Err(usage(Arg::Long(&name).unexpected()));
        }
    }
    chosen.args = parser.raw_args().map_err(usage)?.collect();
    if chosen.program.as_os_str().is_empty() {
        return Err(Failure::own("PROGRAM is empty; see hermit-run --help"));
    }
    check_together(&chosen)?;
    Ok(Request::Run(Box::new(chosen)))
}

fn from_environment(
    chosen: &mut Options,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(), Failure> {
    let variable_of = |option: &str| {
        format!(
            "HERMIT_RUN_{}",
            option.to_ascii_uppercase().replace('-', "_")
        )
    };
    for option in VALUED {
        let name = variable_of(option);
        // A variable that is set to nothing counts as not set: there is no other way to undo one.
        let Some(value) = variable(&name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let complain = |why| Failure::own(format!("{name}: {why}"));
        if COLLECTING.contains(&option) {
            for line in value
                .as_bytes()
                .split(|&b| b == b'\n')
                .filter(|line| !line.is_empty())
            {
                set_value(chosen, option, OsStr::from_bytes(line)).map_err(complain)?;
            }
        } else {
            set_value(chosen, option, &value).map_err(complain)?;
        }
    }
    for option in SWITCHES {
        let name = variable_of(option);
        let Some(value) = variable(&name) else {
            continue;
        };
        let on = options::switch(&value).map_err(|why| Failure::own(format!("{name}: {why}")))?;
        set_switch(chosen, option, on);
    }
    if let Some(qemu) = variable("HERMIT_RUN_QEMU").filter(|value| !value.is_empty()) {
        chosen.qemu = qemu;
    }
    Ok(())
}

fn set_value(chosen: &mut Options, option: &str, value: &OsStr) -> Result<(), String> {
    match option {
        "cpus" => chosen.cpus = options::cpus(value)?,
        "memory" => chosen.memory = options::size(value)?,
        "accel" => chosen.accel = options::accel(value)?,
        "machine" => chosen.machine = options::machine(value)?,
        "env" => chosen.env.push(options::env(value)?),
        "file" => chosen.files.push(options::file(value)?),
        "mount" => chosen.mounts.push(options::mount(value)?),
        "timeout" => chosen.timeout = options::timeout(value)?,
        "qemu-arg" => chosen.qemu_args.push(value.to_owned()),
        _ => unreachable!("only names of VALUED come here"),
    }
    Ok(())
}

fn set_switch(chosen: &mut Options, option: &str, on: bool) {
    match option {
        "cwd" => chosen.cwd = on,
        "icount" => chosen.icount = on,
        "gdb" => chosen.gdb = on,
        "dry-run" => chosen.dry_run = on,
        "verbose" => chosen.verbose = on,
        _ => unreachable!("only names of SWITCHES come here"),
    }
}

/// Refuses what does not go together.
fn check_together(chosen: &Options) -> Result<(), Failure> {
    if chosen.icount && chosen.cpus > 1 {
        return Err(Failure::own(format!(
            "--icount runs one processor, so it does not go with --cpus {}",
            chosen.cpus
        )));
    }
    if chosen.icount && chosen.accel == options::Accel::Kvm {
        return Err(Failure::own(
            "--icount counts what tcg translates, so it does not go with --accel kvm",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Accel, Machine};
    use std::os::unix::ffi::OsStringExt;
    use std::time::Duration;

    fn with(args: &[&str], environment: &[(&str, &str)]) -> Result<Request, Failure> {
        let args: Vec<OsString> = args.iter().map(Into::into).collect();
        parse(args, |name| {
            environment
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        })
    }

    fn options(args: &[&str], environment: &[(&str, &str)]) -> Options {
        match with(args, environment) {
            Ok(Request::Run(options)) => *options,
            other => panic!("{other:?}"),
        }
    }

    fn complaint(args: &[&str]) -> String {
        let failure = with(args, &[]).unwrap_err();
        assert_eq!(failure.status, 125);
        failure.message
    }

    #[test]
    fn everything_at_once() {
        let line = "--cpus 4 --memory=512M --accel tcg --machine q35 --env A=1 --env B --file x:/y \
                    --mount a:/b:ro --mount c:/d --cwd --timeout 2.5 --gdb --qemu-arg -d --qemu-arg=int --dry-run -v prog --cpus 9 -v --";
        let got = options(&line.split_whitespace().collect::<Vec<_>>(), &[]);
        assert_eq!((got.cpus, got.memory), (4, 512 << 20));
        assert_eq!((got.accel, got.machine), (Accel::Tcg, Machine::Q35));
        assert_eq!(
            got.env,
            [("A".into(), Some("1".into())), ("B".into(), None)]
        );
        assert_eq!((got.files.len(), got.mounts.len()), (1, 2));
        assert!(got.cwd);
        assert_eq!(got.timeout, Some(Duration::from_millis(2500)));
        assert!(got.gdb && got.dry_run && got.verbose && !got.icount);
        assert_eq!(got.qemu_args, ["-d", "int"]);
        assert_eq!(got.program, PathBuf::from("prog"));
        assert_eq!(got.args, ["--cpus", "9", "-v", "--"]);
    }

    #[test]
    fn double_dash_ends_the_options() {
        let got = options(&["--cpus", "2", "--", "--odd-name", "--", "x"], &[]);
        assert_eq!(got.program, PathBuf::from("--odd-name"));
        assert_eq!(got.args, ["--", "x"]);
    }

    #[test]
    fn arguments_of_any_bytes() {
        let odd = OsString::from_vec(vec![0xff, b'\n', 0x01]);
        let request = parse(["p".into(), odd.clone(), "".into()], |_| None).unwrap();
        let Request::Run(got) = request else { panic!() };
        assert_eq!(got.args, [odd, "".into()]);
    }

    #[test]
    fn the_command_line_wins_over_the_environment() {
        let environment = [
            ("HERMIT_RUN_CPUS", "8"),
            ("HERMIT_RUN_MEMORY", "2G"),
            ("HERMIT_RUN_VERBOSE", "1"),
        ];
        let got = options(&["--cpus", "2", "p"], &environment);
        assert_eq!((got.cpus, got.memory, got.verbose), (2, 2 << 30, true));
    }

    #[test]
    fn lists_in_the_environment() {
        let environment = [
            ("HERMIT_RUN_ENV", "A=1\nB=two words\n"),
            ("HERMIT_RUN_FILE", "a:/a\nb:/b"),
            ("HERMIT_RUN_MOUNT", "a:/a\nb:/b:ro"),
            ("HERMIT_RUN_CWD", "1"),
            ("HERMIT_RUN_QEMU_ARG", "-d\nint"),
            ("HERMIT_RUN_QEMU", "/opt/qemu"),
            ("HERMIT_RUN_TIMEOUT", ""),
            ("HERMIT_RUN_ICOUNT", "0"),
        ];
        let got = options(&["--env", "A=2", "p"], &environment);
        let names: Vec<_> = got
            .env
            .iter()
            .map(|(key, value)| (key.to_str().unwrap(), value.clone().unwrap()))
            .collect();
        assert_eq!(
            names,
            [
                ("A", "1".into()),
                ("B", "two words".into()),
                ("A", "2".into())
            ]
        );
        assert_eq!((got.files.len(), got.mounts.len()), (2, 2));
        assert!(got.cwd);
        assert_eq!(got.qemu_args, ["-d", "int"]);
        assert_eq!(got.qemu, "/opt/qemu");
        assert_eq!((got.timeout, got.icount), (None, false));
    }

    #[test]
    fn bad_environment_names_the_variable() {
        let failure = with(&["p"], &[("HERMIT_RUN_CPUS", "many")]).unwrap_err();
        assert!(
            failure.message.starts_with("HERMIT_RUN_CPUS: "),
            "{failure}"
        );
        let failure = with(&["p"], &[("HERMIT_RUN_GDB", "perhaps")]).unwrap_err();
        assert!(failure.message.starts_with("HERMIT_RUN_GDB: "), "{failure}");
    }

    #[test]
    fn complaints() {
        assert!(complaint(&[]).contains("no PROGRAM"));
        assert!(complaint(&[""]).contains("empty"));
        assert!(complaint(&["--bogus", "p"]).contains("--bogus"));
        assert!(complaint(&["-x", "p"]).contains("-x"));
        assert!(complaint(&["--cpus"]).contains("--cpus"));
        assert!(complaint(&["--cpus", "0", "p"]).starts_with("--cpus: "));
        assert!(complaint(&["--memory", "lots", "p"]).starts_with("--memory: "));
        assert!(complaint(&["--accel", "hvf", "p"]).starts_with("--accel: "));
        assert!(complaint(&["--machine", "mac", "p"]).starts_with("--machine: "));
        assert!(complaint(&["--timeout", "soon", "p"]).starts_with("--timeout: "));
        assert!(complaint(&["--file", "x", "p"]).starts_with("--file: "));
        assert!(complaint(&["--env", "=", "p"]).starts_with("--env: "));
        assert!(complaint(&["--icount", "--cpus", "2", "p"]).contains("--cpus 2"));
        assert!(complaint(&["--icount", "--accel", "kvm", "p"]).contains("--accel kvm"));
        assert!(complaint(&["--icount=1", "p"]).contains("--icount"));
        assert!(complaint(&["--mount", "a:b", "p"]).starts_with("--mount: "));
        assert!(complaint(&["--cwd=/x", "p"]).contains("--cwd"));
    }

    #[test]
    fn help_and_version() {
        assert_eq!(with(&["--help"], &[]), Ok(Request::Help));
        assert_eq!(with(&["--version", "p"], &[]), Ok(Request::Version));
        // Behind PROGRAM they are the program's.
        assert_eq!(options(&["p", "--help"], &[]).args, ["--help"]);
    }
}
