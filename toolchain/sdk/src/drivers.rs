//! Installs the compiler drivers, their specs and the linker script into the SDK.
//!
//! Every `x86_64-hermit-*` name is a link to one program (`src/bin/hermit-driver.rs`), which finds the
//! SDK by its own place; nothing in the SDK names an absolute path.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::layout::Layout;
use crate::run;
use crate::versions::Gcc;
use crate::{Doing, Result};

/// What the program answers to; the same list is documented in README.md.
pub const NAMES: &[&str] = &[
    "gcc",
    "cc",
    "g++",
    "c++",
    "gfortran",
    "gccgo",
    "clang",
    "clang++",
    "cpp",
    "as",
    "ld",
    "ar",
    "nm",
    "ranlib",
    "gcc-ar",
    "gcc-nm",
    "gcc-ranlib",
    "objcopy",
    "objdump",
    "readelf",
    "size",
    "strip",
    "strings",
    "addr2line",
    "c++filt",
    "gdb",
    "pkg-config",
    "env",
    "exec",
];

/// Installs the drivers; afterwards C files can be compiled, but nothing linked.
pub fn install(layout: &Layout, gcc: &Gcc) -> Result<()> {
    let built = run::cargo_program(layout, "sdk", "hermit-driver")?;
    run::copy(&built, &layout.sdk.join("libexec/hermit-driver"))?;
    run::make_dir(&layout.sdk.join("bin"))?;
    for name in NAMES {
        // The second name is what `./configure --host=x86_64-hermit-elf` looks for.
        for link in [layout.driver(name), layout.driver(&format!("elf-{name}"))] {
            run::remove(&link)?;
            symlink("../libexec/hermit-driver", &link).doing(link.display())?;
        }
    }
    let go = layout.sdk.join("bin/hermit-go");
    run::remove(&go)?;
    symlink("../libexec/hermit-driver", &go).doing(go.display())?;
    let lib = layout.lib();
    run::write(
        &lib.join("gcc-version"),
        format!("{}\n", gcc.major).as_bytes(),
    )?;
    for file in [
        "hermit.specs",
        "hermit.ld",
        "libgomp.spec",
        "libgfortran.spec",
    ] {
        run::copy(&layout.toolchain(file), &lib.join(file))?;
    }
    build_systems(layout)?;
    // Debian's gfortran reads it before every file.
    let vectors = "math-vector-fortran.h";
    run::copy(
        &layout.toolchain(vectors),
        &lib.join("finclude").join(vectors),
    )?;
    // The compiler's own objects, so that nothing but the SDK's folder is searched when linking.
    for file in [
        "crtbegin.o",
        "crtend.o",
        "crtfastmath.o",
        "libgcc.a",
        "libgcc_eh.a",
        "libatomic.a",
    ] {
        run::copy(&gcc.file(file)?, &lib.join(file))?;
    }
    // Everything that other systems keep in these is in libhermit.a, libc.a and libm.a.
    for library in ["pthread", "rt", "dl", "util", "mvec"] {
        let archive = lib.join(format!("lib{library}.a"));
        run::write(&archive, b"!<arch>\n")?;
    }
    Ok(())
}

/// What CMake, Meson and autoconf read, in `share`.
fn build_systems(layout: &Layout) -> Result<()> {
    let share = layout.sdk.join("share");
    for (file, place) in [
        ("cmake/hermit.cmake", "hermit-sdk/cmake/hermit.cmake"),
        (
            "cmake/Platform/Hermit.cmake",
            "hermit-sdk/cmake/Platform/Hermit.cmake",
        ),
        ("config.site", "hermit-sdk/config.site"),
        ("meson/x86_64-hermit", "meson/cross/x86_64-hermit"),
    ] {
        let file = layout.toolchain("build-systems").join(file);
        run::copy(&file, &share.join(place))?;
    }
    Ok(())
}

/// How our own files are compiled.
pub const CFLAGS: &str = "-O2 -g1 -ffunction-sections -fdata-sections -fno-stack-protector";

/// Compiles one of our assembly or C files.
pub fn compile(layout: &Layout, source: &std::path::Path, object: &std::path::Path) -> Result<()> {
    let mut gcc = Command::new(layout.driver("gcc"));
    gcc.args(CFLAGS.split(' ')).arg(format!(
        "-ffile-prefix-map={}=hermit",
        layout.root.display()
    ));
    run::shown(gcc.arg("-c").arg("-o").arg(object).arg(source))
}
