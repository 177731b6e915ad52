//! Shared mappings of the host's files: the part of a file that is mapped is in memory, in an [`Object`].
//!
//! What `mmap` is asked for is read in at the call, since a page fault cannot wait for the host. From then
//! on, until the last mapping goes, the pages that are there are what reads tell; writes go to the host and to
//! them. Pages behind the end that the file had when it was first mapped are kept whether they are mapped
//! or not. What mappings write reaches the host by [`write_back`], page by page; what the host itself changes
//! in a page that is there is not seen, and overwritten if the page is written back.
//!
//! **Lock**: [`Mapped`], held while the host works, so that a page is not filled in, written and written back
//! at once. Inside it: an open file's attributes, the object's own.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::ops::Range;

use crate::errno::{Errno, Result};
use crate::fs::user::{Piece, User};
use crate::mm::FRAME_SIZE;
use crate::mm::object::{Object, WINDOW, WINDOW_PAGES};

/// The object of a file, for as long as any mapping shows it.
pub type Mapped = Weak<Object>;

const PAGE: u64 = FRAME_SIZE as u64;

/// Bytes that are asked of the host at once.
const BATCH: usize = 256 << 10;

/// The object of a file of `size` bytes with the pages of `range` filled in, from what `read` reads at a
/// position: 0 bytes at the end.
pub fn share(
    mapped: &mut Mapped,
    size: u64,
    range: Range<u64>,
    mut read: impl FnMut(u64, &mut User<'_>) -> Result<usize>,
) -> Result<Arc<Object>> {
    let object = match mapped.upgrade() {
        Some(object) => object,
        None => {
            let object = Object::partial(size)?;
            *mapped = Arc::downgrade(&object);
            object
        }
    };
    let mut buffer = Vec::new();
    let end = range.end.min(object.base());
    let mut at = range.start / PAGE * PAGE;
    while at < end {
        if object.find(at).is_some() {
            at += PAGE;
            continue;
        }
        buffer.clear();
        let wanted = (end.next_multiple_of(PAGE) - at).min(BATCH as u64) as usize;
        buffer.try_reserve(wanted).map_err(|_| Errno::ENOMEM)?;
        buffer.resize(wanted, 0);
        let mut done = 0;
        while done < wanted {
            let to = &mut buffer[done..];
            match read(at + done as u64, &mut User::new(to.as_mut_ptr(), to.len()))? {
                0 => break,
                count => done += count,
            }
        }
        for page in buffer.chunks(FRAME_SIZE) {
            object.fill(at, page)?;
            at += PAGE;
        }
    }
    Ok(object)
}

/// How many of `len` bytes from `at` are in pages that are there (`true`), or not and so the host's. `len` is
/// not 0.
fn run(object: &Object, at: u64, len: usize) -> (bool, usize) {
    let base = object.base();
    let here = |at: u64| at / PAGE * PAGE >= base || object.find(at).is_some();
    let first = here(at);
    let mut end = (at / PAGE + 1) * PAGE;
    while end - at < len as u64 && here(end) == first {
        end += PAGE;
    }
    (first, len.min((end - at) as usize))
}

/// Reads from `at` on, up to the end of the file; `host` reads at most so many bytes at a position.
pub fn read(
    object: &Object,
    at: u64,
    to: &mut User<'_>,
    mut host: impl FnMut(u64, &mut User<'_>, usize) -> Result<usize>,
) -> Result<usize> {
    let inside = object.size().saturating_sub(at);
    let wanted = inside.min(to.remaining() as u64) as usize;
    let mut done = 0;
    while done < wanted {
        let from = at + done as u64;
        let (here, len) = run(object, from, wanted - done);
        let result = match here {
            true => object.read(from, len, to).map(|()| len),
            false => host(from, to, len),
        };
        match result {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(done)
}

/// The size of the file was set: what is mapped behind it goes.
pub fn cut(mapped: &Mapped, size: u64) {
    if let Some(object) = mapped.upgrade() {
        object.truncate(size);
    }
}

/// Makes room for a write of `len` bytes at `at`: in pages that are nowhere but here.
pub fn prepare(object: &Object, at: u64, len: usize) -> Result<()> {
    let start = at.max(object.base().next_multiple_of(PAGE));
    object.allocate(start, at.saturating_add(len as u64))
}

/// Has `write` write what mappings changed: pieces of memory at a position, all of them.
pub fn write_back(
    object: &Object,
    mut write: impl FnMut(u64, &mut User<'_>) -> Result<()>,
) -> Result<()> {
    object.collect();
    let mut result = Ok(());
    for window in (0..object.size()).step_by(WINDOW as usize) {
        let mut marks = object.take_marked(window);
        while let Some((first, count)) = next_run(&mut marks) {
            let at = window + first as u64 * PAGE;
            let written = write_pages(object, at, count, &mut write);
            if written.is_err() {
                (0..count).for_each(|page| object.mark(at + page as u64 * PAGE));
                result = written;
            }
        }
    }
    result
}

/// Takes the first bits that are set one after the other: the place of the first, and how many.
fn next_run(marks: &mut [u64]) -> Option<(usize, usize)> {
    let is_set = |marks: &[u64], at: usize| marks[at / 64] >> (at % 64) & 1 != 0;
    let first = (0..marks.len() * 64).find(|at| is_set(marks, *at))?;
    let mut end = first;
    while end < marks.len() * 64 && is_set(marks, end) {
        marks[end / 64] &= !(1 << (end % 64));
        end += 1;
    }
    Some((first, end - first))
}

fn write_pages(
    object: &Object,
    at: u64,
    count: usize,
    write: &mut impl FnMut(u64, &mut User<'_>) -> Result<()>,
) -> Result<()> {
    let inside = object.size().saturating_sub(at);
    let mut left = inside.min((count * FRAME_SIZE) as u64) as usize;
    let mut pieces: Vec<Piece> = Vec::new();
    pieces
        .try_reserve_exact(count.min(WINDOW_PAGES))
        .map_err(|_| Errno::ENOMEM)?;
    for page in 0..count {
        // It cannot go: whoever cuts the file waits.
        let Some(base) = object.bytes(at + page as u64 * PAGE) else {
            break;
        };
        let len = left.min(FRAME_SIZE);
        left -= len;
        pieces.push(Piece { base, len });
    }
    let mut from = User::pieces(&pieces)?;
    if from.remaining() == 0 {
        return Ok(());
    }
    write(at, &mut from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_marks() {
        let mut marks = [0b1100_1000, 0, 1 << 63, 1];
        assert_eq!(next_run(&mut marks), Some((3, 1)));
        assert_eq!(next_run(&mut marks), Some((6, 2)));
        assert_eq!(next_run(&mut marks), Some((191, 2)));
        assert_eq!(next_run(&mut marks), None);
    }

    /// A file of the host's, mapped in part, read, written and cut at random, beside a plain one.
    #[test]
    fn a_mapped_file_is_like_any_other() {
        let mut host: Vec<u8> = (0..20_000u32).map(|i| (i / 7) as u8).collect();
        let mut model = host.clone();
        let mut mapped = Mapped::new();
        let fetch = |host: &[u8], at: u64, to: &mut User<'_>, most: usize| {
            let from = host.get(at as usize..).unwrap_or(&[]);
            let len = from.len().min(to.remaining()).min(most);
            to.put(&from[..len])?;
            Ok(len)
        };
        let object = share(&mut mapped, 20_000, 4096..9000, |at, to| {
            fetch(&host, at, to, usize::MAX)
        })
        .unwrap();
        assert!(object.find(0).is_none() && object.find(8192).is_some());
        assert!(object.find(12288).is_none());
        let mut random = 1u64;
        let mut next = |below: u64| {
            random = random
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (random >> 33) % below
        };
        for round in 0..3000 {
            let (at, len) = (next(40_000), next(6000) as usize);
            match next(5) {
                0 => {
                    let bytes = alloc::vec![round as u8; len];
                    prepare(&object, at, len).unwrap();
                    for file in [&mut host, &mut model] {
                        let end = at as usize + len;
                        if len > 0 {
                            let size = file.len().max(end);
                            file.resize(size, 0);
                        }
                        let end = end.min(file.len());
                        if len > 0 {
                            file[at as usize..end].copy_from_slice(&bytes);
                        }
                    }
                    if len > 0 {
                        object
                            .update(at, len, &mut User::from_slice(&bytes))
                            .unwrap();
                    }
                }
                1 if round % 50 == 0 => {
                    host.resize(at as usize, 0);
                    model.resize(at as usize, 0);
                    object.truncate(at);
                }
                2 => {
                    // A mapping writes to a page that is there and in the file.
                    let page = at / PAGE * PAGE;
                    if let Some(bytes) = object.bytes(page)
                        && page < object.size()
                    {
                        // SAFETY: a page of the object.
                        unsafe { bytes.write(round as u8) };
                        object.mark(page);
                        model[page as usize] = round as u8;
                    }
                }
                3 => {
                    write_back(&object, |at, from| {
                        let len = from.remaining();
                        from.take(&mut host[at as usize..at as usize + len])
                    })
                    .unwrap();
                    assert!(host == model, "round {round}");
                }
                _ => {
                    let mut bytes = alloc::vec![0xaa; len];
                    let mut to = User::new(bytes.as_mut_ptr(), len);
                    let count = read(&object, at, &mut to, |at, to, most| {
                        fetch(&host, at, to, most)
                    })
                    .unwrap();
                    let start = model.len().min(at as usize);
                    let end = model.len().min(at as usize + len);
                    assert!(bytes[..count] == model[start..end], "round {round}");
                }
            }
            assert_eq!(object.size(), model.len() as u64);
        }
    }
}
