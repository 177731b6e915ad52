//! `hermit-go`: the go command that comes with gccgo, set up to build for Hermit and to run what it built.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, ExitCode};

use crate::{Sdk, execute};

/// What is linked into every Go program.
const LIBRARIES: &[&str] = &[
    "libgo.a",
    "libgobegin.a",
    "libhermit.a",
    "libc.a",
    "hermit.ld",
];

/// The folder of the module that the current folder belongs to.
fn module() -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let module = here.ancestors().find(|dir| dir.join("go.mod").is_file())?;
    module.to_str().map(str::to_owned)
}

impl Sdk {
    /// The go command with these arguments.
    pub fn go(&self, args: &[OsString]) -> ExitCode {
        if let Err(failure) = self.has_runtime("gccgo") {
            return failure;
        }
        let program = format!("go-{}", self.gcc);
        let bin = self.sysroot.with_file_name("bin");
        let mut command = Command::new(&program);
        command
            .env("GOOS", "hermit")
            .env("GOARCH", "amd64")
            .env("GCCGO", bin.join("x86_64-hermit-gccgo"))
            // What a module needs is in its vendor folder, or wherever GOFLAGS and GOPROXY say.
            .env("CGO_ENABLED", "0");
        let mut args = args.iter();
        if let Some(verb) = args.next() {
            command.arg(verb);
            if verb == "run" || verb == "test" {
                let mut run = format!("{} --cwd", bin.join("hermit-run").display());
                // A test runs in its package's folder and may read what lies beside it in the module.
                if verb == "test"
                    && let Some(module) = module()
                    && !module.contains([' ', '\'', '"', ':'])
                {
                    run += &format!(" --mount {module}:{module}");
                }
                command.arg("-exec").arg(run);
            }
        }
        command.args(args);
        execute(&mut command, &format!("gccgo-{}", self.gcc))
    }

    /// Changes when a library does. The go command keeps what it has built by the compiler's version, which
    /// it takes from a line of this form in what `-###` says.
    pub fn tell_go_version(&self, args: &[OsString]) {
        if !args.iter().any(|arg| arg == "-###") {
            return;
        }
        let of = |name: &&str| {
            let file = self.sysroot.join("lib").join(name);
            let meta = file.metadata().ok()?;
            Some(format!(
                "{}.{}.{}",
                meta.size(),
                meta.mtime(),
                meta.mtime_nsec()
            ))
        };
        let versions: Vec<_> = LIBRARIES.iter().filter_map(of).collect();
        eprintln!("hermit version {}", versions.join("-"));
    }
}
