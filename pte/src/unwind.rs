//! Unwinding the stack of a thread that ends early, for programs in which something needs it: C++ objects
//! with destructors, `catch (...)`, C's `__attribute__((cleanup))`.
//!
//! The unwinder (libgcc's, Itanium C++ ABI, "Level I: Base ABI") is in an image only if something else
//! refers to it; here it is referred to weakly, and a thread of a C program ends without. It walks from
//! the call of `pthread_exit`, or the cancellation point, to the thread's first frame, running what each
//! frame has to clean up; cleanup handlers of C run in their turn, when the walk comes to the frame that
//! has them. A frame without unwind tables ends the walk: those behind it lose their destructors, not
//! their handlers.
//!
//! Asynchronous cancellation ends at the signal's frame, which has no tables.

use core::arch::global_asm;
use core::ffi::{c_int, c_void};
use core::ptr;

use crate::cleanup;
use crate::platform;
use crate::thread;

/// `_UA_CLEANUP_PHASE`.
const CLEANUP_PHASE: c_int = 2;
/// `_UA_END_OF_STACK`.
const END_OF_STACK: c_int = 16;
/// `_URC_NO_REASON`.
const NO_REASON: c_int = 0;
/// `_URC_CONTINUE_UNWIND`.
const CONTINUE_UNWIND: c_int = 8;

/// `struct _Unwind_Exception`.
#[repr(C, align(16))]
pub struct Exception {
    class: u64,
    cleanup: Option<extern "C" fn(c_int, *mut Exception)>,
    private: [u64; 2],
}

type Stop = extern "C" fn(c_int, c_int, u64, *mut Exception, *mut c_void, *mut c_void) -> c_int;

global_asm!(
    // Addresses of what may not be there.
    ".section .data.rel.ro.pte_unwinder,\"aw\",@progbits",
    ".balign 8",
    "pte_unwinder:",
    ".weak _Unwind_ForcedUnwind",
    ".weak _Unwind_GetCFA",
    ".quad _Unwind_ForcedUnwind",
    ".quad _Unwind_GetCFA",
    // Calls a function on whose way out by an exception the newest cleanup handler is to be run.
    ".section .text.pte_guarded_call,\"ax\",@progbits",
    ".balign 16",
    "pte_guarded_call:",
    ".cfi_startproc",
    ".cfi_personality 0x1b, {personality}",
    "sub rsp, 8",
    ".cfi_adjust_cfa_offset 8",
    "call rdi",
    "add rsp, 8",
    ".cfi_adjust_cfa_offset -8",
    "ret",
    ".cfi_endproc",
    ".text",
    personality = sym personality,
);

#[repr(C)]
struct Unwinder {
    forced: Option<unsafe extern "C" fn(*mut Exception, Stop, *mut c_void) -> c_int>,
    frame_address: Option<unsafe extern "C" fn(*mut c_void) -> usize>,
}

unsafe extern "C" {
    #[link_name = "pte_unwinder"]
    static UNWINDER: Unwinder;
    #[link_name = "pte_guarded_call"]
    fn raw_guarded_call(function: extern "C" fn());
}

/// Calls `function`. If an exception leaves it, the newest cleanup handler is run and taken from the list.
pub fn guarded_call(function: extern "C" fn()) {
    // SAFETY: the assembly above calls it with an aligned stack.
    unsafe { raw_guarded_call(function) }
}

/// What the unwinder asks about the frame of `pte_guarded_call`: it catches nothing, and cleans up.
extern "C" fn personality(
    _version: c_int,
    actions: c_int,
    _class: u64,
    _exception: *mut Exception,
    _context: *mut c_void,
) -> c_int {
    if actions & CLEANUP_PHASE != 0 {
        cleanup::run_newest();
    }
    CONTINUE_UNWIND
}

/// Unwinds the calling thread's stack and then calls `finish`; returns at once if the image has no
/// unwinder.
pub fn unwind_thread(finish: extern "C" fn() -> !) {
    // SAFETY: constants that the linker fills in.
    let unwinder = unsafe { &*ptr::from_ref(&UNWINDER) };
    let Some(forced) = unwinder.forced else {
        return;
    };
    let exception = thread::current().unwinding.get();
    // SAFETY: the thread's own, and it stays as long as the thread.
    unsafe {
        exception.write(Exception {
            // Nobody's: `catch (...)` is all that can stop it.
            class: u64::from_be_bytes(*b"HRMTPTHR"),
            cleanup: Some(not_rethrown),
            private: [0; 2],
        });
        forced(exception, step, finish as *mut c_void);
    }
    // Not even the first step could be made.
    finish()
}

/// The unwinder comes to the next frame.
extern "C" fn step(
    _version: c_int,
    actions: c_int,
    _class: u64,
    _exception: *mut Exception,
    context: *mut c_void,
    finish: *mut c_void,
) -> c_int {
    // SAFETY: as in `unwind_thread`.
    let unwinder = unsafe { &*ptr::from_ref(&UNWINDER) };
    if let Some(frame_address) = unwinder.frame_address {
        // SAFETY: the context is the unwinder's own.
        let frame = unsafe { frame_address(context) };
        cleanup::run_below(frame);
    }
    if actions & END_OF_STACK != 0 {
        // SAFETY: the function that `unwind_thread` got.
        let finish: extern "C" fn() -> ! = unsafe { core::mem::transmute(finish) };
        finish()
    }
    NO_REASON
}

/// A `catch (...)` ended without passing the exception on: nobody can say what the thread would do now.
extern "C" fn not_rethrown(_reason: c_int, _exception: *mut Exception) {
    platform::fatal(c"FATAL: exception not rethrown\n");
}
