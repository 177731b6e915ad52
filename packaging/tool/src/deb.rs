//! Builds the packages of each Debian release in a clean tree of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, Log, empty_dir, step};
use sdk::versions::Release;
use sdk::{Doing, Result, languages};

use crate::places::{self, Places};
use crate::source;
use crate::tree::{self, Tree};

/// Languages, and the profile under which their packages are not built.
const PROFILES: [(&str, &str); 3] = [
    ("c++", "pkg.hermit-sdk.nocxx"),
    ("fortran", "pkg.hermit-sdk.nofortran"),
    ("go", "pkg.hermit-sdk.nogo"),
];

/// Builds the packages of all releases that are wanted.
pub fn build_all(places: &Places) -> Result<()> {
    let cache = std::env::var("CACHE").map_or(true, |value| value != "no");
    for release in places.releases()? {
        build(places, release, "build", &places.debs(release), cache)?;
        lint(places, release)?;
    }
    Ok(())
}

/// Builds a release's packages into a folder. Without the cache every library is built from its source.
pub fn build(
    places: &Places,
    release: &Release,
    name: &str,
    into: &Path,
    cache: bool,
) -> Result<()> {
    places::root()?;
    tree::needs(&["mmdebstrap", "unshare"])?;
    let profiles = profiles()?;
    let source = source::assemble(places, release, name)?;
    let base = build_base(places, release)?;
    let mut tree = Tree::new(places, &format!("{}-{name}", release.codename), &base)?;
    let parent = source.parent().unwrap_or(&source);
    // Another place for each build, so that a comparison of two finds what depends on the place.
    let inside = format!("/build-{name}");
    tree.share(parent, &inside)?;
    if let Some(kept) = places.layout.cache.as_ref().filter(|_| cache) {
        // Of clean trees alone. And the order of equal types in Go's export data depends on how long the paths of
        // the build are, which here are the same each time.
        tree.share(&kept.join("packages"), "/var/cache/hermit/hermit-sdk")?;
    }
    step(&format!("{}: building packages", release.codename));
    let begin = std::time::Instant::now();
    let log = Log::begin(
        places
            .work
            .join(format!("log/{}-{name}.log", release.codename)),
    )?;
    let line = format!(
        "cd {inside}/hermit-sdk-{} && XDG_CACHE_HOME=/var/cache/hermit SOURCE_DATE_EPOCH={} \
         DEB_BUILD_PROFILES='{profiles}' dpkg-buildpackage --build=binary --no-sign",
        places.version, places.time,
    );
    tree.run(&line, &log)?;
    empty_dir(into)?;
    for file in fs::read_dir(parent).doing(parent.display())?.flatten() {
        let file = file.path();
        if file.is_file() {
            run::copy(&file, &into.join(file.file_name().unwrap_or_default()))?;
        }
    }
    step(&format!(
        "{}: packages built in {} s: {}",
        release.codename,
        begin.elapsed().as_secs(),
        into.display()
    ));
    tree.remove()
}

/// Packs the SDK that `make sdk` left in `build/sdk`, for C, with this machine's debhelper: quick, for a test
/// on the way. Returns the packages.
pub fn pack_what_is_built(places: &Places, release: &Release) -> Result<Vec<PathBuf>> {
    tree::needs(&["dh", "scdoc", "dpkg-buildpackage"])?;
    let source = source::assemble(places, release, "quick")?;
    let parent = source.parent().unwrap_or(&source);
    let log = Log::begin(places.work.join("log/quick.log"))?;
    step("packing build/sdk for C");
    let mut pack = Command::new("dpkg-buildpackage");
    pack.current_dir(&source)
        .args(["--build=binary", "--no-sign", "--no-check-builddeps"])
        .env("HERMIT_BUILT", places.layout.root.as_os_str())
        .env("SOURCE_DATE_EPOCH", &places.time)
        .env(
            "DEB_BUILD_PROFILES",
            PROFILES.map(|(_, profile)| profile).join(" "),
        )
        // make's own would reach the one that runs the rules.
        .env_remove("MAKEFLAGS");
    log.run(&mut pack)?;
    let entries = fs::read_dir(parent).doing(parent.display())?.flatten();
    let files = entries.map(|e| e.path());
    Ok(files
        .filter(|p| p.extension().is_some_and(|e| e == "deb"))
        .collect())
}

/// The clean tree with what the packages are built with.
fn build_base(places: &Places, release: &Release) -> Result<PathBuf> {
    let gcc = release.gcc;
    let mut packages: Vec<String> = [
        "debhelper",
        "cargo-web",
        "rustc-web",
        "newlib-source",
        "musl-dev",
        "scdoc",
    ]
    .map(str::to_owned)
    .into();
    packages.extend([format!("gcc-{gcc}"), format!("gcc-{gcc}-source")]);
    for language in languages::Language::ALL {
        packages.push(format!("{}-{gcc}", language.compiler()));
    }
    tree::base(places, release, "build", "buildd", &packages, true)
}

/// The build profiles of the languages that are not wanted.
fn profiles() -> Result<String> {
    let wanted: Vec<_> = languages::wanted()?.iter().map(|l| l.name()).collect();
    let absent = PROFILES.iter().filter(|(name, _)| !wanted.contains(name));
    let profiles: Vec<_> = absent.map(|(_, profile)| *profile).collect();
    Ok(profiles.join(" "))
}

/// Debian's own check of packages.
fn lint(places: &Places, release: &Release) -> Result<()> {
    step(&format!("{}: lintian", release.codename));
    let mut lintian = Command::new("lintian");
    lintian
        .args(["--fail-on", "error,warning", "--allow-root"])
        .args(places.deb_files(release)?);
    run::shown(&mut lintian)
}
