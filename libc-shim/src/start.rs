//! From the kernel to `main`.
//!
//! The kernel's first thread arrives in [`__hermit_start`] with a stack and nothing else. In this order:
//! addresses of GNU indirect functions, thread-local storage, stack protector, POSIX threads,
//! environment, constructors, `main`, `exit`. Nothing before the second step may use a thread-local
//! variable, `errno` included.

use core::ffi::c_char;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::exit::exit;
use crate::sys::{self, HermitStartInfo};
use crate::{c, tcb};

/// Starts the program.
///
/// # Safety
/// The kernel calls it once, on the first thread, with its start information.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn __hermit_start(info: *const HermitStartInfo) -> ! {
    // SAFETY: the kernel's promise; what is called here is called once and in the order that the
    // module's paragraph gives.
    unsafe {
        resolve_indirect_functions();
        make_main_thread();
        let info = &*info;
        MAIN_STACK[0].store(info.stack as usize, Relaxed);
        MAIN_STACK[1].store(info.stack_size, Relaxed);
        c::__pte_start();
        let (argc, argv, envp) = (info.argc, info.argv, info.envp);
        c::environ = envp;
        name_program(argv);
        run_constructors(argc, argv, envp);
        exit(c::main(argc, argv, envp))
    }
}

static MAIN_STACK: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

/// The first thread's stack: its lowest address and its size.
pub fn main_stack() -> (usize, usize) {
    (MAIN_STACK[0].load(Relaxed), MAIN_STACK[1].load(Relaxed))
}

/// Stores the address that each GNU indirect function's resolver chooses (psABI, `R_X86_64_IRELATIVE`).
///
/// # Safety
/// To be called once, before any indirect function is called.
unsafe fn resolve_indirect_functions() {
    const R_X86_64_IRELATIVE: u64 = 37;
    let mut entry = (&raw const c::__rela_iplt_start).cast::<c::Relocation>();
    let end = (&raw const c::__rela_iplt_end).cast::<c::Relocation>();
    while entry < end {
        // SAFETY: the linker made the table between the two symbols; a resolver is a function without
        // arguments that returns an address.
        unsafe {
            if (*entry).info & 0xffff_ffff == R_X86_64_IRELATIVE {
                let resolver: extern "C" fn() -> usize = core::mem::transmute((*entry).addend);
                (*entry).place.write(resolver());
            }
            entry = entry.add(1);
        }
    }
}

/// Gives the first thread its thread-local storage.
///
/// # Safety
/// To be called once, by the first thread.
unsafe fn make_main_thread() {
    let mut canary = [0u8; size_of::<usize>()];
    if sys::sys_getrandom(canary.as_mut_ptr(), canary.len()) < 0 {
        // No random numbers: at least not the same in each run.
        canary = sys::sys_clock_ns(sys::HERMIT_CLOCK_REALTIME).to_ne_bytes();
    }
    // A string function cannot write the canary's zero byte and go on (as in other C libraries).
    canary[0] = 0;
    tcb::set_canary(usize::from_ne_bytes(canary));

    let size = tcb::block_size();
    let memory = sys::sys_mmap(
        ptr::null_mut(),
        size,
        sys::HERMIT_PROT_READ | sys::HERMIT_PROT_WRITE,
        sys::HERMIT_MAP_PRIVATE | sys::HERMIT_MAP_ANONYMOUS,
        -1,
        0,
    );
    if memory < 0 {
        let message = b"no memory for the first thread's thread-local storage\n";
        sys::sys_log(message.as_ptr().cast(), message.len());
        sys::sys_exit(127);
    }
    // SAFETY: `size` bytes of fresh memory end there, and they are never unmapped.
    unsafe {
        let top = ptr::with_exposed_provenance_mut::<u8>(memory as usize + size);
        sys::sys_set_tls(tcb::create(top).tcb.as_ptr().cast());
    }
}

/// Runs the image's constructors.
///
/// # Safety
/// To be called once.
unsafe fn run_constructors(argc: i32, argv: *mut *mut c_char, envp: *mut *mut c_char) {
    let run = |start: *const c::Constructor, end: *const c::Constructor| {
        let mut entry = start;
        while entry < end {
            // SAFETY: the linker made the array between the two symbols.
            unsafe {
                (*entry)(argc, argv, envp);
                entry = entry.add(1);
            }
        }
    };
    run(
        (&raw const c::__preinit_array_start).cast(),
        (&raw const c::__preinit_array_end).cast(),
    );
    // SAFETY: crti.o's function takes no arguments.
    unsafe { c::_init() };
    run(
        (&raw const c::__init_array_start).cast(),
        (&raw const c::__init_array_end).cast(),
    );
}

/// Runs the image's destructors, last first (System V gABI).
///
/// # Safety
/// To be called once, when no other code of the program uses what they destroy.
pub(crate) unsafe fn run_destructors() {
    let start = (&raw const c::__fini_array_start).cast::<c::Procedure>();
    let mut entry = (&raw const c::__fini_array_end).cast::<c::Procedure>();
    while entry > start {
        // SAFETY: the linker made the array between the two symbols.
        unsafe {
            entry = entry.sub(1);
            (*entry)();
        }
    }
    // SAFETY: crtn.o's function takes no arguments.
    unsafe { c::_fini() };
}

/// The C string pointers that BSD and GNU programs print in front of their messages.
#[repr(transparent)]
struct Name(core::cell::UnsafeCell<*const c_char>);

// SAFETY: written before there is a second thread; afterwards it is the program's variable.
unsafe impl Sync for Name {}

impl Name {
    const fn new() -> Self {
        Self(core::cell::UnsafeCell::new(c"".as_ptr()))
    }
}

#[allow(non_upper_case_globals, reason = "C variable")]
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
static program_invocation_name: Name = Name::new();
#[allow(non_upper_case_globals, reason = "C variable")]
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
static program_invocation_short_name: Name = Name::new();
#[allow(non_upper_case_globals, reason = "C variable")]
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
static __progname: Name = Name::new();

/// The name that the program was started by.
pub(crate) fn program_name() -> *const c_char {
    // SAFETY: written before there was a second thread; afterwards it is the program's variable.
    unsafe { *program_invocation_name.0.get() }
}

/// # Safety
/// `argv` is `main`'s, and there is only one thread.
unsafe fn name_program(argv: *mut *mut c_char) {
    // SAFETY: the caller's promise; argv[0] is a C string or null.
    unsafe {
        let name: *const c_char = *argv;
        if name.is_null() {
            return;
        }
        let mut short = name;
        let mut at = name;
        while *at != 0 {
            if *at == b'/' as c_char {
                short = at.add(1);
            }
            at = at.add(1);
        }
        *program_invocation_name.0.get() = name;
        *program_invocation_short_name.0.get() = short;
        *__progname.0.get() = short;
    }
}
