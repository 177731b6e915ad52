//! Compares what a command wrote with what the page shows.

/// Stands in a page for any text of a line; alone on a line, for any lines.
const ANY: char = '…';

/// Whether the lines are as shown.
pub fn matches(shown: &[String], written: &str) -> bool {
    // A page may have an empty line between a command's output and the next command.
    let end = shown.iter().rposition(|line| !line.is_empty());
    let shown = &shown[..end.map_or(0, |last| last + 1)];
    let written: Vec<&str> = written.trim_end_matches('\n').split('\n').collect();
    lines(shown, &written)
}

fn lines(shown: &[String], written: &[&str]) -> bool {
    match shown.split_first() {
        None => written.is_empty(),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=written.len()).any(|skipped| lines(rest, &written[skipped..]))
        }
        Some((first, rest)) => match written.split_first() {
            Some((line, more)) => one_line(first, line) && lines(rest, more),
            None => false,
        },
    }
}

fn one_line(shown: &str, written: &str) -> bool {
    let mut parts = shown.trim_end().split(ANY);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = written.trim_end().strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    fn check(shown: &str, written: &str) -> bool {
        matches(
            &shown.lines().map(str::to_owned).collect::<Vec<_>>(),
            written,
        )
    }

    #[test]
    fn lines_are_compared() {
        assert!(check("a\nb", "a\nb\n"));
        assert!(check("a\n\n", "a\n"));
        assert!(!check("a", "a\nb\n"));
        assert!(!check("a\nb", "a\n"));
    }

    #[test]
    fn an_ellipsis_is_any_text() {
        assert!(check("took … s", "took 3.4 s\n"));
        assert!(check("… of 4 in … s", "3 of 4 in 1 s\n"));
        assert!(!check("took … s", "took 3.4 ms, no\n"));
        assert!(check("a\n…\nd", "a\nb\nc\nd\n"));
        assert!(check("a\n…", "a\n"));
        assert!(!check("…\nd", "a\nb\n"));
    }
}
