//! Which suites there are: folders of GCC's source, and what their `.exp` files say of compiling and
//! running what is there.

/// A suite.
pub struct Group {
    /// On the command line, and of the list.
    pub name: &'static str,
    /// What is unpacked: tar's patterns.
    pub parts: &'static [&'static str],
    /// Flags that are always there.
    pub flags: &'static str,
    /// Folders of GCC's source that are searched for headers.
    pub include: &'static [&'static str],
    /// Where the tests are.
    pub folders: &'static [Tests],
    /// hermit-run's options.
    pub options: &'static [&'static str],
    /// Sources of helpers that every program is linked with.
    pub support: &'static [&'static str],
    /// A folder of files that programs open in their working folder.
    pub data: Option<&'static str>,
    /// The library without which the SDK lacks the language.
    pub library: &'static str,
    /// How many programs are drawn when all suites are run: all of them, if zero.
    pub draw: usize,
}

/// One folder of tests.
pub struct Tests {
    /// Below GCC's top folder.
    pub folder: &'static str,
    /// `gcc`, `g++` …
    pub compiler: &'static str,
    /// What `{ target c }` asks.
    pub language: &'static str,
    /// Of the files that are tests.
    pub extensions: &'static [&'static str],
    /// Paths with one of these in them are not taken.
    pub except: &'static [&'static str],
    /// Flags of a program without `dg-options`.
    pub default_flags: &'static str,
    /// What a program without `dg-do` is for.
    pub default_do: &'static str,
}

const fn openmp(folder: &'static str, compiler: &'static str, language: &'static str) -> Tests {
    Tests {
        folder,
        compiler,
        language,
        extensions: &["c", "C"],
        except: &[],
        default_flags: "-O2",
        default_do: "run",
    }
}

const fn fortran(folder: &'static str, except: &'static [&'static str]) -> Tests {
    Tests {
        folder,
        compiler: "gfortran",
        language: "fortran",
        extensions: FORTRAN,
        except,
        default_flags: "",
        default_do: "compile",
    }
}

const OPENMP: Group = Group {
    name: "libgomp",
    parts: &["*/libgomp/*", "*/include/*"],
    flags: "-fopenmp -w",
    include: &["libgomp", "include"],
    folders: &[
        openmp("libgomp/testsuite/libgomp.c", "gcc", "c"),
        openmp("libgomp/testsuite/libgomp.c-c++-common", "gcc", "c"),
    ],
    options: &["--cpus", "4", "--memory", "1G"],
    support: &[],
    data: None,
    library: "libgomp.a",
    draw: 0,
};

/// All suites.
pub const GROUPS: &[Group] = &[
    OPENMP,
    Group {
        name: "libgomp-c++",
        folders: &[
            openmp("libgomp/testsuite/libgomp.c++", "g++", "c++"),
            openmp("libgomp/testsuite/libgomp.c-c++-common", "g++", "c++"),
        ],
        library: "libstdc++.a",
        ..OPENMP
    },
    Group {
        name: "libgomp-fortran",
        folders: &[Tests {
            extensions: FORTRAN,
            ..openmp("libgomp/testsuite/libgomp.fortran", "gfortran", "fortran")
        }],
        library: "libgfortran.a",
        ..OPENMP
    },
    Group {
        name: "gfortran",
        parts: &["*/gcc/testsuite/gfortran.dg/*"],
        // A program that runs is tried with several levels of optimisation there; with one here.
        flags: "-w -O2",
        include: &[],
        // Folders with an `.exp` of their own ask something of the compiler, or for the sanitizers.
        folders: &[fortran(
            "gcc/testsuite/gfortran.dg",
            &[
                "/asan/",
                "/coarray/",
                "/graphite/",
                "/guality/",
                "/ubsan/",
                "/vect/",
            ],
        )],
        options: &["--memory", "512M"],
        support: &[],
        data: None,
        library: "libgfortran.a",
        draw: 300,
    },
    Group {
        name: "libstdc++",
        parts: &["*/libstdc++-v3/testsuite/*"],
        flags: "-w -O2 -fmessage-length=0 -DLOCALEDIR=\".\"",
        include: &["libstdc++-v3/testsuite/util"],
        folders: &[Tests {
            folder: "libstdc++-v3/testsuite",
            compiler: "g++",
            language: "c++",
            extensions: &["cc"],
            except: &[
                "_xin",
                "/performance/",
                "/experimental/simd/",
                "/util/",
                "/config/",
                "/libstdc++-",
            ],
            default_flags: "",
            default_do: "run",
        }],
        options: &["--cpus", "2", "--memory", "1G"],
        support: &[
            "libstdc++-v3/testsuite/util/testsuite_abi.cc",
            "libstdc++-v3/testsuite/util/testsuite_allocator.cc",
            "libstdc++-v3/testsuite/util/testsuite_character.cc",
            "libstdc++-v3/testsuite/util/testsuite_hooks.cc",
        ],
        data: Some("libstdc++-v3/testsuite/data"),
        library: "libstdc++.a",
        draw: 300,
    },
];

const FORTRAN: &[&str] = &[
    "f", "F", "f90", "F90", "f95", "F95", "f03", "F03", "f08", "F08",
];
