/* One way to die for each name given: the status is 128 plus the signal's number, and stderr
 * names the function in which it happened and those that called it. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define NOINLINE __attribute__((noinline, noclone))

static volatile uintptr_t zero;
static volatile int sink;
static char data_section[64] = {(char)0xc3}; /* ret, where nothing may be executed */
static const int constant = 7;

NOINLINE void overflow_the_stack(volatile char *outer)
{
	volatile char local[512];
	local[0] = outer[0] + 1;
	overflow_the_stack(local);
	sink += local[0];
}

NOINLINE void read_null(void)
{
	sink = *(volatile int *)zero;
	sink++;
}

NOINLINE void write_null(void)
{
	*(volatile int *)(zero + 16) = 1;
	sink++;
}

NOINLINE void read_noncanonical(void)
{
	sink = *(volatile int *)(zero + 0x8000000000000000);
	sink++;
}

NOINLINE void read_kernel_space(void)
{
	sink = *(volatile int *)(zero + 0xffffff0000000000);
	sink++;
}

NOINLINE void jump_to_data(void)
{
	((void (*)(void))(uintptr_t)data_section)();
	sink++;
}

NOINLINE void jump_to_null(void)
{
	((void (*)(void))zero)();
	sink++;
}

NOINLINE void jump_to_heap(void)
{
	unsigned char *code = malloc(16);
	*(volatile unsigned char *)code = 0xc3;
	((void (*)(void))(uintptr_t)code)();
	sink++;
}

NOINLINE void jump_to_stack(void)
{
	volatile unsigned char code[16];
	code[0] = 0xc3;
	((void (*)(void))(uintptr_t)code)();
	sink++;
}

NOINLINE void write_to_text(void)
{
	*(volatile unsigned char *)(uintptr_t)read_null = 0xc3;
	sink++;
}

NOINLINE void write_to_constant(void)
{
	uintptr_t address = (uintptr_t)&constant;
	__asm__("" : "+r"(address)); /* the compiler shall not know what this is */
	*(volatile int *)address = 8;
	sink++;
}

NOINLINE void divide_by_zero(void)
{
	sink = (int)(100 / (long)zero);
	sink++;
}

NOINLINE void illegal_instruction(void)
{
	__asm__ volatile("ud2");
	sink++;
}

NOINLINE void breakpoint(void)
{
	__asm__ volatile("int3");
	sink++;
}

NOINLINE void write_protected(void)
{
	volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sink = page[0];
	page[0] = 1;
}

NOINLINE void touch_unmapped(void)
{
	volatile char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	page[0] = 1;
	munmap((void *)page, 8192);
	page[0] = 2;
}

NOINLINE void smash_the_stack(volatile size_t length)
{
	char small[8];
	memset((void *)(uintptr_t)small, 0x41, length);
	__asm__ volatile("" : : "r"(small) : "memory");
}

NOINLINE void abort_deep_inside(void)
{
	abort();
}

static NOINLINE void choose(const char *how)
{
	char start[1] = {0};
	if (strcmp(how, "overflow") == 0)
		overflow_the_stack(start);
	else if (strcmp(how, "smash") == 0)
		smash_the_stack(200);
#define WAY(function)                        \
	else if (strcmp(how, #function) == 0) \
		function()
	WAY(read_null);
	WAY(write_null);
	WAY(read_noncanonical);
	WAY(read_kernel_space);
	WAY(jump_to_data);
	WAY(jump_to_null);
	WAY(jump_to_heap);
	WAY(jump_to_stack);
	WAY(write_to_text);
	WAY(write_to_constant);
	WAY(divide_by_zero);
	WAY(illegal_instruction);
	WAY(breakpoint);
	WAY(write_protected);
	WAY(touch_unmapped);
	WAY(abort_deep_inside);
	sink++; /* no tail call: this function must be in the backtrace */
}

static void *thread_main(void *how)
{
	choose(how);
	return how;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	puts("last words"); /* what was printed before must not be lost */
	fflush(stdout);
	if (argc > 2) {
		pthread_t thread;
		pthread_create(&thread, NULL, thread_main, argv[1]);
		pthread_join(thread, NULL);
	} else {
		choose(argv[1]);
	}
	puts("survived");
	return 0;
}
