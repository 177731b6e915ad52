//! Installing, using and removing the packages.

use std::collections::BTreeSet;

use sdk::{Result, fail};

use super::{Bench, Outcome, cmake, must_have, refused, said};
use crate::repository::KEY_FILE;
use crate::tree::Tree;

/// Where the repository is in a tree.
pub const SHELF: &str = "/srv/hermit-sdk";

/// Where its key goes, as docs/packages.md says.
pub const KEY: &str = "/etc/apt/keyrings/hermit-sdk-archive-keyring.gpg";

/// The line for apt's sources.
pub fn source_line(suite: &str) -> String {
    format!("deb [signed-by={KEY}] copy:{SHELF} {suite} main")
}

/// The commands that make the repository known.
pub fn add_repository(suite: &str) -> String {
    format!(
        "set -e; mkdir -p /etc/apt/keyrings; cp {SHELF}/{KEY_FILE} {KEY}; \
         echo '{}' > /etc/apt/sources.list.d/hermit-sdk.list",
        source_line(suite)
    )
}

/// C alone: no other compiler comes with it, and it works, by CMake too.
pub fn c_only(bench: &Bench) -> Result<Outcome> {
    let tree = bench.tree("c-only")?;
    install(&tree, cmake::TOOLS)?;
    said(&mut tree.shell(&add_repository(bench.release.codename)))?;
    let before = files(&tree)?;
    install(&tree, "gcc-hermit hermit-run hermit-sdk-examples")?;
    let packages = said(&mut tree.shell("dpkg-query -W -f '${Package}\\n'"))?;
    for compiler in ["gfortran", "gccgo", "g++"] {
        if let Some(found) = packages.lines().find(|p| p.starts_with(compiler)) {
            return fail(format!("{found} came with the C compiler"));
        }
    }
    every_command_has_a_page(&tree)?;
    build_and_boot(&tree, HELLO)?;
    build_and_boot(&tree, OPENMP)?;
    cmake::c_project(&tree)?;
    purge(&tree, &before)?;
    tree.remove()?;
    Ok(Outcome::Passed)
}

/// The whole SDK, a program in each language.
pub fn every_language(bench: &Bench) -> Result<Outcome> {
    if bench.quick {
        return Ok(Outcome::Skipped("only C was packed"));
    }
    let tree = bench.tree("every-language")?;
    said(&mut tree.shell(&add_repository(bench.release.codename)))?;
    let before = files(&tree)?;
    install(&tree, "hermit-sdk hermit-sdk-doc hermit-sdk-examples")?;
    every_command_has_a_page(&tree)?;
    build_and_boot(&tree, HELLO)?;
    build_and_boot(&tree, OPENMP)?;
    let mut absent = Vec::new();
    for (package, program) in [
        ("g++-hermit", CXX),
        ("gfortran-hermit", FORTRAN),
        ("gccgo-hermit", GO),
        ("gccgo-hermit", GO_COMMAND),
    ] {
        match bench.has(package) {
            true => build_and_boot(&tree, program)?,
            false => absent.push(package),
        }
    }
    absent.dedup();
    if !absent.is_empty() {
        println!("  without {}: not packed", absent.join(", "));
    }
    purge(&tree, &before)?;
    tree.remove()?;
    Ok(Outcome::Passed)
}

/// A program: how it is built and booted from the installed examples, and what it says.
pub struct Program {
    pub build: &'static str,
    pub run: &'static str,
    pub says: &'static str,
}

/// Where the examples are.
const EXAMPLES: &str = "/usr/share/doc/hermit-sdk-examples/examples";

const HELLO: Program = Program {
    build: "x86_64-hermit-gcc -O2 hello/main.c -o ~/hello",
    run: "hermit-run ~/hello",
    says: "ello",
};
/// The OpenMP example.
pub const OPENMP: Program = Program {
    build: "x86_64-hermit-gcc -O2 -fopenmp jacobi/main.c -o ~/jacobi -lm",
    run: "hermit-run --cpus 2 ~/jacobi 20",
    says: "correct",
};
const CXX: Program = Program {
    build: "x86_64-hermit-g++ -O2 -std=c++20 -pthread words/main.cc -o ~/words",
    run: "hermit-run --cpus 2 --mount $PWD/words/texts:/texts:ro ~/words /texts 4 | diff - words/texts.expected && echo same words",
    says: "same words",
};
const FORTRAN: Program = Program {
    build: "x86_64-hermit-gfortran -O2 -fopenmp -J ~ cg/main.f90 -o ~/cg",
    run: "hermit-run --cpus 2 --cwd ~/cg cg/poisson12.mtx",
    says: "solved: relative residual below",
};
const GO: Program = Program {
    build: "x86_64-hermit-gccgo -O2 go-primes/main.go -o ~/primes",
    run: "hermit-run --cpus 2 ~/primes 300",
    says: "1987",
};
const GO_COMMAND: Program = Program {
    build: "mkdir -p ~/src && cp go-primes/main.go ~/src",
    run: "cd ~/src && HERMIT_RUN_CPUS=2 hermit-go run main.go 300",
    says: "1987",
};

/// Builds a program as the ordinary user, and boots it.
pub fn build_and_boot(tree: &Tree, program: Program) -> Result<()> {
    let line = format!("set -e; cd {EXAMPLES}; {}; {}", program.build, program.run);
    must_have(&said(&mut tree.user(&line))?, program.says)
}

/// Installs packages as root.
pub fn install(tree: &Tree, packages: &str) -> Result<()> {
    let options = "-y --no-install-recommends";
    said(&mut tree.shell(&format!(
        "apt-get update && apt-get install {options} {packages}"
    )))
    .map(drop)
}

/// Every command that our packages bring has a manual page.
fn every_command_has_a_page(tree: &Tree) -> Result<()> {
    let line = "for tool in /usr/bin/hermit-* /usr/bin/x86_64-hermit-*; do \
                page=/usr/share/man/man1/$(basename $tool).1.gz; \
                [ -s $page ] || echo $tool; done";
    match said(&mut tree.shell(line))?.trim() {
        "" => Ok(()),
        without => fail(format!("no manual page for {without}")),
    }
}

/// Removes everything that was installed, and compares with what there was before.
fn purge(tree: &Tree, before: &BTreeSet<String>) -> Result<()> {
    let ours = "dpkg-query -W -f '${Package} ${Maintainer}\\n' | sed -n 's/ Hermit SDK.*//p'";
    said(&mut tree.shell(&format!("apt-get purge -y $({ours})")))?;
    // What came with ours goes too, even where a package that was there before suggests it.
    let all =
        "-o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false";
    said(&mut tree.shell(&format!("apt-get autoremove --purge -y {all}")))?;
    refused(&mut tree.shell("dpkg-query -W '*hermit*'"))?;
    let mut after = files(tree)?;
    // What a package of the base system names as an alternative to another that is there, apt keeps.
    let kept: Vec<&str> = after
        .difference(before)
        .filter_map(|f| package(f))
        .collect();
    if !kept.is_empty() {
        said(&mut tree.shell(&format!("apt-get purge -y {}", kept.join(" "))))?;
        after = files(tree)?;
    }
    let left: Vec<&str> = after.difference(before).map(String::as_str).collect();
    match left.is_empty() {
        true => Ok(()),
        false => fail(format!("left behind after purge:\n{}", left.join("\n"))),
    }
}

/// The package whose list of files this file is.
fn package(file: &str) -> Option<&str> {
    file.strip_prefix("/var/lib/dpkg/info/")?
        .strip_suffix(".list")
}

/// Every file of the system: not what apt and dpkg write about themselves, not the user's own.
fn files(tree: &Tree) -> Result<BTreeSet<String>> {
    let apart = [
        "/proc",
        "/run",
        "/tmp",
        "/home",
        "/var/cache",
        "/var/log",
        SHELF,
    ];
    let apart = apart
        .map(|folder| format!("-path {folder} -prune -o"))
        .join(" ");
    let lists = "-path /var/lib/apt -prune -o -path '/var/lib/dpkg/*-old' -prune -o";
    let found = said(&mut tree.shell(&format!("find / {apart} {lists} -print")))?;
    Ok(found.lines().map(str::to_owned).collect())
}
