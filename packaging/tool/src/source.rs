//! The source tree that a release's packages are built from: the files of the checkout, `debian` at the
//! top, and the crates that cargo would otherwise download.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, Log, empty_dir, make_dir};
use sdk::versions::Release;
use sdk::{Doing, Result};

use crate::places::{Places, git};

/// Where mail about the packages goes, without `DEBEMAIL` in the environment.
const MAIL: &str = "maintainers@hermit-sdk.invalid";

/// Tells cargo to use the crates in `vendor`.
const VENDORED: &str = "\
[source.crates-io]
replace-with = \"vendored\"

[source.vendored]
directory = \"vendor\"
";

/// Puts the tree together; `name` distinguishes builds.
pub fn assemble(places: &Places, release: &Release, name: &str) -> Result<PathBuf> {
    let tree = places
        .work
        .join("source")
        .join(format!("{}-{name}", release.codename))
        .join(format!("hermit-sdk-{}", places.version));
    empty_dir(&tree)?;
    let files = git(
        &places.layout,
        &["ls-files", "--cached", "--others", "--exclude-standard"],
    )?;
    for file in files.lines() {
        copy(&places.layout.root.join(file), &tree.join(file))?;
    }
    vendor(places, &tree)?;
    debian(places, release, &tree)?;
    // Dates of files must not differ between two builds.
    let mut touch = Command::new("find");
    touch.arg(&tree).args([
        "-exec",
        "touch",
        "--no-dereference",
        &format!("--date=@{}", places.time),
        "{}",
        "+",
    ]);
    run::shown(&mut touch)?;
    Ok(tree)
}

/// Copies a file of the checkout, or a symbolic link; one that was removed without telling git is left out.
fn copy(from: &Path, to: &Path) -> Result<()> {
    match fs::read_link(from) {
        Ok(target) => {
            if let Some(folder) = to.parent() {
                make_dir(folder)?;
            }
            std::os::unix::fs::symlink(target, to).doing(to.display())
        }
        Err(_) if from.exists() => run::copy(from, to),
        Err(_) => Ok(()),
    }
}

/// The crates of Cargo.lock, and cargo's configuration that names them.
fn vendor(places: &Places, tree: &Path) -> Result<()> {
    let log = Log::begin(places.layout.build.join("log/vendor.log"))?;
    let mut cargo = run::cargo(&places.layout);
    cargo.current_dir(tree).args([
        "vendor",
        "--quiet",
        "--locked",
        "--versioned-dirs",
        "vendor",
    ]);
    log.run(&mut cargo)?;
    run::write(&tree.join(".cargo/config.toml"), VENDORED.as_bytes())
}

/// `debian`, with what depends on the release filled in.
fn debian(places: &Places, release: &Release, tree: &Path) -> Result<()> {
    let (ours, debian) = (
        places.layout.root.join("packaging/debian"),
        tree.join("debian"),
    );
    let mail = std::env::var("DEBEMAIL").unwrap_or_else(|_| MAIL.to_owned());
    for file in run::files_under(&ours)? {
        let name = file.to_string_lossy();
        let to = debian.join(name.strip_suffix(".in").unwrap_or(&name));
        run::copy(&ours.join(&file), &to)?;
        let Ok(text) = fs::read_to_string(&to) else {
            continue;
        };
        let gcc = release.gcc.to_string();
        let filled = text.replace("@GCC@", &gcc).replace("@MAIL@", &mail);
        fs::write(&to, filled).doing(to.display())?;
    }
    let changelog = format!(
        "hermit-sdk ({}) {}; urgency=medium\n\n  * Hermit SDK {}.\n\n -- Hermit SDK maintainers <{mail}>  {}\n",
        places.package_version(release),
        release.codename,
        places.version,
        places.date("%a, %d %b %Y %H:%M:%S +0000")?,
    );
    run::write(&debian.join("changelog"), changelog.as_bytes())
}
