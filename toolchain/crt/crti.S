/* Beginnings of _init and _fini: the bodies are the .init and .fini sections of the other objects, in
 * link order; crtn.S ends them. */
	.section .init,"ax",@progbits
	.globl	_init
	.type	_init, @function
_init:	sub	$8, %rsp

	.section .fini,"ax",@progbits
	.globl	_fini
	.type	_fini, @function
_fini:	sub	$8, %rsp
	.section .note.GNU-stack,"",@progbits
