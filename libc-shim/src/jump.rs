//! `setjmp` and `longjmp` in place of newlib's, whose `longjmp` hands a value of 0 on to `setjmp`'s
//! second return, where C wants a 1 (C11, 7.13.2.1); and `sigsetjmp` and its kin, which newlib has for
//! other systems only. The layout is that of setjmp.h: eight registers, whether the signal mask was saved,
//! and that mask.

use core::arch::naked_asm;
use core::ffi::{c_int, c_void};
use core::ptr;

use crate::sys;

/// Saves the registers that calls preserve, and where the caller goes on, at `rdi`.
macro_rules! save_registers {
    () => {
        "mov [rdi], rbx
        mov [rdi + 0x08], rbp
        mov [rdi + 0x10], r12
        mov [rdi + 0x18], r13
        mov [rdi + 0x20], r14
        mov [rdi + 0x28], r15
        lea rax, [rsp + 8]
        mov [rdi + 0x30], rax
        mov rax, [rsp]
        mov [rdi + 0x38], rax"
    };
}

/// Saves where the caller is and the registers that calls preserve; returns 0.
///
/// # Safety
/// `environment` points to a `jmp_buf`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn setjmp(environment: *mut c_void) -> c_int {
    naked_asm!(save_registers!(), "xor eax, eax", "ret",)
}

/// Returns from `setjmp` once more, with `value`, or 1 if that is 0.
///
/// # Safety
/// `environment` was filled by `setjmp` in a function that has not returned.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn longjmp(environment: *const c_void, value: c_int) -> ! {
    naked_asm!(
        "mov eax, esi",
        "cmp eax, 1",
        "adc eax, 0", // 0 becomes 1
        "mov rbx, [rdi]",
        "mov rbp, [rdi + 0x08]",
        "mov r12, [rdi + 0x10]",
        "mov r13, [rdi + 0x18]",
        "mov r14, [rdi + 0x20]",
        "mov r15, [rdi + 0x28]",
        "mov rsp, [rdi + 0x30]",
        "jmp [rdi + 0x38]",
    )
}

/// `setjmp`; XSI's name.
///
/// # Safety
/// As for [`setjmp`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn _setjmp(environment: *mut c_void) -> c_int {
    naked_asm!("jmp {}", sym setjmp)
}

/// `longjmp`; XSI's name.
///
/// # Safety
/// As for [`longjmp`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn _longjmp(environment: *const c_void, value: c_int) -> ! {
    naked_asm!("jmp {}", sym longjmp)
}

/// As [`setjmp`]; if `mask` is not 0 the signal mask is saved too.
///
/// # Safety
/// As for [`setjmp`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn sigsetjmp(environment: *mut c_void, mask: c_int) -> c_int {
    naked_asm!(
        save_registers!(),
        "mov eax, esi",
        "mov [rdi + 0x40], rax",
        "test esi, esi",
        "jnz {save}",
        "xor eax, eax",
        "ret",
        save = sym save_mask,
    )
}

// Places in a `sigjmp_buf`, in words.
const SAVED: usize = 8;
const MASK: usize = 9;

/// The end of `sigsetjmp`.
unsafe extern "C" fn save_mask(environment: *mut u64) -> c_int {
    // SAFETY: the caller's `sigjmp_buf`.
    let place = unsafe { environment.add(MASK) };
    sys::sys_sigprocmask(sys::HERMIT_SIG_BLOCK, ptr::null(), place);
    0
}

/// As [`longjmp`], and restores the signal mask if it was saved.
///
/// # Safety
/// `environment` was filled by `sigsetjmp` in a function that has not returned.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn siglongjmp(environment: *const u64, value: c_int) -> ! {
    // SAFETY: the caller's promise.
    unsafe {
        if *environment.add(SAVED) != 0 {
            let mask = environment.add(MASK);
            sys::sys_sigprocmask(sys::HERMIT_SIG_SETMASK, mask, ptr::null_mut());
        }
        longjmp(environment.cast(), value)
    }
}
