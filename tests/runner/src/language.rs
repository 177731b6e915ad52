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

    /// What GCC calls its driver.
    fn driver(self) -> &'static str {
        match self {
            Language::C => "gcc",
            Language::Cxx => "g++",
            Language::Fortran => "gfortran",
            Language::Go => "gccgo",
        }
    }

    /// The compiler for one side. The host's is of the SDK's version: only that is sure to be there.
    pub fn compiler(self, places: &Places, side: Side) -> PathBuf {
        match side {
            Side::Guest => places
                .sdk
                .join(format!("bin/x86_64-hermit-{}", self.driver())),
            Side::Host => {
                let version = std::fs::read_to_string(places.sdk_lib().join("gcc-version"));
                match version {
                    Ok(version) => format!("{}-{}", self.driver(), version.trim()).into(),
                    Err(_) => self.driver().into(),
                }
            }
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

/// The sources of a test, those of `test.conf` or all in its folder.
pub fn sources(test: &Test) -> Vec<PathBuf> {
    let mut sources: Vec<PathBuf> = match test.conf.common.get("source") {
        Some(list) => list
            .split_whitespace()
            .map(|s| test.folder.join(s))
            .collect(),
        None => std::fs::read_dir(&test.folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| Language::of(path).is_some())
            .collect(),
    };
    // Names say the order in which Fortran's modules are compiled.
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
