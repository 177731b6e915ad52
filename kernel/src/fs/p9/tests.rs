//! The client against a server that answers properly, and against one that answers nonsense.

use std::sync::Mutex as HostMutex;

use super::client::Transport;
use super::protocol::{HEADER, Request};
use super::{Connect, Wanted, mount, parse};
use crate::errno::{Errno, Result};
use crate::fs::Files;
use crate::fs::file::Change;
use crate::fs::flags::*;
use crate::fs::user::User;
use crate::mm::test_random;

/// Says of every name that it is there: a directory if it begins with `d`, a link with `l`, else a file
/// of zeros without an end. With `wild` answers are bent.
struct Server {
    wild: Option<HostMutex<Box<dyn FnMut() -> u64 + Send>>>,
}

fn qid(kind: u8) -> Vec<u8> {
    let mut qid = vec![kind, 0, 0, 0, 0];
    qid.extend_from_slice(&7u64.to_le_bytes());
    qid
}

fn u32_at(request: &[u8], at: usize) -> u32 {
    let bytes = request.get(at..at + 4);
    bytes.map_or(0, |bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
}

/// A proper answer: its type and its fields.
fn answer(request: &[u8]) -> (u8, Vec<u8>) {
    let kind = request[4];
    let mut body = Vec::new();
    if kind == Request::Version as u8 {
        body.extend_from_slice(&request[HEADER..]);
    } else if kind == Request::Attach as u8 {
        body = qid(0x80);
    } else if kind == Request::Walk as u8 {
        let count = u16::from_le_bytes([request[15], request[16]]);
        body.extend_from_slice(&count.to_le_bytes());
        if count > 0 {
            body.extend(qid(match request[19] {
                b'd' => 0x80,
                b'l' => 2,
                _ => 0,
            }));
        }
    } else if kind == Request::Getattr as u8 {
        body.extend_from_slice(&0x7ffu64.to_le_bytes());
        body.extend(qid(0));
        body.extend_from_slice(&(S_IFREG | 0o644).to_le_bytes());
        body.extend_from_slice(&[0; 8]);
        body.extend_from_slice(&1u64.to_le_bytes());
        body.extend_from_slice(&[0; 16 * 7]);
    } else if kind == Request::Lopen as u8 || kind == Request::Lcreate as u8 {
        body = qid(0);
        body.extend_from_slice(&[0; 4]);
    } else if kind == Request::Read as u8 {
        let count = u32_at(request, 19);
        body.extend_from_slice(&count.to_le_bytes());
        body.resize(4 + count as usize, 0);
    } else if kind == Request::Write as u8 {
        body.extend_from_slice(&request[19..23]);
    } else if kind == Request::Readdir as u8 {
        let mut entry = qid(0);
        entry.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, 8, 1, 0, b'f']);
        let first = request[11..19] == [0; 8];
        let data = if first { entry } else { Vec::new() };
        body.extend_from_slice(&(data.len() as u32).to_le_bytes());
        body.extend(data);
    } else if kind == Request::Readlink as u8 {
        body.extend_from_slice(b"\x01\0f");
    } else if kind == Request::Statfs as u8 {
        body.resize(60, 1);
    }
    (kind + 1, body)
}

impl Server {
    fn random(&self) -> Option<u64> {
        let mut random = self.wild.as_ref()?.lock().unwrap();
        Some(random())
    }

    /// Bends a message now and then: cuts it, changes a byte, or turns it into an error.
    fn bend(&self, message: &mut Vec<u8>) {
        let (Some(how), Some(what), Some(place)) = (self.random(), self.random(), self.random())
        else {
            return;
        };
        let at = place as usize % message.len();
        match how % 6 {
            0 => message.truncate(at),
            1 => message[at] = what as u8,
            2 => message[at.min(30)] ^= 0xff,
            3 => message[4] = 7,
            _ => {}
        }
    }
}

impl Transport for Server {
    fn exchange(&self, request: Vec<u8>, mut reply: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>)> {
        assert_eq!(u32_at(&request, 0) as usize, request.len());
        let (kind, body) = answer(&request);
        let mut message = (HEADER as u32 + body.len() as u32).to_le_bytes().to_vec();
        message.push(kind);
        message.extend_from_slice(&request[5..HEADER]);
        message.extend(body);
        self.bend(&mut message);
        message.truncate(reply.capacity());
        reply.clear();
        reply.extend_from_slice(&message);
        Ok((request, reply))
    }

    fn send(&self, request: Vec<u8>, reply: Vec<u8>) {
        // Even a reply that nobody wants needs room.
        assert!(reply.capacity() >= HEADER + 4 && request[4] == Request::Clunk as u8);
    }
}

fn files(connect: Connect) -> Files {
    let files = Files::new();
    let wanted = parse(b"tag:/made/m%6et").unwrap();
    mount(files.root(), wanted, 0, connect).unwrap();
    files
}

#[test]
fn parameters() {
    let wanted = |path: &[u8], read_only| {
        Some(Wanted {
            tag: b"t".to_vec(),
            path: path.to_vec(),
            read_only,
        })
    };
    assert_eq!(parse(b"t:/a"), wanted(b"/a", false));
    assert_eq!(parse(b"t:/a%20b%3a:ro"), wanted(b"/a b:", true));
    for bad in [
        &b""[..],
        b"t",
        b"t:",
        b":/a",
        b"t:a",
        b"t:/a:rw",
        b"t:/a:ro:",
        b"t:/%2",
        b"t:/%zz",
        b"t:/%\xff\xff",
    ] {
        assert_eq!(parse(bad), None, "{bad:?}");
    }
}

#[test]
fn the_root_cannot_be_mounted() {
    let files = Files::new();
    let wanted = parse(b"t:///").unwrap();
    assert_eq!(
        mount(files.root(), wanted, 0, |_| Err(Errno::ENODEV)),
        Err(Errno::EINVAL)
    );
}

#[test]
fn a_device_that_is_not_there_is_an_error_when_used() {
    let files = files(|_| Err(Errno::ENODEV));
    let at = |path: &[u8]| files.attributes(AT_FDCWD, path, 0);
    assert_eq!(at(b"/made/mnt/f"), Err(Errno::ENODEV));
    assert!(at(b"/made").is_ok());
}

#[test]
fn a_server_that_behaves() {
    let files = files(|_| Ok(Box::leak(Box::new(Server { wild: None }))));
    let fd = files
        .open(AT_FDCWD, b"/made/mnt/d/f", O_RDWR, 0)
        .expect("opens");
    let open = files.get(fd).unwrap();
    // More than one message holds.
    let mut bytes = vec![1; 1_000_000];
    let len = bytes.len();
    assert_eq!(open.read(&mut User::new(bytes.as_mut_ptr(), len)), Ok(len));
    assert!(bytes.iter().all(|byte| *byte == 0));
    assert_eq!(open.write(&mut User::from_slice(&bytes)), Ok(len));
    let known = files.statistics(AT_FDCWD, b"/made/mnt").unwrap();
    assert!(known.name_max <= NAME_MAX as u32);
    let target = files.link_target(AT_FDCWD, b"/made/mnt/link");
    assert_eq!(target.as_deref(), Ok(&b"f"[..]));
    // Across the border.
    assert_eq!(
        files.rename(AT_FDCWD, b"/made/mnt/f", AT_FDCWD, b"/made/x", 0),
        Err(Errno::EXDEV)
    );
}

/// Whatever the server says, a call ends with a result.
#[test]
fn a_server_that_answers_nonsense() {
    for seed in 0..300 {
        // A mount has one server; this one goes wild with another seed each time.
        static SEED: HostMutex<u64> = HostMutex::new(0);
        *SEED.lock().unwrap() = seed;
        let files = files(|_| {
            let random = test_random(*SEED.lock().unwrap() + 1);
            let wild = Some(HostMutex::new(
                Box::new(random) as Box<dyn FnMut() -> u64 + Send>
            ));
            Ok(Box::leak(Box::new(Server { wild })))
        });
        let mut bytes = vec![0; 100_000];
        for _ in 0..20 {
            let _ = files.attributes(AT_FDCWD, b"/made/mnt/d/link", 0);
            let _ = files.make_directory(AT_FDCWD, b"/made/mnt/d/x", 0o777);
            let _ = files.remove(AT_FDCWD, b"/made/mnt/d/f", 0);
            let _ = files.change(AT_FDCWD, b"/made/mnt/f", 0, Change::default());
            let _ = files.statistics(AT_FDCWD, b"/made/mnt/f");
            let _ = files.link_target(AT_FDCWD, b"/made/mnt/l");
            if let Ok(fd) = files.open(AT_FDCWD, b"/made/mnt/f", O_RDWR | O_APPEND, 0) {
                let open = files.get(fd).unwrap();
                let len = bytes.len();
                let _ = open.read(&mut User::new(bytes.as_mut_ptr(), len));
                let _ = open.write(&mut User::from_slice(&bytes));
                let _ = open.truncate(10);
                files.close(fd).unwrap();
            }
            if let Ok(fd) = files.open(AT_FDCWD, b"/made/mnt/d", O_RDONLY, 0) {
                let mut left = 50;
                let _ = files.list(fd, &mut |entry| {
                    assert!(entry.name.len() <= NAME_MAX);
                    left -= 1;
                    left > 0
                });
                files.close(fd).unwrap();
            }
        }
    }
}
