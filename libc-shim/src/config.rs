//! `sysconf`, `pathconf`, `confstr`: what the system is like, by newlib's numbers (sys/unistd.h).
//!
//! The answers agree with what the headers say at compile time (sys/features.h, limits.h).

use core::ffi::{CStr, c_char, c_int, c_long};

use crate::errno;
use crate::memory::{PAGE_SIZE, physical};
use crate::sys::{self, Errno, HermitStatvfs};
use crate::time::TICKS_PER_SECOND;

/// Parts of one `readv` (`IOV_MAX`).
pub(crate) const IOV_MAX: c_int = 1024;
/// Requests of one `lio_listio`.
pub(crate) const AIO_LISTIO_MAX: c_int = 1024;
/// How much less urgent an asynchronous request can be.
pub(crate) const AIO_PRIO_DELTA_MAX: c_int = 20;
/// Descriptors.
pub(crate) const OPEN_MAX: c_long = 4096;
/// Bytes of a path with its NUL.
pub(crate) const PATH_MAX: usize = 4096;
/// Bytes of the host's name.
const HOST_NAME_MAX: c_long = 64;

/// An option of POSIX.1-2008 that is there.
const YES: c_long = 200_809;
/// An option that is not there, or a limit that is none.
const NO: c_long = -1;

/// The value of a `sysconf` name; `None` for one that does not exist.
fn value(name: c_int) -> Option<c_long> {
    let pages = |bytes: u64| (bytes / PAGE_SIZE as u64) as c_long;
    Some(match name {
        0 => 2 * 1024 * 1024,                            // ARG_MAX
        1 => 0,                                          // CHILD_MAX: no process has children
        2 => TICKS_PER_SECOND,                           // CLK_TCK
        3 => 32,                                         // NGROUPS_MAX
        4 => c_long::from(sys::sys_descriptor_limit(0)), // OPEN_MAX
        5 => NO,                                         // JOB_CONTROL
        6 => 1,                                          // SAVED_IDS
        7 => YES,                                        // VERSION
        8 => PAGE_SIZE as c_long,                        // PAGESIZE
        9 | 10 => c_long::from(sys::sys_cpu_count()),    // NPROCESSORS_CONF, NPROCESSORS_ONLN
        11 => pages(physical().0),                       // PHYS_PAGES
        12 => pages(physical().1),                       // AVPHYS_PAGES
        13 => NO,                                        // MQ_OPEN_MAX
        14 => 32768,                                     // MQ_PRIO_MAX
        15 => 30,                                        // RTSIG_MAX
        16 => NO,                                        // SEM_NSEMS_MAX: memory is the limit
        17 => 0x7fff_ffff,                               // SEM_VALUE_MAX
        18 => c_long::from(sys::HERMIT_SIGQUEUE_MAX),    // SIGQUEUE_MAX
        19 => NO,                                        // TIMER_MAX
        20 => 10,                                        // TZNAME_MAX
        21 => YES,                                       // ASYNCHRONOUS_IO
        22..=26 => YES, // FSYNC, MAPPED_FILES, MEMLOCK, MEMLOCK_RANGE, MEMORY_PROTECTION
        27 => YES,      // MESSAGE_PASSING
        28 => NO,       // PRIORITIZED_IO
        29 | 30 => YES, // REALTIME_SIGNALS, SEMAPHORES
        31 => YES,      // SHARED_MEMORY_OBJECTS
        32 => YES,      // SYNCHRONIZED_IO
        33 => YES,      // TIMERS
        34 => c_long::from(AIO_LISTIO_MAX), // AIO_LISTIO_MAX
        35 => NO,       // AIO_MAX
        36 => c_long::from(AIO_PRIO_DELTA_MAX), // AIO_PRIO_DELTA_MAX
        37 => 0x7fff_ffff, // DELAYTIMER_MAX
        38 => 1024,     // THREAD_KEYS_MAX
        39 => 16384,    // THREAD_STACK_MIN
        40 => 32768,    // THREAD_THREADS_MAX
        41 => 32,       // TTY_NAME_MAX
        42..=49 => YES, // THREADS … THREAD_SAFE_FUNCTIONS
        50 | 51 => 1024, // GETGR_R_SIZE_MAX, GETPW_R_SIZE_MAX
        52 => 256,      // LOGIN_NAME_MAX
        53 => 4,        // THREAD_DESTRUCTOR_ITERATIONS
        54 => YES,      // ADVISORY_INFO
        55 => c_long::from(c_int::MAX), // ATEXIT_MAX
        56 => YES,      // BARRIERS
        57 | 59 => 99,  // BC_BASE_MAX, BC_SCALE_MAX
        58 => 2048,     // BC_DIM_MAX
        60 => 1000,     // BC_STRING_MAX
        61 => YES,      // CLOCK_SELECTION
        62 => 2,        // COLL_WEIGHTS_MAX
        63 => YES,      // CPUTIME
        64 => 32,       // EXPR_NEST_MAX
        65 => HOST_NAME_MAX, // HOST_NAME_MAX
        66 => c_long::from(IOV_MAX), // IOV_MAX
        67 => YES,      // IPV6
        68 => 2048,     // LINE_MAX
        69 => YES,      // MONOTONIC_CLOCK
        70 => NO,       // RAW_SOCKETS
        71 => YES,      // READER_WRITER_LOCKS
        72 => 1,        // REGEXP
        73 => 255,      // RE_DUP_MAX
        74 | 75 => NO,  // SHELL, SPAWN
        76 => YES,      // SPIN_LOCKS
        77 | 78 => NO,  // SPORADIC_SERVER, SS_REPL_MAX
        79 => 40,       // SYMLOOP_MAX
        80 => YES,      // THREAD_CPUTIME
        81 => NO,       // THREAD_SPORADIC_SERVER
        82 => YES,      // TIMEOUTS
        83..=91 => NO,  // TRACE …, TYPED_MEMORY_OBJECTS
        92 | 93 => NO,  // V7_ILP32_…
        94 | 95 => 1,   // V7_LP64_OFF64, V7_LPBIG_OFFBIG
        96..=99 => NO,  // XOPEN_CRYPT … XOPEN_REALTIME
        100 => OPEN_MAX, // STREAM_MAX
        101 => YES,     // PRIORITY_SCHEDULING
        102 | 103 => 1, // XOPEN_REALTIME_THREADS, XOPEN_SHM
        104 | 105 => NO, // XOPEN_STREAMS, XOPEN_UNIX
        106 => 700,     // XOPEN_VERSION
        107 => NO,      // 2_CHAR_TERM
        108 => YES,     // 2_C_BIND
        109..=120 => NO, // 2_C_DEV … 2_UPE: no commands
        121 => YES,     // 2_VERSION
        122 | 123 => YES, // THREAD_ROBUST_PRIO_INHERIT, …_PROTECT
        124 => NO,      // XOPEN_UUCP
        125..=139 => cache(name - 125), // LEVEL1_ICACHE_SIZE … LEVEL4_CACHE_LINESIZE
        140 => NO,      // POSIX_26_VERSION
        150 => sys::HERMIT_MINSIGSTKSZ as c_long, // MINSIGSTKSZ
        151 => 4 * sys::HERMIT_MINSIGSTKSZ as c_long, // SIGSTKSZ
        152 => 65,      // NSIG
        153 => 202_405, // DEVICE_CONTROL
        _ => return None,
    })
}

/// Size, ways or line size of a cache (`index` counts them level by level), by CPUID leaf 4 (Intel) or
/// 0x8000001d (AMD); 0 where the processor does not say, as on Linux.
fn cache(index: c_int) -> c_long {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    const DATA: u32 = 1;
    const INSTRUCTION: u32 = 2;
    const UNIFIED: u32 = 3;
    let (level, kinds): (u32, &[u32]) = match index / 3 {
        0 => (1, &[INSTRUCTION, UNIFIED]),
        1 => (1, &[DATA, UNIFIED]),
        group => (group as u32, &[UNIFIED, DATA]),
    };
    let extended =
        __cpuid(0x8000_0000).eax >= 0x8000_001d && __cpuid(0x8000_0001).ecx & (1 << 22) != 0;
    let leaf = if extended { 0x8000_001d } else { 4 };
    if !extended && __cpuid(0).eax < leaf {
        return 0;
    }
    for number in 0..16 {
        let found = __cpuid_count(leaf, number);
        let kind = found.eax & 0x1f;
        if kind == 0 {
            break;
        }
        if kinds.contains(&kind) && found.eax >> 5 & 7 == level {
            let line = c_long::from((found.ebx & 0xfff) + 1);
            let partitions = c_long::from((found.ebx >> 12 & 0x3ff) + 1);
            let ways = c_long::from((found.ebx >> 22) + 1);
            let sets = c_long::from(found.ecx) + 1;
            return match index % 3 {
                0 => line * partitions * ways * sets,
                1 => ways,
                _ => line,
            };
        }
    }
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sysconf(name: c_int) -> c_long {
    value(name).unwrap_or_else(|| c_long::from(errno::fail(Errno::EINVAL)))
}

/// `pathconf`: the longest name, which depends on the file system.
const NAME_MAX: c_int = 3;

/// `pathconf`: the longest name of a text domain, whose messages are in a file with `.mo` behind it.
const TEXTDOMAIN_MAX: c_int = 22;

/// What the kernel said about a file's file system, as the answer for [`NAME_MAX`] or [`TEXTDOMAIN_MAX`].
fn name_max(name: c_int, status: c_int, known: &HermitStatvfs) -> c_long {
    match errno::int(status) {
        0 if name == NAME_MAX => known.namemax as c_long,
        0 => known.namemax as c_long - 3,
        _ => -1,
    }
}

/// The value of a `pathconf` name, the same for all files.
fn path_value(name: c_int) -> Option<c_long> {
    Some(match name {
        0 => 65535,                               // LINK_MAX
        1 | 2 => 255,                             // MAX_CANON, MAX_INPUT
        4 => PATH_MAX as c_long,                  // PATH_MAX
        5 => 4096,                                // PIPE_BUF
        6 | 7 => 1,                               // CHOWN_RESTRICTED, NO_TRUNC
        8 => 0,                                   // VDISABLE
        9 => 1,                                   // ASYNC_IO
        10 | 11 => NO,                            // PRIO_IO, SYNC_IO
        12 => 64,                                 // FILESIZEBITS
        13 => 1,                                  // 2_SYMLINKS
        14 => 4095,                               // SYMLINK_MAX
        15 | 16 | 18 | 19 => PAGE_SIZE as c_long, // ALLOC_SIZE_MIN, REC_…
        17 => NO,                                 // REC_MAX_XFER_SIZE
        20 | 21 => 1,                             // TIMESTAMP_RESOLUTION, FALLOC
        _ => return None,
    })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pathconf(path: *const c_char, name: c_int) -> c_long {
    const F_OK: u32 = 0;
    if matches!(name, NAME_MAX | TEXTDOMAIN_MAX) {
        let mut known = HermitStatvfs::default();
        return name_max(
            name,
            sys::sys_statvfsat(crate::file::AT_FDCWD, path, &mut known),
            &known,
        );
    }
    if errno::int(sys::sys_faccessat(crate::file::AT_FDCWD, path, F_OK, 0)) < 0 {
        return -1;
    }
    path_value(name).unwrap_or_else(|| c_long::from(errno::fail(Errno::EINVAL)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fpathconf(fd: c_int, name: c_int) -> c_long {
    const F_GETFD: u32 = 1;
    if matches!(name, NAME_MAX | TEXTDOMAIN_MAX) {
        let mut known = HermitStatvfs::default();
        return name_max(name, sys::sys_fstatvfs(fd, &mut known), &known);
    }
    if errno::int(sys::sys_fcntl(fd, F_GETFD, 0)) < 0 {
        return -1;
    }
    path_value(name).unwrap_or_else(|| c_long::from(errno::fail(Errno::EINVAL)))
}

/// The text of a `confstr` name.
fn text(name: c_int) -> Option<&'static CStr> {
    Some(match name {
        0 => c"/bin:/usr/bin",   // PATH
        9..=11 | 13..=15 => c"", // LP64_OFF64, LPBIG_OFFBIG: nothing is needed
        17 => c"POSIX_V7_LP64_OFF64",
        18 | 19 => c"-pthread",
        21 => c"POSIX_V8_LP64_OFF64",
        1..=24 => c"",
        _ => return None,
    })
}

/// Returns the length that the whole text needs.
///
/// # Safety
/// `buffer` has `len` bytes, or `len` is 0.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn confstr(name: c_int, buffer: *mut c_char, len: usize) -> usize {
    let Some(text) = text(name) else {
        errno::fail(Errno::EINVAL);
        return 0;
    };
    let bytes = text.to_bytes_with_nul();
    if len > 0 {
        let count = bytes.len().min(len);
        // SAFETY: the caller's promise.
        unsafe {
            buffer.copy_from_nonoverlapping(bytes.as_ptr().cast(), count);
            *buffer.add(count - 1) = 0;
        }
    }
    bytes.len()
}
