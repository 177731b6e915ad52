//! Tests that what is written twice says the same: manual pages and completions beside the programs, the
//! lists of files beside the drivers, the two forms of the binary format.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The options in a program's own help.
fn options(program: &str, source: &str) -> Vec<String> {
    let text = read(source);
    let (_, help) = text
        .split_once(&format!("Usage: {program}"))
        .expect("the help");
    let (help, _) = help.split_once("\n\";").expect("its end");
    let words = help.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let options = words.filter(|word| word.starts_with("--") && word.len() > 2);
    options.map(str::to_owned).collect()
}

#[test]
fn every_option_is_in_the_manual_and_the_completion() {
    let run = options("hermit-run", "toolchain/hermit-run/src/cli.rs");
    let image = options(
        "hermit-image",
        "toolchain/hermit-run/src/bin/hermit-image/cli.rs",
    );
    assert!(run.len() > 10 && image.len() > 5, "{run:?} {image:?}");
    for (program, options) in [("hermit-run", run), ("hermit-image", image)] {
        let page = read(&format!("docs/man/{program}.1.scd"));
        let completion = read(&format!("packaging/completions/{program}"));
        for option in options {
            assert!(completion.contains(&option), "{program} {option}");
            assert!(page.contains(&format!("*{option}*")), "{program} {option}");
        }
    }
}

#[test]
fn every_driver_is_in_one_package_and_in_the_manual() {
    let page = read("docs/man/x86_64-hermit-gcc.1.scd");
    let lists = ["gcc", "g++", "gfortran", "gccgo"]
        .map(|name| read(&format!("packaging/debian/{name}-hermit.install")));
    for name in sdk::drivers::NAMES {
        let count = |line: &str| {
            let lines = lists.iter().flat_map(|list| list.lines());
            lines.filter(|l| *l == line).count()
        };
        assert_eq!(count(&format!("usr/bin/x86_64-hermit-{name}")), 1, "{name}");
        assert_eq!(
            count(&format!("usr/bin/x86_64-hermit-elf-{name}")),
            1,
            "{name}"
        );
        assert!(page.contains(&format!("*{name}*")), "{name}: manual page");
    }
    let go = &lists[3];
    for line in ["usr/bin/hermit-go", "usr/share/man/man1/hermit-go.1"] {
        assert!(go.lines().any(|l| l == line), "{line}");
    }
}

#[test]
fn both_forms_of_the_binary_format_agree() {
    let (debian, systemd) = (
        read("packaging/debian/binfmts/hermit"),
        read("packaging/debian/binfmt.d/hermit.conf"),
    );
    let field = |name: &str| {
        let line = debian.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name}")).trim()
    };
    let line = format!(
        ":hermit:M:0:{}:{}:{}:",
        field("magic "),
        field("mask "),
        field("interpreter ")
    );
    assert!(systemd.lines().any(|l| l == line));
    // The whole of the pattern is in what older kernels read of a file.
    assert!(field("magic ").matches("\\x").count() <= 128);
}
