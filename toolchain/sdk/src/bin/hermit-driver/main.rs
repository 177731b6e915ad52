//! The program behind every `x86_64-hermit-*` name, and `hermit-go`.
//!
//! It finds the SDK by its own place (`SDK/libexec/hermit-driver`), so the SDK may be moved, and runs
//! Debian's compiler with the SDK's specs, or the GNU tool of the name. The specs read
//! `HERMIT_SYSROOT` from the environment.

mod clang;
mod environment;
mod exec;
mod go;

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const TARGET: &str = "x86_64-hermit";

/// Drivers of languages that an SDK may be without: the name in `make sdk LANGS=…`, the library without
/// which nothing could be linked, and the Debian package that brings it.
const RUNTIMES: &[(&str, &str, &str, &str)] = &[
    ("g++", "c++", "libstdc++.a", "g++-hermit"),
    ("clang++", "c++", "libstdc++.a", "g++-hermit"),
    ("gfortran", "fortran", "libgfortran.a", "gfortran-hermit"),
    ("gccgo", "go", "libgo.a", "gccgo-hermit"),
];

/// Stacks of goroutines do not grow by pieces, as gccgo's do elsewhere: they are large from the beginning,
/// have a guard below, and code must not step over that.
const GO_OPTIONS: &[&str] = &["-fno-split-stack", "-fstack-clash-protection"];

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let called = args.next().unwrap_or_default();
    let name = Path::new(&called)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let tool = name
        .strip_prefix(TARGET)
        .and_then(|n| n.strip_prefix('-'))
        .unwrap_or(&name);
    // GNU's config.sub knows no Hermit; it accepts x86_64-hermit-elf, and configure puts that first.
    let tool = tool.strip_prefix("elf-").unwrap_or(tool);
    let Some(sdk) = Sdk::find() else {
        eprintln!("{name}: cannot find the SDK that this program belongs to");
        return ExitCode::FAILURE;
    };
    let args: Vec<OsString> = args.collect();
    match tool {
        "hermit-go" => sdk.go(&args),
        "gcc" | "cc" => sdk.compile("gcc", &args),
        "g++" | "c++" => sdk.compile("g++", &args),
        "gfortran" | "gccgo" | "cpp" => sdk.compile(tool, &args),
        "clang" | "clang++" => sdk.clang(tool, &args),
        // GCC's wrappers load the plug-in that reads the objects of -flto.
        "ar" | "nm" | "ranlib" => sdk.gcc_tool(&format!("gcc-{tool}"), &args),
        "gcc-ar" | "gcc-nm" | "gcc-ranlib" => sdk.gcc_tool(tool, &args),
        "ld" => sdk.link(&args),
        "pkg-config" => sdk.pkg_config(&args),
        "as" | "objcopy" | "objdump" | "readelf" | "size" | "strip" | "strings" | "addr2line"
        | "c++filt" => execute(Command::new(tool).args(&args), "binutils"),
        "gdb" => execute(Command::new("gdb").args(&args), "gdb"),
        "exec" => exec::exec(&sdk.prefix.join("bin"), &args),
        "env" => environment::environment(&sdk.prefix, |driver| sdk.runtime(driver), &args),
        _ => {
            eprintln!("{name}: the Hermit SDK has no tool of this name");
            ExitCode::FAILURE
        }
    }
}

/// Becomes the other program; returns only if that failed.
fn execute(command: &mut Command, package: &str) -> ExitCode {
    let error = command.exec();
    let program = Path::new(command.get_program()).display().to_string();
    if error.kind() == std::io::ErrorKind::NotFound {
        eprintln!(
            "x86_64-hermit: {program} is not installed; it comes with Debian's package {package}:"
        );
        eprintln!("  apt install {package}");
    } else {
        eprintln!("x86_64-hermit: {program}: {error}");
    }
    ExitCode::FAILURE
}

/// Becomes a program that the user named; returns only if that failed, with the status that a shell gives.
fn hand_over(command: &mut Command) -> ExitCode {
    let error = command.exec();
    let program = Path::new(command.get_program()).display().to_string();
    eprintln!("{TARGET}: {program}: {error}");
    ExitCode::from(match error.kind() {
        std::io::ErrorKind::NotFound => 127,
        _ => 126,
    })
}

/// The SDK that this program belongs to.
struct Sdk {
    prefix: PathBuf,
    sysroot: PathBuf,
    gcc: String,
}

impl Sdk {
    fn find() -> Option<Sdk> {
        let me = std::env::current_exe().ok()?;
        let prefix = me.parent()?.parent()?.to_owned();
        let sysroot = prefix.join(TARGET);
        let gcc = std::fs::read_to_string(sysroot.join("lib/gcc-version")).ok()?;
        Some(Sdk {
            prefix,
            sysroot,
            gcc: gcc.trim().to_owned(),
        })
    }

    /// One of the compiler drivers.
    fn compile(&self, language: &str, args: &[OsString]) -> ExitCode {
        if let Some(answer) = args.iter().find_map(|arg| self.answer(arg.to_str()?)) {
            println!("{answer}");
            return ExitCode::SUCCESS;
        }
        if let Err(failure) = self.has_runtime(language) {
            return failure;
        }
        let program = format!("{language}-{}", self.gcc);
        let mut prefix = OsString::from("-B");
        prefix.push(self.sysroot.join("lib/"));
        let mut search = OsString::from("-L");
        search.push(self.sysroot.join("lib"));
        let mut specs = OsString::from("-specs=");
        specs.push(self.sysroot.join("lib/hermit.specs"));
        let mut command = Command::new(&program);
        command
            .env("HERMIT_SYSROOT", &self.sysroot)
            .arg(prefix)
            .arg(specs);
        if language == "gccgo" {
            self.tell_go_version(args);
            command.args(GO_OPTIONS);
        }
        command.args(args);
        // After the program's own -L, and not at all for the preprocessor, which does not know it.
        if language != "cpp" {
            command.arg(search);
        }
        if language == "gccgo" {
            command.arg("-I").arg(self.sysroot.join("lib/go"));
        }
        let package = if language == "gcc" {
            &program
        } else {
            &format!("{language}-{}", self.gcc)
        };
        execute(&mut command, package)
    }

    /// Whether the library is there without which nothing could be linked with a driver.
    fn runtime(&self, driver: &str) -> bool {
        let known = RUNTIMES.iter().find(|(name, ..)| *name == driver);
        known.is_none_or(|(_, _, library, _)| self.sysroot.join("lib").join(library).exists())
    }

    /// Says so, and what brings it, if the SDK is without the language of a driver.
    fn has_runtime(&self, driver: &str) -> Result<(), ExitCode> {
        let known = RUNTIMES.iter().find(|(name, ..)| *name == driver);
        let Some((_, language, library, package)) = known.filter(|_| !self.runtime(driver)) else {
            return Ok(());
        };
        eprintln!("{TARGET}-{driver}: this SDK is without {language} (no {library}).");
        if self.packaged() {
            eprintln!("  apt install {package}");
        } else {
            eprintln!("  make sdk LANGS=\"c {language}\"    builds it, in Hermit's sources");
        }
        Err(ExitCode::FAILURE)
    }

    /// Whether the SDK was installed as Debian packages: dpkg then has a list of their files.
    fn packaged(&self) -> bool {
        let root = self.prefix.parent().unwrap_or(&self.prefix);
        root.join("var/lib/dpkg/info/gcc-hermit.list").exists()
    }

    /// Debian's clang with the SDK's headers and libraries.
    fn clang(&self, program: &str, args: &[OsString]) -> ExitCode {
        if let Some(answer) = args.iter().find_map(|arg| self.answer(arg.to_str()?)) {
            println!("{answer}");
            return ExitCode::SUCCESS;
        }
        let command = self
            .has_runtime(program)
            .and_then(|()| clang::command(program, &self.sysroot, args));
        match command {
            Ok(mut command) => execute(&mut command, "clang"),
            Err(failure) => failure,
        }
    }

    /// What the compiler would answer with the host's name or place.
    fn answer(&self, option: &str) -> Option<String> {
        match option {
            "-dumpmachine" => Some(TARGET.into()),
            "-print-sysroot" | "--print-sysroot" => Some(self.sysroot.display().to_string()),
            "-print-multiarch" | "--print-multiarch" => Some(String::new()),
            _ => None,
        }
    }

    /// `ar`, `nm`, `ranlib` by way of the compiler's wrapper.
    fn gcc_tool(&self, tool: &str, args: &[OsString]) -> ExitCode {
        let program = format!("{tool}-{}", self.gcc);
        execute(
            Command::new(program).args(args),
            &format!("gcc-{}", self.gcc),
        )
    }

    /// The plain linker: our emulation and library folder; the linker script comes with gcc, or `-T`.
    fn link(&self, args: &[OsString]) -> ExitCode {
        let mut command = Command::new("ld");
        command
            .args(["-m", "elf_x86_64"])
            .args(args)
            .arg("-L")
            .arg(self.sysroot.join("lib"));
        execute(&mut command, "binutils")
    }

    /// pkg-config that sees only what was built for Hermit.
    fn pkg_config(&self, args: &[OsString]) -> ExitCode {
        let mut folders = self.sysroot.join("lib/pkgconfig").into_os_string();
        folders.push(":");
        folders.push(self.sysroot.join("share/pkgconfig"));
        let mut command = Command::new("pkg-config");
        command
            .args(args)
            .env("PKG_CONFIG_LIBDIR", folders)
            .env_remove("PKG_CONFIG_PATH");
        execute(&mut command, "pkg-config")
    }
}
