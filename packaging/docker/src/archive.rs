//! An image without an engine: mmdebstrap makes the tree, umoci an OCI image of it, skopeo the archive that
//! `docker load` and `podman load` take.

use crate::context::{self, Context, Flavour};
use sdk::layout::Layout;
use sdk::run::{self, Log, output, step};
use sdk::{Doing, Result, fail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes `build/docker/NAME.tar`; tells its path.
pub fn make(layout: &Layout, flavour: Flavour) -> Result<PathBuf> {
    let context = context::make(layout, flavour)?;
    let name = flavour.name();
    let place = layout.build.join("docker");
    let log = Log::begin(layout.build.join("log").join(format!("{name}.log")))?;
    let date = context::date(layout)?;
    let layer = tree(&context, &place, name, &date, &log)?;
    step(&format!("{name}: image"));
    let image = place.join(format!("{name}-oci"));
    run::remove(&image)?;
    let tagged = format!("{}:latest", image.display());
    let created = output(Command::new("date").args([
        "-u",
        "-d",
        &format!("@{date}"),
        "+%Y-%m-%dT%H:%M:%SZ",
    ]))?;
    let created = created.trim();
    let umoci = |args: &[&str]| log.run(Command::new("umoci").args(args));
    umoci(&["init", "--layout", &image.display().to_string()])?;
    umoci(&["new", "--image", &tagged])?;
    umoci(&[
        "raw",
        "add-layer",
        "--image",
        &tagged,
        "--history.created",
        created,
        "--history.created_by",
        "mmdebstrap",
        &layer.display().to_string(),
    ])?;
    umoci(&[
        "config",
        "--image",
        &tagged,
        "--created",
        created,
        "--history.created",
        created,
        "--config.entrypoint",
        "/usr/libexec/hermit-entry",
        "--config.cmd",
        "bash",
        "--config.workingdir",
        "/src",
        "--architecture",
        "amd64",
        "--os",
        "linux",
        "--config.env",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ])?;
    run::remove(&layer)?;
    let archive = place.join(format!("{name}.tar"));
    run::remove(&archive)?;
    log.run(
        Command::new("skopeo")
            .args(["copy", "--quiet", "--insecure-policy"])
            .arg(format!("oci:{tagged}"))
            .arg(format!(
                "docker-archive:{}:{name}:latest",
                archive.display()
            )),
    )?;
    let size = archive.metadata().doing(archive.display())?.len();
    println!(
        "{}: {} MB, load it with `docker load -i`",
        archive.display(),
        size / 1_000_000
    );
    Ok(archive)
}

/// The file system as a tar file.
fn tree(context: &Context, place: &Path, name: &str, date: &str, log: &Log) -> Result<PathBuf> {
    step(&format!("{name}: file system"));
    let layer = place.join(format!("{name}-layer.tar"));
    let from = context.folder.display();
    let packages = context.packages.join(" ");
    // What is the host's own, and what is new each time.
    const OURS: &str = "rm -f etc/resolv.conf etc/hostname etc/machine-id var/lib/dbus/machine-id";
    let hooks = [
        format!("cp -a --no-preserve=ownership '{from}/hermit' '{from}/install' \"$1\""),
        format!("chroot \"$1\" /install {packages}"),
        format!(
            "rm \"$1/install\"; install -D -m 755 '{from}/entry' \"$1/usr/libexec/hermit-entry\""
        ),
        format!("cd \"$1\"; {OURS}"),
    ];
    let mut make = Command::new("mmdebstrap");
    make.env("SOURCE_DATE_EPOCH", date).arg("--variant=minbase");
    make.args(hooks.iter().map(|hook| format!("--customize-hook={hook}")));
    log.run(make.arg(context::suite()).arg(&layer))?;
    Ok(layer)
}

/// Makes each archive twice; an error if the two differ.
pub fn reproducible(layout: &Layout) -> Result<()> {
    for flavour in [Flavour::COnly, Flavour::Full] {
        let sum = || {
            let archive = make(layout, flavour)?;
            let sum = output(Command::new("sha256sum").arg(&archive))?;
            Ok::<_, String>(sum.split(' ').next().unwrap_or_default().to_owned())
        };
        let (first, second) = (sum()?, sum()?);
        let name = flavour.name();
        if first != second {
            return fail(format!(
                "two builds of {name}.tar differ: {first} and {second}"
            ));
        }
        println!("{name}.tar: two builds, both {first}");
    }
    Ok(())
}
