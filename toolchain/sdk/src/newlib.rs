//! newlib: the C library and its maths, from Debian's `newlib-source`, unpatched except that
//! `configure.host` learns the target's name, and for a few faults that [`MENDS`] and [`STDIO`] list.
//!
//! Choices. Per-thread state is plain `_Thread_local` variables, so a thread has no `struct _reent` to
//! set up and `errno` is one instruction away. Locks are left to the kernel's side (retargetable
//! locking), malloc to mimalloc, directories, signals, `clock`, `getcwd` and everything else that needs
//! an operating system to the libc shim; of newlib's POSIX layer only what is pure C is built.
//!
//! What is built here depends on the headers listed in `HEADERS`, not on the kernel.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cache::Recipe;
use crate::layout::Layout;
use crate::run::{self, Log, empty_dir};
use crate::stdio_mends::STDIO;
use crate::versions::Gcc;
use crate::{Doing, Result, archive, fail, fetch};

/// Those of our headers that newlib is compiled with, and with them what they include; a change in one
/// of them rebuilds newlib. Any other it does not see.
pub const HEADERS: &[&str] = &[
    "sys/config.h",
    "sys/features.h",
    "sys/types.h",
    "sys/_pthreadtypes.h",
    "sys/sched.h",
    "sys/dirent.h",
    "sys/stat.h",
    "sys/signal.h",
    "sys/select.h",
    "sys/resource.h",
    "sys/syslimits.h",
    "machine/_types.h",
];

/// Configure's name for the target: config.sub wants an operating system that it knows.
const TRIPLET: &str = "x86_64-hermit-elf";

/// The target's entry in newlib's first table, which chooses folders.
const FOLDERS: &str = "  x86_64-hermit-*)\n\tposix_dir=posix\n\tunix_dir=unix\n\t;;\n";

/// What follows it there.
const FOLDERS_END: &str = "  *-*-netware*)\n";

/// The order of its archives' members, which is each awk's own, and is made that of its lists.
const ANY_ORDER: &str = "  for (i in objs) \\\n    print objs[i]; \\\n";
const IN_ORDER: &str = "  for (i = 1; i <= NF; ++i) \\\n    if (i in objs) print objs[i]; \\\n";

/// What the shim provides, in the words of newlib's own switches.
const PROVIDED: &[&str] = &[
    "MISSING_SYSCALL_NAMES",
    "MALLOC_PROVIDED",
    "SIGNAL_PROVIDED",
    "CLOCK_PROVIDED",
    "GETREENT_PROVIDED",
    "HAVE_OPENDIR",
    "HAVE_FCNTL",
    "HAVE_BLKSIZE",
    "HAVE_RENAME",
    "HAVE_MKDIR",
    "HAVE_NANOSLEEP",
    "_STDIO_BSD_SEMANTICS",
    "_NO_EXECVE",
    // Its stand-in calls a function that nothing declares, an error to GCC 14.
    "_NO_GETCWD",
    "_NO_GETLOGIN",
    "_NO_GETPASS",
    "_NO_GETUT",
    "_NO_POPEN",
    "_NO_POSIX_SPAWN",
    "_NO_SIGSET",
    "_NO_WORDEXP",
    // `%m`, and an `L` or `ll` before either kind of number.
    "_GLIBC_EXTENSION",
    // exp, exp2, log, log2, pow, and sin and cos of float by newlib's newer code, which is what glibc has: half a
    // unit of the last place off instead of a whole one, and faster.
    "__OBSOLETE_MATH_DEFAULT=0",
];

/// Members of libc.a that would answer wrongly where the shim has the right function: they guess at an
/// operating system (`pread` as two seeks and a read, `getcwd` by walking up), or there is no process
/// to do it for; and those that `toolchain/libc` has better.
const DROPPED: &[&str] = &[
    "pread",
    "pwrite",
    "getcwd",
    "isatty",
    "_isatty",
    "ttyname",
    "ttyname_r",
    "getpass",
    "getlogin",
    "getut",
    "getpwent",
    "sigset",
    "sleep",
    "usleep",
    "creat",
    "popen",
    "posix_spawn",
    "execl",
    "execle",
    "execlp",
    "execv",
    "execve",
    "execvp",
    "strptime",
    "wordexp",
    "wordfree",
    "opendir",
    "closedir",
    "readdir",
    "readdir_r",
    "rewinddir",
    "seekdir",
    "telldir",
    "dirfd",
    "lock",
    "system",
    "rename",
    "unlink",
    "link",
    "signal",
    "raise",
    "clock",
    "malloc",
    "calloc",
    "realloc",
    "mlock",
    "malign",
    "valloc",
    "mstats",
    "mtrim",
    "msize",
    "reallocr",
    "aligned_alloc",
    "reallocarray",
    "reallocf",
    "mallocr",
    "callocr",
    "freer",
    "cfreer",
    "mallinfor",
    "mallstatsr",
    "msizer",
    "malignr",
    "malloptr",
    "pvallocr",
    "vallocr",
    "psignal",
    "execr",
    "renamer",
    "remove",
    "stack_protector",
    "ndbm",
    "hash",
    "hash_bigkey",
    "hash_buf",
    "hash_page",
    "u_strerr",
    "fnmatch",
    "glob",
    "getopt",
    "getsubopt",
    "getenv",
    "getenv_r",
    "putenv",
    "putenv_r",
    "setenv",
    "setenv_r",
    "rand48",
    "drand48",
    "erand48",
    "jrand48",
    "lcong48",
    "lrand48",
    "mrand48",
    "nrand48",
    "seed48",
    "srand48",
    "rand",
    "random",
];

/// A fault of newlib: files below `newlib/libc`, what they say, and what they should say.
pub type Mend = (&'static [&'static str], &'static str, &'static str);

const MENDS: &[Mend] = &[
    // Positional arguments: as a parameter, `ap` has decayed to a pointer where `va_list` is an array, so
    // `&ap` is not the address of a `va_list`. (GCC 14 compiles no scanf() so, which is not linked.)
    (
        &[
            "stdio/vfprintf.c",
            "stdio/vfwprintf.c",
            "stdio/vfscanf.c",
            "stdio/vfwscanf.c",
        ],
        "&ap, &numargs",
        "(va_list *) ap, &numargs",
    ),
    // UTF-8 has no halves of surrogate pairs.
    (
        &["stdlib/wctomb_r.c"],
        "if (wchar >= 0x800 && wchar <= 0xffff)\n    {\n",
        "if (wchar >= 0x800 && wchar <= 0xffff)\n    {\n      if (sizeof (wchar_t) > 2 && wchar >= 0xd800 && wchar <= 0xdfff)\n\t{\n\t  _REENT_ERRNO(r) = EILSEQ;\n\t  return -1;\n\t}\n",
    ),
    (
        &["stdlib/mbtowc_r.c"],
        "if (state->__value.__wchb[0] == 0xe0 && ch < 0xa0)",
        "if ((state->__value.__wchb[0] == 0xe0 && ch < 0xa0)\n\t  || (state->__value.__wchb[0] == 0xed && ch > 0x9f))",
    ),
    // A thread's own locale counts, and one that has chosen none has not chosen the global one's address.
    (
        &["locale/setlocale.h"],
        "#else\n  return __get_global_locale();\n",
        "#else\n  return _REENT_LOCALE(_REENT) ?: __get_global_locale ();\n",
    ),
    (
        &["locale/uselocale.c"],
        "current_locale = __get_locale_r (p);",
        "current_locale = _REENT_LOCALE(p);",
    ),
    // toolchain/libc's iconv() uses these for character sets of 8 bits.
    (
        &["iconv/lib/iconv.c"],
        "\niconv_open (const char",
        "\n__newlib_iconv_open (const char",
    ),
    (
        &["iconv/lib/iconv.c"],
        "\niconv (iconv_t cd,",
        "\n__newlib_iconv (iconv_t cd,",
    ),
    (
        &["iconv/lib/iconv.c"],
        "\niconv_close (iconv_t cd)",
        "\n__newlib_iconv_close (iconv_t cd)",
    ),
    // open_wmemstream() gathers bytes; the right one is in toolchain/libc.
    (
        &["stdio/open_memstream.c"],
        "\nopen_wmemstream (",
        "\n__newlib_open_wmemstream (",
    ),
    // Where a local time is from: `tm_gmtoff` and `tm_zone`, which newlib's functions leave to Cygwin.
    (
        &["time/gmtime_r.c"],
        "res->tm_isdst = 0;\n",
        "res->tm_isdst = 0;\n  res->tm_gmtoff = 0;\n  res->tm_zone = \"GMT\";\n",
    ),
    // A year that no int holds.
    (
        &["time/gmtime_r.c"],
        "  days = lcltime / SECSPERDAY",
        "  if (lcltime > 67768036191676799 || lcltime < -67768040609740800)\n    {\n      errno = EOVERFLOW;\n      return 0;\n    }\n  days = lcltime / SECSPERDAY",
    ),
    (
        &["time/gmtime_r.c"],
        "#include \"local.h\"\n",
        "#include <errno.h>\n#include \"local.h\"\n",
    ),
    (
        &["time/lcltime_r.c"],
        "  res = gmtime_r (tim_p, res);\n",
        "  if (!gmtime_r (tim_p, res))\n    return 0;\n",
    ),
    (
        &["time/lcltime_r.c"],
        "  TZ_UNLOCK;\n",
        "  res->tm_gmtoff = -tz->__tzrule[res->tm_isdst > 0].offset;\n  res->tm_zone = _tzname[res->tm_isdst > 0];\n  TZ_UNLOCK;\n",
    ),
];

const CFLAGS: &str =
    "-O2 -g1 -ffunction-sections -fdata-sections -fno-stack-protector -Wa,--noexecstack";

/// What iconv() converts between: Unicode, and the character sets of 8 bits.
const ENCODINGS: &[&str] = &[
    "us_ascii",
    "utf_8",
    "utf_16",
    "utf_16be",
    "utf_16le",
    "ucs_2",
    "ucs_2be",
    "ucs_2le",
    "ucs_4",
    "ucs_4be",
    "ucs_4le",
    "ucs_4_internal",
    "iso_8859_1",
    "iso_8859_2",
    "iso_8859_3",
    "iso_8859_4",
    "iso_8859_5",
    "iso_8859_6",
    "iso_8859_7",
    "iso_8859_8",
    "iso_8859_9",
    "iso_8859_10",
    "iso_8859_11",
    "iso_8859_13",
    "iso_8859_14",
    "iso_8859_15",
    "cp775",
    "cp850",
    "cp852",
    "cp855",
    "cp866",
    "koi8_r",
    "koi8_u",
    "win_1250",
    "win_1251",
    "win_1252",
    "win_1253",
    "win_1254",
    "win_1255",
    "win_1256",
    "win_1257",
    "win_1258",
];

/// Builds newlib: the result has `include`, `lib/libc.a` and `lib/libm.a`.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<std::path::PathBuf> {
    let tarball = fetch::newlib(layout)?;
    let mut recipe = Recipe::new("newlib", include_str!("newlib.rs"));
    recipe.text(include_str!("stdio_mends.rs"));
    recipe.text(&gcc.banner);
    recipe.tarball(&tarball)?;
    recipe.file(&layout.toolchain("hermit.specs"))?;
    let include = layout.root.join("include");
    let headers = with_included(&include, HEADERS)?;
    for header in &headers {
        recipe.text(header);
        recipe.file(&include.join(header))?;
    }
    recipe.obtain(layout, |out| make(layout, gcc, &tarball, &headers, out))
}

/// These headers of ours as far as they exist, and those that they include.
pub fn with_included<'a>(
    include: &Path,
    headers: impl IntoIterator<Item = &'a &'a str>,
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut todo: Vec<String> = headers.into_iter().map(|h| (*h).to_owned()).collect();
    while let Some(header) = todo.pop() {
        let path = include.join(&header);
        if !path.exists() || !found.insert(header) {
            continue;
        }
        let text = fs::read_to_string(&path).doing(path.display())?;
        todo.extend(text.lines().filter_map(included).map(str::to_owned));
    }
    Ok(found)
}

/// The header that a line `#include <HEADER>` names.
fn included(line: &str) -> Option<&str> {
    let line = line
        .trim_start()
        .strip_prefix('#')?
        .trim_start()
        .strip_prefix("include")?;
    line.trim_start()
        .strip_prefix('<')?
        .split_once('>')
        .map(|(header, _)| header)
}

fn make(
    layout: &Layout,
    gcc: &Gcc,
    tarball: &Path,
    own_headers: &BTreeSet<String>,
    out: &Path,
) -> Result<()> {
    let work = layout.build.join("work/newlib");
    let (source, objects, headers) = (
        work.join("source"),
        work.join("build"),
        work.join("headers"),
    );
    empty_dir(&work)?;
    empty_dir(&objects)?;
    let log = Log::begin(layout.build.join("log/newlib.log"))?;
    fetch::unpack(tarball, &source, &[], &log)?;
    replace(
        &source.join("newlib/configure.host"),
        FOLDERS_END,
        &format!("{FOLDERS}{FOLDERS_END}"),
    )?;
    replace(&source.join("newlib/Makefile.in"), ANY_ORDER, IN_ORDER)?;
    for (files, before, after) in MENDS.iter().chain(STDIO) {
        for file in *files {
            replace(&source.join("newlib/libc").join(file), before, after)?;
        }
    }
    for header in own_headers {
        run::copy(
            &layout.root.join("include").join(header),
            &headers.join(header),
        )?;
    }

    let defines: String = PROVIDED.iter().map(|name| format!(" -D{name}")).collect();
    let flags = format!(
        "{CFLAGS}{defines} -ffile-prefix-map={}=newlib -ffile-prefix-map={}=newlib \
         -ffile-prefix-map={}=hermit",
        objects.display(),
        source.join("newlib").display(),
        headers.display(),
    );
    let compiler = format!(
        "{} -isystem {}",
        layout.driver("gcc").display(),
        headers.display()
    );
    let mut configure = Command::new(source.join("configure"));
    configure
        .current_dir(&objects)
        .args(["CC", "CC_FOR_BUILD"].map(|v| format!("{v}={}", gcc.program("gcc"))))
        .arg(format!("CC_FOR_TARGET={compiler}"))
        .arg(format!("CFLAGS_FOR_TARGET={flags}"))
        .arg(format!("--target={TRIPLET}"))
        .arg(format!("--prefix={}", objects.join("inst").display()))
        .args([
            "--disable-multilib",
            "--disable-libgloss",
            "--disable-nls",
            "--enable-newlib-multithread",
            "--enable-newlib-retargetable-locking",
            "--enable-newlib-reent-thread-local",
            "--enable-newlib-global-atexit",
            "--enable-newlib-global-stdio-streams",
            "--enable-newlib-io-long-long",
            "--enable-newlib-io-long-double",
            "--enable-newlib-io-c99-formats",
            "--enable-newlib-io-pos-args",
            "--enable-newlib-mb",
            "--enable-newlib-iconv",
        ])
        .arg(format!(
            "--enable-newlib-iconv-encodings={}",
            ENCODINGS.join(",")
        ))
        .args(["--disable-newlib-supplied-syscalls"]);
    for tool in [
        "ar", "ranlib", "as", "ld", "nm", "strip", "objdump", "objcopy", "readelf",
    ] {
        configure.arg(format!("{}_FOR_TARGET={tool}", tool.to_uppercase()));
    }
    log.run(&mut configure)?;
    log.run(make_command(&objects).arg("all-target-newlib"))?;
    log.run(make_command(&objects).arg("install-target-newlib"))?;

    let installed = objects.join("inst").join(TRIPLET);
    run::output(
        Command::new("cp")
            .arg("-r")
            .arg(installed.join("include"))
            .arg(out),
    )?;
    for library in ["libc.a", "libm.a"] {
        run::copy(
            &installed.join("lib").join(library),
            &out.join("lib").join(library),
        )?;
    }
    drop_members(&out.join("lib/libc.a"), &log)?;
    run::remove(&work)
}

/// `make` on two cores, without documentation.
pub fn make_command(folder: &Path) -> Command {
    let jobs = std::thread::available_parallelism().map_or(2, |n| n.get());
    let mut make = Command::new("make");
    // The caller may be a make itself, whose job slots are not for this one.
    make.env_remove("MAKEFLAGS")
        .env_remove("MFLAGS")
        .env_remove("MAKELEVEL");
    make.current_dir(folder)
        .arg(format!("-j{jobs}"))
        .arg("MAKEINFO=true");
    make
}

/// Replaces text that must be there.
fn replace(file: &Path, before: &str, after: &str) -> Result<()> {
    let text = fs::read_to_string(file).doing(file.display())?;
    if !text.contains(before) {
        return fail(format!(
            "{}: does not contain what is to be changed: {before}",
            file.display()
        ));
    }
    fs::write(file, text.replace(before, after)).doing(file.display())
}

fn drop_members(library: &Path, log: &Log) -> Result<()> {
    let members = run::output(archive::tool("ar").arg("t").arg(library))?;
    let name = |m: &str| {
        m.strip_suffix(".o")
            .and_then(|m| m.rsplit('-').next())
            .map(str::to_owned)
    };
    let dropped = members.lines().filter(|m| {
        let Some(name) = name(m) else { return false };
        let name = name.strip_prefix("libc_a_").unwrap_or(&name);
        DROPPED.contains(&name)
    });
    log.run(archive::tool("ar").arg("d").arg(library).args(dropped))
}

#[cfg(test)]
mod tests {
    use super::included;

    #[test]
    fn include_lines() {
        assert_eq!(
            included("#include <sys/types.h> /* why */"),
            Some("sys/types.h")
        );
        assert_eq!(included("  # include <a.h>"), Some("a.h"));
        assert_eq!(included("#include_next <a.h>"), None);
        assert_eq!(included("#include \"a.h\""), None);
    }
}
