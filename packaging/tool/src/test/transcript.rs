//! A person's first ten minutes: from an unknown repository to a booted OpenMP program, written down.

use std::fs;
use std::path::PathBuf;

use sdk::versions::{RELEASES, Release};
use sdk::{Doing, Result, fail, run};

use super::session::Session;
use super::user::{KEY, SHELF, source_line};
use super::{Bench, Outcome};
use crate::places::Places;
use crate::repository::KEY_FILE;

/// The program that is typed in.
const PROGRAM: &str = r#"#include <omp.h>
#include <stdio.h>

int main(void)
{
	double pi = 0;
	#pragma omp parallel for reduction(+ : pi)
	for (int i = 0; i < 100000000; i++) {
		double x = (i + 0.5) / 100000000;
		pi += 4 / (1 + x * x) / 100000000;
	}
	printf("pi is about %.9f, said %d threads\n", pi, omp_get_max_threads());
}
"#;

/// Makes the session and keeps its transcript.
pub fn record(bench: &Bench) -> Result<Outcome> {
    if bench.quick {
        return Ok(Outcome::Skipped(
            "it downloads everything: `make package-test` runs it",
        ));
    }
    let tree = bench.tree("first-ten-minutes")?;
    let suite = bench.release.codename;
    let mut session = Session::begin();
    let root = [
        "mkdir -p /etc/apt/keyrings".to_owned(),
        format!("cp {SHELF}/{KEY_FILE} {KEY}"),
        format!(
            "echo '{}' > /etc/apt/sources.list.d/hermit-sdk.list",
            source_line(suite)
        ),
        "apt-get update".to_owned(),
        "apt-get install -y hermit-sdk".to_owned(),
    ];
    for line in root {
        session.run("#", &line, &mut tree.shell(&line))?;
    }
    let home = tree.changed("/home/user/pi.c");
    fs::write(&home, PROGRAM).doing(home.display())?;
    for line in [
        "cat pi.c",
        "x86_64-hermit-gcc -O2 -fopenmp pi.c -o pi",
        "hermit-run --cpus 2 ./pi",
    ] {
        session.run("$", line, &mut tree.user(line))?;
    }
    let text = session.end();
    if !text.contains("pi is about 3.141592654, said 2 threads") {
        return fail(format!("{text}that is not what the program should say"));
    }
    run::write(&kept(bench.places, bench.release), text.as_bytes())?;
    tree.remove()?;
    Ok(Outcome::Passed)
}

fn kept(places: &Places, release: &Release) -> PathBuf {
    places
        .work
        .join(format!("first-ten-minutes-{}", release.codename))
}

/// Writes the page from what was kept.
pub fn write(places: &Places) -> Result<()> {
    let mut page = String::from(
        "# The first ten minutes\n\n\
         What a person types on a new machine, and what comes back. `make package-test` makes these sessions, in\n\
         minimal trees of each Debian release with the repository on a local disk, and `packages transcript` writes\n\
         this page; of long outputs the end is shown. The times are of the machine that ran the test, from `apt` to the\n\
         booted program; the first line says what else it had to do.\n",
    );
    let mut sessions = 0;
    for release in RELEASES {
        // A release that was not tested has none.
        let Ok(text) = fs::read_to_string(kept(places, release)) else {
            continue;
        };
        let text = without_addresses(&text);
        sessions += 1;
        page += &format!(
            "\n## Debian {} ({})\n\n```text\n{text}```\n",
            release.number, release.codename
        );
    }
    if sessions == 0 {
        return fail("no session was recorded: run `make package-test`");
    }
    run::write(
        &places.layout.root.join("docs/first-ten-minutes.md"),
        page.as_bytes(),
    )
}

/// A session without the addresses of mirrors, which are the machine's own affair.
fn without_addresses(text: &str) -> String {
    let mut words = text.split(' ').map(|word| match word.split_once("://") {
        Some(("http" | "https", _)) => "(Debian)",
        _ => word,
    });
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + " " + word)
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn mirrors_are_not_named() {
        assert_eq!(
            without_addresses("Get:1 http://a.example/debian sid InRelease\nGet:2 copy:/srv sid\n"),
            "Get:1 (Debian) sid InRelease\nGet:2 copy:/srv sid\n"
        );
    }
}
