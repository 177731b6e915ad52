//! The numbers of `fcntl.h` and `sys/stat.h`: flags, modes and limits that callers and files share.
//!
//! They are newlib's (`sys/_default_fcntl.h`, `sys/stat.h`), so that the C library hands them through
//! unchanged. A test compares them with the headers.

/// Open for reading.
pub const O_RDONLY: u32 = 0;
/// Open for writing.
pub const O_WRONLY: u32 = 1;
/// Open for reading and writing.
pub const O_RDWR: u32 = 2;
/// The bits of a flag word that hold one of the three above.
pub const O_ACCMODE: u32 = 3;
/// Each write goes to the end of the file.
pub const O_APPEND: u32 = 0x0008;
/// Make the file if it does not exist.
pub const O_CREAT: u32 = 0x0200;
/// Empty the file.
pub const O_TRUNC: u32 = 0x0400;
/// With [`O_CREAT`]: fail if it exists.
pub const O_EXCL: u32 = 0x0800;
/// Writes are done when they return. Memory and the host's files need nothing for that.
pub const O_SYNC: u32 = 0x2000;
/// Never sleep: `EAGAIN` instead.
pub const O_NONBLOCK: u32 = 0x4000;
/// The descriptor does not survive `exec`. Kept and told, without effect.
pub const O_CLOEXEC: u32 = 0x40000;
/// The descriptor does not come to a child of `fork`. Kept and told, without effect.
pub const O_CLOFORK: u32 = 0x0080_0000;
/// Fail if the last component is a symbolic link.
pub const O_NOFOLLOW: u32 = 0x0010_0000;
/// Fail if it is not a directory.
pub const O_DIRECTORY: u32 = 0x0020_0000;
/// The flags that `fcntl(F_SETFL)` may change.
pub const O_CHANGEABLE: u32 = O_APPEND | O_NONBLOCK | O_SYNC;

/// In place of a directory descriptor: the working directory.
pub const AT_FDCWD: i32 = -2;
/// Do not follow a symbolic link in the last component.
pub const AT_SYMLINK_NOFOLLOW: u32 = 2;
/// `linkat`: follow a symbolic link in the last component.
pub const AT_SYMLINK_FOLLOW: u32 = 4;
/// `unlinkat`: remove a directory.
pub const AT_REMOVEDIR: u32 = 8;
/// An empty path names the directory descriptor's own file.
pub const AT_EMPTY_PATH: u32 = 0x10;

/// `renameat2`: `EEXIST` where the new name is taken.
pub const RENAME_NOREPLACE: u32 = 1;

/// The bits of a mode that tell the kind of file.
pub const S_IFMT: u32 = 0o170_000;
/// Pipe.
pub const S_IFIFO: u32 = 0o010_000;
/// Character device.
pub const S_IFCHR: u32 = 0o020_000;
/// Socket.
pub const S_IFSOCK: u32 = 0o140_000;
/// Directory.
pub const S_IFDIR: u32 = 0o040_000;
/// Regular file.
pub const S_IFREG: u32 = 0o100_000;
/// Symbolic link.
pub const S_IFLNK: u32 = 0o120_000;
/// Set group id; of a directory: what is made in it gets its group.
pub const S_ISGID: u32 = 0o2000;
/// Permission bits, set-id and sticky bits.
pub const PERMISSIONS: u32 = 0o7777;

/// Longest name of a directory entry in bytes.
pub const NAME_MAX: usize = 255;
/// Longest path in bytes, its NUL included.
pub const PATH_MAX: usize = 4096;
/// Most symbolic links that are followed in one path.
pub const SYMLOOP_MAX: u32 = 40;
/// Most pieces of a `readv` or `writev`.
pub const IOV_MAX: usize = 1024;
/// Writes to a pipe of up to this many bytes are not mixed with those of other writers.
pub const PIPE_BUF: usize = 4096;
/// Most open descriptors: the limit that `setrlimit` cannot raise.
pub const OPEN_MAX: usize = 4096;
/// Largest file position.
pub const OFFSET_MAX: u64 = i64::MAX as u64;

/// `lseek`: from the beginning.
pub const SEEK_SET: u32 = 0;
/// `lseek`: from the current position.
pub const SEEK_CUR: u32 = 1;
/// `lseek`: from the end.
pub const SEEK_END: u32 = 2;
/// `lseek`: the first byte of data at or behind the offset.
pub const SEEK_DATA: u32 = 3;
/// `lseek`: the first byte of a hole at or behind the offset.
pub const SEEK_HOLE: u32 = 4;

/// `fcntl`: duplicate at or above a number.
pub const F_DUPFD: u32 = 0;
/// `fcntl`: tell the descriptor's flags.
pub const F_GETFD: u32 = 1;
/// `fcntl`: set the descriptor's flags.
pub const F_SETFD: u32 = 2;
/// `fcntl`: tell the open file's flags.
pub const F_GETFL: u32 = 3;
/// `fcntl`: set the open file's flags.
pub const F_SETFL: u32 = 4;
/// `fcntl`: ask for a record lock.
pub const F_GETLK: u32 = 7;
/// `fcntl`: set a record lock.
pub const F_SETLK: u32 = 8;
/// `fcntl`: wait for a record lock.
pub const F_SETLKW: u32 = 9;
/// `fcntl`: who gets SIGIO; nobody does.
pub const F_GETOWN: u32 = 5;
/// `fcntl`: sets who gets SIGIO.
pub const F_SETOWN: u32 = 6;
/// `fcntl`: as [`F_GETLK`] for a lock of the open file.
pub const F_OFD_GETLK: u32 = 36;
/// `fcntl`: as [`F_SETLK`] for a lock of the open file.
pub const F_OFD_SETLK: u32 = 37;
/// `fcntl`: as [`F_SETLKW`] for a lock of the open file.
pub const F_OFD_SETLKW: u32 = 38;
/// A lock for reading.
pub const F_RDLCK: i16 = 1;
/// A lock for writing.
pub const F_WRLCK: i16 = 2;
/// No lock.
pub const F_UNLCK: i16 = 3;
/// `flock`: shared.
pub const LOCK_SH: u32 = 1;
/// `flock`: exclusive.
pub const LOCK_EX: u32 = 2;
/// `flock`: without waiting.
pub const LOCK_NB: u32 = 4;
/// `flock`: none.
pub const LOCK_UN: u32 = 8;
/// `fcntl`: duplicate at or above a number, close-on-exec.
pub const F_DUPFD_CLOEXEC: u32 = 14;
/// `fcntl`: duplicate at or above a number, close-on-fork.
pub const F_DUPFD_CLOFORK: u32 = 15;
/// The close-on-exec flag of a descriptor.
pub const FD_CLOEXEC: u32 = 1;
/// The close-on-fork flag of a descriptor.
pub const FD_CLOFORK: u32 = 2;
/// Those flags of `open` and its like that are the descriptor's own.
pub const O_DESCRIPTOR: u32 = O_CLOEXEC | O_CLOFORK;

/// The flags of a descriptor (`FD_…`) that `open` and its like are asked for by these.
pub const fn descriptor_flags(flags: u32) -> u32 {
    let close_on_exec = if flags & O_CLOEXEC != 0 {
        FD_CLOEXEC
    } else {
        0
    };
    let close_on_fork = if flags & O_CLOFORK != 0 {
        FD_CLOFORK
    } else {
        0
    };
    close_on_exec | close_on_fork
}

/// `poll`: data can be read, or the end was reached.
pub const POLLIN: u16 = 0x01;
/// `poll`: a write would not sleep.
pub const POLLOUT: u16 = 0x04;
/// `poll`: an error; always reported.
pub const POLLERR: u16 = 0x08;
/// `poll`: the other side has gone; always reported.
pub const POLLHUP: u16 = 0x10;
/// `poll`: no such descriptor; always reported.
pub const POLLNVAL: u16 = 0x20;
/// `poll`: the newlib and Linux spelling of "normal data", reported with [`POLLIN`].
pub const POLLRDNORM: u16 = 0x40;
/// `poll`: the other side has shut its sending down.
pub const POLLRDHUP: u16 = 0x2000;
/// `poll`: reported with [`POLLOUT`].
pub const POLLWRNORM: u16 = 0x100;
