//! Mutex attributes: one word, whose low bits are those of a mutex's `kind`.

use core::ffi::c_int;
use core::mem::MaybeUninit;

use crate::errno::{EINVAL, ENOTSUP};
use crate::priority;

/// Mask of `PTHREAD_MUTEX_NORMAL` (0), `_RECURSIVE` (1) and `_ERRORCHECK` (2).
pub const TYPE: u32 = 3;
/// `PTHREAD_MUTEX_NORMAL`.
pub const NORMAL: u32 = 0;
/// `PTHREAD_MUTEX_RECURSIVE`.
pub const RECURSIVE: u32 = 1;
/// `PTHREAD_MUTEX_ERRORCHECK`.
pub const ERRORCHECK: u32 = 2;
/// `PTHREAD_MUTEX_ROBUST`.
pub const ROBUST: u32 = 0x10;
/// `PTHREAD_PRIO_INHERIT`.
pub const INHERIT: u32 = 0x20;
/// `PTHREAD_PRIO_PROTECT`.
pub const PROTECT: u32 = 0x40;
/// `PTHREAD_PROCESS_SHARED`; there is one process, so it changes nothing.
pub const SHARED: u32 = 0x80;
/// The bits of a mutex's kind that decide how it is locked.
pub const BEHAVIOUR: u32 = TYPE | ROBUST | INHERIT | PROTECT;

const CEILING_SHIFT: u32 = 16;
const CEILING: u32 = 0xff << CEILING_SHIFT;

/// `pthread_mutexattr_t`.
#[repr(C)]
pub struct MutexAttr(u32);

impl MutexAttr {
    /// Type, protocol, robustness and sharing.
    pub fn kind(&self) -> u32 {
        self.0 & (BEHAVIOUR | SHARED)
    }

    /// The priority ceiling; the lowest of `SCHED_FIFO` unless set.
    pub fn ceiling(&self) -> c_int {
        match (self.0 & CEILING) >> CEILING_SHIFT {
            0 => priority::REALTIME_MIN,
            ceiling => ceiling as c_int,
        }
    }

    fn put(&mut self, mask: u32, bits: u32) -> c_int {
        self.0 = self.0 & !mask | bits;
        0
    }
}

/// Initialises attributes to the defaults: normal, stalled, no protocol, private. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutexattr_init(attr: Option<&mut MaybeUninit<MutexAttr>>) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    attr.write(MutexAttr(0));
    0
}

/// Ends the use of attributes; always succeeds.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutexattr_destroy(_attr: Option<&mut MutexAttr>) -> c_int {
    0
}

macro_rules! attribute {
    ($(#[$doc:meta])* $get:ident, $set:ident, $mask:expr, [$($value:literal => $bits:expr),*], $otherwise:expr) => {
        /// Reads what its counterpart sets. `EINVAL` for null.
        #[cfg_attr(panic = "abort", unsafe(no_mangle))]
        pub extern "C" fn $get(attr: Option<&MutexAttr>, value: Option<&mut c_int>) -> c_int {
            let (Some(attr), Some(value)) = (attr, value) else { return EINVAL };
            let bits = attr.0 & $mask;
            $(if bits == $bits { *value = $value; })*
            0
        }

        $(#[$doc])*
        #[cfg_attr(panic = "abort", unsafe(no_mangle))]
        pub extern "C" fn $set(attr: Option<&mut MutexAttr>, value: c_int) -> c_int {
            let Some(attr) = attr else { return EINVAL };
            match value {
                $($value => attr.put($mask, $bits),)*
                _ => $otherwise,
            }
        }
    };
}

attribute! {
    /// Sets the type: normal, recursive or error-checking. `EINVAL` for another value.
    pthread_mutexattr_gettype, pthread_mutexattr_settype, TYPE,
    [0 => NORMAL, 1 => RECURSIVE, 2 => ERRORCHECK], EINVAL
}
attribute! {
    /// Sets the protocol: none, inherit or protect. `ENOTSUP` for another value.
    pthread_mutexattr_getprotocol, pthread_mutexattr_setprotocol, INHERIT | PROTECT,
    [0 => 0, 1 => INHERIT, 2 => PROTECT], ENOTSUP
}
attribute! {
    /// Sets the robustness: stalled or robust. `EINVAL` for another value.
    pthread_mutexattr_getrobust, pthread_mutexattr_setrobust, ROBUST, [0 => 0, 1 => ROBUST], EINVAL
}
attribute! {
    /// The older name of `pthread_mutexattr_setrobust`.
    pthread_mutexattr_getrobust_np, pthread_mutexattr_setrobust_np, ROBUST,
    [0 => 0, 1 => ROBUST], EINVAL
}
attribute! {
    /// Sets whether processes share the mutex. `EINVAL` for another value.
    pthread_mutexattr_getpshared, pthread_mutexattr_setpshared, SHARED, [0 => 0, 1 => SHARED], EINVAL
}

/// Reads the priority ceiling. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutexattr_getprioceiling(
    attr: Option<&MutexAttr>,
    ceiling: Option<&mut c_int>,
) -> c_int {
    let (Some(attr), Some(ceiling)) = (attr, ceiling) else {
        return EINVAL;
    };
    *ceiling = attr.ceiling();
    0
}

/// Sets the priority ceiling, a priority of `SCHED_FIFO`. `EINVAL` for another.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutexattr_setprioceiling(
    attr: Option<&mut MutexAttr>,
    ceiling: c_int,
) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    if !priority::is_realtime(ceiling) {
        return EINVAL;
    }
    attr.put(CEILING, (ceiling as u32) << CEILING_SHIFT)
}
