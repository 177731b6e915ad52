//! Projects that nobody here wrote, unedited, built with the installed packages by each of
//! the three build systems; their own tests run in the guest.

use sdk::Result;
use sdk::versions::RELEASES;

use super::user::{add_repository, install};
use super::{Bench, Outcome, must_have, said};

/// A project: its source package, what is typed in its folder, and what its tests' summary says.
struct Project {
    package: &'static str,
    lines: &'static str,
    says: &'static str,
}

const PROJECTS: [Project; 3] = [
    Project {
        package: "cjson",
        lines: "x86_64-hermit-env cmake -S . -B build -DENABLE_CJSON_UTILS=ON; cmake --build build -j2; \
                ctest --test-dir build --output-on-failure",
        says: "100% tests passed",
    },
    Project {
        package: "cglm",
        lines: "x86_64-hermit-env meson setup --cross-file x86_64-hermit -Dbuild_tests=true build; \
                ninja -C build; meson test -C build --print-errorlogs --timeout-multiplier 10",
        says: "Ok: ",
    },
    Project {
        package: "libsodium",
        lines: "test -x configure || autoreconf -i; \
                x86_64-hermit-env ./configure --host=x86_64-hermit --disable-shared; \
                make -j2; x86_64-hermit-env make -j2 check",
        says: "# FAIL:  0",
    },
];

/// What builds them, besides the SDK.
const TOOLS: &str = "autoconf automake cmake libtool make meson ninja-build pkg-config";

/// All of them, by an ordinary user.
pub fn projects(bench: &Bench) -> Result<Outcome> {
    if bench.quick {
        return Ok(Outcome::Skipped(
            "it downloads sources: `make package-test` runs it",
        ));
    }
    let tree = bench.tree("foreign")?;
    said(&mut tree.shell(&add_repository(bench.release.codename)))?;
    // The same sources everywhere: the newest release's.
    let newest = RELEASES.last().map_or("", |release| release.codename);
    let sources = format!(
        "sed 's/^deb /deb-src /; s/ {}/ {newest}/' /etc/apt/sources.list \
         > /etc/apt/sources.list.d/source.list",
        bench.release.codename
    );
    said(&mut tree.shell(&sources))?;
    install(&tree, &format!("hermit-sdk {TOOLS}"))?;
    for project in PROJECTS {
        let Project {
            package,
            lines,
            says,
        } = project;
        // As its authors released it, without Debian's changes.
        let line = format!(
            "set -ex; apt-get source -q --tar-only {package}; mkdir {package}; \
             tar -C {package} --strip-components=1 -xf {package}_*.orig.tar.*; cd {package}; {lines}"
        );
        must_have(&said(&mut tree.user(&line))?, says)?;
    }
    tree.remove()?;
    Ok(Outcome::Passed)
}
