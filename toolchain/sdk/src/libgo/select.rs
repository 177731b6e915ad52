//! Which Go files belong to a package: build constraints (`go help buildconstraint`), and the exceptions in
//! `toolchain/libgo/files.list`, whose head says by what idea the files are chosen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Doing, Result, fail};

/// What files are called that belong to one system or processor alone.
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];
const PROCESSORS: &[&str] = &[
    "386",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "alpha",
    "ia64",
    "loong64",
    "m68k",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "nios2",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sh",
    "shbe",
    "sparc",
    "sparc64",
    "wasm",
];

/// Tags that hold.
const TAGS: &[&str] = &[
    "aix",
    "hermit",
    "amd64",
    "cgo",
    "gccgo",
    "goexperiment.fieldtrack",
    "libffi",
];

/// What `files.list` says of a package.
#[derive(Default)]
pub struct Exceptions {
    take: BTreeSet<String>,
    leave: BTreeSet<String>,
}

/// Reads `files.list`.
pub fn exceptions(list: &Path) -> Result<BTreeMap<String, Exceptions>> {
    let text = fs::read_to_string(list).doing(list.display())?;
    let mut all = BTreeMap::<String, Exceptions>::new();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut words = line.split_whitespace();
        let Some(package) = words.next() else {
            continue;
        };
        let of = all.entry(package.to_owned()).or_default();
        let mut sign = "";
        for word in words {
            match (word, sign) {
                ("+" | "-", _) => sign = word,
                (file, "+") => drop(of.take.insert(file.to_owned())),
                (file, "-") => drop(of.leave.insert(file.to_owned())),
                _ => return fail(format!("{}: `{line}`: no sign", list.display())),
            }
        }
    }
    Ok(all)
}

/// The files of a package.
pub fn files(
    package: &str,
    folder: &Path,
    exceptions: Option<&Exceptions>,
) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut left = BTreeSet::new();
    for entry in fs::read_dir(folder).doing(folder.display())?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".go") || name.ends_with("_test.go") {
            continue;
        }
        let taken = match exceptions {
            Some(known) if known.take.contains(&name) => true,
            Some(known) if known.leave.contains(&name) => false,
            _ => {
                let text = fs::read_to_string(entry.path()).doing(&name)?;
                name_fits(&name) && constraints_hold(&text)
            }
        };
        left.insert(name);
        if taken {
            files.push(entry.path());
        }
    }
    let known = exceptions.iter().flat_map(|e| e.take.union(&e.leave));
    match known.into_iter().find(|name| !left.contains(*name)) {
        Some(name) => fail(format!("files.list: {package} has no {name}")),
        None => Ok(files),
    }
}

/// Whether a file is not of another system or processor by its name, `file_SYSTEM_PROCESSOR.go`.
fn name_fits(name: &str) -> bool {
    let words: Vec<&str> = name.trim_end_matches(".go").split('_').skip(1).collect();
    let mut words = words.into_iter().rev();
    let (last, before) = (words.next(), words.next());
    let foreign = |word: Option<&str>| {
        word.is_some_and(|word| SYSTEMS.contains(&word) || PROCESSORS.contains(&word))
    };
    let known =
        |word: &str| SYSTEMS.contains(&word) || PROCESSORS.contains(&word) || word == "amd64";
    !(foreign(last) || last.is_some_and(known) && foreign(before))
}

/// Whether the constraints before `package` hold: `//go:build`, else all lines of `// +build`.
fn constraints_hold(text: &str) -> bool {
    let head = || {
        text.lines()
            .take_while(|line| !line.starts_with("package "))
    };
    let holds = |tag: &str| match tag {
        tag if TAGS.contains(&tag) => true,
        tag => tag
            .strip_prefix("go1.")
            .and_then(|minor| minor.parse::<u32>().ok())
            .is_some_and(|minor| minor <= 18),
    };
    if let Some(expression) = head().find_map(|line| line.strip_prefix("//go:build ")) {
        return Expression { rest: expression }.or(&holds);
    }
    head()
        .filter_map(|line| {
            line.strip_prefix("//")?
                .trim_start()
                .strip_prefix("+build ")
        })
        .all(|line| {
            line.split_whitespace().any(|option| {
                option.split(',').all(|term| match term.strip_prefix('!') {
                    Some(tag) => !holds(tag),
                    None => holds(term),
                })
            })
        })
}

/// What is left to read of a `//go:build` expression.
struct Expression<'a> {
    rest: &'a str,
}

impl Expression<'_> {
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(token);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn or(&mut self, holds: &impl Fn(&str) -> bool) -> bool {
        let mut value = self.and(holds);
        while self.take("||") {
            value |= self.and(holds);
        }
        value
    }

    fn and(&mut self, holds: &impl Fn(&str) -> bool) -> bool {
        let mut value = self.not(holds);
        while self.take("&&") {
            value &= self.not(holds);
        }
        value
    }

    fn not(&mut self, holds: &impl Fn(&str) -> bool) -> bool {
        if self.take("!") {
            return !self.not(holds);
        }
        if self.take("(") {
            let value = self.or(holds);
            self.take(")");
            return value;
        }
        let end = self
            .rest
            .find([' ', '\t', ')', '&', '|'])
            .unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest;
        holds(tag)
    }
}

/// The packages that some files import.
pub fn imports(files: &[PathBuf]) -> Result<Vec<String>> {
    let mut all = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).doing(file.display())?;
        all.extend(imports_of(&text));
    }
    all.remove("unsafe");
    Ok(all.into_iter().collect())
}

fn imports_of(text: &str) -> Vec<String> {
    let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if inside {
            inside = !line.starts_with(')');
            let code = line.split("//").next().unwrap_or_default();
            found.extend(quoted(code));
        } else if let Some(rest) = line.strip_prefix("import") {
            inside = rest.trim_start().starts_with('(') && !rest.contains(')');
            found.extend(quoted(rest));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{constraints_hold, imports_of, name_fits};

    #[test]
    fn names() {
        for fits in [
            "a.go",
            "a_amd64.go",
            "a_hermit.go",
            "linux.go",
            "a_linux_x.go",
            "a_unix.go",
        ] {
            assert!(name_fits(fits), "{fits}");
        }
        for other in [
            "a_linux.go",
            "a_aix.go",
            "a_linux_amd64.go",
            "a_arm64.go",
            "a_hermit_arm.go",
        ] {
            assert!(!name_fits(other), "{other}");
        }
    }

    #[test]
    fn constraints() {
        let holds = |text: &str| constraints_hold(&format!("{text}\n\npackage p\n"));
        assert!(holds("//go:build aix || (js && wasm)") && holds("//go:build !linux && go1.18"));
        assert!(!holds("//go:build !(aix || linux)") && !holds("//go:build go1.19"));
        assert!(holds("// +build !linux,cgo windows\n// +build gccgo"));
        assert!(!holds("// +build !linux\n// +build gc"));
        assert!(holds("") && !holds("//go:build !cgo"));
        assert!(holds("package p\n//go:build linux"));
    }

    #[test]
    fn import_declarations() {
        let text = "package p\nimport \"a\"\nimport (\n\tx \"b/c\"\n\t// \"no\"\n\t_ \"d\" // \"no\"\n)\nvar s = \"e\"\n";
        assert_eq!(imports_of(text), ["a", "b/c", "d"]);
    }
}
