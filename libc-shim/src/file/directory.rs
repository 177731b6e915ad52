//! Reading folders: `opendir` and its relatives.
//!
//! The kernel stores records that already have the form of `struct dirent`, except that they are only
//! as long as their names, so `readdir` returns pointers into the buffer. A stream has a lock, which is a
//! leaf: POSIX lets threads share one.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use core::ptr;

use super::{AT_FDCWD, O_CLOEXEC, O_DIRECTORY, S_IFDIR, S_IFMT};
use crate::lock::Lock;
use crate::sys::{self, Errno, HermitDirent, HermitStat};
use crate::{c, errno};

/// Bytes of entries that one kernel call fetches.
const BUFFER: usize = 4096;

/// `DIR`.
#[repr(C)]
pub struct Directory {
    fd: c_int,
    lock: Lock,
    reading: UnsafeCell<Reading>,
}

/// Where a stream is; changed only with its lock held.
#[repr(C, align(8))]
struct Reading {
    buffer: [u8; BUFFER],
    at: usize,
    end: usize,
    /// The position behind the entry returned last, for `telldir`.
    position: i64,
}

impl Directory {
    /// A stream over `fd`, or null and `errno`.
    fn new(fd: c_int) -> *mut Directory {
        // SAFETY: all zero is a stream that has read nothing; the descriptor is set before it is used.
        unsafe {
            let stream = c::calloc(1, size_of::<Directory>()).cast::<Directory>();
            if stream.is_null() {
                errno::set(Errno::ENOMEM as c_int);
            } else {
                (*stream).fd = fd;
            }
            stream
        }
    }

    /// The descriptor.
    pub(super) fn fd(&self) -> c_int {
        self.fd
    }

    /// The next entry; null at the end or, with a number in the second place, on an error.
    pub(super) fn next(&self) -> (*mut HermitDirent, c_int) {
        self.lock.with(|| {
            // SAFETY: the lock is held.
            let reading = unsafe { &mut *self.reading.get() };
            if reading.at >= reading.end {
                let got = sys::sys_getdents(self.fd, reading.buffer.as_mut_ptr().cast(), BUFFER);
                if got <= 0 {
                    return (ptr::null_mut(), -got as c_int);
                }
                (reading.at, reading.end) = (0, got as usize);
            }
            let entry = (&raw mut reading.buffer)
                .cast::<u8>()
                .wrapping_add(reading.at);
            let entry = entry.cast::<HermitDirent>();
            // SAFETY: the kernel stored whole records up to `end`, each a multiple of 8 bytes long.
            unsafe {
                reading.at += usize::from((*entry).reclen);
                reading.position = (*entry).off;
            }
            (entry, 0)
        })
    }

    /// Goes to a position of `telldir`'s, or to the start.
    fn seek(&self, position: i64) {
        self.lock.with(|| {
            // SAFETY: the lock is held.
            let reading = unsafe { &mut *self.reading.get() };
            (reading.at, reading.end, reading.position) = (0, 0, position);
            // The functions that come here cannot report an error.
            sys::sys_lseek(self.fd, position, 0);
        });
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn opendir(path: *const c_char) -> *mut Directory {
    open_folder(AT_FDCWD, path)
}

/// Opens a stream of a folder; null and `errno` if that fails.
pub(super) fn open_folder(folder: c_int, path: *const c_char) -> *mut Directory {
    let fd = errno::int(sys::sys_openat(folder, path, O_DIRECTORY | O_CLOEXEC, 0));
    if fd < 0 {
        return ptr::null_mut();
    }
    let stream = Directory::new(fd);
    if stream.is_null() {
        sys::sys_close(fd);
    }
    stream
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fdopendir(fd: c_int) -> *mut Directory {
    let mut stat = core::mem::MaybeUninit::<HermitStat>::uninit();
    if errno::int(sys::sys_fstat(fd, stat.as_mut_ptr())) < 0 {
        return ptr::null_mut();
    }
    // SAFETY: the call has filled it.
    if unsafe { stat.assume_init() }.mode & S_IFMT != S_IFDIR {
        errno::fail(Errno::ENOTDIR);
        return ptr::null_mut();
    }
    Directory::new(fd)
}

/// # Safety
/// `stream` came from `opendir` and is not used any more.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(super) unsafe extern "C" fn closedir(stream: *mut Directory) -> c_int {
    if stream.is_null() {
        return errno::fail(Errno::EBADF);
    }
    // SAFETY: the caller's promise.
    unsafe { errno::int(sys::sys_close(fdclosedir(stream))) }
}

/// Ends the stream but not the descriptor, which it returns (BSD).
///
/// # Safety
/// As for [`closedir`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn fdclosedir(stream: *mut Directory) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let fd = (*stream).fd;
        c::free(stream.cast());
        fd
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn dirfd(stream: &Directory) -> c_int {
    stream.fd
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn readdir(stream: &Directory) -> *mut HermitDirent {
    let (entry, error) = stream.next();
    if error != 0 {
        errno::set(error);
    }
    entry
}

/// Returns the error number.
///
/// # Safety
/// `entry` and `result` must be writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn readdir_r(
    stream: &Directory,
    entry: *mut HermitDirent,
    result: *mut *mut HermitDirent,
) -> c_int {
    let (found, error) = stream.next();
    // SAFETY: the caller's promise; a record is as long as it says.
    unsafe {
        if found.is_null() {
            *result = ptr::null_mut();
        } else {
            let length = usize::from((*found).reclen);
            entry
                .cast::<u8>()
                .copy_from_nonoverlapping(found.cast(), length);
            *result = entry;
        }
    }
    error
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn rewinddir(stream: &Directory) {
    stream.seek(0);
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn seekdir(stream: &Directory, position: c_long) {
    stream.seek(position);
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn telldir(stream: &Directory) -> c_long {
    // SAFETY: the lock is held.
    stream
        .lock
        .with(|| unsafe { (*stream.reading.get()).position })
}

/// The kernel's records are `struct posix_dent`; POSIX has no flags but those that it may get.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_getdents(fd: c_int, buffer: *mut c_void, len: usize, flags: c_int) -> isize {
    if flags != 0 {
        return errno::fail(Errno::EINVAL) as isize;
    }
    errno::size(sys::sys_getdents(fd, buffer, len))
}

type Filter = unsafe extern "C" fn(*const HermitDirent) -> c_int;
type Compare = unsafe extern "C" fn(*mut *const HermitDirent, *mut *const HermitDirent) -> c_int;

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn scandir(
    path: *const c_char,
    list: *mut *mut *mut HermitDirent,
    filter: Option<Filter>,
    compare: Option<Compare>,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { scandirat(AT_FDCWD, path, list, filter, compare) }
}

/// # Safety
/// As GNU's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn scandirat(
    folder: c_int,
    path: *const c_char,
    list: *mut *mut *mut HermitDirent,
    filter: Option<Filter>,
    compare: Option<Compare>,
) -> c_int {
    let stream = open_folder(folder, path);
    if stream.is_null() {
        return -1;
    }
    let mut names: *mut *mut HermitDirent = ptr::null_mut();
    let (mut used, mut room) = (0usize, 0usize);
    // SAFETY: the stream was just opened; `names` holds `used` of `room` entries, all from `malloc`.
    unsafe {
        let result = loop {
            let (entry, error) = (*stream).next();
            if entry.is_null() {
                break error;
            }
            if filter.is_some_and(|filter| filter(entry) == 0) {
                continue;
            }
            if used == room {
                room = room * 2 + 16;
                let size = room * size_of::<*mut HermitDirent>();
                let more = c::realloc(names.cast(), size).cast();
                if ptr::eq(more, ptr::null()) {
                    break Errno::ENOMEM as c_int;
                }
                names = more;
            }
            let length = usize::from((*entry).reclen);
            let copy = c::malloc(length).cast::<HermitDirent>();
            if copy.is_null() {
                break Errno::ENOMEM as c_int;
            }
            copy.cast::<u8>()
                .copy_from_nonoverlapping(entry.cast(), length);
            *names.add(used) = copy;
            used += 1;
        };
        closedir(stream);
        if result != 0 {
            for index in 0..used {
                c::free((*names.add(index)).cast());
            }
            c::free(names.cast());
            errno::set(result);
            return -1;
        }
        if let Some(compare) = compare {
            // The same function: its arguments are pointers to elements.
            let compare = core::mem::transmute::<
                Compare,
                unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
            >(compare);
            c::qsort(names.cast(), used, size_of::<*mut HermitDirent>(), compare);
        }
        *list = names;
    }
    used as c_int
}

/// The name of an entry.
///
/// # Safety
/// `entry` is one that the kernel stored.
pub(super) unsafe fn name<'a>(entry: *const HermitDirent) -> &'a CStr {
    // SAFETY: the caller's promise; names end in a NUL.
    unsafe { CStr::from_ptr((&raw const (*entry).name).cast()) }
}

/// By `strcoll`, as POSIX has it: in newlib's locales that is the order of the bytes.
///
/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn alphasort(
    left: *const *const HermitDirent,
    right: *const *const HermitDirent,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { name(*left).cmp(name(*right)) as c_int }
}

/// # Safety
/// As GNU's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn versionsort(
    left: *const *const HermitDirent,
    right: *const *const HermitDirent,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { c::strverscmp(name(*left).as_ptr(), name(*right).as_ptr()) }
}
