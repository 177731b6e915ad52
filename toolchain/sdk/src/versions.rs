//! The versions of what the sysroot is made of: the one place that names them.

use std::process::Command;

use crate::{Result, fail};

/// A release of Debian, and the GCC that it brings.
pub struct Release {
    /// Its name, which is also that of its suite.
    pub codename: &'static str,
    /// `VERSION_ID` in its `/etc/os-release`.
    pub number: &'static str,
    /// 12 for `gcc-12`.
    pub gcc: u32,
}

/// The releases that the SDK is built, tested and packaged on, most wanted first.
pub const RELEASES: &[Release] = &[
    Release {
        codename: "bookworm",
        number: "12",
        gcc: 12,
    },
    Release {
        codename: "trixie",
        number: "13",
        gcc: 14,
    },
];

/// newlib: what the upstream version begins with, and the Debian suite whose `newlib-source` has it.
pub const NEWLIB: Source = Source {
    package: "newlib-source",
    version: "4.5.0",
    suite: "trixie",
};

/// A Debian package that carries an upstream tarball under `/usr/src`.
pub struct Source {
    /// Name of the package.
    pub package: &'static str,
    /// What its upstream version begins with.
    pub version: &'static str,
    /// The suite to take it from where this system's own has another version.
    pub suite: &'static str,
}

/// The compiler that the drivers call.
#[derive(Clone, Debug)]
pub struct Gcc {
    /// 12 for `gcc-12`.
    pub major: u32,
    /// The compiler's own words about its version; part of every recipe.
    pub banner: String,
}

impl Gcc {
    /// The GCC that this system should use, installed or not: `HERMIT_GCC` from the environment, else
    /// the one that Debian's release brings, else the first that is installed.
    pub fn wanted() -> u32 {
        if let Some(major) = std::env::var("HERMIT_GCC")
            .ok()
            .and_then(|v| v.parse().ok())
        {
            return major;
        }
        let number = os_release("VERSION_ID");
        let of_release = RELEASES.iter().find(|r| r.number == number);
        let installed = || RELEASES.iter().find(|r| banner(r.gcc).is_some());
        of_release.or_else(installed).unwrap_or(&RELEASES[0]).gcc
    }

    /// Finds the wanted compiler.
    pub fn find() -> Result<Gcc> {
        let major = Self::wanted();
        match banner(major) {
            Some(banner) => Ok(Gcc { major, banner }),
            None => fail(format!("gcc-{major} is not installed: run `make deps`")),
        }
    }

    /// Name of a program of this compiler, `gcc` → `gcc-12`.
    pub fn program(&self, name: &str) -> String {
        format!("{name}-{}", self.major)
    }

    /// Where the compiler keeps a file of its own, such as `libgcc.a`.
    pub fn file(&self, name: &str) -> Result<std::path::PathBuf> {
        let out = Command::new(self.program("gcc"))
            .arg(format!("-print-file-name={name}"))
            .output();
        let path = out
            .ok()
            .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
        match path {
            Some(path) if path.contains('/') => Ok(path.into()),
            _ => fail(format!("gcc-{} has no {name}", self.major)),
        }
    }
}

fn banner(major: u32) -> Option<String> {
    let out = Command::new(format!("gcc-{major}"))
        .arg("--version")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&out.stdout);
    text.lines().next().map(str::to_owned)
}

/// A value of `/etc/os-release`, empty where there is none.
pub fn os_release(key: &str) -> String {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value.unwrap_or_default().trim_matches('"').to_owned()
}
