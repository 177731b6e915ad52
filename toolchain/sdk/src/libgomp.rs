//! libgomp, OpenMP's runtime, from the compiler's own source package.
//!
//! Built in its futex configuration (`config/linux`: spin, then sleep in the kernel) without a change in
//! its source: the triplet names a Linux, and headers that come before its own (`toolchain/libgomp`)
//! turn its futex calls into calls of our kernel.

use std::path::PathBuf;

use crate::layout::Layout;
use crate::runtime::Library;
use crate::versions::Gcc;
use crate::{Result, run};

const LIBRARY: Library = Library {
    name: "libgomp",
    steps: include_str!("libgomp.rs"),
    parts: &["*/libgomp/*"],
    headers: &[
        "hermit/futex.h",
        "hermit/time.h",
        "pthread.h",
        "sched.h",
        "semaphore.h",
        "stdio.h",
        "time.h",
        "sys/time.h",
        "dirent.h",
        "malloc.h",
        "fcntl.h",
        "sys/utsname.h",
        "dlfcn.h",
        "endian.h",
        "sys/mman.h",
    ],
};

/// Builds libgomp: the result has `libgomp.a`, `omp.h`, and what Fortran includes and its module is made
/// from, `omp_lib.h` and `omp_lib.f90`.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    LIBRARY.obtain(layout, gcc, |workshop, out| {
        let ours = layout.toolchain("libgomp");
        let ours = ours.display();
        let options = format!("-I{ours} -ffile-prefix-map={ours}=hermit/libgomp");
        let mut configure = workshop.configure("libgomp", &options)?;
        configure
            .args(["--enable-linux-futex=yes", "FC=no"])
            // There are no offload plug-ins to load.
            .env("ac_cv_lib_dl_dlsym", "no")
            // There is one, by which programs learn that there is no load average.
            .env("ac_cv_func_getloadavg", "no");
        workshop.run(&mut configure)?;
        workshop.make("libgomp", &["libgomp.la"])?;
        let objects = workshop.objects("libgomp");
        run::copy(&objects.join(".libs/libgomp.a"), &out.join("libgomp.a"))?;
        for file in ["omp.h", "omp_lib.h", "omp_lib.f90"] {
            run::copy(&objects.join(file), &out.join(file))?;
        }
        Ok(())
    })
}
