//! What there is to run: finds the test folders and spreads their `test.conf` out into single
//! [`Case`]s, one boot (or one host process) each. Promises a stable order: folders by name, runs
//! as they stand in the file.

use crate::conf::{self, Conf, Settings};
use std::path::{Path, PathBuf};

/// Where a case runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Compiled with `x86_64-hermit-gcc`, run by `hermit-run`.
    Guest,
    /// Compiled with the host's compiler, run as a process.
    Host,
}

/// One test folder.
#[derive(Debug)]
pub struct Test {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// Its parsed `test.conf`.
    pub conf: Conf,
}

/// One thing to run and judge.
#[derive(Debug, Clone)]
pub struct Case {
    /// Index of its test.
    pub test: usize,
    /// Guest or host.
    pub side: Side,
    /// What is printed: `mutex/timed [hermit, 4 cpus, q35]`.
    pub title: String,
    /// The same as a file name.
    pub slug: String,
    /// Virtual processors.
    pub cpus: String,
    /// QEMU's machine.
    pub machine: String,
    /// Memory, if the test asks for an amount.
    pub memory: Option<String>,
    /// Everything else.
    pub settings: Settings,
    /// Why it is not run.
    pub skipped: Option<String>,
}

/// Reads all `test.conf` below the given folders.
pub fn find(folders: &[PathBuf]) -> Result<Vec<Test>, String> {
    let mut tests = Vec::new();
    for folder in folders {
        let entries =
            std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries.flatten() {
            let file = entry.path().join("test.conf");
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            let conf = conf::parse(&text).map_err(|e| format!("{}: {e}", file.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            tests.push(Test {
                name,
                folder: entry.path(),
                conf,
            });
        }
    }
    tests.sort_by(|a, b| a.name.cmp(&b.name));
    for pair in tests.windows(2) {
        if pair[0].name == pair[1].name {
            return Err(format!("two tests are named {}", pair[0].name));
        }
    }
    Ok(tests)
}

/// The cases of one test on the wanted sides.
pub fn cases(index: usize, test: &Test, guest: bool, host: bool) -> Vec<Case> {
    let mut cases = Vec::new();
    for (run, settings) in &test.conf.runs {
        let base = if run.is_empty() {
            test.name.clone()
        } else {
            format!("{}/{run}", test.name)
        };
        let mut push = |side, cpus: &str, machine: &str, memory: Option<&str>| {
            let place = match side {
                Side::Host => "host".to_owned(),
                Side::Guest => {
                    let cores = if cpus == "1" { "cpu" } else { "cpus" };
                    let memory = memory.map(|m| format!(", {m}")).unwrap_or_default();
                    format!("hermit, {cpus} {cores}, {machine}{memory}")
                }
            };
            let title = format!("{base} [{place}]");
            let slug = title
                .chars()
                .filter(|c| !matches!(c, '[' | ']' | ','))
                .map(|c| if c == '/' || c == ' ' { '-' } else { c })
                .collect();
            cases.push(Case {
                test: index,
                side,
                title,
                slug,
                cpus: cpus.to_owned(),
                machine: machine.to_owned(),
                memory: memory.map(str::to_owned),
                settings: settings.clone(),
                skipped: skip_reason(settings, side),
            });
        };
        if guest {
            for machine in settings.list("machine", "microvm") {
                for cpus in settings.list("cpus", "1") {
                    match settings.get("memory") {
                        None => push(Side::Guest, &cpus, &machine, None),
                        Some(list) => list
                            .split_whitespace()
                            .for_each(|m| push(Side::Guest, &cpus, &machine, Some(m))),
                    }
                }
            }
        }
        if host {
            push(Side::Host, "1", "", None);
        }
    }
    cases
}

fn skip_reason(settings: &Settings, side: Side) -> Option<String> {
    if let Some(reason) = settings.get("skip") {
        return Some(reason.to_owned());
    }
    let key = match side {
        Side::Guest => "guest",
        Side::Host => "host",
    };
    let reason = settings.get(key)?.strip_prefix("no")?.trim();
    Some(if reason.is_empty() {
        "no reason given".to_owned()
    } else {
        reason.to_owned()
    })
}

/// What the marks in a word stand for.
#[derive(Debug, Clone, Copy)]
pub struct Marks<'a> {
    /// `@DIR@`: the test's folder.
    pub folder: &'a Path,
    /// `@OUT@`: its artefact folder.
    pub out: &'a Path,
    /// `@TMP@`: the case's own empty folder.
    pub scratch: &'a Path,
}

/// Replaces the marks in a word.
pub fn expand(word: &[u8], marks: Marks<'_>) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    let all: [(&[u8], &Path); 3] = [
        (b"@DIR@", marks.folder),
        (b"@OUT@", marks.out),
        (b"@TMP@", marks.scratch),
    ];
    let mut result = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, tail)) = rest.split_first() {
        match all.iter().find(|(mark, _)| rest.starts_with(mark)) {
            Some((mark, path)) => {
                result.extend_from_slice(path.as_os_str().as_bytes());
                rest = &rest[mark.len()..];
            }
            None => {
                result.push(*first);
                rest = tail;
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(text: &str) -> Test {
        let conf = conf::parse(text).unwrap();
        Test {
            name: "t".to_owned(),
            folder: PathBuf::from("/t"),
            conf,
        }
    }

    #[test]
    fn lists_multiply() {
        let all = cases(
            0,
            &test("cpus = 1 4\nmachine = microvm q35\nmemory = 8M 1G"),
            true,
            true,
        );
        assert_eq!(all.len(), 9);
        assert_eq!(all[0].title, "t [hermit, 1 cpu, microvm, 8M]");
        assert_eq!(all[3].slug, "t-hermit-4-cpus-microvm-1G");
        assert_eq!(all[8].title, "t [host]");
    }

    #[test]
    fn reasons_to_skip() {
        let all = cases(0, &test("host = no needs sys_mmap"), true, true);
        assert_eq!(all[0].skipped, None);
        assert_eq!(all[1].skipped.as_deref(), Some("needs sys_mmap"));
        let all = cases(0, &test("skip = later"), true, true);
        assert!(all.iter().all(|c| c.skipped.as_deref() == Some("later")));
    }

    #[test]
    fn places() {
        let marks = Marks {
            folder: Path::new("/d"),
            out: Path::new("/o"),
            scratch: Path::new("/t"),
        };
        assert_eq!(expand(b"a@DIR@/b@OUT@@TMP@:@", marks), b"a/d/b/o/t:@");
    }
}
