//! What the boot loader told: memory, command line, archive, firmware tables.
//!
//! Filled once by [`crate::arch`]'s boot code before anything else runs, then read-only.

use spin::Once;

/// A range of physical memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryRegion {
    /// First byte.
    pub start: u64,
    /// Size in bytes.
    pub len: u64,
    /// RAM that is free to use, apart from the image, the archive and the boot loader's data.
    pub usable: bool,
}

/// How many memory regions are kept; what a loader reports beyond them is not used.
pub const MAX_REGIONS: usize = 64;

/// What the boot loader told.
#[derive(Debug)]
pub struct BootInfo {
    regions: [MemoryRegion; MAX_REGIONS],
    region_count: usize,
    /// The command line without its terminating NUL.
    pub command_line: &'static [u8],
    /// Physical address and length of the boot archive.
    pub module: Option<(u64, u64)>,
    /// Physical address of the ACPI root pointer, if the loader knows it.
    pub rsdp: Option<u64>,
}

impl BootInfo {
    /// An empty description.
    pub const fn new() -> Self {
        BootInfo {
            regions: [MemoryRegion {
                start: 0,
                len: 0,
                usable: false,
            }; MAX_REGIONS],
            region_count: 0,
            command_line: b"",
            module: None,
            rsdp: None,
        }
    }

    /// Adds a region as the loader reported it: regions may overlap and be in any order.
    pub fn add_region(&mut self, region: MemoryRegion) {
        if let Some(slot) = self.regions.get_mut(self.region_count) {
            *slot = region;
            self.region_count += 1;
        }
    }

    /// The regions as the loader reported them.
    pub fn memory(&self) -> &[MemoryRegion] {
        &self.regions[..self.region_count]
    }

    /// The boot parameters: the words of the command line before ` -- `.
    fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.command_line
            .split(|byte| *byte == b' ')
            .take_while(|word| *word != b"--")
            .filter(|word| !word.is_empty())
    }

    /// The values of every boot parameter `name=value`, in order.
    pub fn parameter<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.words().filter_map(move |word| {
            word.strip_prefix(name.as_bytes())
                .and_then(|rest| rest.strip_prefix(b"="))
        })
    }

    /// Whether the boot parameter `name` stands alone on the command line.
    pub fn flag(&self, name: &str) -> bool {
        self.words().any(|word| word == name.as_bytes())
    }

    /// The program's arguments on the command line: the words after ` -- `.
    pub fn arguments(&self) -> impl Iterator<Item = &[u8]> {
        self.command_line
            .split(|byte| *byte == b' ')
            .skip_while(|word| *word != b"--")
            .skip(1)
            .filter(|word| !word.is_empty())
    }
}

impl Default for BootInfo {
    fn default() -> Self {
        Self::new()
    }
}

static INFO: Once<BootInfo> = Once::new();

/// Stores what the loader told.
pub fn set(info: BootInfo) -> &'static BootInfo {
    INFO.call_once(|| info)
}

/// What the loader told.
pub fn info() -> &'static BootInfo {
    static EMPTY: BootInfo = BootInfo::new();
    INFO.get().unwrap_or(&EMPTY)
}

/// The values of a boot parameter.
pub fn parameter(name: &'static str) -> impl Iterator<Item = &'static [u8]> {
    info().parameter(name)
}

/// A decimal number, as boot parameters write it.
pub fn number(text: &[u8]) -> Option<u64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_end_at_the_double_dash() {
        let info = BootInfo {
            command_line: b"freq=2400 verbose  dev=a dev=b -- prog freq=1 --",
            ..BootInfo::new()
        };
        assert_eq!(info.parameter("freq").collect::<Vec<_>>(), [b"2400"]);
        assert_eq!(info.parameter("dev").count(), 2);
        assert!(info.flag("verbose") && !info.flag("prog"));
        assert_eq!(
            info.arguments().collect::<Vec<_>>(),
            [&b"prog"[..], b"freq=1", b"--"]
        );
        assert_eq!(number(b"2400"), Some(2400));
        assert_eq!(number(b"-1"), None);
    }

    #[test]
    fn more_regions_than_fit_are_dropped() {
        let mut info = BootInfo::new();
        for i in 0..1000 {
            info.add_region(MemoryRegion {
                start: i,
                len: 1,
                usable: true,
            });
        }
        assert_eq!(info.memory().len(), MAX_REGIONS);
    }
}
