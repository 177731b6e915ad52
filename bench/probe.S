/* The smallest image that hermit-run accepts: at the kernel's entry point it writes the time-stamp
 * counter to the serial port ("tsc HEX"), then the exit record, and ends QEMU. It is what a boot
 * costs before a kernel has done anything. */
	.section .note, "a", @note
	.align 4
	.long 4, 4, 18			/* PVH: where to begin, 32-bit protected mode */
	.asciz "Xen"
	.long start
	.long 7, 4, 1			/* Hermit: version 1 of the image format */
	.asciz "Hermit"
	.align 4
	.long 1

	.text
	.code32
	.globl start
start:
	rdtsc
	mov	%eax, %esi
	mov	%edx, %edi
	mov	$stack_top, %esp
	mov	$text, %ebx
	call	write
	mov	%edi, %eax
	call	hexadecimal
	mov	%esi, %eax
	call	hexadecimal
	mov	$record, %ebx
	call	write
	mov	$0xf4, %edx		/* isa-debug-exit */
	xor	%eax, %eax
	out	%eax, %dx
1:	hlt
	jmp	1b

write:	/* the text at ebx */
	mov	$0x3f8, %edx
1:	mov	(%ebx), %al
	test	%al, %al
	jz	2f
	out	%al, %dx
	inc	%ebx
	jmp	1b
2:	ret

hexadecimal:	/* eax */
	mov	%eax, %ebx
	mov	$8, %ecx
	mov	$0x3f8, %edx
1:	rol	$4, %ebx
	mov	%bl, %al
	and	$15, %al
	add	$'0', %al
	cmp	$'9', %al
	jbe	2f
	add	$('a' - '0' - 10), %al
2:	out	%al, %dx
	loop	1b
	ret

	.section .rodata, "a"
text:	.asciz "tsc "
record:	.asciz "\n\001exit 0\n"

	.bss
	.space 256
stack_top:
	.section .note.GNU-stack, "", @progbits
