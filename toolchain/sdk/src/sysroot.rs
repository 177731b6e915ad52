//! Puts the SDK together in `build/sdk`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::Recipe;
use crate::languages::{self, Language};
use crate::layout::Layout;
use crate::versions::Gcc;
use crate::{
    Doing, Result, archive, drivers, fail, libgfortran, libgo, libgomp, libhermit, libm,
    libmimalloc, libstdcxx, musl, newlib, run,
};

/// Everything but `libhermit.a`: drivers, headers, newlib, the allocator, OpenMP, the run-time libraries
/// of the languages that are wanted.
pub fn third_party(layout: &Layout) -> Result<()> {
    let gcc = Gcc::find()?;
    drivers::install(layout, &gcc)?;
    let newlib = newlib::build(layout, &gcc)?;
    let own = run::files_under(&layout.root.join("include"))?;
    headers(layout, &newlib, &own.into_iter().collect())?;
    start_objects(layout)?;
    let libm = libm::build(layout, &gcc, &newlib)?;
    run::copy(&libm.join("libm.a"), &layout.lib().join("libm.a"))?;
    libc(layout, &gcc, &BTreeSet::new())?;
    let gomp = libgomp::build(layout, &gcc)?;
    run::copy(&gomp.join("libgomp.a"), &layout.lib().join("libgomp.a"))?;
    run::copy(&gomp.join("omp.h"), &layout.sysroot.join("include/omp.h"))?;
    for language in languages::wanted()? {
        install(&build(layout, &gcc, language)?, layout)?;
        if language == Language::Fortran {
            openmp_module(layout, &gomp)?;
        }
    }
    Ok(())
}

/// The run-time libraries of a language.
fn build(layout: &Layout, gcc: &Gcc, language: Language) -> Result<PathBuf> {
    match language {
        Language::Cxx => libstdcxx::build(layout, gcc),
        Language::Fortran => libgfortran::build(layout, gcc),
        Language::Go => libgo::build(layout, gcc),
    }
}

/// Fortran's module `omp_lib`, and `omp_lib.h`.
fn openmp_module(layout: &Layout, gomp: &Path) -> Result<()> {
    let modules = layout.lib().join("finclude");
    run::copy(&gomp.join("omp_lib.h"), &modules.join("omp_lib.h"))?;
    let mut compile = Command::new(layout.driver("gfortran"));
    compile
        .args(["-cpp", "-fopenmp", "-fsyntax-only"])
        .arg("-J")
        .arg(&modules);
    run::shown(compile.arg(gomp.join("omp_lib.f90")))
}

/// Puts what a piece has in `include` and `lib` into the sysroot.
fn install(piece: &Path, layout: &Layout) -> Result<()> {
    for file in run::files_under(piece)? {
        run::copy(&piece.join(&file), &layout.sysroot.join(&file))?;
    }
    Ok(())
}

/// `libhermit.a`, and `libc.a` without the functions that it has.
pub fn libhermit(layout: &Layout) -> Result<()> {
    run::step("libhermit");
    let names = libhermit::build(layout)?;
    libc(layout, &Gcc::find()?, &names)
}

/// Members of newlib's archive in whose place are ours, which lack a name that only the member itself uses.
const SUPERSEDED: &[&str] = &["libc_a-wcsftime.o", "libc_a-wcwidth.o"];

/// `libc.a`: newlib without the functions that `libhermit.a` has, and the allocator.
fn libc(layout: &Layout, gcc: &Gcc, taken: &BTreeSet<String>) -> Result<()> {
    let made = layout.build.join("work/libc.a");
    run::copy(&newlib::build(layout, gcc)?.join("lib/libc.a"), &made)?;
    archive::add(
        &made,
        &libmimalloc::objects(&libmimalloc::build(layout, gcc)?)?,
    )?;
    let mut better = additions(layout, gcc)?;
    better.extend(musl::libc_objects(layout)?);
    archive::replace(&made, &better)?;
    archive::delete(&made, SUPERSEDED.iter().copied())?;
    let members = archive::members(&made)?;
    let surplus = members.iter().filter(|(_, names)| names.is_subset(taken));
    archive::delete(&made, surplus.map(|(member, _)| member.as_str()))?;
    for (member, names) in members.iter().filter(|(_, names)| !names.is_subset(taken)) {
        let both: Vec<_> = names.intersection(taken).collect();
        if !both.is_empty() {
            run::step(&format!(
                "libc.a({member}) has {both:?}, which libhermit.a has too"
            ));
        }
    }
    archive::weaken(&made)?;
    run::copy(&made, &layout.lib().join("libc.a"))
}

/// Programs of ours that come with the SDK.
pub fn tools(layout: &Layout) -> Result<()> {
    for program in ["hermit-run", "hermit-image"] {
        let built = run::cargo_program(layout, "hermit-run", program)?;
        run::copy(&built, &layout.sdk.join("bin").join(program))?;
    }
    Ok(())
}

/// `crt0.o`, `crti.o`, `crtn.o`.
fn start_objects(layout: &Layout) -> Result<()> {
    for name in ["crt0", "crti", "crtn"] {
        let source = layout.toolchain("crt").join(name).with_extension("S");
        drivers::compile(
            layout,
            &source,
            &layout.lib().join(name).with_extension("o"),
        )?;
    }
    Ok(())
}

/// Our own small additions to libc.a, `toolchain/libc/*.c`.
fn additions(layout: &Layout, gcc: &Gcc) -> Result<Vec<PathBuf>> {
    let sources = layout.toolchain("libc");
    let mut recipe = Recipe::new("libc", drivers::CFLAGS);
    recipe.text(&gcc.banner);
    recipe.file(&layout.toolchain("hermit.specs"))?;
    recipe.tree(&sources)?;
    let folder = recipe.obtain(layout, |out| {
        let files = run::files_under(&sources)?;
        let compiled = |file: &&PathBuf| file.extension().is_none_or(|e| e != "h");
        files.iter().filter(compiled).try_for_each(|source| {
            let object = out
                .join(format!("hermit-{}", source.display()))
                .with_extension("o");
            drivers::compile(layout, &sources.join(source), &object)
        })
    })?;
    Ok(run::files_under(&folder)?
        .into_iter()
        .map(|object| folder.join(object))
        .collect())
}

/// newlib's headers for which there is nothing here: other systems' devices and processes, a database
/// that nobody links, and those that only other targets have.
const ABSENT: &[&str] = &[
    "devctl.h",
    "ieeefp.h",
    "ndbm.h",
    "regdef.h",
    "rpc",
    "sys/custom_file.h",
    "utmp.h",
];

/// Faults of newlib's headers that only a program's own compilation sees, so that no library needs to be built
/// again: a header, what it says, and what it should say.
const MENDS: &[(&str, &str, &str)] = &[
    // A program's own <sys/select.h> (gnulib's) includes <signal.h> and <sys/time.h>, which want all the types.
    (
        "sys/types.h",
        "#include <machine/endian.h>\n#include <sys/select.h>\n",
        "#include <machine/endian.h>\n",
    ),
    (
        "sys/types.h",
        "#include <machine/types.h>\n",
        "#include <machine/types.h>\n#if __BSD_VISIBLE\n#include <sys/select.h>\n#endif\n",
    ),
    // POSIX.1-2024: what posix_getdents() says of an entry's length.
    (
        "sys/types.h",
        "#include <machine/types.h>\n",
        "#if __POSIX_VISIBLE >= 202405\ntypedef unsigned short reclen_t;\n#endif\n#include <machine/types.h>\n",
    ),
    // Linux's copy_file_range(), which FreeBSD has too.
    (
        "sys/unistd.h",
        "int     close (int __fildes);\n",
        "int     close (int __fildes);\n#if __GNU_VISIBLE\nssize_t copy_file_range (int __in, off_t *__from, int __out, off_t *__to, size_t __count, unsigned int __flags);\n#endif\n",
    ),
    // What POSIX.1-2024 and C23 have taken over from GNU and BSD.
    (
        "stdlib.h",
        "#if __GNU_VISIBLE\nchar *  secure_getenv",
        "#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405\nchar *  secure_getenv",
    ),
    (
        "stdlib.h",
        "#if __GNU_VISIBLE\nint\tmkostemp (char *, int);\n",
        "#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405\nint\tmkostemp (char *, int);\n#endif\n#if __GNU_VISIBLE\n",
    ),
    (
        "stdlib.h",
        "#if __BSD_VISIBLE\nvoid\t*reallocarray",
        "#if __BSD_VISIBLE || __POSIX_VISIBLE >= 202405\nvoid\t*reallocarray",
    ),
    // BSD's function of this name passes the pointer first; Linux and POSIX do not have it.
    (
        "stdlib.h",
        "#if __GNU_VISIBLE\nvoid\tqsort_r",
        "#if __MISC_VISIBLE || __POSIX_VISIBLE >= 202405\nvoid\tqsort_r",
    ),
    (
        "stdio.h",
        "#if __GNU_VISIBLE\nint\tasprintf",
        "#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405\nint\tasprintf",
    ),
    (
        "string.h",
        "#if __MISC_VISIBLE || __POSIX_VISIBLE\nvoid *\t memccpy",
        "#if __ISO_C_VISIBLE >= 2020\nvoid *\t memset_explicit (void *, int, size_t);\n#endif\n#if __MISC_VISIBLE || __POSIX_VISIBLE || __ISO_C_VISIBLE >= 2020\nvoid *\t memccpy",
    ),
    (
        "string.h",
        "#if __GNU_VISIBLE\nvoid *\t mempcpy (void *, const void *, size_t);\n",
        "#if __GNU_VISIBLE\nvoid *\t mempcpy (void *, const void *, size_t);\n#endif\n#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405\n",
    ),
    (
        "string.h",
        "#if __MISC_VISIBLE || __POSIX_VISIBLE >= 200809 || __XSI_VISIBLE >= 4\nchar \t*strdup",
        "#if __MISC_VISIBLE || __POSIX_VISIBLE >= 200809 || __XSI_VISIBLE >= 4 || __ISO_C_VISIBLE >= 2020\nchar \t*strdup",
    ),
    (
        "string.h",
        "#if __POSIX_VISIBLE >= 200809\nchar \t*strndup",
        "#if __POSIX_VISIBLE >= 200809 || __ISO_C_VISIBLE >= 2020\nchar \t*strndup",
    ),
    (
        "string.h",
        "#if __BSD_VISIBLE\nsize_t\tstrlcat",
        "#if __BSD_VISIBLE || __POSIX_VISIBLE >= 202405\nsize_t\tstrlcat",
    ),
    (
        "strings.h",
        "#if __BSD_VISIBLE\nint\t ffsl",
        "#if __BSD_VISIBLE || __POSIX_VISIBLE >= 202405\nint\t ffsl",
    ),
    (
        "sys/unistd.h",
        "#if __GNU_VISIBLE\nint     dup3 (int __fildes, int __fildes2, int flags);\n",
        "#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405\nint     dup3 (int __fildes, int __fildes2, int flags);\n#endif\n#if __GNU_VISIBLE\n",
    ),
    (
        "sys/unistd.h",
        "#if __BSD_VISIBLE\nint     getentropy",
        "#if __BSD_VISIBLE || __POSIX_VISIBLE >= 202405\nint     getentropy",
    ),
    (
        "sys/unistd.h",
        "#if __GNU_VISIBLE\nint     pipe2",
        "#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405\nint     pipe2",
    ),
    (
        "fnmatch.h",
        "#if __GNU_VISIBLE\n#define\tFNM_LEADING_DIR",
        "#if __POSIX_VISIBLE >= 202405\n#define\tFNM_IGNORECASE\t0x10\n#endif\n#if __GNU_VISIBLE\n#define\tFNM_LEADING_DIR",
    ),
    ("fnmatch.h", "#define\tFNM_IGNORECASE\tFNM_CASEFOLD\n", ""),
    (
        "ftw.h",
        "#define\tFTW_CHDIR",
        "#if __POSIX_VISIBLE >= 202405\n#define\tFTW_XDEV\t0x10\t/* Mount points are reported, but not entered.  */\n#endif\n#define\tFTW_CHDIR",
    ),
    // A quotient of logarithms is not exact where log2() is, and a program may have a `log2` of its own.
    ("math.h", "#define log2(x) (log (x) / _M_LN2)\n", ""),
];

/// A header of newlib's as it goes into the sysroot.
fn mended(newlib: &Path, header: &Path) -> Result<String> {
    let file = newlib.join("include").join(header);
    let mut text = fs::read_to_string(&file).doing(file.display())?;
    for (_, before, after) in MENDS.iter().filter(|mend| Path::new(mend.0) == header) {
        if !text.contains(before) {
            return fail(format!("{}: does not contain {before}", file.display()));
        }
        text = text.replace(before, after);
    }
    Ok(text)
}

/// These headers of ours and newlib's in `include`; those of newlib's that ours extend, in `include/newlib`, where
/// `#include_next` finds them.
pub fn headers(layout: &Layout, newlib: &Path, own: &BTreeSet<PathBuf>) -> Result<()> {
    let (ours, theirs) = (layout.root.join("include"), newlib.join("include"));
    let include = layout.sysroot.join("include");
    let mut wanted = BTreeSet::new();
    for path in run::files_under(&theirs)? {
        if ABSENT.iter().any(|absent| path.starts_with(absent)) {
            continue;
        }
        let place = if own.contains(&path) {
            Path::new("newlib").join(&path)
        } else {
            path.clone()
        };
        run::write(&include.join(&place), mended(newlib, &path)?.as_bytes())?;
        wanted.insert(place);
    }
    for path in own {
        run::copy(&ours.join(path), &include.join(path))?;
        wanted.insert(path.clone());
    }
    // Headers of an earlier build that are gone now.
    for path in run::files_under(&include)? {
        let from_elsewhere = path.starts_with("c++") || path == Path::new("omp.h");
        if !wanted.contains(&path) && !from_elsewhere {
            run::remove(&include.join(path))?;
        }
    }
    Ok(())
}
