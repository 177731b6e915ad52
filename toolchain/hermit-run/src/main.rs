//! Boots a Hermit image under QEMU as if it were a command: its standard streams and its exit status
//! are hermit-run's own.
//!
//! `cli` reads the options, `image` looks at the program, `mounts` at the folders that the guest sees,
//! `archive` packs what goes into it, `qemu` words the command, `guest` runs it with `relay` carrying the bytes, and `crash` explains a
//! death by signal. Start-up is a matter of a millisecond or two, so nothing here reads more of the
//! image than it must before QEMU runs.

use hermit_run::cli::{self, Request};
use hermit_run::failure::{Failure, reason};
use hermit_run::guest::{self, Ending, Finished};
use hermit_run::options::Options;
use hermit_run::{crash, image, mounts, qemu, record, sys};
use std::io::{ErrorKind, Write};

fn main() {
    match real_main() {
        Ok(status) => std::process::exit(status.into()),
        Err(failure) => {
            complain(&failure.message);
            std::process::exit(failure.status.into());
        }
    }
}

/// One message on standard error; if that is gone there is nobody to tell.
fn complain(message: &str) {
    let _ = std::io::stderr().write_all(format!("hermit-run: {message}\n").as_bytes());
}

fn real_main() -> Result<u8, Failure> {
    let options = match cli::parse(std::env::args_os().skip(1), |name| std::env::var_os(name))? {
        Request::Help => return print(cli::HELP),
        Request::Version => return print(&format!("hermit-run {}\n", env!("CARGO_PKG_VERSION"))),
        Request::Run(options) => *options,
    };
    let image = image::check(&options.program)?;
    let accel = qemu::choose_accel(&options)?;
    let mounts = mounts::resolve(&options, std::env::current_dir)?;
    let archive = guest::archive_for(&options, &image, &mounts)?;
    check_memory(&options, image.end, archive.size)?;
    match guest::run(&options, accel, &mounts, archive)? {
        Some(finished) => finish(&options, finished),
        None => Ok(0),
    }
}

fn print(text: &str) -> Result<u8, Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => sys::die_by(libc::SIGPIPE),
        Err(error) => Err(Failure::own(format!(
            "cannot write standard output: {}",
            reason(&error)
        ))),
        Ok(()) => Ok(0),
    }
}

/// QEMU's own words for an image that does not fit are about ROMs and ranges.
fn check_memory(options: &Options, image_end: u64, archive: u64) -> Result<(), Failure> {
    let needed = image_end.saturating_add(archive);
    if needed <= options.memory {
        return Ok(());
    }
    Err(Failure::own(format!(
        "{} and the files for it take {} MiB, more than the guest's memory of {} MiB; see --memory",
        options.program.display(),
        needed.div_ceil(1 << 20),
        options.memory >> 20
    )))
}

/// Turns the end of a guest into messages and the exit status.
fn finish(options: &Options, finished: Finished) -> Result<u8, Failure> {
    let Finished {
        ending,
        report,
        qemu_words,
    } = finished;
    let program = options.program.display();
    if let Some(panic) = &report.panic {
        show_log(options, &report);
        return Err(Failure::own(format!("kernel panic: {panic}")));
    }
    // The program's own end wins over whatever happened at the same moment, except over the user.
    if let (Some(status), false) = (
        report.exit,
        matches!(ending, Ending::Signal(_) | Ending::Output(..)),
    ) {
        if let Some(fault) = &report.fault {
            complain(&crash::explain(&options.program, fault));
        }
        return Ok(status);
    }
    match ending {
        Ending::Signal(signal) => sys::die_by(signal),
        Ending::BrokenPipe => sys::die_by(libc::SIGPIPE),
        Ending::Timeout => Err(guest::timed_out(options)),
        Ending::Output(name, error) => Err(Failure::own(format!(
            "cannot write {name}: {}",
            reason(&error)
        ))),
        Ending::Qemu(status) => {
            show_log(options, &report);
            if let Some(fault) = &report.fault {
                complain(&crash::explain(&options.program, fault));
            }
            let mut message = format!(
                "{program}: the guest ended without an exit status: {}",
                guest::describe(status)
            );
            for line in qemu_words.lines() {
                message.push_str("\n  ");
                message.push_str(line);
            }
            Err(Failure::own(message))
        }
    }
}

/// The end of the kernel's log, unless -v has shown it already.
fn show_log(options: &Options, report: &record::Report) {
    if !options.verbose && !report.log.is_empty() {
        let lines: Vec<&str> = report.log.iter().map(String::as_str).collect();
        complain(&format!(
            "the kernel's last words:\n  {}",
            lines.join("\n  ")
        ));
    }
}
