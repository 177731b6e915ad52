//! The program headers of the running image.

use core::mem::size_of;
use core::slice;

use super::page_table::Access;
use super::spans::Span;

/// Start of an ELF64 file header, as far as it is used (System V ABI, chapter 4).
#[repr(C)]
struct FileHeader {
    identification: [u8; 16],
    kind: u16,
    machine: u16,
    version: u32,
    entry: u64,
    program_headers: u64,
    section_headers: u64,
    flags: u32,
    header_size: u16,
    program_header_size: u16,
    program_header_count: u16,
}

/// An ELF64 program header.
#[repr(C)]
pub struct ProgramHeader {
    kind: u32,
    flags: u32,
    offset: u64,
    virtual_address: u64,
    physical_address: u64,
    file_size: u64,
    memory_size: u64,
    align: u64,
}

const PT_LOAD: u32 = 1;
const PT_GNU_STACK: u32 = 0x6474_e551;
const PF_X: u32 = 1;
const PF_W: u32 = 2;
const PF_R: u32 = 4;

unsafe extern "C" {
    /// Defined by the linker: the ELF header, which is part of the first segment.
    #[link_name = "__ehdr_start"]
    static FILE_HEADER: FileHeader;
}

/// The image's program headers.
pub fn program_headers() -> &'static [ProgramHeader] {
    // SAFETY: the linker script keeps the header and the program headers in the first segment.
    unsafe {
        let header = &raw const FILE_HEADER;
        if usize::from((*header).program_header_size) != size_of::<ProgramHeader>() {
            return &[];
        }
        let first = header.cast::<u8>().add((*header).program_headers as usize);
        slice::from_raw_parts(first.cast(), usize::from((*header).program_header_count))
    }
}

/// The segments: their pages and access.
pub fn segments() -> impl Iterator<Item = (Span, Access)> {
    program_headers()
        .iter()
        .filter(|header| header.kind == PT_LOAD && header.memory_size > 0)
        .map(|header| {
            let access = Access {
                read: header.flags & PF_R != 0,
                write: header.flags & PF_W != 0,
                execute: header.flags & PF_X != 0,
            };
            (
                Span::outward(header.virtual_address, header.memory_size),
                access,
            )
        })
}

/// All pages from the first segment to the last.
pub fn extent() -> Span {
    segments().fold(
        Span {
            start: u64::MAX,
            end: 0,
        },
        |all, (segment, _)| Span {
            start: all.start.min(segment.start),
            end: all.end.max(segment.end),
        },
    )
}

/// Whether the program was linked to have executable stacks (GNU nested functions).
pub fn wants_executable_stacks() -> bool {
    program_headers()
        .iter()
        .any(|header| header.kind == PT_GNU_STACK && header.flags & PF_X != 0)
}
