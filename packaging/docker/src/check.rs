//! Uses the images as their users do: a mounted project of somebody's, no network, and what is made there belongs
//! to the caller and runs.

use crate::archive;
use crate::context::Flavour;
use crate::engine::{self, Engine, Reach};
use sdk::layout::Layout;
use sdk::run::{empty_dir, write};
use sdk::{Doing, Result, fail};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The caller's user and group.
const CALLER: u32 = 1000;

const PROGRAM: &str = r#"#include <omp.h>
#include <stdio.h>

int main(void)
{
	int sum = 0;
#pragma omp parallel reduction(+ : sum)
	sum += omp_get_num_threads();
	printf("%d threads, sum %d\n", omp_get_max_threads(), sum);
	return 0;
}
"#;

const MAKEFILE: &str = "CFLAGS = -O2 -fopenmp\nmade: main.c\n\t$(CC) $(CFLAGS) -o $@ $<\n";

const CMAKE: &str = "\
cmake_minimum_required(VERSION 3.13)
project(sample C)
find_package(OpenMP REQUIRED)
add_executable(sample main.c)
target_link_libraries(sample OpenMP::OpenMP_C)
enable_testing()
add_test(NAME runs COMMAND sample)
set_tests_properties(runs PROPERTIES PASS_REGULAR_EXPRESSION \"threads, sum\")
";

/// What a user types behind `docker run … hermit-sdk`, and what it prints, if that is looked at.
const COMMANDS: &[(&str, &str)] = &[
    ("x86_64-hermit-gcc -O2 -fopenmp main.c -o prog", ""),
    ("hermit-run --cpus 2 ./prog", "2 threads, sum 4\n"),
    ("make", ""),
    ("hermit-run ./made", "1 threads, sum 1\n"),
    ("cmake -S . -B build", ""),
    ("cmake --build build", ""),
    ("ctest --test-dir build", ""),
    ("hermit-run ./build/sample", "1 threads, sum 1\n"),
];

/// All of it. Where no engine can be started that is said, and is no failure.
pub fn run(layout: &Layout) -> Result<()> {
    let engine = match Engine::start(layout) {
        Ok(engine) => engine,
        Err(why) => {
            println!("test docker-build ... skipped: {why}");
            println!("test docker-archive ... skipped: {why}");
            return Ok(());
        }
    };
    let reach = &engine.reach;
    engine.import_base(layout)?;
    engine::build(layout, Flavour::COnly, reach)?;
    use_image(layout, reach, Flavour::COnly)?;
    println!("test docker-build ... ok");
    quiet(
        reach
            .docker()
            .args(["image", "rm", "-f", Flavour::COnly.name()]),
    )?;
    let archive = archive::make(layout, Flavour::COnly)?;
    quiet(reach.docker().arg("load").arg("-i").arg(archive))?;
    use_image(layout, reach, Flavour::COnly)?;
    println!("test docker-archive ... ok");
    Ok(())
}

fn quiet(command: &mut std::process::Command) -> Result<String> {
    let said = command.stdin(Stdio::null()).output().doing("docker")?;
    if !said.status.success() {
        let errors = String::from_utf8_lossy(&said.stderr);
        return fail(format!("{command:?}: {}\n{errors}", said.status));
    }
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Builds and runs a project, as the owner of its folder and as a user that is named.
fn use_image(layout: &Layout, reach: &Reach, flavour: Flavour) -> Result<()> {
    let user = format!("{CALLER}:{CALLER}");
    for options in [&[][..], &["-u", &user]] {
        let project = layout.build.join("docker/project");
        empty_dir(&project)?;
        for (name, text) in [
            ("main.c", PROGRAM),
            ("Makefile", MAKEFILE),
            ("CMakeLists.txt", CMAKE),
        ] {
            write(&project.join(name), text.as_bytes())?;
            chown(project.join(name), Some(CALLER), Some(CALLER)).doing(name)?;
        }
        chown(&project, Some(CALLER), Some(CALLER)).doing(project.display())?;
        for (line, expected) in COMMANDS {
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
