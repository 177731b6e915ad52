//! Page-table entries and the registers that belong to them.
//!
//! The entry format is plain data that the pure walker in `mm::page_table` and its host tests use too;
//! the instructions exist only in the kernel proper.
//!
//! Source: Intel SDM vol. 3A, sections 4.5 (four-level paging) and 4.10 (caching of translations).

/// The entry is a translation or points to a table.
pub const PRESENT: u64 = 1 << 0;
/// Writes are allowed.
pub const WRITE: u64 = 1 << 1;
/// Write-through; with [`NO_CACHE`] it means uncached.
pub const WRITE_THROUGH: u64 = 1 << 3;
/// Not cached.
pub const NO_CACHE: u64 = 1 << 4;
/// Set by the processor on use. Set in advance, it saves the processor a locked write.
pub const ACCESSED: u64 = 1 << 5;
/// Set by the processor on a write.
pub const DIRTY: u64 = 1 << 6;
/// In a directory entry: a 2 MiB or 1 GiB page, not a table.
pub const LARGE: u64 = 1 << 7;
/// Software: no access is allowed, but the frame still belongs to the page (`PROT_NONE`).
pub const KEPT: u64 = 1 << 9;
/// Software: taken out of use, to be freed when no core can have it cached any more.
pub const LEAVING: u64 = 1 << 10;
/// Software: the page was charged when it was touched, not with its region.
pub const TOUCHED: u64 = 1 << 11;
/// Software: the frame belongs to an object, not to the page.
pub const SHARED: u64 = 1 << 52;
/// Software, with [`SHARED`]: the processor's [`DIRTY`] tells whether the page was written to.
pub const TRACKED: u64 = 1 << 53;
/// Instructions must not be fetched. EFER.NXE is set by the boot code of every core.
pub const NO_EXECUTE: u64 = 1 << 63;
/// The physical address in an entry.
pub const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// Bits of a page fault's error code (SDM vol. 3A section 4.7).
pub mod fault {
    /// The page was present: its protection was violated.
    pub const PRESENT: u64 = 1 << 0;
    /// The access was a write.
    pub const WRITE: u64 = 1 << 1;
    /// A reserved bit was set in a page-table entry.
    pub const RESERVED: u64 = 1 << 3;
    /// The access was an instruction fetch.
    pub const FETCH: u64 = 1 << 4;
}

#[cfg(not(test))]
mod hardware {
    use core::arch::asm;

    use x86::controlregs;

    /// Makes the tables at physical address `root` this core's, and write protection valid for ring 0.
    ///
    /// # Safety
    /// The tables must map the code, the stack and the data in use.
    pub unsafe fn activate(root: u64) {
        // SAFETY: the caller vouches for the tables; CR0.WP only restricts.
        unsafe {
            controlregs::cr3_write(root);
            controlregs::cr0_write(controlregs::cr0() | controlregs::Cr0::CR0_WRITE_PROTECT);
        }
    }

    /// Makes this core forget the translation of one page.
    #[inline]
    pub fn invalidate(address: usize) {
        // SAFETY: forgetting a translation is always allowed.
        unsafe { asm!("invlpg [{}]", in(reg) address, options(nostack, preserves_flags)) };
    }

    /// Whether the processor has 1 GiB pages (CPUID 0x80000001, EDX bit 26).
    pub fn has_1gib_pages() -> bool {
        let extended = core::arch::x86_64::__cpuid(0x8000_0000).eax;
        extended >= 0x8000_0001 && core::arch::x86_64::__cpuid(0x8000_0001).edx & 1 << 26 != 0
    }

    /// Whether a hypervisor is below (CPUID 1, ECX bit 31, which is reserved for it).
    pub fn is_virtual_machine() -> bool {
        core::arch::x86_64::__cpuid(1).ecx & 1 << 31 != 0
    }

    /// Fills memory with zeros by the processor's string instruction.
    ///
    /// # Safety
    /// `len` bytes at `start` are writable, not in use, and `len` is a multiple of 8.
    #[inline]
    pub unsafe fn zero(start: *mut u8, len: usize) {
        // SAFETY: promised by the caller; the direction flag is clear in Rust code.
        unsafe {
            asm!(
                "rep stosq",
                inout("rcx") len / 8 => _,
                inout("rdi") start => _,
                in("rax") 0,
                options(nostack, preserves_flags)
            );
        }
    }

    /// Reads a byte of each page that the `LEN` bytes below the stack pointer touch, so that none of
    /// them faults afterwards.
    #[inline(always)]
    pub fn probe_stack<const LEN: usize>() {
        let mut below = 0;
        while below < LEN {
            below = LEN.min(below + 4096);
            // SAFETY: reads below the stack pointer, on the thread's own stack. If there is none left,
            // this is the stack overflow that would happen anyway.
            unsafe {
                asm!(
                    "test byte ptr [rsp + {0}], 0",
                    in(reg) -(below as isize),
                    options(nostack, readonly)
                );
            }
        }
    }
}

#[cfg(not(test))]
pub use hardware::{activate, has_1gib_pages, invalidate, is_virtual_machine, probe_stack, zero};
