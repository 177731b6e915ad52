//! Threads that serve the C library itself: they are no POSIX threads, so they keep no program alive, and
//! block all signals, so that handlers run on the program's threads.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::sys::{self, Errno};
use crate::tcb;

/// Stack of such a thread: it runs a few functions of this crate and `pthread_create`.
const STACK: usize = 64 * 1024;

/// Starts one, which never returns from `entry`; its id.
///
/// # Errors
/// `EAGAIN`.
pub(crate) fn start(entry: unsafe extern "C" fn(*mut c_void)) -> Result<c_int, Errno> {
    let memory = sys::sys_mmap(
        ptr::null_mut(),
        STACK + tcb::block_size(),
        sys::HERMIT_PROT_READ | sys::HERMIT_PROT_WRITE,
        sys::HERMIT_MAP_PRIVATE | sys::HERMIT_MAP_ANONYMOUS,
        -1,
        0,
    );
    if memory < 0 {
        return Err(Errno::EAGAIN);
    }
    let bottom = ptr::with_exposed_provenance_mut::<u8>(memory as usize);
    // SAFETY: the memory was just mapped and is kept for ever.
    let block = unsafe { tcb::create(bottom.add(STACK + tcb::block_size())) };
    let arguments = sys::HermitCloneArgs {
        entry: Some(entry),
        arg: ptr::null_mut(),
        stack: bottom.cast(),
        stack_size: block.stack_top as usize - bottom as usize,
        tls: block.tcb.as_ptr().cast(),
        child_tid: ptr::null_mut(),
        priority: sys::HERMIT_PRIO_MAX,
        flags: 0,
        affinity: 0,
        signal_mask: u64::MAX,
    };
    let mut tid = 0;
    if sys::sys_clone(&raw mut tid, &raw const arguments) < 0 {
        sys::sys_munmap(bottom.cast(), STACK + tcb::block_size());
        return Err(Errno::EAGAIN);
    }
    Ok(tid)
}
