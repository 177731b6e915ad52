//! Debian's own way to test installed packages: `debian/tests`, run by autopkgtest.

use std::path::Path;
use std::process::Command;

use sdk::Result;
use sdk::run::{self, Log};

use super::{Bench, Outcome};
use crate::source;
use crate::tree;

/// All of `debian/tests`.
pub fn all(bench: &Bench) -> Result<Outcome> {
    if bench.quick {
        return Ok(Outcome::Skipped(
            "it takes its time: `make package-test` runs it",
        ));
    }
    tree::needs(&["autopkgtest"])?;
    let source = source::assemble(bench.places, bench.release, "autopkgtest")?;
    let mut tree = bench.tree("autopkgtest")?;
    // Its chroot mounts nothing, and programs ask /proc where they are.
    tree.share(Path::new("/proc"), "/proc")?;
    let results = bench
        .places
        .work
        .join("autopkgtest")
        .join(bench.release.codename);
    run::remove(&results)?;
    let mut test = Command::new("autopkgtest");
    // Status 20 without it: the minimal tree's lists are old or absent.
    test.args(["--apt-upgrade", "-B"])
        .args(bench.places.deb_files(bench.release)?)
        .arg(format!("{}/", source.display()))
        .arg("--output-dir")
        .arg(&results)
        .args(["--", "chroot"])
        .arg(tree.root());
    let log = Log::begin(
        bench
            .places
            .work
            .join(format!("log/{}-autopkgtest.log", bench.release.codename)),
    )?;
    log.run(&mut tree.mounted(&test))?;
    tree.remove()?;
    Ok(Outcome::Passed)
}
