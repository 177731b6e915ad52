//! `/proc`: the processors, the memory and the program in text, as far as programs read them there.
//!
//! A file's text is made when it is opened, and stays the same for who has it open.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Write;

use super::file::{File, New};
use super::node::Node;
use super::populate::directory;
use crate::arch::{cores, cpu};
use crate::errno::Result;
use crate::sched::table;

const PAGE_KB: usize = 4;

/// `/proc/cpuinfo`: what Linux shows of each processor and programs look for.
fn processors() -> Vec<u8> {
    let mut text = String::new();
    let (thread_bits, package_bits) = cpu::topology_bits();
    for core in cores() {
        let apic_id = u64::from(core.apic_id);
        let package = apic_id >> package_bits;
        let siblings = cores().filter(|other| u64::from(other.apic_id) >> package_bits == package);
        let core_id = (apic_id - (package << package_bits)) >> thread_bits;
        let count = siblings.count();
        // Writing to a string cannot fail.
        let _ = write!(text, "processor\t: {}\n{}", core.id, cpu::description());
        let _ = write!(
            text,
            "physical id\t: {package}\nsiblings\t: {count}\ncore id\t\t: {core_id}\n\
             cpu cores\t: {}\napicid\t\t: {apic_id}\n\n",
            (count >> thread_bits).max(1)
        );
    }
    text.into_bytes()
}

/// `/proc/meminfo`. There is no cache that could be given up, and no swap.
fn memory() -> Vec<u8> {
    let frames = crate::mm::kernel::statistics();
    let mut text = String::new();
    for (name, kilobytes) in [
        ("MemTotal", frames.total * PAGE_KB),
        ("MemFree", frames.free * PAGE_KB),
        ("MemAvailable", frames.free * PAGE_KB),
        ("Buffers", 0),
        ("Cached", 0),
        ("SwapTotal", 0),
        ("SwapFree", 0),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<15} {kilobytes:>8} kB", String::from(name) + ":");
    }
    text.into_bytes()
}

/// Pages in use, by everything that there is.
fn used_pages() -> usize {
    let frames = crate::mm::kernel::statistics();
    frames.total.saturating_sub(frames.free)
}

fn arguments() -> Vec<Vec<u8>> {
    super::program().arguments().collect()
}

/// `/proc/self/cmdline`: the arguments, each with a NUL.
fn command_line() -> Vec<u8> {
    let mut text = Vec::new();
    for argument in arguments() {
        text.extend(argument);
        text.push(0);
    }
    text
}

/// Where the program's file is on the host, whose folders may be mounted at their own paths. The archive
/// replaces the link by the file itself for a program that reads it.
fn executable() -> Vec<u8> {
    let name = arguments().into_iter().next().unwrap_or_default();
    if name.first() == Some(&b'/') {
        return name;
    }
    let mut path = super::program().start.directory.unwrap_or(b"").to_vec();
    path.push(b'/');
    path.extend(name);
    path
}

/// The last component of the program's name.
fn short_name() -> String {
    let name = arguments().into_iter().next().unwrap_or_default();
    let last = name.rsplit(|byte| *byte == b'/').next().unwrap_or(&[]);
    // As much as Linux keeps of it.
    String::from_utf8_lossy(&last[..last.len().min(15)]).into_owned()
}

/// `/proc/self/comm`.
fn name() -> Vec<u8> {
    (short_name() + "\n").into_bytes()
}

/// `/proc/self/status`: the lines that do not tell of other processes. As in `statm`, the memory in all is what is
/// in use: an address that nothing lies at takes nothing.
fn status() -> Vec<u8> {
    let mut threads = 0;
    table::visit_alive(|_| threads += 1);
    let used = used_pages() * PAGE_KB;
    let most = crate::mm::kernel::statistics().most_used * PAGE_KB;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "Name:\t{}\nUmask:\t{:04o}\nState:\tR (running)\nTgid:\t1\nPid:\t1\nPPid:\t0\n\
         Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t{}\nVmPeak:\t{most:>8} kB\nVmSize:\t{used:>8} kB\n\
         VmHWM:\t{most:>8} kB\nVmRSS:\t{used:>8} kB\nThreads:\t{threads}\n",
        short_name(),
        super::files().umask(),
        super::files().limit(),
    );
    text.into_bytes()
}

/// `/proc/self/statm`: pages in all and in memory, which are the same here; the rest is not told apart.
fn pages() -> Vec<u8> {
    let used = used_pages();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{used} {used} 0 0 0 {used} 0");
    text.into_bytes()
}

/// `/proc/mounts`: the file system in memory, and the host's folders.
fn mounts() -> Vec<u8> {
    let mut text = b"none / ramfs rw 0 0\n".to_vec();
    let wanted = crate::boot::parameter("mount").filter_map(super::p9::parse);
    for mount in wanted {
        text.extend(mount.tag);
        text.push(b' ');
        for byte in mount.path {
            match byte {
                b' ' | b'\t' | b'\n' | b'\\' => {
                    let digits = [byte >> 6, byte >> 3 & 7, byte & 7].map(|digit| b'0' + digit);
                    text.push(b'\\');
                    text.extend(digits);
                }
                byte => text.push(byte),
            }
        }
        text.extend_from_slice(if mount.read_only {
            b" 9p ro"
        } else {
            b" 9p rw"
        });
        text.extend_from_slice(b" 0 0\n");
    }
    text
}

/// Adds the files below `root`.
pub(super) fn add(root: &Arc<dyn File>) -> Result<()> {
    let all = directory(root, b"proc")?;
    let own = directory(&all, b"1")?;
    let files: [(&Arc<dyn File>, &[u8], super::node::Text); 9] = [
        (&all, b"cpuinfo", processors),
        (&all, b"meminfo", memory),
        (&all, b"mounts", mounts),
        (&own, b"mounts", mounts),
        (&own, b"cmdline", command_line),
        (&own, b"comm", name),
        (&own, b"status", status),
        (&own, b"statm", pages),
        (&own, b"environ", environment),
    ];
    for (place, name, text) in files {
        let node = Node::text(text);
        node.links.store(0, core::sync::atomic::Ordering::Relaxed);
        let node: Arc<dyn File> = node;
        place.link(name, &node)?;
    }
    own.create(b"exe", New::Link(&executable()))?;
    own.create(b"fd", New::Link(b"/dev/fd"))?;
    all.create(b"self", New::Link(b"1"))?;
    Ok(())
}

/// `/proc/self/environ`: the environment at the start.
fn environment() -> Vec<u8> {
    let mut text = Vec::new();
    for entry in super::program().environment() {
        text.extend(entry);
        text.push(0);
    }
    text
}
