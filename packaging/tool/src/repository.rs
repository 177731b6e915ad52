//! The signed apt repository of all releases' packages: `pool`, `dists` and the key, under
//! `build/apt-repo`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, empty_dir, make_dir, step};
use sdk::versions::Release;
use sdk::{Doing, Result, fail};

use crate::places::Places;

/// The key's file name, for `signed-by`.
pub const KEY_FILE: &str = "hermit-sdk-archive-keyring.gpg";

/// Makes the repository of the packages that `make deb` left; returns its folder.
pub fn make(places: &Places) -> Result<PathBuf> {
    let folder = places.layout.build.join("apt-repo");
    empty_dir(&folder)?;
    for release in places.releases()? {
        let debs = places.deb_files(release)?;
        publish(places, release, &debs, &folder)?;
    }
    step(&format!("signed repository: {}", folder.display()));
    Ok(folder)
}

/// Adds packages to a repository as the suite of a release, and signs that.
pub fn publish(places: &Places, release: &Release, debs: &[PathBuf], folder: &Path) -> Result<()> {
    let suite = release.codename;
    let pool = folder.join("pool").join(suite);
    for deb in debs {
        run::copy(deb, &pool.join(deb.file_name().unwrap_or_default()))?;
    }
    let dist = folder.join("dists").join(suite);
    let index = dist.join("main/binary-amd64");
    make_dir(&index)?;
    let mut scan = Command::new("apt-ftparchive");
    scan.current_dir(folder)
        .args(["packages", &format!("pool/{suite}")]);
    let packages = run::output(&mut scan)?;
    run::write(&index.join("Packages"), packages.as_bytes())?;
    for compress in [&["gzip", "-9nk"][..], &["xz", "-9k"]] {
        run::shown(
            Command::new(compress[0])
                .args(&compress[1..])
                .arg(index.join("Packages")),
        )?;
    }
    sign(places, release, &dist, folder)
}

/// Writes `Release` of a suite, its two signed forms, and the key.
fn sign(places: &Places, release: &Release, dist: &Path, folder: &Path) -> Result<()> {
    let suite = release.codename;
    let mut describe = Command::new("apt-ftparchive");
    let fields = [
        ("Origin", "Hermit SDK"),
        ("Label", "Hermit SDK"),
        ("Suite", suite),
        ("Codename", suite),
        ("Version", release.number),
        ("Architectures", "amd64"),
        ("Components", "main"),
        ("Description", "Unikernel SDK for C, C++, Fortran and Go"),
    ];
    for (field, value) in fields {
        let option = format!("APT::FTPArchive::Release::{field}={value}");
        describe.args(["-o", &option]);
    }
    let text = run::output(describe.arg("release").arg(dist))?;
    let date = places.date("%a, %d %b %Y %H:%M:%S UTC")?;
    let dated = |line: &str| match line.starts_with("Date: ") {
        true => format!("Date: {date}\n"),
        false => format!("{line}\n"),
    };
    let text: String = text.lines().map(dated).collect();
    run::write(&dist.join("Release"), text.as_bytes())?;
    let key = Key::given_or_made(places)?;
    for (form, output) in [
        ("--clearsign", "InRelease"),
        ("--detach-sign", "Release.gpg"),
    ] {
        let mut gpg = key.gpg();
        gpg.args(["--armor", form, "--output"])
            .arg(dist.join(output))
            .arg(dist.join("Release"));
        quietly(&mut gpg)?;
    }
    key.export(&folder.join(KEY_FILE))
}

/// The key that signs.
pub struct Key {
    home: Option<PathBuf>,
    name: String,
    time: String,
}

impl Key {
    /// The key that `KEY` names in gpg's own keyring, or one that is made, for tests and first trials.
    pub fn given_or_made(places: &Places) -> Result<Key> {
        if let Ok(name) = std::env::var("KEY") {
            let time = signing_time(&places.time, &name)?;
            return Ok(Key {
                home: None,
                name,
                time,
            });
        }
        Key::made(places, &places.layout.build.join("signing"))
    }

    /// A key of our own in this folder, made if it is not there.
    pub fn made(places: &Places, home: &Path) -> Result<Key> {
        let key = Key {
            home: Some(home.to_owned()),
            name: "Hermit SDK archive".to_owned(),
            time: places.time.clone(),
        };
        if home.is_dir() {
            return Ok(key);
        }
        step(&format!("making a key to sign with: {}", home.display()));
        make_dir(home)?;
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(home, mode).doing(home.display())?;
        let mut make = key.gpg();
        make.args(["--passphrase", "", "--quick-generate-key"])
            .args([&key.name, "ed25519", "sign", "never"]);
        quietly(&mut make)?;
        Ok(key)
    }

    fn gpg(&self) -> Command {
        let mut gpg = Command::new("gpg");
        gpg.args(["--quiet", "--batch", "--yes", "--pinentry-mode", "loopback"])
            .args(["--local-user", &self.name])
            // The same packages give the same signature.
            .args(["--faked-system-time", &format!("{}!", self.time)]);
        if let Some(home) = &self.home {
            gpg.arg("--homedir").arg(home);
        }
        gpg
    }

    /// Writes the public key to a file.
    pub fn export(&self, file: &Path) -> Result<()> {
        let mut gpg = self.gpg();
        gpg.args(["--export", &self.name]);
        let key = quietly(&mut gpg)?;
        if key.is_empty() {
            return fail(format!("gpg has no key `{}`", self.name));
        }
        run::write(file, &key)
    }
}

/// When a key of gpg's keyring signs: at the time of the packages, or when it was made if that was later, since gpg
/// refuses to sign before.
fn signing_time(packages: &str, key: &str) -> Result<String> {
    let mut list = Command::new("gpg");
    list.args(["--batch", "--with-colons", "--list-secret-keys", "--", key]);
    let out = list.output().doing("gpg")?;
    if !out.status.success() {
        return fail(format!("KEY: gpg has no secret key `{key}`"));
    }
    Ok(latest(packages, &String::from_utf8_lossy(&out.stdout)))
}

/// The latest of a time and those at which the keys of gpg's list (`sec:…` and `ssb:…`, the sixth field) were made.
fn latest(time: &str, list: &str) -> String {
    let keys = list
        .lines()
        .filter(|line| line.starts_with("sec:") || line.starts_with("ssb:"));
    let made = keys.filter_map(|line| line.split(':').nth(5)?.parse::<u64>().ok());
    let time = time.parse().unwrap_or_default();
    made.fold(time, u64::max).to_string()
}

impl Drop for Key {
    /// The agent that gpg started for a folder of ours is not left running.
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            let mut stop = Command::new("gpgconf");
            stop.arg("--homedir")
                .arg(home)
                .args(["--kill", "gpg-agent"]);
            // Without an agent there is nothing to stop.
            let _ = stop.output();
        }
    }
}

/// What gpg writes; it warns each time of the time that it was given, which is shown only with an error.
fn quietly(gpg: &mut Command) -> Result<Vec<u8>> {
    let out = gpg.output().doing("gpg")?;
    match out.status.success() {
        true => Ok(out.stdout),
        false => fail(String::from_utf8_lossy(&out.stderr).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::latest;

    #[test]
    fn no_signature_is_older_than_its_key() {
        let list = "sec:u:255:22:0123456789ABCDEF:200:::u:::scESC:\nfpr:::::::::AB:\nssb:u:255:22:01:300::::::s:\n";
        assert_eq!(latest("100", list), "300");
        assert_eq!(latest("400", list), "400");
    }
}
