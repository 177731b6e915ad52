//! User contexts: several flows of control in one thread.

use core::ffi::{c_int, c_void};

use crate::arch::ucontext;
use crate::errno::{self, Errno, Result};

/// Number of general registers in a context.
pub const HERMIT_CONTEXT_REGISTERS: usize = 23;

/// A stored flow of control: `ucontext_t`, laid out as on Linux for x86-64, so that what programs know of
/// `uc_mcontext.gregs` holds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitContext {
    /// Not used; zero.
    pub flags: u64,
    /// The context that goes on when this one's function returns; null: the thread ends.
    pub link: *mut HermitContext,
    /// Lowest address of the context's stack.
    pub stack: *mut c_void,
    /// `ss_flags` of the stack.
    pub stack_flags: c_int,
    /// Size of the stack in bytes.
    pub stack_size: usize,
    /// r8 to r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, flags, segments, error, trap, mask, cr2.
    pub registers: [u64; HERMIT_CONTEXT_REGISTERS],
    /// Address of `float_state`, or of a signal frame's.
    pub float_state_address: *mut u64,
    /// Zero.
    pub reserved: [u64; 8],
    /// Blocked signals, bit n-1 for signal n, in the first word.
    pub signal_mask: [u64; 16],
    /// FXSAVE area; the context functions use its control words only.
    pub float_state: [u64; 64],
}

/// Stores the calling flow of control in `*context`; it goes on, a second time, when the context is set.
/// Returns 0 each time. Serves POSIX.1-2001 `getcontext`.
///
/// # Errors
/// `EFAULT`: null.
///
/// # Safety
/// `context` points to a context.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn sys_getcontext(context: *mut HermitContext) -> i32 {
    core::arch::naked_asm!("jmp {}", sym ucontext::get)
}

/// Goes on where `*context` was stored, or at the function that [`sys_makecontext`] gave it; returns only
/// on error. Serves POSIX.1-2001 `setcontext`.
///
/// # Errors
/// `EFAULT`: null.
///
/// # Safety
/// `context` was stored or made, and its stack is not in use.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn sys_setcontext(context: *const HermitContext) -> i32 {
    core::arch::naked_asm!("jmp {}", sym ucontext::set)
}

/// Stores the calling flow of control in `*from` and goes on with `*to`; returns 0 when `*from` is set
/// again. Serves POSIX.1-2001 `swapcontext`.
///
/// # Errors
/// `EFAULT`: null.
///
/// # Safety
/// As [`sys_getcontext`] and [`sys_setcontext`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn sys_swapcontext(
    from: *mut HermitContext,
    to: *const HermitContext,
) -> i32 {
    core::arch::naked_asm!("jmp {}", sym ucontext::swap)
}

/// Makes a stored context, whose stack and link are set, call `function` with `count` integer arguments,
/// which `arguments` points to. `makecontext`, which takes them one by one, is libc-shim's.
///
/// # Errors
/// `EFAULT`: null. `EINVAL`: negative count, or a stack too small for the arguments. `ENOMEM`: no stack.
///
/// # Safety
/// `context` was stored by [`sys_getcontext`], its stack is writable memory, and `arguments` points to
/// `count` words.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sys_makecontext(
    context: *mut HermitContext,
    function: Option<extern "C" fn()>,
    count: c_int,
    arguments: *const u64,
) -> i32 {
    // SAFETY: the caller's promises.
    errno::status(unsafe { make(context, function, count, arguments) })
}

unsafe fn make(
    context: *mut HermitContext,
    function: Option<extern "C" fn()>,
    count: c_int,
    arguments: *const u64,
) -> Result<()> {
    let (Some(function), false) = (function, context.is_null()) else {
        return Err(Errno::EFAULT);
    };
    let count = usize::try_from(count).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the caller's promises.
    let (context, arguments) = unsafe {
        let arguments = if count == 0 {
            &[]
        } else {
            core::slice::from_raw_parts(arguments, count)
        };
        (&mut *context, arguments)
    };
    if context.stack.is_null() {
        return Err(Errno::ENOMEM);
    }
    if context.stack_size < 8 * (count + 16) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the stack has room for the arguments.
    unsafe { ucontext::make(context, function, arguments) };
    Ok(())
}
