/* Allocation beside stdlib.h's: what SVID, BSD and Linux have here, as far as this allocator has it. */
#ifndef _HERMIT_MALLOC_H
#define _HERMIT_MALLOC_H

#include <sys/cdefs.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

__BEGIN_DECLS
void *memalign(size_t, size_t) __malloc_like __result_use_check __alloc_align(1) __alloc_size(2);
void *valloc(size_t) __malloc_like __result_use_check __alloc_size(1);
void *pvalloc(size_t) __malloc_like __result_use_check __alloc_size(1);
/* How many bytes the block has room for; at least what was asked for. */
size_t malloc_usable_size(const void *);
/* Gives free memory back to the system, all that is free in the calling thread's heap and in none; returns
 * whether there was any. Happens by itself when memory is needed. */
int malloc_trim(size_t);
void cfree(void *);

/* There is nothing to tune: always 0, "not done". */
int mallopt(int, int);
#define M_MXFAST		1
#define M_TRIM_THRESHOLD	-1
#define M_TOP_PAD		-2
#define M_MMAP_THRESHOLD	-3
#define M_MMAP_MAX		-4
#define M_CHECK_ACTION		-5
#define M_PERTURB		-6
#define M_ARENA_TEST		-7
#define M_ARENA_MAX		-8

/* The calling thread's heap, in bytes: what it holds (arena), what of that the program has (uordblks) and what is free
 * (fordblks); and how many free blocks there are (ordblks). Nothing else is counted. */
struct mallinfo2 {
	size_t	arena;
	size_t	ordblks;
	size_t	smblks;
	size_t	hblks;
	size_t	hblkhd;
	size_t	usmblks;
	size_t	fsmblks;
	size_t	uordblks;
	size_t	fordblks;
	size_t	keepcost;
};
struct mallinfo2 mallinfo2(void);

/* The same, as far as int holds it. */
struct mallinfo {
	int	arena;
	int	ordblks;
	int	smblks;
	int	hblks;
	int	hblkhd;
	int	usmblks;
	int	fsmblks;
	int	uordblks;
	int	fordblks;
	int	keepcost;
};
struct mallinfo mallinfo(void);
int malloc_info(int, FILE *);
void malloc_stats(void);
__END_DECLS

#endif
