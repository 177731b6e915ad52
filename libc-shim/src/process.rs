//! The one process: its ids, limits, the machine's name, random numbers.
//!
//! The program is the superuser of a machine of its own: ids are 0, process and group and session are
//! number 1, and setting an id to what it is succeeds.

use core::ffi::{c_char, c_int, c_long, c_uint, c_ulong, c_void};

use crate::memory::{PAGE_SIZE, physical};
use crate::sys::{self, Errno};
use crate::{c, errno, tcb};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn getpid() -> c_int {
    sys::sys_getpid()
}

/// The parent is not of this machine.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getppid() -> c_int {
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpgrp() -> c_int {
    sys::sys_getpid()
}

/// The group or session of a process, which must be this one.
fn own(process: c_int) -> c_int {
    let id = sys::sys_getpid();
    if process == 0 || process == id {
        id
    } else {
        errno::fail(Errno::ESRCH)
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpgid(process: c_int) -> c_int {
    own(process)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getsid(process: c_int) -> c_int {
    own(process)
}

/// The leader of a session cannot change its group (POSIX: `EPERM`).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setpgid(process: c_int, _group: c_int) -> c_int {
    if own(process) < 0 {
        -1
    } else {
        errno::fail(Errno::EPERM)
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setpgrp() -> c_int {
    sys::sys_getpid()
}

/// It is the leader already.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setsid() -> c_int {
    errno::fail(Errno::EPERM)
}

macro_rules! root_ids {
    ($($name:ident)*) => {
        $(
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            extern "C" fn $name() -> c_uint {
                0
            }
        )*
    };
}

root_ids! { getuid geteuid getgid getegid }

/// Ids cannot be given away: there is nobody else.
fn set_id(id: c_uint) -> c_int {
    if id == 0 || id == c_uint::MAX {
        0
    } else {
        errno::fail(Errno::EINVAL)
    }
}

macro_rules! set_ids {
    ($($name:ident)*) => {
        $(
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            extern "C" fn $name(id: c_uint) -> c_int {
                set_id(id)
            }
        )*
    };
}

set_ids! { setuid seteuid setgid setegid }

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setreuid(real: c_uint, effective: c_uint) -> c_int {
    set_id(real).min(set_id(effective))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setregid(real: c_uint, effective: c_uint) -> c_int {
    set_id(real).min(set_id(effective))
}

/// # Safety
/// `list` has `size` places.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getgroups(size: c_int, list: *mut c_uint) -> c_int {
    match size {
        0 => 1,
        size if size < 0 => errno::fail(Errno::EINVAL),
        _ => {
            // SAFETY: the caller's promise.
            unsafe { *list = 0 };
            1
        }
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setgroups(_count: c_int, _list: *const c_uint) -> c_int {
    errno::fail(Errno::ENOSYS)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn issetugid() -> c_int {
    0
}

/// No program here runs with more rights than its user.
///
/// # Safety
/// `name` is a C string.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn secure_getenv(name: *const c_char) -> *mut c_char {
    // SAFETY: the caller's promise.
    unsafe { c::getenv(name) }
}

/// Threads have priorities (`pthread_setschedprio`); the process has none of its own.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn nice(increment: c_int) -> c_int {
    if increment == 0 {
        0
    } else {
        errno::fail(Errno::ENOSYS)
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpriority(_which: c_int, _who: c_uint) -> c_int {
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setpriority(_which: c_int, _who: c_uint, value: c_int) -> c_int {
    if value == 0 {
        0
    } else {
        errno::fail(Errno::ENOSYS)
    }
}

/// `struct rlimit`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Limit {
    current: c_ulong,
    most: c_ulong,
}

const INFINITY: c_ulong = c_ulong::MAX;

const RLIMIT_NOFILE: c_int = 7;

/// Limits are what the machine has; only that of descriptors can be lowered, and raised again.
fn limit(resource: c_int) -> Option<c_ulong> {
    Some(match resource {
        4 => 0,                                       // RLIMIT_CORE: no core files
        3 => crate::start::main_stack().1 as c_ulong, // RLIMIT_STACK
        RLIMIT_NOFILE => crate::config::OPEN_MAX as c_ulong,
        6 => 32768,                    // RLIMIT_NPROC: threads
        2 | 5 | 8 | 9 => physical().0, // RLIMIT_DATA, RSS, MEMLOCK, AS
        0 | 1 => INFINITY,             // RLIMIT_CPU, FSIZE
        _ => return None,
    })
}

/// # Safety
/// `result` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getrlimit(resource: c_int, result: *mut Limit) -> c_int {
    match limit(resource) {
        Some(limit) => {
            // SAFETY: the caller's promise.
            unsafe {
                result.write(Limit {
                    current: match resource {
                        RLIMIT_NOFILE => sys::sys_descriptor_limit(0) as c_ulong,
                        _ => limit,
                    },
                    most: limit,
                })
            };
            0
        }
        None => errno::fail(Errno::EINVAL),
    }
}

/// A limit that is not below the machine's changes nothing and succeeds; others cannot be kept.
///
/// # Safety
/// `new` is readable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn setrlimit(resource: c_int, new: *const Limit) -> c_int {
    // SAFETY: the caller's promise.
    let new = unsafe { *new };
    match limit(resource) {
        None => errno::fail(Errno::EINVAL),
        Some(_) if new.current > new.most => errno::fail(Errno::EINVAL),
        Some(limit) if resource == RLIMIT_NOFILE && new.current > 0 && new.most >= limit => {
            let wanted = new.current.min(limit);
            errno::int(sys::sys_descriptor_limit(wanted as u32)).min(0)
        }
        Some(limit) if new.current >= limit => 0,
        Some(_) => errno::fail(Errno::ENOSYS),
    }
}

/// Bytes of a name in `struct utsname`.
const NAME: usize = 65;

/// `struct utsname`.
#[repr(C)]
struct SystemName {
    system: [u8; NAME],
    node: [u8; NAME],
    release: [u8; NAME],
    version: [u8; NAME],
    machine: [u8; NAME],
    domain: [u8; NAME],
}

const fn name(text: &str) -> [u8; NAME] {
    let mut result = [0; NAME];
    let mut at = 0;
    while at < text.len() && at < NAME - 1 {
        result[at] = text.as_bytes()[at];
        at += 1;
    }
    result
}

const HOST_NAME: &str = "hermit";

/// # Safety
/// `result` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn uname(result: *mut SystemName) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        result.write(SystemName {
            system: name("Hermit"),
            node: name(HOST_NAME),
            release: name(env!("CARGO_PKG_VERSION")),
            version: name(concat!("Hermit ", env!("CARGO_PKG_VERSION"))),
            machine: name("x86_64"),
            domain: name("(none)"),
        });
    }
    0
}

/// Copies a text with its NUL; `ENAMETOOLONG` if it does not fit.
///
/// # Safety
/// `buffer` has `len` bytes.
unsafe fn copy_name(text: &str, buffer: *mut c_char, len: usize) -> c_int {
    if len <= text.len() {
        return errno::fail(Errno::ENAMETOOLONG);
    }
    // SAFETY: the caller's promise; it fits.
    unsafe {
        buffer.copy_from_nonoverlapping(text.as_ptr().cast(), text.len());
        *buffer.add(text.len()) = 0;
    }
    0
}

/// # Safety
/// `buffer` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn gethostname(buffer: *mut c_char, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { copy_name(HOST_NAME, buffer, len) }
}

/// # Safety
/// `buffer` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getdomainname(buffer: *mut c_char, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { copy_name("(none)", buffer, len) }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sethostname(_name: *const c_char, _len: usize) -> c_int {
    errno::fail(Errno::ENOSYS)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn gethostid() -> c_long {
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getrandom(buffer: *mut c_void, len: usize, _flags: c_uint) -> isize {
    errno::size(sys::sys_getrandom(buffer.cast(), len))
}

/// At most 256 bytes at a time (POSIX.1-2024: `EIO`).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn getentropy(buffer: *mut c_void, len: usize) -> c_int {
    if len > 256 {
        return errno::fail(Errno::EIO);
    }
    errno::size(sys::sys_getrandom(buffer.cast(), len)).min(0) as c_int
}

/// The auxiliary vector's values that mean something here.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getauxval(kind: c_ulong) -> c_ulong {
    match kind {
        3 => tcb::program_headers().as_ptr() as c_ulong, // AT_PHDR
        4 => size_of::<tcb::ProgramHeader>() as c_ulong, // AT_PHENT
        5 => tcb::program_headers().len() as c_ulong,    // AT_PHNUM
        6 => PAGE_SIZE as c_ulong,                       // AT_PAGESZ
        16 => c_ulong::from(core::arch::x86_64::__cpuid(1).edx), // AT_HWCAP
        17 => crate::time::TICKS_PER_SECOND as c_ulong,  // AT_CLKTCK
        7 | 11..=14 | 23 | 26 => 0,
        _ => {
            errno::set(Errno::ENOENT as c_int);
            0
        }
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn get_nprocs() -> c_int {
    sys::sys_cpu_count()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn get_nprocs_conf() -> c_int {
    sys::sys_cpu_count()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn get_phys_pages() -> c_long {
    (physical().0 / PAGE_SIZE as u64) as c_long
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn get_avphys_pages() -> c_long {
    (physical().1 / PAGE_SIZE as u64) as c_long
}

/// The load is not measured.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getloadavg(_averages: *mut f64, _count: c_int) -> c_int {
    -1
}

/// `struct sysinfo` of sys/sysinfo.h.
#[repr(C)]
struct SystemInfo {
    uptime: c_long,
    loads: [c_ulong; 3],
    ram_total: c_ulong,
    ram_free: c_ulong,
    other_memory: [c_ulong; 4],
    processes: u16,
    high_memory: [c_ulong; 2],
    unit: c_uint,
}

/// # Safety
/// `info` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sysinfo(info: *mut SystemInfo) -> c_int {
    let (total, free) = physical();
    let mut uptime = 0;
    sys::sys_clock_gettime(sys::HERMIT_CLOCK_MONOTONIC, &raw mut uptime);
    // SAFETY: the caller's promise.
    unsafe {
        info.write(SystemInfo {
            uptime: uptime / crate::timespec::SECOND,
            loads: [0; 3],
            ram_total: total,
            ram_free: free,
            other_memory: [0; 4],
            processes: 1,
            high_memory: [0; 2],
            unit: 1,
        });
    }
    0
}

/// What the host's `libgcc.a` calls by number: nothing of it exists.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn syscall(_number: c_long) -> c_long {
    c_long::from(errno::fail(Errno::ENOSYS))
}

/// `errno` for code that was compiled against glibc's headers, such as the host's libgcc.a.
#[cfg(panic = "abort")]
#[unsafe(no_mangle)]
extern "C" fn __errno_location() -> *mut c_int {
    errno::location()
}
