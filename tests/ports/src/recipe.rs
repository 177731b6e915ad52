//! Ports: one shell file each in `tests/ports/recipes`.
//!
//! A recipe says in comments where the source comes from and defines two functions: `build`, run once
//! in the unpacked source (again when the recipe, the source or the SDK changed), and `check`, run each
//! time, which fails by its status. What both say is kept in `build/ports/NAME`.

use crate::Options;
use guest_tests::failures::Failures;
use guest_tests::parallel::in_parallel;
use guest_tests::process;
use sdk::cache::Recipe;
use sdk::layout::Layout;
use sdk::run::{Log, copy_tree, empty_dir, files_under, make_dir, remove};
use sdk::versions::{Gcc, os_release};
use sdk::{Doing, Result, fail, fetch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How many lines of a log are shown when a port fails.
const SHOWN: usize = 25;

/// One recipe's head.
struct Port {
    name: String,
    file: PathBuf,
    /// Debian's source package, and the suite if not the system's own; `gcc` is the SDK's own source
    /// of GCC's libraries, which carries a test suite.
    package: String,
    /// Instead of a package, a folder of this repository.
    folder: String,
    suite: String,
    /// With Debian's patches, not as its authors released it.
    patched: bool,
    /// Which files of the source are unpacked: tar's patterns; all if none.
    parts: Vec<String>,
    /// Ports that must be built before: their source is in `$PORTS/NAME/src`.
    needs: Vec<String>,
    /// Part of `make test`.
    quick: bool,
    /// Seconds that build and check may take, each.
    limit: Duration,
}

/// Builds and runs the ports that are asked for; true if all are well.
pub fn run(layout: &Layout, options: &Options) -> Result<bool> {
    let mut ports = read_all(&layout.root.join("tests/ports/recipes"))?;
    if let Some(unknown) = options
        .words
        .iter()
        .find(|word| ports.iter().all(|port| port.name != **word))
    {
        return fail(format!("there is no port '{unknown}' (--list lists them)"));
    }
    let wanted = |port: &Port| options.words.is_empty() || options.words.contains(&port.name);
    let needed: Vec<String> = ports
        .iter()
        .filter(|port| wanted(port))
        .flat_map(|port| port.needs.clone())
        .collect();
    ports.retain(|port| {
        (wanted(port) && (port.quick || !options.quick)) || needed.contains(&port.name)
    });
    if options.list {
        ports.iter().for_each(|port| println!("{}", port.name));
        return Ok(true);
    }
    let sdk = sdk_id(layout)?;
    let failed = Failures::default();
    // One after the other: they share apt's state.
    let sources: Vec<Result<PathBuf>> = ports
        .iter()
        .map(|port| match port.package.as_str() {
            "" => Ok(layout.root.join(&port.folder)),
            "gcc" => fetch::gcc(layout, &Gcc::find()?),
            package => fetch::debian_source(layout, package, &port.suite, port.patched),
        })
        .collect();
    let all = ports.iter().zip(&sources);
    let (first, then): (Vec<_>, Vec<_>) = all.partition(|(port, _)| port.needs.is_empty());
    let one = |(port, source): &(&Port, &Result<PathBuf>)| {
        let begin = Instant::now();
        let result = match source {
            Ok(source) => port.build_and_check(layout, source, &sdk),
            Err(why) => fail(why),
        };
        let seconds = begin.elapsed().as_secs_f64();
        match result {
            Ok(()) => println!("port {} ... ok ({seconds:.1} s)", port.name),
            Err(why) => {
                let text = why.replace('\n', "\n    ");
                println!("port {} ... FAILED ({seconds:.1} s)\n    {text}", port.name);
                failed.add(&port.name, &why);
            }
        }
    };
    in_parallel(options.jobs, &first, one);
    in_parallel(options.jobs, &then, one);
    print!("{failed}");
    let failed = failed.count();
    println!("\nports: {} passed; {failed} failed", ports.len() - failed);
    Ok(failed == 0)
}

fn read_all(folder: &Path) -> Result<Vec<Port>> {
    let entries = fs::read_dir(folder).doing(folder.display())?.flatten();
    let mut files: Vec<_> = entries.map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "sh"));
    files.sort();
    files.iter().map(|file| Port::read(file)).collect()
}

/// What the SDK is made of, as one word. Its libraries change whenever a part of it does.
fn sdk_id(layout: &Layout) -> Result<String> {
    let mut recipe = Recipe::new("sdk", "");
    recipe.tree(&layout.lib())?;
    recipe.tree(&layout.sysroot.join("include"))?;
    recipe.tree(&layout.sdk.join("share"))?;
    recipe.tree(&layout.sdk.join("libexec"))?;
    Ok(recipe.id())
}

impl Port {
    fn read(file: &Path) -> Result<Port> {
        let text = fs::read_to_string(file).doing(file.display())?;
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut port = Port {
            name: name.clone(),
            file: file.to_owned(),
            package: String::new(),
            folder: String::new(),
            suite: os_release("VERSION_CODENAME"),
            patched: false,
            parts: Vec::new(),
            needs: Vec::new(),
            quick: false,
            limit: Duration::from_secs(300),
        };
        for line in text.lines() {
            let Some((key, value)) = line.strip_prefix("# ").and_then(|l| l.split_once(": "))
            else {
                continue;
            };
            match key {
                "package" => port.package = value.to_owned(),
                "folder" => port.folder = value.to_owned(),
                "suite" => port.suite = value.to_owned(),
                "parts" => port.parts = value.split(' ').map(str::to_owned).collect(),
                "needs" => port.needs = value.split(' ').map(str::to_owned).collect(),
                "patched" => port.patched = value == "yes",
                "quick" => port.quick = value == "yes",
                "limit" => {
                    let seconds = value
                        .parse()
                        .map_err(|_| format!("{name}: limit: {value}"))?;
                    port.limit = Duration::from_secs(seconds);
                }
                _ => {}
            }
        }
        match port.package.is_empty() && port.folder.is_empty() {
            true => fail(format!("{}: no line '# package: …'", file.display())),
            false => Ok(port),
        }
    }

    fn build_and_check(&self, layout: &Layout, source: &Path, sdk: &str) -> Result<()> {
        let place = layout.build.join("ports").join(&self.name);
        let stamp = place.join("built");
        let mut recipe = Recipe::new("port", sdk);
        recipe.file(&self.file)?;
        match source.is_dir() {
            true => files_under(source)?
                .iter()
                .try_for_each(|file| recipe.tarball(&source.join(file)))?,
            false => recipe.tarball(source)?,
        }
        if fs::read_to_string(&stamp).is_ok_and(|old| old == recipe.id()) {
            return self.step(layout, &place, "check");
        }
        empty_dir(&place)?;
        match self.folder.is_empty() {
            true => unpack(source, &place, self.patched, &self.parts)?,
            false => copy_tree(source, &place.join("src"))?,
        }
        self.step(layout, &place, "build")?;
        fs::write(&stamp, recipe.id()).doing(stamp.display())?;
        self.step(layout, &place, "check")
    }

    /// Runs one of the recipe's functions in the source folder.
    fn step(&self, layout: &Layout, place: &Path, step: &str) -> Result<()> {
        let log = place.join(format!("{step}.log"));
        let out = place.join("out");
        make_dir(&out)?;
        let bin = layout.sdk.join("bin");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        shell
            .args(["-eu", "-c", &format!(". \"$0\"; set -x; {step}")])
            .arg(&self.file)
            .current_dir(place.join("src"))
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("OUT", &out)
            .env("PORTS", layout.build.join("ports"))
            .env("LC_ALL", "C.UTF-8");
        for name in ["gcc", "g++", "gfortran", "ar", "ranlib", "nm", "strip"] {
            let variable = match name {
                "gcc" => "CC".to_owned(),
                "g++" => "CXX".to_owned(),
                "gfortran" => "FC".to_owned(),
                other => other.to_uppercase(),
            };
            shell.env(variable, layout.driver(name));
        }
        shell.env("RUN", bin.join("hermit-run"));
        let ending = process::run(&mut shell, None, &log, &log, self.limit)
            .doing(format!("running {}", self.file.display()))?;
        let why = match ending.status {
            Some(0) => return Ok(()),
            Some(status) => format!("status {status}"),
            None => format!("not done after {} s", self.limit.as_secs()),
        };
        let text = fs::read(&log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(SHOWN)..].join("\n");
        fail(format!("{step}: {why}; {}\n{end}", log.display()))
    }
}

/// Unpacks a source package, or the parts of a tarball that match the patterns, into `PLACE/src`.
pub fn unpack(source: &Path, place: &Path, patched: bool, parts: &[String]) -> Result<()> {
    let target = place.join("src");
    remove(&target)?;
    let log = Log::begin(place.join("unpack.log"))?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if source.is_file() {
        return fetch::unpack(source, &target, &parts, &log);
    }
    let files = files_under(source)?;
    let named = |fits: &dyn Fn(&str) -> bool| {
        let found = files.iter().find(|f| fits(&f.to_string_lossy()));
        found.map(|f| source.join(f))
    };
    if patched {
        let Some(dsc) = named(&|n| n.ends_with(".dsc")) else {
            return fail(format!("no .dsc in {}", source.display()));
        };
        // apt has checked the files; dpkg-source would ask for the key of the package's maintainer.
        let mut extract = Command::new("dpkg-source");
        extract.args(["--no-check", "-x"]).arg(dsc).arg(&target);
        return log.run(&mut extract);
    }
    let original = |n: &str| n.contains(".orig.tar.") && !n.ends_with(".asc");
    let Some(tarball) = named(&original) else {
        return fail(format!("no .orig.tar in {}", source.display()));
    };
    fetch::unpack(&tarball, &target, &parts, &log)
}
