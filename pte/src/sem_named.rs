//! Named semaphores, in memory: a list of what `sem_open` made, guarded by one lock.
//!
//! There is one process, so a name lives until it is unlinked and the last opener has closed it.

use core::cell::{Cell, UnsafeCell};
use core::ffi::{CStr, c_char, c_int};

use crate::errno::{EEXIST, EINVAL, ENAMETOOLONG, ENOENT, ENOMEM, Result};
use crate::lock::LowLock;
use crate::platform::{free, malloc, set_errno};
use crate::sem::{Sem, VALUE_MAX};

const NAME_MAX: usize = 255;
/// newlib's `O_CREAT` and `O_EXCL`.
const O_CREAT: c_int = 0x200;
const O_EXCL: c_int = 0x800;

#[repr(C)]
struct Named {
    /// First, so that the address of a semaphore is its entry's.
    sem: Sem,
    next: Cell<*mut Named>,
    opened: Cell<usize>,
    linked: Cell<bool>,
    length: usize,
    name: [u8; NAME_MAX],
}

struct List(UnsafeCell<*mut Named>);

// SAFETY: used with `LOCK` held only.
unsafe impl Sync for List {}

static LOCK: LowLock = LowLock::new();
static LIST: List = List(UnsafeCell::new(core::ptr::null_mut()));

/// The first entry that satisfies `wanted`, and the cell that points to it. The lock is held.
fn find<'a>(wanted: impl Fn(&Named) -> bool) -> Option<(&'a Named, *mut *mut Named)> {
    let mut link = LIST.0.get();
    // SAFETY: the lock is held; entries are freed only after they left the list.
    unsafe {
        while let Some(named) = (*link).as_ref() {
            if wanted(named) {
                return Some((named, link));
            }
            link = named.next.as_ptr();
        }
    }
    None
}

/// A name without its leading slash, which POSIX leaves without effect. `EINVAL`, `ENAMETOOLONG`.
fn parse(name: &CStr) -> Result<&[u8]> {
    let name = name.to_bytes();
    let name = name.strip_prefix(b"/").unwrap_or(name);
    if name.is_empty() {
        return Err(EINVAL);
    }
    if name.len() > NAME_MAX {
        return Err(ENAMETOOLONG);
    }
    Ok(name)
}

fn has_name(named: &Named, name: &[u8]) -> bool {
    named.linked.get() && &named.name[..named.length] == name
}

fn open(name: &CStr, flags: c_int, value: u32) -> Result<*mut Sem> {
    let name = parse(name)?;
    let _guard = LOCK.lock();
    if let Some((named, _)) = find(|named| has_name(named, name)) {
        if flags & (O_CREAT | O_EXCL) == O_CREAT | O_EXCL {
            return Err(EEXIST);
        }
        named.opened.set(named.opened.get() + 1);
        return Ok(core::ptr::from_ref(&named.sem).cast_mut());
    }
    if flags & O_CREAT == 0 {
        return Err(ENOENT);
    }
    if value > VALUE_MAX {
        return Err(EINVAL);
    }
    // SAFETY: `malloc` gives null or memory of that size, aligned to 16; the list belongs to the lock.
    unsafe {
        let entry = malloc(size_of::<Named>()).cast::<Named>();
        if entry.is_null() {
            return Err(ENOMEM);
        }
        let mut stored = [0; NAME_MAX];
        stored[..name.len()].copy_from_slice(name);
        entry.write(Named {
            sem: Sem::new(value),
            next: Cell::new(*LIST.0.get()),
            opened: Cell::new(1),
            linked: Cell::new(true),
            length: name.len(),
            name: stored,
        });
        *LIST.0.get() = entry;
        Ok(entry.cast())
    }
}

/// Frees an entry that nobody can reach any more. The lock is held.
fn drop_unused(named: &Named, link: *mut *mut Named) {
    if named.opened.get() == 0 && !named.linked.get() {
        // SAFETY: `link` points to the entry, which `malloc` made and nobody else knows.
        unsafe {
            *link = named.next.get();
            free(core::ptr::from_ref(named).cast_mut().cast());
        }
    }
}

fn close(sem: *const Sem) -> Result<()> {
    let _guard = LOCK.lock();
    let (named, link) =
        find(|named| core::ptr::eq(&named.sem, sem) && named.opened.get() > 0).ok_or(EINVAL)?;
    named.opened.set(named.opened.get() - 1);
    drop_unused(named, link);
    Ok(())
}

fn unlink(name: &CStr) -> Result<()> {
    let name = parse(name)?;
    let _guard = LOCK.lock();
    let (named, link) = find(|named| has_name(named, name)).ok_or(ENOENT)?;
    named.linked.set(false);
    drop_unused(named, link);
    Ok(())
}

fn answer(result: Result<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(number) => {
            set_errno(number);
            -1
        }
    }
}

/// Opens a named semaphore; with `O_CREAT` makes it with `value` if it does not exist (the mode is
/// ignored: there is one user). Null with `errno`: `EEXIST`, `ENOENT`, `EINVAL` (name or value),
/// `ENAMETOOLONG`, `ENOMEM`.
///
/// The two last arguments are optional in C. On this machine they arrive in registers either way, and
/// are looked at with `O_CREAT` only.
///
/// # Safety
/// `name` must be a string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sem_open(
    name: *const c_char,
    flags: c_int,
    _mode: u32,
    value: u32,
) -> *mut Sem {
    let result = if name.is_null() {
        Err(EINVAL)
    } else {
        // SAFETY: the caller's promise.
        open(unsafe { CStr::from_ptr(name) }, flags, value)
    };
    result.unwrap_or_else(|number| {
        set_errno(number);
        core::ptr::null_mut()
    })
}

/// Ends the use of what `sem_open` gave. `EINVAL` for anything else.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sem_close(sem: *const Sem) -> c_int {
    answer(close(sem))
}

/// Removes a name. `ENOENT`, `ENAMETOOLONG`, `EINVAL`.
///
/// # Safety
/// `name` must be a string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sem_unlink(name: *const c_char) -> c_int {
    if name.is_null() {
        return answer(Err(EINVAL));
    }
    // SAFETY: the caller's promise.
    answer(unlink(unsafe { CStr::from_ptr(name) }))
}
