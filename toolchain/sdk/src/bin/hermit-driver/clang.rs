//! Debian's clang as a compiler for Hermit: what `hermit.specs` says to GCC, as options.
//!
//! Objects of both compilers may be linked together. There is no OpenMP: clang's code for it needs LLVM's
//! run-time library, which is not part of the SDK, and cannot use GCC's.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};

/// With one of these nothing is linked.
const NO_LINK: &[&str] = &[
    "-c",
    "-S",
    "-E",
    "-M",
    "-MM",
    "-fsyntax-only",
    "--version",
    "-v",
    "-r",
    "-emit-ast",
    "-dumpversion",
];

/// What the linker is told; the same as in `hermit.specs`.
const LINK: &str = "-Wl,--hash-style=gnu,--eh-frame-hdr,--build-id=none,--gc-sections,\
    -z,max-page-size=4096,-z,common-page-size=4096,-z,separate-code,-z,norelro";

/// The command for `clang` or `clang++`.
pub fn command(program: &str, sysroot: &Path, args: &[OsString]) -> Result<Command, ExitCode> {
    let is = |option: &str| args.iter().any(|arg| arg == option);
    let begins = |start: &str| {
        args.iter()
            .any(|arg| arg.to_string_lossy().starts_with(start))
    };
    if begins("-fopenmp") && !begins("-fopenmp-simd") {
        eprintln!("x86_64-hermit-{program}: no OpenMP with clang, whose code needs LLVM's libomp.");
        eprintln!(
            "  x86_64-hermit-gcc and -g++ have it, and their objects can be linked with clang's."
        );
        return Err(ExitCode::FAILURE);
    }
    if is("-shared") {
        eprintln!("x86_64-hermit-{program}: Hermit images are static: -shared is not supported");
        return Err(ExitCode::FAILURE);
    }
    let cxx = program == "clang++";
    let include = sysroot.join("include");
    let mut command = Command::new(program);
    command
        .args(["--target=x86_64-linux-gnu", "-Qunused-arguments"])
        .args([
            "-U__linux",
            "-U__linux__",
            "-Ulinux",
            "-U__gnu_linux__",
            "-D__hermit__=1",
        ])
        .args(["-nostdlibinc", "-fno-pie", "-ftls-model=local-exec"]);
    if cxx && !is("-nostdinc") && !is("-nostdinc++") {
        command.args(["-nostdinc++", "-D_GNU_SOURCE"]);
        for folder in ["c++", "c++/x86_64-hermit", "c++/backward"] {
            command.arg("-isystem").arg(include.join(folder));
        }
    }
    let links = !NO_LINK.iter().any(|option| is(option)) && !args.is_empty();
    let objects = links && !is("-nostdlib") && !is("-nostartfiles");
    let libraries = links && !is("-nostdlib") && !is("-nodefaultlibs");
    let lib = sysroot.join("lib");
    if links {
        command.args(["-static", "-no-pie", "-nostdlib", LINK]);
        if !begins("-T") && !begins("-Wl,-T") {
            let mut script = OsString::from("-Wl,-T,");
            script.push(lib.join("hermit.ld"));
            command.arg(script);
        }
    }
    if objects {
        command.args(["crt0.o", "crti.o", "crtbegin.o"].map(|name| linked(&lib.join(name))));
    }
    command.args(args);
    if !is("-nostdinc") {
        // After clang's own, which some of newlib's headers include by #include_next.
        for folder in [include.clone(), include.join("newlib")] {
            command.arg("-idirafter").arg(folder);
        }
    }
    if links {
        command.arg("-L").arg(&lib);
    }
    if libraries {
        if cxx {
            command.args(["-lstdc++", "-lm"]);
        }
        command.arg("-Wl,--start-group");
        command.args(["-lgcc", "-lgcc_eh", "-lhermit", "-lc", "-lm"]);
        command.arg("-Wl,--end-group");
    }
    if objects {
        command.args(["crtend.o", "crtn.o"].map(|name| linked(&lib.join(name))));
    }
    Ok(command)
}

/// A file for the linker alone, whatever `-x` says.
fn linked(file: &Path) -> OsString {
    let mut option = OsString::from("-Wl,");
    option.push::<&OsStr>(file.as_os_str());
    option
}
