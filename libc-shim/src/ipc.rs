//! XSI interprocess communication: sys/msg.h, sys/sem.h, sys/shm.h over the kernel's calls.

use core::ffi::{c_int, c_long, c_void};
use core::ptr;

use crate::cancel::blocking;
use crate::errno;
use crate::sys::{
    self, Errno, HERMIT_NO_DEADLINE, HermitMessageQueue, HermitSemaphoreOperation,
    HermitSharedMemory,
};
use crate::time::deadline_after;
use crate::timespec::TimeSpec;

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn msgget(key: c_int, flags: c_int) -> c_int {
    errno::int(sys::sys_msgget(key, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn msgsnd(id: c_int, message: *const c_void, len: usize, flags: c_int) -> c_int {
    errno::int(blocking(|| {
        sys::sys_msgsnd(id, message.cast(), len, flags as u32)
    }))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn msgrcv(
    id: c_int,
    message: *mut c_void,
    len: usize,
    wanted: c_long,
    flags: c_int,
) -> isize {
    errno::size(blocking(|| {
        sys::sys_msgrcv(id, message.cast(), len, wanted, flags as u32)
    }))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn msgctl(id: c_int, command: c_int, about: *mut HermitMessageQueue) -> c_int {
    errno::int(sys::sys_msgctl(id, command, about))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn semget(key: c_int, count: c_int, flags: c_int) -> c_int {
    errno::int(sys::sys_semget(key, count, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn semop(id: c_int, operations: *mut HermitSemaphoreOperation, count: usize) -> c_int {
    errno::int(sys::sys_semop(id, operations, count, HERMIT_NO_DEADLINE))
}

/// # Safety
/// `time` is null or points to a time.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn semtimedop(
    id: c_int,
    operations: *mut HermitSemaphoreOperation,
    count: usize,
    time: *const TimeSpec,
) -> c_int {
    // SAFETY: the caller's promise.
    let deadline = match unsafe { time.as_ref() }.map(|time| time.to_nanoseconds()) {
        None => HERMIT_NO_DEADLINE,
        Some(Ok(time @ 0..)) => deadline_after(Some(time)),
        Some(_) => return errno::fail(Errno::EINVAL),
    };
    errno::int(sys::sys_semop(id, operations, count, deadline))
}

/// The last argument is optional in C, and a `union semun`: on this machine it arrives in a register either way.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn semctl(id: c_int, number: c_int, command: c_int, argument: usize) -> c_int {
    errno::int(sys::sys_semctl(id, number, command, argument))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shmget(key: c_int, size: usize, flags: c_int) -> c_int {
    errno::int(sys::sys_shmget(key, size, flags as u32))
}

/// Returns -1 as an address on failure.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shmat(id: c_int, address: *const c_void, flags: c_int) -> *mut c_void {
    let result = errno::size(sys::sys_shmat(id, address as usize, flags as u32));
    ptr::with_exposed_provenance_mut(result as usize)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shmdt(address: *const c_void) -> c_int {
    errno::int(sys::sys_shmdt(address as usize))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn shmctl(id: c_int, command: c_int, about: *mut HermitSharedMemory) -> c_int {
    errno::int(sys::sys_shmctl(id, command, about))
}
