//! A CD image: El Torito for BIOS and UEFI, and a partition table for memory sticks.

use crate::scratch::Scratch;
use crate::tools::{self, Epoch, GRUB};
use crate::{Payload, disk, grub};
use hermit_run::failure::Failure;
use std::path::Path;
use std::process::Command;

/// Makes it.
pub fn make(
    payload: &Payload,
    scratch: &Scratch,
    epoch: &Epoch,
    output: &Path,
) -> Result<(), Failure> {
    let bios = grub::make("i386-pc-eltorito", payload, scratch, epoch)?;
    let efi = grub::make("x86_64-efi", payload, scratch, epoch)?;
    let empty = scratch.write("id", "")?;
    // UEFI starts files of a FAT file system only; this one has nothing but the boot loader.
    let partition = scratch.path("efi.img");
    disk::file_system(&partition, 0, &[(grub::EFI_PATH, efi.as_path())], epoch)?;
    let folder = grub::FOLDER;
    let mut xorriso = Command::new("xorriso");
    xorriso
        .args([
            "-as",
            "mkisofs",
            "-quiet",
            "-r",
            "-V",
            "HERMIT",
            "-graft-points",
        ])
        .args(["-b", &format!("{folder}/bios.img"), "-no-emul-boot"])
        .args([
            "-boot-load-size",
            "4",
            "-boot-info-table",
            "--grub2-boot-info",
        ])
        .args(["--grub2-mbr", &format!("{GRUB}/i386-pc/boot_hybrid.img")])
        .args(["-append_partition", "2", "0xef"])
        .arg(&partition)
        .args([
            "-eltorito-alt-boot",
            "-e",
            "--interval:appended_partition_2:all::",
            "-no-emul-boot",
        ])
        .arg("--set_all_file_dates")
        .arg(format!("={}", epoch.date))
        .arg("-o")
        .arg(output);
    for (name, file) in [
        ("bios.img", bios.as_path()),
        ("program", &payload.program),
        ("archive", &payload.archive),
        (&payload.id, &empty),
    ] {
        xorriso.arg(graft(&format!("{folder}/{name}"), file));
    }
    tools::run(&mut xorriso, epoch)
}

/// `PLACE=FILE`, where a backslash stands before what would end a name.
fn graft(place: &str, file: &Path) -> std::ffi::OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut word = format!("/{place}=").into_bytes();
    for byte in file.as_os_str().as_bytes() {
        if matches!(byte, b'=' | b'\\') {
            word.push(b'\\');
        }
        word.push(*byte);
    }
    std::ffi::OsString::from_vec(word)
}
