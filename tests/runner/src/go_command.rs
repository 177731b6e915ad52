//! Tests of `hermit-go`: the module of `tests/go-module` built, tested and run by it, and what it says to
//! what cannot be built.

use crate::compile::Places;
use crate::driver::{Bench, DriverTest};
use crate::language::Language;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const TESTS: &[DriverTest] = &[
    ("hermit-go-build", build),
    ("hermit-go-run", run),
    ("hermit-go-test", test),
    ("hermit-go-errors", errors),
];

/// All of them; none, and a line that says so, for an SDK without Go.
pub fn tests(places: &Places) -> &'static [DriverTest] {
    let Some(reason) = Language::Go.missing(places) else {
        return TESTS;
    };
    for (name, _) in TESTS {
        println!("test {name} ... ignored, {reason}");
    }
    &[]
}

/// A copy of the module, and what runs in it.
struct Module<'a> {
    bench: &'a Bench<'a>,
    folder: PathBuf,
}

impl<'a> Module<'a> {
    fn new(bench: &'a Bench) -> Result<Self, String> {
        let folder = bench.folder.join("module");
        let from = crate::root().join("tests/go-module");
        bench.output(Command::new("cp").arg("-r").arg(from).arg(&folder))?;
        Ok(Module { bench, folder })
    }

    fn write(&self, file: &str, text: &str) -> Result<(), String> {
        fs::write(self.folder.join(file), text).map_err(|e| format!("{file}: {e}"))
    }

    /// Runs a program of the SDK or of the module in the module's folder; its standard input is the text.
    fn does(&self, line: &str) -> Result<Output, String> {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let text = File::open(text()).map_err(|e| e.to_string())?;
        let mut command = Command::new(self.bench.places.sdk.join("bin").join(name));
        command
            .args(words)
            .current_dir(&self.folder)
            // Nothing of the user's.
            .env("GOCACHE", self.bench.places.out.join("go-cache"))
            .env("GOENV", "off")
            .env("GOFLAGS", "")
            .env("GOPROXY", "off")
            .env("HERMIT_RUN_CPUS", "4")
            .env("HERMIT_RUN_TIMEOUT", "60")
            .stdin(Stdio::from(text));
        command.output().map_err(|e| format!("{line}: {e}"))
    }

    /// The same, which must end with this status, and write these words to standard output or error.
    fn expect(&self, line: &str, status: i32, words: &str) -> Result<String, String> {
        let output = self.does(line)?;
        let said = [&output.stdout[..], &output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        match output.status.code() == Some(status) && said.contains(words) {
            true => Ok(said),
            false => Err(format!(
                "{line}: {}, not {status} and {words:?}: {said}",
                output.status
            )),
        }
    }
}

/// What the program counts.
fn text() -> PathBuf {
    crate::root().join("LICENSE-APACHE")
}

/// The most frequent words of the text, by other means.
fn reference(bench: &Bench, count: u32) -> Result<String, String> {
    let pipeline = format!(
        "tr A-Z a-z <\"$0\" | tr -cs a-z '\\n' | grep . | sort | uniq -c | \
         sort -k1,1nr -k2 | awk '{{ print $1, $2 }}' | head -n {count}"
    );
    let mut shell = Command::new("sh");
    bench.output(shell.args(["-c", &pipeline]).arg(text()).env("LC_ALL", "C"))
}

/// A module of several packages and a vendored one, by one command; with and without its symbols.
fn build(bench: &Bench) -> Result<(), String> {
    let module = Module::new(bench)?;
    let wanted = reference(bench, 30)?;
    module.expect("hermit-go build -o words .", 0, "")?;
    let whole = "goroutine 1 [running]:\nmain.main\n\t";
    module.expect("hermit-run words 100000", 2, whole)?;
    let size = |file| fs::metadata(module.folder.join(file)).map_or(0, |meta| meta.len());
    let before = size("words");
    for program in ["words", "stripped words"] {
        if program != "words" {
            module.expect("x86_64-hermit-strip words", 0, "")?;
        }
        let said = module.expect("hermit-run words 30", 0, "")?;
        if said != wanted {
            return Err(format!("{program}: {said:?}, not {wanted:?}"));
        }
        module.expect(
            "hermit-run words x",
            3,
            "words: strconv.Atoi: parsing \"x\"",
        )?;
        let panic = "panic: runtime error: slice bounds out of range [:100000] with ";
        module.expect("hermit-run words 100000", 2, panic)?;
    }
    match size("words") < before / 2 {
        true => Ok(()),
        false => Err(format!("{before} bytes, stripped {}", size("words"))),
    }
}

fn run(bench: &Bench) -> Result<(), String> {
    let module = Module::new(bench)?;
    let said = module.expect("hermit-go run . 5", 0, "")?;
    let wanted = reference(bench, 5)?;
    if said != wanted {
        return Err(format!("{said:?}, not {wanted:?}"));
    }
    // The go command's own status, and its words for the program's.
    module.expect("hermit-go run .", 1, "usage: words N\nexit status 2")?;
    Ok(())
}

fn test(bench: &Bench) -> Result<(), String> {
    let module = Module::new(bench)?;
    let said = module.expect("hermit-go test -v -count=1 ./...", 0, "")?;
    for line in [
        "--- PASS: TestWords",
        "--- PASS: TestBrokenReader",
        "--- PASS: TestFolder",
        "--- PASS: TestModule",
        "--- PASS: ExampleWords",
        "ok  \texample.org/words/count",
    ] {
        if !said.contains(line) {
            return Err(format!("no {line:?}: {said}"));
        }
    }
    let failing = "package count\n\nimport \"testing\"\n\n\
        func TestBad(t *testing.T) { t.Error(\"on purpose\") }\n";
    module.write("count/bad_test.go", failing)?;
    let said = module.expect("hermit-go test -count=1 ./...", 1, "--- FAIL: TestBad")?;
    match said.contains("on purpose") && said.contains("FAIL\texample.org/words/count") {
        true => Ok(()),
        false => Err(said),
    }
}

/// What cannot be built fails, and says why.
fn errors(bench: &Bench) -> Result<(), String> {
    let module = Module::new(bench)?;
    module.expect("hermit-go nonsense", 2, "go nonsense: unknown command")?;
    module.expect("hermit-go build ./nothing", 1, "directory not found")?;
    module.expect("hermit-go build -race .", 2, "-race is not supported")?;
    module.expect(
        "x86_64-hermit-gccgo nothing.go",
        1,
        "nothing.go: No such file",
    )?;
    for (main, status, words) in [
        (
            "missing()",
            2,
            "./main.go:2:15: error: reference to undefined name",
        ),
        ("}", 2, "./main.go:2:17: error: expected"),
    ] {
        module.write(
            "main.go",
            &format!("package main\nfunc main() {{ {main} }}\n"),
        )?;
        module.expect("hermit-go build .", status, words)?;
    }
    for (import, words) in [
        ("C", "build constraints exclude all Go files"),
        ("example.net/absent", "vendor/example.net/absent"),
    ] {
        let main = format!("package main\nimport _ \"{import}\"\nfunc main() {{}}\n");
        module.write("main.go", &main)?;
        module.expect("hermit-go build .", 1, words)?;
    }
    fs::remove_file(module.folder.join("go.mod")).map_err(|e| e.to_string())?;
    module.expect("hermit-go build .", 1, "cannot find main module")?;
    Ok(())
}
