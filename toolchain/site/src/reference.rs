//! The reference of the C ABI: a page of Markdown for each generated header `include/hermit/NAME.h`.
//!
//! The headers come from the kernel's sources by way of cbindgen and have one form: a `/** … */` comment, then
//! the declaration that it describes.

/// Something that a header declares.
#[derive(Debug, PartialEq, Eq)]
struct Item<'a> {
    name: &'a str,
    kind: Kind,
    description: String,
    declaration: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Constant,
    Type,
    Function,
}

/// The page of one header; `module` is the source that it was made from, whose head introduces the page.
pub fn page(name: &str, header: &str, module: &str) -> String {
    let mut page = format!("# hermit/{name}.h\n\n{}\n", introduction(module));
    let items = items(header);
    for (kind, title) in [
        (Kind::Function, "Functions"),
        (Kind::Type, "Types"),
        (Kind::Constant, "Constants"),
    ] {
        let mut of_kind = items.iter().filter(|item| item.kind == kind).peekable();
        if of_kind.peek().is_some() {
            page += &format!("\n## {title}\n");
        }
        for item in of_kind {
            page += &format!(
                "\n### {}\n\n```c\n{}\n```\n\n{}",
                item.name, item.declaration, item.description
            );
        }
    }
    page
}

/// The `//!` lines at a module's head.
fn introduction(module: &str) -> String {
    let lines = module.lines().map_while(|line| line.strip_prefix("//!"));
    prose(lines.map(|line| line.strip_prefix(' ').unwrap_or(line)))
}

fn items(header: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut lines = header.lines();
    while let Some(line) = lines.next() {
        if line != "/**" {
            continue;
        }
        let comment: Vec<&str> = lines
            .by_ref()
            .take_while(|line| *line != " */")
            .map(|line| line.strip_prefix(" * ").unwrap_or(""))
            .collect();
        let mut declaration: Vec<&str> = Vec::new();
        for line in lines.by_ref() {
            declaration.push(line);
            let ends = line.ends_with(';') && !line.starts_with(' ') || {
                // A long prototype's last line is indented below its first parameter.
                line.ends_with(';') && !declaration[0].ends_with('{')
            };
            if ends || line.starts_with("#define") {
                break;
            }
        }
        let Some((name, kind)) = declaration.first().and_then(|first| {
            let last = declaration.last()?;
            Some(named(first, last))
        }) else {
            continue;
        };
        items.push(Item {
            name,
            kind,
            description: prose(comment.iter().copied()),
            declaration: declaration.join("\n"),
        });
    }
    items
}

/// What the declaration with this first and last line declares.
fn named<'a>(first: &'a str, last: &'a str) -> (&'a str, Kind) {
    let word = |text: &'a str| {
        let text = text.trim_end_matches([';', ' ']);
        text.rsplit([' ', '*']).next().unwrap_or(text)
    };
    if let Some(rest) = first.strip_prefix("#define ") {
        (
            rest.split([' ', '(']).next().unwrap_or(rest),
            Kind::Constant,
        )
    } else if first.starts_with("typedef") {
        // `typedef void (*Name)(int);` has its name inside.
        match first.split_once("(*") {
            Some((_, rest)) if !first.ends_with('{') => {
                (rest.split(')').next().unwrap_or(rest), Kind::Type)
            }
            _ => (word(last), Kind::Type),
        }
    } else {
        (
            word(first.split('(').next().unwrap_or(first)),
            Kind::Function,
        )
    }
}

/// A comment as Markdown: headings become bold words, and links of rustdoc their text.
fn prose<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        match line.trim_start().strip_prefix("# ") {
            Some(heading) => text += &format!("\n**{heading}**\n"),
            None => text += &line.replace("[`", "`").replace("`]", "`"),
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\
#ifndef X
/**
 * The most.
 */
#define X_MAX 3

/**
 * A thing.
 */
typedef struct Thing {
  /**
   * Its size.
   */
  size_t size;
} Thing;

/**
 * Called back.
 */
typedef void (*Callback)(int);

/**
 * Waits for [`Thing`].
 *
 * # Errors
 * `EINVAL`: no.
 */
int32_t sys_wait(struct Thing *thing,
                 size_t count);

/**
 * Makes one.
 */
struct Thing *sys_make(void);
";

    #[test]
    fn every_item_is_found() {
        let found: Vec<_> = items(HEADER).iter().map(|i| (i.name, i.kind)).collect();
        assert_eq!(
            found,
            [
                ("X_MAX", Kind::Constant),
                ("Thing", Kind::Type),
                ("Callback", Kind::Type),
                ("sys_wait", Kind::Function),
                ("sys_make", Kind::Function),
            ]
        );
        assert!(items(HEADER)[3].declaration.ends_with("size_t count);"));
        assert!(items(HEADER)[1].declaration.contains("Its size."));
    }

    #[test]
    fn a_page_has_all_of_it() {
        let page = page("x", HEADER, "//! Things.\n\nfn a() {}\n");
        assert!(page.starts_with("# hermit/x.h\n\nThings.\n"));
        assert!(page.contains("Waits for `Thing`."));
        assert!(page.contains("**Errors**"));
    }
}
