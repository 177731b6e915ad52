//! Devices: requests that are neither reading nor writing.

use core::ffi::c_void;

use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::files;
use crate::fs::flags::O_NONBLOCK;

/// [`sys_ioctl`]: stores the size of the terminal as four `u16` (rows, columns, 0, 0).
pub const HERMIT_TIOCGWINSZ: u64 = 0x5413;
/// [`sys_ioctl`]: stores as `i32` how many bytes can be read at once without waiting.
pub const HERMIT_FIONREAD: u64 = 0x541b;
/// [`sys_ioctl`]: sets (`i32` not 0) or clears `O_NONBLOCK`.
pub const HERMIT_FIONBIO: u64 = 0x5421;

/// Controls a device: [`HERMIT_TIOCGWINSZ`], [`HERMIT_FIONREAD`], [`HERMIT_FIONBIO`].
///
/// # Errors
/// `EBADF`, `EFAULT`; `ENOTTY`: the file does not know the request, and for [`HERMIT_TIOCGWINSZ`]: it is not
/// a terminal.
///
/// Serves `ioctl`, `isatty`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_ioctl(fd: i32, request: u64, argument: *mut c_void) -> i32 {
    errno::status(ioctl(fd, request, argument))
}

fn ioctl(fd: i32, request: u64, argument: *mut c_void) -> Result<()> {
    let open = files().get(fd)?;
    match request {
        HERMIT_TIOCGWINSZ => {
            let (columns, rows) = open.file.terminal().ok_or(Errno::ENOTTY)?;
            // `isatty` asks without wanting to know the size.
            if argument.is_null() {
                Ok(())
            } else {
                write(argument.cast(), [rows, columns, 0, 0])
            }
        }
        HERMIT_FIONREAD => write(argument.cast(), open.available()? as i32),
        HERMIT_FIONBIO => {
            let on = read(argument.cast::<i32>())? != 0;
            let flags = open.flags() & !O_NONBLOCK;
            open.set_flags(if on { flags | O_NONBLOCK } else { flags });
            Ok(())
        }
        _ => Err(Errno::ENOTTY),
    }
}
