//! The C library's malloc: mimalloc's C source with our settings and system layer
//! (`toolchain/mimalloc`), as one object for `libc.a`.
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
    // Nothing is ever thrown through it.
    "-fno-asynchronous-unwind-tables",
    // mimalloc's initialisers are longer than our empty counters.
    "-w",
    "-DNDEBUG",
    "-DMI_STAT=0",
    "-DMI_SECURE=0",
    "-DMI_DEBUG=0",
    "-DMI_PADDING=0",
];

/// What stays visible of mimalloc: the C library's names, and what the shim calls at a thread's end and when memory is out.
pub const NAMES: &[&str] = &[
    "malloc",
    "calloc",
    "realloc",
    "free",
    "free_sized",
    "free_aligned_sized",
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
    "mallinfo2",
    "mi_thread_done",
    "mi_collect",
];

/// Compiles the object; it is in the folder that is returned.
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
        let object = out.join("hermit-malloc.o");
        let mut compile = Command::new(layout.driver("gcc"));
        compile.args(CFLAGS);
        for folder in [&ours, &source.join("include"), &source.join("src")] {
            compile.arg("-I").arg(folder);
        }
        // Of two that fit, the last is taken; the source may be in a folder of ours.
        for (place, name) in [(&layout.root, "hermit"), (&source, "mimalloc")] {
            compile.arg(format!("-ffile-prefix-map={}={name}", place.display()));
        }
        log.run(
            compile
                .arg("-c")
                .arg(ours.join("malloc.c"))
                .arg("-o")
                .arg(&object),
        )?;
        archive::publish(&object, NAMES, &log)
    })
}

/// The object itself, in a list.
pub fn objects(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    Ok(run::files_under(folder)?
        .into_iter()
        .map(|file| folder.join(file))
        .collect())
}
