//! `debian/copyright`: `packaging/copyright.template` with the licences' texts, which come from the sources
//! themselves, and a paragraph for each crate that is linked into what the packages have.

use std::fs;
use std::path::{Path, PathBuf};

use sdk::run::{self, Log};
use sdk::versions::Gcc;
use sdk::{Doing, Result, fail, fetch};

use crate::places::Places;

/// The packages of the workspace whose crates end up in the Debian packages.
const LINKED: &[&str] = &["libhermit", "hermit-run", "sdk"];

/// The whole text. In a source tree with vendored crates, that is.
pub fn text(places: &Places) -> Result<String> {
    let template = places.layout.root.join("packaging/copyright.template");
    let template = fs::read_to_string(&template).doing(template.display())?;
    let mut text = String::new();
    for line in template.lines() {
        let words: Vec<&str> = line.trim_matches('@').split(' ').collect();
        match words[..] {
            ["FILE", origin, file] => {
                text += &indented(&without_apache(&file_of(places, origin, file)?));
            }
            ["HEAD", origin, file] => text += &indented(comment(&file_of(places, origin, file)?)),
            ["CRATES"] => text += &crates(places)?,
            _ => text += &format!("{line}\n"),
        }
    }
    Ok(text)
}

/// A file of one of the sources.
fn file_of(places: &Places, origin: &str, file: &str) -> Result<String> {
    let layout = &places.layout;
    let path = match origin {
        "ours" => layout.root.join(file),
        "mimalloc" => fetch::mimalloc(layout)?.join(file),
        "newlib" => member(places, &fetch::newlib(layout)?, file)?,
        "gcc" => member(places, &fetch::gcc(layout, &Gcc::find()?)?, file)?,
        _ => return fail(format!("copyright.template: no source is called {origin}")),
    };
    // Some of them are in Latin 1.
    let bytes = fs::read(&path).doing(path.display())?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|e| {
        let bytes = e.into_bytes();
        bytes.iter().map(|b| char::from(*b)).collect()
    }))
}

/// A file out of a tarball.
fn member(places: &Places, tarball: &Path, file: &str) -> Result<PathBuf> {
    let name = tarball.file_name().unwrap_or_default();
    let into = places.work.join("licences").join(name);
    if !into.join(file).exists() {
        let log = Log::begin(places.layout.build.join("log/licences.log"))?;
        let wanted = [
            "*/COPYING.NEWLIB",
            "*/COPYING.RUNTIME",
            "*/libbacktrace/backtrace.h",
            "*/libffi/LICENSE",
            "*/libgo/LICENSE",
        ];
        // The others are in the other tarball.
        let _ = fetch::unpack(tarball, &into, &wanted, &log);
    }
    Ok(into.join(file))
}

/// The text of a C file's first comment.
fn comment(text: &str) -> &str {
    let text = text.split_once("/*").map_or(text, |(_, after)| after);
    text.split_once("*/").map_or(text, |(before, _)| before)
}

/// A text with a reference in place of the Apache License, of which every Debian system has a copy.
fn without_apache(text: &str) -> String {
    const END: &str = "limitations under the License.";
    let cut = || {
        let begin = text.find("Apache License\n")?;
        let terms = begin + text[begin..].find("END OF TERMS AND CONDITIONS")?;
        let end = terms + text[terms..].find(END)? + END.len();
        Some((&text[..begin], &text[end..]))
    };
    let place = "/usr/share/common-licenses/Apache-2.0";
    cut().map_or(text.to_owned(), |(before, after)| {
        format!("{}\nThe text is in {place}.{after}", before.trim_end())
    })
}

/// A text as the continuation of a field.
fn indented(text: &str) -> String {
    let mut lines = String::new();
    for line in text.trim_matches(['\n', '\u{c}']).lines() {
        let line = line.replace(['\u{c}', '\r'], "");
        match line.trim_end() {
            "" => lines += " .\n",
            line => lines += &format!(" {line}\n"),
        }
    }
    lines
}

/// A paragraph for each crate.
fn crates(places: &Places) -> Result<String> {
    let mut cargo = run::cargo(&places.layout);
    cargo.args(["tree", "--locked", "-e", "normal", "--prefix", "none"]);
    cargo.args(["--target", "x86_64-unknown-linux-gnu", "-f", "{p}|{l}"]);
    LINKED.iter().for_each(|package| {
        cargo.args(["-p", package]);
    });
    let tree = run::output(&mut cargo)?;
    let mut lines: Vec<&str> = tree.lines().filter(|line| line.contains('|')).collect();
    lines.sort();
    lines.dedup();
    let mut text = String::new();
    for line in lines {
        let mut words = line.split(['|', ' ']);
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        let folder = places
            .layout
            .root
            .join("vendor")
            .join(format!("{name}-{}", version.trim_start_matches('v')));
        // Those of the workspace are not vendored.
        if folder.is_dir() {
            text += &paragraph(name, &folder)?;
        }
    }
    if text.is_empty() {
        return fail("there are no crates in `vendor`: this is not a source tree of the packages");
    }
    Ok(text)
}

/// What one crate's own licence file says.
fn paragraph(name: &str, folder: &Path) -> Result<String> {
    let files = run::files_under(folder)?;
    let texts = files.iter().filter(|file| {
        file.components().count() == 1
            && file.to_string_lossy().to_uppercase().starts_with("LICENSE")
    });
    for file in texts {
        let text = fs::read_to_string(folder.join(file)).doing(file.display())?;
        let Some(text) = expat(&text) else {
            continue;
        };
        let owner = text
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with("Copyright"));
        let owner = owner.map(|line| line.trim_start_matches("Copyright").trim());
        return Ok(format!(
            "Files: vendor/{}/*\nCopyright: {}\nLicense: Expat-{name}\n{}\n",
            folder.file_name().unwrap_or_default().to_string_lossy(),
            owner.map_or(format!("the authors of {name}"), str::to_owned),
            indented(text)
        ));
    }
    fail(format!(
        "{name}: no file of it has the text of the Expat licence"
    ))
}

/// The Expat licence in a text: every crate that is used may be used under it; another one, which Debian has
/// for itself, may stand before or behind it.
fn expat(text: &str) -> Option<&str> {
    let grant = text.find("Permission is hereby granted")?;
    let begin = text[..grant].rfind("Copyright").unwrap_or(grant);
    let end = text[grant..]
        .find("Apache License")
        .unwrap_or(text.len() - grant);
    Some(&text[begin..grant + end])
}

#[cfg(test)]
mod tests {
    use super::{comment, expat, indented, without_apache};

    #[test]
    fn the_apache_license_is_referred_to() {
        let end = "END OF TERMS AND CONDITIONS\n...\nlimitations under the License.";
        let text = format!("A\n\n  Apache License\n  Version 2.0\n{end}\n--- Exceptions");
        let short = without_apache(&text);
        assert!(short.starts_with("A\nThe text is in ") && short.ends_with("\n--- Exceptions"));
        assert!(!short.contains("Version 2.0"));
        assert_eq!(
            without_apache("Licensed under the Apache License"),
            "Licensed under the Apache License"
        );
    }

    #[test]
    fn one_licence_of_two() {
        let grant = "Copyright A\n\nPermission is hereby granted ...\n";
        let both = format!("Apache License\n\nlong\n\n{grant}Apache License\nagain\n");
        assert_eq!(expat(&both), Some(grant));
        assert_eq!(expat(grant), Some(grant));
        assert_eq!(expat("Apache License\n"), None);
    }

    #[test]
    fn texts_become_fields() {
        assert_eq!(indented("\nA\n\n  b\u{c}\n"), " A\n .\n   b\n");
        assert_eq!(comment("/* one\n two */\nint x;"), " one\n two ");
    }
}
