//! Finding `{ dg-… }` in a source text, and taking it apart by Tcl's rules.

/// One directive.
#[derive(Debug, PartialEq, Eq)]
pub struct Directive {
    /// `dg-do`
    pub name: String,
    words: Vec<String>,
}

impl Directive {
    /// The word after the name, and so on; empty where there is none.
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }
}

/// All directives of a text, in their order.
pub fn parse(text: &str) -> Vec<Directive> {
    text.lines().filter_map(in_line).collect()
}

/// A directive stands in one line; what follows its closing brace is a comment.
fn in_line(line: &str) -> Option<Directive> {
    let start = line.find("{ dg-").or_else(|| line.find("{dg-"))?;
    let list = braced(&line[start..])?.0;
    let mut words = split(list).into_iter();
    Some(Directive {
        name: words.next()?,
        words: words.collect(),
    })
}

/// The words of a Tcl list: `bare`, `"quoted"`, `{braced}`.
pub fn split(list: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = list.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, tail) = match first {
            '{' => match braced(rest) {
                Some((inner, tail)) => (inner.trim().to_owned(), tail),
                None => (rest.to_owned(), ""),
            },
            '"' => quoted(rest),
            _ => {
                let end = rest
                    .find([' ', '\t', '{', '}'])
                    .unwrap_or(rest.len())
                    .max(1);
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        words.push(word);
        rest = tail.trim_start();
    }
    words
}

/// What stands in the braces that the text begins with, and what follows them.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((&text[1..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// A quoted word without its backslashes, and what follows it. An escape that C knows is kept as the
/// character; the regular expressions of `dg-output` use no other.
fn quoted(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            'n' if escaped => word.push('\n'),
            'r' if escaped => word.push('\r'),
            't' if escaped => word.push('\t'),
            _ if escaped => word.push(c),
            '\\' => {
                escaped = true;
                continue;
            }
            '"' => return (word, &text[at + 1..]),
            _ => word.push(c),
        }
        escaped = false;
    }
    (word, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_directive() {
        let text = "int x;\n/* { dg-do run { target { ! ia32 } } } */\n\
                    // { dg-output \"a \\\"b\\\"(\\n|\\r\\n)\\\\\\[x\" }\n";
        let found = parse(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name, "dg-do");
        assert_eq!(found[0].word(0), "run");
        assert_eq!(found[0].word(1), "target { ! ia32 }");
        assert_eq!(found[0].word(2), "");
        assert_eq!(found[1].word(0), "a \"b\"(\n|\r\n)\\[x");
        assert_eq!(split("a {b c} \"d e\" f"), ["a", "b c", "d e", "f"]);
    }
}
