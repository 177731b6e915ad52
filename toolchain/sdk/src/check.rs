//! Checks of a built SDK: a header compiles by itself, what it declares can be linked, and
//! `docs/posix.tsv` knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::layout::Layout;
use crate::run::{self, Log};
use crate::{Doing, Result, archive, fail};

/// Headers that only others include.
const PARTS: &[&str] = &["newlib/", "machine/", "ssp/", "sys/_", "c++/", "bits/"];

/// Headers of POSIX that the compiler brings.
const COMPILERS: &[&str] = &["stdarg.h"];

/// The libraries that every program is linked with, and OpenMP's.
const LIBRARIES: &[&str] = &["libc.a", "libm.a", "libhermit.a", "libgomp.a", "libgcc.a"];

/// The functions of POSIX whose names begin with an underscore.
const UNDERSCORED: &[&str] = &[
    "_exit", "_Exit", "_longjmp", "_setjmp", "_tolower", "_toupper",
];

/// A declaration of a function.
pub struct Function {
    /// The header of ours that it is in.
    pub place: String,
    /// The declaration itself, as GCC puts it.
    pub prototype: String,
}

/// What a program sees that includes one header.
#[derive(Default)]
pub struct Declared {
    /// Functions, declared by this header or by one that it includes.
    pub functions: BTreeMap<String, Function>,
    /// Macros.
    pub macros: BTreeSet<String>,
}

/// Checks that every header of the SDK compiles alone and declares what there is.
pub fn headers(layout: &Layout) -> Result<BTreeMap<String, Declared>> {
    let mut defined = BTreeSet::new();
    for library in LIBRARIES {
        let members = archive::members(&layout.lib().join(library))?;
        defined.extend(members.into_values().flatten());
    }
    let (declared, mut wrong) = declared_by_headers(layout)?;
    for header in declared.values() {
        let undefined = header.functions.iter();
        let undefined = undefined.filter(|(function, _)| !defined.contains(*function));
        let say =
            |(name, f): (&String, &Function)| format!("{name} of <{}> is in no library", f.place);
        wrong.extend(undefined.map(say));
    }
    wrong.sort();
    wrong.dedup();
    if wrong.is_empty() {
        return Ok(declared);
    }
    fail(format!("headers:\n  {}", wrong.join("\n  ")))
}

/// What each header declares, and which headers do not compile alone.
fn declared_by_headers(layout: &Layout) -> Result<(BTreeMap<String, Declared>, Vec<String>)> {
    let include = layout.sysroot.join("include");
    let work = layout.build.join("work/check");
    run::empty_dir(&work)?;
    let (mut all, mut wrong) = (BTreeMap::new(), Vec::new());
    let compilers = COMPILERS.iter().map(PathBuf::from);
    for header in run::files_under(&include)?.into_iter().chain(compilers) {
        let name = header.to_string_lossy().into_owned();
        if name.starts_with('_') || PARTS.iter().any(|part| name.starts_with(part)) {
            continue;
        }
        let log = Log::begin(layout.build.join("log/check.log"))?;
        match declarations(layout, &name, &work, &log) {
            Ok(declared) => drop(all.insert(name, declared)),
            Err(why) => wrong.push(format!("<{name}> does not compile alone:\n{why}")),
        }
    }
    Ok((all, wrong))
}

/// Compiles a program that includes one header, and returns what it declares by way of any header of ours.
fn declarations(layout: &Layout, name: &str, work: &Path, log: &Log) -> Result<Declared> {
    let (source, list) = (work.join("one.c"), work.join("one.list"));
    run::write(&source, format!("#include <{name}>\n").as_bytes())?;
    let mut gcc = Command::new(layout.driver("gcc"));
    gcc.args([
        "-D_GNU_SOURCE",
        "-Wall",
        "-Werror",
        "-Wno-cpp",
        "-c",
        "-o",
        "/dev/null",
        "-aux-info",
    ]);
    log.run(gcc.arg(&list).arg(&source))
        .map_err(|why| format!("<{name}> alone: {why}"))?;
    let text = std::fs::read_to_string(&list).doing(list.display())?;
    let include = format!("{}/", layout.sysroot.join("include").display());
    let ours = |line: &str| {
        let (place, name) = declared(line)?;
        let function = Function {
            place: place.strip_prefix(include.as_str())?.to_owned(),
            prototype: line.split_once("*/")?.1.trim().to_owned(),
        };
        Some((name.to_owned(), function))
    };
    let functions = text.lines().filter_map(ours).collect();
    let mut macros = Command::new(layout.driver("gcc"));
    macros.args(["-D_GNU_SOURCE", "-Wno-cpp", "-E", "-dM"]);
    let text = run::output(macros.arg(&source))?;
    let name = |line: &str| line.split([' ', '(']).nth(1).map(str::to_owned);
    Ok(Declared {
        functions,
        macros: text.lines().filter_map(name).collect(),
    })
}

/// File and function of a line of GCC's -aux-info: `/* FILE:LINE:NC */ extern int puts (const char *);`.
fn declared(line: &str) -> Option<(&str, &str)> {
    let (comment, text) = line.split_once("*/")?;
    let file = comment.strip_prefix("/* ")?.split(':').next()?;
    let text = text.trim_start().strip_prefix("extern ")?;
    // The name is the last word before the parameters; a function that returns a pointer to a function
    // has it in parentheses of its own.
    let end = text.find(" (")?;
    let name = match text[end + 2..].strip_prefix('*') {
        Some(inner) => inner.split([' ', '(', ')']).next()?,
        None => text[..end].rsplit([' ', '*']).next()?,
    };
    // Other such names are for the inside of newlib, which no program calls.
    (!name.starts_with('_') || UNDERSCORED.contains(&name)).then_some((file, name))
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn aux_info_lines() {
        let name = |line| declared(line).map(|(_, name)| name);
        assert_eq!(
            declared("/* a/stdio.h:1:NC */ extern int puts (const char *);"),
            Some(("a/stdio.h", "puts"))
        );
        assert_eq!(
            name("/* string.h:1:NC */ extern char *strdup (const char *);"),
            Some("strdup")
        );
        assert_eq!(
            name("/* signal.h:1:NC */ extern void (*signal (int, void (*) (int))) (int);"),
            Some("signal")
        );
        assert_eq!(
            name("/* stdio.h:1:NC */ extern int __srget (FILE *);"),
            None
        );
        assert_eq!(name("/* compiled from: one.c */"), None);
    }
}
