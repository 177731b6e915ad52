//! `libm.a`: newlib's, with functions of musl and of ours in the place of what is wrong or missing in it.
//!
//! What is wrong was found by `tests/math-special` and `tests/math-values`, which hold every function
//! against the host's library and against more precise ones. musl is not right everywhere either (its
//! `acosh`, `powl`, `tgammal` and `expm1l` are not), so only the functions below are taken, as Debian compiled them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::Recipe;
use crate::layout::Layout;
use crate::run::{self, Log, empty_dir};
use crate::versions::Gcc;
use crate::{Result, archive, drivers, fail, fetch, musl};

/// Members of musl's library, and why newlib's are not good enough.
const MUSL: &[&str] = &[
    // Arguments beyond 2^25 crash.
    "sinl",
    "cosl",
    "tanl",
    "sincosl",
    "__sinl",
    "__cosl",
    "__tanl",
    "__rem_pio2l",
    "__rem_pio2_large",
    // Overflow on the way, are rounded twice, or lose denormal numbers.
    "fma",
    "fmaf",
    "fmal",
    "hypotl",
    // Is far off for the largest number.
    "sqrtl",
    // Raise nothing where there is no logarithm.
    "ilogb",
    "ilogbf",
    "ilogbl",
    // Are 0 for large arguments.
    "j0",
    "j1",
    "jn",
    "j0f",
    "j1f",
    "jnf",
    // Goes the wrong way from denormal numbers.
    "nexttoward",
    // Have no place for the least integer.
    "lroundl",
    "llroundl",
    // Overflow for the least integer.
    "scalbln",
    "scalblnf",
    // Are infinite for negative integers.
    "tgamma",
    "tgammaf",
    // Overflow where the result does not, take the wrong side of branch cuts, and know no infinities.
    "cexp",
    "cexpf",
    "csqrt",
    "csqrtf",
    "ccosh",
    "ccoshf",
    "csinh",
    "csinhf",
    "ctanh",
    "ctanhf",
    "ccos",
    "ccosf",
    "csin",
    "csinf",
    "ctan",
    "ctanf",
    // Take up to ten times as long.
    "acos",
    "asin",
    "cos",
    "fdim",
    "fdimf",
    "fmod",
    "ldexp",
    "llrint",
    "llrintf",
    "lrint",
    "lrintf",
    "scalbn",
    "scalbnf",
    "sin",
    "sincos",
    "tan",
    // What these stand on.
    "__rem_pio2",
    "__tan",
    "__cexp",
    "__cexpf",
    "__sin",
    "__cos",
    "__fpclassifyl",
    "__signbitl",
];

/// Functions of newlib that one of ours calls, or whose member has others that are wanted.
const CORES: &[(&str, &str)] = &[("tgammal", "__core_tgammal"), ("erfcf", "__core_erfcf")];

/// Files of `toolchain/libm` whose functions stand before others, and what they put before those functions' names.
const BEFORE: &[(&str, &str)] = &[("hardware.c", "__basic_"), ("errno.c", "__libm_")];

/// Functions of newlib, and their files, that are compiled once more as `__fused_NAME` for processors which
/// multiply and add in one instruction: `toolchain/libm/hardware.c` chooses.
const FUSED: &[(&str, &str)] = &[
    ("cosf", "cosf.c"),
    ("exp", "exp.c"),
    ("exp2", "exp2.c"),
    ("exp2f", "sf_exp2.c"),
    ("expf", "sf_exp.c"),
    ("log", "log.c"),
    ("log2", "log2.c"),
    ("log2f", "sf_log2.c"),
    ("logf", "sf_log.c"),
    ("pow", "pow.c"),
    ("powf", "sf_pow.c"),
    ("sincosf", "sincosf.c"),
    ("sinf", "sinf.c"),
];

/// Builds it: the result has `libm.a`.
pub fn build(layout: &Layout, gcc: &Gcc, newlib: &Path) -> Result<PathBuf> {
    let library_of_musl = fetch::musl(layout)?;
    let sources_of_newlib = fetch::newlib(layout)?;
    let sources = layout.toolchain("libm");
    let mut recipe = Recipe::new("libm", include_str!("libm.rs"));
    recipe.text(&gcc.banner);
    recipe.text(drivers::CFLAGS);
    recipe.text(&newlib.to_string_lossy());
    recipe.tarball(&library_of_musl)?;
    recipe.tarball(&sources_of_newlib)?;
    recipe.file(&layout.toolchain("hermit.specs"))?;
    recipe.tree(&sources)?;
    recipe.obtain(layout, |out| {
        let work = layout.build.join("work/libm");
        empty_dir(&work)?;
        let library = work.join("libm.a");
        run::copy(&newlib.join("lib/libm.a"), &library)?;
        rename(&library, CORES)?;
        archive::replace(
            &library,
            &musl::members(&library_of_musl, MUSL, &work.join("musl"))?,
        )?;
        let compile = |source: &Path| {
            let object = work
                .join(format!("hermit-{}", source.display()))
                .with_extension("o");
            drivers::compile(layout, &sources.join(source), &object)?;
            Ok(object)
        };
        let own = run::files_under(&sources)?;
        let functions: Result<Vec<PathBuf>> = own
            .iter()
            .filter(|source| source.extension().is_none_or(|e| e != "h"))
            .filter(|source| !BEFORE.iter().any(|(file, _)| *source == Path::new(file)))
            .map(|source| compile(source))
            .collect();
        archive::replace(&library, &functions?)?;
        archive::add(&library, &fused(layout, &sources_of_newlib, &work)?)?;
        for (source, prefix) in BEFORE {
            put_before(&library, &compile(Path::new(source))?, prefix)?;
        }
        // A program may have a function of any of these names.
        archive::weaken(&library)?;
        run::copy(&library, &out.join("libm.a"))?;
        run::remove(&work)
    })
}

/// Compiles [`FUSED`].
fn fused(layout: &Layout, newlib: &Path, work: &Path) -> Result<Vec<PathBuf>> {
    let log = Log::begin(layout.build.join("log/libm.log"))?;
    let source = work.join("newlib");
    fetch::unpack(newlib, &source, &["*/newlib/libm/common/*"], &log)?;
    FUSED
        .iter()
        .map(|(name, file)| {
            let object = work.join(format!("fused-{name}.o"));
            let mut gcc = Command::new(layout.driver("gcc"));
            gcc.args(drivers::CFLAGS.split(' '))
                .arg(format!(
                    "-ffile-prefix-map={}=hermit",
                    layout.root.display()
                ))
                .args(["-mfma", "-DHAVE_FAST_FMA=1"])
                .args(["-D__OBSOLETE_MATH_DEFAULT=0", "-w"])
                .arg(format!("-ffile-prefix-map={}=newlib", source.display()))
                .args(["-c", "-o"])
                .arg(&object)
                .arg(source.join("newlib/libm/common").join(file));
            log.run(&mut gcc)?;
            let rename = format!("--redefine-sym={name}=__fused_{name}");
            run::output(Command::new("objcopy").arg(rename).arg(&object))?;
            Ok(object)
        })
        .collect()
}

/// Adds an object: what it calls by a name with this prefix is the library's so far that has the rest of the name.
fn put_before(library: &Path, object: &Path, prefix: &str) -> Result<()> {
    let undefined = run::output(archive::tool("nm").args(["-u", "-j"]).arg(object))?;
    let names: Vec<(&str, &str)> = undefined
        .lines()
        .filter_map(|name| Some((name.strip_prefix(prefix)?, name)))
        .collect();
    rename(library, &names)?;
    archive::replace(library, &[object.to_owned()])
}

/// Gives functions of a library other names, where they are defined.
fn rename(library: &Path, names: &[(&str, &str)]) -> Result<()> {
    let folder = library.with_file_name("renamed");
    run::make_dir(&folder)?;
    let mut missing: BTreeSet<&str> = names.iter().map(|(old, _)| *old).collect();
    let mut renamed = Vec::new();
    for (member, defined) in archive::members(library)? {
        let here = names.iter().filter(|(old, _)| defined.contains(*old));
        let options: Vec<String> = here
            .map(|(old, new)| {
                missing.remove(old);
                format!("--redefine-sym={old}={new}")
            })
            .collect();
        if options.is_empty() {
            continue;
        }
        let mut extract = archive::tool("ar");
        extract.current_dir(&folder);
        run::output(extract.arg("x").arg(library).arg(&member))?;
        let object = folder.join(&member);
        run::output(Command::new("objcopy").args(options).arg(&object))?;
        renamed.push(object);
    }
    if !missing.is_empty() {
        return fail(format!("libm.a has no {missing:?}"));
    }
    archive::add(library, &renamed)
}
