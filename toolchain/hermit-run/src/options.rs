//! What the user can choose, and how the values are written: sizes, numbers, times, `A:B` pairs.
//!
//! Everything here is pure: text in, value or complaint out. `cli` decides where the text comes from.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

/// The largest number of processors: ids of the machines' interrupt controllers have eight bits and
/// 255 is their broadcast.
pub const MAX_CPUS: u32 = 255;

/// How QEMU runs the guest's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accel {
    /// `Kvm` where it really works, else `Tcg`.
    Auto,
    /// The processor's own virtualisation.
    Kvm,
    /// QEMU's translator.
    Tcg,
}

/// The virtual machine's model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Without PCI and firmware worth the name: the quickest to boot.
    Microvm,
    /// A PC with PCI Express.
    Q35,
    /// A PC with PCI.
    Pc,
}

/// A host file or directory that appears in the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileArg {
    /// The file on the host.
    pub host: PathBuf,
    /// Its path in the guest; with a slash at its end, the directory that it is put into.
    pub guest: OsString,
}

/// A folder of the host that appears in the guest, live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountArg {
    /// The folder on the host.
    pub host: PathBuf,
    /// Its path in the guest.
    pub guest: OsString,
    /// The guest cannot change it.
    pub read_only: bool,
}

/// One run, as the user asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Number of processors.
    pub cpus: u32,
    /// Bytes of memory.
    pub memory: u64,
    /// How instructions run.
    pub accel: Accel,
    /// The machine model.
    pub machine: Machine,
    /// `--env` in order; `None` hands over the host's value.
    pub env: Vec<(OsString, Option<OsString>)>,
    /// `--file` in order.
    pub files: Vec<FileArg>,
    /// `--mount` in order.
    pub mounts: Vec<MountArg>,
    /// The current folder is mounted, and where the program starts.
    pub cwd: bool,
    /// When to give up on the guest.
    pub timeout: Option<Duration>,
    /// Count instructions instead of time.
    pub icount: bool,
    /// Wait for a debugger.
    pub gdb: bool,
    /// The QEMU to start.
    pub qemu: OsString,
    /// Handed to QEMU as they are.
    pub qemu_args: Vec<OsString>,
    /// Print the command instead of running it.
    pub dry_run: bool,
    /// Show the kernel's log and QEMU's command line.
    pub verbose: bool,
    /// The image.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            cpus: 1,
            memory: 1 << 30,
            accel: Accel::Auto,
            machine: Machine::Microvm,
            env: Vec::new(),
            files: Vec::new(),
            mounts: Vec::new(),
            cwd: false,
            timeout: None,
            icount: false,
            gdb: false,
            qemu: "qemu-system-x86_64".into(),
            qemu_args: Vec::new(),
            dry_run: false,
            verbose: false,
            program: PathBuf::new(),
            args: Vec::new(),
        }
    }
}

fn text(value: &OsStr) -> Result<&str, String> {
    value
        .to_str()
        .ok_or_else(|| format!("{value:?} is not text"))
}

/// A number of processors.
pub fn cpus(value: &OsStr) -> Result<u32, String> {
    match text(value)?.parse() {
        Ok(n) if (1..=MAX_CPUS).contains(&n) => Ok(n),
        _ => Err(format!(
            "{value:?} is not a number of processors from 1 to {MAX_CPUS}"
        )),
    }
}

/// A size: a whole number of MiB, or with K, M, G or T (also KiB, KB, …; always powers of 1024).
pub fn size(value: &OsStr) -> Result<u64, String> {
    let bad = || format!("{value:?} is not a size such as 512M or 4G");
    let all = text(value)?;
    let digits = all.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = all[..digits].parse().map_err(|_| bad())?;
    let shift = match all[digits..].to_ascii_lowercase().as_str() {
        "k" | "kb" | "kib" => 10,
        "" | "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(bad()),
    };
    match number.checked_mul(1 << shift) {
        Some(0) => Err("a guest needs some memory".into()),
        // A physical address has at most 52 bits.
        Some(bytes) if bytes <= 1 << 52 => Ok(bytes),
        _ => Err(format!(
            "{value:?} is more memory than a processor can address"
        )),
    }
}

/// Seconds, with a decimal fraction if wanted; 0 means no limit.
pub fn timeout(value: &OsStr) -> Result<Option<Duration>, String> {
    let bad = || format!("{value:?} is not a number of seconds such as 10 or 0.5");
    let all = text(value)?;
    // "inf", "1e3" and signs are numbers for Rust, not for us.
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(bad());
    }
    let seconds: f64 = all.parse().map_err(|_| bad())?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|_| bad())?;
    Ok(Some(time).filter(|time| !time.is_zero()))
}

/// A kind of acceleration.
pub fn accel(value: &OsStr) -> Result<Accel, String> {
    match value.as_bytes() {
        b"auto" => Ok(Accel::Auto),
        b"kvm" => Ok(Accel::Kvm),
        b"tcg" => Ok(Accel::Tcg),
        _ => Err(format!("{value:?} is none of auto, kvm and tcg")),
    }
}

/// A machine model.
pub fn machine(value: &OsStr) -> Result<Machine, String> {
    match value.as_bytes() {
        b"microvm" => Ok(Machine::Microvm),
        b"q35" => Ok(Machine::Q35),
        b"pc" => Ok(Machine::Pc),
        _ => Err(format!("{value:?} is none of microvm, q35 and pc")),
    }
}

/// `KEY=VALUE`, or `KEY` alone for the host's value.
pub fn env(value: &OsStr) -> Result<(OsString, Option<OsString>), String> {
    let bytes = value.as_bytes();
    let (key, rest) = match bytes.iter().position(|&b| b == b'=') {
        Some(at) => (
            &bytes[..at],
            Some(OsString::from_vec(bytes[at + 1..].to_vec())),
        ),
        None => (bytes, None),
    };
    if key.is_empty() {
        return Err(format!("{value:?} has no name; it should be NAME=VALUE"));
    }
    Ok((OsString::from_vec(key.to_vec()), rest))
}

/// Splits at the last colon; neither side is empty.
fn pair(bytes: &[u8]) -> Option<(PathBuf, OsString)> {
    let at = bytes.iter().rposition(|&b| b == b':')?;
    let (host, guest) = (&bytes[..at], &bytes[at + 1..]);
    let filled = !host.is_empty() && !guest.is_empty();
    filled.then(|| {
        (
            PathBuf::from(OsStr::from_bytes(host)),
            OsString::from_vec(guest.to_vec()),
        )
    })
}

/// `HOST:GUEST`, split at the last colon.
pub fn file(value: &OsStr) -> Result<FileArg, String> {
    let (host, guest) = pair(value.as_bytes()).ok_or_else(|| {
        format!("{value:?} is not HOST:GUEST, a file here and its path in the guest")
    })?;
    Ok(FileArg { host, guest })
}

/// `HOST:GUEST` or `HOST:GUEST:ro`, GUEST an absolute path.
pub fn mount(value: &OsStr) -> Result<MountArg, String> {
    let bytes = value.as_bytes();
    let writable = bytes.strip_suffix(b":ro");
    let (host, guest) = pair(writable.unwrap_or(bytes))
        .filter(|(_, guest)| guest.as_bytes().starts_with(b"/"))
        .ok_or_else(|| {
            format!(
                "{value:?} is not HOST:GUEST or HOST:GUEST:ro, a folder here and its absolute path in \
                 the guest"
            )
        })?;
    Ok(MountArg {
        host,
        guest,
        read_only: writable.is_some(),
    })
}

/// A switch as an environment variable says it.
pub fn switch(value: &OsStr) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_bytes() {
        b"1" | b"yes" | b"true" | b"on" => Ok(true),
        b"" | b"0" | b"no" | b"false" | b"off" => Ok(false),
        _ => Err(format!("{value:?} is neither 1 nor 0")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of(text: &str) -> Option<u64> {
        size(OsStr::new(text)).ok()
    }

    #[test]
    fn sizes() {
        assert_eq!(size_of("64"), Some(64 << 20));
        assert_eq!(size_of("1536K"), Some(1536 << 10));
        assert_eq!(size_of("4MiB"), Some(4 << 20));
        assert_eq!(size_of("2gb"), Some(2 << 30));
        assert_eq!(size_of("64G"), Some(64 << 30));
        assert_eq!(size_of("1t"), Some(1 << 40));
        for bad in [
            "",
            "M",
            "0",
            "-1",
            "+1",
            "1.5G",
            "1 G",
            "12X",
            "1GG",
            "99999999999999999999",
            "17592186044416T",
            "1e3",
            "０",
        ] {
            assert_eq!(size_of(bad), None, "{bad}");
        }
        assert!(size(OsStr::from_bytes(b"1\xffG")).is_err());
    }

    #[test]
    fn numbers_of_processors() {
        assert_eq!(cpus(OsStr::new("1")), Ok(1));
        assert_eq!(cpus(OsStr::new("255")), Ok(255));
        for bad in ["0", "256", "-1", "", "x", "1.5", "4294967297"] {
            assert!(cpus(OsStr::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn timeouts() {
        assert_eq!(timeout(OsStr::new("10")), Ok(Some(Duration::from_secs(10))));
        assert_eq!(
            timeout(OsStr::new("0.25")),
            Ok(Some(Duration::from_millis(250)))
        );
        assert_eq!(timeout(OsStr::new("0")), Ok(None));
        for bad in [
            "",
            "-1",
            "inf",
            "nan",
            "1e3",
            "5s",
            ".",
            "1.2.3",
            "9999999999999999999999999",
        ] {
            assert!(timeout(OsStr::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn environment_settings() {
        assert_eq!(
            env(OsStr::new("A=b=c")),
            Ok(("A".into(), Some("b=c".into())))
        );
        assert_eq!(env(OsStr::new("A=")), Ok(("A".into(), Some("".into()))));
        assert_eq!(env(OsStr::new("A")), Ok(("A".into(), None)));
        let bytes = OsStr::from_bytes(b"K=\xff\xfe");
        assert_eq!(
            env(bytes),
            Ok(("K".into(), Some(OsStr::from_bytes(b"\xff\xfe").into())))
        );
        assert!(env(OsStr::new("=x")).is_err());
        assert!(env(OsStr::new("")).is_err());
    }

    #[test]
    fn pairs_of_paths() {
        let pair = file(OsStr::new("a:b.txt:/data/b")).unwrap();
        assert_eq!(
            (pair.host.as_os_str(), pair.guest.as_os_str()),
            (OsStr::new("a:b.txt"), OsStr::new("/data/b"))
        );
        for bad in ["", "a", ":b", "a:", ":"] {
            assert!(file(OsStr::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn mounts() {
        let given = |text: &str| mount(OsStr::new(text)).ok();
        let expected = |host: &str, guest: &str, read_only| {
            Some(MountArg {
                host: host.into(),
                guest: guest.into(),
                read_only,
            })
        };
        assert_eq!(given("a b:/data"), expected("a b", "/data", false));
        assert_eq!(given("/x:y:/data:ro"), expected("/x:y", "/data", true));
        for bad in [
            "", "a", "a:", ":/b", "a:b", "a:ro", "a::ro", ":/b:ro", ":ro",
        ] {
            assert_eq!(given(bad), None, "{bad}");
        }
    }

    #[test]
    fn switches() {
        assert_eq!(switch(OsStr::new("1")), Ok(true));
        assert_eq!(switch(OsStr::new("Yes")), Ok(true));
        assert_eq!(switch(OsStr::new("")), Ok(false));
        assert_eq!(switch(OsStr::new("off")), Ok(false));
        assert!(switch(OsStr::new("2")).is_err());
    }
}
