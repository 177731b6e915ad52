//! `x86_64-hermit-env [COMMAND [ARGUMENT…]]`: the environment in which build systems make programs for Hermit.
//!
//! Alone it prints commands for a shell (`eval "$(x86_64-hermit-env)"`), with a command it runs it there; with
//! `--binfmt` images start by themselves below that command.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Tools by their names alone: PATH leads to them, and a folder with a blank in its name would break in
/// makefiles.
const TOOLS: &[(&str, &str)] = &[
    ("CC", "x86_64-hermit-gcc"),
    ("CXX", "x86_64-hermit-g++"),
    ("FC", "x86_64-hermit-gfortran"),
    ("F77", "x86_64-hermit-gfortran"),
    ("GCCGO", "x86_64-hermit-gccgo"),
    ("AR", "x86_64-hermit-gcc-ar"),
    ("NM", "x86_64-hermit-gcc-nm"),
    ("RANLIB", "x86_64-hermit-gcc-ranlib"),
    ("STRIP", "x86_64-hermit-strip"),
    ("OBJCOPY", "x86_64-hermit-objcopy"),
    ("OBJDUMP", "x86_64-hermit-objdump"),
    ("PKG_CONFIG", "x86_64-hermit-pkg-config"),
    // What a project compiles to run while it is built.
    ("CC_FOR_BUILD", "cc"),
    ("RUN", "hermit-run"),
    // How automake's `make check` starts a test: the first for its parallel harness, the second for the
    // older serial one.
    ("LOG_COMPILER", "x86_64-hermit-exec"),
    ("TESTS_ENVIRONMENT", "x86_64-hermit-exec"),
];

const HELP: &str = "\
Usage: x86_64-hermit-env                                print commands for a shell
       x86_64-hermit-env COMMAND [ARGUMENT...]          run a command in that environment
       x86_64-hermit-env --binfmt COMMAND [ARGUMENT...]
           for test suites that are scripts: below the command, ./program boots a Hermit
           image. Needs Linux 6.7, no privilege; the command sees itself as root.
";

/// What x86_64-hermit-exec is called by, where a program is started by its path.
fn bin_exec(prefix: &Path) -> OsString {
    prefix.join("bin/x86_64-hermit-exec").into()
}

/// Registers the format with the kernel, for this mount of binfmt_misc, then becomes the command.
const REGISTER: &str = r#"
mount -t binfmt_misc hermit /proc/sys/fs/binfmt_misc 2>/dev/null &&
	printf %s "$0" >/proc/sys/fs/binfmt_misc/register || {
	echo "x86_64-hermit-env: --binfmt: this Linux has no binfmt_misc of a user's own (it has from 6.7 on)" >&2
	exit 125
}
exec "$@"
"#;

/// The command in a user namespace that has a binfmt_misc of its own.
fn registered(interpreter: &OsStr, command: &OsStr) -> Command {
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", REGISTER]);
    unshare.arg(registration(interpreter)).arg(command);
    unshare
}

/// How many bytes of a file the kernel looks at.
pub const HEAD: usize = 88;

/// What they are, and which of their bits count: an ELF64 executable for x86-64 whose first segment is loaded at
/// 1 MiB. Programs for Linux are never that low.
pub fn magic() -> ([u8; HEAD], [u8; HEAD]) {
    let (mut magic, mut mask) = ([0; HEAD], [0; HEAD]);
    for (at, bytes) in [
        (0, &b"\x7fELF\x02\x01"[..]),
        (16, &[2, 0, 62, 0]),
        (64, &[1, 0, 0, 0]),
        (80, &[0, 0, 16, 0, 0, 0, 0, 0]),
    ] {
        magic[at..at + bytes.len()].copy_from_slice(bytes);
        mask[at..at + bytes.len()].fill(0xff);
    }
    (magic, mask)
}

/// What the kernel is told.
fn registration(interpreter: &OsStr) -> OsString {
    let (magic, mask) = magic();
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|b| format!("\\x{b:02x}"))
            .collect::<String>()
    };
    let mut text = OsString::from(format!(":hermit:M::{}:{}:", hex(&magic), hex(&mask)));
    text.push(interpreter);
    text.push(":");
    text
}

/// Prints or runs; `has` says whether there is a run-time library for a driver.
pub fn environment(prefix: &Path, has: impl Fn(&str) -> bool, args: &[OsString]) -> ExitCode {
    let variables = variables(prefix, has, |name| std::env::var_os(name));
    let Some((command, rest)) = args.split_first() else {
        for (name, value) in variables {
            println!("export {name}={}", quoted(&value));
        }
        return ExitCode::SUCCESS;
    };
    let (by_themselves, words) = match command.to_str() {
        Some("--binfmt") => (true, rest),
        Some("-h" | "--help") => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => (false, args),
    };
    let Some((command, rest)) = words
        .split_first()
        .filter(|(c, _)| !c.as_bytes().starts_with(b"-"))
    else {
        eprint!("{HELP}");
        return ExitCode::from(125);
    };
    // The command itself may be one of the SDK's, which the caller's PATH does not lead to.
    let path = variables.iter().find(|(name, _)| *name == "PATH");
    let found = path.and_then(|(_, path)| in_path(command, path));
    let command = found.unwrap_or_else(|| command.clone());
    let mut becomes = match by_themselves {
        true => registered(&bin_exec(prefix), &command),
        false => Command::new(command),
    };
    super::hand_over(becomes.args(rest).envs(variables))
}

fn variables(
    prefix: &Path,
    has: impl Fn(&str) -> bool,
    host: impl Fn(&str) -> Option<OsString>,
) -> Vec<(&'static str, OsString)> {
    let mut list = Vec::new();
    let bin = prefix.join("bin");
    let path = host("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder == bin) {
        list.push(("PATH", before(bin.as_os_str(), &path)));
    }
    for (name, tool) in TOOLS {
        let driver = tool.strip_prefix("x86_64-hermit-").unwrap_or(tool);
        if has(driver) {
            list.push((name, tool.into()));
        }
    }
    let share = prefix.join("share");
    let ours = share.join("hermit-sdk");
    list.push(("CONFIG_SITE", ours.join("config.site").into()));
    list.push((
        "CMAKE_TOOLCHAIN_FILE",
        ours.join("cmake/hermit.cmake").into(),
    ));
    // Where `meson setup --cross-file x86_64-hermit` looks.
    let folders = host("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
    let folders = folders.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    if !std::env::split_paths(&folders).any(|folder| folder == share) {
        list.push(("XDG_DATA_DIRS", before(share.as_os_str(), &folders)));
    }
    list
}

/// A list of folders with another one in front.
fn before(first: &OsStr, rest: &OsStr) -> OsString {
    let mut list = first.to_owned();
    if !rest.is_empty() {
        list.push(":");
        list.push(rest);
    }
    list
}

/// The program of this name in a list of folders.
fn in_path(command: &OsStr, path: &OsStr) -> Option<OsString> {
    if command.as_bytes().contains(&b'/') {
        return None;
    }
    let mut places = std::env::split_paths(path).map(|folder| folder.join(command));
    places.find(|place| place.is_file()).map(OsString::from)
}

/// A value as a word for a shell.
fn quoted(value: &OsStr) -> String {
    format!("'{}'", value.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(prefix: &str, host: &[(&str, &str)], without: &str) -> Vec<(&'static str, OsString)> {
        let host = |name: &str| {
            let found = host.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        variables(Path::new(prefix), |driver| driver != without, host)
    }

    fn value<'a>(list: &'a [(&'static str, OsString)], name: &str) -> Option<&'a str> {
        let found = list.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.to_str().unwrap())
    }

    #[test]
    fn an_sdk_somewhere() {
        let list = of("/a b/sdk", &[("PATH", "/usr/bin:/bin")], "g++");
        assert_eq!(value(&list, "PATH"), Some("/a b/sdk/bin:/usr/bin:/bin"));
        assert_eq!(value(&list, "CC"), Some("x86_64-hermit-gcc"));
        assert_eq!(value(&list, "CXX"), None);
        let site = value(&list, "CONFIG_SITE");
        assert_eq!(site, Some("/a b/sdk/share/hermit-sdk/config.site"));
        let data = value(&list, "XDG_DATA_DIRS");
        assert_eq!(data, Some("/a b/sdk/share:/usr/local/share:/usr/share"));
    }

    #[test]
    fn an_installed_sdk_changes_no_list_of_folders() {
        let list = of("/usr", &[("PATH", "/usr/local/bin:/usr/bin")], "");
        assert_eq!(value(&list, "PATH"), None);
        assert_eq!(value(&list, "XDG_DATA_DIRS"), None);
    }

    #[test]
    fn words_for_a_shell() {
        assert_eq!(quoted(OsStr::new("a b")), "'a b'");
        assert_eq!(quoted(OsStr::new("it's")), r"'it'\''s'");
    }
}
