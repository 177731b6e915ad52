//! From the boot loader to 64-bit Rust.
//!
//! One entry serves PVH (QEMU `-kernel`, Firecracker, Cloud Hypervisor) and Multiboot2 (GRUB): both come
//! in 32-bit protected mode without paging. The code maps the first 4 GiB twice, identity and at the
//! direct map, enters long mode and calls [`enter`]. Application processors come by the trampoline in
//! [`super::smp`] and use the same page tables for their first steps, so they are never freed.
//!
//! Sources: PVH boot ABI (Xen `docs/misc/pvh.pandoc`, `start_info.h`), Multiboot2 specification 2.0,
//! Intel SDM vol. 3A chapter 10.8 (long-mode initialisation).

use core::arch::global_asm;

use crate::boot::{BootInfo, MemoryRegion};

/// Bytes of the boot core's first stack, which its idle thread keeps.
pub const BOOT_STACK_SIZE: usize = 32 * 1024;

global_asm!(
    r#"
    .section .note.hermit, "a", @note
    .align 4
    .long 7, 4, 1            # name "Hermit", type 1: version of the C ABI
    .asciz "Hermit"
    .align 4
    .long 1

    .section .note.Xen, "a", @note
    .align 4
    .long 4, 4, 18           # name "Xen", type 18: XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .align 4
    .long _start

    .section .multiboot2, "a"
    .align 8
multiboot2_header:
    .long 0xe85250d6, 0, multiboot2_end - multiboot2_header
    .long 0x100000000 - (0xe85250d6 + (multiboot2_end - multiboot2_header))
    .short 6, 1              # page-aligned modules wanted: may be ignored
    .long 8
    .short 0, 0
    .long 8
multiboot2_end:

    .section .boot.text, "ax"
    .code32
    .globl _start
_start:
    cli
    cld
    mov esi, eax             # Multiboot2's magic number, or nothing of meaning
    mov edi, ebx             # its information, or PVH's start_info

    # One page table level after the other: pml4[0] = pml4[256] = pdpt.
    mov eax, offset boot_pdpt + 3
    mov [boot_pml4], eax
    mov [boot_pml4 + 256 * 8], eax

    mov eax, 0x80000001
    cpuid
    bt edx, 26               # 1 GiB pages
    jnc 2f
    mov eax, 0x83
    mov ecx, offset boot_pdpt
1:  mov [ecx], eax
    add ecx, 8
    add eax, 0x40000000
    jnc 1b
    jmp 4f
2:  mov eax, offset boot_pd + 3
    mov ecx, offset boot_pdpt
    mov ebx, 4
3:  mov [ecx], eax
    add ecx, 8
    add eax, 0x1000
    dec ebx
    jnz 3b
    mov eax, 0x83
    mov ecx, offset boot_pd
5:  mov [ecx], eax
    add ecx, 8
    add eax, 0x200000
    jnc 5b
4:
    mov eax, offset boot_pml4
    mov ebp, offset boot64

    # In: eax = page table root, ebp = where to go on in 64-bit code. Uses no stack.
    .globl enter_long_mode
enter_long_mode:
    mov cr3, eax
    mov eax, cr4
    or eax, 0x6a0            # PAE, PGE, OSFXSR, OSXMMEXCPT
    mov cr4, eax
    mov ecx, 0xc0000080      # EFER: LME, NXE
    rdmsr
    or eax, 0x900
    wrmsr
    lgdt [boot_gdt_pointer]
    mov eax, 0x80010023      # PG, WP, NE, MP, PE; EM and TS clear
    mov cr0, eax
    mov ax, 16
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor eax, eax
    mov fs, ax
    mov gs, ax
    .byte 0xea               # far jump to 64-bit code
    .long 6f
    .short 8
    .code64
6:  mov eax, ebp
    jmp rax

boot64:
    mov edi, edi
    mov esi, esi
    mov rsp, offset boot_stack_top
    xor ebp, ebp
    call {enter}
    ud2

    .section .boot.data, "a"
    .align 8
boot_gdt:
    .quad 0
    .quad 0x00af9a000000ffff # 64-bit code
    .quad 0x00cf92000000ffff # data
    .globl boot_gdt_pointer
boot_gdt_pointer:
    .short 23
    .long boot_gdt
    .long 0

    .section .boot.bss, "aw", @nobits
    .align 4096
    .globl boot_pml4
boot_pml4: .skip 4096
boot_pdpt: .skip 4096
boot_pd:   .skip 4 * 4096
    .globl boot_stack
boot_stack: .skip {stack_size}
    .globl boot_stack_top
boot_stack_top:
    .text
"#,
    enter = sym enter,
    stack_size = const BOOT_STACK_SIZE,
);

const MULTIBOOT2_MAGIC: u64 = 0x36d7_6289;
const PVH_MAGIC: u32 = 0x336e_c578;

/// `hvm_start_info` of the PVH ABI.
#[repr(C)]
struct StartInfo {
    magic: u32,
    version: u32,
    flags: u32,
    module_count: u32,
    modules: u64,
    command_line: u64,
    rsdp: u64,
    memory_map: u64,
    memory_map_entries: u32,
    _reserved: u32,
}

/// `hvm_memmap_table_entry`; type 1 is RAM.
#[repr(C)]
#[derive(Clone, Copy)]
struct MemoryMapEntry {
    start: u64,
    len: u64,
    kind: u32,
    _reserved: u32,
}

/// The longest command line that is kept; longer argument lists come in the boot archive.
const COMMAND_LINE: usize = 4096;

/// Copies the command line into the image: the loader's memory is reused. Called once.
fn keep(line: &[u8]) -> &'static [u8] {
    static mut KEPT: [u8; COMMAND_LINE] = [0; COMMAND_LINE];
    let len = line.len().min(COMMAND_LINE);
    // SAFETY: only the boot core runs, and calls this once.
    unsafe {
        let kept = &raw mut KEPT as *mut u8;
        kept.copy_from_nonoverlapping(line.as_ptr(), len);
        core::slice::from_raw_parts(kept, len)
    }
}

/// A NUL-terminated string that the loader left in memory, at most 64 KiB.
///
/// # Safety
/// `address` is 0 or that of such a string in mapped memory that stays.
unsafe fn string_at<'a>(address: u64) -> &'a [u8] {
    if address == 0 {
        return b"";
    }
    let start = address as *const u8;
    let mut len = 0;
    // SAFETY: up to the NUL the bytes belong to the string.
    while len < 65536 && unsafe { *start.add(len) } != 0 {
        len += 1;
    }
    // SAFETY: as above.
    unsafe { core::slice::from_raw_parts(start, len) }
}

/// # Safety
/// `info` is the address of PVH's start information in identity-mapped memory.
unsafe fn from_pvh(info: u64, boot: &mut BootInfo) {
    // SAFETY: the caller's promise.
    let info = unsafe { &*(info as *const StartInfo) };
    if info.magic != PVH_MAGIC {
        return;
    }
    // SAFETY: the PVH ABI: addresses below 4 GiB of structures of the stated sizes.
    unsafe {
        boot.command_line = keep(string_at(info.command_line));
        if info.module_count > 0 && info.modules != 0 {
            let module = info.modules as *const u64;
            boot.module = Some((*module, *module.add(1)));
        }
        if info.version >= 1 {
            let entries = info.memory_map as *const MemoryMapEntry;
            for i in 0..info.memory_map_entries as usize {
                let entry = *entries.add(i);
                boot.add_region(MemoryRegion {
                    start: entry.start,
                    len: entry.len,
                    usable: entry.kind == 1,
                });
            }
        }
    }
    boot.rsdp = (info.rsdp != 0).then_some(info.rsdp);
}

/// # Safety
/// `info` is the address of Multiboot2's boot information in identity-mapped memory.
unsafe fn from_multiboot2(info: u64, boot: &mut BootInfo) {
    // SAFETY: the specification, section 3.4: total size, then tags of (type, size), 8-byte aligned.
    unsafe {
        let end = info + u64::from(*(info as *const u32));
        let mut tag = info + 8;
        while tag + 8 <= end {
            let (kind, size) = (*(tag as *const u32), *((tag + 4) as *const u32));
            match kind {
                0 => break,
                1 => boot.command_line = keep(string_at(tag + 8)),
                3 if boot.module.is_none() => {
                    let start = u64::from(*((tag + 8) as *const u32));
                    boot.module = Some((start, u64::from(*((tag + 12) as *const u32)) - start));
                }
                6 => {
                    let entry_size = u64::from(*((tag + 8) as *const u32)).max(20);
                    let mut at = tag + 16;
                    while at + entry_size <= tag + u64::from(size) {
                        let entry = (at as *const MemoryMapEntry).read_unaligned();
                        boot.add_region(MemoryRegion {
                            start: entry.start,
                            len: entry.len,
                            usable: entry.kind == 1,
                        });
                        at += entry_size;
                    }
                }
                // A copy of the RSDP, version 1 or 2.
                14 | 15 => boot.rsdp = Some(tag + 8),
                _ => {}
            }
            if size < 8 {
                break;
            }
            tag += u64::from(size).next_multiple_of(8);
        }
    }
}

/// The first Rust code, on the boot core's first stack, interrupts off.
extern "C" fn enter(info: u64, magic: u64) -> ! {
    let mut boot = BootInfo::new();
    // SAFETY: the loader's register holds the address of its information, in the identity map.
    unsafe {
        if magic == MULTIBOOT2_MAGIC {
            from_multiboot2(info, &mut boot);
        } else {
            from_pvh(info, &mut boot);
        }
    }
    crate::start::boot_core(crate::boot::set(boot))
}
