//! `docs/posix.md`: for each header how many functions there are, and by name what is not complete.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::table::{Row, Status, Table};

/// The hand-written beginning of the page.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The page.
pub fn page(table: &Table) -> String {
    let mut headers: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in table.rows() {
        headers.entry(&row.header).or_default().push(row);
    }
    let mut page = INTRODUCTION.to_owned();
    page += "\n## Headers\n\n";
    page += "| header | of POSIX | complete | partial | absent | more than POSIX | with a test |\n";
    page += "|---|--:|--:|--:|--:|--:|--:|\n";
    let mut sum = Counts::default();
    for (header, rows) in &headers {
        let counts = Counts::of(rows);
        counts.line(&format!("`{header}`"), &mut page);
        sum.add(&counts);
    }
    sum.line("all", &mut page);
    page += "\n\"With a test\": functions that are there and that a guest test calls, of all that are there.\n";
    page += "\n## Partial\n\n| function | header | difference |\n|---|---|---|\n";
    for row in table.rows().filter(|row| row.status == Status::Partial) {
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {} |",
            row.function, row.header, row.remark
        );
    }
    page += "\n## Absent\n\nNot declared, so that `configure` scripts see the truth.\n\n";
    page += "| header | functions | reason |\n|---|---|---|\n";
    for (header, rows) in &headers {
        for (reason, names) in absent(rows) {
            let _ = writeln!(page, "| `{header}` | {names} | {reason} |");
        }
    }
    page += "\n## More than POSIX\n\n| header | functions |\n|---|---|\n";
    for (header, rows) in &headers {
        let more = rows.iter().filter(|row| row.standard != "POSIX");
        let names: Vec<String> = more.map(|row| format!("`{}`", row.function)).collect();
        if !names.is_empty() {
            let _ = writeln!(page, "| `{header}` | {} |", names.join(" "));
        }
    }
    page
}

/// What is absent of a header, by reason.
fn absent<'a>(rows: &[&'a Row]) -> BTreeMap<&'a str, String> {
    let mut reasons: BTreeMap<&str, String> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.status == Status::Absent) {
        let names = reasons.entry(&row.remark).or_default();
        if !names.is_empty() {
            names.push(' ');
        }
        let _ = write!(names, "`{}`", row.function);
    }
    reasons
}

#[derive(Default)]
struct Counts {
    posix: usize,
    complete: usize,
    partial: usize,
    absent: usize,
    more: usize,
    there: usize,
    tested: usize,
}

impl Counts {
    fn of(rows: &[&Row]) -> Counts {
        let count = |keep: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| keep(row)).count();
        let posix = |row: &Row| row.standard == "POSIX";
        let is = |row: &Row, status| posix(row) && row.status == status;
        let there = |row: &Row| row.status != Status::Absent;
        Counts {
            posix: count(&posix),
            complete: count(&|row| is(row, Status::Complete)),
            partial: count(&|row| is(row, Status::Partial)),
            absent: count(&|row| is(row, Status::Absent)),
            more: count(&|row| !posix(row)),
            there: count(&there),
            tested: count(&|row| there(row) && !row.tests.is_empty()),
        }
    }

    fn add(&mut self, other: &Counts) {
        self.posix += other.posix;
        self.complete += other.complete;
        self.partial += other.partial;
        self.absent += other.absent;
        self.more += other.more;
        self.there += other.there;
        self.tested += other.tested;
    }

    fn line(&self, name: &str, page: &mut String) {
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {} of {} |",
            self.posix,
            self.complete,
            self.partial,
            self.absent,
            self.more,
            self.tested,
            self.there
        );
    }
}
