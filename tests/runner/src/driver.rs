//! Tests of the compiler driver: options in everyday use, compiling in steps, an SDK that has been
//! moved. Each builds the hello example in its own way and boots it.

use crate::compile::Places;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A test: its name and what it does.
pub type DriverTest = (&'static str, fn(&Bench) -> Result<(), String>);

/// What a test works with.
pub struct Bench<'a> {
    /// Where the SDK is.
    pub places: &'a Places,
    hello: PathBuf,
    /// The test's own folder.
    pub folder: PathBuf,
}

/// All of them.
pub const TESTS: &[DriverTest] = &[
    ("driver-dumpmachine", dump_machine),
    ("driver-macros", macros),
    ("driver-options", options),
    ("driver-steps", steps),
    ("driver-stdin", from_stdin),
    ("driver-errors", errors),
    ("driver-build-commands", build_commands),
    ("driver-moved-sdk", moved_sdk),
    ("driver-absent-languages", absent_languages),
    ("driver-absent-compilers", absent_compilers),
    ("driver-unused-code", unused_code),
];

/// Runs one test in a fresh folder of its own.
pub fn run(places: &Places, root: &Path, test: &DriverTest) -> Result<(), String> {
    let folder = places.out.join(test.0);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    test.1(&Bench {
        places,
        hello: root.join("examples/hello/main.c"),
        folder,
    })
}

impl Bench<'_> {
    fn tool(&self, name: &str) -> PathBuf {
        self.places.sdk.join(format!("bin/x86_64-hermit-{name}"))
    }

    /// Runs a command in the test's folder; its stdout if it succeeded.
    pub fn output(&self, command: &mut Command) -> Result<String, String> {
        let output = command
            .current_dir(&self.folder)
            .output()
            .map_err(|e| format!("{}: {e}", command.get_program().display()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("{command:?}: {}\n{errors}", output.status))
    }

    /// Compiles in the test's folder.
    pub fn gcc(&self, arguments: &[&str]) -> Result<String, String> {
        self.output(Command::new(self.tool("gcc")).args(arguments))
    }

    /// Boots a program of the folder, which must greet.
    fn greets(&self, sdk: &Path, program: &str) -> Result<(), String> {
        let mut command = Command::new(sdk.join("bin/hermit-run"));
        let output = self.output(command.args(["--timeout", "60", program]))?;
        if output == "Hello from Hermit!\n" {
            Ok(())
        } else {
            Err(format!("it says {output:?}"))
        }
    }
}

fn dump_machine(bench: &Bench) -> Result<(), String> {
    let machine = bench.gcc(&["-dumpmachine"])?;
    if machine.trim() == "x86_64-hermit" {
        Ok(())
    } else {
        Err(machine)
    }
}

fn macros(bench: &Bench) -> Result<(), String> {
    let text = bench.gcc(&["-E", "-dM", "-x", "c", "/dev/null"])?;
    let defined = |name: &str| {
        text.lines()
            .any(|l| l.split_whitespace().nth(1) == Some(name))
    };
    for name in ["__hermit__", "__x86_64__", "__ELF__"] {
        if !defined(name) {
            return Err(format!("{name} is not defined"));
        }
    }
    for name in ["__linux__", "__linux", "linux", "__gnu_linux__"] {
        if defined(name) {
            return Err(format!("{name} is defined"));
        }
    }
    Ok(())
}

fn options(bench: &Bench) -> Result<(), String> {
    let hello = bench.hello.to_string_lossy();
    // x86-64-v3 stands for -march=native: the processor is QEMU's, not this one.
    let lists = [
        "",
        "-O0 -g3",
        "-O3 -march=x86-64-v3",
        "-Ofast",
        "-Os",
        "-flto",
        "-flto -O3 -static",
        "-static",
        "-pthread",
        "-fopenmp",
        "-std=c99 -pedantic-errors",
        "-std=c11",
        "-fstack-protector-all",
        "-fPIC",
        "-ffunction-sections -fdata-sections -Wl,--gc-sections",
        "-s",
        "-fno-pie -no-pie",
        "-Wl,-Map=hello.map",
        "-D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -O2",
        "-save-temps",
    ];
    for list in lists {
        let mut arguments: Vec<&str> = list.split_whitespace().collect();
        arguments.extend([hello.as_ref(), "-o", "hello"]);
        arguments.extend(["-lm", "-lpthread", "-lrt", "-ldl", "-lutil", "-lc"]);
        bench.gcc(&arguments)?;
        bench
            .greets(&bench.places.sdk, "hello")
            .map_err(|e| format!("with {list:?}: {e}"))?;
    }
    Ok(())
}

/// Preprocessing, compiling, assembling, archiving and linking one after another, with the names
/// that other people's makefiles use.
fn steps(bench: &Bench) -> Result<(), String> {
    let hello = bench.hello.to_string_lossy();
    bench.gcc(&["-E", &hello, "-o", "hello.i"])?;
    bench.gcc(&["-O2", "-S", "hello.i"])?;
    bench.output(Command::new(bench.tool("as")).args(["hello.s", "-o", "hello.o"]))?;
    bench.output(Command::new(bench.tool("ar")).args(["rcs", "libhello.a", "hello.o"]))?;
    bench.output(Command::new(bench.tool("ranlib")).arg("libhello.a"))?;
    let names = bench.output(Command::new(bench.tool("nm")).arg("libhello.a"))?;
    if !names.contains(" T main") {
        return Err(format!("nm shows no main: {names}"));
    }
    bench.gcc(&["-L.", "-lhello", "-o", "hello"])?;
    bench.output(Command::new(bench.tool("strip")).arg("hello"))?;
    bench.output(Command::new(bench.tool("size")).arg("hello"))?;
    bench.greets(&bench.places.sdk, "./hello")?;
    let dependencies = bench.gcc(&["-M", &hello])?;
    if dependencies.contains("/usr/include/") {
        return Err(format!("headers of the host are read: {dependencies}"));
    }
    Ok(())
}

fn from_stdin(bench: &Bench) -> Result<(), String> {
    let mut command = Command::new(bench.tool("gcc"));
    command.args(["-x", "c", "-", "-o", "name with blank"]);
    command.stdin(std::fs::File::open(&bench.hello).map_err(|e| e.to_string())?);
    bench.output(&mut command)?;
    bench.greets(&bench.places.sdk, "name with blank")
}

/// What must not succeed.
/// `x86_64-hermit-env` and `x86_64-hermit-exec`: statuses, and what they hand over.
fn build_commands(bench: &Bench) -> Result<(), String> {
    let program = "#include <stdio.h>\n#include <stdlib.h>\n\
        int main(int n, char **v) { printf(\"%s %s\", getenv(\"GREETING\"), n > 1 ? v[1] : \"\"); return 7; }\n";
    std::fs::write(bench.folder.join("p.c"), program).map_err(|e| e.to_string())?;
    bench.gcc(&["p.c", "-o", "p"])?;
    // As a link that went wrong leaves it.
    let mut strip = Command::new(bench.tool("objcopy"));
    bench.output(strip.args(["--remove-section", ".note.hermit", "p", "low"]))?;
    for (tool, line, status, words) in [
        ("exec", "./p word", 7, "hello word"),
        ("exec", "false", 1, ""),
        ("exec", "printf %s-%s a b", 0, "a-b"),
        ("exec", "./low", 126, "hermit-run: ./low "),
        ("exec", "./nothing", 127, "./nothing: No such file"),
        ("exec", "./p.c", 126, "./p.c: Permission denied"),
        ("exec", "", 125, "usage: "),
        ("env", "printenv CC", 0, "x86_64-hermit-gcc"),
        ("env", "x86_64-hermit-gcc -dumpmachine", 0, "x86_64-hermit"),
        ("env", "nothing", 127, "nothing: No such file"),
        ("env", "--bogus", 125, "Usage: "),
        ("env", "--binfmt", 125, "Usage: "),
        ("env", "", 0, "export CONFIG_SITE='"),
    ] {
        let mut command = Command::new(bench.tool(tool));
        command.args(line.split(' ').filter(|word| !word.is_empty()));
        let output = command
            .env("GREETING", "hello")
            .current_dir(&bench.folder)
            .output();
        let output = output.map_err(|e| e.to_string())?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        if output.status.code() != Some(status) || !said.contains(words) {
            return Err(format!("{tool} {line}: {}, {said:?}", output.status));
        }
    }
    Ok(())
}

fn errors(bench: &Bench) -> Result<(), String> {
    std::fs::write(
        bench.folder.join("bad.c"),
        "int main(void) { return missing(); }\n",
    )
    .map_err(|e| e.to_string())?;
    for arguments in [&["bad.c"][..], &["no-such-file.c"], &[]] {
        if bench.gcc(arguments).is_ok() {
            return Err(format!("gcc {arguments:?} succeeds"));
        }
    }
    Ok(())
}

/// Parts of the kernel and of the C library that hello has no use for, by what their symbols contain. The
/// program below uses all of them, so a name that has changed is noticed.
const OPTIONAL: &[&str] = &[
    "2p9",
    "mqueue",
    "aio",
    "dtoa",
    "vfprintf",
    "setlocale",
    "pthread_create",
];
const USES_ALL: &str = r#"
#include <aio.h>
#include <locale.h>
#include <mqueue.h>
#include <pthread.h>
#include <stdio.h>

static void *thread(void *argument) { return argument; }

int main(int count, char **names)
{
	struct aiocb block = { 0 };
	pthread_t id;
	FILE *file = fopen(names[0], setlocale(LC_ALL, "C"));
	int error = pthread_create(&id, NULL, thread, file) + aio_read(&block);
	return printf("%f", count * .5) + error + mq_open(names[0], 0);
}
"#;

/// `--gc-sections` keeps what a program does not use out of its image.
fn unused_code(bench: &Bench) -> Result<(), String> {
    let symbols = |program: &str| bench.output(Command::new(bench.tool("nm")).arg(program));
    std::fs::write(bench.folder.join("uses.c"), USES_ALL).map_err(|e| e.to_string())?;
    bench.gcc(&["-O2", "uses.c", "-o", "uses"])?;
    bench.gcc(&["-O2", &bench.hello.to_string_lossy(), "-o", "hello"])?;
    let (uses, hello) = (symbols("uses")?, symbols("hello")?);
    let has = |symbols: &str, part: &str| {
        let name = |line: &&str| line.rsplit(' ').next().is_some_and(|n| n.contains(part));
        symbols.lines().find(name).map(str::to_owned)
    };
    for part in OPTIONAL {
        if has(&uses, part).is_none() {
            return Err(format!("a program that uses {part} has no such symbol"));
        }
        if let Some(symbol) = has(&hello, part) {
            return Err(format!("hello has {symbol}"));
        }
    }
    Ok(())
}

/// The SDK works from any place, one with a blank in its name too.
fn moved_sdk(bench: &Bench) -> Result<(), String> {
    let moved = bench.folder.join("moved sdk");
    bench.output(
        Command::new("cp")
            .arg("-a")
            .arg(&bench.places.sdk)
            .arg(&moved),
    )?;
    let mut command = Command::new(moved.join("bin/x86_64-hermit-gcc"));
    command
        .args(["-v", "-O2", "-fopenmp"])
        .arg(&bench.hello)
        .args(["-o", "hello", "-lm"]);
    let output = command
        .current_dir(&bench.folder)
        .output()
        .map_err(|e| e.to_string())?;
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(log.into_owned());
    }
    let old = bench.places.sdk.to_string_lossy();
    if let Some(line) = log.lines().find(|line| line.contains(old.as_ref())) {
        return Err(format!("the old place is used: {line}"));
    }
    bench.greets(&moved, "hello")?;
    std::fs::remove_dir_all(&moved).map_err(|e| e.to_string())
}

/// Without its compiler, a driver says which Debian package brings it.
fn absent_compilers(bench: &Bench) -> Result<(), String> {
    let version = bench.places.sdk.join("x86_64-hermit/lib/gcc-version");
    let version = std::fs::read_to_string(version).map_err(|e| e.to_string())?;
    for (driver, package) in [
        ("gcc", format!("gcc-{}", version.trim())),
        ("g++", format!("g++-{}", version.trim())),
        ("gfortran", format!("gfortran-{}", version.trim())),
        ("clang", "clang".to_owned()),
        ("clang++", "clang".to_owned()),
        ("gdb", "gdb".to_owned()),
        ("objdump", "binutils".to_owned()),
    ] {
        let mut command = Command::new(bench.tool(driver));
        // No folder of programs at all.
        command.env("PATH", &bench.folder).args(["-c", "x.c"]);
        let output = command.output().map_err(|e| e.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr);
        let brings = format!("apt install {package}");
        // In an SDK without the language that comes first.
        let fits = said.contains(&brings) || said.contains("make sdk LANGS=");
        if output.status.success() || !fits {
            return Err(format!("{driver} does not say {brings:?}: {said}"));
        }
    }
    Ok(())
}

/// In an SDK of C alone, the other drivers say what brings their language: the Debian package where dpkg
/// knows the SDK, else `make sdk`.
fn absent_languages(bench: &Bench) -> Result<(), String> {
    let sdk = bench.folder.join("sdk");
    let (bin, lib) = (sdk.join("bin"), sdk.join("x86_64-hermit/lib"));
    let libexec = sdk.join("libexec");
    let dpkg = bench.folder.join("var/lib/dpkg/info");
    for folder in [&bin, &lib, &libexec, &dpkg] {
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    }
    for (file, into) in [
        ("libexec/hermit-driver", &libexec),
        ("x86_64-hermit/lib/gcc-version", &lib),
    ] {
        let file = bench.places.sdk.join(file);
        bench.output(Command::new("cp").arg(file).arg(into))?;
    }
    let must_say = |name: &str, brings: &str| {
        let program = bin.join(name);
        let _ = std::fs::remove_file(&program);
        std::os::unix::fs::symlink("../libexec/hermit-driver", &program)
            .map_err(|e| e.to_string())?;
        let output = Command::new(&program).args(["-c", "x.cc"]).output();
        let output = output.map_err(|e| e.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() || !said.contains(brings) {
            return Err(format!("{name} does not say {brings:?}: {said}"));
        }
        Ok(())
    };
    let drivers = [
        ("x86_64-hermit-g++", "c++", "g++-hermit"),
        ("x86_64-hermit-clang++", "c++", "g++-hermit"),
        ("x86_64-hermit-gfortran", "fortran", "gfortran-hermit"),
        ("x86_64-hermit-gccgo", "go", "gccgo-hermit"),
        ("hermit-go", "go", "gccgo-hermit"),
    ];
    for (name, language, _) in drivers {
        must_say(name, &format!("make sdk LANGS=\"c {language}\""))?;
    }
    std::fs::write(dpkg.join("gcc-hermit.list"), "/.\n").map_err(|e| e.to_string())?;
    for (name, _, package) in drivers {
        must_say(name, &format!("apt install {package}\n"))?;
    }
    Ok(())
}
