//! `struct sigevent`: how programs want to be told of something.

use core::ffi::{c_int, c_long, c_void};
use core::ptr;

use crate::c;
use crate::sys::{self, Errno, HermitSigInfo};

pub(crate) const SIGEV_NONE: c_int = 1;
pub(crate) const SIGEV_SIGNAL: c_int = 2;
pub(crate) const SIGEV_THREAD: c_int = 3;
pub(crate) const SIGEV_THREAD_ID: c_int = 4;

/// Highest signal number.
const SIGNALS: c_int = 64;

/// `struct sigevent`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) kind: c_int,
    pub(crate) signal: c_int,
    pub(crate) value: u64,
    pub(crate) function: Option<unsafe extern "C" fn(u64)>,
    pub(crate) attributes: *const Attributes,
    pub(crate) thread: c_int,
}

/// `pthread_attr_t`, which the program may use for something else after the call that was given it.
pub(crate) type Attributes = [c_long; 7];

/// An event on its own, with nothing of the program's memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Notice {
    event: Event,
    has_attributes: bool,
    attributes: Attributes,
}

impl Notice {
    /// `EINVAL` for one that makes no sense. One of zeros means what it means elsewhere, where 0 is the kind
    /// of a signal, and that is 0: nobody is told.
    ///
    /// # Safety
    /// The attributes are null or those of a thread.
    pub(crate) unsafe fn new(event: &Event) -> Result<Notice, Errno> {
        let valid = match event.kind {
            0 | SIGEV_NONE => true,
            SIGEV_SIGNAL => (1..=SIGNALS).contains(&event.signal),
            SIGEV_THREAD => event.function.is_some(),
            _ => false,
        };
        if !valid {
            return Err(Errno::EINVAL);
        }
        let attributes = match event.kind {
            // SAFETY: the caller's promise.
            SIGEV_THREAD => unsafe { event.attributes.as_ref() },
            _ => None,
        };
        Ok(Notice {
            event: *event,
            has_attributes: attributes.is_some(),
            attributes: attributes.copied().unwrap_or_default(),
        })
    }

    /// Tells. `code` is the signal's `si_code`.
    pub(crate) fn send(&self, code: c_int) {
        let event = &self.event;
        match (event.kind, event.function) {
            (SIGEV_SIGNAL, _) => {
                let info = HermitSigInfo {
                    signo: event.signal,
                    code,
                    pid: sys::sys_getpid(),
                    value: event.value,
                    ..HermitSigInfo::default()
                };
                sys::sys_sigqueueinfo(0, &raw const info);
            }
            (SIGEV_THREAD, Some(function)) => {
                let attributes = self.has_attributes.then_some(&self.attributes);
                start_thread(function, event.value, attributes);
            }
            _ => {}
        }
    }
}

struct Job {
    function: unsafe extern "C" fn(u64),
    value: u64,
}

/// Makes a detached thread that calls `function(value)`. There is nobody to report an error to.
pub(crate) fn start_thread(
    function: unsafe extern "C" fn(u64),
    value: u64,
    attributes: Option<&Attributes>,
) {
    // SAFETY: `run` takes over the allocation; the attributes are as the program made them.
    unsafe {
        let job = c::malloc(size_of::<Job>()).cast::<Job>();
        if job.is_null() {
            return;
        }
        job.write(Job { function, value });
        let attributes = attributes.map_or(ptr::null(), ptr::from_ref);
        let mut thread = 0;
        if c::pthread_create(&raw mut thread, attributes.cast(), run, job.cast()) == 0 {
            c::pthread_detach(thread);
        } else {
            c::free(job.cast());
        }
    }
}

unsafe extern "C" fn run(job: *mut c_void) -> *mut c_void {
    // SAFETY: `start_thread` gave it away.
    unsafe {
        let Job { function, value } = job.cast::<Job>().read();
        c::free(job);
        function(value);
    }
    ptr::null_mut()
}
