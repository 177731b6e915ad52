//! The thread control block and the thread-local storage below it.
//!
//! `%fs:0` is a pointer to the running thread's [`ThreadControlBlock`]. The psABI (x86-64 System V ABI,
//! "Thread-Local Storage", variant II) puts the thread's copy of the image's `PT_TLS` segment directly
//! *below* that address, so one allocation at the top of a stack holds, from low to high:
//! stack | TLS segment | control block. Compilers read some fixed places of it: the self pointer at
//! 0, the stack protector's canary at 0x28 and the split-stack limit at 0x70 (zero switches it off).
//!
//! This module lays the block out and makes one ([`create`]); it takes no lock. Who allocates the memory
//! (the main thread's start code, `pte`) also frees it.

use core::arch::asm;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Words in [`ThreadControlBlock::pte`].
pub const PTE_WORDS: usize = 128;

/// What `%fs:0` points to. Everything from 0x80 on is ours, everything before belongs to the psABI.
///
/// It is 64-byte aligned so that what other threads touch of `pte`'s area shares no cache line with
/// thread-local variables below the block.
#[repr(C, align(64))]
pub struct ThreadControlBlock {
    /// 0x00: this block's address; how `%fs`-relative code gets a linear address.
    pub this: *mut ThreadControlBlock,
    /// 0x08: dynamic thread vector; unused, all storage is static.
    pub dtv: usize,
    /// 0x10: this block's address again (glibc's `self`).
    pub this_again: *mut ThreadControlBlock,
    reserved_low: [usize; 2],
    /// 0x28: the stack protector's canary, the same for all threads.
    pub canary: usize,
    reserved_high: [usize; 8],
    /// 0x70: split-stack limit; stays 0.
    pub split_stack: usize,
    reserved_last: usize,
    /// 0x80: storage whose meaning `pte` defines; zero in a new block.
    pub pte: [usize; PTE_WORDS],
    /// `__cxa_thread_atexit_impl`'s list of destructors, newest first.
    pub(crate) thread_destructors: Cell<*mut Destructor>,
    /// Lowest address of the TLS segment, where the usable stack ends.
    pub tls_start: *mut u8,
}

/// A destructor registered by `__cxa_thread_atexit_impl`.
pub(crate) struct Destructor {
    pub function: unsafe extern "C" fn(*mut c_void),
    pub object: *mut c_void,
    pub next: *mut Destructor,
}

const _: () = {
    use core::mem::offset_of;
    assert!(offset_of!(ThreadControlBlock, canary) == 0x28);
    assert!(offset_of!(ThreadControlBlock, split_stack) == 0x70);
    assert!(offset_of!(ThreadControlBlock, pte) == 0x80);
};

/// The running thread's control block.
///
/// It lives as long as the thread; do not keep the reference beyond it.
#[inline(always)]
pub fn current() -> &'static ThreadControlBlock {
    let this: *mut ThreadControlBlock;
    // SAFETY: `%fs:0` holds the address of the running thread's control block from before the first
    // instruction of the thread until after its last.
    unsafe {
        asm!("mov {}, fs:[0]", out(reg) this, options(pure, readonly, nostack, preserves_flags));
        &*this
    }
}

/// The running thread's control block, to be changed through the pointer.
#[inline(always)]
pub fn current_ptr() -> *mut ThreadControlBlock {
    core::ptr::from_ref(current()).cast_mut()
}

/// The shape of the thread-local segment: where its initial image is and what room a copy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsLayout {
    /// Initial contents, `file_size` bytes; what follows up to `memory_size` is zero.
    pub image: *const u8,
    /// Bytes at `image`.
    pub file_size: usize,
    /// Bytes of a copy.
    pub memory_size: usize,
    /// Distance from the start of a copy up to the thread pointer.
    pub offset: usize,
    /// Alignment of the thread pointer.
    pub align: usize,
}

impl TlsLayout {
    /// The layout for a program whose `PT_TLS` is at `vaddr` with the given sizes and alignment
    /// (0 and 1 mean none).
    ///
    /// The linker counts offsets from the *end* of the segment rounded up to its alignment, and a copy
    /// must be congruent to `vaddr` modulo the alignment (ELF, "p_align").
    pub const fn new(vaddr: usize, file_size: usize, memory_size: usize, align: usize) -> Self {
        let segment = if align == 0 { 1 } else { align };
        let skew = vaddr & (segment - 1);
        let offset = if memory_size == 0 {
            0
        } else {
            round_up(memory_size + skew, segment) - skew
        };
        let own = align_of::<ThreadControlBlock>();
        let align = if segment > own { segment } else { own };
        Self {
            image: vaddr as *const u8,
            file_size,
            memory_size,
            offset,
            align,
        }
    }

    /// The most room that a copy and its control block need at the top of an area of any alignment.
    pub const fn block_size(&self) -> usize {
        self.offset + size_of::<ThreadControlBlock>() + self.align - 1 + STACK_ALIGN - 1
    }

    /// Where the control block goes when the area ends at `top`.
    const fn thread_pointer(&self, top: usize) -> usize {
        (top - size_of::<ThreadControlBlock>()) & !(self.align - 1)
    }
}

const STACK_ALIGN: usize = 16;

const fn round_up(value: usize, align: usize) -> usize {
    (value + align - 1) & !(align - 1)
}

/// What [`create`] made.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The control block: the new thread's `%fs` base.
    pub tcb: NonNull<ThreadControlBlock>,
    /// Highest address, 16-byte aligned, that the thread may use as its stack's top.
    pub stack_top: *mut u8,
}

/// The most bytes that [`create`] takes from the top of a stack.
pub fn block_size() -> usize {
    layout().block_size()
}

/// Makes thread-local storage and a control block at the end of the memory that ends at `top`.
///
/// Every field is set: the memory need not be zero. `pte` is all zero, the canary is the program's.
///
/// # Safety
/// The [`block_size`] bytes below `top` must be writable, unused, and stay so while the thread lives.
pub unsafe fn create(top: *mut u8) -> Block {
    // SAFETY: the caller's promise is passed on; the layout describes the running image.
    unsafe { create_with(&layout(), top, CANARY.load(Ordering::Relaxed)) }
}

/// Stores the stack protector's canary for all threads created from now on.
pub(crate) fn set_canary(canary: usize) {
    CANARY.store(canary, Ordering::Relaxed);
}

static CANARY: AtomicUsize = AtomicUsize::new(0);

/// # Safety
/// As for [`create`], with `layout` describing readable memory.
unsafe fn create_with(layout: &TlsLayout, top: *mut u8, canary: usize) -> Block {
    let address = layout.thread_pointer(top as usize);
    let tcb = top.with_addr(address).cast::<ThreadControlBlock>();
    // SAFETY: [address - offset, address + size of the block) lies in the caller's memory, see
    // `block_size`, and the image has `file_size` bytes; an all-zero control block is a valid value.
    unsafe {
        let start = tcb.cast::<u8>().sub(layout.offset);
        if layout.memory_size != 0 {
            start.copy_from_nonoverlapping(layout.image, layout.file_size);
        }
        start
            .add(layout.file_size)
            .write_bytes(0, layout.offset - layout.file_size);
        tcb.write_bytes(0, 1);
        (*tcb).this = tcb;
        (*tcb).this_again = tcb;
        (*tcb).canary = canary;
        (*tcb).tls_start = start;
        Block {
            tcb: NonNull::new_unchecked(tcb),
            stack_top: start.map_addr(|start| start & !(STACK_ALIGN - 1)),
        }
    }
}

/// An ELF64 program header (System V gABI, "Program Header").
#[repr(C)]
pub(crate) struct ProgramHeader {
    pub kind: u32,
    pub flags: u32,
    pub file_offset: u64,
    pub vaddr: usize,
    pub paddr: usize,
    pub file_size: usize,
    pub memory_size: usize,
    pub align: usize,
}

/// `PT_TLS`.
const SEGMENT_TLS: u32 = 7;

unsafe extern "C" {
    /// The ELF header of the image, which the linker script keeps in the first loaded segment.
    static __ehdr_start: [u8; 64];
}

/// The address of the image's first byte.
pub(crate) fn image_start() -> usize {
    &raw const __ehdr_start as usize
}

/// The image's program headers.
pub(crate) fn program_headers() -> &'static [ProgramHeader] {
    const PHOFF: usize = 32;
    const PHNUM: usize = 56;
    let header = &raw const __ehdr_start as *const u8;
    // SAFETY: the linker defines the symbol at a loaded ELF64 header, whose fields at these offsets say
    // where the table, loaded with it, is; nothing ever writes to either.
    unsafe {
        let offset = header.add(PHOFF).cast::<u64>().read_unaligned() as usize;
        let count = header.add(PHNUM).cast::<u16>().read_unaligned() as usize;
        core::slice::from_raw_parts(header.add(offset).cast::<ProgramHeader>(), count)
    }
}

/// The first segment of a kind.
pub(crate) fn segment(kind: u32) -> Option<&'static ProgramHeader> {
    program_headers().iter().find(|header| header.kind == kind)
}

/// The layout of the running image's thread-local segment.
fn layout() -> TlsLayout {
    match segment(SEGMENT_TLS) {
        Some(tls) => TlsLayout::new(tls.vaddr, tls.file_size, tls.memory_size, tls.align),
        None => TlsLayout::new(0, 0, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn offset_counts_from_the_rounded_end() {
        assert_eq!(TlsLayout::new(0x1000, 4, 20, 8).offset, 24);
        assert_eq!(TlsLayout::new(0x1000, 4, 24, 8).offset, 24);
        assert_eq!(TlsLayout::new(0x1000, 0, 1, 256).offset, 256);
        // A segment that does not begin on its alignment keeps its residue.
        let skewed = TlsLayout::new(0x1010, 4, 0x30, 64);
        assert_eq!(skewed.offset, 0x30);
        assert_eq!((0x10000 - skewed.offset) % 64, 0x10);
    }

    #[test]
    fn no_segment_takes_no_room() {
        let none = TlsLayout::new(0, 0, 0, 0);
        assert_eq!(
            (none.offset, none.align),
            (0, align_of::<ThreadControlBlock>())
        );
    }

    #[test]
    fn a_block_holds_image_zeroes_and_control_block() {
        for (file_size, memory_size, align) in [
            (0, 0, 1),
            (5, 5, 1),
            (5, 300, 16),
            (64, 64, 512),
            (0, 40, 8),
        ] {
            let image: vec::Vec<u8> = (1..=file_size as u8).collect();
            let mut layout = TlsLayout::new(0x200000, file_size, memory_size, align);
            layout.image = image.as_ptr();
            for shift in 0..32 {
                let mut memory = vec![0xaau8; layout.block_size() + 100];
                let end = memory.len() - shift;
                let bottom = memory.as_mut_ptr();
                // SAFETY: at least `block_size` bytes are below `end`.
                let block = unsafe { create_with(&layout, bottom.add(end), 77) };
                // SAFETY: just made, in `memory`.
                let tcb = unsafe { block.tcb.as_ref() };
                assert_eq!(tcb.this.cast_const(), core::ptr::from_ref(tcb));
                assert_eq!((tcb.this as usize) % layout.align, 0);
                assert_eq!(
                    (tcb.canary, tcb.split_stack, tcb.pte),
                    (77, 0, [0; PTE_WORDS])
                );
                assert_eq!(tcb.this as usize - tcb.tls_start as usize, layout.offset);
                assert_eq!(block.stack_top as usize % 16, 0);
                let used = bottom as usize + end - block.stack_top as usize;
                assert!(
                    used <= layout.block_size(),
                    "{used} > {}",
                    layout.block_size()
                );
                let start = tcb.tls_start as usize - bottom as usize;
                assert_eq!(memory[start..start + file_size], image[..]);
                assert!(
                    memory[start + file_size..start + layout.offset]
                        .iter()
                        .all(|b| *b == 0)
                );
                assert!(
                    memory[..block.stack_top as usize - bottom as usize]
                        .iter()
                        .all(|b| *b == 0xaa)
                );
            }
        }
    }
}
