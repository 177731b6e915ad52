//! The archive, read back by a reader of its own and by the host's cpio where there is one.

use super::*;
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};

struct Found {
    name: Vec<u8>,
    mode: u32,
    mtime: u32,
    data: Vec<u8>,
}

/// Reads an archive by the format's description, strictly.
fn entries(archive: &mut Archive) -> Vec<Found> {
    let mut bytes = Vec::new();
    archive.file.rewind().unwrap();
    archive.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, archive.size);
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        assert_eq!(at % 4, 0);
        assert_eq!(&bytes[at..at + 6], b"070701");
        let field = |i: usize| {
            let digits = std::str::from_utf8(&bytes[at + 6 + i * 8..][..8]).unwrap();
            u32::from_str_radix(digits, 16).unwrap()
        };
        let (mode, mtime, size, name_size) =
            (field(1), field(5), field(6) as usize, field(11) as usize);
        let name = bytes[at + 110..at + 110 + name_size - 1].to_vec();
        assert_eq!(bytes[at + 110 + name_size - 1], 0);
        let data_at = (at + 110 + name_size).next_multiple_of(4);
        let data = bytes[data_at..data_at + size].to_vec();
        at = (data_at + size).next_multiple_of(4);
        if name == b"TRAILER!!!" {
            assert_eq!(at, bytes.len());
            return found;
        }
        found.push(Found {
            name,
            mode,
            mtime,
            data,
        });
    }
}

fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("hermit-run-test-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn argument(host: &Path, guest: &str) -> FileArg {
    FileArg {
        host: host.into(),
        guest: guest.into(),
    }
}

#[test]
fn arguments_and_environment_of_any_bytes() {
    let args = [
        "prog".into(),
        OsString::new(),
        OsString::from_vec(vec![0xff, 1, b'\n']),
    ];
    let env = [
        ("A".into(), "b=c".into()),
        (OsString::from_vec(vec![0xfe]), OsString::new()),
    ];
    let found = entries(&mut build(&args, &env, Some(b"/w"), None, b"", &[]).unwrap());
    assert_eq!(found.len(), 3);
    assert_eq!(
        (&found[2].name[..], &found[2].data[..]),
        (&b".hermit/cwd"[..], &b"/w"[..])
    );
    assert_eq!(
        (&found[0].name[..], &found[0].data[..]),
        (&b".hermit/argv"[..], &b"prog\0\0\xff\x01\n\0"[..])
    );
    assert_eq!(
        (&found[1].name[..], &found[1].data[..]),
        (&b".hermit/env"[..], &b"A=b=c\0\xfe=\0"[..])
    );
}

#[test]
fn files_keep_contents_mode_and_time() {
    let dir = scratch("files");
    let big: Vec<u8> = (0..1_000_001u32).map(|i| ((i * 7) >> 3) as u8).collect();
    fs::write(dir.join("big"), &big).unwrap();
    fs::write(dir.join("empty"), b"").unwrap();
    fs::set_permissions(dir.join("big"), fs::Permissions::from_mode(0o640)).unwrap();
    let files = [
        argument(&dir.join("big"), "/data/in/big"),
        argument(&dir.join("empty"), "data/"),
        argument(&dir.join("big"), "x"),
    ];
    let found = entries(&mut build(&["p".into()], &[], None, None, b"", &files).unwrap());
    let names: Vec<_> = found
        .iter()
        .map(|entry| String::from_utf8(entry.name.clone()).unwrap())
        .collect();
    assert_eq!(
        names,
        [
            ".hermit/argv",
            ".hermit/env",
            "data",
            "data/in",
            "data/in/big",
            "data/empty",
            "x"
        ]
    );
    assert_eq!((found[2].mode, found[4].mode), (0o040755, 0o100640));
    assert!(found[4].data == big && found[6].data == big && found[5].data.is_empty());
    assert_eq!(
        i64::from(found[4].mtime),
        fs::metadata(dir.join("big")).unwrap().mtime()
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn directories_with_all_that_is_in_them() {
    let dir = scratch("tree");
    fs::create_dir_all(dir.join("a/b")).unwrap();
    fs::write(dir.join("a/b/f"), b"1").unwrap();
    fs::write(dir.join("z"), b"2").unwrap();
    symlink("z", dir.join("link")).unwrap();
    let names = |guest: &str| -> Vec<String> {
        let found = entries(
            &mut build(
                &["p".into()],
                &[],
                None,
                None,
                b"",
                &[argument(&dir, guest)],
            )
            .unwrap(),
        );
        found[2..]
            .iter()
            .map(|entry| String::from_utf8(entry.name.clone()).unwrap())
            .collect()
    };
    assert_eq!(
        names("/t"),
        ["t", "t/a", "t/a/b", "t/a/b/f", "t/link", "t/z"]
    );
    assert_eq!(
        names("/"),
        [dir.file_name().unwrap().to_str().unwrap()]
            .iter()
            .flat_map(|top| {
                ["", "/a", "/a/b", "/a/b/f", "/link", "/z"].map(|rest| format!("{top}{rest}"))
            })
            .collect::<Vec<_>>()
    );
    assert_eq!(names("/."), ["a", "a/b", "a/b/f", "link", "z"]);
    symlink(".", dir.join("loop")).unwrap();
    let failure = build(&["p".into()], &[], None, None, b"", &[argument(&dir, "/t")])
        .err()
        .unwrap();
    assert!(
        failure.message.contains("loop") || failure.message.contains("symbolic"),
        "{failure}"
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn standard_input_has_its_position() {
    let dir = scratch("stdin");
    let path = dir.join("text");
    fs::write(&path, "some text").unwrap();
    let file = File::open(&path).unwrap();
    let mut input = Input {
        metadata: file.metadata().unwrap(),
        position: 5,
        file,
    };
    let found = entries(&mut build(&["p".into()], &[], None, Some(&mut input), b"", &[]).unwrap());
    let data = |name: &str| {
        let found = found.iter().find(|entry| entry.name == name.as_bytes());
        found.unwrap().data.clone()
    };
    assert_eq!(data(".hermit/stdin"), b"some text");
    assert_eq!(data(".hermit/stdin-at"), b"5");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn what_cannot_be_given() {
    let complaint = |host: &str, guest: &str| {
        build(
            &["p".into()],
            &[],
            None,
            None,
            b"",
            &[argument(Path::new(host), guest)],
        )
        .err()
        .unwrap()
        .message
    };
    assert_eq!(
        complaint("/nonexistent", "/x"),
        "--file: /nonexistent: No such file or directory"
    );
    assert!(complaint("/etc/passwd", "/../x").contains("\"..\""));
    assert!(complaint("/etc/passwd", "/.hermit/argv").contains("belongs to the kernel"));
    assert!(complaint("/etc/passwd", "TRAILER!!!").contains("end mark"));
    assert!(complaint("/etc/passwd", "/.").contains("root directory"));
    assert!(complaint("/dev/null", "/null").contains("neither a file nor a directory"));
    assert!(complaint("..", "dir/").contains("no name"));
}

#[test]
fn variables_that_are_handed_over() {
    let host = [
        ("OMP_NUM_THREADS", "4"),
        ("HOME", "/root"),
        ("HERMIT_X", "1"),
        ("HERMIT_RUN_CPUS", "2"),
        ("GOMP_SPINCOUNT", "9"),
    ];
    let settings = [
        ("OMP_NUM_THREADS".into(), Some("8".into())),
        ("HOME".into(), None),
        ("NOT_SET".into(), None),
        ("NEW".into(), Some("".into())),
    ];
    let env = environment(host.iter().map(|(k, v)| (k.into(), v.into())), &settings);
    let env: Vec<_> = env
        .iter()
        .map(|(k, v)| (k.to_str().unwrap(), v.to_str().unwrap()))
        .collect();
    let expected = [
        ("OMP_NUM_THREADS", "8"),
        ("HERMIT_X", "1"),
        ("GOMP_SPINCOUNT", "9"),
        ("HOME", "/root"),
        ("NEW", ""),
    ];
    assert_eq!(env, expected);
    assert!(OsStr::new(env[0].0) == "OMP_NUM_THREADS");
}

#[test]
fn waiting_is_passive_unless_chosen() {
    let with = |key: &str, value: &str| {
        let mut env = vec![(OsString::from(key), OsString::from(value))];
        wait_passively(&mut env);
        env.len()
    };
    assert_eq!(with("OMP_NUM_THREADS", "4"), 2);
    assert_eq!(with("OMP_WAIT_POLICY", "active"), 1);
    assert_eq!(with("GOMP_SPINCOUNT", "100"), 1);
}
