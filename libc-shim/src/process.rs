//! The one process: its ids, limits, the machine's name, random numbers.
//!
//! The program is the superuser of a machine of its own: ids are 0, process and group and session are
//! number 1, and setting an id to what it is succeeds.

use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_long, c_uint, c_ulong, c_void};
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering::Relaxed};

use crate::lock::Lock;
use crate::memory::{PAGE_SIZE, physical};
use crate::sys::{self, Errno};
use crate::{c, errno, tcb};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn getpid() -> c_int {
    sys::sys_getpid()
}

/// The parent is not of this machine, so it has no number here.
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

/// The real, effective and saved id.
///
/// # Safety
/// The three are writable.
unsafe fn three_ids(real: *mut c_uint, effective: *mut c_uint, saved: *mut c_uint) -> c_int {
    for place in [real, effective, saved] {
        // SAFETY: the caller's promise.
        unsafe { place.write(0) };
    }
    0
}

/// # Safety
/// The three are writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getresuid(
    real: *mut c_uint,
    effective: *mut c_uint,
    saved: *mut c_uint,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { three_ids(real, effective, saved) }
}

/// # Safety
/// The three are writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getresgid(
    real: *mut c_uint,
    effective: *mut c_uint,
    saved: *mut c_uint,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { three_ids(real, effective, saved) }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setresuid(real: c_uint, effective: c_uint, saved: c_uint) -> c_int {
    set_id(real).min(set_id(effective)).min(set_id(saved))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setresgid(real: c_uint, effective: c_uint, saved: c_uint) -> c_int {
    set_id(real).min(set_id(effective)).min(set_id(saved))
}

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

/// The one group is always the process's.
///
/// # Safety
/// `list` has `count` places.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn setgroups(count: c_int, list: *const c_uint) -> c_int {
    // SAFETY: the caller's promise.
    if count == 1 && unsafe { *list } == 0 {
        0
    } else {
        errno::fail(Errno::EINVAL)
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn group_member(group: c_uint) -> c_int {
    c_int::from(group == 0)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn gettid() -> c_int {
    sys::sys_gettid()
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn issetugid() -> c_int {
    0
}

/// The process's nice value: it says how to share processors with other processes, and there are none.
static NICE: AtomicI32 = AtomicI32::new(0);

/// Values beyond the limits are brought within them (POSIX, `nice` and `setpriority`).
fn set_nice(value: c_int) -> c_int {
    const ZERO: c_int = 20; // NZERO
    let value = value.clamp(-ZERO, ZERO - 1);
    NICE.store(value, Relaxed);
    value
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn nice(increment: c_int) -> c_int {
    set_nice(NICE.load(Relaxed).saturating_add(increment))
}

/// Whether `which` and `who` name this process, its group or its user.
fn whose(which: c_int, who: c_uint) -> c_int {
    const PROCESS: c_int = 0;
    const USER: c_int = 2;
    let known = match which {
        USER => 0,
        PROCESS..USER => sys::sys_getpid() as c_uint,
        _ => return errno::fail(Errno::EINVAL),
    };
    if who == 0 || who == known {
        0
    } else {
        errno::fail(Errno::ESRCH)
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getpriority(which: c_int, who: c_uint) -> c_int {
    match whose(which, who) {
        0 => NICE.load(Relaxed),
        error => error,
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn setpriority(which: c_int, who: c_uint, value: c_int) -> c_int {
    let result = whose(which, who);
    if result == 0 {
        set_nice(value);
    }
    result
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

/// To what the limit of descriptors may be raised. The superuser may raise this too.
static MOST_DESCRIPTORS: AtomicU64 = AtomicU64::new(crate::config::OPEN_MAX as u64);

/// Limits are what the machine has; only that of descriptors can be lowered, and raised again.
fn limit(resource: c_int) -> Option<c_ulong> {
    Some(match resource {
        4 => 0,                                       // RLIMIT_CORE: no core files
        3 => crate::start::main_stack().1 as c_ulong, // RLIMIT_STACK
        RLIMIT_NOFILE => crate::config::OPEN_MAX as c_ulong,
        6 => 32768,        // RLIMIT_NPROC: threads
        8 => physical().0, // RLIMIT_MEMLOCK
        // RLIMIT_CPU, FSIZE, DATA, RSS, AS: what there is is the limit, and the limit is not kept.
        0..=2 | 5 | 9 => INFINITY,
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
                    most: match resource {
                        RLIMIT_NOFILE => MOST_DESCRIPTORS.load(Relaxed),
                        _ => limit,
                    },
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
        Some(limit) if resource == RLIMIT_NOFILE && new.current > 0 => {
            let wanted = new.current.min(limit);
            if errno::int(sys::sys_descriptor_limit(wanted as u32)) < 0 {
                return -1;
            }
            MOST_DESCRIPTORS.store(new.most.min(limit), Relaxed);
            0
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

/// A name that the program may change, with a NUL behind it.
struct Changeable {
    lock: Lock,
    text: UnsafeCell<[u8; NAME]>,
}

// SAFETY: the text is used with the lock held.
unsafe impl Sync for Changeable {}

impl Changeable {
    const fn new(text: &str) -> Self {
        Self {
            lock: Lock::new(),
            text: UnsafeCell::new(name(text)),
        }
    }

    fn get(&self) -> [u8; NAME] {
        self.lock.acquire();
        // SAFETY: the lock is held.
        let text = unsafe { *self.text.get() };
        self.lock.release();
        text
    }

    /// # Safety
    /// `text` has `len` bytes.
    unsafe fn set(&self, text: *const c_char, len: usize) -> c_int {
        if len >= NAME {
            return errno::fail(Errno::EINVAL);
        }
        let mut new = [0; NAME];
        // SAFETY: the caller's promise; it fits.
        unsafe { new.as_mut_ptr().copy_from_nonoverlapping(text.cast(), len) };
        self.lock.acquire();
        // SAFETY: the lock is held.
        unsafe { *self.text.get() = new };
        self.lock.release();
        0
    }

    /// Copies the name with its NUL; `ENAMETOOLONG` if it does not fit.
    ///
    /// # Safety
    /// `buffer` has `len` bytes.
    unsafe fn copy_to(&self, buffer: *mut c_char, len: usize) -> c_int {
        let text = self.get();
        let needed = text.iter().position(|byte| *byte == 0).unwrap_or(NAME - 1) + 1;
        if len < needed {
            return errno::fail(Errno::ENAMETOOLONG);
        }
        // SAFETY: the caller's promise; it fits.
        unsafe { buffer.copy_from_nonoverlapping(text.as_ptr().cast(), needed) };
        0
    }
}

static HOST_NAME: Changeable = Changeable::new("hermit");
static DOMAIN_NAME: Changeable = Changeable::new("(none)");

/// # Safety
/// `result` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn uname(result: *mut SystemName) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        result.write(SystemName {
            system: name("Hermit"),
            node: HOST_NAME.get(),
            release: name(env!("CARGO_PKG_VERSION")),
            version: name(concat!("Hermit ", env!("CARGO_PKG_VERSION"))),
            machine: name("x86_64"),
            domain: DOMAIN_NAME.get(),
        });
    }
    0
}

/// # Safety
/// `buffer` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn gethostname(buffer: *mut c_char, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { HOST_NAME.copy_to(buffer, len) }
}

/// # Safety
/// `buffer` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getdomainname(buffer: *mut c_char, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { DOMAIN_NAME.copy_to(buffer, len) }
}

/// # Safety
/// `name` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn sethostname(name: *const c_char, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { HOST_NAME.set(name, len) }
}

/// # Safety
/// `name` has `len` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn setdomainname(name: *const c_char, len: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { DOMAIN_NAME.set(name, len) }
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

/// `AT_RANDOM`: 16 bytes, made when somebody asks; the first bit tells that they are there.
static RANDOM: (Lock, UnsafeBytes) = (Lock::new(), UnsafeBytes(UnsafeCell::new([0; 16])));

struct UnsafeBytes(UnsafeCell<[u8; 16]>);

// SAFETY: written once, with the lock held, before its address is given away.
unsafe impl Sync for UnsafeBytes {}

fn random_bytes() -> c_ulong {
    let (lock, bytes) = &RANDOM;
    lock.acquire();
    // SAFETY: the lock is held.
    let first = unsafe { &mut *bytes.0.get() };
    if first[0] == 0 {
        sys::sys_getrandom(first.as_mut_ptr(), first.len());
        first[0] |= 1;
    }
    lock.release();
    bytes.0.get() as c_ulong
}

/// The auxiliary vector's values that mean something here.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn getauxval(kind: c_ulong) -> c_ulong {
    match kind {
        3 => tcb::program_headers().as_ptr() as c_ulong, // AT_PHDR
        4 => size_of::<tcb::ProgramHeader>() as c_ulong, // AT_PHENT
        5 => tcb::program_headers().len() as c_ulong,    // AT_PHNUM
        6 => PAGE_SIZE as c_ulong,                       // AT_PAGESZ
        9 => c::_start as *const () as c_ulong,          // AT_ENTRY
        15 => c"x86_64".as_ptr() as c_ulong,             // AT_PLATFORM
        16 => c_ulong::from(core::arch::x86_64::__cpuid(1).edx), // AT_HWCAP
        17 => crate::time::TICKS_PER_SECOND as c_ulong,  // AT_CLKTCK
        25 => random_bytes(),                            // AT_RANDOM
        31 => crate::start::program_name() as c_ulong,   // AT_EXECFN
        7 | 11..=14 | 23 | 26 => 0, // AT_BASE, the user's and group's ids, AT_SECURE, AT_HWCAP2
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

/// `errno` for code that was compiled against glibc's headers, such as the host's libgcc.a.
#[cfg(panic = "abort")]
#[unsafe(no_mangle)]
extern "C" fn __errno_location() -> *mut c_int {
    errno::location()
}
