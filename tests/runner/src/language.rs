//! The language of a source file, by its name, and who compiles it.

use crate::compile::Places;
use crate::plan::{Side, Test};
use std::path::{Path, PathBuf};

/// What a test may be written in. Of several languages in one test, the greatest links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// `*.c`
    C,
    /// `*.cc`, `*.cpp`
    Cxx,
    /// `*.f`, `*.f90`, `*.F90`
    Fortran,
    /// `*.go`
    Go,
}

impl Language {
    /// The language of a file, if it is a source file.
    pub fn of(file: &Path) -> Option<Language> {
        Some(match file.extension()?.to_str()? {
            "c" => Language::C,
            "cc" | "cpp" => Language::Cxx,
            "f" | "f90" | "F90" => Language::Fortran,
            "go" => Language::Go,
            _ => return None,
        })
    }

    /// The compiler for one side, GCC's or clang. The host's GCC is of the SDK's version: only that is sure
    /// to be there.
    pub fn compiler(self, places: &Places, side: Side, clang: bool) -> PathBuf {
        let driver = match (self, clang) {
            (Language::C, false) => "gcc",
            (Language::C, true) => "clang",
            (Language::Cxx, false) => "g++",
            (Language::Cxx, true) => "clang++",
            (Language::Fortran, _) => "gfortran",
            (Language::Go, _) => "gccgo",
        };
        let version = std::fs::read_to_string(places.sdk_lib().join("gcc-version"));
        match (side, version) {
            (Side::Guest, _) => places.sdk.join(format!("bin/x86_64-hermit-{driver}")),
            (Side::Host, Ok(version)) if !clang => format!("{driver}-{}", version.trim()).into(),
            (Side::Host, _) => driver.into(),
        }
    }

    /// The key of `test.conf` with options for this language alone.
    pub fn flags_key(self) -> &'static str {
        match self {
            Language::C => "c-flags",
            Language::Cxx => "c++-flags",
            Language::Fortran => "fortran-flags",
            Language::Go => "go-flags",
        }
    }

    /// Options of the compiler that keep what it makes besides objects out of the test's folder.
    pub fn options(self, out: &Path) -> Vec<String> {
        match self {
            Language::Fortran => vec!["-J".to_owned(), out.display().to_string()],
            _ => vec!["-Wall".to_owned()],
        }
    }

    /// Why tests in this language cannot run on Hermit: the SDK was built without it.
    pub fn missing(self, places: &Places) -> Option<&'static str> {
        let (library, reason) = match self {
            Language::C => return None,
            Language::Cxx => ("libstdc++.a", "the SDK was built without c++"),
            Language::Fortran => ("libgfortran.a", "the SDK was built without fortran"),
            Language::Go => ("libgo.a", "the SDK was built without go"),
        };
        (!places.sdk_lib().join(library).exists()).then_some(reason)
    }
}

/// The sources of a test: those of `test.conf` in its order, or all in its folder in the order of their names.
/// Fortran's modules are compiled in this order.
pub fn sources(test: &Test) -> Vec<PathBuf> {
    if let Some(list) = test.conf.common.get("source") {
        return list
            .split_whitespace()
            .map(|s| test.folder.join(s))
            .collect();
    }
    let entries = std::fs::read_dir(&test.folder)
        .into_iter()
        .flatten()
        .flatten();
    let mut sources: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| Language::of(path).is_some())
        .collect();
    sources.sort();
    sources
}

#[cfg(test)]
mod tests {
    use super::Language;
    use std::path::Path;

    #[test]
    fn by_extension() {
        assert_eq!(Language::of(Path::new("a/b.cc")), Some(Language::Cxx));
        assert_eq!(Language::of(Path::new("b.f90")), Some(Language::Fortran));
        assert_eq!(Language::of(Path::new("test.conf")), None);
        assert!(Language::C < Language::Cxx && Language::Cxx < Language::Fortran);
    }
}
