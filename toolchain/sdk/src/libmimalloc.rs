//! The C library's malloc: mimalloc's C source with our settings and system layer
//! (`toolchain/mimalloc`), as two objects for `libc.a`.
//!
//! Only the published names are global, and weak: a program may bring its own malloc.

use std::path::PathBuf;
use std::process::Command;

use crate::cache::Recipe;
use crate::layout::Layout;
use crate::run::{self, Log};
use crate::versions::Gcc;
use crate::{Result, archive, fetch};

const CFLAGS: &[&str] = &[
    "-O2",
    "-g1",
    "-std=gnu11",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-stack-protector",
    "-DNDEBUG",
    "-DMI_STAT=0",
    "-DMI_SECURE=0",
    "-DMI_DEBUG=0",
    "-DMI_PADDING=0",
];

/// What stays visible of mimalloc: the C library's names, and what the shim calls at a thread's end.
const NAMES: &[&str] = &[
    "malloc",
    "calloc",
    "realloc",
    "free",
    "cfree",
    "malloc_usable_size",
    "aligned_alloc",
    "memalign",
    "posix_memalign",
    "valloc",
    "pvalloc",
    "reallocarray",
    "reallocf",
    "malloc_trim",
    "mi_thread_done",
];

/// What newlib calls.
const REENT_NAMES: &[&str] = &[
    "_malloc_r",
    "_calloc_r",
    "_realloc_r",
    "_free_r",
    "_memalign_r",
    "_reallocf_r",
    "_malloc_usable_size_r",
];

/// Compiles the objects; they are in the folder that is returned.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    let (source, ours) = (fetch::mimalloc(layout)?, layout.toolchain("mimalloc"));
    let mut recipe = Recipe::new("mimalloc", include_str!("libmimalloc.rs"));
    recipe.text(&gcc.banner);
    recipe.file(&layout.toolchain("hermit.specs"))?;
    recipe.tree(&source.join("src"))?;
    recipe.tree(&ours)?;
    for header in ["hermit/memory.h", "hermit/system.h"] {
        recipe.file(&layout.root.join("include").join(header))?;
    }
    recipe.obtain(layout, |out| {
        let log = Log::begin(layout.build.join("log/mimalloc.log"))?;
        for unit in ["malloc", "reent"] {
            let mut compile = Command::new(layout.driver("gcc"));
            compile.args(CFLAGS).arg("-I").arg(&ours);
            compile
                .arg("-I")
                .arg(source.join("include"))
                .arg("-I")
                .arg(source.join("src"));
            compile.arg(format!("-ffile-prefix-map={}=mimalloc", source.display()));
            compile.arg(format!(
                "-ffile-prefix-map={}=hermit",
                layout.root.display()
            ));
            compile.arg("-c").arg(ours.join(unit).with_extension("c"));
            log.run(compile.arg("-o").arg(out.join(format!("hermit-{unit}.o"))))?;
        }
        archive::publish(&out.join("hermit-malloc.o"), NAMES, &log)?;
        archive::publish(&out.join("hermit-reent.o"), REENT_NAMES, &log)
    })
}

/// The objects themselves.
pub fn objects(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    Ok(run::files_under(folder)?
        .into_iter()
        .map(|file| folder.join(file))
        .collect())
}
