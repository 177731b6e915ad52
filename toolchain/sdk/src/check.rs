//! Checks of a built SDK: a header compiles by itself, and what it declares can be linked.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::layout::Layout;
use crate::run::{self, Log};
use crate::{Doing, Result, archive, fail};

/// Headers that only others include.
const PARTS: &[&str] = &["newlib/", "machine/", "ssp/", "sys/_", "c++/", "bits/"];

/// The libraries that every program is linked with, and OpenMP's.
const LIBRARIES: &[&str] = &["libc.a", "libm.a", "libhermit.a", "libgomp.a", "libgcc.a"];

/// Checks every header of the SDK.
pub fn headers(layout: &Layout) -> Result<()> {
    let include = layout.sysroot.join("include");
    let work = layout.build.join("work/check");
    run::empty_dir(&work)?;
    let mut defined = BTreeSet::new();
    for library in LIBRARIES {
        let members = archive::members(&layout.lib().join(library))?;
        defined.extend(members.into_values().flatten());
    }
    let mut missing = Vec::new();
    for header in run::files_under(&include)? {
        let name = header.to_string_lossy().into_owned();
        if name.starts_with('_') || PARTS.iter().any(|part| name.starts_with(part)) {
            continue;
        }
        let log = Log::begin(layout.build.join("log/check.log"))?;
        let declared = match declarations(layout, &name, &work, &log) {
            Ok(declared) => declared,
            Err(why) => {
                missing.push(format!("<{name}> does not compile alone:\n{why}"));
                continue;
            }
        };
        let undefined = declared
            .into_iter()
            .filter(|(_, function)| !defined.contains(function));
        missing.extend(undefined.map(|(place, function)| format!("{function} <{place}>")));
    }
    missing.sort();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    fail(format!(
        "declared, but in no library:\n  {}",
        missing.join("\n  ")
    ))
}

/// Compiles a program that includes one header, and returns the functions which it declares by way of any
/// header of ours, each with that header.
fn declarations(
    layout: &Layout,
    name: &str,
    work: &Path,
    log: &Log,
) -> Result<BTreeSet<(String, String)>> {
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
    let ours = |(place, function): (&str, &str)| {
        let place = place.strip_prefix(include.as_str())?;
        Some((place.to_owned(), function.to_owned()))
    };
    Ok(text.lines().filter_map(declared).filter_map(ours).collect())
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
    // Names for the inside of newlib, which no program calls.
    (!name.starts_with('_')).then_some((file, name))
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
