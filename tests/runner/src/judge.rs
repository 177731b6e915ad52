//! Running one case and judging it: builds the command, feeds stdin, compares stdout, stderr and
//! the exit status. Every file of the case is kept under its artefact folder.

use crate::compile::Places;
use crate::plan::{self, Case, Marks, Side, Test};
use guest_tests::process;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What came of a case.
pub struct Verdict {
    /// Nothing, or what was wrong, several lines.
    pub failure: Option<String>,
    /// How long it ran.
    pub elapsed: Duration,
}

/// Runs the case once.
pub fn run(places: &Places, test: &Test, case: &Case) -> Verdict {
    match attempt(places, test, case) {
        Ok(verdict) => verdict,
        Err(message) => Verdict {
            failure: Some(message),
            elapsed: Duration::ZERO,
        },
    }
}

fn attempt(places: &Places, test: &Test, case: &Case) -> Result<Verdict, String> {
    let settings = &case.settings;
    let out = places.folder(test);
    let file = |what: &str| out.join(format!("{}.{what}", case.slug));
    let stdin = stdin_file(case, test, &out)?;
    let (stdout, stderr) = (file("stdout"), file("stderr"));
    let timeout = Duration::from_secs(settings.number("timeout", 60)?);
    let scratch = scratch(case, &out);
    let marks = marks(test, &out, &scratch);
    empty(&scratch)?;
    if let Some(before) = settings.get("before") {
        on_host(before, marks)?;
    }

    let mut command = command(places, test, case, &[])?;
    std::fs::write(file("command"), format!("{command:?}\n")).map_err(|e| e.to_string())?;
    let ending = process::run(&mut command, stdin.as_deref(), &stdout, &stderr, timeout)
        .map_err(|e| format!("cannot run {}: {e}", command.get_program().display()))?;

    let mut wrong = Vec::new();
    let expected = i32::try_from(settings.number("status", 0)?).unwrap_or(-1);
    match ending.status {
        None => wrong.push(format!("hangs: killed after {} s", timeout.as_secs())),
        Some(status) if status != expected => {
            wrong.push(format!("exit status {status}, expected {expected}"));
        }
        Some(_) => {}
    }
    let written = std::fs::read(&stdout).map_err(|e| e.to_string())?;
    let errors = std::fs::read(&stderr).map_err(|e| e.to_string())?;
    let expected = expected_stdout(places, test, case, stdin.as_deref())?;
    if let Some(expected) = expected {
        compare_stdout(&expected, &written, &mut wrong);
    }
    if let Some(reference) = settings.get("reference") {
        compare_reference(
            reference,
            &test.folder,
            stdin.as_deref(),
            &written,
            &mut wrong,
        )?;
    }
    if settings.get("stderr") == Some("empty") && !errors.is_empty() {
        wrong.push("stderr is not empty".to_owned());
    }
    for (stream, bytes) in [("stdout", &written), ("stderr", &errors)] {
        let has = |text: &String| -> bool {
            let text = plan::expand(text.as_bytes(), marks);
            bytes
                .split(|b| *b == b'\n')
                .any(|line| contains(line, &text))
        };
        for text in settings.all(&format!("{stream}-has")) {
            if !has(text) {
                wrong.push(format!("no line of {stream} has '{text}'"));
            }
        }
        for text in settings.all(&format!("{stream}-lacks")) {
            if has(text) {
                wrong.push(format!("a line of {stream} has '{text}'"));
            }
        }
    }
    if let Some(after) = settings.get("after")
        && let Err(message) = on_host(after, marks)
    {
        wrong.push(message);
    }
    if wrong.is_empty() {
        return Ok(Verdict {
            failure: None,
            elapsed: ending.elapsed,
        });
    }
    let mut report = wrong.join("\n");
    for (name, bytes) in [("stdout", &written), ("stderr", &errors)] {
        report.push_str(&tail(name, bytes));
    }
    if ending.status.is_none() && case.side == Side::Guest {
        report.push_str(&guest_log(places, test, case, stdin.as_deref(), timeout)?);
    }
    report.push_str(&format!("\ncommand: {}", file("command").display()));
    Ok(Verdict {
        failure: Some(report),
        elapsed: ending.elapsed,
    })
}

/// The case's own folder.
fn scratch(case: &Case, out: &Path) -> PathBuf {
    out.join(format!("{}.tmp", case.slug))
}

fn marks<'a>(test: &'a Test, out: &'a Path, scratch: &'a Path) -> Marks<'a> {
    Marks {
        folder: &test.folder,
        out,
        scratch,
    }
}

/// Makes an empty folder, whatever there was.
fn empty(folder: &Path) -> Result<(), String> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(format!("{}: {error}", folder.display()));
        }
        _ => {}
    }
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Runs a command of the host in the case's own folder; it must succeed.
fn on_host(command: &str, marks: Marks<'_>) -> Result<(), String> {
    let line = plan::expand(command.as_bytes(), marks);
    let output = Command::new("sh")
        .args(["-euc".into(), OsString::from_vec(line)])
        .current_dir(marks.scratch)
        .output()
        .map_err(|e| format!("{command}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "on the host '{command}' fails: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// Boots a case that hung once more with the kernel's log on.
fn guest_log(
    places: &Places,
    test: &Test,
    case: &Case,
    stdin: Option<&Path>,
    timeout: Duration,
) -> Result<String, String> {
    let out = places.folder(test);
    let file = |what: &str| out.join(format!("{}.log.{what}", case.slug));
    let mut command = command(places, test, case, &["-v"])?;
    let ending = process::run(
        &mut command,
        stdin,
        &file("stdout"),
        &file("stderr"),
        timeout,
    )
    .map_err(|e| e.to_string())?;
    let log = std::fs::read(file("stderr")).map_err(|e| e.to_string())?;
    let again = match ending.status {
        None => "it hangs again".to_owned(),
        Some(status) => format!("this time it ended with status {status}"),
    };
    Ok(format!(
        "\nonce more with -v: {again}{}",
        tail("guest's log", &log)
    ))
}

fn command(places: &Places, test: &Test, case: &Case, extra: &[&str]) -> Result<Command, String> {
    let settings = &case.settings;
    let out = places.folder(test);
    let scratch = scratch(case, &out);
    let marks = marks(test, &out, &scratch);
    let words = |key: &str| -> Result<Vec<OsString>, String> {
        let words = settings.words(key)?;
        let expand = |w: Vec<u8>| OsString::from_vec(plan::expand(&w, marks));
        Ok(words.into_iter().map(expand).collect())
    };
    let program = match settings.get("image") {
        Some(image) => test.folder.join(image),
        None => places.program(test, case.side),
    };
    let mut command;
    match case.side {
        Side::Guest => {
            command = Command::new(places.sdk.join("bin/hermit-run"));
            command.args(["--cpus", &case.cpus, "--machine", &case.machine]);
            if let Some(memory) = &case.memory {
                command.args(["--memory", memory]);
            }
            for word in words("env")? {
                command.arg("--env").arg(word);
            }
            for word in words("file")? {
                command.arg("--file").arg(relative_to(&test.folder, &word));
            }
            for word in words("mount")? {
                command.arg("--mount").arg(relative_to(&test.folder, &word));
            }
            command.args(words("options")?).args(extra).arg(program);
        }
        Side::Host => {
            // Nothing of an earlier run, nor of another one that goes on beside it.
            let folder = out.join(format!("{}.root", case.slug));
            empty(&folder)?;
            for word in words("mount")? {
                place_host_mount(&test.folder, &folder, &word)?;
            }
            for word in words("file")? {
                place_host_file(&test.folder, &folder, &word)?;
            }
            command = Command::new(program);
            command.current_dir(folder).env("TMPDIR", &scratch);
            for word in words("env")? {
                let bytes = word.into_vec();
                let at = bytes
                    .iter()
                    .position(|b| *b == b'=')
                    .ok_or("env without '='")?;
                let value = OsString::from_vec(bytes[at + 1..].to_vec());
                command.env(OsString::from_vec(bytes[..at].to_vec()), value);
            }
        }
    }
    command.args(words("args")?);
    if let Some(folder) = settings.get("folder") {
        command.current_dir(OsString::from_vec(plan::expand(folder.as_bytes(), marks)));
    }
    Ok(command)
}

/// `HOST:GUEST` with HOST made absolute.
fn relative_to(folder: &Path, word: &OsString) -> OsString {
    let mut result = folder.join(word).into_os_string();
    if Path::new(word).is_absolute() {
        result.clone_from(word);
    }
    result
}

fn place_host_file(folder: &Path, root: &Path, word: &OsString) -> Result<(), String> {
    let text = word.to_str().ok_or("file is not UTF-8")?;
    let (host, guest) = text.rsplit_once(':').ok_or("file without ':'")?;
    let target = root.join(guest.trim_start_matches('/'));
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).map_err(|e| e.to_string())?;
    }
    std::fs::copy(folder.join(host), &target).map_err(|e| format!("{host}: {e}"))?;
    Ok(())
}

/// On the host a mount is a symbolic link.
fn place_host_mount(folder: &Path, root: &Path, word: &OsString) -> Result<(), String> {
    let text = word.to_str().ok_or("mount is not UTF-8")?;
    let text = text.strip_suffix(":ro").unwrap_or(text);
    let (host, guest) = text.rsplit_once(':').ok_or("mount without ':'")?;
    let link = root.join(guest.trim_start_matches('/'));
    if let Some(parent) = link.parent() {
        std::fs::create_dir_all(parent).map_err(|e| e.to_string())?;
    }
    std::os::unix::fs::symlink(folder.join(host), &link)
        .map_err(|e| format!("{}: {e}", link.display()))
}

fn stdin_file(case: &Case, test: &Test, out: &Path) -> Result<Option<PathBuf>, String> {
    let Some(stdin) = case.settings.get("stdin") else {
        return Ok(None);
    };
    if let Some(count) = stdin.strip_prefix("random:") {
        let count: usize = count
            .parse()
            .map_err(|_| "random: wants a number of bytes")?;
        let path = out.join(format!("{}.stdin", case.slug));
        std::fs::write(&path, random_bytes(count)).map_err(|e| e.to_string())?;
        return Ok(Some(path));
    }
    Ok(Some(
        test.folder
            .join(stdin.replace("@OUT@", &out.to_string_lossy())),
    ))
}

/// Bytes that no line discipline or string function survives unharmed (xorshift64, fixed seed).
fn random_bytes(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// The exact bytes that stdout must have, if the test says so.
fn expected_stdout(
    places: &Places,
    test: &Test,
    case: &Case,
    stdin: Option<&Path>,
) -> Result<Option<Vec<u8>>, String> {
    let read = |path: &Path| {
        std::fs::read(path)
            .map(Some)
            .map_err(|e| format!("{}: {e}", path.display()))
    };
    let default = test.folder.join("expected");
    match case.settings.get("stdout") {
        Some("none") => Ok(None),
        Some("empty") => Ok(Some(Vec::new())),
        Some("=stdin") => read(stdin.ok_or("stdout = =stdin without stdin")?),
        Some("=host") if case.side == Side::Host => Ok(None),
        Some("=host") => host_stdout(places, test, case, stdin).map(Some),
        Some(name) => read(&test.folder.join(name)),
        None if default.exists() => read(&default),
        None => Ok(None),
    }
}

/// What the program writes on the host, with the same input.
fn host_stdout(
    places: &Places,
    test: &Test,
    case: &Case,
    stdin: Option<&Path>,
) -> Result<Vec<u8>, String> {
    let host = Case {
        side: Side::Host,
        ..case.clone()
    };
    let file = |what: &str| {
        places
            .folder(test)
            .join(format!("{}.on-host.{what}", case.slug))
    };
    let mut command = command(places, test, &host, &[])?;
    let (stdout, stderr) = (file("stdout"), file("stderr"));
    process::run(
        &mut command,
        stdin,
        &stdout,
        &stderr,
        Duration::from_secs(60),
    )
    .map_err(|e| e.to_string())?;
    std::fs::read(&stdout).map_err(|e| e.to_string())
}

fn compare_stdout(expected: &[u8], written: &[u8], wrong: &mut Vec<String>) {
    if expected != written {
        let at = expected
            .iter()
            .zip(written)
            .take_while(|(a, b)| a == b)
            .count();
        wrong.push(format!(
            "stdout differs from byte {at} on ({} bytes written, {} expected)",
            written.len(),
            expected.len()
        ));
    }
}

/// The first word of stdout must be that of the host's command on the same input.
fn compare_reference(
    reference: &str,
    folder: &Path,
    stdin: Option<&Path>,
    written: &[u8],
    wrong: &mut Vec<String>,
) -> Result<(), String> {
    let mut words = reference.split_whitespace();
    let mut command = Command::new(words.next().ok_or("empty reference")?);
    command.args(words).current_dir(folder);
    if let Some(path) = stdin {
        command.stdin(std::fs::File::open(path).map_err(|e| e.to_string())?);
    }
    let output = command.output().map_err(|e| format!("{reference}: {e}"))?;
    let first = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let (theirs, ours) = (first(&output.stdout), first(written));
    if theirs != ours || theirs.is_empty() {
        wrong.push(format!(
            "'{reference}' says '{theirs}', the program '{ours}'"
        ));
    }
    Ok(())
}

fn contains(line: &[u8], text: &[u8]) -> bool {
    text.is_empty() || line.windows(text.len()).any(|window| window == text)
}

/// The last lines of a stream, indented, with unprintable bytes escaped.
fn tail(name: &str, bytes: &[u8]) -> String {
    const LINES: usize = 40;
    if bytes.is_empty() {
        return format!("\n{name}: empty");
    }
    let last = &bytes[bytes.len().saturating_sub(8192)..];
    let lines: Vec<&[u8]> = last
        .strip_suffix(b"\n")
        .unwrap_or(last)
        .split(|b| *b == b'\n')
        .collect();
    let shown = &lines[lines.len().saturating_sub(LINES)..];
    let mut text = format!("\n{name} ({} bytes):", bytes.len());
    for line in shown {
        text.push_str("\n    | ");
        text.extend(String::from_utf8_lossy(line).chars().flat_map(|c| {
            let escaped: Vec<char> = match c {
                c if c.is_control() && c != '\t' => c.escape_default().collect(),
                c => vec![c],
            };
            escaped
        }));
    }
    text
}
