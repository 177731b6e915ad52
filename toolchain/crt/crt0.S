/* The first object of every link. The entry point is the kernel's, `_start` in libhermit.a, and calls
 * the libc shim, which calls main. This object only asks for it, so that the kernel is linked also by
 * linker scripts and tools that do not name an entry point, and for `main`, so that one in an archive
 * before -lhermit is found. The code itself is never reached. */
	.section .text.__hermit_crt0,"ax",@progbits
	.globl	__hermit_crt0
	.hidden	__hermit_crt0
	.type	__hermit_crt0, @function
__hermit_crt0:
	jmp	_start
	jmp	main
	.size	__hermit_crt0, . - __hermit_crt0
	.section .note.GNU-stack,"",@progbits
