//! Stacks of threads that the kernel makes: lazily backed, with a guard below.

use super::FRAME_SIZE;
use super::page_table::Access;
use super::space::{self, Mapping, Place};
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
    let len = size.checked_add(GUARD_SIZE).ok_or(Errno::ENOMEM)?;
    let mapping = Mapping {
        place: Place::Hint(0),
        len,
        access: Access::NONE,
        lazy: true,
        stack: true,
    };
    let start = space::map(&mapping)?;
    let stack = Stack {
        bottom: start + GUARD_SIZE,
        top: start + len,
    };
    let usable = Mapping {
        place: Place::Replace(stack.bottom),
        len: size,
        access: Access::READ_WRITE,
        ..mapping
    };
    if let Err(error) = space::map(&usable) {
        // Cannot fail: the stack is a region of its own end.
        let _ = space::unmap(start, len);
        return Err(error);
    }
    Ok(stack)
}

/// Frees a stack that nobody runs on any more. All cores flush: no lock is held.
pub fn free_stack(stack: &Stack) {
    let start = stack.bottom - GUARD_SIZE;
    // Out of memory for cutting a region: the address range is lost, its memory is not.
    if space::unmap(start, stack.top - start).is_err() {
        let _ = space::discard(stack.bottom, stack.top - stack.bottom);
    }
}
