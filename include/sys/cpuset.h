/* Sets of processors: cpu_set_t has room for 1024, as on Linux; CPU_ALLOC makes other sizes. */
#ifndef _SYS_CPUSET_H_
#define _SYS_CPUSET_H_

#include <stddef.h>

#define CPU_SETSIZE	1024
#define __NCPUBITS	(8 * sizeof(__cpu_mask))

typedef unsigned long __cpu_mask;

typedef struct {
	__cpu_mask __bits[CPU_SETSIZE / (8 * sizeof(__cpu_mask))];
} cpu_set_t;

#ifdef __cplusplus
extern "C" {
#endif

int __hermit_cpu_count(size_t __size, const cpu_set_t *__set);
cpu_set_t *__hermit_cpu_alloc(size_t __count);
void __hermit_cpu_free(cpu_set_t *__set);

#ifdef __cplusplus
}
#endif

#define __CPU_WORD(cpu)	((size_t)(cpu) / __NCPUBITS)
#define __CPU_BIT(cpu)	((__cpu_mask)1 << ((size_t)(cpu) % __NCPUBITS))
#define __CPU_IN(cpu, size) ((size_t)(cpu) / 8 < (size))
#define __CPU_WORDS(set) ((__cpu_mask *)(set))

#define CPU_ZERO_S(size, set)	((void)__builtin_memset((set), 0, (size)))
#define CPU_SET_S(cpu, size, set) \
	(__extension__ ({ \
		size_t __cpu = (size_t)(cpu); \
		__CPU_IN(__cpu, size) ? (__CPU_WORDS(set)[__CPU_WORD(__cpu)] |= __CPU_BIT(__cpu)) : 0; \
	}))
#define CPU_CLR_S(cpu, size, set) \
	(__extension__ ({ \
		size_t __cpu = (size_t)(cpu); \
		__CPU_IN(__cpu, size) ? (__CPU_WORDS(set)[__CPU_WORD(__cpu)] &= ~__CPU_BIT(__cpu)) : 0; \
	}))
#define CPU_ISSET_S(cpu, size, set) \
	(__extension__ ({ \
		size_t __cpu = (size_t)(cpu); \
		__CPU_IN(__cpu, size) ? \
			(((const __cpu_mask *)(set))[__CPU_WORD(__cpu)] & __CPU_BIT(__cpu)) != 0 : 0; \
	}))
#define CPU_COUNT_S(size, set)	__hermit_cpu_count((size), (set))
#define CPU_EQUAL_S(size, a, b)	(__builtin_memcmp((a), (b), (size)) == 0)
#define __CPU_OP_S(size, to, a, b, op) \
	(__extension__ ({ \
		__cpu_mask *__to = __CPU_WORDS(to); \
		const __cpu_mask *__a = (const __cpu_mask *)(a); \
		const __cpu_mask *__b = (const __cpu_mask *)(b); \
		for (size_t __i = 0; __i < (size) / sizeof(__cpu_mask); __i++) \
			__to[__i] = __a[__i] op __b[__i]; \
		(cpu_set_t *)__to; \
	}))
#define CPU_AND_S(size, to, a, b) __CPU_OP_S(size, to, a, b, &)
#define CPU_OR_S(size, to, a, b)  __CPU_OP_S(size, to, a, b, |)
#define CPU_XOR_S(size, to, a, b) __CPU_OP_S(size, to, a, b, ^)

#define CPU_ZERO(set)		CPU_ZERO_S(sizeof(cpu_set_t), set)
#define CPU_SET(cpu, set)	CPU_SET_S(cpu, sizeof(cpu_set_t), set)
#define CPU_CLR(cpu, set)	CPU_CLR_S(cpu, sizeof(cpu_set_t), set)
#define CPU_ISSET(cpu, set)	CPU_ISSET_S(cpu, sizeof(cpu_set_t), set)
#define CPU_COUNT(set)		CPU_COUNT_S(sizeof(cpu_set_t), set)
#define CPU_EQUAL(a, b)		CPU_EQUAL_S(sizeof(cpu_set_t), a, b)
#define CPU_AND(to, a, b)	CPU_AND_S(sizeof(cpu_set_t), to, a, b)
#define CPU_OR(to, a, b)	CPU_OR_S(sizeof(cpu_set_t), to, a, b)
#define CPU_XOR(to, a, b)	CPU_XOR_S(sizeof(cpu_set_t), to, a, b)

#define CPU_ALLOC_SIZE(count) \
	((((size_t)(count) + __NCPUBITS - 1) / __NCPUBITS) * sizeof(__cpu_mask))
#define CPU_ALLOC(count)	__hermit_cpu_alloc(count)
#define CPU_FREE(set)		__hermit_cpu_free(set)

#endif
