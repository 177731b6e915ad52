//! The error numbers that POSIX threads return: newlib's, as the kernel has them.

use core::ffi::c_int;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        $($(#[$doc])* pub const $name: c_int = $number;)*

        // Under `cfg(test)` the kernel is not part of the program.
        #[cfg(not(test))]
        const _: () = {
            $(assert!($name == hermit_kernel::abi::Errno::$name as c_int);)*
        };
    };
}

numbers! {
    /// Not the owner, or not permitted.
    EPERM = 1,
    /// No such semaphore.
    ENOENT = 2,
    /// No such thread.
    ESRCH = 3,
    /// A signal handler ran.
    EINTR = 4,
    /// A limit was reached, or the object is not available now.
    EAGAIN = 11,
    /// Out of memory.
    ENOMEM = 12,
    /// Bad address.
    EFAULT = 14,
    /// In use.
    EBUSY = 16,
    /// Exists already.
    EEXIST = 17,
    /// Invalid argument.
    EINVAL = 22,
    /// Too many open semaphores.
    EMFILE = 24,
    /// The result does not fit.
    ERANGE = 34,
    /// Would deadlock.
    EDEADLK = 45,
    /// Name too long.
    ENAMETOOLONG = 91,
    /// The deadline passed.
    ETIMEDOUT = 116,
    /// Not supported.
    ENOTSUP = 134,
    /// Value too large.
    EOVERFLOW = 139,
    /// The owner of a robust mutex ended without unlocking it.
    EOWNERDEAD = 142,
    /// The state that a robust mutex guards is lost.
    ENOTRECOVERABLE = 141,
}

/// What the internals answer: `Err` holds an error number.
pub type Result<T> = core::result::Result<T, c_int>;

/// POSIX threads' form of a result: 0 or the number.
#[inline(always)]
pub fn number(result: Result<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(number) => number,
    }
}
