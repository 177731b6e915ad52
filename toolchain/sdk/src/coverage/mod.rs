//! What of POSIX there is: `docs/posix.tsv`, one line a function, from which `docs/posix.md` is made.
//!
//! A row has the function's header, its name, the standard that asks for it, its status, the tests that
//! call it, and a remark: the difference if it is partial, the reason if it is absent. People write
//! status and remark; the tests are found by scanning the tests' sources (`calls`), and whether a
//! function is there is what the headers say (`check`). `update` brings the file in line with both, and
//! `check` fails where it is not.
//!
//! From the same headers comes the table of calls for the test `bad-arguments` (`prototypes`).

mod calls;
mod doc;
mod prototypes;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::check::Declared;
use crate::layout::Layout;
use crate::{Doing, Result, fail, run};
use table::{Row, Status, Table};

/// The headers of which every function must have a test.
const TESTED: &[&str] = &[
    "aio.h",
    "dirent.h",
    "fcntl.h",
    "mqueue.h",
    "poll.h",
    "pthread.h",
    "sched.h",
    "semaphore.h",
    "signal.h",
    "sys/mman.h",
    "sys/select.h",
    "sys/stat.h",
    "time.h",
    "unistd.h",
];

/// Headers whose declarations come from another file.
const PARTS: &[(&str, &str)] = &[
    ("sys/_default_fcntl.h", "fcntl.h"),
    ("sys/cpuset.h", "sched.h"),
    ("sys/dirent.h", "dirent.h"),
    ("sys/endian.h", "endian.h"),
    ("sys/fenv.h", "fenv.h"),
    ("sys/poll.h", "poll.h"),
    ("sys/sched.h", "sched.h"),
    ("sys/signal.h", "signal.h"),
    ("sys/termios.h", "termios.h"),
    ("sys/ucontext.h", "ucontext.h"),
    ("sys/unistd.h", "unistd.h"),
];

/// What each header of the SDK declares.
pub type Headers = BTreeMap<String, Declared>;

/// Brings the table in line with headers and tests, and writes the page made from it.
pub fn update(layout: &Layout, headers: &Headers) -> Result<()> {
    let mut table = read(layout)?;
    for (row, is) in differences(&table, headers) {
        table.set(row, is);
    }
    refresh(layout, &mut table)?;
    run::write(&table_path(layout), table.to_text().as_bytes())?;
    run::write(&page_path(layout), doc::page(&table).as_bytes())?;
    let list = prototypes::list(layout, headers)?;
    run::write(&prototypes::path(layout), list.as_bytes())
}

/// Fails unless the table agrees with headers and tests, and the page with the table.
pub fn check(layout: &Layout, headers: &Headers) -> Result<()> {
    let mut table = read(layout)?;
    let mut wrong = table.faults();
    for (row, is) in differences(&table, headers) {
        let (name, header) = (&row.function, &row.header);
        wrong.push(match is {
            true => format!("{name} is declared by <{header}>, but docs/posix.tsv has it not"),
            false => format!("{name} is not declared by <{header}>, but docs/posix.tsv has it"),
        });
    }
    let old = table.to_text();
    refresh(layout, &mut table)?;
    let page = std::fs::read_to_string(page_path(layout)).unwrap_or_default();
    if table.to_text() != old || doc::page(&table) != page {
        wrong.push("docs/posix.tsv or docs/posix.md is out of date".to_owned());
    }
    let bare = |row: &&Row| row.status != Status::Absent && row.tests.is_empty();
    for row in table.rows().filter(bare) {
        if TESTED.contains(&row.header.as_str()) {
            wrong.push(format!("{} of <{}> has no test", row.function, row.header));
        }
    }
    let list = std::fs::read_to_string(prototypes::path(layout)).unwrap_or_default();
    if prototypes::list(layout, headers)? != list {
        wrong.push("tests/bad-arguments/calls.h is out of date".to_owned());
    }
    if wrong.is_empty() {
        return Ok(());
    }
    fail(format!(
        "{}\nTo bring them up to date: cargo run -p sdk -- coverage",
        wrong.join("\n")
    ))
}

/// The functions that must have a test and have none, by header.
pub fn untested(layout: &Layout) -> Result<String> {
    let mut table = read(layout)?;
    refresh(layout, &mut table)?;
    let mut text = String::new();
    for header in TESTED {
        let of = table.rows().filter(|row| row.header == *header);
        let there: Vec<&Row> = of.filter(|row| row.status != Status::Absent).collect();
        let without: Vec<&str> = there
            .iter()
            .filter(|row| row.tests.is_empty())
            .map(|row| row.function.as_str())
            .collect();
        let (without_count, all) = (without.len(), there.len());
        text += &format!("{header}: {without_count} of {all} without a test\n");
        if !without.is_empty() {
            text += &format!("    {}\n", without.join(" "));
        }
    }
    Ok(text)
}

/// Finds the tests of each function anew.
fn refresh(layout: &Layout, table: &mut Table) -> Result<()> {
    let calls = calls::calls(&layout.root)?;
    calls::assign(table, &calls);
    Ok(())
}

/// Rows that do not say what the headers say, each with whether the function is there.
fn differences(table: &Table, headers: &Headers) -> Vec<(Row, bool)> {
    let mut found = Vec::new();
    for row in table.rows() {
        let seen = |header: &str| {
            headers.get(header).is_some_and(|declared| {
                declared.functions.contains_key(&row.function)
                    || declared.macros.contains(&row.function)
            })
        };
        let is = seen(&row.header);
        if is != (row.status != Status::Absent) {
            found.push((row.clone(), is));
        }
    }
    let declared = headers.values().flat_map(|header| &header.functions);
    let declared: BTreeMap<_, _> = declared.collect();
    for (name, function) in declared {
        if !table.knows(name) {
            found.push((Row::unknown(public(&function.place), name), true));
        }
    }
    found
}

/// The header that programs include for what is declared at `place`.
fn public(place: &str) -> &str {
    let place = place.strip_prefix("newlib/").unwrap_or(place);
    let part = PARTS.iter().find(|(part, _)| *part == place);
    part.map_or(place, |(_, whole)| whole)
}

fn read(layout: &Layout) -> Result<Table> {
    let path = table_path(layout);
    let text = std::fs::read_to_string(&path).doing(path.display())?;
    Table::parse(&text)
}

fn table_path(layout: &Layout) -> PathBuf {
    layout.root.join("docs/posix.tsv")
}

fn page_path(layout: &Layout) -> PathBuf {
    layout.root.join("docs/posix.md")
}
