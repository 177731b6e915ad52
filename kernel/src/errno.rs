//! The one list of error numbers.
//!
//! The numbers are newlib's (`sys/errno.h`), because the ABI's callers are newlib's callers: what the
//! kernel returns as `-errno` is stored in `errno` unchanged. A test compares them with the header.

macro_rules! errnos {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// An error that a caller sees; the value is the number in newlib's `errno.h`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(i32)]
        #[allow(clippy::upper_case_acronyms, reason = "POSIX names")]
        pub enum Errno { $($(#[$doc])* $name = $number,)* }

        impl Errno {
            /// Every error with its POSIX name, for the test against `errno.h`.
            pub const ALL: &[(&'static str, Errno)] = &[$((stringify!($name), Errno::$name),)*];
        }
    };
}

errnos! {
    /// Operation not permitted.
    EPERM = 1,
    /// No such file or directory.
    ENOENT = 2,
    /// No such process (thread).
    ESRCH = 3,
    /// Interrupted by a signal.
    EINTR = 4,
    /// Input or output error.
    EIO = 5,
    /// No such device or address.
    ENXIO = 6,
    /// Argument list too long.
    E2BIG = 7,
    /// Not executable.
    ENOEXEC = 8,
    /// Bad file descriptor.
    EBADF = 9,
    /// No children.
    ECHILD = 10,
    /// Try again, or a limit was reached.
    EAGAIN = 11,
    /// Out of memory.
    ENOMEM = 12,
    /// Permission denied.
    EACCES = 13,
    /// Bad address.
    EFAULT = 14,
    /// Busy.
    EBUSY = 16,
    /// Exists already.
    EEXIST = 17,
    /// Link across file systems.
    EXDEV = 18,
    /// No such device.
    ENODEV = 19,
    /// Not a directory.
    ENOTDIR = 20,
    /// Is a directory.
    EISDIR = 21,
    /// Invalid argument.
    EINVAL = 22,
    /// Too many open files in the system.
    ENFILE = 23,
    /// Too many open files.
    EMFILE = 24,
    /// Not a terminal.
    ENOTTY = 25,
    /// The file is being executed (by a process of the host).
    ETXTBSY = 26,
    /// File too large.
    EFBIG = 27,
    /// No space left.
    ENOSPC = 28,
    /// Illegal seek.
    ESPIPE = 29,
    /// Read-only file system.
    EROFS = 30,
    /// Too many links.
    EMLINK = 31,
    /// Broken pipe.
    EPIPE = 32,
    /// Out of a function's domain.
    EDOM = 33,
    /// Result too large.
    ERANGE = 34,
    /// No message of the kind that is wanted.
    ENOMSG = 35,
    /// What was waited for was removed.
    EIDRM = 36,
    /// Would deadlock.
    EDEADLK = 45,
    /// No more locks.
    ENOLCK = 46,
    /// Not implemented.
    ENOSYS = 88,
    /// Directory not empty.
    ENOTEMPTY = 90,
    /// Name too long.
    ENAMETOOLONG = 91,
    /// Too many symbolic links.
    ELOOP = 92,
    /// Operation not supported on this object.
    EOPNOTSUPP = 95,
    /// The other side has closed the connection.
    ECONNRESET = 104,
    /// The address is of another family.
    EAFNOSUPPORT = 106,
    /// The other socket is of another type.
    EPROTOTYPE = 107,
    /// Not a socket.
    ENOTSOCK = 108,
    /// No such option of a socket.
    ENOPROTOOPT = 109,
    /// Nobody listens there.
    ECONNREFUSED = 111,
    /// The address is in use.
    EADDRINUSE = 112,
    /// No way leads to the address.
    ENETUNREACH = 114,
    /// Timed out.
    ETIMEDOUT = 116,
    /// An asynchronous request is not done yet.
    EINPROGRESS = 119,
    /// A message has no destination.
    EDESTADDRREQ = 121,
    /// Message too long.
    EMSGSIZE = 122,
    /// No such protocol.
    EPROTONOSUPPORT = 123,
    /// The address is not of this machine.
    EADDRNOTAVAIL = 125,
    /// The socket is connected already.
    EISCONN = 127,
    /// The socket is not connected.
    ENOTCONN = 128,
    /// The disk quota is used up.
    EDQUOT = 132,
    /// The file has gone on its server.
    ESTALE = 133,
    /// Not supported.
    ENOTSUP = 134,
    /// Value too large.
    EOVERFLOW = 139,
    /// Cancelled.
    ECANCELED = 140,
    /// The owner of a robust mutex died.
    EOWNERDEAD = 142,
    /// The state of a robust mutex is lost.
    ENOTRECOVERABLE = 141,
}

/// What a kernel function answers.
pub type Result<T> = core::result::Result<T, Errno>;

impl Errno {
    /// The number as the C ABI returns it: negative.
    pub const fn negative(self) -> i32 {
        -(self as i32)
    }
}

/// Turns a result into the ABI's form: the value, or `-errno`.
pub fn status(result: Result<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(errno) => errno.negative(),
    }
}

/// Turns a result into the ABI's form for a descriptor or a small number.
pub fn number(result: Result<i32>) -> i32 {
    result.unwrap_or_else(Errno::negative)
}

/// Turns a result with a value into the ABI's form: the value, or `-errno`.
pub fn value(result: Result<usize>) -> isize {
    match result {
        Ok(value) => value as isize,
        Err(errno) => errno.negative() as isize,
    }
}
