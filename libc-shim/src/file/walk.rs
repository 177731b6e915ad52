//! `nftw` and `ftw`: walking a tree of folders.
//!
//! The walk keeps one path and one open folder for each level; the caller's limit on descriptors is
//! taken as a wish, since there are enough of them. A folder that is reached again through a symbolic
//! link inside itself is not entered.

use core::ffi::{CStr, c_char, c_int};

use super::directory::{Directory, open_folder};
use super::{AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_DIRECTORY, S_IFDIR, S_IFMT};
use crate::config::PATH_MAX;
use crate::errno;
use crate::sys::{self, Errno, HermitStat};

// What an object is (ftw.h).
const FTW_F: c_int = 0;
const FTW_D: c_int = 1;
const FTW_DNR: c_int = 2;
const FTW_DP: c_int = 3;
const FTW_NS: c_int = 4;
const FTW_SL: c_int = 5;
const FTW_SLN: c_int = 6;

// How to walk.
const FTW_PHYS: c_int = 1;
const FTW_MOUNT: c_int = 2;
const FTW_DEPTH: c_int = 4;
const FTW_CHDIR: c_int = 8;
const FTW_XDEV: c_int = 16;

const S_IFLNK: u32 = 0o120_000;

/// `struct FTW`.
#[repr(C)]
struct Place {
    base: c_int,
    level: c_int,
}

type Plain = unsafe extern "C" fn(*const c_char, *const HermitStat, c_int) -> c_int;
type Full = unsafe extern "C" fn(*const c_char, *const HermitStat, c_int, *mut Place) -> c_int;

/// The caller's function.
enum Call {
    Plain(Plain),
    Full(Full),
}

/// A folder on the way from the start to the present one.
struct Ancestor<'a> {
    device: u64,
    inode: u64,
    above: Option<&'a Ancestor<'a>>,
}

impl Ancestor<'_> {
    fn holds(&self, stat: &HermitStat) -> bool {
        self.device == stat.dev && self.inode == stat.ino
            || self.above.is_some_and(|above| above.holds(stat))
    }
}

struct Walk {
    call: Call,
    flags: c_int,
    /// Where relative paths begin, even after a change of the working folder.
    origin: c_int,
    /// The start's file system.
    device: u64,
    path: [u8; PATH_MAX],
}

impl Walk {
    fn path(&self) -> *const c_char {
        self.path.as_ptr().cast()
    }

    fn report(&self, stat: &HermitStat, kind: c_int, base: usize, level: c_int) -> c_int {
        let mut place = Place {
            base: base as c_int,
            level,
        };
        // SAFETY: the caller's function, called as its type says.
        unsafe {
            match self.call {
                Call::Plain(call) => call(self.path(), stat, kind),
                Call::Full(call) => call(self.path(), stat, kind, &raw mut place),
            }
        }
    }

    /// What the path leads to, and what kind of object that is.
    fn look(&self) -> Result<(HermitStat, c_int), Errno> {
        let mut stat = HermitStat::default();
        let ask =
            |stat: &mut HermitStat, flags| sys::sys_fstatat(self.origin, self.path(), stat, flags);
        let follow = if self.flags & FTW_PHYS != 0 {
            AT_SYMLINK_NOFOLLOW
        } else {
            0
        };
        if ask(&mut stat, follow) >= 0 {
            return Ok(match stat.mode & S_IFMT {
                S_IFDIR => (stat, FTW_D),
                S_IFLNK => (stat, FTW_SL),
                _ => (stat, FTW_F),
            });
        }
        if follow == 0 && ask(&mut stat, AT_SYMLINK_NOFOLLOW) >= 0 {
            let dangling = match self.call {
                Call::Plain(_) => FTW_NS,
                Call::Full(_) => FTW_SLN,
            };
            return Ok((stat, dangling));
        }
        match sys::sys_fstatat(self.origin, self.path(), &raw mut stat, AT_SYMLINK_NOFOLLOW) {
            result if result == -(Errno::EACCES as c_int) => Ok((stat, FTW_NS)),
            result if result == -(Errno::ENOTDIR as c_int) => Err(Errno::ENOTDIR),
            result if result == -(Errno::ELOOP as c_int) => Err(Errno::ELOOP),
            result if result == -(Errno::ENAMETOOLONG as c_int) => Err(Errno::ENAMETOOLONG),
            _ => Err(Errno::ENOENT),
        }
    }

    /// Walks what the first `length` bytes of the path lead to; the last name begins at `base`. Not 0
    /// ends the walk.
    fn visit(
        &mut self,
        length: usize,
        base: usize,
        level: c_int,
        above: Option<&Ancestor<'_>>,
    ) -> c_int {
        let (stat, kind) = match self.look() {
            Ok(found) => found,
            // An entry that has gone meanwhile is no error, the start is.
            Err(Errno::ENOENT) if level > 0 => return 0,
            Err(error) => return errno::fail(error),
        };
        if kind != FTW_D {
            return self.report(&stat, kind, base, level);
        }
        if level == 0 {
            self.device = stat.dev;
        }
        let elsewhere = stat.dev != self.device;
        if self.flags & FTW_MOUNT != 0 && elsewhere || above.is_some_and(|above| above.holds(&stat))
        {
            return 0;
        }
        let after = self.flags & FTW_DEPTH != 0;
        if self.flags & FTW_XDEV != 0 && elsewhere {
            let kind = if after { FTW_DP } else { FTW_D };
            return self.report(&stat, kind, base, level);
        }
        let stream = open_folder(self.origin, self.path());
        if stream.is_null() {
            return self.report(&stat, FTW_DNR, base, level);
        }
        let own = Ancestor {
            device: stat.dev,
            inode: stat.ino,
            above,
        };
        let mut result = if after {
            0
        } else {
            self.report(&stat, FTW_D, base, level)
        };
        // SAFETY: the stream was just opened and is closed below.
        unsafe {
            if result == 0 {
                result = self.entries(&*stream, length, level, &own);
            }
            super::directory::closedir(stream);
        }
        self.path[length] = 0;
        if result == 0 && after {
            self.enter_parent(base);
            result = self.report(&stat, FTW_DP, base, level);
        }
        result
    }

    /// Walks the entries of a folder.
    fn entries(
        &mut self,
        stream: &Directory,
        length: usize,
        level: c_int,
        own: &Ancestor<'_>,
    ) -> c_int {
        let separator = usize::from(self.path[length - 1] != b'/');
        let base = length + separator;
        loop {
            let (entry, error) = stream.next();
            if entry.is_null() {
                return if error == 0 { 0 } else { errno::int(-error) };
            }
            // SAFETY: the kernel stored a whole record.
            let name = unsafe { super::directory::name(entry) }.to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let end = base + name.len();
            if end >= PATH_MAX {
                return errno::fail(Errno::ENAMETOOLONG);
            }
            self.path[length] = b'/';
            self.path[base..end].copy_from_slice(name);
            self.path[end] = 0;
            if self.flags & FTW_CHDIR != 0 && sys::sys_fchdir(stream.fd()) < 0 {
                return errno::fail(Errno::EACCES);
            }
            let result = self.visit(end, base, level + 1, Some(own));
            if result != 0 {
                return result;
            }
        }
    }

    /// With `FTW_CHDIR`: makes the folder that holds the last name the working folder.
    fn enter_parent(&mut self, base: usize) {
        if self.flags & FTW_CHDIR == 0 {
            return;
        }
        let kept = core::mem::replace(&mut self.path[base], 0);
        let parent: *const c_char = if base == 0 {
            c".".as_ptr()
        } else {
            self.path()
        };
        let fd = sys::sys_openat(self.origin, parent, O_DIRECTORY | O_CLOEXEC, 0);
        if fd >= 0 {
            sys::sys_fchdir(fd);
            sys::sys_close(fd);
        }
        self.path[base] = kept;
    }
}

/// Walks the tree at `path`.
///
/// # Safety
/// `path` is a C string.
unsafe fn walk(path: *const c_char, call: Call, flags: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    if bytes.is_empty() {
        return errno::fail(Errno::ENOENT);
    }
    if bytes.len() >= PATH_MAX {
        return errno::fail(Errno::ENAMETOOLONG);
    }
    let mut origin = AT_FDCWD;
    if flags & FTW_CHDIR != 0 {
        origin = sys::sys_openat(AT_FDCWD, c".".as_ptr(), O_DIRECTORY | O_CLOEXEC, 0);
        if origin < 0 {
            return errno::int(origin);
        }
    }
    let mut walk = Walk {
        call,
        flags,
        origin,
        device: 0,
        path: [0; PATH_MAX],
    };
    walk.path[..bytes.len()].copy_from_slice(bytes);
    let mut length = bytes.len();
    while length > 1 && bytes[length - 1] == b'/' {
        length -= 1;
        walk.path[length] = 0;
    }
    let slash = bytes[..length].iter().rposition(|byte| *byte == b'/');
    let base = slash.map_or(0, |slash| if length == 1 { 0 } else { slash + 1 });
    walk.enter_parent(base);
    let result = walk.visit(length, base, 0, None);
    if origin != AT_FDCWD {
        sys::sys_fchdir(origin);
        sys::sys_close(origin);
    }
    result
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn nftw(
    path: *const c_char,
    call: Full,
    _descriptors: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { walk(path, Call::Full(call), flags) }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn ftw(path: *const c_char, call: Plain, _descriptors: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { walk(path, Call::Plain(call), 0) }
}
