//! libgomp, OpenMP's runtime, from the compiler's own source package.
//!
//! Built in its futex configuration (`config/linux`: spin, then sleep in the kernel) without a change in
//! its source: the triplet names a Linux, and headers that come before its own (`toolchain/libgomp`)
//! turn its futex calls into calls of our kernel.
//!
//! Its configure asks by linking. The kernel is no part of this build, so what configure would find is
//! said beforehand.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::Recipe;
use crate::layout::Layout;
use crate::newlib::make_command;
use crate::run::{self, Log, empty_dir, make_dir};
use crate::versions::Gcc;
use crate::{Result, fetch};

/// A triplet by which libgomp chooses `config/linux/x86`, `config/linux` and `config/posix`.
const TRIPLET: &str = "x86_64-hermit-linux-musl";

const CFLAGS: &str = "-O2 -g1 -ffunction-sections -fdata-sections -fno-stack-protector";

/// Functions that configure looks for, and whether they are there.
const FUNCTIONS: &[(&str, bool)] = &[
    ("aligned_alloc", true),
    ("posix_memalign", true),
    ("memalign", true),
    ("_aligned_malloc", false),
    ("getloadavg", false),
    ("clock_gettime", true),
    ("strtoull", true),
    ("getgid", true),
    ("getuid", true),
    ("uname", true),
    ("gethostname", true),
    ("getpid", true),
    ("secure_getenv", true),
    ("__secure_getenv", false),
];

/// The parts of GCC's source that the build reads.
const PARTS: &[&str] = &[
    "*/libgomp/*",
    "*/include/*",
    "*/config/*.m4",
    "*/config/*.mk",
    "*/config.sub",
    "*/config.guess",
    "*/install-sh",
    "*/missing",
    "*/ltmain.sh",
    "*/move-if-change",
    "*/mkinstalldirs",
    "*/depcomp",
    "*/compile",
    "*/config-ml.in",
    "*/multilib.am",
    "*/gcc/BASE-VER",
    "--exclude=*/testsuite/libgomp.*",
];

/// Builds libgomp: the result has `libgomp.a` and `omp.h`.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    let tarball = fetch::gcc(layout, gcc)?;
    let mut recipe = Recipe::new("libgomp", include_str!("libgomp.rs"));
    recipe.text(&gcc.banner);
    recipe.tarball(&tarball)?;
    recipe.file(&layout.toolchain("hermit.specs"))?;
    recipe.tree(&layout.toolchain("libgomp"))?;
    recipe.tree(&layout.root.join("include"))?;
    recipe.obtain(layout, |out| make(layout, &tarball, out))
}

fn make(layout: &Layout, tarball: &Path, out: &Path) -> Result<()> {
    let work = layout.build.join("work/libgomp");
    let (source, objects) = (work.join("source"), work.join("build"));
    empty_dir(&work)?;
    make_dir(&objects)?;
    let log = Log::begin(layout.build.join("log/libgomp.log"))?;
    fetch::unpack(tarball, &source, PARTS, &log)?;

    let ours = layout.toolchain("libgomp");
    // configure only asks whether a program links; neither libc.a nor libhermit.a is there yet.
    let compiler = format!(
        "{} -I{} -nodefaultlibs -Wl,--unresolved-symbols=ignore-all",
        layout.driver("gcc").display(),
        ours.display()
    );
    // In debug information, the builder's folders are nobody's business.
    let places = [
        (&source, "gcc"),
        (&objects, "libgomp"),
        (&source.join("libgomp"), "libgomp"),
    ];
    let maps = places
        .map(|(place, name)| format!("-ffile-prefix-map={}={name}", place.display()))
        .join(" ");
    let mut configure = Command::new(source.join("libgomp/configure"));
    configure
        .current_dir(&objects)
        .arg("--build=x86_64-linux-gnu")
        .args([format!("--host={TRIPLET}"), format!("--target={TRIPLET}")])
        .arg(format!("--prefix={}", objects.join("inst").display()))
        .args([
            "--disable-multilib",
            "--disable-shared",
            "--enable-static",
            "--disable-werror",
            "--with-gcc-major-version-only",
            "--enable-linux-futex=yes",
            "--disable-cet",
            "FC=no",
            "AR=ar",
            "RANLIB=ranlib",
            "NM=nm",
            "LD=ld",
        ])
        .arg(format!("CC={compiler}"))
        .arg(format!("CFLAGS={CFLAGS} {maps}"));
    for (name, there) in FUNCTIONS {
        configure.env(
            format!("ac_cv_func_{name}"),
            if *there { "yes" } else { "no" },
        );
    }
    // There are no offload plug-ins to load.
    configure.env("ac_cv_lib_dl_dlsym", "no");
    log.run(&mut configure)?;
    log.run(make_command(&objects).arg("libgomp.la"))?;
    run::copy(&objects.join(".libs/libgomp.a"), &out.join("libgomp.a"))?;
    run::copy(&objects.join("omp.h"), &out.join("omp.h"))?;
    run::copy(
        &objects.join("config.log"),
        &layout.build.join("log/libgomp-config.log"),
    )?;
    run::copy(
        &objects.join("config.h"),
        &layout.build.join("log/libgomp-config.h"),
    )?;
    run::remove(&work)
}
