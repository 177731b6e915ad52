//! The file system beside a map from paths to contents, and with arguments that make no sense.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::errno::{Errno, Result};
use crate::fs::Files;
use crate::fs::flags::*;
use crate::fs::user::User;

const CWD: i32 = AT_FDCWD;

/// Few names, so that they meet.
fn path() -> impl Strategy<Value = String> {
    "/tmp/[abc](/[abc]){0,2}"
}

#[derive(Clone, Debug)]
enum Step {
    Write(String, u16, Vec<u8>),
    Truncate(String, u16),
    Directory(String),
    Unlink(String),
    RemoveDirectory(String),
    Rename(String, String),
    Link(String, String),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (path(), any::<u16>(), prop::collection::vec(any::<u8>(), 0..50)).prop_map(|(p, at, b)| Step::Write(p, at, b)),
        1 => (path(), any::<u16>()).prop_map(|(p, len)| Step::Truncate(p, len)),
        3 => path().prop_map(Step::Directory),
        1 => path().prop_map(Step::Unlink),
        1 => path().prop_map(Step::RemoveDirectory),
        2 => (path(), path()).prop_map(|(a, b)| Step::Rename(a, b)),
        1 => (path(), path()).prop_map(|(a, b)| Step::Link(a, b)),
    ]
}

/// What there is at a path: a directory, or the number of a content.
type Tree = BTreeMap<String, Option<usize>>;

fn parent(path: &str) -> &str {
    &path[..path.rfind('/').unwrap_or(0)]
}

fn is_directory(tree: &Tree, path: &str) -> bool {
    path == "/tmp" || tree.get(path) == Some(&None)
}

fn children<'a>(tree: &'a Tree, path: &str) -> impl Iterator<Item = &'a String> {
    let prefix = format!("{path}/");
    tree.keys().filter(move |name| name.starts_with(&prefix))
}

fn write(files: &Files, path: &str, at: u64, bytes: &[u8]) -> Result<()> {
    let fd = files.open(CWD, path.as_bytes(), O_WRONLY | O_CREAT, 0o666)?;
    let done = files
        .get(fd)?
        .write_at(at as i64, &mut User::from_slice(bytes));
    files.close(fd)?;
    done.map(|_| ())
}

fn content(files: &Files, path: &str) -> Result<Vec<u8>> {
    let fd = files.open(CWD, path.as_bytes(), O_RDONLY, 0)?;
    let mut bytes = vec![0; 1 << 18];
    let count = files
        .get(fd)?
        .read(&mut User::new(bytes.as_mut_ptr(), bytes.len()));
    files.close(fd)?;
    bytes.truncate(count?);
    Ok(bytes)
}

/// Does a step in the model; `None` if it cannot be done.
fn model(tree: &mut Tree, contents: &mut Vec<Vec<u8>>, step: &Step) -> Option<()> {
    match step {
        Step::Write(path, at, bytes) => {
            is_directory(tree, parent(path)).then_some(())?;
            let number = match tree.get(path) {
                Some(None) => return None,
                Some(Some(number)) => *number,
                None => {
                    contents.push(Vec::new());
                    tree.insert(path.clone(), Some(contents.len() - 1));
                    contents.len() - 1
                }
            };
            let (file, at) = (&mut contents[number], usize::from(*at));
            if !bytes.is_empty() {
                file.resize(file.len().max(at + bytes.len()), 0);
                file[at..at + bytes.len()].copy_from_slice(bytes);
            }
        }
        Step::Truncate(path, len) => {
            let number = (*tree.get(path)?)?;
            contents[number].resize(usize::from(*len), 0);
        }
        Step::Directory(path) => {
            (is_directory(tree, parent(path)) && !tree.contains_key(path)).then_some(())?;
            tree.insert(path.clone(), None);
        }
        Step::Unlink(path) => {
            (*tree.get(path)?)?;
            tree.remove(path);
        }
        Step::RemoveDirectory(path) => {
            (tree.get(path)?.is_none() && children(tree, path).next().is_none()).then_some(())?;
            tree.remove(path);
        }
        Step::Link(old, new) => {
            let number = (*tree.get(old)?)?;
            (is_directory(tree, parent(new)) && !tree.contains_key(new)).then_some(())?;
            tree.insert(new.clone(), Some(number));
        }
        Step::Rename(old, new) => rename(tree, old, new)?,
    }
    Some(())
}

fn rename(tree: &mut Tree, old: &str, new: &str) -> Option<()> {
    let what = *tree.get(old)?;
    is_directory(tree, parent(new)).then_some(())?;
    match (what, tree.get(new).copied()) {
        // Two names of one file: nothing happens, and it succeeds.
        (Some(a), Some(Some(b))) if a == b => return Some(()),
        (None, Some(None)) if old == new => return Some(()),
        (Some(_), Some(None)) | (None, Some(Some(_))) => return None,
        (None, _) if new.starts_with(&format!("{old}/")) => return None,
        (None, Some(None)) if children(tree, new).next().is_some() => return None,
        _ => {}
    }
    let moved: Vec<String> = children(tree, old).cloned().collect();
    for name in moved {
        let entry = tree.remove(&name)?;
        tree.insert(format!("{new}{}", &name[old.len()..]), entry);
    }
    tree.remove(old);
    tree.insert(new.to_owned(), what);
    Some(())
}

fn real(files: &Files, step: &Step) -> Result<()> {
    match step {
        Step::Write(path, at, bytes) => write(files, path, u64::from(*at), bytes),
        Step::Truncate(path, len) => files.truncate(CWD, path.as_bytes(), i64::from(*len)),
        Step::Directory(path) => files.make_directory(CWD, path.as_bytes(), 0o777),
        Step::Unlink(path) => files.remove(CWD, path.as_bytes(), 0),
        Step::RemoveDirectory(path) => files.remove(CWD, path.as_bytes(), AT_REMOVEDIR),
        Step::Rename(old, new) => files.rename(CWD, old.as_bytes(), CWD, new.as_bytes(), 0),
        Step::Link(old, new) => files.link(CWD, old.as_bytes(), CWD, new.as_bytes(), 0),
    }
}

proptest! {
    #![proptest_config(super::config())]

    /// The file system does what a map of paths does.
    #[test]
    fn files_are_a_map(steps in prop::collection::vec(step(), 1..60)) {
        let files = Files::new();
        let (mut tree, mut contents) = (Tree::new(), Vec::new());
        for step in &steps {
            let expected = model(&mut tree, &mut contents, step);
            let done = real(&files, step);
            prop_assert_eq!(done.is_ok(), expected.is_some(), "{:?}: {:?}", step, done);
        }
        for (path, what) in &tree {
            match what {
                Some(number) => prop_assert_eq!(content(&files, path), Ok(contents[*number].clone())),
                None => prop_assert_eq!(content(&files, path), Err(Errno::EISDIR)),
            }
        }
        for gone in ["/tmp/a", "/tmp/b", "/tmp/c", "/tmp/a/b", "/tmp/b/c"] {
            if !tree.contains_key(gone) {
                prop_assert!(content(&files, gone).is_err());
            }
        }
    }

    /// Numbers and paths that mean nothing are errors, and nothing else happens.
    #[test]
    fn nonsense_is_an_error(
        path in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            "(/|\\.|a|tmp|dev|proc){0,30}".prop_map(String::into_bytes),
            Just(vec![b'x'; 5000]),
        ],
        numbers in prop::collection::vec(prop_oneof![any::<i32>(), -1..70i32, Just(AT_FDCWD)], 4),
        big in prop_oneof![any::<i64>(), Just(i64::MAX), Just(i64::MIN), Just(-1)],
        flags in prop_oneof![any::<u32>(), 0..16u32],
    ) {
        let files = Files::new();
        write(&files, "/tmp/whole", 0, b"whole").unwrap();
        let [from, fd, to, command] = numbers[..] else { unreachable!() };
        let _ = files.open(from, &path, flags & !O_CREAT, flags);
        let _ = files.attributes(from, &path, flags);
        let _ = files.access(from, &path, flags, fd as u32);
        let _ = files.link_target(from, &path);
        let _ = files.truncate(from, &path, -1 - (big & i64::MAX));
        let _ = files.change_directory(from, &path);
        let _ = files.control(fd, command as u32, big as isize);
        let _ = files.seek(fd, big, flags);
        let _ = files.duplicate_to(fd, to, flags);
        let _ = files.duplicate(fd);
        if let Ok(open) = files.get(fd) {
            let mut bytes = [0; 16];
            let _ = open.read_at(big, &mut User::new(bytes.as_mut_ptr(), bytes.len()));
            let _ = open.truncate(-1 - (big & i64::MAX));
            let _ = open.allocate(big, big);
        }
        let _ = files.close(fd);
        prop_assert_eq!(content(&files, "/tmp/whole"), Ok(b"whole".to_vec()));
    }
}
