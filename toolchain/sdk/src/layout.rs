//! Where things are: the repository, the build folder, the SDK in it, the caches.

use std::path::{Path, PathBuf};

/// The folders of one checkout.
#[derive(Clone)]
pub struct Layout {
    /// The repository.
    pub root: PathBuf,
    /// Everything that is made, except cargo's own target folder.
    pub build: PathBuf,
    /// The SDK: relocatable, may be moved anywhere.
    pub sdk: PathBuf,
    /// `include` and `lib` of the target.
    pub sysroot: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Built pieces of earlier builds, shared by all checkouts of this user.
    pub cache: Option<PathBuf>,
}

impl Layout {
    /// The checkout that this program was built from.
    pub fn find() -> Layout {
        // toolchain/sdk is two steps below the repository.
        let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = here.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = here.ancestors().nth(2).unwrap_or(&here).to_path_buf();
        let build = root.join("build");
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        Layout {
            sdk: build.join("sdk"),
            sysroot: build.join("sdk/x86_64-hermit"),
            target: target.unwrap_or_else(|| root.join("target")),
            cache: user_cache(),
            build,
            root,
        }
    }

    /// `toolchain/…` of the repository.
    pub fn toolchain(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join("toolchain").join(path)
    }

    /// The sysroot's library folder.
    pub fn lib(&self) -> PathBuf {
        self.sysroot.join("lib")
    }

    /// A driver, `gcc` → `…/bin/x86_64-hermit-gcc`.
    pub fn driver(&self, name: &str) -> PathBuf {
        self.sdk.join("bin").join(format!("x86_64-hermit-{name}"))
    }
}

fn user_cache() -> Option<PathBuf> {
    let absolute = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|h| h.join(".cache")))?;
    Some(base.join("hermit-sdk"))
}
