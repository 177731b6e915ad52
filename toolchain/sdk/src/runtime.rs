//! Run-time libraries out of GCC's source package: what building each of them has in common.
//!
//! A library is built in a *workshop*: a folder with the parts of GCC's source that it needs and an SDK of
//! its own. That SDK has just those of our headers that the library's recipe names, so no recipe can
//! forget one, and a `libhermit.a` of empty functions with the right names. Configure scripts thus ask
//! their questions by linking real programs, and yet a recipe knows nothing of kernel and C library but
//! headers, and which of the names that are asked for are there.
//!
//! Sources stay as they are. The triplet tells configure that this is a Linux with musl: of all that GCC's
//! libraries know, it is nearest.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::Recipe;
use crate::layout::Layout;
use crate::run::{self, Log, empty_dir, make_dir};
use crate::versions::Gcc;
use crate::{Doing, Result, archive, drivers, fetch, libmimalloc, newlib, sysroot};

/// What configure scripts are told.
pub const TRIPLET: &str = "x86_64-hermit-linux-musl";

/// How the libraries are compiled. Options that debug information would repeat name folders of the build.
pub const CFLAGS: &str =
    "-O2 -g1 -gno-record-gcc-switches -ffunction-sections -fdata-sections -fno-stack-protector";

/// What every configure script and makefile in GCC's source reads.
const COMMON: &[&str] = &[
    "*/include/*",
    "*/config/*.m4",
    "*/config/*.mk",
    "*/config.sub",
    "*/config.guess",
    "*/install-sh",
    "*/missing",
    "*/ltmain.sh",
    "*/libtool-ldflags",
    "*/move-if-change",
    "*/mkinstalldirs",
    "*/depcomp",
    "*/compile",
    "*/config-ml.in",
    "*/multilib.am",
    "*/mkdep",
    "*/gcc/BASE-VER",
    // All of a test suite but what configure turns into its makefile.
    "--exclude=*/testsuite/*/*",
];

/// A piece of the SDK that is built from GCC's source.
pub struct Library {
    /// The piece's name; also that of our folder `toolchain/NAME`, if there is one.
    pub name: &'static str,
    /// The text of the module that builds it: part of the recipe.
    pub steps: &'static str,
    /// Which files of GCC's source it needs.
    pub parts: &'static [&'static str],
    /// Those of our headers that it is compiled with; what they include comes by itself, and what newlib
    /// is compiled with also.
    pub headers: &'static [&'static str],
}

impl Library {
    /// The piece, built by `make` if it is not there: that gets the workshop and the folder to fill.
    pub fn obtain(
        &self,
        layout: &Layout,
        gcc: &Gcc,
        make: impl FnOnce(&Workshop, &Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let tarball = fetch::gcc(layout, gcc)?;
        let newlib = newlib::build(layout, gcc)?;
        let mut recipe = Recipe::new(self.name, self.steps);
        recipe.text(include_str!("runtime.rs"));
        recipe.text(&gcc.banner);
        recipe.tarball(&tarball)?;
        recipe.file(&layout.toolchain("hermit.specs"))?;
        recipe.tree(&newlib.join("include"))?;
        let include = layout.root.join("include");
        let headers = newlib::with_included(&include, self.headers.iter().chain(newlib::HEADERS))?;
        for header in &headers {
            recipe.text(header);
            recipe.file(&include.join(header))?;
        }
        let words = configure_words(layout, &tarball)?;
        let there = linkable(layout)?;
        there
            .intersection(&words)
            .for_each(|name| recipe.text(name));
        let ours = layout.toolchain(self.name);
        if ours.is_dir() {
            recipe.tree(&ours)?;
        }
        recipe.obtain(layout, |out| {
            let workshop = Workshop::open(layout, gcc, self, &tarball, &headers)?;
            make(&workshop, out)?;
            run::remove(&workshop.folder)
        })
    }
}

/// The words in the configure scripts of GCC's libraries. All that they ask for by linking is among them.
fn configure_words(layout: &Layout, tarball: &Path) -> Result<BTreeSet<String>> {
    let mut recipe = Recipe::new("configure-words", "");
    recipe.tarball(tarball)?;
    let piece = recipe.obtain(layout, |out| {
        let mut tar = Command::new("tar");
        tar.arg("xf").arg(tarball);
        tar.args(["--to-stdout", "--wildcards", "*/lib*/configure*"]);
        let scripts = run::output(&mut tar)?;
        let words = scripts.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let words: BTreeSet<_> = words.collect();
        let words: Vec<_> = words.into_iter().collect();
        run::write(&out.join("words"), words.join("\n").as_bytes())
    })?;
    let list = piece.join("words");
    let words = fs::read_to_string(&list).doing(list.display())?;
    Ok(words.lines().map(str::to_owned).collect())
}

/// What a library's configure script finds when it links.
fn linkable(layout: &Layout) -> Result<BTreeSet<String>> {
    let mut names = kernel_names(layout)?;
    for library in ["libc.a", "libm.a"] {
        let members = archive::members(&layout.lib().join(library))?;
        names.extend(members.into_values().flatten());
    }
    Ok(names)
}

/// The names that `libhermit.a` has.
fn kernel_names(layout: &Layout) -> Result<BTreeSet<String>> {
    let list = layout.toolchain("libhermit/symbols.txt");
    let list = fs::read_to_string(&list).doing(list.display())?;
    let names = list.lines().chain(libmimalloc::NAMES.iter().copied());
    Ok(names.map(str::to_owned).collect())
}

/// A folder in which one library is built.
pub struct Workshop {
    folder: PathBuf,
    /// The unpacked source: GCC's top folder.
    pub source: PathBuf,
    sdk: Layout,
    log: Log,
}

impl Workshop {
    fn open(
        layout: &Layout,
        gcc: &Gcc,
        library: &Library,
        tarball: &Path,
        headers: &BTreeSet<String>,
    ) -> Result<Workshop> {
        let folder = layout.build.join("work").join(library.name);
        empty_dir(&folder)?;
        let sdk = folder.join("sdk");
        let workshop = Workshop {
            source: folder.join("source"),
            log: Log::begin(layout.build.join(format!("log/{}.log", library.name)))?,
            sdk: Layout {
                sysroot: sdk.join("x86_64-hermit"),
                sdk,
                ..layout.clone()
            },
            folder,
        };
        let parts: Vec<_> = COMMON.iter().chain(library.parts).copied().collect();
        fetch::unpack(tarball, &workshop.source, &parts, &workshop.log)?;
        workshop.furnish(layout, gcc, headers)?;
        Ok(workshop)
    }

    /// Makes the workshop's SDK.
    fn furnish(&self, layout: &Layout, gcc: &Gcc, headers: &BTreeSet<String>) -> Result<()> {
        drivers::install(&self.sdk, gcc)?;
        let own = headers.iter().map(PathBuf::from).collect();
        sysroot::headers(&self.sdk, &newlib::build(layout, gcc)?, &own)?;
        let lib = self.sdk.lib();
        for file in ["crt0.o", "crti.o", "crtn.o", "libc.a", "libm.a"] {
            run::copy(&layout.lib().join(file), &lib.join(file))?;
        }
        // The drivers name the libraries that are being built.
        for library in ["stdc++", "gfortran", "quadmath", "go"] {
            run::write(&lib.join(format!("lib{library}.a")), b"!<arch>\n")?;
        }
        // As in the real one, what `main` does not need is dropped, and `main` is needed.
        let mut text = String::from(
            ".section .note.GNU-stack,\"\",@progbits\n\
             .section .text.start,\"ax\"\n.globl _start\n_start: jmp main\n.text\n",
        );
        for name in kernel_names(layout)? {
            if name == "_start" {
                continue;
            }
            text.push_str(&format!(".weak {name}\n{name}:\n"));
        }
        let (source, object) = (self.folder.join("names.s"), self.folder.join("names.o"));
        run::write(&source, text.as_bytes())?;
        drivers::compile(&self.sdk, &source, &object)?;
        archive::add(&lib.join("libhermit.a"), &[object])
    }

    /// Where the library of this name is built.
    pub fn objects(&self, library: &str) -> PathBuf {
        self.folder.join("build").join(TRIPLET).join(library)
    }

    /// Puts the header by which libraries see threads where libgcc's build would have made it.
    pub fn threads_header(&self) -> Result<()> {
        run::copy(
            &self.source.join("libgcc/gthr-posix.h"),
            &self.objects("libgcc").join("gthr-default.h"),
        )
    }

    /// One of the workshop's compilers, `gcc`.
    pub fn compiler(&self, name: &str) -> PathBuf {
        self.sdk.driver(name)
    }

    /// `CFLAGS` that keep the builder's folders out of debug information.
    fn cflags(&self) -> String {
        let places = [
            (&self.source, "gcc"),
            (&self.folder.join("build").join(TRIPLET), "gcc"),
            (&self.sdk.sysroot, "hermit"),
        ];
        let maps =
            places.map(|(place, name)| format!("-ffile-prefix-map={}={name}", place.display()));
        format!("{CFLAGS} {}", maps.join(" "))
    }

    /// A command for the configure script of a library, with the options that all of them take.
    /// `cc_options` is what the C compiler is always called with.
    pub fn configure(&self, library: &str, cc_options: &str) -> Result<Command> {
        let objects = self.objects(library);
        make_dir(&objects)?;
        // From the build folder the source has to be found by a relative path: where it is must not
        // show in the objects.
        let mut configure =
            Command::new(Path::new("../../../source").join(library).join("configure"));
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
                "--disable-nls",
                "--disable-cet",
                "--disable-symvers",
                "--with-gcc-major-version-only",
                "AR=ar",
                "RANLIB=ranlib",
                "NM=nm",
                "LD=ld",
                "AS=as",
            ])
            .arg(format!(
                "CC={} {cc_options}",
                self.compiler("gcc").display()
            ))
            .arg(format!("CFLAGS={}", self.cflags()))
            .arg(format!("CXXFLAGS={}", self.cflags()))
            .arg(format!("FCFLAGS={}", self.cflags()));
        Ok(configure)
    }

    /// Runs a command in the workshop; what it says goes to the log.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        self.log.run(command)
    }

    /// Runs `make` for a library with these targets.
    pub fn make(&self, library: &str, targets: &[&str]) -> Result<()> {
        self.run(newlib::make_command(&self.objects(library)).args(targets))
    }
}
