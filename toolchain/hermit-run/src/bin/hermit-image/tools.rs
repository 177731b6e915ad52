//! The programs and files of others that make the media, and how they are run.

use crate::cli::Kind;
use hermit_run::failure::{Failure, reason};
use std::path::Path;
use std::process::{Command, Stdio};

/// Where Debian's packages keep GRUB's parts.
pub const GRUB: &str = "/usr/lib/grub";

/// The dates in a medium.
pub struct Epoch {
    /// Every date in it, in seconds since 1970.
    pub date: i64,
    /// Files of the program that are newer get this date.
    pub newest: Option<i64>,
}

/// The first date that a FAT file system knows: 1 January 1980.
const FIRST: i64 = 315_532_800;

/// By SOURCE_DATE_EPOCH; without it a date of no meaning.
pub fn epoch(variable: impl Fn(&str) -> Option<String>) -> Result<Epoch, Failure> {
    let Some(text) = variable("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else {
        return Ok(Epoch {
            date: FIRST,
            newest: None,
        });
    };
    match text.parse() {
        Ok(date) if date >= 0 => Ok(Epoch {
            date: i64::max(date, FIRST),
            newest: Some(date),
        }),
        _ => Err(Failure::own(format!(
            "SOURCE_DATE_EPOCH: {text:?} is not a number of seconds"
        ))),
    }
}

/// What a kind of medium needs, and the package that brings it.
fn needs(kind: Kind) -> Vec<(String, &'static str)> {
    let program = |name: &str| format!("/usr/bin/{name}");
    let mut needs = vec![
        (program("grub-mkimage"), "grub-common"),
        (format!("{GRUB}/i386-pc/kernel.img"), "grub-pc-bin"),
        (
            format!("{GRUB}/x86_64-efi/kernel.img"),
            "grub-efi-amd64-bin",
        ),
        (program("mformat"), "mtools"),
    ];
    if kind == Kind::Iso {
        needs.push((program("xorriso"), "xorriso"));
    }
    needs
}

/// Names all packages that are missing, at once.
pub fn check(kind: Kind) -> Result<(), Failure> {
    let mut missing = needs(kind);
    missing.retain(|(file, _)| !Path::new(file).exists());
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    let packages = packages.join(" ");
    let first = &missing[0].0;
    Err(Failure::own(format!(
        "{first} is missing; apt install {packages}"
    )))
}

/// Runs one of them with the medium's date; what it says is shown only if it fails.
pub fn run(command: &mut Command, epoch: &Epoch) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .env("SOURCE_DATE_EPOCH", epoch.date.to_string())
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        // Otherwise a file of the user could change what mtools does.
        .env("MTOOLSRC", "/dev/null")
        .stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|e| Failure::own(format!("{name}: {}", reason(&e))))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<_> = words.trim().lines().collect();
    let end = lines[lines.len().saturating_sub(10)..].join("\n  ");
    Err(Failure::own(format!(
        "{name} failed ({})\n  {end}",
        output.status
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let of = |text: &'static str| epoch(|_| Some(text.to_owned()));
        assert_eq!(epoch(|_| None).unwrap().date, FIRST);
        assert_eq!(of("").unwrap().newest, None);
        let old = of("5").unwrap();
        assert_eq!((old.date, old.newest), (FIRST, Some(5)));
        assert_eq!(of("1700000000").unwrap().date, 1_700_000_000);
        assert!(of("-1").is_err() && of("now").is_err());
    }
}
