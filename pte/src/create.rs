//! Creating threads.

use core::ffi::{c_int, c_void};
use core::sync::atomic::Ordering::{AcqRel, Relaxed};

use hermit_kernel::abi;

use crate::attr::{self, Attr};
use crate::errno::{EAGAIN, EINVAL, ESRCH, Result, number};
use crate::exit;
use crate::platform::{self, block_size, check};
use crate::priority;
use crate::registry;
use crate::stack;
use crate::thread::{self, DETACHED, ENDED, JOINING, Start, Thread};

/// Makes a thread and starts it; its handle is in `*handle` before it runs.
pub fn spawn(
    handle: &mut usize,
    attr: Option<&Attr>,
    start: Start,
    argument: *mut c_void,
) -> Result<()> {
    let defaults;
    let attr = match attr {
        Some(attr) => attr,
        None => {
            defaults = attr::defaults();
            &defaults
        }
    };
    let creator = thread::current();
    let (policy, static_priority) = if attr.is_explicit() {
        (attr.policy, attr.priority)
    } else {
        (creator.policy.load(Relaxed), creator.priority.load(Relaxed))
    };
    let level = priority::level(policy, static_priority).ok_or(EINVAL)?;
    priority::note(level);

    let thread = place(attr)?;
    thread.policy.store(policy, Relaxed);
    thread.priority.store(static_priority, Relaxed);
    thread.start.set(Some(start));
    thread.argument.set(argument);
    thread.alive.store(1, Relaxed);
    thread
        .life
        .store(if attr.is_detached() { DETACHED } else { 0 }, Relaxed);
    {
        let threads = registry::threads();
        // SAFETY: names are guarded by the registry, and the new one is nobody else's yet.
        unsafe { *thread.name.get() = *creator.name.get() };
        threads.insert(thread);
    }
    *handle = thread.handle();

    let arguments = abi::HermitCloneArgs {
        entry: Some(enter),
        arg: core::ptr::from_ref(thread).cast_mut().cast(),
        stack: thread.stack.get().cast(),
        stack_size: thread.stack_size.get(),
        tls: thread.handle() as *mut c_void,
        child_tid: thread.alive.as_ptr(),
        priority: priority::for_kernel(policy, level),
        flags: abi::HERMIT_CLONE_INHERIT_SIGMASK,
        affinity: attr.affinity(),
        signal_mask: 0,
    };
    check(abi::sys_clone(thread.tid.as_ptr().cast(), &arguments)).map_err(|error| {
        thread.alive.store(0, Relaxed);
        registry::threads().ended();
        retire(thread);
        // POSIX knows EAGAIN for every lack of resources.
        if error == EINVAL { EINVAL } else { EAGAIN }
    })?;
    Ok(())
}

/// Memory for a thread with these attributes, with a control block at its top.
///
/// A stack of the program's own that would be too small for the kernel's calls is only said to be used.
fn place(attr: &Attr) -> Result<&'static Thread> {
    let (user_stack, user_size) = attr.user_stack();
    if !user_stack.is_null() && user_size >= block_size() + stack::LEAST {
        // SAFETY: the program's memory, given to be this thread's stack.
        let block = unsafe { platform::create(user_stack.wrapping_add(user_size)) };
        // SAFETY: as above.
        let thread = unsafe { Thread::of(block.tcb.as_ptr()) };
        thread.stack_asked.set((user_stack, user_size));
        thread.stack.set(user_stack);
        thread
            .stack_size
            .set(block.stack_top as usize - user_stack as usize);
        return Ok(thread);
    }
    let mapping = stack::allocate(attr.stack_size, attr.guard)?;
    // SAFETY: a new mapping with room for the block.
    let block = unsafe { platform::create(mapping.base.wrapping_add(mapping.size)) };
    // SAFETY: as above.
    let thread = unsafe { Thread::of(block.tcb.as_ptr()) };
    thread.mapping.set(mapping.base);
    thread.mapping_size.set(mapping.size);
    thread.guard.set(attr.guard);
    let bottom = mapping.base.wrapping_add(mapping.guard);
    thread.stack.set(bottom);
    thread
        .stack_size
        .set(block.stack_top as usize - bottom as usize);
    thread.stack_asked.set(if user_stack.is_null() {
        let top = block.stack_top.cast::<u8>();
        (top.wrapping_sub(attr.stack_size), attr.stack_size)
    } else {
        (user_stack, user_size)
    });
    Ok(thread)
}

/// Where every thread begins.
unsafe extern "C" fn enter(thread: *mut c_void) {
    // SAFETY: `spawn` gave a thread that lives as long as it runs.
    let thread = unsafe { &*thread.cast::<Thread>() };
    let result = match thread.start.get() {
        // SAFETY: the creator promised that the routine may be called with its argument.
        Some(start) => unsafe { start(thread.argument.get()) },
        None => core::ptr::null_mut(),
    };
    exit::returned(result)
}

/// Ends the validity of a thread's handle and keeps its memory for another one.
pub fn retire(thread: &Thread) {
    let surplus = registry::threads().retire(thread);
    if let Some((base, size)) = surplus {
        // SAFETY: taken out of the registry: it was a thread's that is over.
        unsafe { platform::unmap(base, size) };
    }
}

/// Creates a thread. `EAGAIN`: a lack of memory or threads. `EINVAL`: attributes with a priority that the
/// policy does not have, or an affinity without a present core.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_create(
    handle: Option<&mut usize>,
    attr: Option<&Attr>,
    start: Option<Start>,
    argument: *mut c_void,
) -> c_int {
    let (Some(handle), Some(start)) = (handle, start) else {
        return EINVAL;
    };
    number(spawn(handle, attr, start, argument))
}

/// Says that nobody will join a thread, whose memory is reused when it ends. `ESRCH`: no such thread.
/// `EINVAL`: it is detached already, or being joined.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_detach(handle: usize) -> c_int {
    let surplus = {
        let threads = registry::threads();
        let Some(thread) = threads.find(handle) else {
            return ESRCH;
        };
        let detached = thread.life.fetch_update(AcqRel, Relaxed, |life| {
            (life & (DETACHED | JOINING) == 0).then_some(life | DETACHED)
        });
        match detached {
            Err(_) => return EINVAL,
            // It ended before: what it could not do itself any more.
            Ok(life) if life & ENDED != 0 => threads.retire(thread),
            Ok(_) => None,
        }
    };
    if let Some((base, size)) = surplus {
        // SAFETY: taken out of the registry: it was a thread's that is over.
        unsafe { platform::unmap(base, size) };
    }
    0
}
