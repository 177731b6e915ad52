//! libgfortran, Fortran's run-time library, from the compiler's own source package, and what it stands
//! on: libquadmath for real(16), libbacktrace for the names and lines of an error's backtrace.

use std::path::{Path, PathBuf};

use crate::layout::Layout;
use crate::runtime::{Library, Workshop};
use crate::versions::Gcc;
use crate::{Doing, Result, run};

const LIBRARY: Library = Library {
    name: "libgfortran",
    steps: include_str!("libgfortran.rs"),
    parts: &[
        "*/libgfortran/*",
        "*/libquadmath/*",
        "*/libbacktrace/*",
        "*/libgcc/*.h",
        "*/gcc/fortran/libgfortran.h",
        "*/libgomp/omp_lib*",
        "*/contrib/*",
    ],
    headers: &[
        "dlfcn.h",
        "fcntl.h",
        "link.h",
        "pthread.h",
        "stdio.h",
        "stdlib.h",
        "string.h",
        "time.h",
        "unistd.h",
        "sys/mman.h",
        "sys/random.h",
        "sys/time.h",
        "sys/uio.h",
    ],
};

/// Builds libgfortran: the result has the libraries, and the modules in `lib/finclude`.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    LIBRARY.obtain(layout, gcc, |workshop, out| {
        workshop.threads_header()?;
        for name in ["libbacktrace", "libquadmath"] {
            workshop.run(&mut workshop.configure(name, "")?)?;
            workshop.make(name, &["all"])?;
        }
        // Folders of the compiler's own build, which are empty here; to Fortran it matters that they exist.
        run::make_dir(&workshop.source.join("gcc/config"))?;
        run::make_dir(&workshop.objects("libgfortran").join("../../gcc"))?;
        let mut configure = workshop.configure("libgfortran", "-DGTHREAD_USE_WEAK=0")?;
        configure.arg(format!(
            "GFORTRAN={}",
            workshop.compiler("gfortran").display()
        ));
        // There is one, without a header, by which programs learn that there are no other processes.
        configure.env("ac_cv_func_posix_spawn", "no");
        workshop.run(&mut configure)?;
        workshop.make("libgfortran", &["all"])?;
        let lib = out.join("lib");
        for (name, library) in [
            ("libgfortran", "libgfortran.a"),
            ("libgfortran", "libcaf_single.a"),
            ("libquadmath", "libquadmath.a"),
        ] {
            let built = workshop.objects(name).join(".libs").join(library);
            run::copy(&built, &lib.join(library))?;
        }
        modules(workshop, &lib.join("finclude"))
    })
}

/// The intrinsic modules.
fn modules(workshop: &Workshop, folder: &Path) -> Result<()> {
    let made = workshop.objects("libgfortran");
    for file in std::fs::read_dir(&made).doing(made.display())?.flatten() {
        let file = file.path();
        if file.extension().is_some_and(|e| e == "mod") {
            let name = file.file_name().unwrap_or_default();
            run::copy(&file, &folder.join(name))?;
        }
    }
    Ok(())
}
