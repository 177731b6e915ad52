//! Third-party sources: out of Debian's source packages and cargo's registry, never out of this
//! repository.
//!
//! A source package is looked for under `/usr/src` (installed), then in this build's and the user's
//! cache, and then downloaded with apt: from the system's own suites or, where they have another
//! version, from a newer suite of the same mirror through an apt state of our own, which leaves the
//! system's sources and lists alone. Debian's signatures are checked in each case.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::layout::Layout;
use crate::run::{self, Log, empty_dir, make_dir, step};
use crate::versions::{Gcc, NEWLIB, os_release};
use crate::{Doing, Result, fail};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// newlib's tarball.
pub fn newlib(layout: &Layout) -> Result<PathBuf> {
    let name = format!("newlib-{}", NEWLIB.version);
    tarball(layout, NEWLIB.package, "newlib", &name, NEWLIB.suite)
}

/// The tarball of the compiler's runtime libraries.
pub fn gcc(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    let (major, suite) = (gcc.major, os_release("VERSION_CODENAME"));
    let name = format!("gcc-{major}");
    tarball(
        layout,
        &format!("gcc-{major}-source"),
        &name,
        &format!("gcc-{major}."),
        &suite,
    )
}

/// Unpacks the parts of a tarball that match the patterns (all of it with none), without its top folder.
pub fn unpack(tarball: &Path, into: &Path, patterns: &[&str], log: &Log) -> Result<()> {
    empty_dir(into)?;
    let mut tar = Command::new("tar");
    tar.arg("xf")
        .arg(tarball)
        .arg("-C")
        .arg(into)
        .args(["--strip-components=1", "--wildcards"]);
    log.run(tar.args(patterns))
}

/// The folder of mimalloc's C source, from the crate that Cargo.lock pins.
pub fn mimalloc(layout: &Layout) -> Result<PathBuf> {
    let source = mimalloc_crate(layout)?.join("c_src/mimalloc/v2");
    if source.join("src/static.c").exists() {
        Ok(source)
    } else {
        fail(format!("{}: no source of mimalloc 2", source.display()))
    }
}

/// Where cargo keeps the sources of the crates that Cargo.lock pins.
pub fn crates(layout: &Layout) -> Result<PathBuf> {
    let mut folder = mimalloc_crate(layout)?;
    folder.pop();
    Ok(folder)
}

fn mimalloc_crate(layout: &Layout) -> Result<PathBuf> {
    let mut cargo = run::cargo(layout);
    cargo.args(["metadata", "--format-version=1", "--locked", "-q"]);
    let metadata = run::output(&mut cargo)?;
    let manifests = metadata
        .split(r#""manifest_path":""#)
        .skip(1)
        .filter_map(|m| m.split('"').next());
    let found = manifests.map(Path::new).filter_map(Path::parent).find(|p| {
        p.file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with("libmimalloc-sys"))
    });
    match found {
        Some(folder) => Ok(folder.to_owned()),
        None => fail("cargo metadata shows no crate libmimalloc-sys"),
    }
}

/// The folder with a Debian source package, as apt fetched and checked it: its tarballs as the authors
/// released them, or, `whole`, its description and Debian's changes too.
pub fn debian_source(layout: &Layout, package: &str, suite: &str, whole: bool) -> Result<PathBuf> {
    let folder = Path::new("sources/debian").join(if whole {
        format!("{package}-whole")
    } else {
        package.to_owned()
    });
    let own = layout.build.join(&folder);
    let shared = layout.cache.as_ref().map(|c| c.join(&folder));
    if let Some(found) = [Some(&own), shared.as_ref()]
        .into_iter()
        .flatten()
        .find(|p| p.is_dir())
    {
        return Ok(found.clone());
    }
    step(&format!("{package}: downloading its source"));
    // The index is kept: several packages are wanted one after the other.
    let work = layout.build.join("download-source");
    let log = Log::begin(layout.build.join("log/download-source.log"))?;
    let files = work.join("files");
    empty_dir(&files)?;
    let state = OwnState::new(&work, "deb-src", suite)?;
    let fetch = || {
        let mut apt = state.apt(&files);
        apt.args(["source", "--download-only"]);
        if !whole {
            apt.arg("--tar-only");
        }
        apt.arg(package);
        log.run(as_this_user(&mut apt))
    };
    if fetch().is_err() {
        log.run(state.apt(&files).arg("update"))?;
        fetch()?;
    }
    if let Some(shared) = shared {
        // Only saves the next checkout a download.
        let _ = run::copy_tree(&files, &shared);
    }
    if let Some(parent) = own.parent() {
        make_dir(parent)?;
    }
    fs::rename(&files, &own).doing(own.display())?;
    Ok(own)
}

/// musl's C library as Debian compiled it: functions that newlib lacks or has wrong come from it.
pub fn musl(layout: &Layout) -> Result<PathBuf> {
    let suite = os_release("VERSION_CODENAME");
    let name = format!("musl-{suite}.a");
    let inside = "usr/lib/x86_64-linux-musl/libc.a";
    let installed = Path::new("/").join(inside);
    let mut places: Vec<_> = places(layout).iter().map(|p| p.join(&name)).collect();
    places.insert(0, installed);
    if let Some(found) = places.into_iter().find(|p| p.exists()) {
        return Ok(found);
    }
    let library = |content: &Path| {
        let library = content.join(inside);
        library.exists().then_some((library, name.clone()))
    };
    download_package(layout, "musl-dev", &suite, library)
}

/// Where downloaded files are kept: this build's folder and the user's cache.
fn places(layout: &Layout) -> Vec<PathBuf> {
    let shared = layout.cache.as_ref().map(|c| c.join("sources"));
    [Some(layout.build.join("sources")), shared]
        .into_iter()
        .flatten()
        .collect()
}

/// Finds or downloads the tarball `/usr/src/FOLDER/PREFIX*.tar.xz` of a package.
fn tarball(
    layout: &Layout,
    package: &str,
    folder: &str,
    prefix: &str,
    suite: &str,
) -> Result<PathBuf> {
    let folder = Path::new("/usr/src").join(folder);
    let mut places = places(layout);
    places.insert(0, folder.clone());
    if let Some(found) = places.iter().find_map(|place| find(place, prefix)) {
        return Ok(found);
    }
    download_package(layout, package, suite, |content| {
        let inside = folder.strip_prefix("/").unwrap_or(&folder);
        let tarball = find(&content.join(inside), prefix)?;
        let name = tarball.file_name()?.to_string_lossy().into_owned();
        Some((tarball, name))
    })
}

/// Downloads a package and keeps one file of it: `wanted` finds that in the unpacked package, and says
/// under which name it is kept.
fn download_package(
    layout: &Layout,
    package: &str,
    suite: &str,
    wanted: impl Fn(&Path) -> Option<(PathBuf, String)>,
) -> Result<PathBuf> {
    step(&format!("{package}: downloading"));
    let work = layout.build.join("download");
    empty_dir(&work)?;
    let log = Log::begin(layout.build.join("log/download.log"))?;
    let mut why = String::new();
    for from_other_suite in [false, true] {
        let attempt = match from_other_suite {
            false => system_state(&work, package, &log),
            true => own_state(&work, package, suite, &log),
        };
        let Some(deb) = attempt.map_err(|e| why = e).ok() else {
            continue;
        };
        let content = work.join("content");
        log.run(Command::new("dpkg-deb").arg("-x").arg(&deb).arg(&content))?;
        run::remove(&deb)?;
        let Some((file, name)) = wanted(&content) else {
            continue;
        };
        let kept = layout.build.join("sources").join(&name);
        run::copy(&file, &kept)?;
        if let Some(shared) = &layout.cache {
            // Only saves the next checkout a download.
            let _ = run::copy(&file, &shared.join("sources").join(&name));
        }
        run::remove(&work)?;
        return Ok(kept);
    }
    fail(format!(
        "no {package} with what is wanted of it could be downloaded with apt\n{why}"
    ))
}

fn find(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let names = fs::read_dir(folder).ok()?.flatten().map(|e| e.path());
    let mut fitting: Vec<_> = names
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(prefix) && name.contains(".tar.")
        })
        .collect();
    fitting.sort();
    fitting.pop()
}

/// Downloads from the suites that this system uses.
fn system_state(work: &Path, package: &str, log: &Log) -> Result<PathBuf> {
    download(
        Command::new("apt-get").current_dir(work),
        work,
        package,
        log,
    )
}

/// Downloads from another suite of this system's mirror.
fn own_state(work: &Path, package: &str, suite: &str, log: &Log) -> Result<PathBuf> {
    let state = OwnState::new(work, "deb", suite)?;
    log.run(state.apt(work).arg("update"))?;
    download(&mut state.apt(work), work, package, log)
}

/// An apt state of our own: one suite of this system's mirror, with lists and caches in a folder.
struct OwnState {
    options: Vec<String>,
}

impl OwnState {
    /// `kind` is what is wanted: `deb` or `deb-src`.
    fn new(work: &Path, kind: &str, suite: &str) -> Result<OwnState> {
        let own = work.join(format!("apt-{suite}"));
        for folder in ["lists/partial", "cache/archives/partial", "parts"] {
            make_dir(&own.join(folder))?;
        }
        let sources = own.join("own.sources");
        let text = format!(
            "Types: {kind}\nURIs: {}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n",
            mirror()?
        );
        run::write(&sources, text.as_bytes())?;
        let options = [
            ("Dir::Etc::sourcelist", sources),
            ("Dir::Etc::SourceParts", own.join("parts")),
            ("Dir::State::Lists", own.join("lists")),
            ("Dir::Cache", own.join("cache")),
            ("Dir::State::status", PathBuf::from("/dev/null")),
        ];
        let options = options.map(|(name, value)| format!("{name}={}", value.display()));
        Ok(OwnState {
            options: options.into(),
        })
    }

    /// apt-get with this state, working in a folder.
    fn apt(&self, folder: &Path) -> Command {
        let mut apt = Command::new("apt-get");
        apt.current_dir(folder);
        self.options.iter().for_each(|option| {
            apt.arg("-o").arg(option);
        });
        apt
    }
}

/// As root apt would drop to a user that cannot write in our folders, and warn about it.
fn as_this_user(apt: &mut Command) -> &mut Command {
    apt.args(["-o", "APT::Sandbox::User=root"])
}

fn download(apt: &mut Command, work: &Path, package: &str, log: &Log) -> Result<PathBuf> {
    log.run(as_this_user(apt.args(["download", package])))?;
    let debs = fs::read_dir(work)
        .doing(work.display())?
        .flatten()
        .map(|e| e.path());
    let mut debs = debs.filter(|p| p.extension().is_some_and(|e| e == "deb"));
    debs.next()
        .ok_or_else(|| format!("apt-get download {package} left no file"))
}

/// The mirror that the system takes its own release from.
pub fn mirror() -> Result<String> {
    let codename = os_release("VERSION_CODENAME");
    let mut texts = vec![fs::read_to_string("/etc/apt/sources.list").unwrap_or_default()];
    let parts = fs::read_dir("/etc/apt/sources.list.d")
        .into_iter()
        .flatten()
        .flatten();
    texts.extend(parts.filter_map(|e| fs::read_to_string(e.path()).ok()));
    let found = texts.iter().find_map(|text| mirror_in(text, &codename));
    found.ok_or_else(|| {
        format!("no mirror of Debian {codename} in apt's configuration (/etc/apt/sources.list)")
    })
}

/// Looks for the URI of a suite, in either of apt's two formats.
fn mirror_in(text: &str, suite: &str) -> Option<String> {
    let one_line = text.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|w| w.contains("://"))?;
        (words[0] == "deb" && words.get(at + 1) == Some(&suite)).then(|| words[at].to_owned())
    });
    let deb822 = || {
        text.split("\n\n").find_map(|stanza| {
            let field = |name| stanza.lines().find_map(|l| l.strip_prefix(name));
            let fits = field("Suites:")?.split_whitespace().any(|s| s == suite);
            let uri = field("URIs:")?.split_whitespace().next()?;
            fits.then(|| uri.to_owned())
        })
    };
    one_line.or_else(deb822)
}

#[cfg(test)]
mod tests {
    use super::mirror_in;

    #[test]
    fn mirror_of_either_format() {
        let old =
            "# deb http://no bookworm main\ndeb [signed-by=/k] http://a/debian bookworm main\n";
        assert_eq!(
            mirror_in(old, "bookworm").as_deref(),
            Some("http://a/debian")
        );
        let new = "Types: deb\nURIs: http://s/sec\nSuites: bookworm-security\n\n\
                   Types: deb\nURIs: http://b/debian\nSuites: bookworm bookworm-updates\n";
        assert_eq!(
            mirror_in(new, "bookworm").as_deref(),
            Some("http://b/debian")
        );
        assert_eq!(mirror_in(new, "trixie"), None);
    }
}
