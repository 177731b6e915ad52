//! The folders of the host that the guest sees: `--mount` and `--cwd`, checked and put together.

use crate::archive;
use crate::failure::{Failure, reason};
use crate::options::Options;
use crate::qemu::MAX_MOUNTS;
use std::fmt::Write;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A folder that the guest sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The folder.
    pub host: PathBuf,
    /// Its path in the guest: absolute, without `.`, `..` and superfluous slashes.
    pub guest: Vec<u8>,
    /// The guest cannot change it.
    pub read_only: bool,
}

/// All of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mounts {
    /// In the order of their tags.
    pub list: Vec<Mount>,
    /// Where the program starts, if not in `/`.
    pub start: Option<Vec<u8>>,
}

/// The name by which the guest finds the device of a mount.
pub fn tag(index: usize) -> String {
    format!("hermit{index}")
}

/// The boot parameter for a mount: `mount=TAG:PATH[:ro]`, in PATH `%XX` for what is not plain.
pub fn parameter(index: usize, mount: &Mount) -> String {
    let mut text = format!("mount={}:", tag(index));
    for &byte in &mount.guest {
        if byte.is_ascii_alphanumeric() || b"/._-+@~=".contains(&byte) {
            text.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02x}");
        }
    }
    if mount.read_only {
        text.push_str(":ro");
    }
    text
}

/// Whether `path` is `folder` or lies in it; both are normal.
fn is_in(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

fn check_folder(option: &str, host: &Path) -> Result<(), Failure> {
    let complain = |why: &str| Err(Failure::own(format!("{option}: {}: {why}", host.display())));
    match fs::metadata(host) {
        Err(error) => complain(&reason(&error)),
        Ok(metadata) if !metadata.is_dir() => complain("is not a folder"),
        Ok(_) => match fs::read_dir(host) {
            Err(error) => complain(&reason(&error)),
            Ok(_) => Ok(()),
        },
    }
}

/// Checks what the user wants; `current` tells the current folder, which is asked for `--cwd` alone.
pub fn resolve(
    options: &Options,
    current: impl FnOnce() -> io::Result<PathBuf>,
) -> Result<Mounts, Failure> {
    let mut mounts = Mounts::default();
    for wanted in &options.mounts {
        check_folder("--mount", &wanted.host)?;
        let guest = archive::normalise(wanted.guest.as_bytes())
            .and_then(|path| match path.is_empty() {
                true => Err("is the root, where a folder cannot be mounted"),
                false => Ok([b"/", &path[..]].concat()),
            })
            .map_err(|why| {
                Failure::own(format!(
                    "--mount: the guest's path {:?} {why}",
                    wanted.guest
                ))
            })?;
        mounts.list.push(Mount {
            host: wanted.host.clone(),
            guest,
            read_only: wanted.read_only,
        });
    }
    if options.cwd {
        add_current(&mut mounts, current)?;
    }
    check_together(options, &mounts.list)?;
    Ok(mounts)
}

fn add_current(
    mounts: &mut Mounts,
    current: impl FnOnce() -> io::Result<PathBuf>,
) -> Result<(), Failure> {
    let host = current()
        .map_err(|error| Failure::own(format!("--cwd: the current folder: {}", reason(&error))))?;
    let path = host.as_os_str().as_bytes();
    if path == b"/" {
        return Err(Failure::own(
            "--cwd: the current folder is /, which cannot be mounted",
        ));
    }
    check_folder("--cwd", &host)?;
    mounts.start = Some(path.to_vec());
    // A mount that brings it to the same place already will do.
    let there = mounts.list.iter().any(|mount| {
        is_in(path, &mount.guest)
            && fs::canonicalize(&mount.host)
                .is_ok_and(|outer| outer.as_os_str().as_bytes() == mount.guest)
    });
    if !there {
        mounts.list.push(Mount {
            guest: path.to_vec(),
            host,
            read_only: false,
        });
    }
    Ok(())
}

/// Refuses what would hide something, or be hidden.
fn check_together(options: &Options, list: &[Mount]) -> Result<(), Failure> {
    let show = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
    if list.len() > MAX_MOUNTS {
        return Err(Failure::own(format!(
            "{} folders are to be mounted; {MAX_MOUNTS} is the most",
            list.len()
        )));
    }
    for (index, mount) in list.iter().enumerate() {
        for other in &list[..index] {
            if is_in(&mount.guest, &other.guest) || is_in(&other.guest, &mount.guest) {
                return Err(Failure::own(format!(
                    "--mount: {} and {} in the guest are one, or one in the other",
                    show(&other.guest),
                    show(&mount.guest)
                )));
            }
        }
    }
    for file in &options.files {
        let path = [b"/", &archive::guest_path(file)?[..]].concat();
        if let Some(mount) = list.iter().find(|mount| is_in(&path, &mount.guest)) {
            return Err(Failure::own(format!(
                "--file: {} would be hidden by the folder mounted at {}",
                show(&path),
                show(&mount.guest)
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{self, FileArg};
    use std::ffi::OsStr;

    fn with(mounts: &[&str], files: &[&str], cwd: Option<&str>) -> Result<Mounts, String> {
        let options = Options {
            mounts: mounts
                .iter()
                .map(|text| options::mount(OsStr::new(text)).unwrap())
                .collect(),
            files: files
                .iter()
                .map(|path| FileArg {
                    host: "/etc/hostname".into(),
                    guest: path.into(),
                })
                .collect(),
            cwd: cwd.is_some(),
            ..Options::default()
        };
        resolve(&options, || Ok(PathBuf::from(cwd.unwrap_or_default())))
            .map_err(|failure| failure.message)
    }

    #[test]
    fn paths_are_normal() {
        let mounts = with(&["/tmp://data/./x/:ro", "/etc:/e"], &["/data/y"], None).unwrap();
        assert_eq!(mounts.list[0].guest, b"/data/x");
        assert!(mounts.list[0].read_only && !mounts.list[1].read_only);
        assert_eq!(mounts.start, None);
        assert_eq!(parameter(0, &mounts.list[0]), "mount=hermit0:/data/x:ro");
    }

    #[test]
    fn the_current_folder() {
        let mounts = with(&[], &[], Some("/usr/share")).unwrap();
        assert_eq!(mounts.start.as_deref(), Some(&b"/usr/share"[..]));
        assert_eq!(mounts.list.len(), 1);
        assert_eq!(mounts.list[0].guest, b"/usr/share");
        // It is there already.
        let mounts = with(&["/usr:/usr"], &[], Some("/usr/share")).unwrap();
        assert_eq!((mounts.list.len(), mounts.start.is_some()), (1, true));
        assert!(with(&[], &[], Some("/")).unwrap_err().contains("--cwd"));
        assert!(
            with(&[], &[], Some("/no/such"))
                .unwrap_err()
                .contains("/no/such")
        );
    }

    #[test]
    fn complaints() {
        let complaint = |mounts: &[&str], files: &[&str]| with(mounts, files, None).unwrap_err();
        assert!(complaint(&["/no/such:/x"], &[]).starts_with("--mount: /no/such: "));
        assert!(complaint(&["/etc/hostname:/x"], &[]).contains("not a folder"));
        assert!(complaint(&["/etc:/"], &[]).contains("root"));
        assert!(complaint(&["/etc:/a/../b"], &[]).contains(".."));
        assert!(complaint(&["/etc:/.hermit"], &[]).contains(".hermit"));
        assert!(complaint(&["/etc:/x", "/usr:/x/y"], &[]).contains("/x/y"));
        assert!(complaint(&["/etc:/x/y", "/usr:/x"], &[]).contains("/x/y"));
        assert!(complaint(&["/etc:/x", "/usr:/x"], &[]).contains("/x"));
        assert!(complaint(&["/etc:/x"], &["/x/f"]).contains("/x/f"));
        assert!(with(&["/etc:/x"], &["/xf"], None).is_ok());
        let many = [
            "/etc:/a", "/etc:/b", "/etc:/c", "/etc:/d", "/etc:/e", "/etc:/f", "/etc:/g", "/etc:/h",
        ];
        assert!(complaint(&many, &[]).contains("7"));
        assert!(with(&many[..7], &[], None).is_ok());
    }
}
