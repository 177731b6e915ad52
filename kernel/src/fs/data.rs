//! The bytes of a regular file in memory.
//!
//! A file is a list of chunks of [`CHUNK`] bytes. A chunk that was never written is absent and takes no
//! memory: it reads as the archive's bytes, where the file came with the boot archive, else as zeros.
//! A chunk holds only the bytes up to the last one written and grows by doubling, so that a small file
//! is small and appending costs the same for each byte however long the file is. No memory is
//! `ENOSPC`, as it is for a file system that is full.
//!
//! A file that was ever mapped shared keeps its bytes in the pages of an [`Object`] instead.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::flags::OFFSET_MAX;
use super::user::User;
use crate::errno::{Errno, Result};
use crate::mm::object::Object;

/// Bytes of a chunk.
pub const CHUNK: usize = 64 * 1024;

/// The bytes of a file.
#[derive(Default)]
pub struct Data {
    /// What the boot archive holds, read where no chunk was written.
    archive: &'static [u8],
    chunks: Vec<Option<Vec<u8>>>,
    len: u64,
    /// Where the bytes are once the file was mapped shared: then there are no chunks.
    pages: Option<Arc<Object>>,
}

/// Where in which chunk a position lies.
fn split(at: u64) -> (usize, usize) {
    ((at / CHUNK as u64) as usize, (at % CHUNK as u64) as usize)
}

impl Data {
    /// An empty file.
    pub const fn new() -> Self {
        Data {
            archive: &[],
            chunks: Vec::new(),
            len: 0,
            pages: None,
        }
    }

    /// A file whose bytes lie in the boot archive; they are copied when written.
    pub const fn from_archive(bytes: &'static [u8]) -> Self {
        Data {
            archive: bytes,
            chunks: Vec::new(),
            len: bytes.len() as u64,
            pages: None,
        }
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.len
    }

    /// Memory that the file takes, the archive not counted.
    pub fn allocated(&self) -> u64 {
        if let Some(pages) = &self.pages {
            return pages.allocated();
        }
        self.chunks
            .iter()
            .flatten()
            .map(|chunk| chunk.capacity() as u64)
            .sum()
    }

    /// The pages that hold the bytes, for mappings to share.
    pub fn share(&mut self) -> Result<Arc<Object>> {
        if let Some(pages) = &self.pages {
            return Ok(pages.clone());
        }
        let pages = Object::new(self.len, self.archive)?;
        for (index, chunk) in self.chunks.iter().enumerate() {
            if let Some(bytes) = chunk {
                let at = (index * CHUNK) as u64;
                let (_, result) = pages.write(at, bytes.len(), &mut User::from_slice(bytes));
                let end = self.len.min(at + bytes.capacity() as u64);
                result
                    .and_then(|()| pages.allocate(at, end))
                    .map_err(|_| Errno::ENOMEM)?;
            }
        }
        self.chunks = Vec::new();
        self.pages = Some(pages.clone());
        Ok(pages)
    }

    /// The archive's bytes from `start` on, at most `len`.
    fn archived(&self, start: usize, len: usize) -> &'static [u8] {
        let end = start.saturating_add(len).min(self.archive.len());
        self.archive.get(start..end).unwrap_or(&[])
    }

    /// Copies from position `at` into `to`, up to the end of the file; returns how many bytes.
    pub fn read(&self, at: u64, to: &mut User<'_>) -> Result<usize> {
        let wanted = (self.len.saturating_sub(at)).min(to.remaining() as u64) as usize;
        if let Some(pages) = &self.pages {
            return pages.read(at, wanted, to).map(|()| wanted);
        }
        let mut done = 0;
        while done < wanted {
            let (index, start) = split(at + done as u64);
            let count = (CHUNK - start).min(wanted - done);
            let bytes = match self.chunks.get(index) {
                Some(Some(chunk)) => chunk
                    .get(start..chunk.len().min(start + count))
                    .unwrap_or(&[]),
                _ => self.archived(index * CHUNK + start, count),
            };
            to.put(bytes)?;
            to.put_zeros(count - bytes.len())?;
            done += count;
        }
        Ok(wanted)
    }

    /// The chunk with this index, made if absent, with room for `len` bytes.
    fn chunk(&mut self, index: usize, len: usize) -> Result<&mut Vec<u8>> {
        let archived = self.archived(index * CHUNK, CHUNK);
        if self.chunks.len() <= index {
            let more = index + 1 - self.chunks.len();
            self.chunks.try_reserve(more).map_err(|_| Errno::ENOSPC)?;
            self.chunks.resize_with(index + 1, || None);
        }
        let needed = len.max(archived.len());
        let reserve = |chunk: &mut Vec<u8>| {
            if chunk.capacity() >= needed {
                return Ok(());
            }
            let capacity = needed.next_power_of_two().clamp(64, CHUNK);
            let more = capacity - chunk.len();
            chunk.try_reserve_exact(more).map_err(|_| Errno::ENOSPC)
        };
        if self.chunks[index].is_none() {
            // Present only with its bytes: without them it would hide the archive's.
            let mut fresh = Vec::new();
            reserve(&mut fresh)?;
            fresh.extend_from_slice(archived);
            self.chunks[index] = Some(fresh);
        }
        let chunk = self.chunks[index].get_or_insert_default();
        reserve(chunk)?;
        Ok(chunk)
    }

    /// Copies the next `count` bytes of `from` to `start` in a chunk, which is made if absent. Bytes beyond
    /// its end are copied into fresh memory, not over zeros.
    fn write_chunk(
        &mut self,
        index: usize,
        start: usize,
        count: usize,
        from: &mut User<'_>,
    ) -> Result<()> {
        let chunk = self.chunk(index, start + count)?;
        if chunk.len() < start {
            chunk.resize(start, 0);
        }
        let inside = (chunk.len() - start).min(count);
        from.take(&mut chunk[start..start + inside])?;
        from.append(chunk, count - inside)
    }

    /// Takes the memory that writing from `start` to `end` needs, and grows the file to `end`.
    pub fn allocate(&mut self, start: u64, end: u64) -> Result<()> {
        if let Some(pages) = &self.pages {
            pages.allocate(start, end)?;
            if end > self.len {
                pages.truncate(end);
                self.len = end;
            }
            return Ok(());
        }
        let mut at = start;
        while at < end {
            let (index, offset) = split(at);
            let count = ((CHUNK - offset) as u64).min(end - at);
            if let Err(errno) = self.chunk(index, offset + count as usize) {
                self.clear_after_end();
                return Err(errno);
            }
            at += count;
        }
        self.len = self.len.max(end);
        Ok(())
    }

    /// The first byte from `from` on that takes memory, or (`data` false) that takes none; chunks are all
    /// or nothing. `ENXIO` behind the end, or without such a byte.
    pub fn next(&self, from: u64, data: bool) -> Result<u64> {
        if let Some(pages) = &self.pages {
            let found = pages.next(from, data).filter(|at| *at < self.len);
            let end = (from < self.len && !data).then_some(self.len);
            return found.or(end).ok_or(Errno::ENXIO);
        }
        let mut at = from;
        while at < self.len {
            let (index, offset) = split(at);
            let there = matches!(self.chunks.get(index), Some(Some(_)))
                || !self.archived(index * CHUNK, 1).is_empty();
            if there == data {
                return Ok(at);
            }
            // A long hole at the end has no chunks to look at.
            if !there && index >= self.chunks.len().max(self.archive.len().div_ceil(CHUNK)) {
                break;
            }
            at += (CHUNK - offset) as u64;
        }
        if from < self.len && !data {
            Ok(self.len)
        } else {
            Err(Errno::ENXIO)
        }
    }

    /// Copies all of `from` to position `at`, growing the file; returns how many bytes, which is fewer
    /// when memory ends or the caller's memory is bad after the first chunk.
    pub fn write(&mut self, at: u64, from: &mut User<'_>) -> Result<usize> {
        let wanted = from.remaining();
        if wanted > 0 && at >= OFFSET_MAX {
            return Err(Errno::EFBIG);
        }
        let wanted = wanted.min((OFFSET_MAX - at) as usize);
        if let Some(pages) = &self.pages {
            let (done, result) = pages.write(at, wanted, from);
            if done > 0 {
                self.len = self.len.max(at + done as u64);
                return Ok(done);
            }
            return result.map(|()| 0);
        }
        let mut done = 0;
        while done < wanted {
            let (index, start) = split(at + done as u64);
            let count = (CHUNK - start).min(wanted - done);
            let result = self.write_chunk(index, start, count, from);
            if let Err(errno) = result {
                // What lies beyond the end must stay zero.
                self.clear_after_end();
                return if done > 0 { Ok(done) } else { Err(errno) };
            }
            done += count;
            self.len = self.len.max(at + done as u64);
        }
        Ok(done)
    }

    /// Drops what is stored beyond the end of the file.
    fn clear_after_end(&mut self) {
        let (index, start) = split(self.len);
        let keep = index + usize::from(start > 0);
        self.chunks.truncate(keep);
        if let Some(Some(chunk)) = self.chunks.get_mut(index) {
            chunk.truncate(start);
        }
    }

    /// Sets the size: cuts, or adds a hole.
    pub fn truncate(&mut self, len: u64) -> Result<()> {
        if len > OFFSET_MAX {
            return Err(Errno::EFBIG);
        }
        if let Some(pages) = &self.pages {
            pages.truncate(len);
            self.len = len;
        } else if len < self.len {
            self.len = len;
            self.archive = self.archived(0, len.min(usize::MAX as u64) as usize);
            self.clear_after_end();
            if len == 0 {
                self.chunks = Vec::new();
            } else if let (index, start @ 1..) = split(len) {
                // Absent chunks must not get the archive's bytes back after the file grows: the archive
                // was cut above. A present last chunk gives back what it no longer needs.
                if let Some(Some(chunk)) = self.chunks.get_mut(index) {
                    chunk.shrink_to(start);
                }
            }
        } else {
            self.len = len;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(data: &Data, at: u64, len: usize) -> Vec<u8> {
        let mut bytes = vec![0xaa; len];
        let count = data
            .read(at, &mut User::new(bytes.as_mut_ptr(), len))
            .unwrap();
        bytes.truncate(count);
        bytes
    }

    fn write(data: &mut Data, at: u64, bytes: &[u8]) {
        assert_eq!(
            data.write(at, &mut User::from_slice(bytes)).unwrap(),
            bytes.len()
        );
    }

    /// Compares with a plain vector over many random operations.
    #[test]
    fn behaves_like_a_vector() {
        let archive: &'static [u8] = (0..150_000u32)
            .map(|i| (i * 7) as u8)
            .collect::<Vec<_>>()
            .leak();
        let mut data = Data::from_archive(archive);
        let mut model = archive.to_vec();
        let mut random = 12345u64;
        let mut next = |below: u64| {
            random = random
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (random >> 33) % below
        };
        for round in 0..2000u32 {
            let at = next(300_000);
            match next(8) {
                0 => {
                    data.truncate(at).unwrap();
                    model.resize(at as usize, 0);
                }
                1..4 => {
                    let bytes = vec![round as u8; next(100_000) as usize >> next(16)];
                    write(&mut data, at, &bytes);
                    if !bytes.is_empty() {
                        let end = at as usize + bytes.len();
                        model.resize(model.len().max(end), 0);
                        model[at as usize..end].copy_from_slice(&bytes);
                    }
                }
                _ => {
                    let len = next(200_000) as usize;
                    let from = model.len().min(at as usize);
                    let to = model.len().min(at as usize + len);
                    assert!(read(&data, at, len) == model[from..to], "round {round}");
                }
            }
            assert_eq!(data.size(), model.len() as u64);
            if round == 1000 {
                data.share().unwrap();
            }
        }
        assert!(read(&data, 0, 1 << 20) == model);
    }

    #[test]
    fn what_a_mapping_writes_behind_the_end_is_not_in_the_file() {
        let mut data = Data::new();
        write(&mut data, 0, b"hello");
        let pages = data.share().unwrap();
        let frame = pages.page(0).unwrap();
        // SAFETY: on the host, frames are plain memory of a page.
        let page = unsafe { std::slice::from_raw_parts_mut(frame as *mut u8, 4096) };
        page[..8].copy_from_slice(b"HELLO!!!");
        assert_eq!(read(&data, 0, 10), b"HELLO");
        write(&mut data, 7, b"x");
        assert_eq!(read(&data, 0, 10), b"HELLO\0\0x");
        page[8] = b'?';
        data.truncate(10).unwrap();
        assert_eq!(read(&data, 0, 10), b"HELLO\0\0x\0\0");
        data.truncate(2).unwrap();
        assert_eq!(&page[..5], b"HE\0\0\0");
        assert_eq!(pages.page(4096), Err(crate::mm::object::Miss::BeyondEnd));
        assert_eq!(data.allocated(), 4096);
        data.truncate(0).unwrap();
        assert_eq!(data.allocated(), 0);
    }

    #[test]
    fn holes_and_allocated_parts_of_a_mapped_file() {
        let mut data = Data::new();
        data.allocate(0, 4 * 4096).unwrap();
        data.truncate(100 * 4096).unwrap();
        write(&mut data, 50 * 4096, b"x");
        data.share().unwrap();
        data.allocate(60 * 4096, 61 * 4096).unwrap();
        assert_eq!(data.next(1, true), Ok(1));
        assert_eq!(data.next(0, false), Ok(4 * 4096));
        assert!(matches!(data.next(20 * 4096, true), Ok(at) if at <= 50 * 4096));
        assert_eq!(data.next(50 * 4096, false), Ok(52 * 4096));
        assert_eq!(data.next(52 * 4096, true), Ok(60 * 4096));
        assert_eq!(data.next(61 * 4096, true), Err(Errno::ENXIO));
        assert_eq!(data.next(99 * 4096, false), Ok(99 * 4096));
        assert_eq!(data.next(100 * 4096, false), Err(Errno::ENXIO));
        data.allocate(99 * 4096, 101 * 4096).unwrap();
        assert_eq!(data.size(), 101 * 4096);
    }

    #[test]
    fn holes_take_no_memory() {
        let mut data = Data::new();
        write(&mut data, 10_000_000_000, b"x");
        assert!(data.allocated() <= CHUNK as u64);
        assert_eq!(read(&data, 9_999_999_998, 10), b"\0\0x");
        data.truncate(0).unwrap();
        assert_eq!(data.allocated(), 0);
    }

    #[test]
    fn holes_are_found() {
        let mut data = Data::new();
        write(&mut data, 3 * CHUNK as u64 + 5, b"x");
        data.truncate(1 << 50).unwrap();
        assert_eq!(data.next(0, true), Ok(3 * CHUNK as u64));
        assert_eq!(
            data.next(3 * CHUNK as u64 + 7, true),
            Ok(3 * CHUNK as u64 + 7)
        );
        assert_eq!(data.next(4 * CHUNK as u64, true), Err(Errno::ENXIO));
        assert_eq!(data.next(7, false), Ok(7));
        assert_eq!(data.next(3 * CHUNK as u64, false), Ok(4 * CHUNK as u64));
        assert_eq!(data.next(1 << 50, false), Err(Errno::ENXIO));
        data.truncate(4 * CHUNK as u64).unwrap();
        assert_eq!(data.next(3 * CHUNK as u64, false), Ok(4 * CHUNK as u64));
    }

    #[test]
    fn allocated_memory_stays_and_reads_as_before() {
        let mut data = Data::from_archive(b"archive");
        data.allocate(3, 2 * CHUNK as u64 + 1).unwrap();
        assert_eq!(data.size(), 2 * CHUNK as u64 + 1);
        assert!(data.allocated() >= data.size());
        assert_eq!(read(&data, 0, 9), b"archive\0\0");
        let before = data.allocated();
        write(&mut data, 1000, &[7; CHUNK]);
        assert_eq!(data.allocated(), before);
    }

    #[test]
    fn small_files_are_small() {
        let mut data = Data::new();
        write(&mut data, 0, b"hello");
        assert!(data.allocated() <= 64);
    }

    #[test]
    fn appending_does_not_copy_the_file() {
        let mut data = Data::new();
        for i in 0..100_000u64 {
            write(&mut data, i * 100, &[1; 100]);
        }
        assert_eq!(data.size(), 10_000_000);
        assert!(data.allocated() < 10_000_000 + CHUNK as u64);
    }

    #[test]
    fn bad_memory_leaves_the_file_as_it_was() {
        let mut data = Data::new();
        write(&mut data, 0, b"abc");
        assert_eq!(
            data.write(2, &mut User::new(core::ptr::null_mut(), 50)),
            Err(Errno::EFAULT)
        );
        assert_eq!(data.size(), 3);
        data.truncate(10).unwrap();
        assert_eq!(read(&data, 3, 10), [0; 7]);
    }

    #[test]
    fn sizes_beyond_the_limit_are_refused() {
        let mut data = Data::new();
        assert_eq!(data.truncate(u64::MAX), Err(Errno::EFBIG));
        assert_eq!(
            data.write(u64::MAX, &mut User::from_slice(b"x")),
            Err(Errno::EFBIG)
        );
        data.truncate(OFFSET_MAX).unwrap();
        assert_eq!(
            data.write(OFFSET_MAX, &mut User::from_slice(b"x")),
            Err(Errno::EFBIG)
        );
    }
}
