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

/// What `toolchain/libc/regex.c` calls the functions that it stands before.
const RENAMED: &[(&str, &str)] = &[("regcomp", "__musl_regcomp"), ("regexec", "__musl_regexec")];

/// The objects that go into `libc.a`.
pub fn libc_objects(layout: &Layout) -> Result<Vec<PathBuf>> {
    let library = fetch::musl(layout)?;
    let mut recipe = Recipe::new("musl", include_str!("musl.rs"));
    recipe.tarball(&library)?;
    let folder = recipe.obtain(layout, |out| {
        let mut rename = Vec::new();
        for (old, new) in RENAMED {
            rename.push(format!("--redefine-sym={old}={new}"));
        }
        let work = layout.build.join("work/musl");
        for object in members(&library, REGEX, &work)? {
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
