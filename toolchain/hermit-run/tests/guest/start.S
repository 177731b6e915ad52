# Entry of the test guest: from the 32-bit state of the PVH boot protocol to 64-bit C.
        .section .note.pvh, "a", @note
        .balign 4
        .long 4, 4, 18          # name size, descriptor size, XEN_ELFNOTE_PHYS32_ENTRY
        .asciz "Xen"
        .long start32

        .section .note.hermit, "a", @note
        .balign 4
        .long 7, 4, 1           # "Hermit", ABI version
        .asciz "Hermit"
        .balign 4
        .long 1

        .section .text.start, "ax"
        .code32
        .globl start32
start32:
        mov     $stack_top, %esp
        mov     %ebx, %esi                      # hvm_start_info
        mov     $page_tables, %edi              # PML4[0] -> PDPT
        lea     4096(%edi), %eax
        or      $3, %eax
        mov     %eax, (%edi)
        movl    $0x083, 4096(%edi)              # four 1 GiB pages: all below 4 GiB
        movl    $0x40000083, 4104(%edi)
        movl    $0x80000083, 4112(%edi)
        movl    $0xc0000083, 4120(%edi)
        mov     %edi, %cr3
        mov     %cr4, %eax
        or      $0x20, %eax                     # PAE
        mov     %eax, %cr4
        mov     $0xc0000080, %ecx               # EFER.LME
        rdmsr
        or      $0x100, %eax
        wrmsr
        mov     %cr0, %eax
        or      $0x80000000, %eax               # paging
        mov     %eax, %cr0
        lgdt    gdt_pointer
        ljmp    $8, $start64

        .code64
        .globl  start64
        .type   start64, @function
start64:
        .cfi_startproc
        .cfi_undefined rip
        xor     %ebp, %ebp
        mov     %esi, %edi
        call    guest_main
1:      hlt
        jmp     1b
        .cfi_endproc

# void take_fault(void): prints the state of its caller as fault records; never returns.
# The red zone is off in this guest, so pushing is safe.
        .globl  take_fault
        .type   take_fault, @function
take_fault:
        push    %rax                            # keep one scratch register
        mov     $fault_regs, %eax
        mov     %rbx, 8(%rax)
        mov     %rcx, 16(%rax)
        mov     %rdx, 24(%rax)
        mov     %rsi, 32(%rax)
        mov     %rdi, 40(%rax)
        mov     %rbp, 48(%rax)
        mov     %r8, 64(%rax)
        mov     %r9, 72(%rax)
        mov     %r10, 80(%rax)
        mov     %r11, 88(%rax)
        mov     %r12, 96(%rax)
        mov     %r13, 104(%rax)
        mov     %r14, 112(%rax)
        mov     %r15, 120(%rax)
        pop     %rcx
        mov     %rcx, 0(%rax)
        mov     (%rsp), %rcx
        sub     $5, %rcx                        # the call is what failed
        mov     %rcx, 128(%rax)
        lea     8(%rsp), %rcx
        mov     %rcx, 56(%rax)
        call    print_fault

        .section .data
        .balign 8
gdt:    .quad   0
        .quad   0x00af9a000000ffff
gdt_pointer:
        .word   15
        .long   gdt

        .section .bss
        .balign 4096
page_tables:
        .skip   8192
        .globl  fault_regs
fault_regs:
        .skip   17 * 8
        .balign 16
        .skip   65536
        .globl  stack_top
stack_top:
        .section .note.GNU-stack, "", @progbits
