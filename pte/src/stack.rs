//! Memory of threads: guard, stack, and on top of it thread-local storage and the control block, in
//! one mapping, backed page by page as it is touched.
//!
//! Mappings of threads that ended are kept ([`crate::registry`]) and used again for one that wants
//! the same sizes, without asking the kernel. What a stack held stays in it.

use crate::errno::{EAGAIN, Result};
use crate::platform::{self, block_size};
use crate::registry;
use crate::thread::Thread;

const PAGE: usize = 4096;

/// `PTHREAD_STACK_MIN`.
pub const MINIMUM: usize = 16384;
/// What the kernel's calls and interruptions may need of a thread's stack; comes on top of what is asked for.
pub const KERNEL: usize = 16384;
/// The smallest stack of a program's own that is used.
pub const LEAST: usize = 24576;
/// Stack of a thread whose attributes do not say: as on Linux. It takes memory when it is used only.
pub const DEFAULT: usize = 8 << 20;
/// Guard of a thread whose attributes do not say.
pub const DEFAULT_GUARD: usize = PAGE;

/// Memory for a thread.
pub struct Mapping {
    /// Where it begins, with the guard.
    pub base: *mut u8,
    /// Its size.
    pub size: usize,
    /// Size of the inaccessible part.
    pub guard: usize,
}

fn round_up(size: usize) -> Result<usize> {
    size.checked_next_multiple_of(PAGE).ok_or(EAGAIN)
}

/// Memory with at least `stack` bytes of stack above a guard of at least `guard` bytes; `EAGAIN`.
pub fn allocate(stack: usize, guard: usize) -> Result<Mapping> {
    let guard = round_up(guard)?;
    let usable = stack.checked_add(KERNEL + block_size()).ok_or(EAGAIN)?;
    let usable = round_up(usable)?;
    let size = usable.checked_add(guard).ok_or(EAGAIN)?;
    let suits = |thread: &Thread| {
        thread.mapping_size.get() == size
            && thread.stack.get() as usize == thread.mapping.get() as usize + guard
    };
    let kept = registry::threads().reuse(suits);
    if let Some((base, size)) = kept {
        return Ok(Mapping { base, size, guard });
    }
    let base = map(size)?;
    // SAFETY: a mapping of our own that nobody has used yet.
    unsafe {
        if guard > 0 && platform::forbid(base, guard).is_err() {
            platform::unmap(base, size);
            return Err(EAGAIN);
        }
    }
    Ok(Mapping { base, size, guard })
}

/// A new mapping; kept ones are given up for it if need be.
fn map(size: usize) -> Result<*mut u8> {
    loop {
        if let Some(base) = platform::map(size) {
            return Ok(base);
        }
        let kept = registry::threads().reuse(|_| true);
        let (base, size) = kept.ok_or(EAGAIN)?;
        // SAFETY: taken out of the registry: it was a thread's that is over.
        unsafe { platform::unmap(base, size) };
    }
}
