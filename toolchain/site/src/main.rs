//! `site`: makes `build/doc/html` from the pages of `docs/` and the headers of the kernel's C ABI.
//!
//! The pages are gathered in `build/doc/pages`, the site is made of them by MkDocs, whose settings and table of
//! contents are `mkdocs.yml` beside this crate. A link to nowhere fails.

mod reference;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    match make() {
        Ok(site) => {
            eprintln!("The documentation is in {}", site.display());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("site: {why}");
            ExitCode::FAILURE
        }
    }
}

fn make() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("/"));
    let pages = root.join("build/doc/pages");
    if pages.exists() {
        fs::remove_dir_all(&pages).map_err(|e| format!("{}: {e}", pages.display()))?;
    }
    copy(&root.join("docs"), &pages)?;
    references(root, &pages.join("abi"))?;
    let site = root.join("build/doc/html");
    let status = Command::new("mkdocs")
        .args(["build", "--quiet", "--strict", "--clean", "--config-file"])
        .arg(root.join("toolchain/site/mkdocs.yml"))
        .arg("--site-dir")
        .arg(&site)
        .status()
        .map_err(|e| format!("mkdocs (Debian package mkdocs): {e}"))?;
    if status.success() {
        Ok(site)
    } else {
        Err("mkdocs has failed".to_owned())
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let at = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
    fs::create_dir_all(to).map_err(|e| at(to, e))?;
    for entry in fs::read_dir(from).map_err(|e| at(from, e))? {
        let path = entry.map_err(|e| at(from, e))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|e| at(&path, e))?;
        }
    }
    Ok(())
}

/// A page for each header of the C ABI, and one that lists them.
fn references(root: &Path, folder: &Path) -> Result<(), String> {
    let read =
        |path: PathBuf| fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()));
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
    };
    let headers = root.join("include/hermit");
    let entries = fs::read_dir(&headers).map_err(|e| format!("{}: {e}", headers.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".h")?.to_owned()))
        .collect();
    names.sort();
    let mut list = read(folder.join("index.md"))? + "\n";
    for name in names {
        let module = root.join("kernel/src/abi").join(&name).with_extension("rs");
        // Headers that no module is the source of are parts of POSIX's.
        if !module.exists() {
            continue;
        }
        let header = read(headers.join(format!("{name}.h")))?;
        let page = reference::page(&name, &header, &read(module)?);
        write(&format!("{name}.md"), &page)?;
        list += &format!("- [hermit/{name}.h]({name}.md)\n");
    }
    write("index.md", &list)
}
