/* What stands between an interrupted function and the Go runtime that deals with the signal.
 *
 * The stack pointer is at the registers of the interrupted function, in the order of their DWARF numbers
 * (signal.c). By that the unwinder goes on to the function, as if it had called: a panic can be recovered
 * from there, and tracebacks and profiles show it. Without debug information the Go runtime takes these frames
 * for a system's own, and leaves them out of what programs see.
 */

.macro interrupted_frame
	.cfi_startproc
	.cfi_signal_frame
	/* CFA: the stack pointer at the fault, *(rsp + 56). */
	.cfi_escape 0x0f, 3, 0x77, 0x38, 0x06
	/* Registers 0 to 6, 8 to 15 and the return address: at rsp + 8 * their number. */
	.cfi_escape 0x10, 0, 2, 0x77, 0x00
	.cfi_escape 0x10, 1, 2, 0x77, 0x08
	.cfi_escape 0x10, 2, 2, 0x77, 0x10
	.cfi_escape 0x10, 3, 2, 0x77, 0x18
	.cfi_escape 0x10, 4, 2, 0x77, 0x20
	.cfi_escape 0x10, 5, 2, 0x77, 0x28
	.cfi_escape 0x10, 6, 2, 0x77, 0x30
	.cfi_escape 0x10, 8, 3, 0x77, 0xc0, 0x00
	.cfi_escape 0x10, 9, 3, 0x77, 0xc8, 0x00
	.cfi_escape 0x10, 10, 3, 0x77, 0xd0, 0x00
	.cfi_escape 0x10, 11, 3, 0x77, 0xd8, 0x00
	.cfi_escape 0x10, 12, 3, 0x77, 0xe0, 0x00
	.cfi_escape 0x10, 13, 3, 0x77, 0xe8, 0x00
	.cfi_escape 0x10, 14, 3, 0x77, 0xf0, 0x00
	.cfi_escape 0x10, 15, 3, 0x77, 0xf8, 0x00
	.cfi_escape 0x10, 16, 3, 0x77, 0x80, 0x01
	nop
.endm

	.text

/* void hermit_go_signal (int, siginfo_t *, ucontext_t *, const greg_t registers[17]): called by the handler,
 * on the stack of signals. */
	.globl	hermit_go_signal
	.hidden	hermit_go_signal
	.type	hermit_go_signal, @function
hermit_go_signal:
	push	%rbx
	mov	%rsp, %rbx
	sub	$17 * 8, %rsp
	and	$-16, %rsp
	push	%rdi
	push	%rsi
	lea	16(%rsp), %rdi
	mov	%rcx, %rsi
	mov	$17, %ecx
	rep movsq
	pop	%rsi
	pop	%rdi
	interrupted_frame
	call	runtime.sigtrampgo
	.cfi_endproc
	mov	%rbx, %rsp
	pop	%rbx
	ret
	.size	hermit_go_signal, . - hermit_go_signal

/* Where a goroutine goes on after a fault: signal.c has the thread resume here, at a `struct fault`. The
 * signal's number, its siginfo_t and its ucontext_t are in the argument registers, the ucontext_t also
 * in rbx. If the handler returns, the program goes on where it was. */
	.globl	hermit_go_fault
	.hidden	hermit_go_fault
	.type	hermit_go_fault, @function
hermit_go_fault:
	interrupted_frame
	call	runtime.sigtrampgo
	mov	%rbx, %rdi
	call	setcontext
	ud2
	.cfi_endproc
	.size	hermit_go_fault, . - hermit_go_fault

/* The size of the stack that is used up is in the first argument register. */
	.globl	hermit_go_overflow
	.hidden	hermit_go_overflow
	.type	hermit_go_overflow, @function
hermit_go_overflow:
	interrupted_frame
	call	runtime.stackOverflow
	ud2
	.cfi_endproc
	.size	hermit_go_overflow, . - hermit_go_overflow

	.section .note.GNU-stack, "", @progbits
