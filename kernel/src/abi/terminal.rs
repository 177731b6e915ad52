//! Terminals and other devices: requests that are neither reading nor writing.

use core::ffi::c_void;

use super::file::restartable;
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::descriptor::Open;
use crate::fs::file::Manner;
use crate::fs::flags::O_NONBLOCK;
use crate::fs::terminal::{self, Settings};
use crate::fs::user::User;
use crate::fs::{files, terminal::CHARACTERS};
use crate::signal;

/// [`sys_ioctl`]: stores the terminal's settings as [`HermitTermios`].
pub const HERMIT_TCGETS: u64 = 0x5401;
/// [`sys_ioctl`]: sets the terminal's settings.
pub const HERMIT_TCSETS: u64 = 0x5402;
/// [`sys_ioctl`]: as [`HERMIT_TCSETS`] once the output has reached the host.
pub const HERMIT_TCSETSW: u64 = 0x5403;
/// [`sys_ioctl`]: as [`HERMIT_TCSETSW`], and drops input that was not read.
pub const HERMIT_TCSETSF: u64 = 0x5404;
/// [`sys_ioctl`]: suspends output (`argument` 0) or lets it go on (1); sends the terminal the character that
/// stops (2) or starts (3) its input, if there is one.
pub const HERMIT_TCXONC: u64 = 0x540a;
/// [`sys_ioctl`]: drops input that was not read (`argument` 0 or 2; 1, for output, finds none to drop).
pub const HERMIT_TCFLSH: u64 = 0x540b;
/// [`sys_ioctl`]: stores the size of the terminal as four `u16` (rows, columns, and that in dots, or 0).
pub const HERMIT_TIOCGWINSZ: u64 = 0x5413;
/// [`sys_ioctl`]: sets what [`HERMIT_TIOCGWINSZ`] stores; another size than before raises `SIGWINCH`.
pub const HERMIT_TIOCSWINSZ: u64 = 0x5414;
/// [`sys_ioctl`]: stores as `i32` how many bytes can be read at once without waiting.
pub const HERMIT_FIONREAD: u64 = 0x541b;
/// [`sys_ioctl`]: sets (`i32` not 0) or clears `O_NONBLOCK`.
pub const HERMIT_FIONBIO: u64 = 0x5421;

/// Settings of a terminal: the SDK's `struct termios`, with Linux's numbers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitTermios {
    /// Input, output, control and local modes.
    pub modes: [u32; 4],
    /// Zero.
    pub discipline: u8,
    /// Control characters.
    pub characters: [u8; CHARACTERS],
    /// Speed of input and of output: kept by the caller.
    pub speeds: [u32; 2],
}

/// Controls a device: [`HERMIT_TCGETS`] and its kin, [`HERMIT_TIOCGWINSZ`], [`HERMIT_FIONREAD`],
/// [`HERMIT_FIONBIO`].
///
/// # Errors
/// `EBADF`, `EFAULT`, `EINVAL`; `ENOTTY`: the file does not know the request, and for those of terminals: it
/// is not one. `EINTR` where output is waited for.
///
/// Serves `ioctl`, `isatty`, `tcgetattr`, `tcsetattr`, `tcflush`, `tcflow`, `tcsetwinsize`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_ioctl(fd: i32, request: u64, argument: *mut c_void) -> i32 {
    let result = files().get(fd).and_then(|open| match request {
        HERMIT_FIONREAD => write(argument.cast(), open.available()? as i32),
        HERMIT_FIONBIO => {
            let on = read(argument.cast::<i32>())? != 0;
            let flags = open.flags() & !O_NONBLOCK;
            open.set_flags(if on { flags | O_NONBLOCK } else { flags });
            Ok(())
        }
        _ => restartable(|| terminal_request(&open, request, argument)),
    });
    errno::status(result)
}

/// Window size.
const SIGWINCH: u32 = 28;

/// Places of the characters that stop and start input: `VSTOP`, `VSTART`.
const FLOW: [usize; 2] = [9, 8];

fn terminal_request(open: &Open, request: u64, argument: *mut c_void) -> Result<()> {
    let (columns, rows) = open.file.terminal().ok_or(Errno::ENOTTY)?;
    let shown = [rows, columns, 0, 0];
    match request {
        // `isatty` asks without wanting to know the size.
        HERMIT_TIOCGWINSZ if argument.is_null() => Ok(()),
        HERMIT_TIOCGWINSZ => write(argument.cast(), terminal::size().unwrap_or(shown)),
        HERMIT_TIOCSWINSZ => {
            let new = read(argument.cast())?;
            if terminal::set_size(new).unwrap_or(shown) != new {
                signal::send_to_program(signal::from_user(SIGWINCH))?;
            }
            Ok(())
        }
        HERMIT_TCGETS => {
            let Settings { modes, characters } = terminal::settings();
            const SPEED: u32 = 0o10017;
            let told = HermitTermios {
                modes,
                discipline: 0,
                characters,
                speeds: [modes[2] & SPEED; 2],
            };
            write(argument.cast(), told)
        }
        HERMIT_TCSETS | HERMIT_TCSETSW | HERMIT_TCSETSF => {
            let new = read(argument.cast::<HermitTermios>())?;
            if request != HERMIT_TCSETS {
                open.file.sync()?;
            }
            if request == HERMIT_TCSETSF {
                terminal::discard_input();
            }
            terminal::set(Settings {
                modes: new.modes,
                characters: new.characters,
            });
            Ok(())
        }
        HERMIT_TCXONC => match argument as usize {
            action @ (0 | 1) => {
                terminal::suspend(action == 0);
                Ok(())
            }
            action @ (2 | 3) => {
                let character = terminal::settings().characters[FLOW[action - 2]];
                if character != 0 {
                    let mut from = User::from_slice(core::slice::from_ref(&character));
                    open.file.write(&mut 0, &mut from, Manner::default())?;
                }
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        },
        HERMIT_TCFLSH => match argument as usize {
            0 | 2 => {
                terminal::discard_input();
                Ok(())
            }
            1 => Ok(()),
            _ => Err(Errno::EINVAL),
        },
        _ => Err(Errno::ENOTTY),
    }
}
