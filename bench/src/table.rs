//! The table: measures, both guests' values, their ratio, the goal and whether it is met.

use crate::guests::Values;

/// What a measure shall be.
#[derive(Clone, Copy)]
pub enum Goal {
    /// None was set.
    None,
    /// At most this.
    AtMost(f64),
    /// At most this much of the Linux guest's value.
    OfLinux(f64),
}

/// One line.
pub struct Row {
    /// The measure's name.
    pub name: String,
    /// Hermit's value.
    pub hermit: Option<f64>,
    /// Linux' value, or what else stands in that column.
    pub linux: Option<f64>,
    /// The goal.
    pub goal: Goal,
}

/// Goals by the name of the measure, instructions (DESIGN: what an operation may cost).
const INSTRUCTIONS: &[(&str, Goal)] = &[
    ("getpid", Goal::AtMost(5.0)),
    ("sched_yield, no other thread", Goal::AtMost(30.0)),
    ("mutex lock+unlock", Goal::AtMost(35.0)),
    ("semaphore post+wait", Goal::AtMost(35.0)),
    ("switch of two threads (yield)", Goal::AtMost(120.0)),
    ("semaphore ping-pong", Goal::AtMost(500.0)),
    ("malloc+free 64", Goal::AtMost(60.0)),
    // 60 beside the zeroing, which counts 512 (one each eight bytes).
    ("first touch, each 4 KiB", Goal::AtMost(572.0)),
    ("thread create+join", Goal::AtMost(3000.0)),
];

/// Rows for everything that either guest measured, in the order of `names`.
pub fn rows(
    names: &[String],
    hermit: &Values,
    linux: &Values,
    goal: impl Fn(&str) -> Goal,
) -> Vec<Row> {
    names
        .iter()
        .map(|name| Row {
            name: name.clone(),
            hermit: hermit.get(name).copied(),
            linux: linux.get(name).copied(),
            goal: goal(name),
        })
        .collect()
}

/// The goal of a measure in instructions.
pub fn instruction_goal(name: &str) -> Goal {
    INSTRUCTIONS
        .iter()
        .find(|(n, _)| *n == name)
        .map_or(Goal::None, |(_, goal)| *goal)
}

/// The goal of a measure in time: only OpenMP's constructs and the interrupts have one.
pub fn time_goal(name: &str) -> Goal {
    if name.ends_with("1 thread a core") {
        Goal::OfLinux(0.8)
    } else if name.ends_with("2 threads a core") {
        Goal::OfLinux(0.1)
    } else if name.starts_with("interrupts") {
        Goal::AtMost(0.0)
    } else {
        Goal::None
    }
}

impl Row {
    /// Whether the goal is met; `None` without goal or value.
    pub fn met(&self) -> Option<bool> {
        let hermit = self.hermit?;
        match self.goal {
            Goal::None => None,
            Goal::AtMost(limit) => Some(hermit <= limit),
            Goal::OfLinux(share) => Some(hermit <= share * self.linux?),
        }
    }

    fn cells(&self) -> [String; 6] {
        let ratio = match (self.hermit, self.linux) {
            (Some(h), Some(l)) if l > 0.0 => format!("{:.3}", h / l),
            _ => "–".to_owned(),
        };
        let goal = match self.goal {
            Goal::None => String::new(),
            Goal::AtMost(limit) => format!("≤ {}", number(limit)),
            Goal::OfLinux(share) => format!("≤ {share} of Linux"),
        };
        let met = match self.met() {
            None => "",
            Some(true) => "yes",
            Some(false) => "**missed**",
        };
        let value = |v: Option<f64>| v.map_or("–".to_owned(), number);
        [
            self.name.clone(),
            value(self.hermit),
            value(self.linux),
            ratio,
            goal,
            met.to_owned(),
        ]
    }
}

fn number(value: f64) -> String {
    if value.abs() >= 1000.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// A Markdown table, its columns aligned so that it reads in a terminal too.
pub fn render(heads: [&str; 6], rows: &[Row]) -> String {
    let mut lines: Vec<[String; 6]> = vec![heads.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let width: [usize; 6] = std::array::from_fn(|column| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    });
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        for (column, cell) in line.iter().enumerate() {
            let pad = " ".repeat(width[column] - cell.chars().count());
            let right = (1..4).contains(&column);
            text.push_str(&if right {
                format!("| {pad}{cell} ")
            } else {
                format!("| {cell}{pad} ")
            });
        }
        text.push_str("|\n");
        if index == 0 {
            for (column, width) in width.iter().enumerate() {
                let dashes = "-".repeat(width + 1);
                let right = (1..4).contains(&column);
                text.push_str(&if right {
                    format!("|{dashes}:")
                } else {
                    format!("|{dashes}-")
                });
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(hermit: f64, linux: f64, goal: Goal) -> Row {
        Row {
            name: "x".to_owned(),
            hermit: Some(hermit),
            linux: Some(linux),
            goal,
        }
    }

    #[test]
    fn goals() {
        assert_eq!(row(5.0, 9.0, Goal::AtMost(5.0)).met(), Some(true));
        assert_eq!(row(5.1, 9.0, Goal::AtMost(5.0)).met(), Some(false));
        assert_eq!(row(8.0, 10.0, Goal::OfLinux(0.8)).met(), Some(true));
        assert_eq!(row(8.1, 10.0, Goal::OfLinux(0.8)).met(), Some(false));
        assert_eq!(row(8.1, 10.0, Goal::None).met(), None);
        assert_eq!(
            Row {
                hermit: None,
                ..row(0.0, 0.0, Goal::AtMost(1.0))
            }
            .met(),
            None
        );
    }

    #[test]
    fn columns_line_up() {
        let heads = ["measure", "a", "b", "c", "goal", "met"];
        let text = render(heads, &[row(1.0, 2000.5, Goal::AtMost(3.0))]);
        let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|w| *w == widths[0]), "{text}");
        assert!(text.contains("≤ 3"));
    }
}
