//! What goes into an image, in `build/docker/CONTEXT`: `hermit` with the SDK's packages or files, `install`,
//! `entry` and the Dockerfile.

use sdk::layout::Layout;
use sdk::run::{copy, copy_tree, empty_dir, files_under, make_dir, output};
use sdk::versions::{Gcc, os_release};
use sdk::{Doing, Result, fail, languages};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// All languages of the SDK.
    Full,
    /// C, and with it OpenMP.
    COnly,
}

impl Flavour {
    /// The image's name.
    pub fn name(self) -> &'static str {
        match self {
            Flavour::Full => "hermit-sdk",
            Flavour::COnly => "hermit-sdk-c",
        }
    }
}

/// What is in both: building, and running what was built.
const TOOLS: &[&str] = &[
    "binutils",
    "cmake",
    "make",
    "ninja-build",
    "pkg-config",
    "qemu-system-x86",
];

/// Files of other languages in the sysroot: the C-only image has none that begin so.
const OTHERS: &[&str] = &[
    "include/c++",
    "lib/finclude",
    "lib/go",
    "lib/libcaf_single.",
    "lib/libgfortran.",
    "lib/libgo.",
    "lib/libgobegin.",
    "lib/libgolibbegin.",
    "lib/libquadmath.",
    "lib/libstdc++",
    "lib/libsupc++",
];

/// A folder to build an image in.
pub struct Context {
    /// The folder.
    pub folder: PathBuf,
    /// Debian's packages that the image needs besides the base system.
    pub packages: Vec<String>,
}

/// The Debian release that the SDK was built on, which the image is made of.
pub fn suite() -> String {
    os_release("VERSION_CODENAME")
}

/// Seconds since 1970 that all dates in an image are: SOURCE_DATE_EPOCH, else the last commit's.
pub fn date(layout: &Layout) -> Result<String> {
    if let Ok(date) = std::env::var("SOURCE_DATE_EPOCH") {
        return Ok(date);
    }
    let mut log = Command::new("git");
    log.args(["log", "-1", "--format=%ct"])
        .current_dir(&layout.root);
    Ok(output(&mut log)?.trim().to_owned())
}

/// Puts the context together.
pub fn make(layout: &Layout, flavour: Flavour) -> Result<Context> {
    let folder = layout
        .build
        .join("docker")
        .join(format!("{}-context", flavour.name()));
    empty_dir(&folder)?;
    for file in ["install", "entry", "Dockerfile"] {
        copy(
            &layout.root.join("packaging/docker").join(file),
            &folder.join(file),
        )?;
    }
    let hermit = folder.join("hermit");
    make_dir(&hermit)?;
    let mut packages: Vec<String> = TOOLS.iter().map(|name| (*name).to_owned()).collect();
    if flavour == Flavour::Full {
        packages.extend(["meson", "gdb"].map(str::to_owned));
    }
    let debs = layout.build.join("deb").join(suite());
    if debs.is_dir() {
        sdk::run::step(&format!(
            "{}: from the packages in {}",
            flavour.name(),
            debs.display()
        ));
        from_packages(&debs, &hermit, flavour)?;
    } else {
        sdk::run::step(&format!(
            "{}: from the files in {}",
            flavour.name(),
            layout.sdk.display()
        ));
        from_files(layout, &hermit.join("usr"), flavour)?;
        let gcc = Gcc::wanted();
        packages.push(format!("gcc-{gcc}"));
        for language in languages::Language::ALL {
            let library = match language {
                languages::Language::Cxx => "libstdc++.a",
                languages::Language::Fortran => "libgfortran.a",
                languages::Language::Go => "libgo.a",
            };
            let there = hermit.join("usr/x86_64-hermit/lib").join(library);
            if flavour == Flavour::Full && there.exists() {
                packages.push(format!("{}-{gcc}", language.compiler()));
            }
        }
    }
    Ok(Context { folder, packages })
}

/// The packages that a flavour consists of.
fn from_packages(debs: &Path, to: &Path, flavour: Flavour) -> Result<()> {
    const C: &[&str] = &[
        "gcc-hermit",
        "hermit-run",
        "libgomp-hermit-dev",
        "libhermit-dev",
        "newlib-hermit-dev",
        "pte-hermit-dev",
    ];
    const DOCUMENTS: &[&str] = &["hermit-sdk-doc", "hermit-sdk-examples"];
    let mut count = 0;
    for file in files_under(debs)? {
        let name = file.to_string_lossy().into_owned();
        let package = name.split('_').next().unwrap_or_default();
        let wanted = match flavour {
            Flavour::Full => !DOCUMENTS.contains(&package) && !package.ends_with("-dbgsym"),
            Flavour::COnly => C.contains(&package),
        };
        if wanted && name.ends_with(".deb") {
            copy(&debs.join(&file), &to.join(&file))?;
            count += 1;
        }
    }
    match count {
        0 => fail(format!("no packages in {} (make deb)", debs.display())),
        _ => Ok(()),
    }
}

/// The SDK as it stands in the build folder, without what the flavour lacks.
fn from_files(layout: &Layout, to: &Path, flavour: Flavour) -> Result<()> {
    if !layout.sdk.join("bin/hermit-run").exists() {
        return fail("there is no SDK (make sdk builds it)");
    }
    copy_tree(&layout.sdk, to)?;
    let sysroot = to.join("x86_64-hermit");
    for file in files_under(&sysroot)? {
        let name = file.to_string_lossy();
        if flavour == Flavour::COnly && of_other_language(&name) {
            let file = sysroot.join(&file);
            std::fs::remove_file(&file).doing(file.display())?;
        }
    }
    Ok(())
}

/// Whether a file of the sysroot is of another language than C.
fn of_other_language(name: &str) -> bool {
    OTHERS.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::of_other_language;

    #[test]
    fn c_keeps_what_is_its_own() {
        for name in [
            "lib/libgomp.a",
            "lib/libc.a",
            "include/omp.h",
            "lib/libgomp.spec",
        ] {
            assert!(!of_other_language(name), "{name}");
        }
        for name in ["lib/libgo.a", "lib/libstdc++fs.a", "include/c++/vector"] {
            assert!(of_other_language(name), "{name}");
        }
    }
}
