//! Runs a page's commands, one after another, in one shell: `cd` and `export` hold for the rest of the page.

use std::fs;
use std::io;
use std::path::Path;
use std::process;
use std::time::Duration;

use guest_tests::process::run;

use crate::output;
use crate::page::Command;

/// For all the commands of one page.
const LIMIT: Duration = Duration::from_secs(600);

/// Runs the commands in `folder`, which is empty; returns the line and the text of the first that does not
/// do what the page says.
pub fn run_all(
    commands: &[Command],
    folder: &Path,
    notes: &Path,
    path: &str,
) -> io::Result<Result<(), (usize, String)>> {
    let mut script = String::new();
    for (n, command) in commands.iter().enumerate() {
        fs::write(notes.join(format!("{n}.command")), &command.text)?;
        // `cat FILE` of a file that is not there shows what the reader is to write into it.
        if let Some(name) = command.text.strip_prefix("cat ").map(str::trim)
            && !name.contains(char::is_whitespace)
        {
            let shown = command.output.join("\n");
            fs::write(
                notes.join(format!("{n}.file")),
                shown.trim_end().to_owned() + "\n",
            )?;
            script += &format!("[ -e {name} ] || install -D -m 644 \"$NOTES/{n}.file\" {name}\n");
        }
        script += &format!(
            "eval \"$(cat \"$NOTES/{n}.command\")\" >\"$NOTES/{n}.output\" 2>&1 </dev/null\n\
             echo $? >\"$NOTES/{n}.status\"\n"
        );
    }
    let script_file = notes.join("script");
    fs::write(&script_file, script)?;
    let mut shell = process::Command::new("bash");
    shell
        .arg(&script_file)
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env("NOTES", notes);
    let ending = run(
        &mut shell,
        None,
        &notes.join("stdout"),
        &notes.join("stderr"),
        LIMIT,
    )?;
    for (n, command) in commands.iter().enumerate() {
        let written = fs::read(notes.join(format!("{n}.output"))).unwrap_or_default();
        let written = String::from_utf8_lossy(&written);
        let status = fs::read_to_string(notes.join(format!("{n}.status")));
        let wrong = match status.as_deref().map(str::trim) {
            Err(_) if ending.status.is_none() => format!("did not end in {} s", LIMIT.as_secs()),
            Err(_) => "did not end".to_owned(),
            Ok("0") if command.output.is_empty() || output::matches(&command.output, &written) => {
                continue;
            }
            Ok("0") => format!("should write\n{}\nand wrote", command.output.join("\n")),
            Ok(status) => format!("ended with status {status} and wrote"),
        };
        let text = format!("`{}` {wrong}\n{written}", command.text);
        return Ok(Err((command.line, text)));
    }
    Ok(Ok(()))
}
