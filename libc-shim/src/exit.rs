//! The end of the program: `exit`, `atexit`, `quick_exit`, `abort`.
//!
//! newlib's `exit` runs the handlers with its lock held, so that a destructor that joins a thread which
//! itself registers one never returns. Here the lock ([`Handlers::lock`]) is held only to take a handler
//! off the list. A second thread that calls `exit` waits for ever; a handler that calls `exit` goes on
//! with the handlers that are left (POSIX leaves that undefined, C++ programs do it).

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_void};
use core::ptr;

use crate::lock::Lock;
use crate::sys::{self, Errno};
use crate::{c, errno, signal, start, thread};

/// What to call, in the three forms in which one can be registered.
#[derive(Clone, Copy)]
enum Call {
    /// `atexit`, `at_quick_exit`.
    Plain(unsafe extern "C" fn()),
    /// `__cxa_atexit`: the argument, and the object file it came from.
    Object(unsafe extern "C" fn(*mut c_void), *mut c_void, *mut c_void),
    /// `on_exit`: the exit status comes first.
    Status(unsafe extern "C" fn(c_int, *mut c_void), *mut c_void),
}

/// C and POSIX promise at least 32 handlers: so many need no memory.
const BLOCK: usize = 32;

struct Block {
    used: usize,
    calls: [Option<Call>; BLOCK],
    older: *mut Block,
}

impl Block {
    const fn new(older: *mut Block) -> Self {
        Self {
            used: 0,
            calls: [None; BLOCK],
            older,
        }
    }
}

/// A stack of handlers.
struct Handlers {
    lock: Lock,
    first: UnsafeCell<Block>,
    /// The newest block; null stands for `first`.
    newest: UnsafeCell<*mut Block>,
}

// SAFETY: the cells are accessed only with `lock` held.
unsafe impl Sync for Handlers {}

impl Handlers {
    const fn new() -> Self {
        Self {
            lock: Lock::new(),
            first: UnsafeCell::new(Block::new(ptr::null_mut())),
            newest: UnsafeCell::new(ptr::null_mut()),
        }
    }

    /// The newest block; to be called with the lock held.
    fn newest(&self) -> *mut Block {
        // SAFETY: the lock is held.
        let newest = unsafe { *self.newest.get() };
        if newest.is_null() {
            self.first.get()
        } else {
            newest
        }
    }

    /// Adds a handler; false if there is no memory.
    fn push(&self, call: Call) -> bool {
        self.lock.with(|| {
            // SAFETY: the lock is held; blocks come from `malloc` and are freed only in `pop`.
            unsafe {
                let mut block = self.newest();
                if (*block).used == BLOCK {
                    let older = block;
                    block = c::malloc(size_of::<Block>()).cast();
                    if block.is_null() {
                        return false;
                    }
                    block.write(Block::new(older));
                    *self.newest.get() = block;
                }
                let used = (*block).used;
                (&mut (*block).calls)[used] = Some(call);
                (*block).used = used + 1;
            }
            true
        })
    }

    /// Takes the newest handler off that belongs to `object`, or that belongs to anything if it is null.
    fn pop(&self, object: *mut c_void) -> Option<Call> {
        self.lock.with(|| {
            let mut block = self.newest();
            // SAFETY: the lock is held, so the chain of blocks does not change under us.
            unsafe {
                while !block.is_null() {
                    let calls = &mut (&mut (*block).calls)[..(*block).used];
                    let found = calls.iter().rposition(|call| match call {
                        Some(Call::Object(_, _, owner)) => object.is_null() || *owner == object,
                        Some(_) => object.is_null(),
                        None => false,
                    });
                    if let Some(at) = found {
                        return calls[at].take();
                    }
                    let older = (*block).older;
                    if object.is_null() && !older.is_null() {
                        // All of it ran, and it is the newest.
                        *self.newest.get() = older;
                        c::free(block.cast());
                    } else if object.is_null() {
                        (*block).used = 0;
                    }
                    block = older;
                }
            }
            None
        })
    }

    /// Calls the handlers, newest first, those included that they register.
    fn run(&self, object: *mut c_void, status: c_int) {
        while let Some(call) = self.pop(object) {
            // SAFETY: whoever registered the function promised that it can be called at exit.
            unsafe {
                match call {
                    Call::Plain(function) => function(),
                    Call::Object(function, argument, _) => function(argument),
                    Call::Status(function, argument) => function(status, argument),
                }
            }
        }
    }
}

static AT_EXIT: Handlers = Handlers::new();
static AT_QUICK_EXIT: Handlers = Handlers::new();
/// Taken by the first thread that exits and never given back.
static EXITING: Lock = Lock::new();

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn atexit(function: unsafe extern "C" fn()) -> c_int {
    if AT_EXIT.push(Call::Plain(function)) {
        0
    } else {
        -1
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn on_exit(
    function: unsafe extern "C" fn(c_int, *mut c_void),
    argument: *mut c_void,
) -> c_int {
    if AT_EXIT.push(Call::Status(function, argument)) {
        0
    } else {
        -1
    }
}

/// Itanium C++ ABI, 3.3.6.3.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __cxa_atexit(
    function: unsafe extern "C" fn(*mut c_void),
    argument: *mut c_void,
    object: *mut c_void,
) -> c_int {
    if AT_EXIT.push(Call::Object(function, argument, object)) {
        0
    } else {
        -1
    }
}

/// Itanium C++ ABI, 3.3.6.4.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __cxa_finalize(object: *mut c_void) {
    AT_EXIT.run(object, 0);
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn at_quick_exit(function: unsafe extern "C" fn()) -> c_int {
    if AT_QUICK_EXIT.push(Call::Plain(function)) {
        0
    } else {
        -1
    }
}

/// Itanium C++ ABI's `at_quick_exit`, which libstdc++ declares.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __cxa_at_quick_exit(function: unsafe extern "C" fn(), _object: *mut c_void) -> c_int {
    at_quick_exit(function)
}

/// Ends the program: destructors of the calling thread, handlers, destructors of the image, streams.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn exit(status: c_int) -> ! {
    EXITING.acquire_recursive();
    thread::run_thread_destructors();
    AT_EXIT.run(ptr::null_mut(), status);
    // SAFETY: only the thread that holds EXITING comes here, and a handler's `exit` that came here
    // first does not return.
    unsafe {
        start::run_destructors();
        // Destructors may register handlers (a static object that is first used by one).
        AT_EXIT.run(ptr::null_mut(), status);
        if let Some(flush) = (&raw const c::__stdio_exit_handler).read() {
            flush();
        }
    }
    _exit(status)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn quick_exit(status: c_int) -> ! {
    EXITING.acquire_recursive();
    AT_QUICK_EXIT.run(ptr::null_mut(), status);
    _exit(status)
}

/// The parent of a process gets the low 8 bits (POSIX, `_exit`).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn _exit(status: c_int) -> ! {
    sys::sys_exit(status & 0xff)
}

#[allow(non_snake_case, reason = "C's name")]
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn _Exit(status: c_int) -> ! {
    _exit(status)
}

/// Raises `SIGABRT`, which ends the program whatever a handler does, unless that jumps away.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn abort() -> ! {
    signal::raise_fatally(signal::SIGABRT)
}

/// Called by functions compiled with `-fstack-protector` when their canary was overwritten.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn __stack_chk_fail() -> ! {
    let message = b"*** stack smashing detected ***: terminated\n";
    sys::sys_write(2, message.as_ptr().cast(), message.len());
    abort()
}

/// No command interpreter: 0 when asked for one with a null pointer.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn system(command: *const core::ffi::c_char) -> c_int {
    if command.is_null() {
        0
    } else {
        errno::fail(Errno::ENOSYS)
    }
}
