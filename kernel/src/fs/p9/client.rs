//! The client's side of a connection: fids and what can be done with them.
//!
//! A [`Fid`] is the server's handle of a file, given back when it is dropped. Any number of threads may
//! use one. Data go in pieces of at most [`Client::payload`] bytes, copied once on their way between the
//! caller's memory and the message that the host reads or writes.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::protocol::{
    DATA_HEADER, Decoder, Encoder, GETATTR_BASIC, HEADER, MAX_WALK, NO_FID, NO_ID, Qid, Request,
    Stat, VERSION, fields, set,
};
use crate::errno::{Errno, Result};
use crate::fs::file::{Change, Time};
use crate::fs::flags::PATH_MAX;
use crate::fs::user::User;
use crate::fs::{Mutex, SpinLock};

/// The largest message that is asked for: half a megabyte of data and what goes around it.
const MESSAGE: u32 = (512 << 10) + DATA_HEADER as u32;
/// The smallest that is of any use.
const SMALLEST_MESSAGE: u32 = 4096;
/// Room for replies of fixed size and for a walk's.
const SMALL_REPLY: usize = 256;
/// A number of a fid is used again only after so many others: more than there can be requests under way.
const RESTING: usize = 256;

/// What carries messages to the server and back.
pub trait Transport: Send + Sync {
    /// Sends a request, after giving it a tag, and waits for the reply, which is stored in `reply`
    /// as far as its capacity goes. Gives both back.
    ///
    /// # Errors
    /// `EIO`: there is no connection any more.
    fn exchange(&self, request: Vec<u8>, reply: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>)>;

    /// Sends a request whose reply nobody wants.
    fn send(&self, request: Vec<u8>, reply: Vec<u8>);
}

/// Numbers for fids.
struct Numbers {
    next: u32,
    used: VecDeque<u32>,
}

/// A connection.
pub struct Client {
    transport: &'static dyn Transport,
    message: u32,
    numbers: SpinLock<Numbers>,
    /// Buffers of the largest size that are not in use: to get one anew costs page-table work.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Most spare buffers.
const SPARE: usize = 2;

fn buffer(len: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| Errno::ENOMEM)?;
    Ok(bytes)
}

impl Client {
    /// Agrees on the protocol and attaches to the server's root: its fid and what identifies it.
    pub fn start(transport: &'static dyn Transport) -> Result<(Fid, Qid)> {
        let mut client = Client {
            transport,
            message: MESSAGE,
            numbers: SpinLock::new(Numbers {
                next: 0,
                used: VecDeque::new(),
            }),
            spare: Mutex::new(Vec::new()),
        };
        let hello = Encoder::new(Request::Version, 0)?
            .u32(MESSAGE)
            .string(VERSION);
        client.message = client.call(hello, |mut reply| {
            let message = reply.u32()?;
            let known = reply.string()? == VERSION;
            let usable = known && (SMALLEST_MESSAGE..=MESSAGE).contains(&message);
            usable.then_some(message).ok_or(Errno::EIO)
        })?;
        let fid = Fid {
            client: Arc::new(client),
            number: 0,
        };
        // Without a user, files that are made belong to whom the host's process belongs to.
        let attach = Encoder::new(Request::Attach, 0)?
            .u32(fid.number)
            .u32(NO_FID)
            .string(b"")
            .string(b"")
            .u32(NO_ID);
        let qid = fid.client.call(attach, |mut reply| reply.qid())?;
        fid.client.numbers.lock().next = 1;
        Ok((fid, qid))
    }

    /// Most bytes that one read or write moves: whole pages.
    pub fn payload(&self) -> usize {
        (self.message as usize - DATA_HEADER) & !4095
    }

    /// Sends a request and reads the reply with `read`.
    fn call<R>(&self, request: Encoder, read: impl FnOnce(Decoder<'_>) -> Result<R>) -> Result<R> {
        self.call_with_room(request, SMALL_REPLY, read)
    }

    fn call_with_room<R>(
        &self,
        request: Encoder,
        room: usize,
        read: impl FnOnce(Decoder<'_>) -> Result<R>,
    ) -> Result<R> {
        let (request, reply) = self.transport.exchange(request.finish(), buffer(room)?)?;
        read(fields(&request, &reply)?)
    }

    /// A number for a new fid.
    fn number(&self) -> Result<u32> {
        let mut numbers = self.numbers.lock();
        if numbers.used.len() >= RESTING || numbers.next == NO_FID {
            return numbers.used.pop_front().ok_or(Errno::ENFILE);
        }
        numbers.next += 1;
        Ok(numbers.next - 1)
    }

    fn give_back(&self, number: u32) {
        let mut numbers = self.numbers.lock();
        // Without memory the number is lost; there are billions.
        if numbers.used.try_reserve(1).is_ok() {
            numbers.used.push_back(number);
        }
    }

    /// A buffer for up to `payload` bytes of data and what goes before them: smaller when memory is
    /// scarce. Tells how many bytes of data it holds.
    fn data_buffer(&self, len: usize) -> Result<(Vec<u8>, usize)> {
        let mut len = len.min(self.payload());
        if len > self.payload() / 2
            && let Some(buffer) = self.spare.lock().pop()
        {
            return Ok((buffer, len));
        }
        if len > self.payload() / 2
            && let Ok(buffer) = buffer(self.payload() + DATA_HEADER)
        {
            return Ok((buffer, len));
        }
        loop {
            match buffer(len + DATA_HEADER) {
                Err(errno) if len <= 4096 => return Err(errno),
                Err(_) => len /= 2,
                Ok(buffer) => return Ok((buffer, len)),
            }
        }
    }

    fn keep(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() < self.payload() {
            return;
        }
        buffer.clear();
        let mut spare = self.spare.lock();
        if spare.len() < SPARE && spare.try_reserve(1).is_ok() {
            spare.push(buffer);
        }
    }
}

/// A handle of a file on the server.
pub struct Fid {
    client: Arc<Client>,
    number: u32,
}

impl Drop for Fid {
    fn drop(&mut self) {
        // Nobody waits for the answer: the next request need not either. Without memory for the
        // request the server keeps the handle.
        if let (Ok(clunk), Ok(reply)) = (Encoder::new(Request::Clunk, 0), buffer(SMALL_REPLY)) {
            self.client
                .transport
                .send(clunk.u32(self.number).finish(), reply);
            self.client.give_back(self.number);
        }
    }
}

impl Fid {
    /// Its connection.
    pub fn client(&self) -> &Client {
        &self.client
    }

    fn request(&self, kind: Request, more: usize) -> Result<Encoder> {
        Ok(Encoder::new(kind, more)?.u32(self.number))
    }

    /// A new fid for what is found behind these names, and what identifies it; without names, for the
    /// same file, and nothing.
    pub fn walk(&self, names: &[&[u8]]) -> Result<(Fid, Option<Qid>)> {
        if names.len() > MAX_WALK {
            return Err(Errno::ENAMETOOLONG);
        }
        let number = self.client.number()?;
        let room = names.iter().map(|name| name.len() + 2).sum();
        let walked = self.request(Request::Walk, room).and_then(|request| {
            let request = request.u32(number).u16(names.len() as u16);
            let request = names
                .iter()
                .fold(request, |request, name| request.string(name));
            self.client.call(request, |mut reply| {
                let found = usize::from(reply.u16()?);
                if found != names.len() {
                    return Err(Errno::ENOENT);
                }
                (0..found).try_fold(None, |_, _| reply.qid().map(Some))
            })
        });
        match walked {
            Ok(qid) => {
                let client = self.client.clone();
                Ok((Fid { client, number }, qid))
            }
            Err(errno) => {
                self.client.give_back(number);
                Err(errno)
            }
        }
    }

    /// Another fid for the same file, not open.
    pub fn copy(&self) -> Result<Fid> {
        Ok(self.walk(&[])?.0)
    }

    /// Opens the file, which the fid then stands for; flags as in [`super::protocol::open`].
    pub fn open(&self, flags: u32) -> Result<Qid> {
        let request = self.request(Request::Lopen, 0)?.u32(flags);
        self.client.call(request, |mut reply| reply.qid())
    }

    /// Makes and opens a file in this directory; the fid then stands for the file.
    pub fn create(&self, name: &[u8], flags: u32, permissions: u32) -> Result<Qid> {
        let request = self
            .request(Request::Lcreate, name.len())?
            .string(name)
            .u32(flags)
            .u32(permissions)
            .u32(NO_ID);
        self.client.call(request, |mut reply| reply.qid())
    }

    /// Makes a file of the kind in `mode` in this directory.
    pub fn make_node(&self, name: &[u8], mode: u32) -> Result<()> {
        let request = self
            .request(Request::Mknod, name.len())?
            .string(name)
            .u32(mode)
            .u32(0)
            .u32(0)
            .u32(NO_ID);
        self.client.call(request, |_| Ok(()))
    }

    /// Makes a directory in this directory.
    pub fn make_directory(&self, name: &[u8], permissions: u32) -> Result<()> {
        let request = self
            .request(Request::Mkdir, name.len())?
            .string(name)
            .u32(permissions)
            .u32(NO_ID);
        self.client.call(request, |_| Ok(()))
    }

    /// Makes a symbolic link in this directory.
    pub fn make_symbolic_link(&self, name: &[u8], target: &[u8]) -> Result<()> {
        let request = self
            .request(Request::Symlink, name.len() + target.len())?
            .string(name)
            .string(target)
            .u32(NO_ID);
        self.client.call(request, |_| Ok(()))
    }

    /// Gives `file` a further name, in this directory.
    pub fn link(&self, file: &Fid, name: &[u8]) -> Result<()> {
        let request = self
            .request(Request::Link, name.len())?
            .u32(file.number)
            .string(name);
        self.client.call(request, |_| Ok(()))
    }

    /// Moves a name of this directory to another one.
    pub fn rename(&self, name: &[u8], to: &Fid, to_name: &[u8]) -> Result<()> {
        let request = self
            .request(Request::Renameat, name.len() + to_name.len())?
            .string(name)
            .u32(to.number)
            .string(to_name);
        self.client.call(request, |_| Ok(()))
    }

    /// Removes a name of this directory.
    pub fn remove(&self, name: &[u8], flags: u32) -> Result<()> {
        let request = self
            .request(Request::Unlinkat, name.len())?
            .string(name)
            .u32(flags);
        self.client.call(request, |_| Ok(()))
    }

    /// Where a symbolic link points.
    pub fn link_target(&self) -> Result<Vec<u8>> {
        let request = self.request(Request::Readlink, 0)?;
        self.client
            .call_with_room(request, HEADER + 2 + PATH_MAX, |mut reply| {
                let target = reply.string()?;
                let mut copy = buffer(target.len())?;
                copy.extend_from_slice(target);
                Ok(copy)
            })
    }

    /// What `stat` tells.
    pub fn stat(&self) -> Result<Stat> {
        let request = self.request(Request::Getattr, 0)?.u64(GETATTR_BASIC);
        self.client.call(request, Stat::decode)
    }

    /// Changes attributes, the size among them.
    pub fn change(&self, change: &Change, size: Option<u64>) -> Result<()> {
        let mut valid = 0;
        let mut with = |given: bool, bits: u32| valid |= if given { bits } else { 0 };
        with(change.permissions.is_some(), set::MODE);
        with(change.uid.is_some(), set::UID);
        with(change.gid.is_some(), set::GID);
        with(size.is_some(), set::SIZE);
        // Without `…_SET` it is the host's time.
        let given = |time: Option<Time>| matches!(time, Some(Time::At(_)));
        with(change.accessed.is_some(), set::ATIME);
        with(given(change.accessed), set::ATIME_SET);
        with(change.modified.is_some(), set::MTIME);
        with(given(change.modified), set::MTIME_SET);
        let request = self
            .request(Request::Setattr, 0)?
            .u32(valid)
            .u32(change.permissions.unwrap_or(0))
            .u32(change.uid.unwrap_or(NO_ID))
            .u32(change.gid.unwrap_or(NO_ID))
            .u64(size.unwrap_or(0))
            .time(change.accessed.map_or(0, |time| time.or_now(0)))
            .time(change.modified.map_or(0, |time| time.or_now(0)));
        self.client.call(request, |_| Ok(()))
    }

    /// Returns when the host has stored what was written.
    pub fn sync(&self) -> Result<()> {
        let request = self.request(Request::Fsync, 0)?.u32(0);
        self.client.call(request, |_| Ok(()))
    }

    /// What the host knows about its file system, to be read by `read`.
    pub fn statistics<R>(&self, read: impl FnOnce(Decoder<'_>) -> Result<R>) -> Result<R> {
        self.client.call(self.request(Request::Statfs, 0)?, read)
    }

    /// Reads at `at` what fits in one message; returns how many bytes, 0 at the end, and whether there
    /// was room for more.
    pub fn read(&self, at: u64, to: &mut User<'_>, most: u64) -> Result<(usize, bool)> {
        let wanted = (to.remaining() as u64).min(most) as usize;
        let (reply, len) = self.client.data_buffer(wanted)?;
        let request = self.request(Request::Read, 0)?.u64(at).u32(len as u32);
        let (request, reply) = self.client.transport.exchange(request.finish(), reply)?;
        let stored = fields(&request, &reply).and_then(|mut body| {
            let count = (body.u32()? as usize).min(len);
            to.put(body.bytes(count)?)?;
            Ok((count, count < len))
        });
        self.client.keep(reply);
        stored
    }

    /// Writes at `at` as much as goes in one message; returns how many bytes, and whether these are all
    /// that were taken from the caller's memory.
    pub fn write(&self, at: u64, from: &mut User<'_>) -> Result<(usize, bool)> {
        let (buffer, len) = self.client.data_buffer(from.remaining())?;
        let mut request = Encoder::in_buffer(Request::Write, buffer)
            .u32(self.number)
            .u64(at)
            .u32(len as u32);
        from.append(request.buffer(), len)?;
        let reply = self::buffer(SMALL_REPLY)?;
        let (request, reply) = self.client.transport.exchange(request.finish(), reply)?;
        let written = fields(&request, &reply).and_then(|mut body| Ok(body.u32()? as usize));
        self.client.keep(request);
        // A server that claims more is not believed.
        let written = written?.min(len);
        Ok((written, written == len))
    }

    /// Reads entries of this open directory from the server's position on, and has them read by `read`.
    pub fn entries<R>(
        &self,
        from: u64,
        len: usize,
        read: impl FnOnce(Decoder<'_>) -> Result<R>,
    ) -> Result<R> {
        let request = self.request(Request::Readdir, 0)?.u64(from).u32(len as u32);
        self.client
            .call_with_room(request, len + DATA_HEADER, |mut reply| {
                let count = reply.u32()? as usize;
                read(Decoder::new(reply.bytes(count)?))
            })
    }
}
