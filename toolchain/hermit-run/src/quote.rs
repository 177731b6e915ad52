//! Quotes a command so that a POSIX shell reads back the same words.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// `words` as one line of shell.
pub fn command(words: &[OsString]) -> OsString {
    let quoted: Vec<Vec<u8>> = words.iter().map(|word| quote(word)).collect();
    OsString::from_vec(quoted.join(&b' '))
}

fn quote(word: &OsStr) -> Vec<u8> {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"%+,-./:=@_".contains(b);
    let bytes = word.as_bytes();
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return bytes.to_vec();
    }
    let mut quoted = vec![b'\''];
    for &byte in bytes {
        if byte == b'\'' {
            quoted.extend_from_slice(b"'\\''");
        } else {
            quoted.push(byte);
        }
    }
    quoted.push(b'\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn the_shell_reads_back_what_was_quoted() {
        let words: Vec<OsString> = [
            "plain",
            "",
            "two words",
            "it's",
            "$HOME",
            "a\nb",
            "*",
            "\\",
            "\"",
            "~",
            "#x",
            "!",
        ]
        .into_iter()
        .map(Into::into)
        .chain([OsString::from_vec(vec![0xff, 0xfe])])
        .collect();
        let mut script = OsString::from("printf '%s\\0' ");
        script.push(command(&words));
        let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
        let expected: Vec<u8> = words
            .iter()
            .flat_map(|word| [word.as_bytes(), b"\0"].concat())
            .collect();
        assert_eq!(output.stdout, expected);
    }
}
