//! `test.conf`: parsing and what it means. Owns the format that tests/README.md describes; pure
//! text in, [`Conf`] out, no file is opened here.

use std::collections::BTreeMap;

/// One run's settings: those above the first `[name]` plus those below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    values: BTreeMap<String, Vec<String>>,
}

/// A parsed `test.conf`: named runs in the order of the file, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Conf {
    /// What stands above the first `[name]`: compiling, sides, skip.
    pub common: Settings,
    /// The runs; the name is empty when the file has no `[…]`.
    pub runs: Vec<(String, Settings)>,
}

/// Keys that add up instead of replacing what was said before.
const REPEATABLE: &[&str] = &[
    "env",
    "file",
    "mount",
    "options",
    "stdout-has",
    "stderr-has",
    "stdout-lacks",
    "stderr-lacks",
];

/// All other keys.
const SINGLE: &[&str] = &[
    "source",
    "cflags",
    "guest-cflags",
    "c-flags",
    "c++-flags",
    "fortran-flags",
    "go-flags",
    "compiler",
    "cargo",
    "host-cflags",
    "libs",
    "host",
    "guest",
    "skip",
    "alone",
    "cpus",
    "machine",
    "memory",
    "args",
    "image",
    "stdin",
    "stdout",
    "stderr",
    "status",
    "timeout",
    "reference",
    "folder",
    "before",
    "after",
];

impl Settings {
    /// The value of a key that may be given once.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values
            .get(key)
            .and_then(|v| v.last())
            .map(String::as_str)
    }

    /// All values of a repeatable key.
    pub fn all(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// The words of all values of a key.
    pub fn words(&self, key: &str) -> Result<Vec<Vec<u8>>, String> {
        let mut words = Vec::new();
        for value in self.all(key) {
            words.extend(split_words(value).map_err(|e| format!("{key}: {e}"))?);
        }
        Ok(words)
    }

    /// The words of a key as text, `default` when it is absent.
    pub fn list(&self, key: &str, default: &str) -> Vec<String> {
        self.get(key)
            .unwrap_or(default)
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    /// A number, `default` when the key is absent.
    pub fn number(&self, key: &str, default: u64) -> Result<u64, String> {
        match self.get(key) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| format!("{key}: '{text}' is not a number")),
        }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        if REPEATABLE.contains(&key) {
            self.values
                .entry(key.to_owned())
                .or_default()
                .push(value.to_owned());
        } else if SINGLE.contains(&key) {
            self.values.insert(key.to_owned(), vec![value.to_owned()]);
        } else {
            return Err(format!("unknown key '{key}'"));
        }
        Ok(())
    }
}

/// Reads a `test.conf`.
pub fn parse(text: &str) -> Result<Conf, String> {
    let mut common = Settings::default();
    let mut runs: Vec<(String, Settings)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let at = |message: String| format!("line {}: {message}", index + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            if runs.iter().any(|(other, _)| other == name) {
                return Err(at(format!("a second run named '{name}'")));
            }
            runs.push((name.to_owned(), common.clone()));
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| at("no '='".to_owned()))?;
        let settings = runs
            .last_mut()
            .map_or(&mut common, |(_, settings)| settings);
        settings.set(key.trim(), value.trim()).map_err(at)?;
    }
    if runs.is_empty() {
        runs.push((String::new(), common.clone()));
    }
    Ok(Conf { common, runs })
}

/// Splits at blanks. `'…'` keeps everything, `"…"` keeps blanks and understands escapes.
pub fn split_words(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (None, b' ' | b'\t') => words.extend(word.take()),
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (Some(open), close) if open == close => quote = None,
            (Some(b'"'), b'\\') => {
                let escaped = match bytes.next() {
                    Some(b'n') => b'\n',
                    Some(b't') => b'\t',
                    Some(c @ (b'\\' | b'"')) => c,
                    Some(b'x') => {
                        let digits = [bytes.next(), bytes.next()].map(Option::unwrap_or_default);
                        std::str::from_utf8(&digits)
                            .ok()
                            .and_then(|d| u8::from_str_radix(d, 16).ok())
                            .ok_or("\\x wants two hexadecimal digits")?
                    }
                    _ => return Err("unknown escape".to_owned()),
                };
                word.get_or_insert_default().push(escaped);
            }
            _ => word.get_or_insert_default().push(byte),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_one_run() {
        let conf = parse("").unwrap();
        assert_eq!(conf.runs.len(), 1);
        assert_eq!(conf.runs[0].1.list("cpus", "1"), ["1"]);
    }

    #[test]
    fn runs_inherit_and_override() {
        let conf = parse("cpus = 1 4\nenv = A=1\n[x]\nenv = B=2\n[y]\ncpus = 2\n").unwrap();
        assert_eq!(conf.runs[0].1.list("cpus", "1"), ["1", "4"]);
        assert_eq!(conf.runs[0].1.all("env"), ["A=1", "B=2"]);
        assert_eq!(conf.runs[1].1.list("cpus", "1"), ["2"]);
        assert_eq!(conf.runs[1].1.all("env"), ["A=1"]);
        assert_eq!(conf.common.list("cpus", "1"), ["1", "4"]);
    }

    #[test]
    fn mistakes_name_the_line() {
        assert!(parse("cpus = 1\ncpu = 2").unwrap_err().contains("line 2"));
        assert!(parse("cpus").unwrap_err().contains("no '='"));
        assert!(parse("[a]\n[a]").is_err());
    }

    #[test]
    fn words_quotes_and_escapes() {
        let words = split_words(r#"a "b c" 'd"\n' "" "\xff\n\"" x"y z""#).unwrap();
        let expected: [&[u8]; 6] = [b"a", b"b c", b"d\"\\n", b"", b"\xff\n\"", b"xy z"];
        assert_eq!(words, expected);
        assert!(split_words("\"a").is_err());
        assert!(split_words("\"\\xg0\"").is_err());
        assert!(split_words("\"\\q\"").is_err());
    }
}
