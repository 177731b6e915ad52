//! GRUB, made of Debian's modules: one file for each way to start, with all that it does inside.

use crate::Payload;
use crate::scratch::Scratch;
use crate::tools::{self, Epoch, GRUB};
use hermit_run::failure::Failure;
use std::path::PathBuf;
use std::process::Command;

/// The folder of the medium in which everything is.
pub const FOLDER: &str = "boot/hermit";

/// Where the firmware of an UEFI machine looks.
pub const EFI_PATH: &str = "EFI/BOOT/BOOTX64.EFI";

/// For all ways: find the medium, load an image and its module.
const MODULES: &[&str] = &[
    "part_msdos",
    "part_gpt",
    "fat",
    "iso9660",
    "search_fs_file",
    "multiboot2",
    "boot",
];

/// A boot loader: `i386-pc` for disks, `i386-pc-eltorito` for CDs, `x86_64-efi`.
pub fn make(
    format: &str,
    payload: &Payload,
    scratch: &Scratch,
    epoch: &Epoch,
) -> Result<PathBuf, Failure> {
    let orders = scratch.write("grub.cfg", orders(payload))?;
    let made = scratch.path(format);
    let efi = format.ends_with("-efi");
    let modules = if efi { "x86_64-efi" } else { "i386-pc" };
    let mut mkimage = Command::new("grub-mkimage");
    mkimage
        .arg("--directory")
        .arg(format!("{GRUB}/{modules}"))
        .args(["--format", format, "--prefix", "/boot/grub"])
        .arg("--config")
        .arg(orders)
        .arg("--output")
        .arg(&made)
        .args(MODULES)
        // GRUB looks for a console to hand over.
        .args(if efi {
            ["efi_gop", "efi_uga"]
        } else {
            ["biosdisk", "vga_text"]
        });
    tools::run(&mut mkimage, epoch)?;
    Ok(made)
}

/// What GRUB does. Its own simple parser is enough: no variables but its own, no quotes.
fn orders(payload: &Payload) -> String {
    let Payload { id, parameters, .. } = payload;
    format!(
        "search.file /{FOLDER}/{id} root\n\
         multiboot2 /{FOLDER}/program {parameters}\n\
         module2 /{FOLDER}/archive\n\
         boot\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_name_the_medium() {
        let payload = Payload {
            program: "p".into(),
            archive: "a".into(),
            parameters: "halt slice=5".into(),
            id: "0123".into(),
        };
        let orders = orders(&payload);
        assert!(orders.starts_with("search.file /boot/hermit/0123 root\n"));
        assert!(orders.contains("\nmultiboot2 /boot/hermit/program halt slice=5\n"));
    }
}
