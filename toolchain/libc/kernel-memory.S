/* memcpy(), memmove(), memcmp(), memset() and strlen() for the kernel, which uses them in the middle of any program:
 * general registers only. libhermit.a calls them `__hermit_NAME`; those of programs are in memory.c and strings.c. */

#define AROUND_CACHES	(1 << 20)

	.intel_syntax noprefix

/* Copies the 64 bytes at rsi to rdi, with `store`, and goes on to the next. */
	.macro	COPY_64 store
	.irp	at, 0, 16, 32, 48
	mov	rcx, [rsi + \at]
	mov	r8, [rsi + \at + 8]
	\store	[rdi + \at], rcx
	\store	[rdi + \at + 8], r8
	.endr
	add	rsi, 64
	add	rdi, 64
	.endm

	.macro	FUNCTION name
	.section .text.memory, "ax", @progbits
	.global	\name
	.type	\name, @function
	.p2align 4
\name:
	.cfi_startproc
	.endm

	.macro	END name
	.cfi_endproc
	.size	\name, . - \name
	.endm

	FUNCTION __hermit_memmove
	mov	rax, rdi
	sub	rax, rsi
	cmp	rax, rdx
	mov	rax, rdi
	jb	.Lbackward		/* The destination begins inside the source. */
	jmp	.Lforward
	END __hermit_memmove

/* Up to the destination's end, forward: right also where the source begins inside the destination. */
	FUNCTION __hermit_memcpy
	mov	rax, rdi
.Lforward:
	cmp	rdx, 16
	jb	.Lcopy_few
	mov	r9, [rsi + rdx - 16]	/* The last 16 bytes, before they may be overwritten, */
	mov	r11, [rsi + rdx - 8]
	lea	r10, [rdi + rdx - 16]	/* and their place. */
	sub	rdx, 64
	jb	.Lcopy_rest
	cmp	rdx, AROUND_CACHES
	jae	.Lcopy_around
	.p2align 4
1:	COPY_64	mov
	sub	rdx, 64
	jae	1b
.Lcopy_rest:				/* rdx: what is left, less 64 */
	add	rdx, 48
	jle	3f
	.p2align 4
2:	mov	rcx, [rsi]
	mov	r8, [rsi + 8]
	mov	[rdi], rcx
	mov	[rdi + 8], r8
	add	rsi, 16
	add	rdi, 16
	sub	rdx, 16
	jg	2b
3:	mov	[r10], r9
	mov	[r10 + 8], r11
	ret
.Lcopy_around:
	mov	rcx, rax		/* Not where the regions overlap: */
	sub	rcx, rsi
	neg	rcx			/* source less destination */
	cmp	rcx, AROUND_CACHES
	jb	1b
	.p2align 4
4:	COPY_64	movnti
	sub	rdx, 64
	jae	4b
	sfence
	jmp	.Lcopy_rest
.Lcopy_few:
	cmp	edx, 8
	jae	.Lcopy_8
	cmp	edx, 4
	jae	.Lcopy_4
	cmp	edx, 2
	jae	.Lcopy_2
	test	edx, edx
	jz	5f
	movzx	ecx, byte ptr [rsi]
	mov	[rdi], cl
5:	ret
.Lcopy_8:
	mov	rcx, [rsi]
	mov	r8, [rsi + rdx - 8]
	mov	[rdi], rcx
	mov	[rdi + rdx - 8], r8
	ret
.Lcopy_4:
	mov	ecx, [rsi]
	mov	r8d, [rsi + rdx - 4]
	mov	[rdi], ecx
	mov	[rdi + rdx - 4], r8d
	ret
.Lcopy_2:
	movzx	ecx, word ptr [rsi]
	movzx	r8d, word ptr [rsi + rdx - 2]
	mov	[rdi], cx
	mov	[rdi + rdx - 2], r8w
	ret
.Lbackward:
	cmp	rdx, 16
	jb	.Lcopy_few		/* These read everything before they write. */
	mov	r9, [rsi]		/* The first 16 bytes. */
	mov	r11, [rsi + 8]
	sub	rdx, 64
	jb	7f
	.p2align 4
6:	.irp	at, 48, 32, 16, 0
	mov	rcx, [rsi + rdx + \at + 8]
	mov	r8, [rsi + rdx + \at]
	mov	[rdi + rdx + \at + 8], rcx
	mov	[rdi + rdx + \at], r8
	.endr
	sub	rdx, 64
	jae	6b
7:	add	rdx, 48
	jle	9f
	.p2align 4
8:	mov	rcx, [rsi + rdx + 8]
	mov	r8, [rsi + rdx]
	mov	[rdi + rdx + 8], rcx
	mov	[rdi + rdx], r8
	sub	rdx, 16
	jg	8b
9:	mov	[rdi], r9
	mov	[rdi + 8], r11
	ret
	END __hermit_memcpy

	FUNCTION __hermit_memset
	mov	rax, rdi
	movzx	ecx, sil
	movabs	r8, 0x0101010101010101
	imul	rcx, r8
	cmp	rdx, 16
	jb	.Lset_few
	mov	[rdi + rdx - 16], rcx
	mov	[rdi + rdx - 8], rcx
	sub	rdx, 64
	jb	.Lset_rest
	cmp	rdx, AROUND_CACHES
	jae	.Lset_around
	.p2align 4
1:	.irp	at, 0, 8, 16, 24, 32, 40, 48, 56
	mov	[rdi + \at], rcx
	.endr
	add	rdi, 64
	sub	rdx, 64
	jae	1b
.Lset_rest:
	add	rdx, 48
	jle	3f
	.p2align 4
2:	mov	[rdi], rcx
	mov	[rdi + 8], rcx
	add	rdi, 16
	sub	rdx, 16
	jg	2b
3:	ret
	.p2align 4
.Lset_around:
	.irp	at, 0, 8, 16, 24, 32, 40, 48, 56
	movnti	[rdi + \at], rcx
	.endr
	add	rdi, 64
	sub	rdx, 64
	jae	.Lset_around
	sfence
	jmp	.Lset_rest
.Lset_few:
	cmp	edx, 8
	jae	4f
	cmp	edx, 4
	jae	5f
	test	edx, edx
	jz	3b
	mov	[rdi], cl
	mov	[rdi + rdx - 1], cl
	shr	edx, 1
	mov	[rdi + rdx], cl
	ret
4:	mov	[rdi], rcx
	mov	[rdi + rdx - 8], rcx
	ret
5:	mov	[rdi], ecx
	mov	[rdi + rdx - 4], ecx
	ret
	END __hermit_memset

	.global	__hermit_bcmp
	.set	__hermit_bcmp, __hermit_memcmp
	FUNCTION __hermit_memcmp
	cmp	rdx, 8
	jb	3f
	.p2align 4
1:	mov	rax, [rdi]
	mov	rcx, [rsi]
	cmp	rax, rcx
	jne	2f
	add	rdi, 8
	add	rsi, 8
	sub	rdx, 8
	cmp	rdx, 8
	jae	1b
	mov	rax, [rdi + rdx - 8]	/* The rest, and some that is known to be equal. */
	mov	rcx, [rsi + rdx - 8]
	cmp	rax, rcx
	je	5f
2:	bswap	rax			/* The first byte decides. */
	bswap	rcx
	cmp	rax, rcx
	sbb	eax, eax
	or	eax, 1
	ret
3:	test	edx, edx
	jz	5f
4:	movzx	eax, byte ptr [rdi]
	movzx	ecx, byte ptr [rsi]
	sub	eax, ecx
	jne	6f
	inc	rdi
	inc	rsi
	dec	edx
	jnz	4b
5:	xor	eax, eax
6:	ret
	END __hermit_memcmp

	FUNCTION __hermit_strlen
	mov	rax, rdi
1:	cmp	byte ptr [rax], 0
	je	2f
	inc	rax
	jmp	1b
2:	sub	rax, rdi
	ret
	END __hermit_strlen

	.section .note.GNU-stack, "", @progbits
