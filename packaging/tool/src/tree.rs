//! Clean trees of a Debian release to build and test in.
//!
//! A *base* is made once by mmdebstrap and never changed. A [`Tree`] is an overlay on one: it begins as
//! the base is, and what happens in it stays in its own folder. Each command in a tree has mounts and
//! processes of its own, which end with it, so nothing is left mounted or running.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, empty_dir, make_dir, step};
use sdk::versions::Release;
use sdk::{Doing, Result, fail, fetch};

use crate::places::Places;

/// Mounts the overlay and the folders that are shared with the host, then becomes the command: of the host.
/// Arguments: the tree's folder, its base, shared folders as HOST:GUEST, `--`, the command.
const ENTER: &str = r#"
set -eu
tree=$1 base=$2
shift 2
mount -t overlay overlay -o "lowerdir=$base,upperdir=$tree/upper,workdir=$tree/work" "$tree/root"
while [ "$1" != -- ]; do
	mkdir -p "$tree/root${1#*:}"
	mount --bind "${1%%:*}" "$tree/root${1#*:}"
	shift
done
shift
exec "$@"
"#;

/// A base, made if it is not there. `variant` and `packages` are mmdebstrap's; `newlib` adds the package
/// of newlib's source, and nothing else, from the release that has the version that is wanted.
pub fn base(
    places: &Places,
    release: &Release,
    name: &str,
    variant: &str,
    packages: &[String],
    newlib: bool,
) -> Result<PathBuf> {
    let base = places
        .work
        .join("bases")
        .join(format!("{}-{name}", release.codename));
    let recipe = format!("{variant} {}\n", packages.join(" "));
    let stamp = base.with_extension("recipe");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == recipe) && base.is_dir() {
        return Ok(base);
    }
    step(&format!(
        "{}: making a clean tree ({name})",
        release.codename
    ));
    run::remove(&stamp)?;
    empty_dir(&base)?;
    let mut make = Command::new("mmdebstrap");
    make.arg("--quiet")
        .arg(format!("--variant={variant}"))
        // As on the machine itself, where a mirror may be older than its lists say.
        .arg("--aptopt=Acquire::Check-Valid-Until \"false\"")
        // Nobody minds if a power cut takes a tree with it.
        .arg("--dpkgopt=force-unsafe-io");
    if !packages.is_empty() {
        make.arg(format!("--include={}", packages.join(",")));
    }
    let other = sdk::versions::NEWLIB.suite;
    if newlib && other != release.codename {
        let pin = format!(
            "Package: *\nPin: release n={other}\nPin-Priority: -1\n\n\
             Package: newlib-source\nPin: release n={other}\nPin-Priority: 900\n"
        );
        let preferences = places.work.join("newlib.pref");
        run::write(&preferences, pin.as_bytes())?;
        let list = places.work.join("newlib.list");
        let line = format!("deb {} {other} main\n", fetch::mirror()?);
        run::write(&list, line.as_bytes())?;
        for (file, place) in [
            (preferences, "preferences.d/newlib"),
            (list, "sources.list.d/newlib.list"),
        ] {
            make.arg(format!(
                "--setup-hook=install -Dm644 {} \"$1/etc/apt/{place}\"",
                file.display()
            ));
        }
    }
    make.arg(release.codename).arg(&base);
    run::shown(&mut make)?;
    // The network is the host's.
    let resolver = Path::new("/etc/resolv.conf");
    if resolver.exists() {
        run::copy(resolver, &base.join("etc/resolv.conf"))?;
    }
    run::write(&stamp, recipe.as_bytes())?;
    Ok(base)
}

/// A tree on a base.
pub struct Tree {
    base: PathBuf,
    folder: PathBuf,
    shared: Vec<String>,
}

impl Tree {
    /// A fresh tree of this name; what an earlier one of the name holds goes away.
    pub fn new(places: &Places, name: &str, base: &Path) -> Result<Tree> {
        let folder = places.work.join("trees").join(name);
        empty_dir(&folder)?;
        for part in ["upper", "work", "root"] {
            make_dir(&folder.join(part))?;
        }
        Ok(Tree {
            base: base.to_owned(),
            folder,
            shared: Vec::new(),
        })
    }

    /// Shows a folder of the host at a path of the tree, in every command that follows.
    pub fn share(&mut self, host: &Path, guest: &str) -> Result<()> {
        make_dir(host)?;
        self.shared.push(format!("{}:{guest}", host.display()));
        Ok(())
    }

    /// The tree's root, while a command of [`Tree::mounted`] runs.
    pub fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    /// A command of the host for which the tree is mounted.
    pub fn mounted(&self, command: &Command) -> Command {
        let mut enter = Command::new("unshare");
        enter
            .args(["--mount", "sh", "-c", ENTER, "enter"])
            .arg(&self.folder)
            .arg(&self.base)
            .args(&self.shared)
            .arg("--")
            .arg(command.get_program())
            .args(command.get_args());
        enter
    }

    /// A file that a command made or changed in the tree, seen from the host.
    pub fn changed(&self, path: &str) -> PathBuf {
        self.folder.join("upper").join(path.trim_start_matches('/'))
    }

    /// A command in the tree, as root.
    pub fn command(&self, command: &[&str]) -> Command {
        self.inside(&[], command)
    }

    /// A line of shell in the tree, as root of a user namespace of its own.
    pub fn namespace(&self, line: &str) -> Command {
        self.inside(&["--user", "--map-root-user"], &["sh", "-c", line])
    }

    /// A command in the tree, with these options of unshare.
    fn inside(&self, options: &[&str], command: &[&str]) -> Command {
        let mut inside = Command::new("unshare");
        inside
            .args(options)
            .args(["--pid", "--fork", "--kill-child", "--mount-proc"])
            .arg(format!("--root={}", self.root().display()))
            .arg("--")
            .args(command);
        let mut enter = self.mounted(&inside);
        enter
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("HOME", "/root")
            .env("LC_ALL", "C.UTF-8")
            .env("DEBIAN_FRONTEND", "noninteractive");
        enter
    }

    /// A line of shell in the tree, as root.
    pub fn shell(&self, line: &str) -> Command {
        self.command(&["sh", "-c", line])
    }

    /// A line of shell as an ordinary user of the tree, in her home.
    pub fn user(&self, line: &str) -> Command {
        self.command(&["runuser", "-l", "user", "-c", line])
    }

    /// Runs a line of shell in the tree as root; what it says goes to the file `log`.
    pub fn run(&self, line: &str, log: &run::Log) -> Result<()> {
        log.run(&mut self.shell(line))
    }

    /// Removes the tree.
    pub fn remove(self) -> Result<()> {
        run::remove(&self.folder)
    }
}

/// Says so if a program of the host that clean trees need is not there.
pub fn needs(programs: &[&str]) -> Result<()> {
    for program in programs {
        let there = Command::new("which").arg(program).output().doing("which")?;
        if !there.status.success() {
            return fail(format!("{program} is not installed: run `make deps-deb`"));
        }
    }
    Ok(())
}
