//! Shared memory objects: `shm_open`, `shm_unlink`, `memfd_create`.
//!
//! They are files in `/dev/shm`, as on Linux, and so in memory.

use core::ffi::{CStr, c_char, c_int, c_uint};
use core::sync::atomic::{AtomicU32, Ordering};

use crate::errno;
use crate::file::AT_FDCWD;
use crate::sys::{self, Errno};

const DIRECTORY: &[u8] = b"/dev/shm/";
const NAME_MAX: usize = 255;

const O_RDWR: u32 = 2;
const O_CREAT: u32 = 0x0200;
const O_EXCL: u32 = 0x0800;
const O_CLOEXEC: u32 = 0x40000;
const O_NOFOLLOW: u32 = 0x10_0000;

/// A path in [`DIRECTORY`], with its NUL.
struct Path([u8; DIRECTORY.len() + NAME_MAX + 1]);

impl Path {
    /// The path of an object. The slash that a portable name begins with is left out; no other is allowed.
    fn new(name: &[u8]) -> Result<Self, Errno> {
        let slashes = name.iter().take_while(|byte| **byte == b'/').count();
        let name = &name[slashes..];
        if name.is_empty() || name.contains(&b'/') || matches!(name, b"." | b"..") {
            return Err(Errno::EINVAL);
        }
        if name.len() > NAME_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let mut path = Path([0; _]);
        path.0[..DIRECTORY.len()].copy_from_slice(DIRECTORY);
        path.0[DIRECTORY.len()..][..name.len()].copy_from_slice(name);
        Ok(path)
    }

    fn open(&self, flags: u32, mode: u32) -> c_int {
        sys::sys_openat(AT_FDCWD, self.0.as_ptr().cast(), flags, mode)
    }

    fn unlink(&self) -> c_int {
        sys::sys_unlinkat(AT_FDCWD, self.0.as_ptr().cast(), 0)
    }
}

/// # Safety
/// `name` is a string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn shm_open(name: *const c_char, flags: c_int, mode: u32) -> c_int {
    // SAFETY: the caller's promise.
    match Path::new(unsafe { CStr::from_ptr(name) }.to_bytes()) {
        Ok(path) => errno::int(path.open(flags as u32 | O_CLOEXEC | O_NOFOLLOW, mode)),
        Err(error) => errno::fail(error),
    }
}

/// # Safety
/// `name` is a string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn shm_unlink(name: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    match Path::new(unsafe { CStr::from_ptr(name) }.to_bytes()) {
        Ok(path) => errno::int(path.unlink()),
        // POSIX has no other error for a name that no object can have.
        Err(Errno::EINVAL) => errno::fail(Errno::ENOENT),
        Err(error) => errno::fail(error),
    }
}

/// A file that has no name. The one given is for people who debug.
///
/// # Safety
/// `name` is a string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn memfd_create(name: *const c_char, flags: c_uint) -> c_int {
    const MFD_CLOEXEC: c_uint = 1;
    const LONGEST: usize = 249;
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    if flags & !MFD_CLOEXEC != 0 || name.count_bytes() > LONGEST {
        return errno::fail(Errno::EINVAL);
    }
    let mut unique = *b".memfd-00000000";
    let mut number = COUNT.fetch_add(1, Ordering::Relaxed);
    for digit in unique.iter_mut().rev().take(8) {
        *digit = b"0123456789abcdef"[(number % 16) as usize];
        number /= 16;
    }
    let close_on_exec = if flags & MFD_CLOEXEC != 0 {
        O_CLOEXEC
    } else {
        0
    };
    let opened = Path::new(&unique).map(|path| {
        let fd = path.open(O_RDWR | O_CREAT | O_EXCL | close_on_exec, 0o600);
        if fd >= 0 {
            path.unlink();
        }
        fd
    });
    opened.map_or_else(errno::fail, errno::int)
}
