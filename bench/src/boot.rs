//! What is measured from outside: how large hello is, how little memory it needs, how long
//! `hermit-run hello` takes and how many instructions lie between the kernel's entry and main.

use crate::command;
use crate::guests::{self, Places};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);

/// The results.
pub struct Boot {
    /// Bytes of hello, stripped.
    pub size: u64,
    /// The least memory in KiB that hello ran in.
    pub memory: Option<u64>,
    /// Milliseconds of `hermit-run hello`.
    pub hello: f64,
    /// Milliseconds of QEMU running an image that exits at once.
    pub probe: f64,
    /// Milliseconds of hermit-run with that image.
    pub probe_by_hermit_run: f64,
    /// Instructions from the kernel's entry to main.
    pub entry_to_main: Option<f64>,
}

/// Measures all of it.
pub fn measure(places: &Places) -> Result<Boot, String> {
    let hello = places.hermit("hello");
    guests::compile_hermit(places, &places.root.join("examples/hello/main.c"), "hello")?;
    guests::compile_hermit(places, &places.root.join("bench/guest/start.c"), "start")?;
    let stripped = places.hermit("hello.stripped");
    command::succeed(
        Command::new(places.sdk.join("bin/x86_64-hermit-strip"))
            .arg("-o")
            .arg(&stripped)
            .arg(&hello),
        LIMIT,
    )?;
    let size = std::fs::metadata(&stripped)
        .map_err(|e| e.to_string())?
        .len();
    let probe = build_probe(places)?;
    let run = |program: &PathBuf, options: &[&str]| {
        let mut command = Command::new(places.hermit_run());
        command
            .args(["--accel", "tcg", "--timeout", "20"])
            .args(options)
            .arg(program);
        command
    };

    let memory = [
        65536, 32768, 16384, 12288, 8192, 6144, 5120, 4096, 3072, 2048, 1536, 1024,
    ]
    .into_iter()
    .take_while(|kib: &u64| {
        let size = format!("{kib}K");
        command::run(&mut run(&stripped, &["--memory", &size]), LIMIT)
            .is_ok_and(|o| o.status == Some(0) && o.stdout == "Hello from Hermit!\n")
    })
    .last();

    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args([
        "-M",
        "microvm,acpi=off,ioapic2=off,pit=off,pic=off,rtc=on,isa-serial=on,auto-kernel-cmdline=off",
    ]);
    qemu.args([
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
    ]);
    qemu.args([
        "-monitor",
        "none",
        "-accel",
        "tcg,thread=multi",
        "-cpu",
        "max",
        "-smp",
        "1",
    ]);
    qemu.args(["-m", "64M", "-serial", "stdio"]);
    qemu.args([
        "-device",
        "isa-debug-exit,iobase=0xf4,iosize=0x04",
        "-kernel",
    ])
    .arg(&probe);

    // Alternately, so that what else the machine does meets all three.
    let (mut times, rounds) = ([Vec::new(), Vec::new(), Vec::new()], 41);
    for _ in 0..rounds {
        times[0].push(command::succeed(&mut run(&stripped, &["--memory", "64M"]), LIMIT)?.elapsed);
        times[1].push(command::run(&mut qemu, LIMIT)?.elapsed);
        times[2].push(command::succeed(&mut run(&probe, &["--memory", "64M"]), LIMIT)?.elapsed);
    }
    let [hello_ms, probe_ms, probe_run_ms] = times.map(|mut list| {
        list.sort();
        list[list.len() / 2].as_secs_f64() * 1e3
    });

    let at_entry = command::succeed(&mut run(&probe, &["--icount", "-v"]), LIMIT)?;
    let at_main = command::succeed(&mut run(&places.hermit("start"), &["--icount"]), LIMIT)?;
    let entry = at_entry
        .stderr
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tsc "))
        .find_map(|hex| u64::from_str_radix(hex, 16).ok());
    let main = guests::values(&at_main.stdout).get("tsc at main").copied();
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let entry_to_main = entry.zip(main).map(|(entry, main)| main - entry as f64);
    Ok(Boot {
        size,
        memory,
        hello: hello_ms,
        probe: probe_ms,
        probe_by_hermit_run: probe_run_ms,
        entry_to_main,
    })
}

fn build_probe(places: &Places) -> Result<PathBuf, String> {
    let probe = places.hermit("probe");
    let mut command = Command::new("gcc");
    command.args([
        "-nostdlib",
        "-static",
        "-no-pie",
        "-Wl,-e,start,-Ttext-segment=0x100000",
    ]);
    command
        .args(["-Wl,-z,noseparate-code,--build-id=none", "-o"])
        .arg(&probe);
    command.arg(places.root.join("bench/probe.S"));
    command::succeed(&mut command, LIMIT)?;
    Ok(probe)
}
