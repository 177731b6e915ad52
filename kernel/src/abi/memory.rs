//! Memory: the heap's break, mappings, and how much there is.
//!
//! All memory that a program gets is filled with zeros and backed on first touch. Private writable
//! memory is charged against RAM when it is asked for, so that too much is `ENOMEM` at the call; memory
//! without access, read-only memory, `HERMIT_MAP_NORESERVE` and `HERMIT_MAP_STACK` are charged page by
//! page when touched, and a touch that finds no memory ends the program with SIGBUS. Values of the
//! constants are Linux's.

use alloc::sync::Arc;
use core::ffi::c_void;
use core::mem::size_of;

use crate::arch::uaccess;
use crate::errno::{Errno, Result, status, value};
use crate::fs::descriptor::Open;
use crate::fs::files;
use crate::fs::flags::{O_ACCMODE, O_WRONLY, S_IFMT, S_IFREG};
use crate::fs::user::User;
use crate::mm::page_table::Access;
use crate::mm::space::{self, Mapping, Place};
use crate::mm::{FRAME_SIZE, LARGE_SIZE, brk, kernel};

/// Pages cannot be accessed.
pub const HERMIT_PROT_NONE: u32 = 0;
/// Pages can be read.
pub const HERMIT_PROT_READ: u32 = 1;
/// Pages can be written; they can then be read too.
pub const HERMIT_PROT_WRITE: u32 = 2;
/// Pages can be executed; they can then be read too.
pub const HERMIT_PROT_EXEC: u32 = 4;

/// Changes are shared. There is one process, so for anonymous memory it is the same as private.
pub const HERMIT_MAP_SHARED: u32 = 0x01;
/// Changes are private.
pub const HERMIT_MAP_PRIVATE: u32 = 0x02;
/// At the address given, in place of what is mapped there.
pub const HERMIT_MAP_FIXED: u32 = 0x10;
/// Zeros, not a file.
pub const HERMIT_MAP_ANONYMOUS: u32 = 0x20;
/// Not charged as a whole.
pub const HERMIT_MAP_NORESERVE: u32 = 0x4000;
/// Backed at once.
pub const HERMIT_MAP_POPULATE: u32 = 0x8000;
/// A thread's stack: not charged as a whole; a touch of inaccessible pages in it or right below it is
/// reported as stack overflow.
pub const HERMIT_MAP_STACK: u32 = 0x20000;
/// At the address given, if it is free.
pub const HERMIT_MAP_FIXED_NOREPLACE: u32 = 0x10_0000;

/// No advice.
pub const HERMIT_MADV_NORMAL: u32 = 0;
/// Will be used soon: no effect.
pub const HERMIT_MADV_WILLNEED: u32 = 3;
/// The content is no longer needed: dropped at once, the next touch finds zeros.
pub const HERMIT_MADV_DONTNEED: u32 = 4;
/// The content is no longer needed: as `HERMIT_MADV_DONTNEED`.
pub const HERMIT_MADV_FREE: u32 = 8;
/// Back it now, for reading.
pub const HERMIT_MADV_POPULATE_READ: u32 = 22;
/// Back it now, for writing.
pub const HERMIT_MADV_POPULATE_WRITE: u32 = 23;

const MAP_KIND: u32 = 0x0f;
const MAP_GROWSDOWN: u32 = 0x100;
const MAP_HUGE: u32 = 0x40000;
/// The last advice that only describes use: `MADV_COLLAPSE`.
const MADV_LAST_HINT: u32 = 25;
const MADV_REMOVE: u32 = 9;

/// How much memory there is, in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitMemInfo {
    /// RAM that is managed: all but the image, the boot archive and what the firmware keeps.
    pub total: u64,
    /// RAM that is in no use.
    pub free: u64,
    /// RAM that is promised, used or not: `commit_limit - committed` can still be asked for.
    pub committed: u64,
    /// RAM that can be promised.
    pub commit_limit: u64,
    /// Size of the heap below the break.
    pub heap: u64,
    /// Size of a small page.
    pub page_size: u64,
    /// Size of a large page.
    pub large_page_size: u64,
}

/// Moves the end of the heap by `increment` bytes and returns where it was; 0 asks. New memory is zero.
///
/// Errors: `ENOMEM` not enough memory; `EINVAL` below the heap's start.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sbrk(increment: isize) -> isize {
    value(brk::sbrk(increment))
}

fn access(prot: u32) -> Result<Access> {
    if prot & !(HERMIT_PROT_READ | HERMIT_PROT_WRITE | HERMIT_PROT_EXEC) != 0 {
        return Err(Errno::EINVAL);
    }
    Ok(Access {
        read: prot & HERMIT_PROT_READ != 0,
        write: prot & HERMIT_PROT_WRITE != 0,
        execute: prot & HERMIT_PROT_EXEC != 0,
    })
}

/// Maps `len` bytes, rounded up to pages, and returns their address. (POSIX `mmap`.)
///
/// Exactly one of `HERMIT_MAP_SHARED` and `HERMIT_MAP_PRIVATE` is given. Without
/// `HERMIT_MAP_FIXED` or `HERMIT_MAP_FIXED_NOREPLACE`, `addr` is a wish. Mappings of 2 MiB and more are
/// aligned to 2 MiB and backed by large pages. `HERMIT_MAP_POPULATE` that finds too little memory still
/// succeeds. Flags without a meaning here are ignored.
///
/// A regular file can be mapped privately: its bytes are copied at the call, and pages behind its end are
/// zero. Whether later changes of the file show is left open by POSIX; here they do not.
///
/// Errors: `EINVAL` no length, unaligned fixed address or offset, unknown protection, neither or both
/// of shared and private; `ENOMEM` not enough memory or address space, or a fixed address that programs
/// cannot have; `EEXIST` not free (`HERMIT_MAP_FIXED_NOREPLACE`); `EBADF` no file; `EACCES` not open for
/// reading; `ENODEV` not a regular file, or shared.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_mmap(
    addr: *mut c_void,
    len: usize,
    prot: u32,
    flags: u32,
    fd: i32,
    offset: i64,
) -> isize {
    value(mmap(addr as usize, len, prot, flags, fd, offset))
}

fn mmap(address: usize, len: usize, prot: u32, flags: u32, fd: i32, offset: i64) -> Result<usize> {
    let access = access(prot)?;
    if len == 0
        || !matches!(flags & MAP_KIND, HERMIT_MAP_SHARED | HERMIT_MAP_PRIVATE)
        || flags & MAP_HUGE != 0 && flags & HERMIT_MAP_ANONYMOUS == 0
    {
        return Err(Errno::EINVAL);
    }
    let file = match flags & HERMIT_MAP_ANONYMOUS {
        0 => Some(file_to_map(fd, flags, offset)?),
        _ => None,
    };
    let place = if flags & HERMIT_MAP_FIXED_NOREPLACE != 0 {
        Place::Vacant(address)
    } else if flags & HERMIT_MAP_FIXED != 0 {
        Place::Replace(address)
    } else {
        Place::Hint(address)
    };
    let mapping = Mapping {
        place,
        len,
        access: if file.is_some() { FILLING } else { access },
        lazy: flags & HERMIT_MAP_NORESERVE != 0,
        stack: flags & (HERMIT_MAP_STACK | MAP_GROWSDOWN) != 0,
    };
    let start = space::map(&mapping)?;
    if let Some(file) = file {
        let filled =
            fill(&file, start, len, offset).and_then(|()| space::protect(start, len, access));
        return filled.map(|()| start).inspect_err(|_| {
            // The program never learns of it.
            let _ = space::unmap(start, len);
        });
    }
    if flags & HERMIT_MAP_POPULATE != 0 {
        // What cannot be backed now is backed, or fails, on its first touch.
        let _ = space::populate(start, len);
    }
    Ok(start)
}

/// What a file's mapping permits while it is filled.
const FILLING: Access = Access {
    read: true,
    write: true,
    execute: false,
};

/// The file to map privately: one that has bytes at positions and is open for reading.
fn file_to_map(fd: i32, flags: u32, offset: i64) -> Result<Arc<Open>> {
    if offset < 0 || !(offset as usize).is_multiple_of(FRAME_SIZE) {
        return Err(Errno::EINVAL);
    }
    let open = files().get(fd)?;
    if open.flags() & O_ACCMODE == O_WRONLY {
        return Err(Errno::EACCES);
    }
    // What one mapping writes would have to show in the others and in the file.
    if flags & MAP_KIND != HERMIT_MAP_PRIVATE || open.file.mode() & S_IFMT != S_IFREG {
        return Err(Errno::ENODEV);
    }
    Ok(open)
}

/// Copies a file's bytes from `offset` on to a fresh mapping, up to the end of either.
fn fill(file: &Open, start: usize, len: usize, offset: i64) -> Result<()> {
    let mut to = User::new(start as *mut u8, len);
    let mut at = offset;
    loop {
        let count = file.read_at(at, &mut to)?;
        if count == 0 {
            return Ok(());
        }
        at += count as i64;
    }
}

/// Takes away all mappings in `len` bytes, rounded up to pages, from `addr`. (POSIX `munmap`.)
///
/// Errors: `EINVAL` no length, unaligned, outside of what can be mapped, or a part of the heap;
/// `ENOMEM` no memory to cut a mapping in two.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_munmap(addr: *mut c_void, len: usize) -> i32 {
    status(space::unmap(addr as usize, len))
}

/// Changes the protection of pages, which all must be mapped. (POSIX `mprotect`.)
///
/// Errors: `EINVAL` unaligned or unknown protection; `ENOMEM` a page is not mapped, or not enough
/// memory for what becomes writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_mprotect(addr: *mut c_void, len: usize, prot: u32) -> i32 {
    status(access(prot).and_then(|access| space::protect(addr as usize, len, access)))
}

/// Says how memory will be used. (POSIX `posix_madvise`, Linux `madvise`.)
///
/// `HERMIT_MADV_DONTNEED` and `HERMIT_MADV_FREE` drop the content, `HERMIT_MADV_POPULATE_READ` and
/// `…_WRITE` back the pages; other advice has no effect.
///
/// Errors: `EINVAL` unaligned or unknown advice; `ENOMEM` a page is not mapped, or memory is out.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_madvise(addr: *mut c_void, len: usize, advice: u32) -> i32 {
    status(madvise(addr as usize, len, advice))
}

fn madvise(address: usize, len: usize, advice: u32) -> Result<()> {
    match advice {
        HERMIT_MADV_DONTNEED | HERMIT_MADV_FREE => space::discard(address, len),
        HERMIT_MADV_POPULATE_READ | HERMIT_MADV_POPULATE_WRITE => {
            space::check_mapped(address, len)?;
            space::populate(address, len)
        }
        MADV_REMOVE => Err(Errno::EINVAL),
        ..=MADV_LAST_HINT => space::check_mapped(address, len),
        _ => Err(Errno::EINVAL),
    }
}

/// Stores how much memory there is.
///
/// Errors: `EFAULT`.
///
/// # Safety
/// `info` points to memory of the caller; if it cannot be written, that is an error.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sys_meminfo(info: *mut HermitMemInfo) -> i32 {
    let frames = kernel::statistics();
    let (committed, commit_limit) = kernel::commitment();
    let bytes = |frames: usize| (frames * FRAME_SIZE) as u64;
    let filled = HermitMemInfo {
        total: bytes(frames.total),
        free: bytes(frames.free),
        committed: bytes(committed),
        commit_limit: bytes(commit_limit),
        heap: brk::heap_size() as u64,
        page_size: FRAME_SIZE as u64,
        large_page_size: LARGE_SIZE as u64,
    };
    status(uaccess::write(info, filled))
}

const _: () = assert!(size_of::<HermitMemInfo>() == 56);
