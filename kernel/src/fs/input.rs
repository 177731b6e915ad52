//! Standard input that is a file: the boot archive's bytes, without a name. Every image has this, so it is
//! nothing more.

use alloc::sync::Arc;

use super::archive::Entry;
use super::console;
use super::file::{Attributes, File, Manner};
use super::flags::{O_ACCMODE, O_RDONLY, PERMISSIONS, S_IFREG};
use super::user::User;
use crate::errno::{Errno, Result};

struct Input(Entry);

/// The archive's entry as a file that can be read.
pub fn file(entry: Entry) -> Arc<dyn File> {
    Arc::new(Input(entry))
}

impl File for Input {
    fn mode(&self) -> u32 {
        S_IFREG | self.0.mode & PERMISSIONS
    }

    fn attributes(&self) -> Result<Attributes> {
        let size = self.0.data.len() as u64;
        let modified = i64::from(self.0.modified) * 1_000_000_000;
        Ok(Attributes {
            device: console::DEVICE_NUMBER,
            inode: 1,
            mode: self.mode(),
            links: 1,
            size,
            blocks: size.div_ceil(512),
            accessed: modified,
            modified,
            changed: modified,
            ..Attributes::default()
        })
    }

    fn open(self: Arc<Self>, flags: u32) -> Result<Arc<dyn File>> {
        if flags & O_ACCMODE == O_RDONLY {
            Ok(self)
        } else {
            Err(Errno::EACCES)
        }
    }

    fn seekable(&self) -> bool {
        true
    }

    fn read(&self, at: &mut u64, to: &mut User<'_>, _manner: Manner) -> Result<usize> {
        let rest = usize::try_from(*at)
            .ok()
            .and_then(|start| self.0.data.get(start..));
        let rest = rest.unwrap_or(&[]);
        let bytes = &rest[..rest.len().min(to.remaining())];
        to.put(bytes)?;
        *at += bytes.len() as u64;
        Ok(bytes.len())
    }
}
