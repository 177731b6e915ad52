//! Thread-specific data.
//!
//! A key is an index into a table of sequence numbers; a value counts only if it was stored under the
//! number that the key has now, so deleting a key needs to visit no thread. The first keys have their
//! values in the thread itself, the others in pages that a thread maps when it first uses one.

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::sync::atomic::{
    AtomicPtr, AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::errno::{EAGAIN, EINVAL, ENOMEM};
use crate::platform;
use crate::thread::{self, INLINE_KEYS, Thread};

/// `PTHREAD_KEYS_MAX`.
pub const KEYS: usize = 1024;
/// `PTHREAD_DESTRUCTOR_ITERATIONS`.
pub const ITERATIONS: usize = 4;

const PAGE: usize = 4096;
const PER_PAGE: usize = PAGE / size_of::<Slot>();
/// Pages that hold the values of all keys beyond the first.
pub const PAGES: usize = (KEYS - INLINE_KEYS).div_ceil(PER_PAGE);

/// A destructor.
pub type Destructor = extern "C" fn(*mut c_void);

/// A thread's value of one key; only the thread touches it.
#[repr(C)]
pub struct Slot {
    value: Cell<*mut c_void>,
    sequence: Cell<u32>,
}

struct Key {
    /// Odd while the key exists; one more with each creation and deletion.
    sequence: AtomicU32,
    /// Null without one.
    destructor: AtomicPtr<c_void>,
}

static TABLE: [Key; KEYS] = [const {
    Key {
        sequence: AtomicU32::new(0),
        destructor: AtomicPtr::new(core::ptr::null_mut()),
    }
}; KEYS];

/// No key at or above it was ever created.
static END: AtomicU32 = AtomicU32::new(0);

/// The thread's slot, if it has one already.
#[inline]
fn slot(thread: &Thread, key: usize) -> Option<&Slot> {
    if key < INLINE_KEYS {
        return Some(&thread.keys[key]);
    }
    let index = key - INLINE_KEYS;
    let page = thread.key_pages[index / PER_PAGE].load(Relaxed);
    if page.is_null() {
        return None;
    }
    // SAFETY: the page has PER_PAGE slots and lives until the thread's end.
    Some(unsafe { &*page.add(index % PER_PAGE) })
}

/// Creates a key whose value is null in all threads. `EAGAIN` without a free one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_key_create(
    key: Option<&mut u32>,
    destructor: Option<Destructor>,
) -> c_int {
    let Some(key) = key else { return EINVAL };
    for (index, entry) in TABLE.iter().enumerate() {
        let sequence = entry.sequence.load(Relaxed);
        if sequence & 1 == 0
            && entry
                .sequence
                .compare_exchange(sequence, sequence.wrapping_add(1), AcqRel, Relaxed)
                .is_ok()
        {
            let destructor = destructor.map_or(core::ptr::null_mut(), |d| d as *mut c_void);
            entry.destructor.store(destructor, Release);
            END.fetch_max(index as u32 + 1, Relaxed);
            *key = index as u32;
            return 0;
        }
    }
    EAGAIN
}

/// Deletes a key; destructors are not called for the values that threads have. `EINVAL` for no key.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_key_delete(key: u32) -> c_int {
    let Some(entry) = TABLE.get(key as usize) else {
        return EINVAL;
    };
    let sequence = entry.sequence.load(Relaxed);
    if sequence & 1 == 0
        || entry
            .sequence
            .compare_exchange(sequence, sequence.wrapping_add(1), AcqRel, Relaxed)
            .is_err()
    {
        return EINVAL;
    }
    0
}

/// The calling thread's value of a key; null for none, and for no key.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_getspecific(key: u32) -> *mut c_void {
    let Some(entry) = TABLE.get(key as usize) else {
        return core::ptr::null_mut();
    };
    match slot(thread::current(), key as usize) {
        Some(slot) if slot.sequence.get() == entry.sequence.load(Relaxed) => slot.value.get(),
        _ => core::ptr::null_mut(),
    }
}

/// Sets the calling thread's value of a key. `EINVAL` for no key, `ENOMEM`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_setspecific(key: u32, value: *mut c_void) -> c_int {
    let key = key as usize;
    let sequence = match TABLE.get(key).map(|entry| entry.sequence.load(Relaxed)) {
        Some(sequence) if sequence & 1 != 0 => sequence,
        _ => return EINVAL,
    };
    let thread = thread::current();
    let slot = match slot(thread, key) {
        Some(slot) => slot,
        None if value.is_null() => return 0,
        None => match new_slot(thread, key) {
            Some(slot) => slot,
            None => return ENOMEM,
        },
    };
    slot.value.set(value);
    slot.sequence.set(sequence);
    0
}

/// The slot of a key whose page the thread does not have yet; `None` without memory.
#[cold]
fn new_slot(thread: &Thread, key: usize) -> Option<&Slot> {
    let page = platform::map(PAGE)?;
    thread.key_pages[(key - INLINE_KEYS) / PER_PAGE].store(page.cast(), Relaxed);
    slot(thread, key)
}

/// The calling thread ends: calls the destructors of its values, again for values that they set, a few
/// times (POSIX.1-2017, `pthread_key_create`), and frees what holds values.
pub fn finish(thread: &Thread) {
    for _ in 0..ITERATIONS {
        if !destroy_values(thread) {
            break;
        }
    }
    for page in &thread.key_pages {
        let page = page.swap(core::ptr::null_mut(), Acquire);
        if !page.is_null() {
            // SAFETY: mapped by `pthread_setspecific` for this thread, which is ending.
            unsafe { platform::unmap(page.cast(), PAGE) };
        }
    }
}

/// One pass; true if some destructor was called.
fn destroy_values(thread: &Thread) -> bool {
    let mut called = false;
    for (key, entry) in TABLE.iter().enumerate().take(END.load(Relaxed) as usize) {
        let Some(slot) = slot(thread, key) else {
            continue;
        };
        let value = slot.value.get();
        if value.is_null() {
            continue;
        }
        slot.value.set(core::ptr::null_mut());
        let destructor = entry.destructor.load(Acquire);
        if slot.sequence.get() != entry.sequence.load(Acquire) || destructor.is_null() {
            continue;
        }
        // SAFETY: stored by `pthread_key_create` from a function of this type.
        let destructor: Destructor = unsafe { core::mem::transmute(destructor) };
        destructor(value);
        called = true;
    }
    called
}
