//! Users and groups: the one user, `root`, of the one group of that name.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_uint};
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::errno;
use crate::sys::Errno;

/// `struct passwd`.
#[repr(C)]
struct User {
    name: *mut c_char,
    password: *mut c_char,
    user: c_uint,
    group: c_uint,
    comment: *mut c_char,
    real_name: *mut c_char,
    home: *mut c_char,
    shell: *mut c_char,
}

/// `struct group`.
#[repr(C)]
struct Group {
    name: *mut c_char,
    password: *mut c_char,
    group: c_uint,
    members: *mut *mut c_char,
}

const NAME: &CStr = c"root";

const fn text(text: &'static CStr) -> *mut c_char {
    text.as_ptr().cast_mut()
}

const fn root() -> User {
    User {
        name: text(NAME),
        password: text(c"*"),
        user: 0,
        group: 0,
        comment: text(c""),
        real_name: text(NAME),
        home: text(c"/"),
        shell: text(c""),
    }
}

/// A result that the caller may look at until the next call, as POSIX has it.
struct Static<T>(UnsafeCell<T>);

// SAFETY: what it holds is not written to after the start; a program that writes to the result of
// `getpwnam` races with itself.
unsafe impl<T> Sync for Static<T> {}

struct Members(UnsafeCell<[*mut c_char; 2]>);

// SAFETY: as for `Static`.
unsafe impl Sync for Members {}

static USER: Static<User> = Static(UnsafeCell::new(root()));
static MEMBERS: Members = Members(UnsafeCell::new([text(NAME), ptr::null_mut()]));
static GROUP: Static<Group> = Static(UnsafeCell::new(root_group()));

const fn root_group() -> Group {
    Group {
        name: text(NAME),
        password: text(c"*"),
        group: 0,
        members: MEMBERS.0.get().cast(),
    }
}

/// # Safety
/// `name` is a C string.
unsafe fn is_root(name: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) == NAME }
}

fn user_if(found: bool) -> *mut User {
    if found { USER.0.get() } else { ptr::null_mut() }
}

fn group_if(found: bool) -> *mut Group {
    if found {
        GROUP.0.get()
    } else {
        ptr::null_mut()
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getpwnam(name: *const c_char) -> *mut User {
    // SAFETY: the caller's promise.
    user_if(unsafe { is_root(name) })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpwuid(id: c_uint) -> *mut User {
    user_if(id == 0)
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getgrnam(name: *const c_char) -> *mut Group {
    // SAFETY: the caller's promise.
    group_if(unsafe { is_root(name) })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getgrgid(id: c_uint) -> *mut Group {
    group_if(id == 0)
}

/// Stores an entry, whose texts are constants and need no room in the caller's buffer.
///
/// # Safety
/// Both pointers are writable.
unsafe fn store<T>(found: bool, value: T, entry: *mut T, result: *mut *mut T) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        *result = if found {
            entry.write(value);
            entry
        } else {
            ptr::null_mut()
        };
    }
    0
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getpwnam_r(
    name: *const c_char,
    entry: *mut User,
    _buffer: *mut c_char,
    _len: usize,
    result: *mut *mut User,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { store(is_root(name), root(), entry, result) }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getpwuid_r(
    id: c_uint,
    entry: *mut User,
    _buffer: *mut c_char,
    _len: usize,
    result: *mut *mut User,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { store(id == 0, root(), entry, result) }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getgrnam_r(
    name: *const c_char,
    entry: *mut Group,
    _buffer: *mut c_char,
    _len: usize,
    result: *mut *mut Group,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { store(is_root(name), root_group(), entry, result) }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getgrgid_r(
    id: c_uint,
    entry: *mut Group,
    _buffer: *mut c_char,
    _len: usize,
    result: *mut *mut Group,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { store(id == 0, root_group(), entry, result) }
}

static USER_READ: AtomicBool = AtomicBool::new(false);
static GROUP_READ: AtomicBool = AtomicBool::new(false);

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpwent() -> *mut User {
    user_if(!USER_READ.swap(true, Ordering::Relaxed))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setpwent() {
    USER_READ.store(false, Ordering::Relaxed);
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setpassent(_keep_open: c_int) -> c_int {
    setpwent();
    1
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn endpwent() {
    setpwent();
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getgrent() -> *mut Group {
    group_if(!GROUP_READ.swap(true, Ordering::Relaxed))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setgrent() {
    GROUP_READ.store(false, Ordering::Relaxed);
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn endgrent() {
    setgrent();
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn initgroups(_user: *const c_char, group: c_uint) -> c_int {
    if group == 0 {
        0
    } else {
        errno::fail(Errno::EINVAL)
    }
}

/// The groups of a user, with `group`: more than fit are counted and -1 returned.
///
/// # Safety
/// `list` has `*count` places.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getgrouplist(
    _user: *const c_char,
    group: c_uint,
    list: *mut c_uint,
    count: *mut c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let room = count.replace(1);
        if room < 1 {
            return -1;
        }
        *list = group;
    }
    1
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getlogin() -> *mut c_char {
    text(NAME)
}

/// Returns the error number.
///
/// # Safety
/// `buffer` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getlogin_r(buffer: *mut c_char, len: usize) -> c_int {
    let name = NAME.to_bytes_with_nul();
    if len < name.len() {
        return Errno::ERANGE as c_int;
    }
    // SAFETY: the caller's promise.
    unsafe { buffer.copy_from_nonoverlapping(name.as_ptr().cast(), name.len()) };
    0
}

/// # Safety
/// `buffer` is null or has `L_cuserid` (9) bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn cuserid(buffer: *mut c_char) -> *mut c_char {
    if buffer.is_null() {
        return getlogin();
    }
    // SAFETY: the caller's promise.
    unsafe { getlogin_r(buffer, 9) };
    buffer
}
