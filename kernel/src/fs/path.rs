//! From a path to a file: POSIX.1-2017, Base Definitions, section 4.13, Pathname Resolution.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::file::{File, is_directory, is_link};
use super::flags::{NAME_MAX, PATH_MAX, SYMLOOP_MAX};
use crate::errno::{Errno, Result};

/// Whether a symbolic link in the last component of a path is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// Yes.
    Always,
    /// Only if a slash comes behind it, which asks for what it points to: for calls on what is there.
    BeforeSlash,
    /// No: for calls that make, move or remove the name itself, as on Linux.
    Never,
}

/// Where a path leads.
pub struct Place {
    /// The directory that holds the last component.
    pub directory: Arc<dyn File>,
    /// The last component; empty if the path ends in `.`, `..` or is `/`: then `file` is the directory.
    pub name: Vec<u8>,
    /// What the name stands for, if it exists.
    pub file: Option<Arc<dyn File>>,
    /// A slash follows the last component, so it must be a directory.
    pub slash: bool,
}

impl Place {
    /// The file, which must exist, and be a directory if a slash follows.
    pub fn existing(self) -> Result<Arc<dyn File>> {
        let file = self.file.ok_or(Errno::ENOENT)?;
        if self.slash && !is_directory(file.mode()) {
            return Err(Errno::ENOTDIR);
        }
        Ok(file)
    }
}

/// Takes the first component off a path: the component, and the rest behind the slashes that follow.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let end = path
        .iter()
        .position(|byte| *byte == b'/')
        .unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
    (name, &rest[slashes..])
}

/// Walks `path` from `start`, or from `root` where it begins with a slash. Symbolic links are followed,
/// the one in the last component as `follow` says.
pub fn walk(
    root: &Arc<dyn File>,
    start: &Arc<dyn File>,
    path: &[u8],
    follow: Follow,
) -> Result<Place> {
    if path.is_empty() {
        return Err(Errno::ENOENT);
    }
    if path.len() >= PATH_MAX {
        return Err(Errno::ENAMETOOLONG);
    }
    let mut directory = start.clone();
    // The part of the path not yet walked: the caller's, or one made of a link's target.
    let mut owned: Vec<u8>;
    let mut rest = path;
    let mut links = 0;
    loop {
        if rest.first() == Some(&b'/') {
            directory = root.clone();
        }
        // This loop ends with a link to follow, whose target becomes the path, or by returning.
        let (target, behind, slash) = loop {
            let before = rest;
            let (name, behind) = split(rest);
            rest = behind;
            let last = behind.is_empty();
            let slash = before.len() > name.len();
            if name.len() > NAME_MAX {
                return Err(Errno::ENAMETOOLONG);
            }
            let mode = directory.mode();
            if !is_directory(mode) {
                return Err(Errno::ENOTDIR);
            }
            if matches!(name, b"" | b"." | b"..") {
                if name == b".." {
                    directory = directory.parent()?;
                }
                if last {
                    let file = Some(directory.clone());
                    return Ok(Place {
                        directory,
                        name: Vec::new(),
                        file,
                        slash,
                    });
                }
                continue;
            }
            let file = match directory.lookup(name) {
                Ok(file) => file,
                Err(Errno::ENOENT) if last => {
                    return Ok(Place {
                        directory,
                        name: name.to_vec(),
                        file: None,
                        slash,
                    });
                }
                Err(errno) => return Err(errno),
            };
            let through =
                !last || follow == Follow::Always || slash && follow == Follow::BeforeSlash;
            if through && is_link(file.mode()) {
                links += 1;
                if links > SYMLOOP_MAX {
                    return Err(Errno::ELOOP);
                }
                break (file.target()?, behind, slash);
            }
            if last {
                return Ok(Place {
                    directory,
                    name: name.to_vec(),
                    file: Some(file),
                    slash,
                });
            }
            directory = file;
        };
        let mut next = target;
        if next.is_empty() {
            return Err(Errno::ENOENT);
        }
        if slash {
            next.push(b'/');
            next.extend_from_slice(behind);
        }
        if next.len() >= PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        owned = next;
        rest = &owned;
    }
}
