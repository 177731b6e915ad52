//! Static libraries: what their members define, and taking members out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::run::{self, Log};
use crate::versions::Gcc;

/// `ar` or `nm` by way of the compiler's wrapper, which loads only the compiler's own plug-in: others that
/// a machine has for its linker may not understand what our objects hold.
pub fn tool(name: &str) -> Command {
    Command::new(format!("gcc-{name}-{}", Gcc::wanted()))
}

/// The global names that each member of an archive defines.
pub fn members(archive: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let options = ["--quiet", "--defined-only", "--extern-only", "-A"];
    let text = run::output(tool("nm").args(options).arg(archive))?;
    Ok(parse(&text))
}

/// Lines of `nm -A`: `ARCHIVE:MEMBER:ADDRESS TYPE NAME`.
fn parse(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let Some((place, symbol)) = line.rsplit_once(':') else {
            continue;
        };
        let (Some((_, member)), Some(name)) =
            (place.rsplit_once(':'), symbol.split_whitespace().last())
        else {
            continue;
        };
        members
            .entry(member.to_owned())
            .or_default()
            .insert(name.to_owned());
    }
    members
}

/// Takes members out of an archive.
pub fn delete<'a>(archive: &Path, members: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut members = members.into_iter().peekable();
    if members.peek().is_none() {
        return Ok(());
    }
    run::output(tool("ar").arg("d").arg(archive).args(members)).map(drop)
}

/// Adds or replaces members.
pub fn add(archive: &Path, objects: &[std::path::PathBuf]) -> Result<()> {
    run::output(tool("ar").arg("rcs").arg(archive).args(objects)).map(drop)
}

/// Adds objects, and takes out the members all of whose names they define. newlib's `_NAME_r` is its own
/// way to NAME, and goes with it.
pub fn replace(archive: &Path, objects: &[std::path::PathBuf]) -> Result<()> {
    let new = archive.with_extension("new");
    run::remove(&new)?;
    add(&new, objects)?;
    let mut names: BTreeSet<String> = members(&new)?.into_values().flatten().collect();
    let inner: Vec<String> = names.iter().map(|name| format!("_{name}_r")).collect();
    names.extend(inner);
    run::remove(&new)?;
    let old = members(archive)?;
    let surplus = old.iter().filter(|(_, defined)| defined.is_subset(&names));
    delete(archive, surplus.map(|(member, _)| member.as_str()))?;
    add(archive, objects)
}

/// Makes the names weak that share an object with others: a program that defines one of them itself gets the
/// object for the sake of the others. (An object that has one name only is not taken then.)
pub fn weaken(archive: &Path) -> Result<()> {
    let folder = archive.with_file_name("weakened");
    run::empty_dir(&folder)?;
    let mut members = members(archive)?;
    members.retain(|_, names| names.len() > 1);
    let mut extract = tool("ar");
    extract.current_dir(&folder).arg("x").arg(archive);
    run::output(extract.args(members.keys()))?;
    let mut weakened = Vec::new();
    for (member, names) in members {
        let object = folder.join(member);
        // Not objcopy's `--weaken`, which includes what the object needs of others.
        let options = names.iter().map(|name| format!("--weaken-symbol={name}"));
        run::output(Command::new("objcopy").args(options).arg(&object))?;
        weakened.push(object);
    }
    add(archive, &weakened)?;
    run::remove(&folder)
}

/// Leaves only these names of an object global, and makes them weak, so that a program may define any
/// of them itself. What the object needs of others stays as it is.
pub fn publish(
    object: &Path,
    names: impl IntoIterator<Item = impl AsRef<str>>,
    log: &Log,
) -> Result<()> {
    let list = object.with_extension("names");
    let text: String = names
        .into_iter()
        .map(|name| format!("{}\n", name.as_ref()))
        .collect();
    run::write(&list, text.as_bytes())?;
    let mut objcopy = Command::new("objcopy");
    objcopy.arg(format!("--keep-global-symbols={}", list.display()));
    log.run(
        objcopy
            .arg(format!("--weaken-symbols={}", list.display()))
            .arg(object),
    )?;
    run::remove(&list)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn nm_lines() {
        let members =
            parse("lib/libc.a:a.o:0000000000000000 T read\nlib/libc.a:a.o:04 D environ\n");
        assert_eq!(
            members["a.o"]
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
            ["environ", "read"]
        );
    }
}
