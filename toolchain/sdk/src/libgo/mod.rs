//! libgo, Go's library and run-time system, from the compiler's own source package.
//!
//! libgo's makefiles know no Hermit, so what they do is done here: choose the files of each package
//! (`select`), make those that describe the system (`generate`), compile the packages in the order of their
//! imports (`compile`). Files of ours, `toolchain/libgo`, are added to the packages; a few lines of libgo's are
//! edited on the way to the compiler ([`EDITS`]). libbacktrace and libffi become part of the library, as
//! elsewhere.

mod compile;
mod generate;
mod select;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::layout::Layout;
use crate::run::{self, make_dir};
use crate::runtime::{CFLAGS, Library, Workshop};
use crate::versions::Gcc;
use crate::{Doing, Result, archive, fail};

const LIBRARY: Library = Library {
    name: "libgo",
    steps: concat!(
        include_str!("mod.rs"),
        include_str!("compile.rs"),
        include_str!("generate.rs"),
        include_str!("select.rs")
    ),
    parts: &[
        "*/libgo/*",
        "*/libffi/*",
        "*/libbacktrace/*",
        "*/libgcc/*.h",
        "*/contrib/*",
        "--exclude=*/libgo/*_test.go",
        "--exclude=*/testdata/*",
    ],
    headers: &[
        "dirent.h",
        "errno.h",
        "fcntl.h",
        "grp.h",
        "link.h",
        "netdb.h",
        "poll.h",
        "pthread.h",
        "pwd.h",
        "sched.h",
        "semaphore.h",
        "stdio.h",
        "stdlib.h",
        "string.h",
        "syslog.h",
        "termios.h",
        "time.h",
        "ucontext.h",
        "unistd.h",
        "utime.h",
        "net/if.h",
        "netinet/in.h",
        "netinet/tcp.h",
        "sys/file.h",
        "sys/ioctl.h",
        "sys/mman.h",
        "sys/resource.h",
        "sys/select.h",
        "sys/socket.h",
        "sys/stat.h",
        "sys/time.h",
        "sys/uio.h",
        "sys/un.h",
        "sys/utsname.h",
        "sys/wait.h",
    ],
};

/// The lines of libgo that Hermit needs otherwise: file, text that is there, text in its place. A text that
/// ends in a newline stands for the whole line that begins so.
const EDITS: &[(&str, &str, &str)] = &[
    // Where the heap may be, and in what pieces it grows: tables of the upstream size would take 64 MB.
    (
        "go/runtime/malloc.go",
        "\theapAddrBits = \n",
        "\theapAddrBits = 40\n",
    ),
    (
        "go/runtime/malloc.go",
        "\tlogHeapArenaBytes = \n",
        "\tlogHeapArenaBytes = 22\n",
    ),
    (
        "go/runtime/malloc.go",
        "\tarenaBaseOffset = \n",
        "\tarenaBaseOffset = 0\n",
    ),
    // Our netpoll wants to know before each wait.
    (
        "go/runtime/netpoll.go",
        "GOOS == \"aix\"",
        "GOOS == \"hermit\"",
    ),
    (
        "go/go/build/syslist.go",
        "goosList = \"",
        "goosList = \"hermit ",
    ),
    // The C library keeps signals 32 to 34 for itself, too.
    (
        "go/runtime/signal_gccgo.go",
        "GOOS == \"linux\" && (i == 32",
        "GOOS == \"hermit\" && (i == 32",
    ),
    // The C library's look-up, which knows localhost without a file or a server.
    ("go/net/conf.go", "GOOS == \"darwin\"", "GOOS == \"hermit\""),
    // What runtime.Version says, which nobody else sets.
    (
        "go/runtime/proc.go",
        "buildVersion = \"unknown\"",
        "buildVersion = sys.TheVersion",
    ),
    // A searching thread may find several goroutines whose timers ran out. It keeps the first one: putting it
    // back for having used up its time would begin the search anew with the others at hand, which is fatal.
    (
        "go/runtime/proc.go",
        "gp != nil && gp.preempt",
        "gp != nil && gp.preempt && !_g_.m.spinning",
    ),
    // What was created by nobody has no line that says by whom.
    (
        "go/runtime/traceback_gccgo.go",
        "showframe(function, gp, false) && gp.goid != 1",
        "showframe(function, gp, false) && gp.goid != 1 && pc != 0",
    ),
    // Stacks with a guard below them, in memory that is not counted before it is touched.
    ("runtime/proc.c", "4 * 1024 * 1024)\n", "HERMIT_GO_STACK)\n"),
    (
        "runtime/proc.c",
        "stacksize = 32 * 1024;",
        "stacksize = HERMIT_GO_SIGNAL_STACK;",
    ),
    (
        "runtime/proc.c",
        "runtime_sysAlloc(stacksize, &getMemstats()->stacks_sys)",
        "hermit_go_stack(stacksize)",
    ),
    (
        "runtime/proc.c",
        "runtime_sysFree(gp->gcinitialsp, gp->gcstacksize, &getMemstats()->stacks_sys)",
        "hermit_go_stack_free(gp->gcinitialsp, gp->gcstacksize)",
    ),
    // A goroutine that gets the stack of an earlier one has nothing on it before it runs.
    (
        "runtime/proc.c",
        "newg->gcnextsp = (uintptr)(*sp);",
        "newg->gcnextsp = 0;",
    ),
    // A program that does not find its own file goes on without names and lines.
    (
        "runtime/go-caller.c",
        "(errnum == -1)",
        "(errnum <= 0 || errnum == 2)",
    ),
    (
        "runtime/go-callers.c",
        "(errnum == -1)",
        "(errnum <= 0 || errnum == 2)",
    ),
];

/// C files of libgo's that other systems need, or that we have a file of our own for.
const NOT_OURS: &[&str] = &[
    "go-libmain.c",
    "go-signal.c",
    "go-strerror.c",
    "rtems-task-variable-add.c",
    "clone_linux.c",
];

/// GCC's source, seen from the build folder.
const SOURCE: &str = "gcc";

/// Builds libgo: the result has the libraries, and the packages' export data in `lib/go`.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    LIBRARY.obtain(layout, gcc, |workshop, out| {
        for name in ["libbacktrace", "libffi"] {
            workshop.run(&mut workshop.configure(name, "")?)?;
            workshop.make(name, &["all"])?;
        }
        let objects = workshop.objects("libgo");
        make_dir(&objects)?;
        // Beside GCC's, so that each source has a name from the build folder that is the same in all builds.
        let ours = workshop.source.join("hermit/libgo");
        run::copy_tree(&layout.toolchain("libgo"), &ours)?;
        let build = Build {
            workshop,
            source: workshop.source.join("libgo"),
            objects,
            exceptions: select::exceptions(&ours.join("files.list"))?,
            ours,
        };
        let source = build.objects.join(SOURCE);
        std::os::unix::fs::symlink(&workshop.source, &source).doing(source.display())?;
        build.edit()?;
        generate::system(&build)?;
        let packages = build.packages()?;
        compile::packages(&build, &packages)?;
        let c_objects = compile::c_files(&build)?;
        build.install(&packages, c_objects, &out.join("lib"))
    })
}

/// What the steps share.
struct Build<'a> {
    workshop: &'a Workshop,
    /// libgo's source, edited.
    source: PathBuf,
    /// Where generated files and objects go; commands run there.
    objects: PathBuf,
    /// Our `toolchain/libgo`, beside GCC's source.
    ours: PathBuf,
    exceptions: BTreeMap<String, select::Exceptions>,
}

/// A package: what it is compiled of, and which packages it imports.
struct Package {
    files: Vec<PathBuf>,
    imports: Vec<String>,
}

impl Build<'_> {
    fn edit(&self) -> Result<()> {
        for (file, before, after) in EDITS {
            let path = self.source.join(file);
            let text = fs::read_to_string(&path).doing(path.display())?;
            let Some(edited) = edited(&text, before, after) else {
                return fail(format!("libgo/{file} has no `{}`", before.trim()));
            };
            run::write(&path, edited.as_bytes())?;
        }
        Ok(())
    }

    /// The files that a package is compiled of, those that are generated apart.
    fn files(&self, package: &str) -> Result<Vec<PathBuf>> {
        let folder = self.source.join("go").join(package);
        let mut files = select::files(package, &folder, self.exceptions.get(package))?;
        let own = self.ours.join("go").join(package);
        if own.is_dir() {
            let names = fs::read_dir(&own).doing(own.display())?.flatten();
            let go = |path: &PathBuf| path.extension().is_some_and(|e| e == "go");
            files.extend(names.map(|entry| entry.path()).filter(go));
        }
        files.sort();
        Ok(files)
    }

    /// All packages of the library; those of which nothing is left for Hermit are none.
    fn packages(&self) -> Result<BTreeMap<String, Package>> {
        let list = self.source.join("libgo-packages.txt");
        let list = fs::read_to_string(&list).doing(list.display())?;
        let mut packages = BTreeMap::new();
        for name in list.split_whitespace() {
            let mut files = self.files(name)?;
            if files.is_empty() {
                continue;
            }
            let generated = generate::OF_PACKAGES.iter().filter(|(of, _)| *of == name);
            files.extend(generated.map(|(_, file)| self.objects.join(file)));
            let imports = select::imports(&files)?;
            packages.insert(name.to_owned(), Package { files, imports });
        }
        Ok(packages)
    }

    /// Puts libraries and export data into a `lib` folder.
    fn install(
        &self,
        packages: &BTreeMap<String, Package>,
        c_objects: Vec<PathBuf>,
        lib: &Path,
    ) -> Result<()> {
        make_dir(lib)?;
        let (main, mut members): (Vec<_>, Vec<_>) = c_objects
            .into_iter()
            .partition(|object| object.ends_with("go-main.o"));
        archive::add(&lib.join("libgobegin.a"), &main)?;
        for name in packages.keys() {
            members.push(self.objects.join(compile::object(name)));
            let export = self.objects.join(name).with_added_extension("gox");
            run::copy(
                &export,
                &lib.join("go").join(name).with_added_extension("gox"),
            )?;
        }
        for (library, file) in [
            ("libbacktrace", ".libs/libbacktrace.a"),
            ("libffi", ".libs/libffi_convenience.a"),
        ] {
            members.extend(self.unpacked(library, file)?);
        }
        archive::add(&lib.join("libgo.a"), &members)
    }

    /// The members of a library, as files.
    fn unpacked(&self, library: &str, file: &str) -> Result<Vec<PathBuf>> {
        let folder = self.objects.join(library);
        make_dir(&folder)?;
        let from = self.workshop.objects(library).join(file);
        self.workshop
            .run(archive::tool("ar").current_dir(&folder).arg("x").arg(from))?;
        let members = run::files_under(&folder)?;
        let members: Vec<_> = members.iter().map(|member| folder.join(member)).collect();
        for member in &members {
            // Assembly without the note that it needs no executable stack gives the whole program one.
            let mut objcopy = Command::new("objcopy");
            objcopy.arg("--remove-section=.note.GNU-stack");
            objcopy.arg("--add-section=.note.GNU-stack=/dev/null");
            self.workshop.run(objcopy.arg(member))?;
        }
        Ok(members)
    }

    /// Flags as of all run-time libraries, with the builder's folders kept out of debug information.
    fn flags(&self) -> Vec<String> {
        let compiler = self.workshop.compiler("gcc");
        let sdk = compiler.ancestors().nth(2).unwrap_or(&compiler);
        let source = PathBuf::from(SOURCE);
        // The last one that fits is taken.
        let places = [
            (self.objects.clone(), "/gcc/libgo"),
            ("..".into(), "/gcc"),
            (source.clone(), "/gcc"),
            (source.join("hermit"), "/hermit"),
            (sdk.join("x86_64-hermit"), "/hermit"),
        ];
        let maps =
            places.map(|(place, name)| format!("-ffile-prefix-map={}={name}", place.display()));
        CFLAGS.split(' ').map(str::to_owned).chain(maps).collect()
    }

    /// A source, or a folder of sources, by its name from the build folder: export data has the names by which
    /// sources were compiled, and they must not say where that was.
    fn named(&self, source: &Path) -> PathBuf {
        let inside = |folder: &Path| source.strip_prefix(folder).ok();
        if let Some(generated) = inside(&self.objects) {
            return generated.into();
        }
        if let Some(rest) = self.objects.parent().and_then(inside) {
            return Path::new("..").join(rest);
        }
        match inside(&self.workshop.source) {
            Some(rest) => Path::new(SOURCE).join(rest),
            None => source.into(),
        }
    }

    /// A compiler that runs in the build folder.
    fn compiler(&self, name: &str) -> Command {
        let mut command = Command::new(self.workshop.compiler(name));
        command.current_dir(&self.objects);
        command
    }
}

/// A text with one of [`EDITS`]; nothing if there is nothing to edit.
fn edited(text: &str, before: &str, after: &str) -> Option<String> {
    let Some(begin) = before.strip_suffix('\n') else {
        return text.contains(before).then(|| text.replace(before, after));
    };
    let mut found = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let at = line.find(begin);
        found |= at.is_some();
        at.map_or(line.to_owned(), |at| format!("{}{after}", &line[..at]))
    });
    let text = lines.collect();
    found.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::edited;

    #[test]
    fn edits_replace_words_or_whole_lines() {
        assert_eq!(edited("a b\nc", "b", "x").as_deref(), Some("a x\nc"));
        assert_eq!(
            edited("p = 1 + 2\nq\n", "p = \n", "p = 3\n").as_deref(),
            Some("p = 3\nq\n")
        );
        assert_eq!(edited("q", "p", "x"), None);
        assert_eq!(edited("q\n", "p = \n", "x"), None);
    }
}
