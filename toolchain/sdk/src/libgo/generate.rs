//! The Go files that describe the system: what libgo's makefile makes with its own scripts from the headers,
//! and what it writes down from its configuration.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Build;
use crate::run;
use crate::{Doing, Result, fail};

const GOARCH: &str = "amd64";
const GOOS: &str = "hermit";

/// Generated files and the packages that they are part of.
pub const OF_PACKAGES: &[(&str, &str)] = &[
    ("go/types", "gccgosizes.go"),
    ("golang.org/x/sys/cpu", "gcpugen.go"),
    ("internal/buildcfg", "buildcfg.go"),
    ("internal/cpu", "cpugen.go"),
    ("internal/goarch", "zgoarch.go"),
    ("internal/goos", "zgoos.go"),
    ("internal/goroot", "zstdpkglist.go"),
    ("os", "os_linknames.go"),
    ("os/user", "os_user_linknames.go"),
    ("runtime", "goroot.go"),
    ("runtime", "runtime_linknames.go"),
    ("runtime", "runtime_sysinfo.go"),
    ("runtime", "sigtab.go"),
    ("runtime/internal/sys", "version.go"),
    ("syscall", "libcalls.go"),
    ("syscall", "syscall_arch.go"),
    ("syscall", "syscall_linknames.go"),
    ("syscall", "sysinfo.go"),
];

/// The macros that libgo's own configure would define.
pub const DEFINES: &[&str] = &[
    "-DHAVE_CONFIG_H",
    "-D_GNU_SOURCE",
    "-D_LARGEFILE_SOURCE",
    "-D_FILE_OFFSET_BITS=64",
];

/// Makes all of [`OF_PACKAGES`].
pub fn system(build: &Build) -> Result<()> {
    constants(build)?;
    headers(build)?;
    linknames(build)
}

/// Types and constants out of the headers.
fn headers(build: &Build) -> Result<()> {
    let mut gcc = build.c_compiler();
    gcc.args([
        "-O",
        "-fdump-go-spec=gen-sysinfo.go",
        "-std=gnu99",
        "-S",
        "-o",
        "sysinfo.s",
    ]);
    build
        .workshop
        .run(gcc.arg(build.source.join("sysinfo.c")))?;
    build.write("errno.c", "#include <errno.h>\n")?;
    let mut gcc = build.c_compiler();
    build
        .workshop
        .run(gcc.args(["-E", "-dM", "-o", "errno.i", "errno.c"]))?;
    for (script, file) in [
        ("mksysinfo.sh", "sysinfo.go"),
        ("mkrsysinfo.sh", "runtime_sysinfo.go"),
    ] {
        build.workshop.run(&mut build.script(script))?;
        let (made, wanted) = (format!("tmp-{file}"), build.objects.join(file));
        fs::rename(build.objects.join(&made), &wanted).doing(made)?;
    }
    let table = build.output(&mut build.script("mksigtab.sh"))?;
    build.write("sigtab.go", &table)
}

/// The C functions behind Go's declarations.
fn linknames(build: &Build) -> Result<()> {
    let awk = |script: &str, package: Option<&str>, files: &[PathBuf]| {
        let mut awk = Command::new("awk");
        awk.current_dir(&build.objects);
        awk.arg("-f").arg(build.source.join(script));
        if let Some(package) = package {
            awk.arg("-v").arg(format!("package={package}"));
        }
        build.output(awk.args(files))
    };
    let calls = awk("go/syscall/mksyscall.awk", None, &build.files("syscall")?)?;
    build.write("libcalls.go", &calls)?;
    let names = "mklinknames.awk";
    let calls = [PathBuf::from("libcalls.go")];
    build.write(
        "syscall_linknames.go",
        &awk(names, Some("syscall"), &calls)?,
    )?;
    for (folder, package, file) in [
        ("runtime", "runtime", "runtime_linknames.go"),
        ("os", "os", "os_linknames.go"),
        ("os/user", "user", "os_user_linknames.go"),
    ] {
        build.write(file, &awk(names, Some(package), &build.files(folder)?)?)?;
    }
    Ok(())
}

/// What is known of system and processor.
fn constants(build: &Build) -> Result<()> {
    let configure = build.source.join("configure.ac");
    let configure = fs::read_to_string(&configure).doing(configure.display())?;
    let list = |name: &str| {
        let line = configure
            .lines()
            .find_map(|l| l.strip_prefix(name)?.strip_prefix("=\""));
        let names = line.map(|line| {
            line.trim_end_matches('"')
                .split_whitespace()
                .collect::<Vec<_>>()
        });
        names.ok_or_else(|| format!("libgo/configure.ac has no {name}"))
    };
    let flags = |names: &[&str], this: &str| {
        let line = |name: &&str| {
            let (first, rest) = name.split_at(1);
            format!(
                "const Is{}{rest} = {}\n",
                first.to_uppercase(),
                u8::from(*name == this)
            )
        };
        names.iter().map(line).collect::<String>()
    };
    let arch = |key: &str| {
        let mut script = build.script("goarch.sh");
        let value = build.output(script.args([GOARCH, key]))?;
        Ok::<_, String>(value.trim().to_owned())
    };

    let mut text = format!("package goarch\n\nconst GOARCH = \"{GOARCH}\"\n\nconst (\n");
    for (name, key) in [
        ("_ArchFamily", "family"),
        ("_BigEndian", "bigendian"),
        ("_DefaultPhysPageSize", "defaultphyspagesize"),
        ("_Int64Align", "int64align"),
        ("_MinFrameSize", "minframesize"),
        ("_PCQuantum", "pcquantum"),
        ("_StackAlign", "stackalign"),
    ] {
        text.push_str(&format!("\t{name} = {}\n", arch(key)?));
    }
    text.push_str(")\n\nconst (\n\tUNKNOWN ArchFamilyType = iota\n");
    let families = list("ALLGOARCHFAMILY")?;
    families
        .iter()
        .for_each(|family| text.push_str(&format!("\t{family}\n")));
    text.push_str(")\n\n");
    text.push_str(&flags(&list("ALLGOARCH")?, GOARCH));
    build.write("zgoarch.go", &text)?;

    let systems: Vec<_> = list("ALLGOOS")?.into_iter().chain([GOOS]).collect();
    let text = format!(
        "package goos\n\nconst GOOS = \"{GOOS}\"\n\n{}",
        flags(&systems, GOOS)
    );
    build.write("zgoos.go", &text)?;

    let line = arch("cachelinesize")?;
    let version = build.source.join("VERSION");
    let version = fs::read_to_string(&version).doing(version.display())?;
    let version = version.lines().next().unwrap_or_default();
    let declarations = build.source.join("go/runtime/extern.go");
    let declarations = fs::read_to_string(&declarations).doing(declarations.display())?;
    // GCC 12 declares it, and its linker sets it; later ones have their makefile do both.
    let own_version = match declarations.contains("\nvar buildVersion string\n") {
        true => String::new(),
        false => format!("var buildVersion = \"{version}\"\n"),
    };
    let packages = build.source.join("libgo-packages.txt");
    let packages = fs::read_to_string(&packages).doing(packages.display())?;
    let standard = packages
        .split_whitespace()
        .chain(["unsafe"])
        .filter(|p| !p.contains('.'));
    let standard: String = standard
        .map(|package| format!("\t\"{package}\": true,\n"))
        .collect();
    for (file, text) in [
        (
            "cpugen.go",
            format!(
                "package cpu\n\nconst CacheLinePadSize = {line}\nconst FunctionDescriptors = false\n"
            ),
        ),
        (
            "gcpugen.go",
            format!("package cpu\n\nconst cacheLineSize = {line}\n"),
        ),
        (
            "version.go",
            format!(
                "package sys\n\nconst TheVersion = \"{version}\"\nconst GccgoToolDir = \"\"\n\
                 const StackGuardMultiplierDefault = 1\n"
            ),
        ),
        (
            "goroot.go",
            format!("package runtime\n\nvar defaultGOROOT = \"/usr\"\n{own_version}"),
        ),
        (
            "syscall_arch.go",
            format!("package syscall\n\nconst ARCH = \"{GOARCH}\"\nconst OS = \"{GOOS}\"\n"),
        ),
        (
            "gccgosizes.go",
            format!(
                "package types\n\nvar gccgoArchSizes = map[string]*StdSizes{{\n\t\"{GOARCH}\": {{{}, {}}},\n}}\n",
                arch("ptrsize")?,
                arch("maxalign")?
            ),
        ),
        (
            "zstdpkglist.go",
            format!("package goroot\n\nvar stdpkg = map[string]bool{{\n{standard}}}\n"),
        ),
        ("buildcfg.go", build_configuration(version)),
    ] {
        build.write(file, &text)?;
    }
    Ok(())
}

fn build_configuration(version: &str) -> String {
    let mut text = String::from(
        "package buildcfg\n\nimport \"runtime\"\n\nfunc defaultGOROOTValue() string { return \"/usr\" }\n\n",
    );
    text.push_str("const defaultGOOS = runtime.GOOS\nconst defaultGOARCH = runtime.GOARCH\n");
    for (name, value) in [
        ("version", version),
        ("defaultGO386", "sse2"),
        ("defaultGOAMD64", "v1"),
        ("defaultGOARM", "5"),
        ("defaultGOMIPS", "hardfloat"),
        ("defaultGOMIPS64", "hardfloat"),
        ("defaultGOPPC64", "power8"),
        ("defaultGOEXPERIMENT", "fieldtrack"),
        ("defaultGO_EXTLINK_ENABLED", ""),
        ("defaultGO_LDSO", ""),
    ] {
        text.push_str(&format!("const {name} = \"{value}\"\n"));
    }
    text
}

impl Build<'_> {
    /// The C compiler with libgo's macros and headers.
    pub(super) fn c_compiler(&self) -> Command {
        let mut gcc = self.compiler("gcc");
        gcc.args(DEFINES).arg("-I.");
        for folder in [
            self.ours.join("c"),
            self.ours.join("include"),
            self.source.join("runtime"),
            self.workshop.objects("libffi").join("include"),
            self.workshop.objects("libbacktrace"),
            self.workshop.source.join("libbacktrace"),
            self.workshop.source.join("libgcc"),
            self.workshop.source.join("include"),
        ] {
            gcc.arg("-I").arg(self.named(&folder));
        }
        gcc
    }

    /// One of libgo's scripts.
    pub(super) fn script(&self, name: &str) -> Command {
        let mut sh = Command::new("sh");
        sh.current_dir(&self.objects)
            .env("GOARCH", GOARCH)
            .env("GOOS", GOOS)
            .arg(self.source.join(name));
        sh
    }

    fn output(&self, command: &mut Command) -> Result<String> {
        let name = format!("{command:?}");
        let out = command.stdin(Stdio::null()).output().doing(&name)?;
        if !out.status.success() {
            return fail(format!("{name}: {}", String::from_utf8_lossy(&out.stderr)));
        }
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }

    fn write(&self, file: &str, text: &str) -> Result<()> {
        run::write(&self.objects.join(file), text.as_bytes())
    }
}
