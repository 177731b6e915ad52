//! The C functions and variables of newlib, the allocator, `pte` and the linker that the shim uses.

use core::ffi::{c_char, c_int, c_void};

/// A function without arguments.
pub type Procedure = unsafe extern "C" fn();
/// An element of the image's constructor arrays; glibc hands them `main`'s arguments, so do we.
pub type Constructor = unsafe extern "C" fn(c_int, *mut *mut c_char, *mut *mut c_char);

unsafe extern "C" {
    pub fn malloc(size: usize) -> *mut c_void;
    pub fn calloc(count: usize, size: usize) -> *mut c_void;
    pub fn realloc(memory: *mut c_void, size: usize) -> *mut c_void;
    pub fn free(memory: *mut c_void);
    pub fn memalign(align: usize, size: usize) -> *mut c_void;
    pub fn strlen(text: *const c_char) -> usize;
    pub fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
    pub fn strverscmp(left: *const c_char, right: *const c_char) -> c_int;
    pub fn localtime_r(time: *const i64, parts: *mut c_void) -> *mut c_void;
    pub fn gmtime_r(time: *const i64, parts: *mut c_void) -> *mut c_void;
    pub fn strsignal(signal: c_int) -> *mut c_char;

    /// newlib: sets stdio up, once.
    pub fn __sinit(reent: *mut c_void);
    /// newlib: the environment.
    pub static mut environ: *mut *mut c_char;
    /// newlib: flushes the streams at exit; null while none was used.
    pub static __stdio_exit_handler: Option<Procedure>;
    /// newlib: frees what it keeps for the calling thread. The argument is not used, since that is in
    /// thread-local variables.
    pub fn _reclaim_reent(reent: *mut c_void);
    /// mimalloc: gives the calling thread's heap up.
    pub fn mi_thread_done();
    /// mimalloc: frees what can be freed of the calling thread's heap, and with `force` gives it back to the
    /// kernel.
    pub fn mi_collect(force: bool);

    /// The program.
    pub fn main(argc: c_int, argv: *mut *mut c_char, envp: *mut *mut c_char) -> c_int;
    /// crti.o: the code of `.init` and `.fini` sections.
    pub fn _init();
    pub fn _fini();

    // The linker script: arrays of constructors and destructors (System V gABI, "Initialization and
    // Termination Functions") and the relocations of GNU indirect functions.
    pub static __preinit_array_start: [Constructor; 0];
    pub static __preinit_array_end: [Constructor; 0];
    pub static __init_array_start: [Constructor; 0];
    pub static __init_array_end: [Constructor; 0];
    pub static __fini_array_start: [Procedure; 0];
    pub static __fini_array_end: [Procedure; 0];
    pub static __rela_iplt_start: [Relocation; 0];
    pub static __rela_iplt_end: [Relocation; 0];
    /// Where the loader enters the image.
    pub fn _start();
    /// The first address after the image.
    pub static _end: [u8; 0];

    /// `pte`: makes a thread, and gives it up.
    pub fn pthread_create(
        thread: *mut usize,
        attributes: *const c_void,
        function: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    pub fn pthread_detach(thread: usize) -> c_int;
    /// `pte`: ends the calling thread.
    pub fn pthread_exit(result: *mut c_void) -> !;
    /// `pte`: learns of the main thread, whose control block is set.
    pub fn __pte_start();
}

/// An ELF64 relocation with addend.
#[repr(C)]
pub struct Relocation {
    pub place: *mut usize,
    pub info: u64,
    pub addend: usize,
}
