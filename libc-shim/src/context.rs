//! `getcontext` and its relatives (POSIX.1-2001), over the kernel's.
//!
//! The kernel's functions store the registers of whoever calls them, so these do not call but jump.
//! They exist only in the image: a host's C library has its own.

use core::ffi::c_int;

use crate::sys::{self, HermitContext};
use crate::{errno, sys::Errno};

/// A null pointer was given.
extern "C" fn null_context() -> c_int {
    errno::fail(Errno::EFAULT)
}

/// Called by the kernel on the thread whose context's function has returned and had no link: the thread
/// ends (POSIX.1-2001, `makecontext`).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __hermit_context_end() -> ! {
    // SAFETY: any thread may end itself.
    unsafe { crate::c::pthread_exit(core::ptr::null_mut()) }
}

/// # Safety
/// `context` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
unsafe extern "C" fn getcontext(context: *mut HermitContext) -> c_int {
    core::arch::naked_asm!(
        "test rdi, rdi",
        "jz {null}",
        "jmp {get}",
        null = sym null_context,
        get = sym sys::sys_getcontext,
    )
}

/// # Safety
/// `context` was stored or made, and its stack is not in use.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
unsafe extern "C" fn setcontext(context: *const HermitContext) -> c_int {
    core::arch::naked_asm!(
        "test rdi, rdi",
        "jz {null}",
        "jmp {set}",
        null = sym null_context,
        set = sym sys::sys_setcontext,
    )
}

/// # Safety
/// As for [`getcontext`] and [`setcontext`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
unsafe extern "C" fn swapcontext(from: *mut HermitContext, to: *const HermitContext) -> c_int {
    core::arch::naked_asm!(
        "test rdi, rdi",
        "jz {null}",
        "test rsi, rsi",
        "jz {null}",
        "jmp {swap}",
        null = sym null_context,
        swap = sym sys::sys_swapcontext,
    )
}

/// `makecontext(context, function, count, …)`: the variable arguments are in rcx, r8, r9 and then on the
/// stack (psABI, 3.2.3). With the return address out of the way, three pushes make one array of them.
///
/// # Safety
/// `context` was stored by [`getcontext`] and has been given a stack; `count` arguments follow.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
unsafe extern "C" fn makecontext(
    context: *mut HermitContext,
    function: Option<extern "C" fn()>,
    count: c_int,
) {
    core::arch::naked_asm!(
        "pop r10",
        "push r9",
        "push r8",
        "push rcx",
        "mov rcx, rsp",
        "push r10",
        "call {make}",
        "pop r10",
        "add rsp, 24",
        "push r10",
        "ret",
        make = sym sys::sys_makecontext,
    )
}
