//! Built pieces, kept by the hash of the recipe that made them.
//!
//! A piece lives in `build/third-party/NAME-HASH`, and a copy of it in the user's cache, from which
//! another checkout (or the same one after `make clean`) takes it. A folder of that name is complete:
//! it is filled under another name and renamed at the end.

use std::fs;
use std::path::{Path, PathBuf};

use crate::layout::Layout;
use crate::run::{self, empty_dir, step};
use crate::{Doing, Result};

/// How many results of one recipe's history the user's cache keeps.
const KEPT: usize = 8;

/// Everything that decides what a piece looks like.
pub struct Recipe {
    name: &'static str,
    hash: Hash,
}

impl Recipe {
    /// A recipe for the piece of this name; the program's own version of the steps is part of it.
    pub fn new(name: &'static str, steps: &str) -> Recipe {
        let mut recipe = Recipe {
            name,
            hash: Hash::new(),
        };
        recipe.text(name);
        recipe.text(steps);
        recipe
    }

    /// Adds words: flags, versions.
    pub fn text(&mut self, text: &str) {
        self.hash.update(text.as_bytes());
        self.hash.update(&[0]);
    }

    /// Adds a file's content.
    pub fn file(&mut self, path: &Path) -> Result<()> {
        let content = fs::read(path).doing(format!("reading {}", path.display()))?;
        self.hash.update(&content);
        self.hash.update(&[0]);
        Ok(())
    }

    /// Adds every file under a folder, names and contents.
    pub fn tree(&mut self, folder: &Path) -> Result<()> {
        for path in run::files_under(folder)? {
            self.text(&path.to_string_lossy());
            self.file(&folder.join(path))?;
        }
        Ok(())
    }

    /// Adds a big file by its name and size. Good for tarballs whose names carry versions.
    pub fn tarball(&mut self, path: &Path) -> Result<()> {
        let size = fs::metadata(path).doing(path.display())?.len();
        self.text(&format!(
            "{} {size}",
            path.file_name().unwrap_or_default().to_string_lossy()
        ));
        Ok(())
    }

    /// Name and hash.
    pub fn id(&self) -> String {
        format!("{}-{:032x}", self.name, self.hash.0)
    }

    /// The piece itself, from the build folder, the user's cache, or `build`, which fills the folder
    /// that it is given.
    pub fn obtain(
        &self,
        layout: &Layout,
        build: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let id = self.id();
        let here = layout.build.join("third-party").join(&id);
        if here.is_dir() {
            return Ok(here);
        }
        let half = here.with_extension("part");
        let kept = layout.cache.as_ref().map(|c| c.join(&id));
        let _alone = self.lock(layout, kept.as_deref());
        if let Some(kept) = kept.as_ref().filter(|k| k.is_dir()) {
            step(&format!("{}: taken from {}", self.name, kept.display()));
            run::copy_tree(kept, &half)?;
        } else {
            step(&format!("{}: building", self.name));
            let begin = std::time::Instant::now();
            empty_dir(&half)?;
            build(&half)?;
            step(&format!(
                "{}: built in {} s",
                self.name,
                begin.elapsed().as_secs()
            ));
        }
        fs::rename(&half, &here).doing(here.display())?;
        if let Some(kept) = kept.filter(|k| !k.is_dir()) {
            // A cache that cannot be written only costs time.
            if let Err(why) = self.keep(&here, &kept) {
                step(&format!("{}: not kept for other builds: {why}", self.name));
            }
        }
        Ok(here)
    }

    /// Waits for another checkout that builds this recipe: what it keeps need not be built again. `None` if the
    /// piece is there already, or the cache cannot be written.
    fn lock(&self, layout: &Layout, kept: Option<&Path>) -> Option<fs::File> {
        let cache = layout.cache.as_ref()?;
        if kept?.is_dir() {
            return None;
        }
        run::alone(&cache.join(format!("{}.lock", self.name)), self.name).ok()
    }

    fn keep(&self, here: &Path, kept: &Path) -> Result<()> {
        let half = kept.with_extension(format!("part{}", std::process::id()));
        run::copy_tree(here, &half)?;
        if fs::rename(&half, kept).is_err() {
            // Another build was quicker.
            run::remove(&half)?;
        }
        let Some(folder) = kept.parent() else {
            return Ok(());
        };
        let mut old: Vec<_> = fs::read_dir(folder)
            .doing(folder.display())?
            .flatten()
            .filter(|e| self.made(&e.file_name().to_string_lossy()))
            .filter_map(|e| Some((e.metadata().ok()?.modified().ok()?, e.path())))
            .collect();
        old.sort();
        let surplus = old.len().saturating_sub(KEPT);
        old.iter()
            .take(surplus)
            .try_for_each(|(_, path)| run::remove(path))
    }

    /// Whether this folder name is of a piece of this recipe's name.
    fn made(&self, file_name: &str) -> bool {
        let hash = file_name
            .strip_prefix(self.name)
            .and_then(|r| r.strip_prefix('-'));
        hash.is_some_and(|h| h.len() == 32 && h.bytes().all(|b| b.is_ascii_hexdigit()))
    }
}

/// 128-bit FNV-1a: it names recipes, nobody attacks it.
struct Hash(u128);

impl Hash {
    fn new() -> Hash {
        Hash(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 ^= u128::from(*byte);
            self.0 = self
                .0
                .wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_fnv1a() {
        // Test vector of the FNV reference for the one-byte input "a".
        let mut hash = Hash::new();
        hash.update(b"a");
        assert_eq!(hash.0, 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn only_own_pieces_are_pruned() {
        let recipe = Recipe::new("newlib", "");
        assert!(recipe.made("newlib-0123456789abcdef0123456789abcdef"));
        assert!(!recipe.made("newlib-source-0123456789abcdef0123456789abcdef"));
        assert!(!recipe.made("newlib-0123.part"));
    }
}
