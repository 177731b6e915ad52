//! Message queues: the kernel's, with POSIX's times and notification.
//!
//! Whoever sends the message that a notification waits for also sees to the notification.

use core::ffi::{c_char, c_int, c_uint};
use core::mem::MaybeUninit;
use core::ptr;

use crate::cancel::blocking;
use crate::errno;
use crate::event::{Event, Notice};
use crate::sys::{self, Errno, HermitMqAttr, HermitMqEvent};
use crate::timespec::TimeSpec;

/// `SI_MESGQ`.
const SENT_BY_QUEUE: c_int = 5;

const _: () = assert!(size_of::<Notice>() <= size_of::<HermitMqEvent>());
const _: () = assert!(align_of::<Notice>() <= align_of::<HermitMqEvent>());

/// The two last arguments are optional in C: on this machine they arrive in registers either way, and are
/// looked at with `O_CREAT` only.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_open(
    name: *const c_char,
    flags: c_int,
    mode: u32,
    attributes: *const HermitMqAttr,
) -> c_int {
    const O_CREAT: c_int = 0x200;
    let attributes = if flags & O_CREAT != 0 {
        attributes
    } else {
        ptr::null()
    };
    errno::int(sys::sys_mq_open(name, flags as u32, mode, attributes))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_close(queue: c_int) -> c_int {
    // Nothing but a queue is closed.
    let result = sys::sys_mq_attributes(queue, ptr::null(), ptr::null_mut());
    errno::int(if result < 0 {
        result
    } else {
        sys::sys_close(queue)
    })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_unlink(name: *const c_char) -> c_int {
    errno::int(sys::sys_mq_unlink(name))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_getattr(queue: c_int, attributes: *mut HermitMqAttr) -> c_int {
    errno::int(sys::sys_mq_attributes(queue, ptr::null(), attributes))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_setattr(queue: c_int, new: *const HermitMqAttr, old: *mut HermitMqAttr) -> c_int {
    errno::int(sys::sys_mq_attributes(queue, new, old))
}

/// A time that is none, which only matters to who has to wait for it.
const INVALID: u64 = 0;

/// A deadline; null: none.
///
/// # Safety
/// `time` is null or points to a time.
unsafe fn deadline(time: *const TimeSpec) -> u64 {
    // SAFETY: the caller's promise.
    match unsafe { time.as_ref() } {
        None => sys::HERMIT_NO_DEADLINE,
        Some(time) if time.seconds < 0 => INVALID,
        Some(time) => time
            .to_nanoseconds()
            .map_or(INVALID, |ns| (ns as u64).max(INVALID + 1)),
    }
}

/// What the kernel answered to a call with a deadline.
fn checked(result: isize, deadline: u64) -> isize {
    if deadline == INVALID && result == -(Errno::ETIMEDOUT as isize) {
        return -(Errno::EINVAL as isize);
    }
    result
}

fn send(
    queue: c_int,
    message: *const c_char,
    len: usize,
    priority: c_uint,
    deadline: u64,
) -> c_int {
    let mut event = MaybeUninit::<HermitMqEvent>::uninit();
    let place = event.as_mut_ptr();
    let result =
        blocking(|| sys::sys_mq_send(queue, message.cast(), len, priority, deadline, place));
    if result == 1 {
        // SAFETY: the kernel stored what `mq_notify` made of a notice.
        unsafe { place.cast::<Notice>().read() }.send(SENT_BY_QUEUE);
        return 0;
    }
    errno::int(checked(result as isize, deadline) as c_int)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_send(queue: c_int, message: *const c_char, len: usize, priority: c_uint) -> c_int {
    send(queue, message, len, priority, sys::HERMIT_NO_DEADLINE)
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn mq_timedsend(
    queue: c_int,
    message: *const c_char,
    len: usize,
    priority: c_uint,
    time: *const TimeSpec,
) -> c_int {
    // SAFETY: the caller's promise.
    send(queue, message, len, priority, unsafe { deadline(time) })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn mq_receive(
    queue: c_int,
    message: *mut c_char,
    len: usize,
    priority: *mut c_uint,
) -> isize {
    let none = sys::HERMIT_NO_DEADLINE;
    errno::size(blocking(|| {
        sys::sys_mq_receive(queue, message.cast(), len, priority, none)
    }))
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn mq_timedreceive(
    queue: c_int,
    message: *mut c_char,
    len: usize,
    priority: *mut c_uint,
    time: *const TimeSpec,
) -> isize {
    // SAFETY: the caller's promise.
    let deadline = unsafe { deadline(time) };
    let result = blocking(|| sys::sys_mq_receive(queue, message.cast(), len, priority, deadline));
    errno::size(checked(result, deadline))
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn mq_notify(queue: c_int, event: *const Event) -> c_int {
    // SAFETY: the caller's promise.
    let Some(event) = (unsafe { event.as_ref() }) else {
        return errno::int(sys::sys_mq_notify(queue, ptr::null()));
    };
    // SAFETY: the caller's promise.
    match unsafe { Notice::new(event) } {
        Ok(notice) => {
            let mut kept = HermitMqEvent::default();
            // SAFETY: it fits, see above.
            unsafe { (&raw mut kept).cast::<Notice>().write(notice) };
            errno::int(sys::sys_mq_notify(queue, &raw const kept))
        }
        Err(error) => errno::fail(error),
    }
}
