//! Asynchronous input and output: requests in a list, and threads that do them.
//!
//! Of the requests on one descriptor the oldest is done first, and alone, so that appended writes and
//! those to pipes come in the order of the calls and a synchronisation after what was asked for before.
//! Requests on different descriptors are done at the same time, by up to [`MOST_WORKERS`] threads, which
//! are made as they are needed and stay. A request that a thread works on cannot be cancelled.
//!
//! The list has a lock of its own, a leaf. A control block belongs to the program: it is not looked at
//! any more once its error is set, which is the last that is done to it.

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_void};
use core::iter::successors;
use core::ptr;
use core::slice;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use core::sync::atomic::{AtomicI32, AtomicIsize, AtomicU32, AtomicUsize};

use crate::cancel::blocking;
use crate::config::{AIO_LISTIO_MAX, AIO_PRIO_DELTA_MAX};
use crate::errno;
use crate::event::{Event, Notice};
use crate::lock::Lock;
use crate::sys::{self, Errno};
use crate::timespec::TimeSpec;
use crate::{c, service};

/// Threads that work on requests.
const MOST_WORKERS: usize = 32;
/// `SI_ASYNCIO`.
const SENT_BY_AIO: c_int = 4;

const IN_PROGRESS: c_int = Errno::EINPROGRESS as c_int;
/// In place of an error: the result was fetched.
const FETCHED: c_int = -1;

/// `struct aiocb`.
#[repr(C)]
struct ControlBlock {
    fd: c_int,
    opcode: c_int,
    offset: i64,
    buffer: *mut c_void,
    len: usize,
    priority: c_int,
    error: AtomicI32,
    result: AtomicIsize,
    event: Event,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Read,
    Write,
    Sync,
}

/// The requests of one `lio_listio` that does not wait.
struct Group {
    /// How many are not done.
    left: AtomicUsize,
    notice: Notice,
}

struct Request {
    next: *mut Request,
    block: *const ControlBlock,
    operation: Operation,
    fd: c_int,
    offset: i64,
    buffer: *mut c_void,
    len: usize,
    notice: Notice,
    group: *const Group,
    running: bool,
}

/// All requests that are not done, oldest first.
struct List {
    lock: Lock,
    first: UnsafeCell<*mut Request>,
    workers: UnsafeCell<usize>,
}

// SAFETY: the lock guards what is in it.
unsafe impl Sync for List {}

static LIST: List = List {
    lock: Lock::new(),
    first: UnsafeCell::new(ptr::null_mut()),
    workers: UnsafeCell::new(0),
};
/// Changes when there may be something to do: what idle workers sleep on.
static WORK: AtomicU32 = AtomicU32::new(0);
/// Counts requests that are done: what those sleep on who wait for one.
static DONE: AtomicU32 = AtomicU32::new(0);

impl List {
    /// The requests. The lock is held for as long as the iterator lives.
    fn requests(&self) -> impl Iterator<Item = *mut Request> {
        // SAFETY: the lock is held; links are null or lead to requests.
        unsafe {
            let exists = |request: *mut Request| (!request.is_null()).then_some(request);
            successors(exists(*self.first.get()), move |request| {
                exists((**request).next)
            })
        }
    }

    /// Those that can be worked on: the oldest of each descriptor. The lock is held as above.
    fn ready(&self) -> impl Iterator<Item = *mut Request> {
        // SAFETY: the lock is held.
        self.requests().filter(|request| unsafe {
            let fd = (**request).fd;
            let oldest = self.requests().find(|other| (**other).fd == fd);
            !(**request).running && oldest == Some(*request)
        })
    }

    /// Adds a request, and a worker if there is none for it.
    fn add(&self, request: *mut Request) -> Result<(), Errno> {
        self.lock.with(|| {
            // SAFETY: the lock is held; links are null or lead to requests.
            let link = unsafe {
                let mut link = self.first.get();
                while !(*link).is_null() {
                    link = &raw mut (**link).next;
                }
                *link = request;
                link
            };
            // SAFETY: the lock is held.
            let running = self
                .requests()
                .filter(|request| unsafe { (**request).running });
            let (running, ready) = (running.count(), self.ready().count());
            // SAFETY: the lock is held.
            let workers = unsafe { &mut *self.workers.get() };
            if *workers - running < ready && *workers < MOST_WORKERS {
                match service::start(work) {
                    Ok(_) => *workers += 1,
                    Err(error) if *workers == 0 => {
                        // SAFETY: the link found above, to the request, which is the last.
                        unsafe { *link = ptr::null_mut() };
                        return Err(error);
                    }
                    // Those that there are will come to it.
                    Err(_) => {}
                }
            }
            Ok(())
        })?;
        wake_worker();
        Ok(())
    }

    /// Takes a request that can be worked on; others are left to other workers.
    fn take(&self) -> Option<*mut Request> {
        let (taken, more) = self.lock.with(|| {
            let taken = self.ready().next();
            if let Some(request) = taken {
                // SAFETY: the lock is held.
                unsafe { (*request).running = true };
            }
            (taken, self.ready().next().is_some())
        });
        if more {
            wake_worker();
        }
        taken
    }

    /// Takes the requests out that are wanted; answers them as a list.
    fn remove(&self, mut wanted: impl FnMut(&Request) -> bool) -> *mut Request {
        let mut removed = ptr::null_mut();
        // SAFETY: the lock is held; links are null or lead to requests.
        self.lock.with(|| unsafe {
            let mut link = self.first.get();
            while let Some(request) = (*link).as_mut() {
                if wanted(request) {
                    *link = request.next;
                    request.next = removed;
                    removed = request;
                } else {
                    link = &raw mut request.next;
                }
            }
        });
        removed
    }
}

fn wake_worker() {
    WORK.fetch_add(1, SeqCst);
    sys::sys_futex_wake(WORK.as_ptr(), 1);
}

/// A worker.
unsafe extern "C" fn work(_: *mut c_void) {
    loop {
        let seen = WORK.load(SeqCst);
        match LIST.take() {
            Some(request) => {
                // SAFETY: it stays where it is until this thread takes it out.
                let result = run(unsafe { &*request });
                LIST.remove(|other| ptr::eq(other, request));
                // SAFETY: it is out of the list, and this thread's.
                unsafe { finish(request, result) };
            }
            None => {
                let deadline = sys::HERMIT_NO_DEADLINE;
                let clock = sys::HERMIT_CLOCK_MONOTONIC;
                sys::sys_futex_wait(WORK.as_ptr(), seen, deadline, clock);
            }
        }
    }
}

/// Does what is asked for: the result, or a negative error number.
fn run(request: &Request) -> isize {
    const NO_POSITIONS: isize = -(Errno::ESPIPE as isize);
    let Request {
        fd,
        offset,
        buffer,
        len,
        ..
    } = *request;
    match request.operation {
        Operation::Read => match sys::sys_pread(fd, buffer, len, offset) {
            NO_POSITIONS => sys::sys_read(fd, buffer, len),
            result => result,
        },
        Operation::Write => match sys::sys_pwrite(fd, buffer, len, offset) {
            NO_POSITIONS => sys::sys_write(fd, buffer, len),
            result => result,
        },
        Operation::Sync => sys::sys_fsync(fd) as isize,
    }
}

/// Tells the program how a request ended, and frees it.
///
/// # Safety
/// The request came from `malloc` and is in no list.
unsafe fn finish(request: *mut Request, result: isize) {
    // SAFETY: the caller's promise; the program keeps the block until its error is set.
    let (notice, group) = unsafe {
        let Request {
            block,
            notice,
            group,
            ..
        } = request.read();
        c::free(request.cast());
        (*block).result.store(result.max(-1), Relaxed);
        (*block).error.store((-result).max(0) as c_int, Release);
        (notice, group)
    };
    DONE.fetch_add(1, SeqCst);
    sys::sys_futex_wake(DONE.as_ptr(), u32::MAX);
    notice.send(SENT_BY_AIO);
    // SAFETY: the group lives until all of its requests are done.
    unsafe { leave(group) };
}

/// One request less in a group, which may be null.
///
/// # Safety
/// The group came from `malloc`, and the caller counts in it.
unsafe fn leave(group: *const Group) {
    // SAFETY: the caller's promise; the last one frees it.
    unsafe {
        if !group.is_null() && (*group).left.fetch_sub(1, AcqRel) == 1 {
            (*group).notice.send(SENT_BY_AIO);
            c::free(group.cast_mut().cast());
        }
    }
}

/// Begins a request.
///
/// # Safety
/// `block` is a control block that lives until the request is done; `group` is null or counts it.
unsafe fn begin(
    block: *const ControlBlock,
    operation: Operation,
    group: *const Group,
) -> Result<(), Errno> {
    // SAFETY: the caller's promise.
    let of = unsafe { &*block };
    // Synchronisation looks at the descriptor and at nothing else.
    let invalid = !(0..=AIO_PRIO_DELTA_MAX).contains(&of.priority) || of.len > isize::MAX as usize;
    if invalid && operation != Operation::Sync {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    let notice = unsafe { Notice::new(&of.event)? };
    // SAFETY: `malloc` gives memory for it or null.
    unsafe {
        let request = c::malloc(size_of::<Request>()).cast::<Request>();
        if request.is_null() {
            return Err(Errno::EAGAIN);
        }
        request.write(Request {
            next: ptr::null_mut(),
            block,
            operation,
            fd: of.fd,
            offset: of.offset,
            buffer: of.buffer,
            len: of.len,
            notice,
            group,
            running: false,
        });
        of.error.store(IN_PROGRESS, Relaxed);
        LIST.add(request).inspect_err(|error| {
            of.error.store(*error as c_int, Relaxed);
            of.result.store(-1, Relaxed);
            c::free(request.cast());
        })
    }
}

fn answer(result: Result<(), Errno>) -> c_int {
    result.map_or_else(errno::fail, |()| 0)
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_read(block: *const ControlBlock) -> c_int {
    // SAFETY: the caller's promise.
    answer(unsafe { begin(block, Operation::Read, ptr::null()) })
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_write(block: *const ControlBlock) -> c_int {
    // SAFETY: the caller's promise.
    answer(unsafe { begin(block, Operation::Write, ptr::null()) })
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_fsync(operation: c_int, block: *const ControlBlock) -> c_int {
    const O_SYNC: c_int = 0x2000;
    const O_ACCMODE: c_int = 3;
    const F_GETFL: u32 = 3;
    if operation != O_SYNC {
        return errno::fail(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    let flags = sys::sys_fcntl(unsafe { (*block).fd }, F_GETFL, 0);
    if flags < 0 || flags & O_ACCMODE == 0 {
        return errno::fail(Errno::EBADF);
    }
    // SAFETY: the caller's promise.
    answer(unsafe { begin(block, Operation::Sync, ptr::null()) })
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_error(block: *const ControlBlock) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { (*block).error.load(Acquire) } {
        FETCHED => errno::fail(Errno::EINVAL),
        error => error,
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_return(block: *const ControlBlock) -> isize {
    // SAFETY: the caller's promise.
    let block = unsafe { &*block };
    if matches!(block.error.load(Acquire), IN_PROGRESS | FETCHED) {
        return errno::fail(Errno::EINVAL) as isize;
    }
    block.error.store(FETCHED, Relaxed);
    block.result.load(Relaxed)
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_cancel(fd: c_int, block: *const ControlBlock) -> c_int {
    const AIO_CANCELED: c_int = 0;
    const AIO_NOTCANCELED: c_int = 1;
    const AIO_ALLDONE: c_int = 2;
    const F_GETFD: u32 = 1;
    if errno::int(sys::sys_fcntl(fd, F_GETFD, 0)) < 0 {
        return -1;
    }
    // SAFETY: the caller's promise.
    if unsafe { block.as_ref() }.is_some_and(|block| block.fd != fd) {
        return errno::fail(Errno::EINVAL);
    }
    let mut running = false;
    let mut cancelled = LIST.remove(|request| {
        let meant = request.fd == fd && (block.is_null() || ptr::eq(request.block, block));
        running |= meant && request.running;
        meant && !request.running
    });
    let any = !cancelled.is_null();
    while !cancelled.is_null() {
        // SAFETY: a list of requests that nobody else knows.
        unsafe {
            let next = (*cancelled).next;
            finish(cancelled, -(Errno::ECANCELED as isize));
            cancelled = next;
        }
    }
    match (running, any) {
        (true, _) => AIO_NOTCANCELED,
        (false, true) => AIO_CANCELED,
        (false, false) => AIO_ALLDONE,
    }
}

/// Waits until `condition` holds, which it may after some request is done. A negative error number, or 0.
fn wait_until(condition: impl Fn() -> bool, deadline: u64) -> c_int {
    loop {
        let seen = DONE.load(SeqCst);
        if condition() {
            return 0;
        }
        let clock = sys::HERMIT_CLOCK_MONOTONIC;
        let waited = sys::sys_futex_wait(DONE.as_ptr(), seen, deadline, clock);
        if waited != 0 && waited != Errno::EAGAIN.negative() {
            return waited;
        }
    }
}

/// The blocks of a list, without those that are null.
///
/// # Safety
/// `list` has `count` elements, each null or a control block.
unsafe fn blocks<'a>(
    list: *const *const ControlBlock,
    count: c_int,
) -> impl Iterator<Item = &'a ControlBlock> {
    let list = if count > 0 {
        // SAFETY: the caller's promise.
        unsafe { slice::from_raw_parts(list, count as usize) }
    } else {
        &[]
    };
    // SAFETY: the caller's promise.
    list.iter().filter_map(|block| unsafe { block.as_ref() })
}

fn in_progress(block: &ControlBlock) -> bool {
    block.error.load(Acquire) == IN_PROGRESS
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn aio_suspend(
    list: *const *const ControlBlock,
    count: c_int,
    timeout: *const TimeSpec,
) -> c_int {
    // SAFETY: the caller's promise.
    let deadline = match unsafe { timeout.as_ref() }.map(|time| time.to_nanoseconds()) {
        None => sys::HERMIT_NO_DEADLINE,
        Some(Ok(timeout)) => {
            let now = sys::sys_clock_ns(sys::HERMIT_CLOCK_MONOTONIC);
            now.saturating_add(timeout.max(0)) as u64
        }
        Some(Err(error)) => return errno::fail(error),
    };
    // SAFETY: the caller's promise.
    let any_done = || unsafe { blocks(list, count) }.any(|block| !in_progress(block));
    let waited = blocking(|| wait_until(any_done, deadline));
    if waited == Errno::ETIMEDOUT.negative() {
        return errno::fail(Errno::EAGAIN);
    }
    errno::int(waited)
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn lio_listio(
    mode: c_int,
    list: *const *const ControlBlock,
    count: c_int,
    event: *const Event,
) -> c_int {
    const LIO_WAIT: c_int = 0;
    const LIO_NOWAIT: c_int = 1;
    if !matches!(mode, LIO_WAIT | LIO_NOWAIT) || !(0..=AIO_LISTIO_MAX).contains(&count) {
        return errno::fail(Errno::EINVAL);
    }
    let mut group = ptr::null_mut::<Group>();
    // SAFETY: the caller's promise.
    if let Some(event) = unsafe { event.as_ref() }
        && mode == LIO_NOWAIT
    {
        // SAFETY: the caller's promise; `malloc` gives memory for it or null. The first one counted is this
        // function.
        unsafe {
            let notice = match Notice::new(event) {
                Ok(notice) => notice,
                Err(error) => return errno::fail(error),
            };
            group = c::malloc(size_of::<Group>()).cast();
            if group.is_null() {
                return errno::fail(Errno::EAGAIN);
            }
            group.write(Group {
                left: AtomicUsize::new(1),
                notice,
            });
        }
    }
    let mut begun = Ok(());
    // SAFETY: the caller's promise.
    for block in unsafe { blocks(list, count) } {
        const LIO_READ: c_int = 0;
        const LIO_WRITE: c_int = 1;
        const LIO_NOP: c_int = 2;
        let operation = match block.opcode {
            LIO_READ => Operation::Read,
            LIO_WRITE => Operation::Write,
            LIO_NOP => continue,
            _ => {
                block.error.store(Errno::EINVAL as c_int, Relaxed);
                block.result.store(-1, Relaxed);
                begun = Err(Errno::EIO);
                continue;
            }
        };
        // SAFETY: the caller's promise; the group counts before it can be left.
        unsafe {
            if let Some(group) = group.as_ref() {
                group.left.fetch_add(1, Relaxed);
            }
            if let Err(error) = begin(block, operation, group) {
                block.error.store(error as c_int, Relaxed);
                block.result.store(-1, Relaxed);
                begun = Err(if error == Errno::EINVAL {
                    Errno::EIO
                } else {
                    error
                });
                leave(group);
            }
        }
    }
    // SAFETY: counted above.
    unsafe { leave(group) };
    if mode == LIO_NOWAIT {
        return answer(begun);
    }
    let wanted = |block: &&ControlBlock| matches!(block.opcode, 0 | 1);
    // SAFETY: the caller's promise.
    let all = || unsafe { blocks(list, count) }.filter(wanted);
    let waited = blocking(|| wait_until(|| !all().any(in_progress), sys::HERMIT_NO_DEADLINE));
    if waited < 0 {
        return errno::int(waited);
    }
    let failed = all().any(|block| block.error.load(Acquire) != 0);
    answer(begun.and(if failed { Err(Errno::EIO) } else { Ok(()) }))
}
