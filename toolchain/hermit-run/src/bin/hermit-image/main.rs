//! Makes bootable media of a program: a CD image, which may also be written to a memory stick, or a disk image.
//!
//! Both start by BIOS and by UEFI: GRUB loads the image by its Multiboot2 header and the archive with
//! arguments, environment and files as its module. `cli` reads the command line, `tools` finds what Debian's
//! packages must bring, `grub` makes the boot loader, `iso` and `disk` put the media together. The same input
//! gives the same bytes.

mod cli;
mod disk;
mod grub;
mod iso;
mod scratch;
mod tools;

use cli::{Kind, Request};
use hermit_run::failure::{Failure, reason};
use hermit_run::{archive, image, symbols};
use scratch::Scratch;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What goes onto the medium besides the boot loader.
pub struct Payload {
    /// The program.
    program: PathBuf,
    /// Arguments, environment and files.
    archive: PathBuf,
    /// Boot parameters, separated by blanks.
    parameters: String,
    /// A word that no other medium has: by a file of this name GRUB finds the medium it came from.
    id: String,
}

fn main() {
    if let Err(failure) = real_main() {
        let _ =
            std::io::stderr().write_all(format!("hermit-image: {}\n", failure.message).as_bytes());
        std::process::exit(failure.status.into());
    }
}

fn real_main() -> Result<(), Failure> {
    let options = match cli::parse(std::env::args_os().skip(1))? {
        Request::Help => return print(cli::HELP),
        Request::Version => {
            return print(&format!("hermit-image {}\n", env!("CARGO_PKG_VERSION")));
        }
        Request::Make(options) => *options,
    };
    let image = image::check(&options.program)?;
    let epoch = tools::epoch(|name| std::env::var(name).ok())?;
    tools::check(options.kind)?;
    let scratch = Scratch::new()?;

    let mut args = vec![
        options
            .program
            .file_name()
            .map_or_else(|| OsString::from("program"), OsString::from),
    ];
    args.extend(options.args.iter().cloned());
    let environment = archive::environment(std::iter::empty(), &options.env);
    let table = match image.wants_symbols {
        true => symbols::table(&read(&options.program)?),
        false => Vec::new(),
    };
    let made = archive::build_until(
        epoch.newest,
        &args,
        &environment,
        None,
        None,
        &table,
        &options.files,
    )?;
    let packed = scratch.path("archive");
    let mut packed_file = fs::File::create(&packed).map_err(|e| cannot("write", &packed, &e))?;
    std::io::copy(&mut &made.file, &mut packed_file).map_err(|e| cannot("write", &packed, &e))?;

    let parameters = options.parameters.join(" ");
    let payload = Payload {
        id: id(&[
            &read(&options.program)?,
            &read(&packed)?,
            parameters.as_bytes(),
        ]),
        program: options.program.clone(),
        archive: packed,
        parameters,
    };
    // Beside its place, so that it comes there whole or not at all.
    let unfinished = beside(&options.output);
    let done = match options.kind {
        Kind::Iso => iso::make(&payload, &scratch, &epoch, &unfinished),
        Kind::Disk => disk::make(&payload, &scratch, &epoch, &unfinished),
    }
    .and_then(|()| {
        fs::rename(&unfinished, &options.output).map_err(|e| cannot("write", &options.output, &e))
    });
    if done.is_err() {
        // It may not have been begun.
        let _ = fs::remove_file(&unfinished);
    }
    done
}

fn print(text: &str) -> Result<(), Failure> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| Failure::own(format!("cannot write standard output: {}", reason(&e))))
}

/// `cannot VERB PATH: why`.
fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::own(format!(
        "cannot {verb} {}: {}",
        path.display(),
        reason(error)
    ))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|e| cannot("read", path, &e))
}

fn beside(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    name.into()
}

/// FNV-1a over all parts and their lengths, as 16 digits.
fn id(parts: &[&[u8]]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    };
    for part in parts {
        add(&part.len().to_le_bytes());
        add(part);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn ids_tell_media_apart() {
        assert_eq!(id(&[b"a", b"b"]), id(&[b"a", b"b"]));
        assert_ne!(id(&[b"ab", b""]), id(&[b"a", b"b"]));
        assert_eq!(id(&[]).len(), 16);
    }
}
