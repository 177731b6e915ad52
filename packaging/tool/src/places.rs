//! Where things are, for which releases of Debian packages are made, and in which version.

use std::path::PathBuf;
use std::process::Command;

use sdk::layout::Layout;
use sdk::versions::{RELEASES, Release};
use sdk::{Doing, Result, fail, run};

/// One checkout and what is made from it.
pub struct Places {
    /// The checkout.
    pub layout: Layout,
    /// `build/packages`: trees, source trees, logs.
    pub work: PathBuf,
    /// The version in the workspace's `Cargo.toml`.
    pub version: String,
    /// The time of the last commit, in seconds: the date of everything that is packed.
    pub time: String,
}

impl Places {
    /// Of the checkout that this program was built from.
    pub fn find() -> Result<Places> {
        let layout = Layout::find();
        let time = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(time) => time,
            Err(_) => git(&layout, &["log", "-1", "--format=%ct"])?,
        };
        Ok(Places {
            work: layout.build.join("packages"),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time: time.trim().to_owned(),
            layout,
        })
    }

    /// The releases that `SUITES` names; all without it.
    pub fn releases(&self) -> Result<Vec<&'static Release>> {
        let Ok(wanted) = std::env::var("SUITES") else {
            return Ok(RELEASES.iter().collect());
        };
        let find = |name: &str| {
            let known = RELEASES.iter().find(|r| r.codename == name);
            known
                .ok_or_else(|| format!("SUITES: `{name}` is no release that packages are made for"))
        };
        wanted.split_whitespace().map(find).collect()
    }

    /// The packages' version for a release: `0.1.0~deb12u0`, so that each Debian release's packages are
    /// newer than those of the one before.
    pub fn package_version(&self, release: &Release) -> String {
        format!("{}~deb{}u0", self.version, release.number)
    }

    /// Where a release's packages are.
    pub fn debs(&self, release: &Release) -> PathBuf {
        self.layout.build.join("deb").join(release.codename)
    }

    /// The packages of a release, sorted.
    pub fn deb_files(&self, release: &Release) -> Result<Vec<PathBuf>> {
        let folder = self.debs(release);
        let Ok(entries) = std::fs::read_dir(&folder) else {
            return fail(format!("{} is not there: run `make deb`", folder.display()));
        };
        let mut files: Vec<_> = entries
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "deb"))
            .collect();
        files.sort();
        Ok(files)
    }

    /// The time of the last commit as `date` prints it in this format.
    pub fn date(&self, format: &str) -> Result<String> {
        let date = run::output(Command::new("date").env("LC_ALL", "C").args([
            "-u",
            &format!("--date=@{}", self.time),
            &format!("+{format}"),
        ]))?;
        Ok(date.trim().to_owned())
    }
}

/// What git prints, in the checkout.
pub fn git(layout: &Layout, args: &[&str]) -> Result<String> {
    run::output(Command::new("git").arg("-C").arg(&layout.root).args(args))
}

/// Whether this is root, whom chroot and overlay mounts need.
pub fn root() -> Result<()> {
    let id = Command::new("id").arg("-u").output().doing("id")?;
    if id.stdout.trim_ascii() == b"0" {
        return Ok(());
    }
    fail("clean trees are made with chroot and overlay mounts, for which this must be root")
}
