//! Tests of hermit-image: what it makes boots by BIOS and by UEFI, with arguments, environment and files.

use crate::driver::{Bench, DriverTest};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// All of them.
pub const TESTS: &[DriverTest] = &[
    ("media-bios", bios),
    ("media-uefi", uefi),
    ("media-ends", ends),
    ("media-same-bytes", same_bytes),
    ("media-errors", errors),
];

const PROGRAM: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char line[100] = "";
    FILE *file = fopen("/data/greeting", "r");
    if (!file || !fgets(line, sizeof line, file)) return 1;
    for (int i = 0; i < argc; i++) printf("[%s]", argv[i]);
    printf(" %s %ld cores: %s", getenv("PLANET"), sysconf(_SC_NPROCESSORS_ONLN), line);
    return 42;
}
"#;

/// What it prints, and what QEMU's status says: twice the program's and one.
const SAID: &str = "[program][one][two words] earth 2 cores: hello from a file";
const STATUS: i32 = 85;

/// Debian's builds of UEFI's firmware for QEMU.
const FIRMWARE: [&str; 2] = [
    "/usr/share/OVMF/OVMF_CODE_4M.fd",
    "/usr/share/OVMF/OVMF_VARS_4M.fd",
];

/// hermit-image with these words before and after the output's name.
fn image(bench: &Bench, kind: &str, output: &str) -> Result<PathBuf, String> {
    let mut command = Command::new(bench.places.sdk.join("bin/hermit-image"));
    command
        .args([
            kind,
            "program",
            "-o",
            output,
            "--env",
            "PLANET=earth",
            "--file",
            "text:/data/greeting",
        ])
        .args(["--", "one", "two words"]);
    bench.output(&mut command)?;
    Ok(bench.folder.join(output))
}

fn program(bench: &Bench) -> Result<(), String> {
    for (name, text) in [("program.c", PROGRAM), ("text", "hello from a file\n")] {
        std::fs::write(bench.folder.join(name), text).map_err(|e| e.to_string())?;
    }
    bench.gcc(&["-O2", "program.c", "-o", "program"])?;
    Ok(())
}

/// Boots a medium; the program must have said its words and ended with its status.
fn boot(bench: &Bench, machine: &str, medium: &Path, firmware: bool) -> Result<(), String> {
    let name = format!("{machine} {}", medium.display());
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args([
        "-M",
        machine,
        "-accel",
        "tcg,thread=multi",
        "-cpu",
        "max",
        "-m",
        "256M",
        "-smp",
        "2",
    ])
    .args([
        "-nodefaults",
        "-display",
        "none",
        "-monitor",
        "none",
        "-no-reboot",
        "-serial",
        "stdio",
    ])
    .args(["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]);
    let cd = medium.extension().is_some_and(|e| e == "iso");
    let (kind, ours) = (if cd { "cdrom" } else { "disk" }, medium.display());
    qemu.arg("-drive").arg(format!(
        "file={ours},format=raw,if=ide,media={kind},readonly={}",
        if cd { "on" } else { "off" }
    ));
    if firmware {
        // The firmware writes its variables.
        let variables = bench.folder.join("variables");
        std::fs::copy(FIRMWARE[1], &variables).map_err(|e| format!("{}: {e}", FIRMWARE[1]))?;
        for (file, options) in [(Path::new(FIRMWARE[0]), ",readonly=on"), (&variables, "")] {
            qemu.arg("-drive").arg(format!(
                "if=pflash,format=raw,file={}{options}",
                file.display()
            ));
        }
    }
    let log = bench.folder.join("serial");
    let ending = guest_tests::process::run(&mut qemu, None, &log, &log, Duration::from_secs(240))
        .map_err(|e| e.to_string())?;
    let said = std::fs::read(&log).map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&said);
    if !said.lines().any(|line| line.trim() == SAID) {
        return Err(format!("{name}: said {said:?}"));
    }
    match ending.status {
        Some(STATUS) => Ok(()),
        other => Err(format!("{name}: ended with {other:?} ({said:?})")),
    }
}

fn bios(bench: &Bench) -> Result<(), String> {
    program(bench)?;
    let (cd, disk) = (
        image(bench, "iso", "m.iso")?,
        image(bench, "disk", "m.disk")?,
    );
    boot(bench, "pc", &cd, false)?;
    boot(bench, "q35", &cd, false)?;
    boot(bench, "pc", &disk, false)?;
    // A CD image on a memory stick is a disk.
    let stick = bench.folder.join("stick");
    std::fs::copy(&cd, &stick).map_err(|e| e.to_string())?;
    boot(bench, "pc", &stick, false)
}

fn uefi(bench: &Bench) -> Result<(), String> {
    program(bench)?;
    boot(bench, "q35", &image(bench, "iso", "m.iso")?, true)?;
    boot(bench, "q35", &image(bench, "disk", "m.disk")?, true)
}

/// Without QEMU's device that ends it the machine stands still, or restarts where that was asked for.
fn ends(bench: &Bench) -> Result<(), String> {
    program(bench)?;
    for (options, restarts) in [(&[][..], false), (&["--reset"], true)] {
        let mut command = Command::new(bench.places.sdk.join("bin/hermit-image"));
        command
            .args([
                "iso",
                "program",
                "-o",
                "m.iso",
                "--file",
                "text:/data/greeting",
                "--env",
                "PLANET=x",
            ])
            .args(options);
        bench.output(&mut command)?;
        let log = bench.folder.join("serial");
        let serial = std::fs::File::create(&log).map_err(|e| e.to_string())?;
        let mut qemu = Command::new("qemu-system-x86_64");
        qemu.args([
            "-M",
            "pc",
            "-cpu",
            "max",
            "-m",
            "256M",
            "-nodefaults",
            "-display",
            "none",
        ])
        // A restart ends QEMU.
        .args(["-no-reboot", "-serial", "stdio", "-cdrom"])
        .arg(bench.folder.join("m.iso"))
        .stdin(Stdio::null())
        .stdout(serial);
        let mut qemu = qemu.spawn().map_err(|e| format!("qemu: {e}"))?;
        let said = || {
            std::fs::read_to_string(&log)
                .unwrap_or_default()
                .contains("exit 42")
        };
        let mut ended = |limit: u64, or: &dyn Fn() -> bool| {
            let limit = Instant::now() + Duration::from_secs(limit);
            while !matches!(qemu.try_wait(), Ok(Some(_))) {
                if or() || Instant::now() > limit {
                    return false;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            true
        };
        // When it has said so there is time enough to restart, and for a machine that stands still to do it wrongly.
        let ended = ended(240, &said) || ended(if restarts { 240 } else { 2 }, &|| false);
        let _ = qemu.kill();
        let _ = qemu.wait();
        if !said() || ended != restarts {
            return Err(format!("{options:?}: said it: {}, ended: {ended}", said()));
        }
    }
    Ok(())
}

fn same_bytes(bench: &Bench) -> Result<(), String> {
    program(bench)?;
    for kind in ["iso", "disk"] {
        let first = std::fs::read(image(bench, kind, "first")?).map_err(|e| e.to_string())?;
        // Dates in the media are to the second, those of FAT to two.
        std::thread::sleep(Duration::from_millis(2100));
        let second = std::fs::read(image(bench, kind, "second")?).map_err(|e| e.to_string())?;
        if first != second {
            let at = first.iter().zip(&second).position(|(a, b)| a != b);
            return Err(format!("{kind}: two media differ, first at {at:?}"));
        }
    }
    Ok(())
}

fn errors(bench: &Bench) -> Result<(), String> {
    program(bench)?;
    std::fs::write(bench.folder.join("script"), "#!/bin/sh\n").map_err(|e| e.to_string())?;
    for (line, status, words) in [
        ("iso nothing -o m.iso", 127, "no such file"),
        ("iso script -o m.iso", 126, "is a script"),
        ("iso program", 125, "no -o FILE"),
        ("tape program -o m.iso", 125, "neither iso nor disk"),
        (
            "disk program -o no/such/folder/m.disk",
            125,
            "cannot write no/such/folder/m.disk",
        ),
        (
            "disk program -o m.disk --file nothing:/x",
            125,
            "--file: nothing",
        ),
    ] {
        let mut command = Command::new(bench.places.sdk.join("bin/hermit-image"));
        let output = command
            .args(line.split(' '))
            .current_dir(&bench.folder)
            .output();
        let output = output.map_err(|e| e.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(status)
            || said.lines().count() != 1
            || !said.contains(words)
        {
            return Err(format!("hermit-image {line}: {}, {said}", output.status));
        }
        let left = std::fs::read_dir(&bench.folder)
            .map_err(|e| e.to_string())?
            .count();
        // program.c, text, program, script.
        if left != 4 {
            return Err(format!("hermit-image {line}: leaves {left} files"));
        }
    }
    Ok(())
}
