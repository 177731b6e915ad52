//! A folder for what is made on the way, which goes away with its value.

use crate::cannot;
use hermit_run::failure::Failure;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The folder.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// An empty folder that nobody else may enter.
    pub fn new() -> Result<Scratch, Failure> {
        let base = std::env::temp_dir();
        for attempt in 0.. {
            let folder = base.join(format!("hermit-image.{}.{attempt}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Scratch { folder }),
                Err(error)
                    if error.kind() == std::io::ErrorKind::AlreadyExists && attempt < 100 => {}
                Err(error) => return Err(cannot("make", &folder, &error)),
            }
        }
        unreachable!("the loop has no end")
    }

    /// A path in it.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file in it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf, Failure> {
        let path = self.path(name);
        fs::write(&path, content).map_err(|e| cannot("write", &path, &e))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
