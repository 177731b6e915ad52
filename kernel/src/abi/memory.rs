//! Memory: the heap's break, mappings, and how much there is.
//!
//! All memory that a program gets is filled with zeros and backed on first touch. Private writable
//! memory is charged against RAM when it is asked for, so that too much is `ENOMEM` at the call; memory
//! without access, read-only memory, `HERMIT_MAP_NORESERVE`, `HERMIT_MAP_STACK` and the pages of files are
//! charged page by page when touched, and a touch that finds no memory ends the program with SIGBUS.
//! Values of the constants are Linux's.

use alloc::sync::Arc;
use core::ffi::c_void;
use core::mem::size_of;

use crate::arch::uaccess;
use crate::errno::{Errno, Result, status, value};
use crate::fs::descriptor::Open;
use crate::fs::device::Device;
use crate::fs::files;
use crate::fs::flags::{O_ACCMODE, O_RDWR, O_WRONLY, S_IFCHR, S_IFMT, S_IFREG};
use crate::fs::user::User;
use crate::mm::map::{self, Mapping, Place, Shared};
use crate::mm::page_table::Access;
use crate::mm::remap::{self, Target};
use crate::mm::{FRAME_SIZE, LARGE_SIZE, brk, kernel, protect, residence, shared};

/// Pages cannot be accessed.
pub const HERMIT_PROT_NONE: u32 = 0;
/// Pages can be read.
pub const HERMIT_PROT_READ: u32 = 1;
/// Pages can be written; they can then be read too.
pub const HERMIT_PROT_WRITE: u32 = 2;
/// Pages can be executed; they can then be read too.
pub const HERMIT_PROT_EXEC: u32 = 4;

/// Changes show in the file and in all its shared mappings. There is one process, so for anonymous memory
/// it is the same as private.
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

/// `sys_msync`: start writing.
pub const HERMIT_MS_ASYNC: u32 = 1;
/// `sys_msync`: forget copies, of which there are none.
pub const HERMIT_MS_INVALIDATE: u32 = 2;
/// `sys_msync`: return when all is written.
pub const HERMIT_MS_SYNC: u32 = 4;

/// `sys_mlockall`: what is mapped now.
pub const HERMIT_MCL_CURRENT: u32 = 1;
/// `sys_mlockall`: what will be mapped.
pub const HERMIT_MCL_FUTURE: u32 = 2;

/// `sys_mremap`: the mapping may move.
pub const HERMIT_MREMAP_MAYMOVE: u32 = 1;
/// `sys_mremap`: it moves to the address given, in place of what is there.
pub const HERMIT_MREMAP_FIXED: u32 = 2;

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

const MREMAP_BOTH: u32 = HERMIT_MREMAP_MAYMOVE | HERMIT_MREMAP_FIXED;
const MAP_SHARED_VALIDATE: u32 = 0x03;
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
    /// The most RAM that was in use at one time.
    pub most_used: u64,
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
/// A regular file that is mapped privately is copied at the call; whether later changes of the file show is
/// left open by POSIX, here they do not. All shared mappings of a file show its very bytes; of a file of the
/// host, what is mapped is read in at the call, and written back by `sys_msync`, by `sys_fsync`, when the last
/// mapping goes and when the program ends.
/// Either way the rest of the page in which the file ends is zero, and an access to a page behind it is
/// SIGBUS. `/dev/zero` gives zeros.
///
/// Errors: `EINVAL` no length, unaligned fixed address or offset, unknown protection, neither or both
/// of shared and private; `ENOMEM` not enough memory or address space, or a fixed address that programs
/// cannot have; `EEXIST` not free (`HERMIT_MAP_FIXED_NOREPLACE`); `EBADF` no file; `EACCES` not open for
/// reading, or shared and writable but not open for writing; `ENODEV` a kind of file that cannot be mapped,
/// or not shared; `EOVERFLOW` positions that no file has; `EAGAIN` cannot be locked (`sys_mlockall`).
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
    let kind = flags & MAP_KIND;
    if len == 0
        || !matches!(
            kind,
            HERMIT_MAP_SHARED | HERMIT_MAP_PRIVATE | MAP_SHARED_VALIDATE
        )
        || flags & MAP_HUGE != 0 && flags & HERMIT_MAP_ANONYMOUS == 0
    {
        return Err(Errno::EINVAL);
    }
    let file = match flags & HERMIT_MAP_ANONYMOUS {
        0 => file_to_map(fd, len, offset)?,
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
        access,
        lazy: flags & HERMIT_MAP_NORESERVE != 0,
        stack: flags & (HERMIT_MAP_STACK | MAP_GROWSDOWN) != 0,
        shared: None,
    };
    let start = match file {
        None => map::map(&mapping)?,
        Some(file) if kind == HERMIT_MAP_PRIVATE => map_privately(&file, mapping, offset)?,
        Some(file) => map_shared(&file, mapping, offset)?,
    };
    let locked = map::locks_new();
    if locked || flags & HERMIT_MAP_POPULATE != 0 {
        // What cannot be backed now is backed, or fails, on its first touch; unless it must be now.
        let populated = residence::populate(start, len);
        if locked && populated.is_err() {
            map::unmap(start, len)?;
            return Err(Errno::EAGAIN);
        }
    }
    Ok(start)
}

/// What a file's mapping permits while it is filled.
const FILLING: Access = Access {
    read: true,
    write: true,
    execute: false,
};

/// The file to map: one that has bytes at positions and is open for reading. Nothing for `/dev/zero`.
fn file_to_map(fd: i32, len: usize, offset: i64) -> Result<Option<Arc<Open>>> {
    let open = files().get(fd)?;
    if !(offset as usize).is_multiple_of(FRAME_SIZE) {
        return Err(Errno::EINVAL);
    }
    // A page more is what rounding up may add.
    let end = i64::try_from(len).map(|len| offset.checked_add(len)?.checked_add(FRAME_SIZE as i64));
    if offset < 0 || end.map_or(true, |end| end.is_none()) {
        return Err(Errno::EOVERFLOW);
    }
    let zeros = match open.file.mode() & S_IFMT {
        S_IFREG => false,
        S_IFCHR if open.file.attributes()?.special == Device::Zero.number() => true,
        _ => return Err(Errno::ENODEV),
    };
    if open.flags() & O_ACCMODE == O_WRONLY {
        return Err(Errno::EACCES);
    }
    Ok((!zeros).then_some(open))
}

/// Maps a copy of a file's bytes.
fn map_privately(file: &Open, mapping: Mapping<'_>, offset: i64) -> Result<usize> {
    let Mapping { access, len, .. } = mapping;
    let bytes = file.file.attributes()?.size.saturating_sub(offset as u64);
    let inside = usize::try_from(bytes.next_multiple_of(FRAME_SIZE as u64)).unwrap_or(usize::MAX);
    let start = map::map(&Mapping {
        access: FILLING,
        ..mapping
    })?;
    let whole = len.next_multiple_of(FRAME_SIZE);
    let filled = if inside < whole {
        map::end_file(start + inside, start + whole)
    } else {
        Ok(())
    };
    filled
        .and_then(|()| fill(file, start, inside.min(len), offset))
        .and_then(|()| protect::protect(start, len, access))
        .map(|()| start)
        .inspect_err(|_| {
            // The program never learns of it.
            let _ = map::unmap(start, len);
        })
}

/// Maps the very pages of a file.
fn map_shared(file: &Open, mapping: Mapping<'_>, offset: i64) -> Result<usize> {
    let read_only = file.flags() & O_ACCMODE != O_RDWR;
    if read_only && mapping.access.write {
        return Err(Errno::EACCES);
    }
    let first = offset as u64;
    match file
        .file
        .share(first..first.saturating_add(mapping.len as u64))
    {
        Ok(object) => map::map(&Mapping {
            shared: Some(Shared {
                object: &object,
                file: &file.file,
                offset: offset as usize,
                read_only,
            }),
            ..mapping
        }),
        // What is only read may as well be a copy.
        Err(Errno::ENODEV) if read_only => {
            let start = map_privately(file, mapping, offset)?;
            map::never_write(start, start + mapping.len.next_multiple_of(FRAME_SIZE))?;
            Ok(start)
        }
        Err(errno) => Err(errno),
    }
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
    status(map::unmap(addr as usize, len))
}

/// Changes the protection of pages, which all must be mapped. (POSIX `mprotect`.)
///
/// Errors: `EINVAL` unaligned or unknown protection; `ENOMEM` a page is not mapped, or not enough
/// memory for what becomes writable; `EACCES` a shared mapping of a file that is not open for writing.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_mprotect(addr: *mut c_void, len: usize, prot: u32) -> i32 {
    status(access(prot).and_then(|access| protect::protect(addr as usize, len, access)))
}

/// Says how memory will be used. (POSIX `posix_madvise`, Linux `madvise`.)
///
/// `HERMIT_MADV_DONTNEED` and `HERMIT_MADV_FREE` drop the content, `HERMIT_MADV_POPULATE_READ` and
/// `…_WRITE` back the pages; other advice has no effect.
///
/// Errors: `EINVAL` unaligned or unknown advice, or content dropped that is locked; `ENOMEM` a page is not mapped, or memory is out.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_madvise(addr: *mut c_void, len: usize, advice: u32) -> i32 {
    status(madvise(addr as usize, len, advice))
}

fn madvise(address: usize, len: usize, advice: u32) -> Result<()> {
    match advice {
        HERMIT_MADV_DONTNEED | HERMIT_MADV_FREE => residence::discard(address, len),
        HERMIT_MADV_POPULATE_READ | HERMIT_MADV_POPULATE_WRITE => {
            residence::check_mapped(address, len)?;
            residence::populate(address, len)
        }
        MADV_REMOVE => Err(Errno::EINVAL),
        ..=MADV_LAST_HINT => residence::check_mapped(address, len),
        _ => Err(Errno::EINVAL),
    }
}

/// Writes what shared mappings changed to the files: nothing for files in memory, whose bytes they are. Of a
/// file of the host all that was changed is written, not only the range, and with `HERMIT_MS_ASYNC` too.
/// (POSIX `msync`.)
///
/// Errors: `EINVAL` unaligned, unknown flags, or `HERMIT_MS_ASYNC` together with `HERMIT_MS_SYNC`; `ENOMEM` a
/// page is not mapped; `EBUSY` `HERMIT_MS_INVALIDATE` of locked pages; `EIO`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_msync(addr: *mut c_void, len: usize, flags: u32) -> i32 {
    status(msync(addr as usize, len, flags))
}

fn msync(address: usize, len: usize, flags: u32) -> Result<()> {
    const BOTH: u32 = HERMIT_MS_ASYNC | HERMIT_MS_SYNC;
    if flags & !(BOTH | HERMIT_MS_INVALIDATE) != 0 || flags & BOTH == BOTH {
        return Err(Errno::EINVAL);
    }
    residence::check_mapped(address, len)?;
    if flags & HERMIT_MS_INVALIDATE != 0 && residence::any_region(address, len, |a| a.locked) {
        return Err(Errno::EBUSY);
    }
    for file in shared::written_files(address, len)? {
        file.mapping_written()?;
    }
    Ok(())
}

/// Backs pages, widened to whole ones, and keeps them. (POSIX `mlock`.)
///
/// Errors: `ENOMEM` a page is not mapped, or memory is out.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_mlock(addr: *const c_void, len: usize) -> i32 {
    status(residence::lock(addr as usize, len, true))
}

/// Ends what `sys_mlock` did. (POSIX `munlock`.)
///
/// Errors: `ENOMEM` a page is not mapped.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_munlock(addr: *const c_void, len: usize) -> i32 {
    status(residence::lock(addr as usize, len, false))
}

/// Backs and keeps all memory that is charged now (`HERMIT_MCL_CURRENT`), or each new mapping
/// (`HERMIT_MCL_FUTURE`). 0 ends both. (POSIX `mlockall`, `munlockall`.)
///
/// Errors: `EINVAL` unknown flags; `ENOMEM` memory is out.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_mlockall(flags: u32) -> i32 {
    if flags & !(HERMIT_MCL_CURRENT | HERMIT_MCL_FUTURE) != 0 {
        return status(Err(Errno::EINVAL));
    }
    status(residence::lock_all(
        flags & HERMIT_MCL_CURRENT != 0,
        flags & HERMIT_MCL_FUTURE != 0,
    ))
}

/// Stores for each page of `len` bytes, rounded up to pages, a byte whose lowest bit tells whether it is in
/// memory. (Linux `mincore`.)
///
/// Errors: `EINVAL` unaligned; `ENOMEM` a page is not mapped; `EFAULT`.
///
/// # Safety
/// `found` points to memory of the caller, a byte for each page; if it cannot be written, that is an error.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub unsafe extern "C" fn sys_mincore(addr: *mut c_void, len: usize, found: *mut u8) -> i32 {
    let mut page = 0;
    status(residence::residence(addr as usize, len, |resident| {
        let to = found.wrapping_add(page);
        page += 1;
        uaccess::write(to, u8::from(resident))
    }))
}

/// Changes the size of a mapping and returns its address. (Linux `mremap`.)
///
/// It grows in place if there is room. `HERMIT_MREMAP_MAYMOVE` lets it move otherwise;
/// `HERMIT_MREMAP_FIXED`, which needs the former, moves it to `to` in place of what is there.
///
/// Errors: `EINVAL` unaligned, no length, unknown flags, or the old and the new place overlap; `EFAULT`
/// the old range is not part of one mapping; `ENOMEM` no room or no memory.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_mremap(
    addr: *mut c_void,
    old_len: usize,
    new_len: usize,
    flags: u32,
    to: *mut c_void,
) -> isize {
    let target = match flags {
        0 => Target::Here,
        HERMIT_MREMAP_MAYMOVE => Target::Anywhere,
        MREMAP_BOTH => Target::At(to as usize),
        _ => return value(Err(Errno::EINVAL)),
    };
    value(remap::remap(addr as usize, old_len, new_len, target))
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
        most_used: bytes(frames.most_used),
    };
    status(uaccess::write(info, filled))
}

const _: () = assert!(size_of::<HermitMemInfo>() == 64);
