//! The command line of hermit-image.

use hermit_run::failure::Failure;
use hermit_run::options::{self, FileArg};
use lexopt::Arg;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the user wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Make a medium.
    Make(Box<Options>),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// A kind of medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A CD image, which starts from a memory stick too.
    Iso,
    /// A disk with one partition.
    Disk,
}

/// A medium, as the user asked for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// What kind.
    pub kind: Kind,
    /// The image.
    pub program: PathBuf,
    /// The file to be made.
    pub output: PathBuf,
    /// `--env` in order; `None` hands over the value that the variable has here.
    pub env: Vec<(OsString, Option<OsString>)>,
    /// `--file` in order.
    pub files: Vec<FileArg>,
    /// Boot parameters.
    pub parameters: Vec<String>,
    /// The program's arguments.
    pub args: Vec<OsString>,
}

/// The text of `--help`.
pub const HELP: &str = "\
Usage: hermit-image iso|disk PROGRAM -o FILE [OPTION...] [-- ARGUMENT...]

Makes a bootable medium of PROGRAM, a Hermit image: a CD image (which may also be
written to a memory stick) or a disk image. Both start by BIOS and by UEFI, and run
PROGRAM with the ARGUMENTs. Its console is the first serial port, 115200 8N1.

Options:
  -o, --output FILE    the medium
  --env NAME=VALUE     set a variable of the program; NAME alone hands over ours
  --file HOST:GUEST    put a file or directory at the path GUEST
  --parameter WORD     a boot parameter, such as slice=5
  --reset              restart the machine when the program has ended; without it
                       the machine stands still
  -v, --verbose        the kernel's log on the console
  --help               this text
  --version            the version

The same input gives the same bytes; SOURCE_DATE_EPOCH is the date in the medium.
";

/// Reads `args`, without the command's own name.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Request, Failure> {
    let usage = |why: String| Failure::own(format!("{why}; see hermit-image --help"));
    let mut words: Vec<OsString> = args.into_iter().collect();
    // Behind `--` everything is the program's.
    let end = words.iter().position(|word| word == "--");
    let behind = end.map(|at| words.split_off(at)).unwrap_or_default();
    let mut parser = lexopt::Parser::from_args(words);
    let (mut kind, mut program, mut output) = (None, None, None);
    let (mut env, mut files, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
    let (mut reset, mut verbose) = (false, false);
    let unusable = |error: lexopt::Error| usage(error.to_string());
    loop {
        let name = match parser.next().map_err(unusable)? {
            None => break,
            Some(Arg::Value(word)) => {
                if kind.is_none() {
                    kind = Some(match word.to_str() {
                        Some("iso") => Kind::Iso,
                        Some("disk") => Kind::Disk,
                        _ => return Err(usage(format!("{word:?} is neither iso nor disk"))),
                    });
                } else if program.is_none() {
                    program = Some(word);
                } else {
                    let why = format!("{word:?}: the program's arguments stand behind --");
                    return Err(usage(why));
                }
                continue;
            }
            Some(Arg::Short('h')) => "help".to_owned(),
            Some(Arg::Short('V')) => "version".to_owned(),
            Some(Arg::Short('o')) => "output".to_owned(),
            Some(Arg::Short('v')) => "verbose".to_owned(),
            Some(Arg::Long(name)) => name.to_owned(),
            Some(other) => return Err(unusable(other.unexpected())),
        };
        let about = |why: String| Failure::own(format!("--{name}: {why}"));
        match name.as_str() {
            "help" => return Ok(Request::Help),
            "version" => return Ok(Request::Version),
            "reset" => reset = true,
            "verbose" => verbose = true,
            "output" => output = Some(parser.value().map_err(unusable)?),
            "env" => {
                env.push(options::env(&parser.value().map_err(unusable)?).map_err(about)?);
            }
            "file" => {
                files.push(options::file(&parser.value().map_err(unusable)?).map_err(about)?);
            }
            "parameter" => {
                parameters.push(parameter(parser.value().map_err(unusable)?).map_err(about)?);
            }
            other => return Err(unusable(Arg::Long(other).unexpected())),
        }
    }
    let needed = |what: Option<OsString>, why: &str| {
        let given = what.filter(|word| !word.is_empty());
        given
            .map(PathBuf::from)
            .ok_or_else(|| usage(why.to_owned()))
    };
    let kind = kind.ok_or_else(|| usage("neither iso nor disk is given".into()))?;
    if !reset {
        parameters.push("halt".into());
    }
    if verbose {
        parameters.push("verbose".into());
    }
    Ok(Request::Make(Box::new(Options {
        kind,
        program: needed(program, "no PROGRAM given")?,
        output: needed(output, "no -o FILE given")?,
        env,
        files,
        parameters,
        args: behind.into_iter().skip(1).collect(),
    })))
}

/// A word that GRUB hands on as it is.
fn parameter(value: OsString) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "=.,:/@_+-%".contains(c);
    match value.into_string() {
        Ok(word) if !word.is_empty() && word != "--" && word.chars().all(plain) => Ok(word),
        Ok(word) => Err(format!("{word:?} is not a boot parameter")),
        Err(bytes) => Err(format!("{bytes:?} is not text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &[&str]) -> Result<Request, Failure> {
        parse(line.iter().map(OsString::from))
    }

    #[test]
    fn everything_at_once() {
        let line = "iso prog -o out.iso --env A=1 --env B --file x:/y --parameter slice=5 -v -- -o --env two";
        let Ok(Request::Make(got)) = of(&line.split(' ').collect::<Vec<_>>()) else {
            panic!("{line}")
        };
        assert_eq!((got.kind, got.program), (Kind::Iso, PathBuf::from("prog")));
        assert_eq!(got.output, PathBuf::from("out.iso"));
        assert_eq!((got.env.len(), got.files.len()), (2, 1));
        assert_eq!(got.parameters, ["slice=5", "halt", "verbose"]);
        assert_eq!(got.args, ["-o", "--env", "two"]);
    }

    #[test]
    fn a_machine_that_restarts() {
        let Ok(Request::Make(got)) = of(&["disk", "--reset", "--output=d", "p", "--"]) else {
            panic!()
        };
        assert_eq!((got.kind, got.parameters.len()), (Kind::Disk, 0));
        assert!(got.args.is_empty());
    }

    #[test]
    fn complaints() {
        let complaint = |line: &[&str]| of(line).unwrap_err().message;
        assert!(complaint(&[]).contains("neither iso nor disk"));
        assert!(complaint(&["cd", "p"]).contains("\"cd\""));
        assert!(complaint(&["iso"]).contains("no PROGRAM"));
        assert!(complaint(&["iso", "p"]).contains("no -o"));
        assert!(complaint(&["iso", "p", "-o", ""]).contains("no -o"));
        assert!(complaint(&["iso", "p", "arg"]).contains("behind --"));
        assert!(complaint(&["iso", "p", "--bogus"]).contains("--bogus"));
        assert!(complaint(&["iso", "p", "--env", "=x"]).starts_with("--env: "));
        assert!(complaint(&["iso", "p", "--file", "x"]).starts_with("--file: "));
        assert!(complaint(&["iso", "p", "--parameter", "a b"]).starts_with("--parameter: "));
        assert!(complaint(&["iso", "p", "--parameter", "$x"]).contains("not a boot parameter"));
        assert_eq!(of(&["--help"]), Ok(Request::Help));
    }
}
