//! `sched.h`, and the scheduling of single threads.
//!
//! A `pid_t` stands for a thread here, as on Linux: 0 is the caller, `getpid()` the first thread. The
//! calls of `sched.h` set `errno`.

use core::ffi::{c_int, c_void};
use core::sync::atomic::Ordering::Relaxed;

use hermit_kernel::abi;

use crate::errno::{EFAULT, EINVAL, ESRCH, Result, number};
use crate::inherit;
use crate::platform::{check, free, malloc, set_errno};
use crate::priority::{self, level};
use crate::registry;
use crate::thread::{self, Thread};
use crate::time::Timespec;

/// `struct sched_param`.
#[repr(C)]
pub struct SchedParam {
    /// `sched_priority`.
    pub priority: c_int,
}

/// The kernel's time slice (DESIGN.md, "Scheduling").
const SLICE_NS: i64 = 10_000_000;

/// Reading and writing `cpu_set_t` of any size; the kernel has 64 cores at most.
pub struct CpuSet;

const WORD: usize = size_of::<u64>();

impl CpuSet {
    /// The first 64 cores of a set.
    ///
    /// # Safety
    /// `set` must be null, which is empty, or have `size` bytes.
    pub unsafe fn read(set: *const c_void, size: usize) -> u64 {
        let mut bytes = [0u8; WORD];
        if !set.is_null() {
            let count = size.min(WORD);
            // SAFETY: the caller's promise.
            unsafe {
                set.cast::<u8>()
                    .copy_to_nonoverlapping(bytes.as_mut_ptr(), count)
            };
        }
        u64::from_le_bytes(bytes)
    }

    /// Makes a set of these cores. `EINVAL` without room for them.
    ///
    /// # Safety
    /// `set` must be null, which is `EINVAL`, or have `size` bytes.
    pub unsafe fn write(set: *mut c_void, size: usize, cores: u64) -> c_int {
        if set.is_null() || size < WORD {
            return EINVAL;
        }
        // SAFETY: the caller's promise.
        unsafe {
            set.cast::<u8>().write_bytes(0, size);
            set.cast::<u64>().write_unaligned(cores);
        }
        0
    }
}

/// The cores of a thread.
fn affinity(tid: u32) -> Result<u64> {
    let mut cores = 0;
    check(abi::sys_getaffinity(tid as i32, &mut cores, 1))?;
    Ok(cores)
}

fn set_affinity(tid: u32, cores: u64) -> Result<()> {
    check(abi::sys_setaffinity(tid as i32, &cores, 1)).map(|_| ())
}

/// Gives a thread a policy and priority. `EINVAL` if the policy does not have it.
fn set_scheduling(thread: &Thread, policy: c_int, static_priority: c_int) -> Result<()> {
    let level = level(policy, static_priority).ok_or(EINVAL)?;
    priority::note(level);
    let tid = thread.tid.load(Relaxed);
    thread.policy.store(policy, Relaxed);
    thread.priority.store(static_priority, Relaxed);
    // The thread may have ended and wait to be joined; then there is nothing to schedule.
    let _ = check(abi::sys_setprio(
        tid as i32,
        priority::for_kernel(policy, level),
    ));
    Ok(())
}

/// Acts on the thread with this handle, which cannot go meanwhile. `ESRCH`.
pub fn with_handle<T>(handle: usize, act: impl FnOnce(&Thread) -> Result<T>) -> Result<T> {
    let threads = registry::threads();
    act(threads.find(handle).ok_or(ESRCH)?)
}

fn with_pid<T>(pid: c_int, act: impl FnOnce(&Thread) -> Result<T>) -> Result<T> {
    if pid == 0 {
        return act(thread::current());
    }
    let threads = registry::threads();
    let tid = u32::try_from(pid).map_err(|_| EINVAL)?;
    act(threads.find_tid(tid).ok_or(ESRCH)?)
}

/// Tells those who lent the thread's owners priority; outside the registry's lock.
fn changed(target: Result<(u32, u32)>) -> Result<()> {
    let (tid, level) = target?;
    inherit::base_changed(tid, level);
    Ok(())
}

fn schedule(thread: &Thread, policy: c_int, static_priority: c_int) -> Result<(u32, u32)> {
    set_scheduling(thread, policy, static_priority)?;
    Ok((thread.tid.load(Relaxed), thread.level()))
}

/// Sets a thread's policy and priority. `ESRCH`; `EINVAL` if the policy does not have the priority.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setschedparam(
    handle: usize,
    policy: c_int,
    param: Option<&SchedParam>,
) -> c_int {
    let Some(param) = param else { return EINVAL };
    number(changed(with_handle(handle, |thread| {
        schedule(thread, policy, param.priority)
    })))
}

/// Sets a thread's priority. `ESRCH`; `EINVAL` if its policy does not have it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setschedprio(handle: usize, static_priority: c_int) -> c_int {
    number(changed(with_handle(handle, |thread| {
        schedule(thread, thread.policy.load(Relaxed), static_priority)
    })))
}

/// Reads a thread's policy and priority, without what is lent to it. `ESRCH`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_getschedparam(
    handle: usize,
    policy: Option<&mut c_int>,
    param: Option<&mut SchedParam>,
) -> c_int {
    let (Some(policy), Some(param)) = (policy, param) else {
        return EINVAL;
    };
    number(with_handle(handle, |thread| {
        *policy = thread.policy.load(Relaxed);
        param.priority = thread.priority.load(Relaxed);
        Ok(())
    }))
}

/// Sets a thread's cores. `ESRCH`; `EINVAL` if none of them is present.
///
/// # Safety
/// `set` must be null or have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn pthread_setaffinity_np(
    handle: usize,
    size: usize,
    set: *const c_void,
) -> c_int {
    // SAFETY: the caller's promise.
    let cores = unsafe { CpuSet::read(set, size) };
    let tid = with_handle(handle, |thread| Ok(thread.tid.load(Relaxed)));
    number(tid.and_then(|tid| set_affinity(tid, cores)))
}

/// Reads a thread's cores. `ESRCH`; `EINVAL` without room for 64.
///
/// # Safety
/// `set` must be null or have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn pthread_getaffinity_np(
    handle: usize,
    size: usize,
    set: *mut c_void,
) -> c_int {
    match with_handle(handle, |thread| affinity(thread.tid.load(Relaxed))) {
        // SAFETY: the caller's promise.
        Ok(cores) => unsafe { CpuSet::write(set, size, cores) },
        Err(number) => number,
    }
}

/// The form of `sched.h`: the value, or -1 with `errno`.
fn answer(result: Result<c_int>) -> c_int {
    result.unwrap_or_else(|number| {
        set_errno(number);
        -1
    })
}

/// The highest priority of a policy. `EINVAL`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_get_priority_max(policy: c_int) -> c_int {
    answer(priority::range(policy).map(|range| range.1).ok_or(EINVAL))
}

/// The lowest priority of a policy. `EINVAL`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_get_priority_min(policy: c_int) -> c_int {
    answer(priority::range(policy).map(|range| range.0).ok_or(EINVAL))
}

/// Reads a thread's priority. `ESRCH`, `EINVAL`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_getparam(pid: c_int, param: Option<&mut SchedParam>) -> c_int {
    answer(param.ok_or(EINVAL).and_then(|param| {
        with_pid(pid, |thread| {
            param.priority = thread.priority.load(Relaxed);
            Ok(0)
        })
    }))
}

/// Sets a thread's priority. `ESRCH`; `EINVAL` if its policy does not have it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_setparam(pid: c_int, param: Option<&SchedParam>) -> c_int {
    answer(param.ok_or(EINVAL).and_then(|param| {
        changed(with_pid(pid, |thread| {
            schedule(thread, thread.policy.load(Relaxed), param.priority)
        }))
        .map(|()| 0)
    }))
}

/// A thread's policy. `ESRCH`, `EINVAL`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_getscheduler(pid: c_int) -> c_int {
    answer(with_pid(pid, |thread| Ok(thread.policy.load(Relaxed))))
}

/// Sets a thread's policy and priority; returns 0, as Linux does (POSIX: the policy before). `ESRCH`;
/// `EINVAL` if the policy does not have the priority.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_setscheduler(
    pid: c_int,
    policy: c_int,
    param: Option<&SchedParam>,
) -> c_int {
    answer(param.ok_or(EINVAL).and_then(|param| {
        changed(with_pid(pid, |thread| {
            schedule(thread, policy, param.priority)
        }))
        .map(|()| 0)
    }))
}

/// The time slice of threads that share a core. `ESRCH`, `EINVAL`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_rr_get_interval(pid: c_int, interval: Option<&mut Timespec>) -> c_int {
    answer(interval.ok_or(EFAULT).and_then(|interval| {
        with_pid(pid, |_| {
            *interval = Timespec {
                seconds: 0,
                nanoseconds: SLICE_NS,
            };
            Ok(0)
        })
    }))
}

/// Lets other threads of the same priority run.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_yield() -> c_int {
    abi::sys_yield();
    0
}

/// The older name of `sched_yield`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_yield() -> c_int {
    sched_yield()
}

/// The core that runs the caller.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sched_getcpu() -> c_int {
    abi::sys_getcpu()
}

/// The core that runs the caller, and its memory node, of which there is one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn getcpu(cpu: Option<&mut u32>, node: Option<&mut u32>) -> c_int {
    if let Some(cpu) = cpu {
        *cpu = abi::sys_getcpu() as u32;
    }
    if let Some(node) = node {
        *node = 0;
    }
    0
}

/// Sets a thread's cores. `ESRCH`; `EINVAL` if none of them is present.
///
/// # Safety
/// `set` must be null or have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sched_setaffinity(pid: c_int, size: usize, set: *const c_void) -> c_int {
    // SAFETY: the caller's promise.
    let cores = unsafe { CpuSet::read(set, size) };
    answer(
        with_pid(pid, |thread| Ok(thread.tid.load(Relaxed)))
            .and_then(|tid| set_affinity(tid, cores))
            .map(|()| 0),
    )
}

/// Reads a thread's cores. `ESRCH`; `EINVAL` without room for 64.
///
/// # Safety
/// `set` must be null or have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sched_getaffinity(pid: c_int, size: usize, set: *mut c_void) -> c_int {
    answer(
        with_pid(pid, |thread| affinity(thread.tid.load(Relaxed))).and_then(|cores| {
            // SAFETY: the caller's promise.
            match unsafe { CpuSet::write(set, size, cores) } {
                0 => Ok(0),
                number => Err(number),
            }
        }),
    )
}

/// `CPU_COUNT_S`: how many are in the set.
///
/// # Safety
/// `set` must have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn __hermit_cpu_count(size: usize, set: *const u8) -> c_int {
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(set, size) };
    bytes.iter().map(|byte| byte.count_ones() as c_int).sum()
}

/// `CPU_ALLOC`: room for so many, not initialised; null without memory.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn __hermit_cpu_alloc(count: usize) -> *mut c_void {
    // SAFETY: plain allocation.
    unsafe { malloc(count.div_ceil(u64::BITS as usize) * WORD) }
}

/// `CPU_FREE`.
///
/// # Safety
/// `set` must come from `CPU_ALLOC`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn __hermit_cpu_free(set: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { free(set) }
}
