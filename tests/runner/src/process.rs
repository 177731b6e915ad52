//! Starting one program with a deadline. A program that misses it is killed together with
//! everything it started (its process group), so no QEMU is left behind.

use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// Exit status, 128+N for death by signal N; `None` if it missed the deadline.
    pub status: Option<i32>,
    /// How long it ran.
    pub elapsed: Duration,
}

/// Runs `command` with the given files as its standard streams; `stdout` and `stderr` may be one file.
pub fn run(
    command: &mut Command,
    stdin: Option<&Path>,
    stdout: &Path,
    stderr: &Path,
    timeout: Duration,
) -> io::Result<Ending> {
    let input = match stdin {
        Some(path) => Stdio::from(File::open(path)?),
        None => Stdio::null(),
    };
    let output = File::create(stdout)?;
    let errors = match stdout == stderr {
        true => output.try_clone()?,
        false => File::create(stderr)?,
    };
    command.stdin(input).stdout(output).stderr(errors);
    command.process_group(0);
    // If this process is killed nobody watches the time any more but hermit-run itself.
    let limit = (timeout + Duration::from_secs(10)).as_secs().to_string();
    command.env("HERMIT_RUN_TIMEOUT", limit);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let status = wait(&mut child, start + timeout)?;
    if status.is_none() {
        if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
            // The group may be gone already; the child is reaped below in any case.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        child.wait()?;
    }
    let number = |s: ExitStatus| s.code().or(s.signal().map(|n| 128 + n)).unwrap_or(-1);
    Ok(Ending {
        status: status.map(number),
        elapsed: start.elapsed(),
    })
}

fn wait(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
