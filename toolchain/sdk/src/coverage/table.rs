//! The table itself: reading and writing `docs/posix.tsv`.
//!
//! An empty field is a dash: there is no white space at the end of a line. Rows are sorted by header and function, so that two branches that add rows seldom meet. Where git's
//! union merge has left two rows for one function, the later one counts.

use std::collections::BTreeMap;

use crate::{Result, fail};

/// The first line of the file.
const HEAD: &str = "# header\tfunction\tstandard\tstatus\ttests\tremark";

/// How much of a function there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// All that the standard says.
    Complete,
    /// There, with a difference that the remark names.
    Partial,
    /// Not declared, for the reason in the remark.
    Absent,
}

impl Status {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Status::Complete => "complete",
            Status::Partial => "partial",
            Status::Absent => "absent",
        }
    }

    fn parse(word: &str) -> Option<Status> {
        [Status::Complete, Status::Partial, Status::Absent]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// One function.
#[derive(Clone, Debug)]
pub struct Row {
    /// The header that declares it by its standard.
    pub header: String,
    /// Its name.
    pub function: String,
    /// `POSIX` (POSIX.1-2017 with XSI, and with it ISO C), `C11`, `Hermit` for the kernel's own calls, or
    /// `extension`.
    pub standard: String,
    /// How much of it there is.
    pub status: Status,
    /// Some of the tests that call it.
    pub tests: Vec<String>,
    /// What is different, or why it is absent.
    pub remark: String,
}

impl Row {
    /// A function that was in no list.
    pub fn unknown(header: &str, function: &str) -> Row {
        let standard = match header {
            "threads.h" | "stdatomic.h" => "C11",
            _ if header.starts_with("hermit/") => "Hermit",
            _ => "extension",
        };
        Row {
            header: header.to_owned(),
            function: function.to_owned(),
            standard: standard.to_owned(),
            status: Status::Absent,
            tests: Vec::new(),
            remark: String::new(),
        }
    }

    fn parse(line: &str) -> Option<Row> {
        let empty = |field| if field == "-" { "" } else { field };
        let fields: Vec<&str> = line.split('\t').map(empty).collect();
        let [header, function, standard, status, tests, remark] = fields[..] else {
            return None;
        };
        Some(Row {
            header: header.to_owned(),
            function: function.to_owned(),
            standard: standard.to_owned(),
            status: Status::parse(status)?,
            tests: tests.split_whitespace().map(str::to_owned).collect(),
            remark: remark.to_owned(),
        })
    }

    fn to_line(&self) -> String {
        let tests = self.tests.join(" ");
        let fields = [
            &self.header,
            &self.function,
            &self.standard,
            self.status.word(),
            &tests,
            &self.remark,
        ];
        let dash = |field: &str| if field.is_empty() { "-" } else { field }.to_owned();
        fields.map(dash).join("\t")
    }
}

/// All rows, by header and function.
pub struct Table {
    rows: BTreeMap<(String, String), Row>,
}

impl Table {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Table> {
        let mut rows = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let Some(row) = Row::parse(line) else {
                let number = number + 1;
                return fail(format!("docs/posix.tsv:{number}: not a row: {line}"));
            };
            rows.insert((row.header.clone(), row.function.clone()), row);
        }
        Ok(Table { rows })
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let lines = self.rows.values().map(Row::to_line);
        let all = std::iter::once(HEAD.to_owned()).chain(lines);
        all.map(|line| line + "\n").collect()
    }

    /// All rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// All rows, to be changed.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.rows.values_mut()
    }

    /// Whether a function is in the table, under whatever header.
    pub fn knows(&self, function: &str) -> bool {
        self.rows.values().any(|row| row.function == function)
    }

    /// Says that a function is there, complete until a person says otherwise; or that it is not, which
    /// needs a person's reason. An extension that is gone is of no interest.
    pub fn set(&mut self, mut row: Row, is_there: bool) {
        let key = (row.header.clone(), row.function.clone());
        row.remark.clear();
        row.status = match is_there {
            true => Status::Complete,
            false => Status::Absent,
        };
        match is_there || row.standard == "POSIX" {
            true => self.rows.insert(key, row),
            false => self.rows.remove(&key),
        };
    }

    /// Rows that lack what people must write.
    pub fn faults(&self) -> Vec<String> {
        let mute = |row: &&Row| row.status != Status::Complete && row.remark.is_empty();
        let say = |row: &Row| {
            let (name, status) = (&row.function, row.status.word());
            format!("docs/posix.tsv: {name} is {status}, and no remark says why")
        };
        self.rows().filter(mute).map(say).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Status, Table};

    #[test]
    fn text_and_table() {
        let line = "a.h\tf\tPOSIX\tpartial\tone two\tonly on Mondays\n";
        let table = Table::parse(&format!("# x\n{line}")).unwrap();
        assert!(table.to_text().ends_with(line));
        assert!(table.knows("f") && !table.knows("g"));
        assert!(table.faults().is_empty());
        assert!(Table::parse("a.h\tf\tPOSIX\tmaybe\t\t\n").is_err());
        assert!(Table::parse("a.h\tf\n").is_err());
    }

    #[test]
    fn functions_come_and_go() {
        let mut table = Table::parse("a.h\tf\tPOSIX\tabsent\t\twhy\n").unwrap();
        let f = table.rows().next().unwrap().clone();
        table.set(f.clone(), true);
        assert_eq!(table.rows().next().unwrap().status, Status::Complete);
        table.set(f, false);
        assert_eq!(table.faults().len(), 1);
        table.set(Row::unknown("a.h", "extra"), true);
        assert!(table.knows("extra"));
        table.set(Row::unknown("a.h", "extra"), false);
        assert!(!table.knows("extra"));
    }
}
