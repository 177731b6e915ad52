//! Uses the images as their users do: a mounted project of somebody's, no network, and what is made there belongs
//! to the caller and runs.

use crate::archive;
use crate::context::Flavour;
use crate::engine::{self, Engine, Reach};
use sdk::layout::Layout;
use sdk::run::{self, empty_dir};
use sdk::{Doing, Result, fail};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The caller's user and group.
const CALLER: u32 = 1000;

/// A command line, and what it prints, if that is looked at.
type Line = (&'static str, &'static str);

/// What a user types behind `docker run … hermit-sdk-c`.
const COMMANDS: &[Line] = &[
    ("x86_64-hermit-gcc -O2 -fopenmp main.c -o prog", ""),
    ("hermit-run --cpus 2 ./prog", "2 threads, sum 4\n"),
    ("make", ""),
    ("hermit-run ./made", "1 threads, sum 1\n"),
    ("cmake -S . -B build", ""),
    ("cmake --build build", ""),
    ("ctest --test-dir build", ""),
    ("hermit-run ./build/sample", "1 threads, sum 1\n"),
];

/// What is typed behind `docker run … hermit-sdk` besides, in a project with the other languages.
const MORE_COMMANDS: &[Line] = &[
    ("x86_64-hermit-g++ -O2 -pthread main.cc -o cxx", ""),
    ("hermit-run ./cxx", "C++\n"),
    (
        "x86_64-hermit-gfortran -O2 -fopenmp main.f90 -o fortran",
        "",
    ),
    ("hermit-run --cpus 2 ./fortran", "Fortran 2\n"),
    ("x86_64-hermit-gccgo -O2 command/main.go -o go", ""),
    ("hermit-run ./go", "Go hermit\n"),
    ("hermit-go build -o module ./command", ""),
    ("hermit-run ./module", "Go hermit\n"),
    ("hermit-go run ./command", "Go hermit\n"),
    ("hermit-go test ./command", ""),
    ("meson setup --cross-file x86_64-hermit by-meson", ""),
    ("meson test -C by-meson", ""),
];

/// All of it. Where no engine can be started that is said, and is no failure.
pub fn run(layout: &Layout) -> Result<()> {
    let engine = match Engine::start(layout) {
        Ok(engine) => engine,
        Err(why) => {
            println!("test docker ... skipped: {why}");
            return Ok(());
        }
    };
    let reach = &engine.reach;
    engine.import_base(layout)?;
    for flavour in [Flavour::COnly, Flavour::Full] {
        let name = flavour.name();
        let passed = |how: &str, begin: Instant| {
            let seconds = begin.elapsed().as_secs();
            println!("test docker/{name}/{how} ... ok ({seconds} s)");
        };
        let begin = Instant::now();
        engine::build(layout, flavour, reach)?;
        use_image(layout, reach, flavour)?;
        passed("build", begin);
        quiet(reach.docker().args(["image", "rm", "-f", name]))?;
        let begin = Instant::now();
        let archive = archive::make(layout, flavour)?;
        quiet(reach.docker().arg("load").arg("-i").arg(archive))?;
        use_image(layout, reach, flavour)?;
        passed("archive", begin);
        quiet(reach.docker().args(["image", "rm", "-f", name]))?;
    }
    Ok(())
}

fn quiet(command: &mut Command) -> Result<String> {
    let said = command.stdin(Stdio::null()).output().doing("docker")?;
    if !said.status.success() {
        let text = [said.stdout, said.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        return fail(format!("{command:?}: {}\n{text}", said.status));
    }
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Builds and runs a project, as the owner of its folder and as a user that is named.
fn use_image(layout: &Layout, reach: &Reach, flavour: Flavour) -> Result<()> {
    let user = format!("{CALLER}:{CALLER}");
    let (folders, more) = match flavour {
        Flavour::COnly => (&["c"][..], &[][..]),
        Flavour::Full => (&["c", "more"][..], MORE_COMMANDS),
    };
    for options in [&[][..], &["-u", &user]] {
        let project = layout.build.join("docker/project");
        empty_dir(&project)?;
        let mut fill = Command::new("cp");
        let samples = layout.root.join("packaging/docker/sample");
        fill.arg("-R")
            .args(folders.iter().map(|folder| samples.join(folder).join(".")))
            .arg(&project);
        run::shown(&mut fill)?;
        let mut give = Command::new("chown");
        run::shown(give.args(["-R", &user]).arg(&project))?;
        for (line, expected) in COMMANDS.iter().chain(more) {
            let mut docker = reach.docker();
            docker
                .args(["run", "--rm", "--network=none"])
                .args(options)
                .arg("-v");
            docker
                .arg(format!("{}:/src", project.display()))
                .arg(flavour.name());
            let said = quiet(docker.args(line.split(' ')))?;
            if !expected.is_empty() && said != *expected {
                return fail(format!("{line}: said {said:?}, not {expected:?}"));
            }
        }
        belongs_to_caller(&project)?;
    }
    Ok(())
}

fn belongs_to_caller(folder: &Path) -> Result<()> {
    let all: Vec<PathBuf> = sdk::run::files_under(folder)?;
    for file in all {
        let owner = folder
            .join(&file)
            .symlink_metadata()
            .doing(file.display())?;
        if (owner.uid(), owner.gid()) != (CALLER, CALLER) {
            return fail(format!("{} belongs to {}", file.display(), owner.uid()));
        }
    }
    Ok(())
}
