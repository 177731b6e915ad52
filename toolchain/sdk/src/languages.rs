//! Which languages the SDK is built for: `LANGS="c c++ fortran go"` in the environment.
//!
//! C is always there: the others stand on it. The Makefile asks for all; without `LANGS` it is C alone, which
//! is what the short circle of work on the kernel wants.

use crate::{Result, fail};

/// A language besides C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C++: g++ and libstdc++.
    Cxx,
    /// Fortran: gfortran and libgfortran.
    Fortran,
    /// Go: gccgo and libgo.
    Go,
}

impl Language {
    /// All of them.
    pub const ALL: &[Language] = &[Language::Cxx, Language::Fortran, Language::Go];

    /// Its name in `LANGS`.
    pub fn name(self) -> &'static str {
        match self {
            Language::Cxx => "c++",
            Language::Fortran => "fortran",
            Language::Go => "go",
        }
    }

    /// What the compiler is for.
    pub fn purpose(self) -> &'static str {
        match self {
            Language::Cxx => "the compiler behind x86_64-hermit-g++",
            Language::Fortran => "the compiler behind x86_64-hermit-gfortran",
            Language::Go => "the compiler and the go command behind x86_64-hermit-gccgo",
        }
    }

    /// What its compiler is called, `g++`; the Debian package is `g++-12`.
    pub fn compiler(self) -> &'static str {
        match self {
            Language::Cxx => "g++",
            Language::Fortran => "gfortran",
            Language::Go => "gccgo",
        }
    }
}

/// The languages that `LANGS` asks for.
pub fn wanted() -> Result<Vec<Language>> {
    match std::env::var("LANGS") {
        Ok(list) => parse(&list),
        Err(_) => Ok(Vec::new()),
    }
}

fn parse(list: &str) -> Result<Vec<Language>> {
    let names = list.split([' ', ',']).filter(|name| !name.is_empty());
    let mut languages = Vec::new();
    for name in names.filter(|name| *name != "c") {
        let Some(language) = Language::ALL.iter().find(|l| l.name() == name) else {
            let known: Vec<_> = Language::ALL.iter().map(|l| l.name()).collect();
            return fail(format!("LANGS: `{name}` is none of c {}", known.join(" ")));
        };
        if !languages.contains(language) {
            languages.push(*language);
        }
    }
    Ok(languages)
}

#[cfg(test)]
mod tests {
    use super::{Language, parse};

    #[test]
    fn lists_of_languages() {
        assert_eq!(parse("c"), Ok(vec![]));
        assert_eq!(parse(" c  fortran "), Ok(vec![Language::Fortran]));
        assert_eq!(parse("c++,c++"), Ok(vec![Language::Cxx]));
        assert!(parse("c ada").is_err());
    }
}
