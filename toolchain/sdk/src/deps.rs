//! The Debian packages that each make target needs.
//!
//! Missing ones are named with the reason, and installed where that is possible without a question:
//! as root, or with sudo. Otherwise the one command to type is printed.

use std::process::{Command, Stdio};

use crate::versions::Gcc;
use crate::{Doing, Result, fail, languages, run};

/// A Debian package and what it is for.
type Need = (String, &'static str);

/// Checks and installs what `make TARGET` needs.
pub fn ensure(target: &str) -> Result<()> {
    let missing = missing(needs(target)?)?;
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("`make {target}` needs Debian packages that are not installed:");
    for (package, why) in &missing {
        eprintln!("  {package:20} {why}");
    }
    let packages: Vec<&str> = missing
        .iter()
        .map(|(package, _)| package.as_str())
        .collect();
    install(&packages)
}

fn needs(target: &str) -> Result<Vec<Need>> {
    let gcc = Gcc::wanted();
    let need = |package: &str, why| (package.to_owned(), why);
    let mut needs = vec![
        need(
            &format!("gcc-{gcc}"),
            "the compiler behind x86_64-hermit-gcc",
        ),
        need("binutils", "assembler, linker and archiver"),
        need(
            "gcc",
            "links the tools that cargo builds, and runs newlib's build",
        ),
        need("libc6-dev", "the same"),
        need("make", "runs newlib's build"),
        need("xz-utils", "unpacks sources"),
        need(
            "debian-archive-keyring",
            "checks the signatures of downloaded sources",
        ),
    ];
    let qemu = || {
        need(
            "qemu-system-x86",
            "the virtual machine that hermit-run boots programs in",
        )
    };
    let ports = || {
        [
            ("dpkg-dev", "unpacks source packages"),
            ("patch", "applies Debian's patches to them"),
            (
                "bzip2",
                "unpacks sources, and checks what bzip2 on Hermit wrote",
            ),
            ("sqlite3", "reads the database that SQLite on Hermit wrote"),
            ("tcl", "runs SQLite's own build"),
            ("cmake", "builds projects that use it, and runs their tests"),
            ("meson", "the same"),
            ("ninja-build", "the same"),
            ("pkg-config", "the same"),
            ("automake", "makes configure scripts, and `make check`"),
            ("libtool", "the same"),
        ]
        .into_iter()
        .map(|(package, why)| need(package, why))
    };
    let mkdocs = || need("mkdocs", "makes the documentation site");
    let packaging = || {
        [
            ("apt-utils", "lists the packages of a repository"),
            ("debhelper", "packs what was built"),
            ("git", "says which files belong to the source"),
            ("gnupg", "signs the repository"),
            ("mmdebstrap", "makes clean trees to build and test in"),
            ("scdoc", "makes the manual pages"),
            ("util-linux", "enters these trees"),
        ]
        .map(|(package, why)| need(package, why))
    };
    for language in languages::wanted()? {
        let package = format!("{}-{gcc}", language.compiler());
        needs.push((package, language.purpose()));
    }
    match target {
        "sdk" | "clean" => {}
        "run" => needs.push(qemu()),
        "test" => needs.extend(ports().chain(packaging()).chain([
            qemu(),
            need("grub-common", "the boot loader of hermit-image's media"),
            need("grub-pc-bin", "the same, for BIOS"),
            need("grub-efi-amd64-bin", "the same, for UEFI"),
            need("xorriso", "CD images"),
            need("mtools", "FAT file systems of disk images"),
            need("ovmf", "the UEFI firmware that tests boot these media with"),
            mkdocs(),
            need("clang", "the compiler behind x86_64-hermit-clang"),
            need(
                "gdb",
                "tests of hermit-run --gdb and the source of its symbols",
            ),
        ])),
        "doc" => needs.push(mkdocs()),
        "docker" => needs.extend([
            need("docker.io", "makes the image, and tries it"),
            need("mmdebstrap", "makes the image's file system"),
            need("umoci", "makes an image of it without an engine"),
            need("skopeo", "makes an archive of that"),
        ]),
        "ports" => needs.extend(ports().chain([qemu()])),
        // The SDK itself is built in trees that have their own packages.
        "deb" => {
            needs = packaging().into();
            needs.push(need("lintian", "checks the packages"));
        }
        "package-test" => {
            needs = packaging().into();
            needs.push(need("autopkgtest", "runs the packages' own tests"));
        }
        "bench" => needs.extend([
            qemu(),
            need(
                "libc6-dev",
                "static glibc for the Linux guest that Hermit is compared with",
            ),
            need("cpio", "packs the Linux guest's file system"),
        ]),
        _ => return fail(format!("no list of packages for `{target}`")),
    }
    Ok(needs)
}

/// Those of the packages that are not installed.
fn missing(needs: Vec<Need>) -> Result<Vec<Need>> {
    let query = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(needs.iter().map(|(package, _)| package))
        .stderr(Stdio::null())
        .output();
    let Ok(query) = query else {
        eprintln!("dpkg-query is not there: not a Debian system, so nothing was checked.");
        eprintln!("Needed, by Debian's names:");
        needs
            .iter()
            .for_each(|(package, why)| eprintln!("  {package:20} {why}"));
        return Ok(Vec::new());
    };
    let text = String::from_utf8_lossy(&query.stdout);
    let installed = |package: &str| {
        text.lines()
            .any(|line| line.split_once(' ') == Some((package, "installed")))
    };
    Ok(needs
        .into_iter()
        .filter(|(package, _)| !installed(package))
        .collect())
}

fn install(packages: &[&str]) -> Result<()> {
    let prefix: &[&str] = match privilege() {
        Privilege::Root => &["env", "DEBIAN_FRONTEND=noninteractive"],
        Privilege::Sudo => &["sudo", "env", "DEBIAN_FRONTEND=noninteractive"],
        Privilege::None => {
            let command = format!(
                "apt-get install --no-install-recommends {}",
                packages.join(" ")
            );
            return fail(format!(
                "neither root nor sudo here. Type as root:\n\n  {command}\n"
            ));
        }
    };
    let apt = |args: &[&str]| {
        let mut command = Command::new(prefix[0]);
        // apt's own words go to stderr: stdout belongs to the program that `make run` boots.
        command
            .args(&prefix[1..])
            .arg("apt-get")
            .arg("-qq")
            .args(args)
            .stdout(std::io::stderr());
        eprintln!(
            "+ {}",
            std::iter::once("apt-get")
                .chain(args.iter().copied())
                .collect::<Vec<_>>()
                .join(" ")
        );
        run::shown(&mut command)
    };
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    // The package lists of a fresh machine or container are absent or out of date.
    if lists_are_there() && apt(&install).is_ok() {
        return Ok(());
    }
    apt(&["update"])?;
    apt(&install)
}

fn lists_are_there() -> bool {
    let lists = std::fs::read_dir("/var/lib/apt/lists")
        .into_iter()
        .flatten()
        .flatten();
    lists
        .into_iter()
        .any(|e| e.file_name().to_string_lossy().ends_with("_Packages"))
}

enum Privilege {
    Root,
    Sudo,
    None,
}

fn privilege() -> Privilege {
    let id = Command::new("id").arg("-u").output().doing("id");
    if id.is_ok_and(|o| o.stdout.trim_ascii() == b"0") {
        return Privilege::Root;
    }
    // With a terminal sudo may ask for the password; without one it must not need any.
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
    let check: &[&str] = if terminal { &["-v"] } else { &["-n", "true"] };
    match Command::new("sudo")
        .args(check)
        .stdout(Stdio::null())
        .status()
    {
        Ok(status) if status.success() => Privilege::Sudo,
        _ => Privilege::None,
    }
}
