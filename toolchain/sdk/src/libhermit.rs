//! `libhermit.a`: kernel, libc shim and POSIX threads, one Rust static library, made fit for C programs.
//!
//! Cargo's archive is linked into one relocatable object in which only the published names are global:
//! `core`, `alloc` and the compiler's helpers in it cannot collide with a program's own. The published
//! names are weak, so that a program may define any of them itself. Sections stay apart, so the final
//! link drops what a program does not use.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::layout::Layout;
use crate::run::{self, Log};
use crate::{Doing, Result, archive, fail, fetch};

/// With a target named, flags do not reach build scripts and procedural macros.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What cannot be said in Cargo.toml: an image is linked at a fixed address.
const RUSTFLAGS: &str = "-Crelocation-model=static";

/// What the compiler calls: the kernel's own are in `toolchain/libc/kernel-memory.S`, as `__hermit_NAME`. Those of the C
/// library use registers that the kernel leaves to programs.
const OWN: &[&str] = &["bcmp", "memcmp", "memcpy", "memmove", "memset", "strlen"];

/// Builds the archive into the sysroot and returns the names that it publishes.
pub fn build(layout: &Layout) -> Result<BTreeSet<String>> {
    let staticlib = compile(layout)?;
    let log = Log::begin(layout.build.join("log/libhermit.log"))?;
    let work = layout.build.join("work/libhermit");
    run::make_dir(&work)?;
    let (object, library) = (work.join("hermit.o"), layout.lib().join("libhermit.a"));
    let names = defined(&staticlib)?;
    let mut link = Command::new("ld");
    link.args(["-r", "-m", "elf_x86_64", "-o"]).arg(&object);
    // What these need comes with them. Not all that is there: Debian's Rust has compiler helpers in C that
    // call the host's C library.
    link.args(names.iter().map(|name| format!("--undefined={name}")));
    log.run(link.arg(&staticlib))?;

    let mut rename = Command::new("objcopy");
    rename.args(
        OWN.iter()
            .map(|name| format!("--redefine-sym={name}=__hermit_{name}")),
    );
    log.run(rename.arg(&object))?;
    archive::publish(&object, &names, &log)?;

    run::make_dir(&layout.lib())?;
    run::remove(&library)?;
    log.run(archive::tool("ar").arg("crs").arg(&library).arg(&object))?;
    Ok(names)
}

/// Writes `symbols.txt` from what the library has; a test compares the two.
pub fn write_symbols(layout: &Layout) -> Result<()> {
    let names = defined(&compile(layout)?)?;
    let text: String = names.iter().map(|n| format!("{n}\n")).collect();
    run::write(&layout.toolchain("libhermit/symbols.txt"), text.as_bytes())
}

fn compile(layout: &Layout) -> Result<PathBuf> {
    let mut cargo = run::cargo(layout);
    let root = layout.root.display();
    let crates = fetch::crates(layout)?;
    cargo
        .args([
            "build",
            "-q",
            "--locked",
            "--profile",
            "image",
            "-p",
            "libhermit",
            "--target",
            TARGET,
        ])
        .env(
            "RUSTFLAGS",
            format!(
                "{RUSTFLAGS} --remap-path-prefix={root}=hermit --remap-path-prefix={}=crates",
                crates.display()
            ),
        );
    run::shown(&mut cargo)?;
    Ok(layout.target.join(TARGET).join("image/libhermit.a"))
}

/// Compares the names that the library in the SDK publishes with `symbols.txt`.
pub fn check_symbols(layout: &Layout) -> Result<()> {
    let members = archive::members(&layout.lib().join("libhermit.a"))?;
    let defined: BTreeSet<String> = members.into_values().flatten().collect();
    let list = layout.toolchain("libhermit/symbols.txt");
    let text = fs::read_to_string(&list).doing(list.display())?;
    let listed: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    let gone = listed
        .difference(&defined)
        .map(|name| format!("{name} is gone"));
    let differences: Vec<_> = gone
        .chain(defined.difference(&listed).map(|n| format!("{n} is new")))
        .collect();
    if differences.is_empty() {
        return Ok(());
    }
    fail(format!(
        "libhermit's names and toolchain/libhermit/symbols.txt differ:\n  {}\n\
         If that is meant: cargo run -p sdk -- symbols",
        differences.join("\n  ")
    ))
}

/// The global names of our crates: everything that is not mangled and not the compiler's.
fn defined(staticlib: &Path) -> Result<BTreeSet<String>> {
    // The other members are the compiler's helpers.
    let members = archive::members(staticlib)?.into_iter();
    let ours = members.filter(|(member, _)| member.starts_with("hermit-"));
    let names = ours.flat_map(|(_, names)| names);
    let names = names.filter(|name| !is_rusts(name) && !is_internal(name));
    Ok(names.collect())
}

/// Names that Rust makes.
fn is_rusts(name: &str) -> bool {
    [
        "_R", "_ZN", "__rust", "rust_", "__rdl", "__rg", "DW.ref.", "anon.",
    ]
    .iter()
    .any(|p| name.starts_with(p))
}

/// Names that the kernel's assembly and its Rust know each other by.
fn is_internal(name: &str) -> bool {
    ["boot_", "uaccess_", "trampoline_", "enter_long_mode"]
        .iter()
        .any(|p| name.starts_with(p))
}

#[cfg(test)]
mod tests {
    use super::is_rusts;

    #[test]
    fn mangled_names_are_not_published() {
        assert!(is_rusts("_RNvCs1_4core3foo") && is_rusts("rust_eh_personality"));
        assert!(!is_rusts("sys_getpid") && !is_rusts("_exit") && !is_rusts("pthread_create"));
    }
}
