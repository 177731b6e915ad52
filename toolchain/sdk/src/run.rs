//! Running other programs quietly: their output goes to a log, of which the end is shown on failure.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};

use crate::layout::Layout;
use crate::{Doing, Result, fail};

/// How many lines of a log are shown when a step fails.
const SHOWN: usize = 25;

/// How much of a line: compiler command lines are long, their errors are not.
const WIDTH: usize = 200;

/// A log file that several steps append to.
pub struct Log {
    path: PathBuf,
}

impl Log {
    /// Begins an empty log.
    pub fn begin(path: impl Into<PathBuf>) -> Result<Log> {
        let path = path.into();
        if let Some(folder) = path.parent() {
            make_dir(folder)?;
        }
        File::create(&path).doing(path.display())?;
        Ok(Log { path })
    }

    /// Runs a command to its end; anything but success is an error.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let mut log = OpenOptions::new()
            .append(true)
            .open(&self.path)
            .doing(self.path.display())?;
        writeln!(log, "+ {command:?}").doing(self.path.display())?;
        let errors = log.try_clone().doing(self.path.display())?;
        without_flags(command);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let name = Path::new(command.get_program()).display().to_string();
        let status = command.status().doing(&name)?;
        if status.success() {
            return Ok(());
        }
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let end = &lines[lines.len().saturating_sub(SHOWN)..];
        let cut = |line: &&str| line.chars().take(WIDTH).chain(['\n']).collect::<String>();
        let end: String = end.iter().map(cut).collect();
        fail(format!(
            "{end}{name} failed ({status}); everything it said is in {}",
            self.path.display()
        ))
    }
}

/// Runs a command whose output the user should see.
pub fn shown(command: &mut Command) -> Result<()> {
    let name = Path::new(command.get_program()).display().to_string();
    match command.status().doing(&name)? {
        status if status.success() => Ok(()),
        status => fail(format!("{name} failed ({status})")),
    }
}

/// What configure scripts and makefiles read besides what they are told. dpkg-buildpackage sets it, for Linux.
const FLAGS: [&str; 8] = [
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "FFLAGS",
    "FCFLAGS",
    "ASFLAGS",
    "LDFLAGS",
    "CONFIG_SITE",
];

/// A library is what its recipe says, whoever builds it.
fn without_flags(command: &mut Command) {
    for name in FLAGS {
        command.env_remove(name);
    }
}

/// cargo, as it is running now.
pub fn cargo(layout: &Layout) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&layout.root);
    cargo
}

/// Builds one of the workspace's host programs; returns where it is.
pub fn cargo_program(layout: &Layout, package: &str, program: &str) -> Result<PathBuf> {
    let options = [
        "build",
        "-q",
        "--locked",
        "--release",
        "-p",
        package,
        "--bin",
        program,
    ];
    shown(cargo(layout).args(options))?;
    Ok(layout.target.join("release").join(program))
}

/// What a command writes to its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let name = Path::new(command.get_program()).display().to_string();
    let out = command.stderr(Stdio::inherit()).output().doing(&name)?;
    if !out.status.success() {
        return fail(format!("{name} failed ({})", out.status));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Says on stderr which step is under way.
pub fn step(what: &str) {
    eprintln!("==> {what}");
}

/// Takes the lock on a file, which is made if it is not there. While another process has it this waits, and says
/// for `what`.
pub fn alone(file: &Path, what: &str) -> Result<File> {
    if let Some(folder) = file.parent() {
        make_dir(folder)?;
    }
    let lock = File::create(file).doing(file.display())?;
    if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
        step(&format!("{what}: waiting for another build of it"));
        flock(&lock, FlockOperation::LockExclusive)
            .map_err(std::io::Error::from)
            .doing(file.display())?;
    }
    Ok(lock)
}

/// `mkdir -p`
pub fn make_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).doing(format!("making {}", path.display()))
}

/// A folder that is there and empty.
pub fn empty_dir(path: &Path) -> Result<()> {
    remove(path)?;
    make_dir(path)
}

/// Removes a file or a folder with all that is in it, if it is there.
pub fn remove(path: &Path) -> Result<()> {
    let gone = match path.symlink_metadata() {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    gone.doing(format!("removing {}", path.display()))
}

/// Copies one file; nothing happens when the destination already has the same content, so that
/// make-like tools see no change.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).doing(format!("reading {}", from.display()))?;
    write(to, &content)?;
    let mode = fs::metadata(from).doing(from.display())?.permissions();
    fs::set_permissions(to, mode).doing(to.display())
}

/// Copies a folder, or a file, with modes and times; what was there before goes away.
pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    if let Some(folder) = to.parent() {
        make_dir(folder)?;
    }
    output(Command::new("cp").arg("-a").arg(from).arg(to)).map(drop)
}

/// Writes a file unless it has this content already. The old file is replaced, not written into: it may
/// be a running program.
pub fn write(to: &Path, content: &[u8]) -> Result<()> {
    if fs::read(to).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        make_dir(folder)?;
    }
    remove(to)?;
    fs::write(to, content).doing(format!("writing {}", to.display()))
}

/// Every file under a folder, as sorted relative paths.
pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut todo = vec![PathBuf::new()];
    while let Some(relative) = todo.pop() {
        let here = folder.join(&relative);
        for entry in fs::read_dir(&here).doing(format!("reading {}", here.display()))? {
            let entry = entry.doing(here.display())?;
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() {
                todo.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_flags_stay_outside() {
        let log = std::env::temp_dir().join(format!("sdk-run-{}", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "test -z \"$CPPFLAGS$LDFLAGS$CONFIG_SITE\""]);
        command
            .env("CPPFLAGS", "-D_FORTIFY_SOURCE=2")
            .env("LDFLAGS", "-Wl,-z,relro")
            .env("CONFIG_SITE", "/dev/null");
        let ran = Log::begin(&log).and_then(|log| log.run(&mut command));
        fs::remove_file(&log).expect("the log");
        ran.expect("no flags");
    }
}
