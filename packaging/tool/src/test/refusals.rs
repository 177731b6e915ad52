//! What apt must refuse: a repository without its key or with another one, changed lists, changed packages.

use std::fs;
use std::path::Path;

use sdk::run;
use sdk::{Doing, Result};

use super::user::{KEY, SHELF, add_repository, source_line};
use super::{Bench, Outcome, must_have, refused, said};
use crate::repository::KEY_FILE;

/// All of them, in one tree.
pub fn all(bench: &Bench) -> Result<Outcome> {
    let copy = bench
        .places
        .work
        .join("tampered")
        .join(bench.release.codename);
    run::copy_tree(&bench.repository, &copy)?;
    let tree = bench.tree_with("refusals", &copy)?;
    let suite = bench.release.codename;
    let list = "/etc/apt/sources.list.d/hermit-sdk.list";
    let ours_only = format!("-o Dir::Etc::sourcelist={list} -o Dir::Etc::sourceparts=-");
    let update = format!("apt-get update {ours_only} -o APT::Update::Error-Mode=any");
    let install = "apt-get install -y --no-install-recommends gcc-hermit";

    // No key at all.
    let bare = format!("echo 'deb copy:{SHELF} {suite} main' > {list}");
    said(&mut tree.shell(&bare))?;
    must_have(&refused(&mut tree.shell(&update))?, "is not signed")?;
    refused(&mut tree.shell(install))?;

    // Another key than the one that signed.
    bench.other_key()?.export(&copy.join("other.gpg"))?;
    let line = source_line(suite);
    said(&mut tree.shell(&format!(
        "cp {SHELF}/other.gpg {KEY}; echo '{line}' > {list}"
    )))?;
    must_have(&refused(&mut tree.shell(&update))?, "is not signed")?;
    refused(&mut tree.shell(install))?;

    // The right one.
    said(&mut tree.shell(&add_repository(suite)))?;
    said(&mut tree.shell(&update))?;

    // A package that is not what the list says.
    let fetch = "cd /tmp && apt-get download libhermit-dev";
    said(&mut tree.shell(fetch))?;
    for deb in fs::read_dir(copy.join("pool").join(suite))
        .doing("pool")?
        .flatten()
    {
        flip_a_bit(&deb.path())?;
    }
    said(&mut tree.shell("rm /tmp/*.deb"))?;
    refused(&mut tree.shell(fetch))?;
    // Later releases of apt leave the refused file where they copied it.
    refused(&mut tree.shell(install))?;
    refused(&mut tree.shell("dpkg-query -W gcc-hermit"))?;

    // Lists that are not what the signature says.
    let index = copy.join("dists").join(suite).join("main/binary-amd64");
    for list in fs::read_dir(&index).doing(index.display())?.flatten() {
        flip_a_bit(&list.path())?;
    }
    said(&mut tree.shell("rm -rf /var/lib/apt/lists/*"))?;
    refused(&mut tree.shell(&update))?;
    refused(&mut tree.shell(install))?;

    // A signed file that was changed.
    let signed = copy.join("dists").join(suite).join("InRelease");
    let text = fs::read_to_string(&signed).doing(signed.display())?;
    let text = text.replace("Origin: Hermit SDK", "Origin: Somebody");
    fs::write(&signed, text).doing(signed.display())?;
    said(&mut tree.shell("rm -rf /var/lib/apt/lists/*"))?;
    refused(&mut tree.shell(&update))?;
    assert_key_is_there(&copy)?;
    tree.remove()?;
    run::remove(&copy)?;
    Ok(Outcome::Passed)
}

/// Changes one bit in the middle of a file.
fn flip_a_bit(file: &Path) -> Result<()> {
    let mut bytes = fs::read(file).doing(file.display())?;
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    fs::write(file, bytes).doing(file.display())
}

/// The refusals above would prove nothing if the key itself had been changed.
fn assert_key_is_there(copy: &Path) -> Result<()> {
    fs::metadata(copy.join(KEY_FILE)).doing(KEY_FILE).map(drop)
}
