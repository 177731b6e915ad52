//! Files: names, open descriptors, and what they stand for.
//!
//! A **file** is whatever implements [`file::File`]. The **in-memory file system** ([`node`], [`directory`],
//! [`data`]) is the root; it starts with what the boot archive holds ([`archive`]), whose bytes are used
//! where they lie until they are written. Folders of the host are mounted in it ([`p9`]). **Open files** ([`descriptor`]) add a position and flags.
//! [`socket`]s, [`event`] counters, timers and sets that [`watch`] others are files without bytes.
//! [`Files`] holds one of each and offers what the C ABI needs: calls on names ([`names`]) and calls on
//! descriptors ([`descriptors`]).
//!
//! The file system is made when the first path is looked up, the standard streams when the first
//! descriptor is used: a program that needs neither boots without them. Permissions are kept and told but
//! not enforced: the program runs as the superuser.
//!
//! **Locks**, outermost first, all of them sleeping but the last:
//! 1. an open file's position ([`descriptor::Open`])
//! 2. `node::RENAME`
//! 3. a directory's entries (two at once only under `RENAME`)
//! 4. what a set of descriptors watches; a socket's state; then a file's bytes; a pipe's bytes; a socket's
//!    messages; a console port; the table of locks
//! 5. working directory ([`Files`])
//! 6. the descriptor table, a spin lock (memory is allocated, never copied from or to the caller under it)

pub mod archive;
pub mod console;
pub mod data;
pub mod descriptor;
pub mod descriptors;
pub mod device;
pub mod directory;
pub mod event;
pub mod file;
pub mod flags;
#[cfg(not(test))]
mod input;
pub mod lock;
#[cfg(not(test))]
pub mod mqueue;
pub mod names;
pub mod node;
pub mod p9;
pub mod path;
pub mod pipe;
pub mod poll;
mod populate;
#[cfg(not(test))]
mod process;
mod processors;
pub mod socket;
pub mod terminal;
#[cfg(not(test))]
pub mod timer;
pub mod user;
pub mod watch;

#[cfg(test)]
mod host;
#[cfg(test)]
use host::{Mutex, SpinLock, WaitQueue, fill_random, now};
#[cfg(test)]
mod tests;

#[cfg(not(test))]
use crate::sync::{Mutex, SpinLock, WaitQueue};

use alloc::sync::Arc;
#[cfg(not(test))]
use alloc::vec::Vec;
use core::sync::atomic::AtomicU32;

use archive::Archive;
use descriptor::Table;
use file::File;
use spin::Once;

/// Nanoseconds since 1970.
#[cfg(not(test))]
pub fn now() -> i64 {
    // That clock exists.
    crate::sched::clock::now(crate::abi::HERMIT_CLOCK_REALTIME).unwrap_or(0)
}

/// Random bytes that cannot be guessed.
#[cfg(not(test))]
fn fill_random(bytes: &mut [u8]) {
    for part in bytes.chunks_mut(8) {
        // Without a generator in the processor the clock is all there is.
        let word = crate::arch::random::next().unwrap_or_else(crate::arch::timer::now_ns);
        part.copy_from_slice(&word.to_ne_bytes()[..part.len()]);
    }
}

/// What `statvfs` tells of files in memory.
fn memory_statistics() -> file::Statistics {
    #[cfg(not(test))]
    let (blocks, free) = {
        let frames = crate::mm::kernel::statistics();
        (frames.total as u64, frames.free as u64)
    };
    #[cfg(test)]
    let (blocks, free) = (1000, 500);
    file::Statistics {
        block_size: 4096,
        blocks,
        free,
        available: free,
        files: blocks,
        files_free: free,
        id: node::DEVICE_NUMBER,
        name_max: flags::NAME_MAX as u32,
        read_only: false,
    }
}

/// A file system, a working directory, and open files.
pub struct Files {
    root: Once<Arc<dyn File>>,
    directory: Mutex<Option<Arc<dyn File>>>,
    umask: AtomicU32,
    table: SpinLock<Table>,
    archive: Once<Archive>,
}

impl Files {
    /// Nothing is made before it is needed.
    pub const fn new() -> Self {
        Files {
            root: Once::new(),
            directory: Mutex::new(None),
            umask: AtomicU32::new(0o022),
            table: SpinLock::new(Table::new()),
            archive: Once::new(),
        }
    }

    /// The root directory.
    pub fn root(&self) -> &Arc<dyn File> {
        self.root.call_once(|| populate::root(self.boot_archive()))
    }

    fn boot_archive(&self) -> Archive {
        self.archive.get().cloned().unwrap_or(Archive::new(&[]))
    }
}

impl Default for Files {
    fn default() -> Self {
        Self::new()
    }
}

static FILES: Files = Files::new();

/// The program's files.
pub fn files() -> &'static Files {
    &FILES
}

/// What the host says about the program's start.
#[cfg(not(test))]
pub struct Program {
    start: archive::Start,
}

/// Takes the boot archive, if there is one. Called once, before the program runs.
#[cfg(not(test))]
pub fn init() -> Program {
    let module = crate::boot::info().module;
    let bytes = module.and_then(|(start, len)| crate::mm::physical(start, len as usize).ok());
    let archive = FILES
        .archive
        .call_once(|| Archive::new(bytes.unwrap_or(&[])));
    let start = archive::start(archive.clone());
    if let Some(input) = &start.input {
        FILES
            .table
            .lock()
            .set_input(input::file(*input), start.input_at);
    }
    Program { start }
}

/// The program's start, told again.
#[cfg(not(test))]
fn program() -> Program {
    Program {
        start: archive::start(FILES.boot_archive()),
    }
}

#[cfg(not(test))]
impl Program {
    /// The program's name and its arguments: those of the archive, else those of the command line.
    pub fn arguments(&self) -> impl Iterator<Item = Vec<u8>> {
        let list = self.start.arguments.filter(|list| !list.is_empty());
        let from_line = list.is_none();
        let words = || crate::boot::info().arguments().filter(move |_| from_line);
        let name = (from_line && words().next().is_none()).then(|| b"program".to_vec());
        archive::strings(list.unwrap_or(&[]))
            .chain(words())
            .map(<[u8]>::to_vec)
            .chain(name)
    }

    /// The environment.
    pub fn environment(&self) -> impl Iterator<Item = Vec<u8>> {
        archive::strings(self.start.environment).map(<[u8]>::to_vec)
    }
}
