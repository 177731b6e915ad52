//! Tests of the packages, as a user meets them: in minimal trees of each Debian release, by apt, as an
//! ordinary user.
//!
//! `--quick` packs the SDK in `build/sdk`, for C and this machine's own release, and makes the round trip
//! with that; the long version takes what `make deb` built, in all its languages. What cannot be done on a
//! machine (no root, no Debian) is reported as skipped, never as passed.

mod autopkgtest;
mod binfmt;
mod cmake;
mod foreign;
mod refusals;
mod session;
pub mod transcript;
mod upgrade;
mod user;

use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, empty_dir};
use sdk::versions::{RELEASES, Release, os_release};
use sdk::{Doing, Result, fail};

use crate::deb;
use crate::places::{self, Places};
use crate::repository::{self, Key};
use crate::tree::{self, Tree};

/// What the tests of one release have.
pub struct Bench<'a> {
    places: &'a Places,
    release: &'a Release,
    /// The signed repository of the packages.
    repository: PathBuf,
    /// The clean minimal tree.
    base: PathBuf,
    /// Only C is there.
    quick: bool,
}

/// Runs those whose names have one of the words, all without words; says which passed.
pub fn run(places: &Places, quick: bool, words: &[&str]) -> Result<()> {
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    if !TESTS.iter().any(|(name, _)| wanted(name)) {
        return fail("no test has such a name");
    }
    if let Err(why) = places::root().and_then(|()| tree::needs(&["mmdebstrap", "gpg"])) {
        println!("test packages ... skipped, {why}");
        return Ok(());
    }
    let own = os_release("VERSION_CODENAME");
    let releases = match quick {
        true => RELEASES.iter().filter(|r| r.codename == own).collect(),
        false => places.releases()?,
    };
    if releases.is_empty() {
        println!("test packages ... skipped, this is no release that packages are made for");
        return Ok(());
    }
    let mut failed = Vec::new();
    for release in releases {
        let bench = Bench::set_up(places, release, quick)?;
        for (name, test) in TESTS.iter().filter(|(name, _)| wanted(name)) {
            let name = format!("packages/{}/{name}", release.codename);
            let begin = std::time::Instant::now();
            match test(&bench) {
                Ok(Outcome::Passed) => {
                    println!(
                        "test {name} ... ok ({:.1} s)",
                        begin.elapsed().as_secs_f32()
                    );
                }
                Ok(Outcome::Skipped(why)) => println!("test {name} ... skipped, {why}"),
                Err(why) => {
                    println!("test {name} ... FAILED\n{why}");
                    failed.push(name);
                }
            }
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => fail(format!("failed: {}", failed.join(", "))),
    }
}

/// How a test ended that did not fail.
pub enum Outcome {
    /// It ran and everything was as it should be.
    Passed,
    /// It could not run, for this reason.
    Skipped(&'static str),
}

type Test = fn(&Bench) -> Result<Outcome>;

const TESTS: &[(&str, Test)] = &[
    ("refusals", refusals::all),
    ("c-only", user::c_only),
    ("every-language", user::every_language),
    ("binfmt", binfmt::images_and_nothing_else),
    ("foreign-projects", foreign::projects),
    ("upgrade", upgrade::from_an_older_version),
    ("autopkgtest", autopkgtest::all),
    ("first-ten-minutes", transcript::record),
];

impl Bench<'_> {
    fn set_up<'a>(places: &'a Places, release: &'a Release, quick: bool) -> Result<Bench<'a>> {
        let debs = match quick {
            true => deb::pack_what_is_built(places, release)?,
            false => places.deb_files(release)?,
        };
        let repository = places.work.join("test").join(release.codename);
        empty_dir(&repository)?;
        repository::publish(places, release, &debs, &repository)?;
        let base = tree::base(places, release, "minimal", "minbase", &[], false)?;
        Ok(Bench {
            places,
            release,
            repository,
            base,
            quick,
        })
    }

    /// A fresh tree with an ordinary user, this repository in it but not yet known to apt.
    fn tree(&self, name: &str) -> Result<Tree> {
        self.tree_with(name, &self.repository)
    }

    /// The same with another repository.
    fn tree_with(&self, name: &str, repository: &Path) -> Result<Tree> {
        let name = format!("{}-{name}", self.release.codename);
        let mut tree = Tree::new(self.places, &name, &self.base)?;
        tree.share(repository, user::SHELF)?;
        // Debian's own packages are downloaded once.
        let archives = self
            .places
            .work
            .join("archives")
            .join(self.release.codename);
        run::make_dir(&archives.join("partial"))?;
        // Ours are not: two builds of one version may differ.
        for deb in std::fs::read_dir(&archives)
            .doing(archives.display())?
            .flatten()
        {
            if deb.file_name().to_string_lossy().contains("hermit") {
                run::remove(&deb.path())?;
            }
        }
        tree.share(&archives, "/var/cache/apt/archives")?;
        said(&mut tree.shell("useradd --create-home --shell /bin/sh user"))?;
        Ok(tree)
    }

    /// Whether a package is in the repository: one of another language than C need not be.
    fn has(&self, package: &str) -> bool {
        let pool = self.repository.join("pool").join(self.release.codename);
        let mut files = std::fs::read_dir(pool).into_iter().flatten().flatten();
        let start = format!("{package}_");
        files.any(|file| file.file_name().to_string_lossy().starts_with(&start))
    }

    /// A key that is not the repository's.
    fn other_key(&self) -> Result<Key> {
        Key::made(self.places, &self.places.work.join("other-key"))
    }
}

/// What a command says on both streams; it must succeed.
fn said(command: &mut Command) -> Result<String> {
    match ended(command)? {
        (true, text) => Ok(text),
        (false, text) => fail(format!("{text}{command:?} failed")),
    }
}

/// What a command says on both streams; it must fail.
fn refused(command: &mut Command) -> Result<String> {
    match ended(command)? {
        (false, text) => Ok(text),
        (true, text) => fail(format!("{text}{command:?} should have failed")),
    }
}

fn ended(command: &mut Command) -> Result<(bool, String)> {
    let out = command.output().doing("unshare")?;
    let text = [out.stdout, out.stderr].concat();
    Ok((
        out.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

/// An error unless a text has these words.
fn must_have(text: &str, words: &str) -> Result<()> {
    match text.contains(words) {
        true => Ok(()),
        false => fail(format!("{text}`{words}` is not in that")),
    }
}
