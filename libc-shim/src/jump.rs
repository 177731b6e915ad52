//! `setjmp` and `longjmp` in place of newlib's, whose `longjmp` hands a value of 0 on to `setjmp`'s
//! second return, where C wants a 1 (C11, 7.13.2.1). The layout is that of newlib's `jmp_buf`, which has
//! room for eight registers.

use core::arch::naked_asm;
use core::ffi::{c_int, c_void};

/// Saves where the caller is and the registers that calls preserve; returns 0.
///
/// # Safety
/// `environment` points to a `jmp_buf`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
#[unsafe(naked)]
pub unsafe extern "C" fn setjmp(environment: *mut c_void) -> c_int {
    naked_asm!(
        "mov [rdi], rbx",
        "mov [rdi + 0x08], rbp",
        "mov [rdi + 0x10], r12",
        "mov [rdi + 0x18], r13",
        "mov [rdi + 0x20], r14",
        "mov [rdi + 0x28], r15",
        "lea rax, [rsp + 8]",
        "mov [rdi + 0x30], rax",
        "mov rax, [rsp]",
        "mov [rdi + 0x38], rax",
        "xor eax, eax",
        "ret",
    )
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
