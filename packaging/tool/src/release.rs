//! A release: packages, repository and checksums in one folder, and the proof that they can be made again.

use std::path::{Path, PathBuf};
use std::process::Command;

use sdk::run::{self, empty_dir, step};
use sdk::{Result, fail};

use crate::places::Places;
use crate::{deb, repository};

/// Makes `build/release/VERSION`: the packages that `make deb` left in a signed repository, that
/// repository as one archive, the archives of the container images, and `SHA256SUMS`.
pub fn make(places: &Places) -> Result<()> {
    let images = images(places)?;
    let repository = repository::make(places)?;
    let folder = places.layout.build.join("release").join(&places.version);
    empty_dir(&folder)?;
    let archive = format!("hermit-sdk-{}-apt-repo.tar", places.version);
    pack(places, &repository, &folder.join(&archive))?;
    for image in images {
        run::copy(&image, &folder.join(image.file_name().unwrap_or_default()))?;
    }
    run::copy(
        &repository.join(repository::KEY_FILE),
        &folder.join(repository::KEY_FILE),
    )?;
    run::write(&folder.join("SHA256SUMS"), sums(&folder)?.as_bytes())?;
    step(&format!("release: {}", folder.display()));
    Ok(())
}

/// A folder as an archive that depends on nothing but its files' names and contents.
fn pack(places: &Places, folder: &Path, archive: &Path) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.args([
        "--create",
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
    ])
    .args(["--format=ustar", "--mode=u+rw,go+r,go-w"])
    .arg(format!("--mtime=@{}", places.time))
    .arg("--file")
    .arg(archive)
    .arg("-C")
    .arg(folder)
    .arg(".");
    run::shown(&mut tar)
}

/// The archives of the container images, in all flavours. Older than the packages in them they would be of
/// others.
fn images(places: &Places) -> Result<Vec<PathBuf>> {
    let changed = |file: &Path| file.metadata().and_then(|of| of.modified()).ok();
    let mut debs = Vec::new();
    for release in places.releases()? {
        debs.extend(places.deb_files(release)?);
    }
    let newest = debs.iter().filter_map(|deb| changed(deb)).max();
    let images = ["hermit-sdk.tar", "hermit-sdk-c.tar"];
    let images: Vec<_> = images
        .map(|name| places.layout.build.join("docker").join(name))
        .into();
    match images.iter().find(|image| changed(image) < newest) {
        None => Ok(images),
        Some(old) => fail(format!(
            "{} is older than the packages, or not there: `make release` makes it",
            old.display()
        )),
    }
}

/// `sha256sum` of every file in a folder.
fn sums(folder: &Path) -> Result<String> {
    let files = run::files_under(folder)?;
    run::output(
        Command::new("sha256sum")
            .current_dir(folder)
            .args(files.iter().filter(|f| !f.ends_with("SHA256SUMS"))),
    )
}

/// Builds the packages once more, in another place and every library from its source, and compares.
pub fn reproducible(places: &Places) -> Result<()> {
    let mut different = Vec::new();
    for release in places.releases()? {
        let again = places.work.join("again").join(release.codename);
        let first = places.deb_files(release)?;
        deb::build(places, release, "again", &again, false)?;
        for file in &first {
            let name = file.file_name().unwrap_or_default();
            // From an earlier build, for more languages.
            if !again.join(name).exists() {
                println!("left out  {}: not among LANGS", name.to_string_lossy());
                continue;
            }
            let hash = |path: &Path| run::output(Command::new("sha256sum").arg("--").arg(path));
            let (one, two) = (hash(file)?, hash(&again.join(name))?);
            let same = one.split(' ').next() == two.split(' ').next();
            println!(
                "{} {} {}",
                if same { "same     " } else { "DIFFERENT" },
                one.split(' ').next().unwrap_or_default(),
                name.to_string_lossy()
            );
            if !same {
                different.push(name.to_string_lossy().into_owned());
            }
        }
    }
    if different.is_empty() {
        return Ok(());
    }
    fail(format!("two builds differ: {}", different.join(", ")))
}
