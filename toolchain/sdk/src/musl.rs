//! Members of musl's library, as Debian compiled it, for what newlib has wrong.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::Recipe;
use crate::layout::Layout;
use crate::run::{self, empty_dir};
use crate::{Result, archive, fetch};

/// Takes these members out of the library into an empty folder.
pub fn members(library: &Path, names: &[&str], folder: &Path) -> Result<Vec<PathBuf>> {
    empty_dir(folder)?;
    let names = names.iter().map(|name| format!("{name}.lo"));
    let mut extract = archive::tool("ar");
    extract.current_dir(folder).arg("x").arg(library);
    run::output(extract.args(names.clone()))?;
    Ok(names.map(|name| folder.join(name)).collect())
}

/// Regular expressions: newlib's know bytes only, not characters, and none of GNU's operators (`\+`, `\|`, `\w`).
const REGEX: &[&str] = &["regcomp", "regexec", "tre-mem"];

/// Numbers out of text: newlib's functions take memory, which may be none, and do not round as `fesetround` says.
const NUMBERS: &[&str] = &[
    "strtod",
    "floatscan",
    "shgetc",
    "copysignl",
    "fabsl",
    "fmodl",
    "scalbn",
    "scalbnl",
];

/// Kinds of wide characters: newlib has such that are alphanumeric, but neither letters nor digits, or printable
/// and control characters.
const WIDE: &[&str] = &[
    "iswalnum",
    "iswalpha",
    "iswcntrl",
    "iswctype",
    "iswdigit",
    "iswgraph",
    "iswlower",
    "iswprint",
    "iswpunct",
    "iswspace",
    "iswupper",
    "iswxdigit",
    "towctrans",
    "wcwidth",
    "wcswidth",
];

/// Functions that files of `toolchain/libc` stand before, and mathematics that is not to be a program's own
/// function of that name: they get `__musl_` before their names.
const RENAMED: &[&str] = &[
    "regcomp",
    "regexec",
    "strtod",
    "strtof",
    "strtold",
    "copysignl",
    "fabsl",
    "fmodl",
    "scalbn",
    "scalbnl",
    // What is small or large is told by its other case, of which musl's tables know one too many: that of U+00DF.
    "towlower",
    "towlower_l",
    "towupper",
    "towupper_l",
];

/// Names within musl.
const INNER: &[(&str, &str)] = &[
    ("___errno_location", "__errno_location"),
    ("__uflow", "__musl_uflow"),
];

/// The objects that go into `libc.a`.
pub fn libc_objects(layout: &Layout) -> Result<Vec<PathBuf>> {
    let library = fetch::musl(layout)?;
    let mut recipe = Recipe::new("musl", include_str!("musl.rs"));
    recipe.tarball(&library)?;
    let folder = recipe.obtain(layout, |out| {
        let mut rename = Vec::new();
        for name in RENAMED {
            rename.push(format!("--redefine-sym={name}=__musl_{name}"));
        }
        for (old, new) in INNER {
            rename.push(format!("--redefine-sym={old}={new}"));
        }
        let work = layout.build.join("work/musl");
        for object in members(&library, &[REGEX, NUMBERS, WIDE].concat(), &work)? {
            let name = object.file_stem().unwrap_or_default().display();
            let mut command = Command::new("objcopy");
            command.args(&rename).arg(&object);
            run::output(command.arg(out.join(format!("musl-{name}.o"))))?;
        }
        run::remove(&work)
    })?;
    Ok(run::files_under(&folder)?
        .into_iter()
        .map(|object| folder.join(object))
        .collect())
}
