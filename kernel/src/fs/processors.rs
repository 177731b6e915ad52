//! `/sys/devices/system/cpu`: the processors as Linux shows them, as far as run-time libraries read it
//! (libgomp for `OMP_PLACES=threads`, `cores` and `sockets`; programs that count processors).

use alloc::string::String;
use core::fmt::Write;

/// Numbers in rising order as Linux writes them: `0-3,6`.
fn ranges(numbers: impl Iterator<Item = u32>) -> String {
    let mut text = String::new();
    let mut open: Option<(u32, u32)> = None;
    let mut close = |range: (u32, u32)| {
        let comma = if text.is_empty() { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = match range {
            (first, last) if first == last => write!(text, "{comma}{first}"),
            (first, last) => write!(text, "{comma}{first}-{last}"),
        };
    };
    for number in numbers {
        open = match open {
            Some((first, last)) if last + 1 == number => Some((first, number)),
            Some(range) => {
                close(range);
                Some((number, number))
            }
            None => Some((number, number)),
        };
    }
    open.into_iter().for_each(&mut close);
    text.push('\n');
    text
}

/// Adds the files below `root`.
#[cfg(not(test))]
pub(super) fn add(root: &alloc::sync::Arc<dyn super::file::File>) -> crate::errno::Result<()> {
    use super::populate::{directory, file};
    use crate::arch::{cores, cpu};

    let all = directory(root, b"sys/devices/system/cpu")?;
    for name in [&b"online"[..], b"possible", b"present"] {
        file(&all, name, ranges(cores().map(|core| core.id)))?;
    }
    let (thread_bits, package_bits) = cpu::topology_bits();
    for core in cores() {
        let siblings = |bits: u32| {
            ranges(
                cores()
                    .filter(move |other| {
                        u64::from(other.apic_id) >> bits == u64::from(core.apic_id) >> bits
                    })
                    .map(|other| other.id),
            )
        };
        let number = |value: u64| {
            let mut text = String::new();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{value}");
            text
        };
        let mut path = String::from("cpu");
        // As above.
        let _ = write!(path, "{}/topology", core.id);
        let topology = directory(&all, path.as_bytes())?;
        let apic_id = u64::from(core.apic_id);
        let package = apic_id >> package_bits;
        file(&topology, b"thread_siblings_list", siblings(thread_bits))?;
        file(&topology, b"core_siblings_list", siblings(package_bits))?;
        file(&topology, b"physical_package_id", number(package))?;
        let in_package = apic_id - (package << package_bits);
        file(&topology, b"core_id", number(in_package >> thread_bits))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn ranges_are_written_as_linux_writes_them() {
        let text = |numbers: &[u32]| ranges(numbers.iter().copied());
        assert_eq!(text(&[]), "\n");
        assert_eq!(text(&[0]), "0\n");
        assert_eq!(text(&[0, 1, 2, 3, 6]), "0-3,6\n");
        assert_eq!(text(&[1, 3, 4]), "1,3-4\n");
    }
}
