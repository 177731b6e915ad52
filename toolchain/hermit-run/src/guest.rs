//! Runs one guest: starts QEMU, relays, watches over signals and time, and says how it ended.
//!
//! The main thread does nothing but wait; the copying is done by `relay`'s threads. However the guest
//! ends, what it had put out is delivered first, unless the user's own signal or a reader that does not
//! read says otherwise.

use crate::archive::{self, Archive, Input};
use crate::failure::{Failure, TIMED_OUT, reason};
use crate::image::Image;
use crate::itself;
use crate::mounts::Mounts;
use crate::options::{Accel, FileArg, Options};
use crate::qemu::{self, Descriptors, Host};
use crate::quote;
use crate::record::Report;
use crate::relay::{self, Event, Shared, lock};
use crate::symbols;
use crate::sys;
use crate::terminal;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, PipeReader, Read, Seek, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long QEMU may take to end after the exit record.
const EXIT_GRACE: Duration = Duration::from_secs(2);
/// How long output may take to be delivered after hermit-run itself has stopped the guest.
const DRAIN_GRACE: Duration = Duration::from_secs(2);
/// The port that debuggers expect; the next free one is taken if it is not free.
const GDB_PORT: u16 = 1234;

/// Why a guest is over.
#[derive(Debug)]
pub enum Ending {
    /// QEMU ended by itself.
    Qemu(ExitStatus),
    /// `--timeout`.
    Timeout,
    /// hermit-run got this signal.
    Signal(i32),
    /// Nobody reads an output any more.
    BrokenPipe,
    /// An output cannot be written.
    Output(&'static str, io::Error),
}

/// A guest that is over.
pub struct Finished {
    /// Why.
    pub ending: Ending,
    /// What the kernel said.
    pub report: Report,
    /// What QEMU said, if that was not shown at once.
    pub qemu_words: String,
}

/// Our ends of the sockets.
struct Ours {
    serial: UnixStream,
    input: UnixStream,
    output: UnixStream,
    /// `None` when standard output and error are one: then both ports write to one socket, which keeps
    /// the order of what the program writes to them.
    error: Option<UnixStream>,
}

/// QEMU's ends.
struct Theirs {
    serial: OwnedFd,
    streams: [OwnedFd; 3],
}

fn sockets() -> io::Result<(Ours, Theirs)> {
    let (serial, serial_theirs) = sys::pair()?;
    let (input, input_theirs) = sys::pair()?;
    let (output, output_theirs) = sys::pair()?;
    let (error, error_theirs) = if sys::same_file(1, 2) {
        (None, output_theirs.try_clone()?)
    } else {
        let (ours, theirs) = sys::pair()?;
        (Some(ours), theirs)
    };
    let theirs = Theirs {
        serial: serial_theirs,
        streams: [input_theirs, output_theirs, error_theirs],
    };
    Ok((
        Ours {
            serial,
            input,
            output,
            error,
        },
        theirs,
    ))
}

/// A port on which nobody listens.
fn free_port() -> Result<u16, Failure> {
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let mut ports = GDB_PORT..GDB_PORT + 100;
    ports
        .find(free)
        .ok_or_else(|| Failure::own("--gdb: no free port for the debugger"))
}

/// Runs the guest (or prints its command for `--dry-run`, which gives `None`).
pub fn run(
    options: &Options,
    accel: Accel,
    mounts: &Mounts,
    archive: Archive,
) -> Result<Option<Finished>, Failure> {
    let broken =
        |error: io::Error| Failure::own(format!("cannot start the guest: {}", reason(&error)));
    let (ours, theirs) = sockets().map_err(broken)?;
    let fds = Descriptors {
        serial: theirs.serial.as_raw_fd(),
        streams: theirs.streams.each_ref().map(AsRawFd::as_raw_fd),
        archive: archive.file.as_raw_fd(),
    };
    let port = if options.gdb {
        Some(free_port()?)
    } else {
        None
    };
    let host = Host {
        accel,
        fds,
        gdb_port: port,
        mounts: &mounts.list,
        terminal: sys::terminal(),
    };
    let words = qemu::command(options, &host);
    if options.dry_run {
        return print_command(&words, io::stdout()).map(|()| None);
    }
    if options.verbose {
        print_command(&words, io::stderr())?;
    }

    // Before any thread starts, so that all of them inherit the mask.
    let signals = sys::signals_as_descriptor().map_err(broken)?;
    let (child, mut words_of_qemu) = start(options, &words, fds)?;
    let has_input = archive.has_input;
    // QEMU has its own copies; while ours are open, our ends would never see an end.
    drop(theirs);
    drop(archive);
    if let Some(port) = port {
        announce_debugger(options, port);
    }

    let shared = Arc::new(Shared::default());
    let (reader, writer) = io::pipe().map_err(broken)?;
    let again = || writer.try_clone().map_err(broken);
    let mut threads = 2;
    relay::serial(ours.serial, options.verbose, again()?, Arc::clone(&shared));
    relay::output(
        ours.output,
        1,
        "standard output",
        again()?,
        Arc::clone(&shared),
    );
    if let Some(socket) = ours.error {
        relay::output(socket, 2, "standard error", again()?, Arc::clone(&shared));
        threads += 1;
    }
    if has_input {
        relay::end_input(ours.input);
    } else {
        relay::input(ours.input);
    }

    let watch = Watch {
        child,
        signals,
        events: reader,
        threads,
        shared: &shared,
    };
    let ending = watch.until_over(options.timeout);
    terminal::restore();
    let mut qemu_words = String::new();
    if let Some(file) = &mut words_of_qemu {
        let mut bytes = Vec::new();
        let _ = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
        qemu_words = String::from_utf8_lossy(&bytes).into_owned();
    }
    Ok(Some(Finished {
        ending,
        report: shared.take_report(),
        qemu_words,
    }))
}

fn print_command(words: &[OsString], mut to: impl Write) -> Result<(), Failure> {
    let mut line = quote::command(words);
    line.push("\n");
    match to.write_all(line.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => sys::die_by(libc::SIGPIPE),
        Err(error) => Err(Failure::own(format!(
            "cannot print the command: {}",
            reason(&error)
        ))),
        Ok(()) => Ok(()),
    }
}

fn announce_debugger(options: &Options, port: u16) {
    let program = quote::command(&[options.program.clone().into_os_string()]);
    eprintln!(
        "hermit-run: the guest waits for a debugger; in another terminal:\n  \
         x86_64-hermit-gdb {} -ex 'target remote 127.0.0.1:{port}' -ex 'hbreak main' -ex continue",
        program.display()
    );
}

/// Starts QEMU. Its own words go to a file that is shown if it fails; at once if the user wants to see
/// them: with -v, or with arguments of his own, which may make it talk.
fn start(
    options: &Options,
    words: &[OsString],
    fds: Descriptors,
) -> Result<(Child, Option<File>), Failure> {
    let broken = |error: io::Error| Failure::own(format!("cannot start QEMU: {}", reason(&error)));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    let file = if options.verbose || !options.qemu_args.is_empty() {
        command.stdout(Stdio::from(io::stderr().as_fd_clone().map_err(broken)?));
        None
    } else {
        let file = sys::memory_file().map_err(broken)?;
        command
            .stdout(file.try_clone().map_err(broken)?)
            .stderr(file.try_clone().map_err(broken)?);
        Some(file)
    };
    let [a, b, c] = fds.streams;
    sys::prepare_child(&mut command, vec![fds.serial, a, b, c, fds.archive]);
    match command.spawn() {
        Ok(child) => Ok((child, file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::own(format!(
            "cannot find {}: install the Debian package qemu-system-x86 (apt install qemu-system-x86)",
            words[0].display()
        ))),
        Err(error) => Err(Failure::own(format!(
            "cannot start {}: {}",
            words[0].display(),
            reason(&error)
        ))),
    }
}

/// Cloning a descriptor that std only lends.
trait CloneDescriptor {
    fn as_fd_clone(&self) -> io::Result<OwnedFd>;
}

impl<T: std::os::fd::AsFd> CloneDescriptor for T {
    fn as_fd_clone(&self) -> io::Result<OwnedFd> {
        self.as_fd().try_clone_to_owned()
    }
}

/// What the main thread waits for.
struct Watch<'a> {
    child: Child,
    signals: File,
    events: PipeReader,
    /// Threads that have not said [`Event::Done`].
    threads: usize,
    shared: &'a Shared,
}

impl Watch<'_> {
    /// Waits until QEMU has ended and everything is delivered, or until there is no sense in waiting.
    fn until_over(mut self, timeout: Option<Duration>) -> Ending {
        // Times too far away to be represented are never.
        let from_now = |time: Duration| Instant::now().checked_add(time);
        let timeout = timeout.and_then(from_now);
        let mut grace_after_exit = None;
        let mut drain_until = None;
        // Decided by us, before QEMU's own end.
        let mut decided: Option<Ending> = None;
        let mut status = None;
        loop {
            if let Some(status) = status
                && (self.threads == 0 || drain_until.is_some_and(|until| Instant::now() >= until))
            {
                return decided.unwrap_or(Ending::Qemu(status));
            }
            let until = [
                timeout.filter(|_| decided.is_none()),
                grace_after_exit.filter(|_| status.is_none()),
                drain_until,
            ];
            let until = until.into_iter().flatten().min();
            let time = until.map(|until| until.saturating_duration_since(Instant::now()));
            let [signal, event] =
                sys::wait_readable([self.signals.as_raw_fd(), self.events.as_raw_fd()], time);
            let mut end = None;
            if signal {
                while let Some(signal) = sys::next_signal(&self.signals) {
                    if signal != libc::SIGCHLD {
                        end = Some(Ending::Signal(signal));
                    }
                }
            }
            if event {
                let mut bytes = [0; 16];
                let count = self.events.read(&mut bytes).unwrap_or(0);
                for event in bytes[..count]
                    .iter()
                    .filter_map(|&byte| Event::from_byte(byte))
                {
                    match event {
                        Event::Done => self.threads -= 1,
                        Event::Exited => grace_after_exit = from_now(EXIT_GRACE),
                        Event::BrokenPipe => end = end.or(Some(Ending::BrokenPipe)),
                        Event::Failed => {
                            let error = lock(&self.shared.error).take();
                            end = end.or(error.map(|(name, error)| Ending::Output(name, error)));
                        }
                    }
                }
            }
            let now = Instant::now();
            if decided.is_none() && end.is_none() && timeout.is_some_and(|until| now >= until) {
                end = Some(Ending::Timeout);
            }
            if decided.is_none() && end.is_some() || matches!(end, Some(Ending::Signal(_))) {
                // A second signal does not wait for anybody.
                let now = if decided.is_some() {
                    Duration::ZERO
                } else {
                    DRAIN_GRACE
                };
                decided = end;
                drain_until = from_now(now);
                let _ = self.child.kill();
            }
            if grace_after_exit.is_some_and(|until| now >= until) {
                let _ = self.child.kill();
            }
            if status.is_none() {
                status = self.child.try_wait().ok().flatten();
            }
        }
    }
}

/// How QEMU's end is told.
pub fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "the machine was reset or switched off".into(),
        (Some(code), _) => format!("QEMU ended with status {code}"),
        (None, Some(signal)) => format!("QEMU was killed by signal {signal}"),
        (None, None) => "QEMU ended".into(),
    }
}

/// The status for `--timeout`, and its line.
pub fn timed_out(options: &Options) -> Failure {
    let seconds = options.timeout.unwrap_or_default().as_secs_f64();
    Failure::new(
        TIMED_OUT,
        format!(
            "{}: stopped after {seconds} s (--timeout)",
            options.program.display()
        ),
    )
}

/// The file of zone information that `TZ` names, if the host has it.
fn zone(env: &[(OsString, OsString)]) -> Option<FileArg> {
    let (_, value) = env.iter().find(|(key, _)| key == "TZ")?;
    let name = value.to_str()?;
    let name = name.strip_prefix(':').unwrap_or(name);
    let inside = |part: &str| !matches!(part, "" | "." | "..");
    if !name.split('/').all(inside) {
        return None;
    }
    let host = Path::new("/usr/share/zoneinfo").join(name);
    let guest = host.clone().into_os_string();
    host.is_file().then_some(FileArg { host, guest })
}

/// Prepares the archive for `options`.
pub fn archive_for(options: &Options, image: &Image, mounts: &Mounts) -> Result<Archive, Failure> {
    let mut args = vec![options.program.clone().into_os_string()];
    args.extend(options.args.iter().cloned());
    let mut env = archive::environment(std::env::vars_os(), &options.env);
    let host = std::thread::available_parallelism().map_or(u32::MAX, |count| count.get() as u32);
    if options.cpus > host {
        archive::wait_passively(&mut env);
    }
    let mut files = options.files.clone();
    if itself::is_read(&options.program) {
        files.push(FileArg {
            host: options.program.clone(),
            guest: itself::PATH.into(),
        });
    }
    files.extend(zone(&env));
    let symbols = if image.wants_symbols {
        std::fs::read(&options.program).map(|image| symbols::table(&image))
    } else {
        Ok(Vec::new())
    };
    // What is larger comes as a stream, and has no positions.
    let mut input = Input::of_standard(options.memory / 8);
    archive::build(
        &args,
        &env,
        mounts.start.as_deref(),
        input.as_mut(),
        &symbols.unwrap_or_default(),
        &files,
    )
}
