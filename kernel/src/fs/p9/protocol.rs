//! The 9P2000.L protocol: requests put together, replies taken apart.
//!
//! Every message is `size[4] type[1] tag[2]` and then the fields of its type; numbers are little-endian,
//! strings are `len[2]` and that many bytes. Nothing that a server sends is trusted: a reply that is
//! too short, of another type or of another request is `EIO`.
//!
//! Sources: Plan 9 manual, section 5 (intro); the 9P2000.L extension as Linux' and QEMU's documentation
//! describe it (`diod`'s protocol.md).

use alloc::vec::Vec;

use crate::errno::{Errno, Result};

/// The protocol's name in `Tversion`.
pub const VERSION: &[u8] = b"9P2000.L";
/// Bytes before a message's own fields.
pub const HEADER: usize = 7;
/// Bytes of a `Tread`'s reply or a `Twrite` that are not data, and of a `Treaddir`'s reply.
pub const DATA_HEADER: usize = 24;
/// No fid: there is no authentication.
pub const NO_FID: u32 = u32::MAX;
/// No user or group: the host's process keeps its own.
pub const NO_ID: u32 = u32::MAX;
/// Most names in one walk.
pub const MAX_WALK: usize = 16;

/// Types of requests; the reply's is one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "the protocol's names")]
pub enum Request {
    Statfs = 8,
    Lopen = 12,
    Lcreate = 14,
    Symlink = 16,
    Mknod = 18,
    Readlink = 22,
    Getattr = 24,
    Setattr = 26,
    Readdir = 40,
    Fsync = 50,
    Link = 70,
    Mkdir = 72,
    Renameat = 74,
    Unlinkat = 76,
    Version = 100,
    Attach = 104,
    Walk = 110,
    Read = 116,
    Write = 118,
    Clunk = 120,
}

/// The type of a reply that is an error.
const LERROR: u8 = 7;

/// Flags of `Tlopen` and `Tlcreate`: Linux' numbers.
pub mod open {
    /// Write only.
    pub const WRONLY: u32 = 1;
    /// Read and write.
    pub const RDWR: u32 = 2;
    /// Make the file.
    pub const CREATE: u32 = 0o100;
    /// It must not exist.
    pub const EXCLUSIVE: u32 = 0o200;
    /// Empty the file.
    pub const TRUNCATE: u32 = 0o1000;
    /// Write at the end.
    pub const APPEND: u32 = 0o2000;
    /// A directory.
    pub const DIRECTORY: u32 = 0o200_000;
    /// Writes are on the disk when they return.
    pub const SYNC: u32 = 0o4_010_000;
}

/// Which fields of `Tsetattr` count.
pub mod set {
    /// Mode.
    pub const MODE: u32 = 1;
    /// Owner.
    pub const UID: u32 = 2;
    /// Group.
    pub const GID: u32 = 4;
    /// Size.
    pub const SIZE: u32 = 8;
    /// Time of the last read.
    pub const ATIME: u32 = 0x10;
    /// Time of the last write.
    pub const MTIME: u32 = 0x20;
    /// The time of the last read is the one given.
    pub const ATIME_SET: u32 = 0x80;
    /// The time of the last write is the one given.
    pub const MTIME_SET: u32 = 0x100;
}

/// `Tgetattr`: everything that `stat` tells.
pub const GETATTR_BASIC: u64 = 0x7ff;
/// `Tunlinkat`: a directory.
pub const REMOVE_DIRECTORY: u32 = 0x200;
/// [`Qid::kind`]: a directory.
const QID_DIRECTORY: u8 = 0x80;
/// [`Qid::kind`]: a symbolic link.
const QID_LINK: u8 = 0x02;

/// What identifies a file on its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qid {
    /// Kind bits.
    pub kind: u8,
    /// Number of the file.
    pub path: u64,
}

impl Qid {
    /// Whether it is a directory.
    pub fn is_directory(self) -> bool {
        self.kind & QID_DIRECTORY != 0
    }

    /// Whether it is a symbolic link.
    pub fn is_link(self) -> bool {
        self.kind & QID_LINK != 0
    }
}

/// A request under construction.
pub struct Encoder(Vec<u8>);

impl Encoder {
    /// A request with room for `more` bytes behind its fixed fields, which are at most 100.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn new(request: Request, more: usize) -> Result<Self> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(100 + more)
            .map_err(|_| Errno::ENOMEM)?;
        Ok(Encoder::in_buffer(request, bytes))
    }

    /// A request in a buffer that has room for it.
    pub fn in_buffer(request: Request, mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(&[0, 0, 0, 0, request as u8, 0xff, 0xff]);
        Encoder(buffer)
    }

    /// Adds bytes as they are.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds a 16-bit number.
    pub fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Adds a 32-bit number.
    pub fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Adds a 64-bit number.
    pub fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Adds a string: a name or a path, whose length was checked before.
    pub fn string(self, text: &[u8]) -> Self {
        let text = &text[..text.len().min(u16::MAX.into())];
        self.u16(text.len() as u16).bytes(text)
    }

    /// Adds a time in nanoseconds since 1970.
    pub fn time(self, time: i64) -> Self {
        const SECOND: i64 = 1_000_000_000;
        self.u64(time.div_euclid(SECOND) as u64)
            .u64(time.rem_euclid(SECOND) as u64)
    }

    /// The message, with its size; the tag is set by [`set_tag`].
    pub fn finish(mut self) -> Vec<u8> {
        let len = self.0.len() as u32;
        self.0[..4].copy_from_slice(&len.to_le_bytes());
        self.0
    }

    /// The bytes so far, to be added to in place; [`Encoder::finish`] comes after.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

/// Gives a finished request its tag.
pub fn set_tag(request: &mut [u8], tag: u16) {
    if let Some(place) = request.get_mut(5..HEADER) {
        place.copy_from_slice(&tag.to_le_bytes());
    }
}

/// The type of a finished request.
fn kind(request: &[u8]) -> u8 {
    request.get(4).copied().unwrap_or(0)
}

/// What is left of a reply.
#[derive(Clone, Debug)]
pub struct Decoder<'a>(&'a [u8]);

impl<'a> Decoder<'a> {
    /// Looks into any bytes, from their beginning.
    pub fn new(bytes: &'a [u8]) -> Self {
        Decoder(bytes)
    }

    /// The next `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(Errno::EIO)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(N)?);
        Ok(array)
    }

    /// An 8-bit number.
    pub fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    /// A 16-bit number.
    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// A 32-bit number.
    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A 64-bit number.
    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A string.
    pub fn string(&mut self) -> Result<&'a [u8]> {
        let len = self.u16()?;
        self.bytes(len.into())
    }

    /// What identifies a file.
    pub fn qid(&mut self) -> Result<Qid> {
        let kind = self.u8()?;
        // The version changes with the content; nothing is kept that would need it.
        self.u32()?;
        let path = self.u64()?;
        Ok(Qid { kind, path })
    }

    /// A time in nanoseconds since 1970; one beyond what 64 bits hold becomes the nearest.
    pub fn time(&mut self) -> Result<i64> {
        let seconds = self.u64()? as i64;
        let nanoseconds = self.u64()?.min(999_999_999) as i64;
        Ok(seconds
            .saturating_mul(1_000_000_000)
            .saturating_add(nanoseconds))
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Checks that `reply` answers `request` and gives its fields, or the error that it reports.
pub fn fields<'a>(request: &[u8], reply: &'a [u8]) -> Result<Decoder<'a>> {
    let mut decoder = Decoder(reply);
    let size = decoder.u32()? as usize;
    let kind_of_reply = decoder.u8()?;
    let tag = decoder.u16()?;
    let wanted_tag = request.get(5..HEADER).unwrap_or(&[]);
    // What a device wrote behind the message is nothing.
    let body = reply.get(HEADER..size).ok_or(Errno::EIO)?;
    if tag.to_le_bytes() != *wanted_tag {
        return Err(Errno::EIO);
    }
    let mut body = Decoder(body);
    if kind_of_reply == LERROR {
        return Err(errno_of_linux(body.u32()?));
    }
    if kind_of_reply != kind(request) + 1 {
        return Err(Errno::EIO);
    }
    Ok(body)
}

/// Ours for an error number of Linux. Up to 34 they agree.
pub fn errno_of_linux(number: u32) -> Errno {
    let ours = match number {
        0..=34 | 95 => number as i32,
        35 => Errno::EDEADLK as i32,
        36 => Errno::ENAMETOOLONG as i32,
        37 => Errno::ENOLCK as i32,
        38 => Errno::ENOSYS as i32,
        39 => Errno::ENOTEMPTY as i32,
        40 => Errno::ELOOP as i32,
        75 => Errno::EOVERFLOW as i32,
        110 => Errno::ETIMEDOUT as i32,
        116 => Errno::ESTALE as i32,
        122 => Errno::EDQUOT as i32,
        _ => 0,
    };
    Errno::ALL
        .iter()
        .find(|(_, errno)| *errno as i32 == ours)
        .map_or(Errno::EIO, |(_, errno)| *errno)
}

/// What `Rgetattr` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of struct stat")]
pub struct Stat {
    pub qid: Qid,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub links: u64,
    pub special: u64,
    pub size: u64,
    pub block_size: u64,
    pub blocks: u64,
    pub accessed: i64,
    pub modified: i64,
    pub changed: i64,
}

impl Stat {
    /// Reads the fields of an `Rgetattr`.
    pub fn decode(mut from: Decoder<'_>) -> Result<Self> {
        let _valid = from.u64()?;
        Ok(Stat {
            qid: from.qid()?,
            mode: from.u32()?,
            uid: from.u32()?,
            gid: from.u32()?,
            links: from.u64()?,
            special: from.u64()?,
            size: from.u64()?,
            block_size: from.u64()?,
            blocks: from.u64()?,
            accessed: from.time()?,
            modified: from.time()?,
            changed: from.time()?,
        })
    }
}

/// An entry of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What identifies the file; some servers fill only the number.
    pub qid: Qid,
    /// Where reading goes on behind it: the server's number, 0 for the beginning.
    pub next: u64,
    /// `DT_…`.
    pub kind: u8,
    /// Its name.
    pub name: &'a [u8],
}

/// Takes the next entry off the data of an `Rreaddir`; `None` at its end.
pub fn next_entry<'a>(data: &mut Decoder<'a>) -> Result<Option<Entry<'a>>> {
    if data.is_empty() {
        return Ok(None);
    }
    Ok(Some(Entry {
        qid: data.qid()?,
        next: data.u64()?,
        kind: data.u8()?,
        name: data.string()?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(kind: u8, tag: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = (7 + body.len() as u32).to_le_bytes().to_vec();
        bytes.push(kind);
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn requests_have_size_type_and_tag() {
        let encoder = Encoder::new(Request::Walk, 10).unwrap();
        let mut bytes = encoder.u32(1).u32(2).u16(1).string(b"name").finish();
        set_tag(&mut bytes, 0x1234);
        assert_eq!(
            bytes,
            b"\x17\0\0\0\x6e\x34\x12\x01\0\0\0\x02\0\0\0\x01\0\x04\0name"
        );
    }

    #[test]
    fn times_are_seconds_and_nanoseconds() {
        let encoder = Encoder::new(Request::Setattr, 0).unwrap();
        let bytes = encoder.time(-1).time(5_000_000_007).finish();
        let mut decoder = Decoder::new(&bytes[HEADER..]);
        assert_eq!(decoder.time(), Ok(-1));
        assert_eq!(decoder.time(), Ok(5_000_000_007));
        let wild = [0xff; 16];
        let mut decoder = Decoder::new(&wild);
        assert_eq!(decoder.time(), Ok(-1));
        let far = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        let mut both = far.to_vec();
        both.extend_from_slice(&far);
        assert_eq!(Decoder::new(&both).time(), Ok(i64::MAX));
    }

    #[test]
    fn replies_are_checked() {
        let mut request = Encoder::new(Request::Clunk, 0).unwrap().u32(5).finish();
        set_tag(&mut request, 3);
        assert!(fields(&request, &reply(121, 3, b"")).unwrap().is_empty());
        // Another tag, another type, cut off, too long a size, an error, an error cut off.
        for (bad, errno) in [
            (reply(121, 4, b""), Errno::EIO),
            (reply(119, 3, b""), Errno::EIO),
            (reply(121, 3, b"")[..6].to_vec(), Errno::EIO),
            (Vec::new(), Errno::EIO),
            (b"\xff\0\0\0\x79\x03\0".to_vec(), Errno::EIO),
            (b"\x03\0\0\0\x79\x03\0".to_vec(), Errno::EIO),
            (reply(7, 3, &[39, 0, 0, 0]), Errno::ENOTEMPTY),
            (reply(7, 3, &[39, 0]), Errno::EIO),
        ] {
            assert_eq!(fields(&request, &bad).err(), Some(errno), "{bad:?}");
        }
        // A device that says it wrote more than the message.
        let mut long = reply(121, 3, b"");
        long.extend_from_slice(b"rubbish");
        assert!(fields(&request, &long).unwrap().is_empty());
    }

    #[test]
    fn error_numbers() {
        assert_eq!(errno_of_linux(2), Errno::ENOENT);
        assert_eq!(errno_of_linux(30), Errno::EROFS);
        assert_eq!(errno_of_linux(40), Errno::ELOOP);
        assert_eq!(errno_of_linux(122), Errno::EDQUOT);
        for number in [0, 15, 41, 100, 5000, u32::MAX] {
            assert_eq!(errno_of_linux(number), Errno::EIO, "{number}");
        }
    }

    #[test]
    fn attributes() {
        let mut body = 0x7ffu64.to_le_bytes().to_vec();
        body.extend_from_slice(&[0x80, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        for word in [0o40755u32, 1000, 100] {
            body.extend_from_slice(&word.to_le_bytes());
        }
        for long in [2u64, 0, 4096, 512, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] {
            body.extend_from_slice(&long.to_le_bytes());
        }
        let stat = Stat::decode(Decoder::new(&body)).unwrap();
        assert!(stat.qid.is_directory() && !stat.qid.is_link() && stat.qid.path == 9);
        assert_eq!((stat.mode, stat.uid, stat.gid), (0o40755, 1000, 100));
        assert_eq!((stat.links, stat.size, stat.blocks), (2, 4096, 8));
        assert_eq!(
            (stat.accessed, stat.modified, stat.changed),
            (1_000_000_002, 3_000_000_004, 5_000_000_006)
        );
        for len in 0..body.len() - 32 {
            assert_eq!(
                Stat::decode(Decoder::new(&body[..len])).err(),
                Some(Errno::EIO)
            );
        }
    }

    #[test]
    fn entries() {
        let mut data = Vec::new();
        for name in [&b"a"[..], b"", b"long name"] {
            data.extend_from_slice(&[0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
            data.extend_from_slice(&77u64.to_le_bytes());
            data.push(8);
            data.extend_from_slice(&(name.len() as u16).to_le_bytes());
            data.extend_from_slice(name);
        }
        let mut decoder = Decoder::new(&data);
        let first = next_entry(&mut decoder).unwrap().unwrap();
        assert_eq!(
            (first.name, first.next, first.kind, first.qid.path),
            (&b"a"[..], 77, 8, 7)
        );
        assert_eq!(next_entry(&mut decoder).unwrap().unwrap().name, b"");
        assert_eq!(
            next_entry(&mut decoder).unwrap().unwrap().name,
            b"long name"
        );
        assert_eq!(next_entry(&mut decoder), Ok(None));
        let mut cut = Decoder::new(&data[..data.len() - 1]);
        next_entry(&mut cut).unwrap();
        next_entry(&mut cut).unwrap();
        assert_eq!(next_entry(&mut cut), Err(Errno::EIO));
    }

    #[test]
    fn any_bytes_are_survived() {
        let mut random = crate::mm::test_random(9);
        let mut request = Encoder::new(Request::Getattr, 0).unwrap().finish();
        set_tag(&mut request, 0);
        for _ in 0..20_000 {
            let len = random() as usize % 200;
            let mut bytes: Vec<u8> = (0..len).map(|_| random() as u8).collect();
            if len >= HEADER && random() & 1 == 0 {
                let size = (random() as u32 % 220).to_le_bytes();
                bytes[..4].copy_from_slice(&size);
                bytes[4..HEADER].copy_from_slice(&[25, 0, 0]);
            }
            if let Ok(body) = fields(&request, &bytes) {
                let _ = Stat::decode(body.clone());
                let mut data = body;
                while let Ok(Some(_)) = next_entry(&mut data) {}
            }
        }
    }
}
