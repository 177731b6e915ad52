//! A disk image: one FAT partition, which UEFI reads, and before it GRUB for BIOS in the old place: the first
//! sector and those up to the partition.

use crate::scratch::Scratch;
use crate::tools::{self, Epoch, GRUB};
use crate::{Payload, cannot, grub, read};
use hermit_run::failure::Failure;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

const SECTOR: u64 = 512;
/// Where the partition begins, as everywhere.
const START: u64 = 1 << 20;
/// The partition's type: EFI system partition.
const TYPE: u8 = 0xef;
/// The largest disk that the table can describe.
const LARGEST: u64 = u32::MAX as u64 * SECTOR;

/// Makes it.
pub fn make(
    payload: &Payload,
    scratch: &Scratch,
    epoch: &Epoch,
    output: &Path,
) -> Result<(), Failure> {
    let bios = read(&grub::make("i386-pc", payload, scratch, epoch)?)?;
    let efi = grub::make("x86_64-efi", payload, scratch, epoch)?;
    let empty = scratch.write("id", "")?;
    let in_folder = |name: &str| format!("{}/{name}", grub::FOLDER);
    let size = file_system(
        output,
        START,
        &[
            (grub::EFI_PATH, efi.as_path()),
            (&in_folder("program"), &payload.program),
            (&in_folder("archive"), &payload.archive),
            (&in_folder(&payload.id), &empty),
        ],
        epoch,
    )?;
    if bios.len() as u64 > START - SECTOR {
        return Err(Failure::own("GRUB does not fit before the partition"));
    }
    let sector = first_sector(
        &read(Path::new(&format!("{GRUB}/i386-pc/boot.img")))?,
        &payload.id,
        size,
    )?;
    let disk = OpenOptions::new().write(true).open(output);
    let disk = disk.map_err(|e| cannot("write", output, &e))?;
    for (bytes, at) in [(&sector[..], 0), (&bios, SECTOR)] {
        disk.write_all_at(bytes, at)
            .map_err(|e| cannot("write", output, &e))?;
    }
    Ok(())
}

/// GRUB's first sector with the disk's signature and a partition table in it.
///
/// GRUB's own number of the sector where it goes on is 1, and that is where the rest of it is.
fn first_sector(boot: &[u8], id: &str, partition: u64) -> Result<[u8; 512], Failure> {
    let odd = || Failure::own("GRUB's boot.img is not what it was");
    let mut sector: [u8; 512] = boot.try_into().map_err(|_| odd())?;
    if sector[0x5c..0x64] != 1u64.to_le_bytes() || sector[510..] != [0x55, 0xaa] {
        return Err(odd());
    }
    // Some BIOSes name the wrong drive; the jump over the repair is for floppies (grub-bios-setup does the same).
    sector[0x66..0x68].fill(0x90);
    let signature = u64::from_str_radix(id, 16).unwrap_or(0) as u32;
    sector[440..444].copy_from_slice(&signature.to_le_bytes());
    let entry = &mut sector[446..510];
    entry.fill(0);
    entry[0] = 0x80; // active: some BIOSes start nothing else
    entry[1..4].copy_from_slice(&[0xfe, 0xff, 0xff]); // cylinders, heads: beyond what they can say
    entry[4] = TYPE;
    entry[5..8].copy_from_slice(&[0xfe, 0xff, 0xff]);
    entry[8..12].copy_from_slice(&((START / SECTOR) as u32).to_le_bytes());
    entry[12..16].copy_from_slice(&((partition / SECTOR) as u32).to_le_bytes());
    Ok(sector)
}

/// Makes a file with a FAT file system from `start` on, and these files in it; tells its size.
pub fn file_system(
    image: &Path,
    start: u64,
    files: &[(&str, &Path)],
    epoch: &Epoch,
) -> Result<u64, Failure> {
    let mut size = 0;
    for (_, file) in files {
        let length = fs::metadata(file)
            .map_err(|e| cannot("read", file, &e))?
            .len();
        if length > u64::from(u32::MAX) {
            return Err(Failure::own(format!(
                "{} is larger than 4 GiB, which a FAT file system cannot hold",
                file.display()
            )));
        }
        // A cluster of 32 KiB is the largest.
        size += length.next_multiple_of(32 << 10);
    }
    // Tables take less than a hundredth, folders little.
    let size = (size + size / 64 + (1 << 20)).next_multiple_of(1 << 20);
    if start + size > LARGEST {
        return Err(Failure::own("more than 2 TiB do not fit on a disk"));
    }
    let made = File::create(image).and_then(|file| file.set_len(start + size));
    made.map_err(|e| cannot("write", image, &e))?;
    let mut place = image.as_os_str().to_owned();
    place.push(format!("@@{start}"));
    let mtools = |name: &str| {
        let mut command = Command::new(name);
        command.arg("-i").arg(&place);
        command
    };
    let mut format = mtools("mformat");
    format
        .args(["-T", &(size / SECTOR).to_string(), "-h", "64", "-s", "32"])
        .args([
            "-H",
            &(start / SECTOR).to_string(),
            "-N",
            "48524d54",
            "-v",
            "HERMIT",
            "::",
        ]);
    tools::run(&mut format, epoch)?;
    let mut folders: Vec<&str> = Vec::new();
    for (name, _) in files {
        for (at, _) in name.match_indices('/') {
            if !folders.contains(&&name[..at]) {
                folders.push(&name[..at]);
            }
        }
    }
    let mut make = mtools("mmd");
    make.args(folders.iter().map(|folder| format!("::/{folder}")));
    tools::run(&mut make, epoch)?;
    for (name, file) in files {
        let mut copy = mtools("mcopy");
        copy.arg(file).arg(format!("::/{name}"));
        tools::run(&mut copy, epoch)?;
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_table() {
        let mut boot = [0; 512];
        boot[0x5c] = 1;
        boot[510..].copy_from_slice(&[0x55, 0xaa]);
        let sector = first_sector(&boot, "00000000deadbeef", 8 << 20).unwrap();
        assert_eq!(sector[440..444], [0xef, 0xbe, 0xad, 0xde]);
        assert_eq!((sector[446], sector[450]), (0x80, TYPE));
        assert_eq!(sector[454..462], [0, 8, 0, 0, 0, 64, 0, 0]);
        assert_eq!(sector[510..], [0x55, 0xaa]);
        boot[0x5c] = 2;
        assert!(first_sector(&boot, "0", 8 << 20).is_err());
        assert!(first_sector(&[], "0", 8 << 20).is_err());
    }
}
