//! Writes `include/hermit/NAME.h` from each `kernel/src/abi/NAME.rs`. A test regenerates them and fails on
//! a difference.
//!
//! The kernel's sources are the only place where the C ABI is written down; nobody writes a prototype
//! twice.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use cbindgen::{Builder, Config, DocumentationLength, DocumentationStyle, Language, Style};

fn main() -> ExitCode {
    let folder = root().join("include/hermit");
    let written = headers().and_then(|headers| {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        headers.iter().try_for_each(|(name, text)| {
            let path = folder.join(name);
            let same = fs::read_to_string(&path).is_ok_and(|old| old == *text);
            if same {
                Ok(())
            } else {
                fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
            }
        })
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("headers: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The repository: this crate is two folders below it.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    here.ancestors().nth(2).unwrap_or(&here).to_path_buf()
}

/// Every header: its file name and its text.
fn headers() -> Result<Vec<(String, String)>, String> {
    let folder = root().join("kernel/src/abi");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .filter(|name| !["mod", "path"].contains(&name.as_str()))
        .collect();
    names.sort();
    let read = |name: &String| {
        let path = folder.join(name).with_extension("rs");
        fs::read_to_string(&path)
            .map(|text| (name.clone(), text))
            .map_err(|e| format!("{}: {e}", path.display()))
    };
    let sources: Vec<_> = names.iter().map(read).collect::<Result<_, _>>()?;
    sources
        .iter()
        .map(|(name, source)| Ok((format!("{name}.h"), header(name, source, &sources)?)))
        .collect()
}

/// One header. A type of another file is had by including that file's header.
fn header(name: &str, source: &str, all: &[(String, String)]) -> Result<String, String> {
    let mut config = Config {
        language: Language::C,
        cpp_compat: true,
        style: Style::Both,
        usize_is_size_t: true,
        documentation: true,
        documentation_style: DocumentationStyle::Doxy,
        documentation_length: DocumentationLength::Full,
        include_guard: Some(format!("HERMIT_{}_H", name.to_uppercase())),
        header: Some(format!(
            "/* Made from kernel/src/abi/{name}.rs by `cargo run -p headers`: do not edit. */"
        )),
        no_includes: true,
        sys_includes: ["stddef.h", "stdint.h", "stdbool.h"]
            .map(str::to_owned)
            .to_vec(),
        ..Config::default()
    };
    config.function.no_return = Some("__attribute__((__noreturn__))".into());
    let others = all
        .iter()
        .filter(|(other, text)| other != name && uses(source, text));
    config
        .sys_includes
        .extend(others.map(|(other, _)| format!("hermit/{other}.h")));

    // cbindgen reads files. It does not look into cfg_attr, by which host tests keep C's names.
    let plain = source.replace(
        "#[cfg_attr(panic = \"abort\", unsafe(no_mangle))]",
        "#[unsafe(no_mangle)]",
    );
    let path = std::env::temp_dir().join(format!("hermit-abi-{}-{name}.rs", std::process::id()));
    fs::write(&path, plain).map_err(|e| format!("{}: {e}", path.display()))?;
    let bindings = Builder::new()
        .with_config(config)
        .with_src(&path)
        .generate();
    let _ = fs::remove_file(&path);
    let mut text = Vec::new();
    bindings
        .map_err(|e| format!("{name}.rs: {e}"))?
        .write(&mut text);
    String::from_utf8(text).map_err(|e| format!("{name}.h: {e}"))
}

/// Whether a source names a type that another defines.
fn uses(source: &str, other: &str) -> bool {
    let words = |text: &'static str| {
        other
            .lines()
            .filter_map(move |line| line.trim().strip_prefix(text))
    };
    let defined = words("pub struct ")
        .chain(words("pub type "))
        .chain(words("pub union "));
    let word = |rest: &str| {
        rest.split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or("")
            .to_owned()
    };
    let code = || {
        source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
    };
    defined
        .map(word)
        .filter(|name| !name.is_empty())
        .any(|name| {
            code().any(|line| {
                line.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|w| w == name)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::{headers, root};

    #[test]
    fn headers_are_up_to_date() {
        for (name, text) in headers().expect("the kernel's ABI sources") {
            let path = root().join("include/hermit").join(&name);
            let there = std::fs::read_to_string(path).unwrap_or_default();
            assert!(
                there == text,
                "include/hermit/{name} is out of date: cargo run -p headers"
            );
        }
    }
}
