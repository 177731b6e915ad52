//! Upgrading from an older version.
//!
//! The older one is made of today's packages: a lower version, and a file more, which must be gone afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, empty_dir};
use sdk::{Doing, Result};

use super::user::{OPENMP, add_repository, build_and_boot, install};
use super::{Bench, Outcome, must_have, refused, said};
use crate::repository;

/// A file that only the older packages have.
const OLD_FILE: &str = "usr/x86_64-hermit/lib/libold.a";

/// apt upgrades all installed packages together, and what they bring works.
pub fn from_an_older_version(bench: &Bench) -> Result<Outcome> {
    if bench.quick {
        return Ok(Outcome::Skipped(
            "it takes its time: `make package-test` runs it",
        ));
    }
    let work = bench.places.work.join("older").join(bench.release.codename);
    empty_dir(&work)?;
    let shelf = work.join("repository");
    let suite = bench.release.codename;
    let today = bench.repository.join("pool").join(suite);
    let mut older = Vec::new();
    for deb in std::fs::read_dir(&today).doing(today.display())?.flatten() {
        older.push(age(&deb.path(), &bench.places.version, &work)?);
    }
    older.sort();
    repository::publish(bench.places, bench.release, &older, &shelf)?;
    let tree = bench.tree_with("upgrade", &shelf)?;
    said(&mut tree.shell(&add_repository(suite)))?;
    install(&tree, "gcc-hermit hermit-run hermit-sdk-examples")?;
    let version = "dpkg-query -W -f '${Version}\\n' gcc-hermit libhermit-dev hermit-run";
    must_have(&said(&mut tree.shell(version))?, "0.0.1~deb")?;
    said(&mut tree.shell(&format!("ls /{OLD_FILE}")))?;
    // The same place has the newer ones now.
    run::copy_tree(&bench.repository, &shelf)?;
    said(&mut tree.shell("apt-get update && apt-get upgrade -y"))?;
    let wanted = format!("{}\n", bench.places.package_version(bench.release));
    let versions = said(&mut tree.shell(version))?;
    must_have(&versions, &wanted.repeat(3))?;
    refused(&mut tree.shell(&format!("ls /{OLD_FILE}")))?;
    build_and_boot(&tree, OPENMP)?;
    tree.remove()?;
    run::remove(&work)?;
    Ok(Outcome::Passed)
}

/// A package with a lower version.
fn age(deb: &Path, version: &str, work: &Path) -> Result<PathBuf> {
    let name = deb.file_name().unwrap_or_default().to_string_lossy();
    let (content, older) = (
        work.join("content"),
        work.join(name.replace(version, "0.0.1")),
    );
    empty_dir(&content)?;
    run::shown(Command::new("dpkg-deb").arg("-R").arg(deb).arg(&content))?;
    let control = content.join("DEBIAN/control");
    let text = std::fs::read_to_string(&control).doing(control.display())?;
    // Not the versions of other packages, which may look alike.
    let lower = text.replace(&format!("{version}~deb"), "0.0.1~deb");
    run::write(&control, lower.as_bytes())?;
    if name.starts_with("libhermit-dev") {
        run::write(&content.join(OLD_FILE), b"!<arch>\n")?;
    }
    let mut pack = Command::new("dpkg-deb");
    pack.args(["--root-owner-group", "-Znone", "-b"]);
    run::output(pack.arg(&content).arg(&older))?;
    Ok(older)
}
