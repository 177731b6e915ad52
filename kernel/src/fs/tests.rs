//! The file system as a program sees it, on the host.

use std::sync::Arc as HostArc;
use std::sync::atomic::Ordering;
use std::thread;

use super::archive::tests::archive;
use super::descriptors::Request;
use super::file::{Change, Manner, Time};
use super::flags::*;
use super::node::Node;
use super::user::User;
use super::*;
use crate::errno::{Errno, Result};

const CWD: i32 = AT_FDCWD;

fn with_archive(bytes: &'static [u8]) -> Files {
    let files = Files::new();
    files.archive.call_once(|| Archive::new(bytes));
    files
}

fn write(files: &Files, fd: i32, bytes: &[u8]) -> Result<usize> {
    files.get(fd)?.write(&mut User::from_slice(bytes))
}

fn read(files: &Files, fd: i32, len: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    let count = files
        .get(fd)?
        .read(&mut User::new(bytes.as_mut_ptr(), len))?;
    bytes.truncate(count);
    Ok(bytes)
}

fn make(files: &Files, path: &str, content: &[u8]) {
    let fd = files
        .open(CWD, path.as_bytes(), O_CREAT | O_WRONLY | O_TRUNC, 0o666)
        .unwrap();
    assert_eq!(write(files, fd, content), Ok(content.len()));
    files.close(fd).unwrap();
}

fn content(files: &Files, path: &str) -> Result<Vec<u8>> {
    let fd = files.open(CWD, path.as_bytes(), O_RDONLY, 0)?;
    let bytes = read(files, fd, 1 << 20);
    files.close(fd)?;
    bytes
}

fn links(files: &Files, path: &str) -> u32 {
    files
        .attributes(CWD, path.as_bytes(), AT_SYMLINK_NOFOLLOW)
        .unwrap()
        .links
}

fn mkdir(files: &Files, path: &str) -> Result<()> {
    files.make_directory(CWD, path.as_bytes(), 0o777)
}

fn rename(files: &Files, old: &str, new: &str) -> Result<()> {
    files.rename(CWD, old.as_bytes(), CWD, new.as_bytes(), 0)
}

fn unlink(files: &Files, path: &str) -> Result<()> {
    files.remove(CWD, path.as_bytes(), 0)
}

fn rmdir(files: &Files, path: &str) -> Result<()> {
    files.remove(CWD, path.as_bytes(), AT_REMOVEDIR)
}

fn symlink(files: &Files, target: &str, path: &str) -> Result<()> {
    files.make_link(target.as_bytes(), CWD, path.as_bytes())
}

fn names(files: &Files, path: &str) -> Vec<String> {
    let fd = files
        .open(CWD, path.as_bytes(), O_RDONLY | O_DIRECTORY, 0)
        .unwrap();
    let mut names = Vec::new();
    loop {
        let before = names.len();
        files
            .list(fd, &mut |entry| {
                // A buffer with room for three entries.
                if names.len() == before + 3 {
                    return false;
                }
                names.push(String::from_utf8(entry.name.to_vec()).unwrap());
                true
            })
            .unwrap();
        if names.len() == before {
            break;
        }
    }
    files.close(fd).unwrap();
    names.sort();
    names
}

#[test]
fn the_archive_becomes_files() {
    let files = with_archive(archive(&[
        (".hermit/argv", 0o100644, b"x\0"),
        (".hermit/cwd", 0o100644, b"/work/here"),
        ("data", 0o040700, b""),
        ("data/in", 0o100640, b"input"),
        ("a/b/c", 0o100755, b"deep"),
        ("link", 0o120777, b"data/in"),
        ("data/in/x", 0o100755, b"below a file: left out"),
        ("a/b/c", 0o100755, b"again"),
    ]));
    assert_eq!(files.working_path().unwrap(), b"/work/here");
    assert_eq!(content(&files, "/link").unwrap(), b"input");
    assert_eq!(content(&files, "../../a/b/c").unwrap(), b"again");
    let attributes = files.attributes(CWD, b"/data/in", 0).unwrap();
    assert_eq!((attributes.mode, attributes.size), (S_IFREG | 0o640, 5));
    assert_eq!(
        (attributes.links, attributes.modified),
        (1, 1_700_000_000_000_000_000)
    );
    assert_eq!(
        files.attributes(CWD, b"/data", 0).unwrap().mode,
        S_IFDIR | 0o700
    );
    assert_eq!(
        names(&files, "/"),
        [".", "..", "a", "data", "dev", "link", "tmp", "work"]
    );
    make(&files, "/data/in", b"IN");
    assert_eq!(content(&files, "/link").unwrap(), b"IN");
}

#[test]
fn open_follows_posix() {
    let files = Files::new();
    let open = |path: &str, flags| files.open(CWD, path.as_bytes(), flags, 0o666);
    assert_eq!(open("", O_RDONLY), Err(Errno::ENOENT));
    assert_eq!(open("/tmp/a", O_RDONLY), Err(Errno::ENOENT));
    assert_eq!(open("/tmp/a", O_ACCMODE), Err(Errno::EINVAL));
    assert_eq!(open("/tmp/a/", O_CREAT | O_WRONLY), Err(Errno::EISDIR));
    assert_eq!(open("/no/a", O_CREAT | O_WRONLY), Err(Errno::ENOENT));
    let fd = open("/tmp/a", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC).unwrap();
    assert_eq!(fd, 3);
    assert_eq!(files.control(fd, F_GETFD, 0), Ok(1));
    assert_eq!(files.control(fd, F_GETFL, 0), Ok(O_RDWR as i32));
    assert_eq!(
        files.attributes(CWD, b"/tmp/a", 0).unwrap().mode,
        S_IFREG | 0o644
    );
    assert_eq!(open("/tmp/a", O_CREAT | O_EXCL), Err(Errno::EEXIST));
    assert_eq!(open("/tmp/a", O_DIRECTORY), Err(Errno::ENOTDIR));
    assert_eq!(open("/tmp/a/", O_RDONLY), Err(Errno::ENOTDIR));
    assert_eq!(open("/tmp/a/b", O_RDONLY), Err(Errno::ENOTDIR));
    assert_eq!(open("/tmp", O_WRONLY), Err(Errno::EISDIR));
    assert_eq!(open("/tmp", O_CREAT), Err(Errno::EISDIR));
    assert_eq!(open("/", O_RDWR), Err(Errno::EISDIR));
    let long = "x".repeat(256);
    assert_eq!(open(&long, O_CREAT), Err(Errno::ENAMETOOLONG));
    assert!(open(&long[1..], O_CREAT).is_ok());
    assert_eq!(open(&"./".repeat(2048), O_RDONLY), Err(Errno::ENAMETOOLONG));
    symlink(&files, "a", "/tmp/l").unwrap();
    assert_eq!(open("/tmp/l", O_NOFOLLOW), Err(Errno::ELOOP));
    assert_eq!(open("/tmp/l", O_CREAT | O_EXCL), Err(Errno::EEXIST));
    assert!(open("/tmp/l", O_RDONLY).is_ok());
    symlink(&files, "new", "/tmp/dangling").unwrap();
    assert!(open("/tmp/dangling", O_CREAT | O_WRONLY).is_ok());
    assert!(files.attributes(CWD, b"/tmp/new", 0).is_ok());
    symlink(&files, "loop2", "/tmp/loop1").unwrap();
    symlink(&files, "loop1", "/tmp/loop2").unwrap();
    assert_eq!(open("/tmp/loop1", O_RDONLY), Err(Errno::ELOOP));
    assert_eq!(open("/tmp/loop1/x", O_CREAT), Err(Errno::ELOOP));
}

#[test]
fn positions_and_access_modes() {
    let files = Files::new();
    let fd = files.open(CWD, b"/tmp/f", O_CREAT | O_RDWR, 0o600).unwrap();
    assert_eq!(write(&files, fd, b"0123456789"), Ok(10));
    assert_eq!(read(&files, fd, 4), Ok(vec![]));
    assert_eq!(files.seek(fd, 2, SEEK_SET), Ok(2));
    assert_eq!(read(&files, fd, 4).unwrap(), b"2345");
    assert_eq!(files.seek(fd, -1, SEEK_CUR), Ok(5));
    assert_eq!(files.seek(fd, -3, SEEK_END), Ok(7));
    assert_eq!(files.seek(fd, -11, SEEK_END), Err(Errno::EINVAL));
    assert_eq!(files.seek(fd, i64::MAX, SEEK_CUR), Err(Errno::EOVERFLOW));
    assert_eq!(files.seek(fd, 0, 5), Err(Errno::EINVAL));
    assert_eq!(files.seek(fd, 0, SEEK_CUR), Ok(7));
    let open = files.get(fd).unwrap();
    let mut byte = [0];
    assert_eq!(open.read_at(9, &mut User::new(byte.as_mut_ptr(), 1)), Ok(1));
    assert_eq!(
        open.read_at(-1, &mut User::new(byte.as_mut_ptr(), 1)),
        Err(Errno::EINVAL)
    );
    assert_eq!(&byte, b"9");
    assert_eq!(open.truncate(12), Ok(()));
    assert_eq!(read(&files, fd, 9).unwrap(), b"789\0\0");
    let duplicate = files.duplicate(fd).unwrap();
    files.seek(duplicate, 1, SEEK_SET).unwrap();
    assert_eq!(read(&files, fd, 1).unwrap(), b"1");
    let reader = files.open(CWD, b"/tmp/f", O_RDONLY, 0).unwrap();
    assert_eq!(write(&files, reader, b"x"), Err(Errno::EBADF));
    assert_eq!(files.get(reader).unwrap().truncate(0), Err(Errno::EINVAL));
    let writer = files.open(CWD, b"/tmp/f", O_WRONLY | O_APPEND, 0).unwrap();
    assert_eq!(read(&files, writer, 1), Err(Errno::EBADF));
    files.seek(writer, 0, SEEK_SET).unwrap();
    assert_eq!(write(&files, writer, b"end"), Ok(3));
    assert_eq!(files.seek(writer, 0, SEEK_CUR), Ok(15));
    assert_eq!(read(&files, 99, 1), Err(Errno::EBADF));
    assert_eq!(read(&files, -1, 1), Err(Errno::EBADF));
    let directory = files.open(CWD, b"/tmp", O_RDONLY, 0).unwrap();
    assert_eq!(read(&files, directory, 1), Err(Errno::EISDIR));
}

#[test]
fn descriptors_take_the_lowest_number() {
    let files = Files::new();
    let null = || files.open(CWD, b"/dev/null", O_RDWR, 0);
    assert_eq!([null(), null(), null()], [Ok(3), Ok(4), Ok(5)]);
    files.close(4).unwrap();
    files.close(0).unwrap();
    assert_eq!([null(), null(), null()], [Ok(0), Ok(4), Ok(6)]);
    assert_eq!(files.control(0, F_DUPFD, 5), Ok(7));
    assert_eq!(files.control(0, F_DUPFD, 100), Ok(100));
    assert_eq!(files.control(100, F_GETFD, 0), Ok(0));
    assert_eq!(
        files.control(0, F_DUPFD, OPEN_MAX as isize),
        Err(Errno::EINVAL)
    );
    assert_eq!(files.control(0, F_DUPFD, -1), Err(Errno::EINVAL));
    assert_eq!(files.duplicate_to(0, 4, O_CLOEXEC), Ok(4));
    assert_eq!(files.control(4, F_GETFD, 0), Ok(1));
    assert_eq!(files.duplicate_to(0, 4, O_CLOFORK), Ok(4));
    assert_eq!(files.control(4, F_GETFD, 0), Ok(2));
    assert_eq!(files.control(4, F_SETFD, 3), Ok(0));
    assert_eq!(files.control(4, F_GETFD, 0), Ok(3));
    assert_eq!(files.duplicate_to(0, 0, 0), Err(Errno::EINVAL));
    assert_eq!(files.duplicate_to(0, OPEN_MAX as i32, 0), Err(Errno::EBADF));
    assert_eq!(files.duplicate_to(55, 56, 0), Err(Errno::EBADF));
    assert_eq!(files.close(55), Err(Errno::EBADF));
    let last = loop {
        match null() {
            Ok(fd) => assert!(fd < OPEN_MAX as i32),
            Err(errno) => break errno,
        }
    };
    assert_eq!(last, Errno::EMFILE);
    files.close(17).unwrap();
    assert_eq!(null(), Ok(17));
    assert_eq!(files.pipe(0), Err(Errno::EMFILE));
    files.close(20).unwrap();
    assert_eq!(files.pipe(0), Err(Errno::EMFILE));
    assert_eq!(null(), Ok(20));
}

#[test]
fn directories_are_made_and_removed() {
    let files = Files::new();
    mkdir(&files, "/tmp/d").unwrap();
    mkdir(&files, "/tmp/d/e/").unwrap();
    assert_eq!(links(&files, "/tmp/d"), 3);
    assert_eq!(mkdir(&files, "/tmp/d"), Err(Errno::EEXIST));
    assert_eq!(mkdir(&files, "/"), Err(Errno::EEXIST));
    assert_eq!(mkdir(&files, "/tmp/x/y"), Err(Errno::ENOENT));
    assert_eq!(rmdir(&files, "/tmp/d"), Err(Errno::ENOTEMPTY));
    assert_eq!(rmdir(&files, "/tmp/d/."), Err(Errno::EINVAL));
    assert_eq!(rmdir(&files, "/tmp/d/e/.."), Err(Errno::ENOTEMPTY));
    assert_eq!(rmdir(&files, "/"), Err(Errno::EBUSY));
    assert_eq!(rmdir(&files, "/dev/fd"), Err(Errno::EBUSY));
    assert_eq!(unlink(&files, "/tmp/d"), Err(Errno::EISDIR));
    let inside = files.open(CWD, b"/tmp/d/e", O_RDONLY, 0).unwrap();
    rmdir(&files, "/tmp/d/e/").unwrap();
    assert_eq!(links(&files, "/tmp/d"), 2);
    assert_eq!(files.open(inside, b"new", O_CREAT, 0), Err(Errno::ENOENT));
    assert_eq!(files.make_directory(inside, b"new", 0), Err(Errno::ENOENT));
    files.change_directory(inside, b"").unwrap();
    assert_eq!(files.working_path(), Err(Errno::ENOENT));
    files.change_directory(CWD, b"/tmp/d").unwrap();
    assert_eq!(files.working_path().unwrap(), b"/tmp/d");
    make(&files, "f", b"1");
    assert_eq!(rmdir(&files, "f"), Err(Errno::ENOTDIR));
    assert_eq!(unlink(&files, "f/"), Err(Errno::ENOTDIR));
    assert_eq!(files.change_directory(CWD, b"f"), Err(Errno::ENOTDIR));
    let fd = files.open(CWD, b"f", O_RDONLY, 0).unwrap();
    unlink(&files, "f").unwrap();
    assert_eq!(read(&files, fd, 9).unwrap(), b"1");
    assert_eq!(files.get(fd).unwrap().file.attributes().unwrap().links, 0);
    assert_eq!(unlink(&files, "f"), Err(Errno::ENOENT));
}

#[test]
fn rename_follows_posix() {
    let files = Files::new();
    for path in ["/tmp/a", "/tmp/a/b", "/tmp/a/b/c", "/tmp/x"] {
        mkdir(&files, path).unwrap();
    }
    make(&files, "/tmp/f", b"f");
    make(&files, "/tmp/g", b"g");
    assert_eq!(rename(&files, "/tmp/a", "/tmp/a/b/c/d"), Err(Errno::EINVAL));
    assert_eq!(rename(&files, "/tmp/a", "/tmp/a"), Ok(()));
    assert_eq!(
        rename(&files, "/tmp/a/b/c", "/tmp/a/b"),
        Err(Errno::ENOTEMPTY)
    );
    assert_eq!(
        rename(&files, "/tmp/a/b/c", "/tmp/a"),
        Err(Errno::ENOTEMPTY)
    );
    assert_eq!(rename(&files, "/tmp/a/.", "/tmp/z"), Err(Errno::EINVAL));
    assert_eq!(rename(&files, "/", "/tmp/z"), Err(Errno::EBUSY));
    assert_eq!(rename(&files, "/tmp/f", "/tmp/x"), Err(Errno::EISDIR));
    assert_eq!(rename(&files, "/tmp/x", "/tmp/f"), Err(Errno::ENOTDIR));
    assert_eq!(rename(&files, "/tmp/f", "/tmp/h/"), Err(Errno::ENOTDIR));
    assert_eq!(rename(&files, "/tmp/none", "/tmp/h"), Err(Errno::ENOENT));
    assert_eq!(rename(&files, "/tmp/f", "/dev/fd/9"), Err(Errno::EXDEV));
    rename(&files, "/tmp/f", "/tmp/g").unwrap();
    assert_eq!(content(&files, "/tmp/g").unwrap(), b"f");
    assert_eq!(content(&files, "/tmp/f"), Err(Errno::ENOENT));
    rename(&files, "/tmp/a/b", "/tmp/x/").unwrap();
    assert_eq!(
        (
            links(&files, "/tmp/a"),
            links(&files, "/tmp/x"),
            links(&files, "/tmp")
        ),
        (2, 3, 4)
    );
    files.change_directory(CWD, b"/tmp/x/c/..").unwrap();
    assert_eq!(files.working_path().unwrap(), b"/tmp/x");
    rename(&files, "/tmp/x", "/tmp/a/x").unwrap();
    assert_eq!(files.working_path().unwrap(), b"/tmp/a/x");
    assert_eq!((links(&files, "/tmp/a"), links(&files, "/tmp")), (3, 3));
    make(&files, "/tmp/one", b"1");
    files.link(CWD, b"/tmp/one", CWD, b"/tmp/two", 0).unwrap();
    rename(&files, "/tmp/one", "/tmp/two").unwrap();
    assert_eq!(links(&files, "/tmp/one"), 2);
    let keeping = |old: &str, new: &str| {
        files.rename(CWD, old.as_bytes(), CWD, new.as_bytes(), RENAME_NOREPLACE)
    };
    assert_eq!(keeping("/tmp/one", "/tmp/two"), Err(Errno::EEXIST));
    assert_eq!(keeping("/tmp/one", "/tmp/one"), Err(Errno::EEXIST));
    assert_eq!(keeping("/tmp/none", "/tmp/two"), Err(Errno::ENOENT));
    assert_eq!(keeping("/tmp/one", "/tmp/three"), Ok(()));
    assert_eq!(content(&files, "/tmp/three").unwrap(), b"1");
}

#[test]
fn links_follow_posix() {
    let files = Files::new();
    make(&files, "/tmp/f", b"f");
    symlink(&files, "f", "/tmp/s").unwrap();
    assert_eq!(symlink(&files, "", "/tmp/t"), Err(Errno::ENOENT));
    assert_eq!(symlink(&files, "f", "/tmp/s"), Err(Errno::EEXIST));
    assert_eq!(files.link_target(CWD, b"/tmp/s").unwrap(), b"f");
    assert_eq!(files.link_target(CWD, b"/tmp/f"), Err(Errno::EINVAL));
    assert_eq!(
        files
            .attributes(CWD, b"/tmp/s", AT_SYMLINK_NOFOLLOW)
            .unwrap()
            .mode,
        S_IFLNK | 0o777
    );
    files.link(CWD, b"/tmp/s", CWD, b"/tmp/s2", 0).unwrap();
    assert_eq!(links(&files, "/tmp/s"), 2);
    files
        .link(CWD, b"/tmp/s", CWD, b"/tmp/f2", AT_SYMLINK_FOLLOW)
        .unwrap();
    assert_eq!(links(&files, "/tmp/f"), 2);
    assert_eq!(
        files.link(CWD, b"/tmp", CWD, b"/tmp2", 0),
        Err(Errno::EPERM)
    );
    assert_eq!(
        files.link(CWD, b"/tmp/f", CWD, b"/tmp/s", 0),
        Err(Errno::EEXIST)
    );
    unlink(&files, "/tmp/f").unwrap();
    assert_eq!(content(&files, "/tmp/s"), Err(Errno::ENOENT));
    assert_eq!(content(&files, "/tmp/f2").unwrap(), b"f");
    assert_eq!(links(&files, "/tmp/f2"), 1);
    symlink(&files, "/tmp", "/t").unwrap();
    assert_eq!(content(&files, "/t//f2").unwrap(), b"f");
    assert_eq!(unlink(&files, "/t/"), Err(Errno::ENOTDIR));
    assert_eq!(rmdir(&files, "/t/"), Err(Errno::ENOTDIR));
    assert_eq!(rename(&files, "/t/", "/u"), Err(Errno::ENOTDIR));
    assert_eq!(mkdir(&files, "/t/"), Err(Errno::EEXIST));
    assert_eq!(
        files
            .attributes(CWD, b"/t/", AT_SYMLINK_NOFOLLOW)
            .unwrap()
            .mode
            & S_IFMT,
        S_IFDIR
    );
}

#[test]
fn attributes_change() {
    let files = Files::new();
    make(&files, "/tmp/f", b"f");
    assert_eq!(files.set_umask(0o077), 0o022);
    make(&files, "/tmp/g", b"");
    assert_eq!(
        files.attributes(CWD, b"/tmp/g", 0).unwrap().mode,
        S_IFREG | 0o600
    );
    assert_eq!(files.access(CWD, b"/tmp/f", 6, 0), Ok(()));
    assert_eq!(files.access(CWD, b"/tmp/f", 1, 0), Err(Errno::EACCES));
    assert_eq!(files.access(CWD, b"/tmp/none", 0, 0), Err(Errno::ENOENT));
    assert_eq!(files.access(CWD, b"/tmp/f", 8, 0), Err(Errno::EINVAL));
    let change = Change {
        permissions: Some(0o4755),
        uid: Some(7),
        accessed: Some(Time::At(1)),
        modified: Some(Time::At(-5)),
        ..Change::default()
    };
    files.change(CWD, b"/tmp/f", 0, change).unwrap();
    let attributes = files.attributes(CWD, b"/tmp/f", 0).unwrap();
    assert_eq!(
        (attributes.mode, attributes.uid, attributes.gid),
        (S_IFREG | 0o4755, 7, 0)
    );
    assert_eq!((attributes.accessed, attributes.modified), (1, -5));
    assert_eq!(files.access(CWD, b"/tmp/f", 1, 0), Ok(()));
}

#[test]
fn devices() {
    let files = Files::new();
    let open = |path: &str| files.open(CWD, path.as_bytes(), O_RDWR, 0).unwrap();
    let (null, zero, full) = (open("/dev/null"), open("/dev/zero"), open("/dev/full"));
    assert_eq!(
        (write(&files, null, b"abc"), read(&files, null, 3)),
        (Ok(3), Ok(vec![]))
    );
    assert_eq!(
        (write(&files, zero, b"abc"), read(&files, zero, 5000)),
        (Ok(3), Ok(vec![0; 5000]))
    );
    assert_eq!(write(&files, full, b"abc"), Err(Errno::ENOSPC));
    assert_eq!(read(&files, open("/dev/urandom"), 600).unwrap().len(), 600);
    assert_eq!(files.seek(null, 0, SEEK_SET), Ok(0));
    assert_eq!(files.seek(1, 0, SEEK_SET), Err(Errno::ESPIPE));
    assert_eq!(
        files.attributes(CWD, b"/dev/null", 0).unwrap().mode,
        S_IFCHR | 0o666
    );
    assert_eq!(write(&files, 1, b"hello"), Ok(5));
    assert_eq!(write(&files, 0, b"hello"), Err(Errno::EBADF));
    assert_eq!(
        files.open(CWD, b"/dev/fd/77", O_RDONLY, 0),
        Err(Errno::ENOENT)
    );
    assert_eq!(
        files.open(CWD, b"/dev/fd/00", O_RDONLY, 0),
        Err(Errno::ENOENT)
    );
    let out = files.open(CWD, b"/dev/stdout", O_WRONLY, 0).unwrap();
    assert_eq!(write(&files, out, b" world"), Ok(6));
    assert!(names(&files, "/dev/fd").starts_with(&[
        ".".into(),
        "..".into(),
        "0".into(),
        "1".into()
    ]));
}

#[test]
fn large_directories_list_each_name_once() {
    let files = Files::new();
    let mut expected = vec![".".to_string(), "..".to_string()];
    for i in 0..1000 {
        make(&files, &format!("/tmp/{i}"), b"");
        expected.push(i.to_string());
    }
    expected.sort();
    assert_eq!(names(&files, "/tmp"), expected);
    for i in 0..1000 {
        unlink(&files, &format!("/tmp/{i}")).unwrap();
    }
    assert_eq!(names(&files, "/tmp"), [".", ".."]);
}

#[test]
fn pipes() {
    let files = HostArc::new(Files::new());
    let (from, to) = files.pipe(0).unwrap();
    assert_eq!(write(&files, to, b"hello"), Ok(5));
    assert_eq!(read(&files, from, 3).unwrap(), b"hel");
    assert_eq!(read(&files, from, 100).unwrap(), b"lo");
    assert_eq!(files.seek(from, 0, SEEK_CUR), Err(Errno::ESPIPE));
    assert_eq!(read(&files, to, 1), Err(Errno::EBADF));
    assert_eq!(write(&files, from, b"x"), Err(Errno::EBADF));
    files.control(from, F_SETFL, O_NONBLOCK as isize).unwrap();
    assert_eq!(read(&files, from, 1), Err(Errno::EAGAIN));
    let request = |number, wanted| Request {
        number,
        wanted,
        found: 0,
    };
    let mut requests = [
        request(from, POLLIN),
        request(to, POLLOUT),
        request(-1, POLLIN),
        request(88, 0),
    ];
    assert_eq!(files.poll(&mut requests, Some(0)), Ok(2));
    assert_eq!(
        requests.map(|request| request.found),
        [0, POLLOUT, 0, POLLNVAL]
    );
    files.control(to, F_SETFL, O_NONBLOCK as isize).unwrap();
    assert_eq!(write(&files, to, &vec![1; 100_000]), Ok(65536));
    assert_eq!(write(&files, to, b"x"), Err(Errno::EAGAIN));
    assert_eq!(files.poll(&mut requests[..2], None), Ok(1));
    assert_eq!(requests[0].found, POLLIN);
    read(&files, from, 100).unwrap();
    assert_eq!(
        write(&files, to, &[1; 200]),
        Err(Errno::EAGAIN),
        "a small write goes in whole"
    );
    assert_eq!(write(&files, to, &[1; 5000]), Ok(100));
    files.close(from).unwrap();
    assert_eq!(write(&files, to, b"x"), Err(Errno::EPIPE));

    // A megabyte through two threads that block in turn.
    let (from, to) = files.pipe(0).unwrap();
    let writer = {
        let files = files.clone();
        thread::spawn(move || {
            let bytes: Vec<u8> = (0..1 << 20).map(|i| (i / 3) as u8).collect();
            assert_eq!(write(&files, to, &bytes), Ok(bytes.len()));
            files.close(to).unwrap();
        })
    };
    let mut total = 0usize;
    loop {
        let mut requests = [request(from, POLLIN)];
        assert_eq!(files.poll(&mut requests, None), Ok(1));
        let bytes = read(&files, from, 7000).unwrap();
        if bytes.is_empty() {
            assert_eq!(requests[0].found & POLLHUP, POLLHUP);
            break;
        }
        for byte in bytes {
            assert_eq!(byte, (total / 3) as u8);
            total += 1;
        }
    }
    assert_eq!(total, 1 << 20);
    writer.join().unwrap();
}

#[test]
fn texts_are_made_for_who_opens_them() {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let text: HostArc<dyn File> =
        Node::text(|| format!("{}", COUNT.fetch_add(1, Ordering::Relaxed)).into_bytes());
    let first = text.clone().open(O_RDONLY).unwrap();
    let second = text.clone().open(O_RDONLY).unwrap();
    for (file, expected) in [(first, b'0'), (second, b'1')] {
        let mut byte = [0; 2];
        let mut to = User::new(byte.as_mut_ptr(), 2);
        assert_eq!(file.read(&mut 0, &mut to, Manner::default()), Ok(1));
        assert_eq!(byte[0], expected);
    }
    assert_eq!(text.clone().open(O_RDWR).err(), Some(Errno::EACCES));
    assert_eq!(text.attributes().unwrap().size, 0);
}

#[test]
fn threads_share_a_file_system() {
    let files = HostArc::new(Files::new());
    let log = files
        .open(CWD, b"/tmp/log", O_CREAT | O_WRONLY, 0o666)
        .unwrap();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let files = files.clone();
            thread::spawn(move || {
                for round in 0..200 {
                    let (one, two) = (format!("/tmp/{thread}"), format!("/tmp/d{}", round % 3));
                    let _ = mkdir(&files, &two);
                    make(&files, &one, b"x");
                    let _ = rename(&files, &one, &format!("{two}/{thread}"));
                    let _ = rename(&files, &two, &format!("/tmp/d{}/sub", (round + 1) % 3));
                    let _ = unlink(&files, &format!("{two}/{thread}"));
                    let _ = rmdir(&files, &two);
                    let _ = files.working_path();
                    assert_eq!(write(&files, log, &[thread as u8; 100]), Ok(100));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let bytes = content(&files, "/tmp/log").unwrap();
    assert_eq!(bytes.len(), 8 * 200 * 100);
    assert!(
        bytes
            .chunks(100)
            .all(|chunk| chunk.iter().all(|byte| *byte == chunk[0]))
    );
}

/// The numbers are those of the sysroot's header.
#[test]
fn numbers_are_those_of_the_header() {
    let text = concat!(
        include_str!("../../../include/sys/_default_fcntl.h"),
        include_str!("../../../include/sys/_close_flags.h")
    );
    for (name, value) in [
        ("O_APPEND", O_APPEND),
        ("O_CREAT", O_CREAT),
        ("O_TRUNC", O_TRUNC),
        ("O_EXCL", O_EXCL),
        ("O_SYNC", O_SYNC),
        ("O_NONBLOCK", O_NONBLOCK),
        ("O_CLOEXEC", O_CLOEXEC),
        ("O_CLOFORK", O_CLOFORK),
        ("O_NOFOLLOW", O_NOFOLLOW),
        ("O_DIRECTORY", O_DIRECTORY),
        ("F_SETLKW", F_SETLKW),
        ("F_OFD_SETLKW", F_OFD_SETLKW),
        ("F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC),
        ("F_DUPFD_CLOFORK", F_DUPFD_CLOFORK),
        ("FD_CLOEXEC", FD_CLOEXEC),
        ("FD_CLOFORK", FD_CLOFORK),
        ("AT_SYMLINK_NOFOLLOW", AT_SYMLINK_NOFOLLOW),
        ("AT_SYMLINK_FOLLOW", AT_SYMLINK_FOLLOW),
        ("AT_REMOVEDIR", AT_REMOVEDIR),
        ("AT_EMPTY_PATH", AT_EMPTY_PATH),
    ] {
        let line = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        let number = line
            .filter(|words| words.len() >= 3 && words[0].ends_with("define") && words[1] == name)
            .map(|words| match words[2].strip_prefix("0x") {
                Some(digits) => u32::from_str_radix(digits, 16).unwrap(),
                None => words[2].parse().unwrap(),
            })
            .next();
        assert_eq!(number, Some(value), "{name}");
    }
}
