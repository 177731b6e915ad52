//! Stacks of threads that the kernel makes: lazily backed, with a guard below.

use super::FRAME_SIZE;
use super::{map, residence};
use crate::errno::{Errno, Result};

/// Size of the guard: a frame that is larger than a page still hits it. It costs addresses only.
const GUARD_SIZE: usize = 64 * 1024;

/// A stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Lowest usable address; the guard is below.
    pub bottom: usize,
    /// First address above it, aligned to a page.
    pub top: usize,
}

/// Makes a stack of at least `size` bytes. No lock is held.
///
/// # Errors
/// `EINVAL` for no size, `ENOMEM`.
pub fn new_stack(size: usize) -> Result<Stack> {
    if size == 0 {
        return Err(Errno::EINVAL);
    }
    let size = size
        .checked_next_multiple_of(FRAME_SIZE)
        .ok_or(Errno::ENOMEM)?;
    let bottom = map::map_stack(GUARD_SIZE, size)? + GUARD_SIZE;
    Ok(Stack {
        bottom,
        top: bottom + size,
    })
}

/// Frees a stack that nobody runs on any more. All cores flush: no lock is held.
pub fn free_stack(stack: &Stack) {
    let start = stack.bottom - GUARD_SIZE;
    // Out of memory for cutting a region: the address range is lost, its memory is not.
    if map::unmap(start, stack.top - start).is_err() {
        let _ = residence::discard(stack.bottom, stack.top - stack.bottom);
    }
}
