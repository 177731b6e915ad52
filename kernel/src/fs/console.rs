//! The program's standard streams as files, and `/dev/fd`.
//!
//! What moves the bytes is `drivers::console`; here is what a program sees: a terminal (a character
//! device, see [`super::terminal`]) where the boot parameter `tty` says that the stream is one on the host,
//! else a pipe.

use alloc::sync::Arc;

use super::file::{Attributes, File, Listed, Manner};
use super::flags::{POLLIN, POLLOUT, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT};
use super::user::User;
use crate::errno::{Errno, Result};

#[cfg(test)]
use super::host::console as driver;
#[cfg(not(test))]
use crate::drivers::console as driver;

/// Number of the streams' file system in `st_dev`.
pub(super) const DEVICE_NUMBER: u64 = 3;
/// [`Stream::number`] of `/dev/tty` and `/dev/console`: reads standard input, writes standard output.
const BOTH: u32 = 3;

/// One of the standard streams.
struct Stream {
    /// 0, 1, 2, or [`BOTH`].
    number: u32,
}

/// Standard input, output or error (0, 1, 2).
pub fn stream(number: u32) -> Arc<dyn File> {
    Arc::new(Stream { number })
}

/// Standard input and output as one file.
pub fn both() -> Arc<dyn File> {
    stream(BOTH)
}

impl Stream {
    fn output(&self) -> u32 {
        if self.number == 2 { 2 } else { 1 }
    }
}

impl File for Stream {
    fn mode(&self) -> u32 {
        if self.number == BOTH || self.terminal().is_some() {
            S_IFCHR | 0o620
        } else {
            S_IFIFO | 0o600
        }
    }

    fn attributes(&self) -> Result<Attributes> {
        let mode = self.mode();
        Ok(Attributes {
            device: DEVICE_NUMBER,
            inode: u64::from(self.number) + 1,
            mode,
            links: 1,
            special: if mode & S_IFMT == S_IFCHR { 0x500 } else { 0 },
            ..Attributes::default()
        })
    }

    fn open(self: Arc<Self>, _flags: u32) -> Result<Arc<dyn File>> {
        Ok(self)
    }

    fn read(&self, _at: &mut u64, to: &mut User<'_>, manner: Manner) -> Result<usize> {
        if matches!(self.number, 1 | 2) {
            return Err(Errno::EBADF);
        }
        if self.terminal().is_some() {
            super::terminal::read(to, manner)
        } else {
            driver::read(to, manner.nonblocking)
        }
    }

    fn write(&self, _at: &mut u64, from: &mut User<'_>, manner: Manner) -> Result<usize> {
        if self.number == 0 {
            return Err(Errno::EBADF);
        }
        if self.terminal().is_some() {
            super::terminal::await_output(manner.nonblocking)?;
        }
        driver::write(self.output(), from, manner.nonblocking)
    }

    fn ready(&self) -> u16 {
        let input = !matches!(self.number, 1 | 2) && driver::readable();
        let held = super::terminal::suspended() && self.terminal().is_some();
        let output = self.number != 0 && !held && driver::writable(self.output());
        (if input { POLLIN } else { 0 }) | if output { POLLOUT } else { 0 }
    }

    fn listen(&self, on: bool) {
        driver::listen(on);
    }

    fn sync(&self) -> Result<()> {
        driver::sync(self.output())
    }

    fn terminal(&self) -> Option<(u16, u16)> {
        driver::terminal(if self.number == BOTH { 0 } else { self.number })
    }
}

/// `/dev/fd`: a directory that names the open descriptors. Opening one opens its file anew.
struct DescriptorDirectory {
    parent: Arc<dyn File>,
}

/// Makes `/dev/fd` below `parent`.
pub fn descriptor_directory(parent: Arc<dyn File>) -> Arc<dyn File> {
    Arc::new(DescriptorDirectory { parent })
}

impl File for DescriptorDirectory {
    fn mode(&self) -> u32 {
        S_IFDIR | 0o555
    }

    fn attributes(&self) -> Result<Attributes> {
        Ok(Attributes {
            device: DEVICE_NUMBER,
            inode: 100,
            mode: self.mode(),
            links: 2,
            ..Attributes::default()
        })
    }

    fn open(self: Arc<Self>, _flags: u32) -> Result<Arc<dyn File>> {
        Ok(self)
    }

    fn seekable(&self) -> bool {
        true
    }

    fn lookup(&self, name: &[u8]) -> Result<Arc<dyn File>> {
        let number = core::str::from_utf8(name)
            .ok()
            .and_then(|text| text.parse::<u16>().ok());
        let number = number.ok_or(Errno::ENOENT)?;
        // A sign or leading zeros do not name a descriptor.
        if decimal(number.into(), &mut [0; 20]) != name {
            return Err(Errno::ENOENT);
        }
        let open = super::files()
            .get(i32::from(number))
            .map_err(|_| Errno::ENOENT)?;
        Ok(open.file.clone())
    }

    fn parent(&self) -> Result<Arc<dyn File>> {
        Ok(self.parent.clone())
    }

    fn create(&self, _name: &[u8], _new: super::file::New<'_>) -> Result<Arc<dyn File>> {
        Err(Errno::EACCES)
    }

    fn list(&self, from: u64, report: &mut dyn FnMut(Listed<'_>) -> bool) -> Result<()> {
        let first = from.saturating_sub(super::directory::FIRST_POSITION) as usize;
        let mut at = first;
        loop {
            let Some(number) = super::files().next_number(at) else {
                return Ok(());
            };
            let mut digits = [0; 20];
            let name = decimal(number, &mut digits);
            let next = number as u64 + 1 + super::directory::FIRST_POSITION;
            if !report(Listed {
                name,
                inode: number as u64 + 101,
                kind: S_IFIFO,
                next,
            }) {
                return Ok(());
            }
            at = number + 1;
        }
    }
}

/// A number's decimal digits.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}
