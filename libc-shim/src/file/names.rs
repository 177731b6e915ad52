//! Names: folders, links, the working folder, `realpath`.

use core::ffi::{c_char, c_int, c_uint};
use core::ptr;

use super::{AT_FDCWD, AT_REMOVEDIR, S_IFIFO, S_IFMT};
use crate::config::PATH_MAX;
use crate::sys::{self, Errno};
use crate::{c, errno};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn unlink(path: *const c_char) -> c_int {
    errno::int(sys::sys_unlinkat(AT_FDCWD, path, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn unlinkat(folder: c_int, path: *const c_char, flags: c_int) -> c_int {
    errno::int(sys::sys_unlinkat(folder, path, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn rmdir(path: *const c_char) -> c_int {
    errno::int(sys::sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR))
}

/// `stdio.h`: removes a file, or an empty folder.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn remove(path: *const c_char) -> c_int {
    match sys::sys_unlinkat(AT_FDCWD, path, 0) {
        // POSIX: EPERM, Linux: EISDIR says that it is a folder.
        result if result == -(Errno::EISDIR as c_int) || result == -(Errno::EPERM as c_int) => {
            rmdir(path)
        }
        result => errno::int(result),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn mkdir(path: *const c_char, mode: c_uint) -> c_int {
    errno::int(sys::sys_mkdirat(AT_FDCWD, path, mode))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mkdirat(folder: c_int, path: *const c_char, mode: c_uint) -> c_int {
    errno::int(sys::sys_mkdirat(folder, path, mode))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mknodat(folder: c_int, path: *const c_char, mode: c_uint, device: u64) -> c_int {
    errno::int(sys::sys_mknodat(folder, path, mode, device))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mknod(path: *const c_char, mode: c_uint, device: u64) -> c_int {
    mknodat(AT_FDCWD, path, mode, device)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mkfifoat(folder: c_int, path: *const c_char, mode: c_uint) -> c_int {
    mknodat(folder, path, mode & !S_IFMT | S_IFIFO, 0)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mkfifo(path: *const c_char, mode: c_uint) -> c_int {
    mkfifoat(AT_FDCWD, path, mode)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    errno::int(sys::sys_renameat(AT_FDCWD, from, AT_FDCWD, to, 0))
}

/// newlib's `rename` calls this name where the system has one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn _rename(from: *const c_char, to: *const c_char) -> c_int {
    rename(from, to)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn renameat(
    from_folder: c_int,
    from: *const c_char,
    to_folder: c_int,
    to: *const c_char,
) -> c_int {
    errno::int(sys::sys_renameat(from_folder, from, to_folder, to, 0))
}

/// Linux's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn renameat2(
    from_folder: c_int,
    from: *const c_char,
    to_folder: c_int,
    to: *const c_char,
    flags: c_uint,
) -> c_int {
    errno::int(sys::sys_renameat(from_folder, from, to_folder, to, flags))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn link(from: *const c_char, to: *const c_char) -> c_int {
    errno::int(sys::sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn linkat(
    from_folder: c_int,
    from: *const c_char,
    to_folder: c_int,
    to: *const c_char,
    flags: c_int,
) -> c_int {
    errno::int(sys::sys_linkat(
        from_folder,
        from,
        to_folder,
        to,
        flags as u32,
    ))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn symlink(target: *const c_char, path: *const c_char) -> c_int {
    errno::int(sys::sys_symlinkat(target, AT_FDCWD, path))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn symlinkat(target: *const c_char, folder: c_int, path: *const c_char) -> c_int {
    errno::int(sys::sys_symlinkat(target, folder, path))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn readlink(path: *const c_char, buffer: *mut c_char, len: usize) -> isize {
    readlinkat(AT_FDCWD, path, buffer, len)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn readlinkat(
    folder: c_int,
    path: *const c_char,
    buffer: *mut c_char,
    len: usize,
) -> isize {
    errno::size(sys::sys_readlinkat(folder, path, buffer, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn chdir(path: *const c_char) -> c_int {
    errno::int(sys::sys_chdir(path))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fchdir(fd: c_int) -> c_int {
    errno::int(sys::sys_fchdir(fd))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn chroot(_path: *const c_char) -> c_int {
    errno::fail(Errno::ENOSYS)
}

/// With a null buffer allocates one, as other systems do.
///
/// # Safety
/// `buffer` must be null or have `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getcwd(buffer: *mut c_char, len: usize) -> *mut c_char {
    if !buffer.is_null() {
        if len == 0 {
            errno::set(Errno::EINVAL as c_int);
            return ptr::null_mut();
        }
        let result = errno::size(sys::sys_getcwd(buffer, len));
        return if result < 0 { ptr::null_mut() } else { buffer };
    }
    let mut path = [0; PATH_MAX];
    let result = errno::size(sys::sys_getcwd(path.as_mut_ptr(), path.len()));
    if result < 0 {
        return ptr::null_mut();
    }
    // SAFETY: the kernel stored a C string in `path`.
    unsafe {
        let used = c::strlen(path.as_ptr()) + 1;
        if len != 0 && len < used {
            errno::set(Errno::ERANGE as c_int);
            return ptr::null_mut();
        }
        let copy = c::malloc(used.max(len)).cast::<c_char>();
        if !copy.is_null() {
            copy.copy_from_nonoverlapping(path.as_ptr(), used);
        }
        copy
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn get_current_dir_name() -> *mut c_char {
    // SAFETY: a null buffer is allocated.
    unsafe { getcwd(ptr::null_mut(), 0) }
}

/// # Safety
/// `buffer` has `PATH_MAX` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getwd(buffer: *mut c_char) -> *mut c_char {
    // SAFETY: the caller's promise.
    unsafe { getcwd(buffer, PATH_MAX) }
}

/// A path under construction.
struct Path {
    bytes: [u8; PATH_MAX],
    len: usize,
}

impl Path {
    const fn empty() -> Self {
        Self {
            bytes: [0; PATH_MAX],
            len: 0,
        }
    }

    /// As a C string.
    fn as_ptr(&mut self) -> *const c_char {
        self.bytes[self.len] = 0;
        self.bytes.as_ptr().cast()
    }

    fn push(&mut self, part: &[u8]) -> Result<(), Errno> {
        let end = self.len + part.len();
        if end >= PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        self.bytes[self.len..end].copy_from_slice(part);
        self.len = end;
        Ok(())
    }

    /// Drops the last name, but not the root.
    fn pop(&mut self) {
        while self.len > 0 {
            self.len -= 1;
            if self.bytes[self.len] == b'/' {
                break;
            }
        }
    }
}

/// Follows `path`, all names of which must exist, to a path without links, `.` and `..`.
fn resolve(path: &[u8], resolved: &mut Path) -> Result<(), Errno> {
    /// As many links may be followed (`SYMLOOP_MAX` and more).
    const LINKS: u32 = 40;
    let mut rest = Path::empty();
    rest.push(path)?;
    if path.is_empty() {
        return Err(Errno::ENOENT);
    }
    if path[0] != b'/' {
        let result = sys::sys_getcwd(resolved.bytes.as_mut_ptr().cast(), PATH_MAX);
        if result < 0 {
            // The working folder is too deep, or gone.
            return Err(if result == -(Errno::ERANGE as isize) {
                Errno::ENAMETOOLONG
            } else {
                Errno::ENOENT
            });
        }
        resolved.len = resolved
            .bytes
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(0);
        if resolved.len == 1 {
            resolved.len = 0;
        }
    }
    let (mut at, mut links) = (0, 0);
    while at < rest.len {
        let end = rest.bytes[at..rest.len]
            .iter()
            .position(|byte| *byte == b'/');
        let end = end.map_or(rest.len, |length| at + length);
        let name = &rest.bytes[at..end];
        let last = end == rest.len;
        match name {
            b"" | b"." => {}
            b".." => resolved.pop(),
            name => {
                let before = resolved.len;
                resolved.push(b"/")?;
                resolved.push(name)?;
                let mut target = [0u8; PATH_MAX];
                let length = sys::sys_readlinkat(
                    AT_FDCWD,
                    resolved.as_ptr(),
                    target.as_mut_ptr().cast(),
                    target.len(),
                );
                if length > 0 {
                    links += 1;
                    if links > LINKS {
                        return Err(Errno::ELOOP);
                    }
                    let mut next = Path::empty();
                    next.push(&target[..length as usize])?;
                    next.push(&rest.bytes[end..rest.len])?;
                    resolved.len = if target[0] == b'/' { 0 } else { before };
                    rest = next;
                    at = 0;
                    continue;
                }
                // No link is EINVAL; then it must exist, and be a folder if more follows.
                let check = sys::sys_faccessat(AT_FDCWD, resolved.as_ptr(), 0, 0);
                if check < 0 {
                    return Err(if check == -(Errno::ENOTDIR as c_int) {
                        Errno::ENOTDIR
                    } else if check == -(Errno::EACCES as c_int) {
                        Errno::EACCES
                    } else {
                        Errno::ENOENT
                    });
                }
                if !last && !super::attributes::is_folder(resolved.as_ptr()) {
                    return Err(Errno::ENOTDIR);
                }
            }
        }
        at = end + 1;
    }
    if resolved.len == 0 {
        resolved.push(b"/")?;
    }
    Ok(())
}

/// # Safety
/// `path` is a C string; `result` is null or has `PATH_MAX` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn realpath(path: *const c_char, result: *mut c_char) -> *mut c_char {
    if path.is_null() {
        errno::set(Errno::EINVAL as c_int);
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    let path = unsafe { core::ffi::CStr::from_ptr(path) };
    let mut resolved = Path::empty();
    if let Err(error) = resolve(path.to_bytes(), &mut resolved) {
        errno::set(error as c_int);
        return ptr::null_mut();
    }
    let used = resolved.len + 1;
    // SAFETY: `result` has room for every path, the allocation for this one.
    unsafe {
        let place = if result.is_null() {
            c::malloc(used).cast()
        } else {
            result
        };
        if !place.is_null() {
            place.copy_from_nonoverlapping(resolved.as_ptr(), used);
        }
        place
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn revoke(_path: *mut c_char) -> c_int {
    errno::fail(Errno::ENOSYS)
}
