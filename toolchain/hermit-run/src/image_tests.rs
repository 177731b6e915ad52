//! The checks of images, over whole, foreign, damaged and hostile ones.

use super::*;
use std::os::fd::FromRawFd;

fn note(name: &[u8], kind: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((name.len() as u32).to_le_bytes());
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    for part in [name, data] {
        bytes.extend(part);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// A well-formed image with the given notes and one loaded segment that covers the file.
fn image(notes: &[u8], extra_segment: Option<u32>) -> Vec<u8> {
    let segments: u16 = if extra_segment.is_some() { 3 } else { 2 };
    let notes_at = 64 + 56 * u64::from(segments);
    let length = notes_at + notes.len() as u64;
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend(2u16.to_le_bytes()); // ET_EXEC
    bytes.extend(62u16.to_le_bytes()); // x86-64
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(0x100000u64.to_le_bytes());
    bytes.extend(64u64.to_le_bytes());
    bytes.extend([0; 12]);
    for value in [64u16, 56, segments, 0, 0, 0] {
        bytes.extend(value.to_le_bytes());
    }
    let mut segment = |kind: u32, at: u64, size: u64, memory: u64| {
        bytes.extend(kind.to_le_bytes());
        bytes.extend(5u32.to_le_bytes());
        for value in [at, 0x100000 + at, 0x100000 + at, size, memory, 4] {
            bytes.extend(value.to_le_bytes());
        }
    };
    segment(PT_LOAD, 0, length, length + 0x1000);
    segment(PT_NOTE, notes_at, notes.len() as u64, notes.len() as u64);
    if let Some(kind) = extra_segment {
        segment(kind, notes_at, 4, 4);
    }
    bytes.extend(notes);
    bytes
}

fn good_notes() -> Vec<u8> {
    [
        note(b"Xen\0", 18, &[0, 0, 16, 0]),
        note(b"Hermit\0", 1, &[1, 0, 0, 0]),
    ]
    .concat()
}

fn look(bytes: &[u8]) -> Result<Image, Problem> {
    // SAFETY: the name is a NUL-terminated string; the descriptor is fresh and ours.
    let file = unsafe { File::from_raw_fd(libc::memfd_create(c"image".as_ptr(), 0)) };
    file.write_all_at(bytes, 0).unwrap();
    match examine(&Reader {
        file: &file,
        length: bytes.len() as u64,
    }) {
        Ok(image) => Ok(image),
        Err(Wrong::Problem(problem)) => Err(problem),
        Err(Wrong::Io(error)) => panic!("{error}"),
    }
}

fn changed(at: usize, to: &[u8]) -> Vec<u8> {
    let mut bytes = image(&good_notes(), None);
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn a_good_one() {
    let bytes = image(&good_notes(), None);
    assert_eq!(
        look(&bytes),
        Ok(Image {
            end: 0x100000 + bytes.len() as u64 + 0x1000,
            wants_symbols: false
        })
    );
}

#[test]
fn foreign_files() {
    assert_eq!(look(b""), Err(Problem::Empty));
    assert_eq!(look(b"#!/bin/sh\n"), Err(Problem::Script));
    assert_eq!(look(b"hello"), Err(Problem::NotElf));
    assert_eq!(look(&changed(4, &[1])), Err(Problem::NotElf64));
    assert_eq!(look(&changed(5, &[2])), Err(Problem::BigEndian));
    assert_eq!(
        look(&changed(4, &[9])),
        Err(Problem::Damaged(
            "its ELF header is neither 32-bit nor 64-bit"
        ))
    );
    assert_eq!(look(&changed(18, &[183])), Err(Problem::Machine(183)));
    assert_eq!(look(&changed(16, &[1])), Err(Problem::Object));
    assert_eq!(
        look(&changed(16, &[77])),
        Err(Problem::Damaged("its ELF header names no kind of file"))
    );
}

#[test]
fn linux_programs() {
    assert_eq!(
        look(&image(&good_notes(), Some(PT_INTERP))),
        Err(Problem::LinuxDynamic)
    );
    assert_eq!(
        look(&image(&note(b"GNU\0", 1, &[0; 16]), None)),
        Err(Problem::LinuxStatic)
    );
    assert_eq!(look(&image(&[], None)), Err(Problem::LinuxStatic));
}

#[test]
fn other_versions() {
    let newer = [
        note(b"Xen\0", 18, &[0; 4]),
        note(b"Hermit\0", 1, &[2, 0, 0, 0]),
    ]
    .concat();
    assert_eq!(look(&image(&newer, None)), Err(Problem::Abi(2)));
    assert_eq!(
        look(&image(&note(b"Hermit\0", 1, &[1, 0, 0, 0]), None)),
        Err(Problem::NotBootable)
    );
}

#[test]
fn truncation_at_every_length_is_noticed() {
    let whole = image(&good_notes(), None);
    for length in 0..whole.len() {
        match look(&whole[..length]) {
            Err(Problem::Empty | Problem::NotElf | Problem::Truncated { .. }) => {}
            other => panic!("{length}: {other:?}"),
        }
    }
}

#[test]
fn hostile_headers() {
    let damaged = |bytes: &[u8]| match look(bytes) {
        Err(Problem::Damaged(_) | Problem::Truncated { .. }) => {}
        other => panic!("{other:?}"),
    };
    damaged(&changed(32, &[0xff; 8])); // program headers at the end of the world
    damaged(&changed(54, &[1, 0])); // entries of one byte
    damaged(&changed(56, &[0xff, 0xff]));
    damaged(&changed(56, &[0, 0]));
    damaged(&changed(56, &[0xfe, 0xff])); // more headers than bytes
    damaged(&changed(64 + 8, &[0xff; 8])); // offset + size overflows
    damaged(&changed(64 + 32, &[0xff; 8])); // segment larger than the file
    damaged(&changed(64 + 40, &[0; 8])); // larger in the file than in memory
    damaged(&changed(64 + 24, &[0xff; 8])); // physical end overflows
    damaged(&changed(64 + 56 + 8, &[0xff; 8])); // notes beyond the end
}

#[test]
fn hostile_notes() {
    // Sizes that lead out of the segment end the reading; what came before counts.
    for (name_size, data_size) in [
        (0xffff_ffffu32, 0u32),
        (0, 0xffff_ffff),
        (0xffff_ffff, 0xffff_ffff),
        (5, 3),
    ] {
        let mut notes = good_notes();
        notes.extend(name_size.to_le_bytes());
        notes.extend(data_size.to_le_bytes());
        notes.extend([0; 4]);
        assert!(look(&image(&notes, None)).is_ok());
        notes.rotate_right(12);
        assert!(look(&image(&notes, None)).is_err());
    }
    // A note segment whose size is a lie in either direction.
    let mut bytes = image(&good_notes(), None);
    bytes[64 + 56 + 32..][..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(look(&bytes), Err(Problem::LinuxStatic));
}

#[test]
fn random_damage_never_panics() {
    let whole = image(&good_notes(), Some(PT_INTERP));
    let mut state = 1u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + random() % 6 {
            let at = random() as usize % bytes.len();
            bytes[at] = [0, 1, 0x7f, 0x80, 0xff, random() as u8][random() as usize % 6];
        }
        let _ = look(&bytes);
    }
}

#[test]
fn the_lines_for_files_that_are_not_there() {
    let status = |path: &str| check(Path::new(path)).unwrap_err();
    assert_eq!(
        status("/nonexistent/x"),
        Failure::new(127, "/nonexistent/x: no such file")
    );
    assert_eq!(status("/etc/passwd/x").status, 127);
    assert_eq!(status("/tmp"), Failure::new(126, "/tmp is a directory"));
    assert_eq!(
        status("/dev/null"),
        Failure::new(126, "/dev/null is not a regular file")
    );
    assert_eq!(
        status("/etc/passwd"),
        Failure::new(126, "/etc/passwd is not an ELF file")
    );
    assert!(
        status("/bin/sh")
            .message
            .contains("dynamically linked program for Linux")
    );
}
