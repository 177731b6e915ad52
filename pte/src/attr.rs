//! Thread attributes.

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;

use crate::errno::{EINVAL, ENOTSUP};
use crate::lock::LowLock;
use crate::priority::{self, SCHED_FIFO, SCHED_OTHER, SCHED_RR};
use crate::sched::{CpuSet, SchedParam};
use crate::stack;

/// `pthread_attr_t`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Attr {
    flags: u32,
    /// Used if [`Attr::is_explicit`].
    pub policy: c_int,
    /// Used if [`Attr::is_explicit`].
    pub priority: c_int,
    reserved: u32,
    /// Bytes below the stack that must not be accessible.
    pub guard: usize,
    address: *mut u8,
    /// Bytes of stack.
    pub stack_size: usize,
    cores: u64,
    reserved_last: usize,
}

const _: () = assert!(size_of::<Attr>() == 56 && align_of::<Attr>() == 8);

const DETACHED: u32 = 1;
const EXPLICIT: u32 = 2;

const DEFAULTS: Attr = Attr {
    flags: 0,
    policy: SCHED_OTHER,
    priority: 0,
    reserved: 0,
    guard: stack::DEFAULT_GUARD,
    address: core::ptr::null_mut(),
    stack_size: stack::DEFAULT,
    cores: 0,
    reserved_last: 0,
};

struct Shared(UnsafeCell<Attr>);

// SAFETY: used with `LOCK` held only.
unsafe impl Sync for Shared {}

static LOCK: LowLock = LowLock::new();
static CURRENT: Shared = Shared(UnsafeCell::new(DEFAULTS));

/// The attributes of threads that are created without.
pub fn defaults() -> Attr {
    let _guard = LOCK.lock();
    // SAFETY: the lock is held.
    unsafe { *CURRENT.0.get() }
}

impl Attr {
    /// Whether nobody will join.
    pub fn is_detached(&self) -> bool {
        self.flags & DETACHED != 0
    }

    /// Whether policy and priority are those given here, and not the creator's.
    pub fn is_explicit(&self) -> bool {
        self.flags & EXPLICIT != 0
    }

    /// The program's own memory for the stack, null for none, and its size.
    pub fn user_stack(&self) -> (*mut u8, usize) {
        (self.address, self.stack_size)
    }

    /// Cores, a bit each; 0: the creator's.
    pub fn affinity(&self) -> u64 {
        self.cores
    }

    /// What `pthread_getattr_np` says of a thread.
    pub fn of(thread: &crate::thread::Thread, cores: u64) -> Attr {
        use core::sync::atomic::Ordering::Relaxed;
        let (address, stack_size) = thread.stack_asked.get();
        let detached = thread.life.load(Relaxed) & crate::thread::DETACHED != 0;
        Attr {
            flags: if detached { DETACHED } else { 0 },
            policy: thread.policy.load(Relaxed),
            priority: thread.priority.load(Relaxed),
            guard: thread.guard.get(),
            address,
            stack_size,
            cores,
            ..DEFAULTS
        }
    }

    fn put(&mut self, flag: u32, on: bool) -> c_int {
        self.flags = if on {
            self.flags | flag
        } else {
            self.flags & !flag
        };
        0
    }
}

/// Initialises attributes: joinable, creator's scheduling, 8 MiB of stack and a guard page. `EINVAL` for
/// null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_init(attr: Option<&mut MaybeUninit<Attr>>) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    attr.write(defaults());
    0
}

/// Ends the use of attributes; always succeeds.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_destroy(_attr: Option<&mut Attr>) -> c_int {
    0
}

/// The function that reads an attribute; `EINVAL` for null.
macro_rules! getter {
    ($name:ident, $kind:ty, |$attr:ident| $value:expr) => {
        /// Reads what its counterpart sets. `EINVAL` for null.
        #[cfg_attr(panic = "abort", unsafe(no_mangle))]
        pub extern "C" fn $name($attr: Option<&Attr>, value: Option<&mut $kind>) -> c_int {
            let (Some($attr), Some(value)) = ($attr, value) else {
                return EINVAL;
            };
            *value = $value;
            0
        }
    };
}

getter!(pthread_attr_getdetachstate, c_int, |attr| c_int::from(
    attr.is_detached()
));
getter!(pthread_attr_getinheritsched, c_int, |attr| c_int::from(
    attr.is_explicit()
));
getter!(pthread_attr_getschedpolicy, c_int, |attr| attr.policy);
getter!(pthread_attr_getscope, c_int, |_attr| 0);
getter!(pthread_attr_getguardsize, usize, |attr| attr.guard);
getter!(pthread_attr_getstacksize, usize, |attr| attr.stack_size);
getter!(pthread_attr_getschedparam, SchedParam, |attr| SchedParam {
    priority: attr.priority
});
getter!(pthread_attr_getstackaddr, *mut c_void, |attr| {
    attr.address
        .wrapping_add(if attr.address.is_null() {
            0
        } else {
            attr.stack_size
        })
        .cast()
});

/// Sets whether the thread is joinable (0) or detached (1). `EINVAL` for another value.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setdetachstate(attr: Option<&mut Attr>, state: c_int) -> c_int {
    match attr {
        Some(attr) if state == 0 || state == 1 => attr.put(DETACHED, state == 1),
        _ => EINVAL,
    }
}

/// Sets whether scheduling is the creator's (0) or as the attributes say (1). `EINVAL` for another value.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setinheritsched(attr: Option<&mut Attr>, inherit: c_int) -> c_int {
    match attr {
        Some(attr) if inherit == 0 || inherit == 1 => attr.put(EXPLICIT, inherit == 1),
        _ => EINVAL,
    }
}

/// Sets the policy: `SCHED_OTHER`, `SCHED_FIFO` or `SCHED_RR`. `EINVAL` for another.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setschedpolicy(attr: Option<&mut Attr>, policy: c_int) -> c_int {
    match attr {
        Some(attr) if matches!(policy, SCHED_OTHER | SCHED_FIFO | SCHED_RR) => {
            attr.policy = policy;
            0
        }
        _ => EINVAL,
    }
}

/// Sets the priority. `EINVAL` if the policy set before does not have it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setschedparam(
    attr: Option<&mut Attr>,
    param: Option<&SchedParam>,
) -> c_int {
    match (attr, param) {
        (Some(attr), Some(param)) if priority::level(attr.policy, param.priority).is_some() => {
            attr.priority = param.priority;
            0
        }
        _ => EINVAL,
    }
}

/// Sets the scope: that of the system (0). `ENOTSUP` for that of the process (1), `EINVAL` for another.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setscope(attr: Option<&mut Attr>, scope: c_int) -> c_int {
    match (attr, scope) {
        (Some(_), 0) => 0,
        (Some(_), 1) => ENOTSUP,
        _ => EINVAL,
    }
}

/// Sets the size of the guard, which is rounded up to pages. It comes on top of the stack's size, and there
/// is none for a stack of the program's own.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setguardsize(attr: Option<&mut Attr>, size: usize) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    attr.guard = size;
    0
}

/// Sets the size of the stack. `EINVAL` below `PTHREAD_STACK_MIN`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setstacksize(attr: Option<&mut Attr>, size: usize) -> c_int {
    match attr {
        Some(attr) if size >= stack::MINIMUM => {
            attr.stack_size = size;
            0
        }
        _ => EINVAL,
    }
}

/// Gives the thread `size` bytes at `address` for its stack, which also hold its thread-local storage if
/// that fits well. `EINVAL` below `PTHREAD_STACK_MIN`, or if an end is not a multiple of 16.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setstack(
    attr: Option<&mut Attr>,
    address: *mut c_void,
    size: usize,
) -> c_int {
    let end = (address as usize).checked_add(size);
    match (attr, end) {
        (Some(attr), Some(end))
            if size >= stack::MINIMUM && (address as usize | end).is_multiple_of(16) =>
        {
            attr.address = address.cast();
            attr.stack_size = size;
            0
        }
        _ => EINVAL,
    }
}

/// Sets the end of the stack (of older editions of POSIX); its size must have been set before.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_setstackaddr(attr: Option<&mut Attr>, end: *mut c_void) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    let size = attr.stack_size;
    pthread_attr_setstack(Some(attr), end.wrapping_byte_sub(size), size)
}

/// Reads what `pthread_attr_setstack` sets: null if the stack is pte's. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_attr_getstack(
    attr: Option<&Attr>,
    address: Option<&mut *mut c_void>,
    size: Option<&mut usize>,
) -> c_int {
    let (Some(attr), Some(address), Some(size)) = (attr, address, size) else {
        return EINVAL;
    };
    *address = attr.address.cast();
    *size = attr.stack_size;
    0
}

/// Sets the cores of the thread; an empty or null set stands for the creator's.
///
/// # Safety
/// `set` must be null or have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn pthread_attr_setaffinity_np(
    attr: Option<&mut Attr>,
    size: usize,
    set: *const c_void,
) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    // SAFETY: the caller's promise.
    attr.cores = unsafe { CpuSet::read(set, size) };
    0
}

/// Reads the cores of the thread; all if none were set. `EINVAL` without room for 64.
///
/// # Safety
/// `set` must have `size` bytes.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn pthread_attr_getaffinity_np(
    attr: Option<&Attr>,
    size: usize,
    set: *mut c_void,
) -> c_int {
    let Some(attr) = attr else { return EINVAL };
    let cores = if attr.cores == 0 {
        u64::MAX
    } else {
        attr.cores
    };
    // SAFETY: the caller's promise.
    unsafe { CpuSet::write(set, size, cores) }
}

/// Reads the attributes of threads that are created without.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_getattr_default_np(attr: Option<&mut MaybeUninit<Attr>>) -> c_int {
    pthread_attr_init(attr)
}

/// Sets the attributes of threads that are created without, and of later `pthread_attr_init` calls.
/// `EINVAL` if they name a stack or are detached.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setattr_default_np(attr: Option<&Attr>) -> c_int {
    match attr {
        Some(attr) if attr.address.is_null() && !attr.is_detached() => {
            let _guard = LOCK.lock();
            // SAFETY: the lock is held.
            unsafe { *CURRENT.0.get() = *attr };
            0
        }
        _ => EINVAL,
    }
}
