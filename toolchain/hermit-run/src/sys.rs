//! The system calls that std does not wrap, each as a safe function.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

/// Signals that ask hermit-run to end.
pub const ENDING: [i32; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

fn set_of(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: an all-zero sigset_t is a valid object for sigemptyset to initialise; the numbers are signals.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        for &signal in signals {
            libc::sigaddset(&mut set, signal);
        }
        set
    }
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// Blocks [`ENDING`] signals, SIGCHLD, SIGTTIN and SIGTTOU for this thread and all it will start, and returns
/// a descriptor from which the first two kinds can be read.
///
/// SIGTTIN is blocked so that reading a terminal from the background fails instead of stopping us, SIGTTOU
/// for the moment in which another job may take the terminal before we set it.
pub fn signals_as_descriptor() -> io::Result<File> {
    let mut taken = ENDING.to_vec();
    taken.push(libc::SIGCHLD);
    let read = set_of(&taken);
    taken.extend([libc::SIGTTIN, libc::SIGTTOU]);
    let blocked = set_of(&taken);
    // SAFETY: the sets are initialised; a null old set is allowed.
    unsafe {
        check(libc::pthread_sigmask(
            libc::SIG_BLOCK,
            &blocked,
            std::ptr::null_mut(),
        ))?;
        let fd = check(libc::signalfd(
            -1,
            &read,
            libc::SFD_CLOEXEC | libc::SFD_NONBLOCK,
        ))?;
        Ok(File::from_raw_fd(fd))
    }
}

/// The next signal from [`signals_as_descriptor`], if one has come.
pub fn next_signal(signals: &File) -> Option<i32> {
    // SAFETY: signalfd_siginfo is plain data, and read is given its exact size.
    unsafe {
        let mut info: libc::signalfd_siginfo = std::mem::zeroed();
        let size = size_of::<libc::signalfd_siginfo>();
        let got = libc::read(signals.as_raw_fd(), (&raw mut info).cast(), size);
        (got == size as isize).then_some(info.ssi_signo as i32)
    }
}

/// Ends this process by `signal`, as if it had never been caught; where that is impossible (process 1
/// of a container) by the status that shells show for it.
pub fn die_by(signal: i32) -> ! {
    // SAFETY: resets a disposition and unblocks a signal of this process; both are always allowed.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &set_of(&[signal]), std::ptr::null_mut());
        // SIGQUIT would leave a core file of hermit-run, which nobody asked for.
        let none = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        libc::setrlimit(libc::RLIMIT_CORE, &none);
        libc::kill(libc::getpid(), signal);
    }
    std::process::exit(128 + signal)
}

/// Makes `command`'s process inherit `fds`, keep the signals of a terminal blocked (hermit-run gets
/// them and decides), and die with this thread.
pub fn prepare_child(command: &mut Command, fds: Vec<RawFd>) {
    // SAFETY: getpid has no preconditions.
    let parent = unsafe { libc::getpid() };
    let prepare = move || {
        // SAFETY: only system calls, which are safe between fork and exec; the descriptors are open there.
        unsafe {
            for &fd in &fds {
                check(libc::fcntl(fd, libc::F_SETFD, 0))?;
            }
            let blocked = set_of(&ENDING);
            check(libc::sigprocmask(
                libc::SIG_SETMASK,
                &blocked,
                std::ptr::null_mut(),
            ))?;
            check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
            // The parent may have died before the call above.
            if libc::getppid() != parent {
                libc::_exit(1);
            }
        }
        Ok(())
    };
    // SAFETY: the closure does nothing but system calls and allocates nothing.
    unsafe { command.pre_exec(prepare) };
}

/// A file in memory.
pub fn memory_file() -> io::Result<File> {
    // SAFETY: the name is a NUL-terminated string; the descriptor is fresh and ours.
    unsafe {
        Ok(File::from_raw_fd(check(libc::memfd_create(
            c"hermit-run".as_ptr(),
            libc::MFD_CLOEXEC,
        ))?))
    }
}

/// Waits until one of `fds` is readable (or at its end) or the time is over; `true` for each readable one.
pub fn wait_readable<const N: usize>(fds: [RawFd; N], time: Option<Duration>) -> [bool; N] {
    let mut polled = fds.map(|fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    });
    let time = time.map(|time| libc::timespec {
        tv_sec: time.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: time.subsec_nanos().into(),
    });
    let pointer = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the array and the time outlive the call, the count is the array's, a null mask changes nothing.
    let ready = unsafe {
        libc::ppoll(
            polled.as_mut_ptr(),
            N as libc::nfds_t,
            pointer,
            std::ptr::null(),
        )
    };
    polled.map(|entry| ready > 0 && entry.revents != 0)
}

/// Waits until `fd` can be written to.
pub fn wait_writable(fd: RawFd) {
    let mut entry = libc::pollfd {
        fd,
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one entry, which outlives the call.
    unsafe { libc::poll(&mut entry, 1, -1) };
}

/// Whether two descriptors lead to the same pipe, terminal, socket or file.
pub fn same_file(a: RawFd, b: RawFd) -> bool {
    let identity = |fd| {
        // SAFETY: an all-zero stat is a valid place for fstat to write to.
        unsafe {
            let mut stat: libc::stat = std::mem::zeroed();
            check(libc::fstat(fd, &mut stat))
                .ok()
                .map(|_| (stat.st_dev, stat.st_ino, stat.st_rdev))
        }
    };
    identity(a).is_some_and(|a| identity(b) == Some(a))
}

/// Which of descriptors 0, 1 and 2 are terminals, and the columns and rows of the first that is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// For each descriptor.
    pub is: [bool; 3],
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
    /// Its settings ([`crate::terminal::described`]).
    pub settings: Option<String>,
}

/// Looks at the standard descriptors.
pub fn terminal() -> Terminal {
    let mut terminal = Terminal {
        settings: crate::terminal::described(),
        ..Terminal::default()
    };
    for fd in 0..3 {
        // SAFETY: an all-zero winsize is a valid place for the request to write to.
        let size = unsafe {
            let mut size: libc::winsize = std::mem::zeroed();
            check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size)).map(|_| size)
        };
        let Ok(size) = size else { continue };
        terminal.is[fd as usize] = true;
        if terminal.columns == 0 {
            (terminal.columns, terminal.rows) = (size.ws_col, size.ws_row);
        }
    }
    // Terminals that nobody told their size are as large as they were in 1978.
    if terminal.columns == 0 || terminal.rows == 0 {
        (terminal.columns, terminal.rows) = (80, 24);
    }
    terminal
}

/// The settings of a terminal; `None` if `fd` is none.
pub fn settings(fd: RawFd) -> Option<libc::termios> {
    // SAFETY: all zero is a valid place for the call to write to.
    unsafe {
        let mut settings = std::mem::zeroed();
        check(libc::tcgetattr(fd, &raw mut settings)).ok()?;
        Some(settings)
    }
}

/// Sets a terminal. Where that fails it stays as it is: there is nothing better to do.
pub fn set_settings(fd: RawFd, settings: &libc::termios) {
    // SAFETY: the settings are initialised.
    unsafe { libc::tcsetattr(fd, libc::TCSANOW, settings) };
}

/// Whether a terminal is ours to use, not another job's.
pub fn is_foreground(fd: RawFd) -> bool {
    // SAFETY: asking for process groups has no preconditions.
    unsafe { libc::tcgetpgrp(fd) == libc::getpgrp() }
}

/// One of the process's first three descriptors as a file that is not closed when dropped.
pub fn standard(fd: RawFd) -> std::mem::ManuallyDrop<File> {
    // SAFETY: std keeps 0, 1 and 2 open for the whole life of the process; ManuallyDrop leaves them so.
    std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

/// A connected pair: ours and QEMU's.
pub fn pair() -> io::Result<(UnixStream, OwnedFd)> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok((ours, theirs.into()))
}
