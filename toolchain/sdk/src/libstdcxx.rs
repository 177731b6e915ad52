//! libstdc++, the C++ library, from the compiler's own source package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::layout::Layout;
use crate::runtime::{Library, TRIPLET};
use crate::versions::Gcc;
use crate::{Doing, Result, run};

/// Faults of headers: the file, what it says, and what it should say. A release that says it otherwise is left
/// as it is.
///
/// All three: a waiter of `std::atomic` looked at the value, and only then took the lock under which it sleeps;
/// who changed the value notified without that lock. A notification between the two was lost.
const MENDS: &[(&str, &str, &str)] = &[
    (
        "bits/atomic_wait.h",
        "\
	__platform_wait_t __val;
	__atomic_load(__addr, &__val, __ATOMIC_SEQ_CST);
	if (__val == __old)
	  {
	    lock_guard<mutex> __l(_M_mtx);
	    _M_cv.wait(_M_mtx);
	  }
",
        "\
	lock_guard<mutex> __l(_M_mtx);
	__platform_wait_t __val;
	__atomic_load(__addr, &__val, __ATOMIC_SEQ_CST);
	if (__val == __old)
	  _M_cv.wait(_M_mtx);
",
    ),
    (
        "bits/atomic_wait.h",
        "\
	if (__all)
	  _M_cv.notify_all();
",
        "\
	{ lock_guard<mutex> __l(_M_mtx); }
	if (__all)
	  _M_cv.notify_all();
",
    ),
    (
        "bits/atomic_timed_wait.h",
        "\
	  __platform_wait_t __val;
	  __atomic_load(__addr, &__val, __ATOMIC_RELAXED);
	  if (__val == __old)
	    {
	      lock_guard<mutex> __l(_M_mtx);
	      return",
        "\
	  lock_guard<mutex> __l(_M_mtx);
	  __platform_wait_t __val;
	  __atomic_load(__addr, &__val, __ATOMIC_RELAXED);
	  if (__val == __old)
	    {
	      return",
    ),
];

const LIBRARY: Library = Library {
    name: "libstdc++",
    steps: include_str!("libstdcxx.rs"),
    parts: &[
        "*/libstdc++-v3/*",
        "*/libgcc/gthr*",
        "*/libgcc/unwind-pe.h",
        "*/libiberty/cp-dem*",
        "*/gcc/DATESTAMP",
    ],
    headers: &[
        "endian.h",
        "fcntl.h",
        "poll.h",
        "pthread.h",
        "sched.h",
        "semaphore.h",
        "stdio.h",
        "stdlib.h",
        "string.h",
        "strings.h",
        "time.h",
        "uchar.h",
        "unistd.h",
        "utime.h",
        "wchar.h",
        "sys/ioctl.h",
        "sys/sendfile.h",
        "sys/statvfs.h",
        "sys/sysinfo.h",
        "sys/time.h",
        "sys/uio.h",
        "sys/utime.h",
    ],
};

/// Builds libstdc++: the result has `include/c++` and the libraries.
pub fn build(layout: &Layout, gcc: &Gcc) -> Result<PathBuf> {
    LIBRARY.obtain(layout, gcc, |workshop, out| {
        let name = "libstdc++-v3";
        let objects = workshop.objects(name);
        workshop.threads_header()?;
        let headers = objects.join("inst/include/c++");
        let mut configure = workshop.configure(name, "")?;
        configure
            .args([
                "--enable-tls",
                "--enable-clocale=generic",
                "--enable-libstdcxx-time=yes",
                "--enable-libstdcxx-filesystem-ts=yes",
                "--disable-libstdcxx-pch",
                "--disable-vtable-verify",
            ])
            .arg(format!("--with-gxx-include-dir={}", headers.display()))
            .arg(format!(
                "CXX={} -nostdinc++",
                workshop.compiler("g++").display()
            ));
        workshop.run(&mut configure)?;
        workshop.make(name, &["all"])?;
        workshop.make(name, &["install"])?;
        run::make_dir(&out.join("include"))?;
        let installed = out.join("include/c++");
        workshop.run(Command::new("mv").arg(&headers).arg(&installed))?;
        let host = installed.join(TRIPLET);
        workshop.run(
            Command::new("mv")
                .arg(host)
                .arg(installed.join("x86_64-hermit")),
        )?;
        mend(&installed)?;
        for library in ["libstdc++.a", "libsupc++.a", "libstdc++fs.a"] {
            let built = objects.join("inst/lib").join(library);
            run::copy(&built, &out.join("lib").join(library))?;
        }
        Ok(())
    })
}

/// Corrects what [`MENDS`] lists in the installed headers.
fn mend(headers: &Path) -> Result<()> {
    for (name, before, after) in MENDS {
        let file = headers.join(name);
        let text = fs::read_to_string(&file).doing(file.display())?;
        fs::write(&file, text.replace(before, after)).doing(file.display())?;
    }
    Ok(())
}
