//! The device files that need no driver: `/dev/null` and its kin; and the names of those that do.

use alloc::sync::Arc;

use super::file::File;
use super::user::User;
use super::{console, fill_random};
use crate::errno::{Errno, Result};

/// What a device file stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// Swallows everything, holds nothing.
    Null,
    /// Endless zeros.
    Zero,
    /// Endless zeros, always full.
    Full,
    /// Endless random bytes.
    Random,
    /// The program's standard input and output.
    Console,
}

impl Device {
    /// The number of Linux' device of that name (major × 256 + minor), which some programs look at.
    pub fn number(self) -> u64 {
        match self {
            Device::Null => 0x103,
            Device::Zero => 0x105,
            Device::Full => 0x107,
            Device::Random => 0x109,
            Device::Console => 0x501,
        }
    }

    /// The object that takes the device file's place when it is opened.
    pub fn opened(self) -> Option<Arc<dyn File>> {
        (self == Device::Console).then(console::both)
    }

    /// Reads what the device gives.
    pub fn read(self, to: &mut User<'_>) -> Result<usize> {
        let len = to.remaining();
        match self {
            Device::Null => return Ok(0),
            Device::Zero | Device::Full => to.put_zeros(len)?,
            Device::Random => {
                let mut bytes = [0; 256];
                while to.remaining() > 0 {
                    let part = &mut bytes[..to.remaining().min(256)];
                    fill_random(part);
                    to.put(part)?;
                }
            }
            Device::Console => return Err(Errno::EIO),
        }
        Ok(len)
    }

    /// Writes to the device.
    pub fn write(self, from: &mut User<'_>) -> Result<usize> {
        match self {
            Device::Full => Err(Errno::ENOSPC),
            Device::Console => Err(Errno::EIO),
            _ => Ok(from.remaining()),
        }
    }
}
