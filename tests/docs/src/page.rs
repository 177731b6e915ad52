//! What a page shows: its fenced blocks, and what the page says about running them.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A command of a page, with what the page says it prints.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    /// Where it stands.
    pub line: usize,
    /// For the shell; may have several lines.
    pub text: String,
    /// The lines shown below it; none means that its output is not looked at.
    pub output: Vec<String>,
}

/// What a page has to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// In the order of the page.
    pub commands: Vec<Command>,
    /// Blocks that are shown only: line and reason.
    pub ignored: Vec<(usize, String)>,
    /// What is wrong with the page: line and text.
    pub faults: Vec<(usize, String)>,
}

/// Languages of blocks that are text for the reader.
const SHOWN: &[&str] = &[
    "text", "c", "cpp", "fortran", "go", "rust", "toml", "ini", "json", "make", "cmake", "meson",
];

/// Reads a page of Markdown.
pub fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut reason: Option<String> = None;
    let mut block: Option<(usize, Option<String>, String)> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        let line = 1 + text[..range.start].matches('\n').count();
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                    CodeBlockKind::Indented => None,
                };
                block = Some((line, language, String::new()));
            }
            Event::Text(text) if block.is_some() => {
                if let Some((_, _, body)) = &mut block {
                    body.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((line, language, body)) = block.take() {
                    page.add(line, language.as_deref(), &body, reason.take());
                }
            }
            Event::Html(html) => reason = not_run(&html).or(reason),
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            _ => reason = None,
        }
    }
    page
}

/// The reason in `<!-- not run: REASON -->`.
fn not_run(html: &str) -> Option<String> {
    let inside = html.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    Some(inside.trim().strip_prefix("not run:")?.trim().to_owned())
}

impl Page {
    fn add(&mut self, line: usize, language: Option<&str>, body: &str, reason: Option<String>) {
        match (language, reason) {
            (_, Some(reason)) => self.ignored.push((line, reason)),
            (Some("console"), None) => self.console(line + 1, body),
            (Some("sh"), None) => self.commands.push(Command {
                line: line + 1,
                text: format!("( set -e\n{body})"),
                output: Vec::new(),
            }),
            (Some(language), None) if SHOWN.contains(&language) => {}
            (Some(language), None) => self.faults.push((
                line,
                format!("a block of '{language}': it must be console, sh or text"),
            )),
            (None, None) => self.faults.push((
                line,
                "an indented block: fence it, and say console, sh or text".to_owned(),
            )),
        }
    }

    /// `$ ` begins a command, `> ` goes on with it, other lines are its output.
    fn console(&mut self, first: usize, body: &str) {
        let mut commands: Vec<Command> = Vec::new();
        for (number, line) in (first..).zip(body.lines()) {
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push(Command {
                    line: number,
                    text: command.to_owned(),
                    output: Vec::new(),
                });
                continue;
            }
            let Some(command) = commands.last_mut() else {
                self.faults
                    .push((number, "output before the first `$ `".to_owned()));
                return;
            };
            match line.strip_prefix("> ") {
                Some(more) if command.output.is_empty() => {
                    command.text.push('\n');
                    command.text.push_str(more);
                }
                _ => command.output.push(line.to_owned()),
            }
        }
        self.commands.append(&mut commands);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_their_output() {
        let page = read("Text\n\n```console\n$ a \\\n> b\nout\n\n$ c\n```\n");
        let command = |line, text: &str, output: &[&str]| Command {
            line,
            text: text.to_owned(),
            output: output.iter().map(|&s| s.to_owned()).collect(),
        };
        assert_eq!(
            page.commands,
            [command(4, "a \\\nb", &["out", ""]), command(8, "c", &[])]
        );
        assert!(page.faults.is_empty());
    }

    #[test]
    fn a_reason_holds_for_one_block() {
        let page = read("<!-- not run: no network -->\n```sh\nfetch\n```\n\n```sh\nls\n```\n");
        assert_eq!(page.ignored, [(2, "no network".to_owned())]);
        assert_eq!(page.commands.len(), 1);
    }

    #[test]
    fn a_reason_is_for_the_next_block_only() {
        let page = read("<!-- not run: why -->\n\nWords.\n\n```sh\nls\n```\n");
        assert_eq!(page.commands.len(), 1);
    }

    #[test]
    fn blocks_that_nobody_runs_are_faults() {
        assert_eq!(read("    make run\n").faults.len(), 1);
        assert_eq!(read("```\nmake run\n```\n").faults.len(), 1);
        assert_eq!(read("```console\nmake run\n```\n").faults.len(), 1);
        assert!(read("```text\nanything\n```\n").faults.is_empty());
    }
}
