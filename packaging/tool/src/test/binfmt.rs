//! `./program` starts hermit-run, and no program of Linux does.
//!
//! The format is registered in a user namespace of its own, so this machine's list is not touched.

use sdk::Result;

use super::user::{add_repository, install};
use super::{Bench, Outcome, ended, must_have, said};

/// Registers what the package says, in a namespace, then runs the rest of its arguments there.
const REGISTER: &str = "\
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || exit 99; \
grep -v '^#' /usr/lib/binfmt.d/hermit.conf > /proc/sys/fs/binfmt_misc/register || exit 98; ";

/// The first program header of an image: loadable, read-only, the file's beginning at 1 MiB.
const SEGMENT: &str = "0100000004000000000000000000000000001000000000000000100000000000";

/// An image made by the C compiler starts by its name; every program of the tree starts as before.
pub fn images_and_nothing_else(bench: &Bench) -> Result<Outcome> {
    let tree = bench.tree("binfmt")?;
    said(&mut tree.shell(&add_repository(bench.release.codename)))?;
    install(&tree, "gcc-hermit hermit-run")?;
    let write = "printf '#include <stdio.h>\\nint main(int n, char **a) \
                 { printf(\"%%d %%s\\\\n\", n, a[n - 1]); return 7; }\\n' > /home/user/args.c";
    said(&mut tree.shell(write))?;
    let compile = "x86_64-hermit-gcc args.c -o args && x86_64-hermit-strip -o stripped args \
                   && gcc-* --version >/dev/null";
    said(&mut tree.user(&compile.replace("gcc-*", &format!("gcc-{}", bench.release.gcc))))?;
    // Root of the namespace is nobody in particular to the user's folder.
    said(&mut tree.shell("chmod 755 /home/user"))?;
    let both = "cd /home/user; for image in ./args ./stripped; do \
                $image --cpus 'x y'; echo status $?; done; /bin/true && echo still";
    let (_, text) = ended(&mut tree.namespace(&format!("{REGISTER}{both}")))?;
    if !text.contains("status") && text.contains("mount") {
        return Ok(Outcome::Skipped(
            "binfmt_misc cannot be mounted in a namespace of this kernel",
        ));
    }
    must_have(&text, "3 x y\nstatus 7\n3 x y\nstatus 7\nstill")?;
    // An image has the pattern; not one program or library of the tree has.
    let count = |files: &str| {
        let line = format!(
            "for file in {files}; do [ -f \"$file\" ] || continue; \
             head -c 96 \"$file\" | tail -c 32 | od -An -tx1 -v | tr -d ' \\n'; echo; done \
             | grep -c '^{SEGMENT}' || true"
        );
        said(&mut tree.shell(&line))
    };
    must_have(&count("/home/user/args")?, "1\n")?;
    must_have(&count("/usr/bin/* /usr/sbin/* /usr/lib/*/*.so*")?, "0\n")?;
    tree.remove()?;
    Ok(Outcome::Passed)
}
