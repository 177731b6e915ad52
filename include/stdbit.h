/* Bits of unsigned integers (C23). */
#ifndef _STDBIT_H
#define _STDBIT_H
#include <stdbool.h>

#define __STDC_VERSION_STDBIT_H__	202311L
#define __STDC_ENDIAN_LITTLE__		__ORDER_LITTLE_ENDIAN__
#define __STDC_ENDIAN_BIG__		__ORDER_BIG_ENDIAN__
#define __STDC_ENDIAN_NATIVE__		__BYTE_ORDER__

#define __STDBIT(name, type, suffix, body)				\
	static __inline type stdc_##name##_##suffix(type __value)	\
	{								\
		return (type)(body);					\
	}
#define __STDBIT_NUMBER(name, type, suffix, body)			\
	static __inline unsigned int stdc_##name##_##suffix(type __value) \
	{								\
		return (unsigned int)(body);				\
	}
#define __STDBIT_ALL(type, suffix)												\
	__STDBIT_NUMBER(count_ones, type, suffix, __builtin_popcountll(__value))						\
	__STDBIT_NUMBER(count_zeros, type, suffix, __builtin_popcountll((type)~__value))					\
	__STDBIT_NUMBER(bit_width, type, suffix, __value ? 64 - __builtin_clzll(__value) : 0)					\
	__STDBIT_NUMBER(leading_zeros, type, suffix, 8 * sizeof(type) - stdc_bit_width_##suffix(__value))			\
	__STDBIT_NUMBER(leading_ones, type, suffix, stdc_leading_zeros_##suffix((type)~__value))				\
	__STDBIT_NUMBER(trailing_zeros, type, suffix, __value ? (unsigned int)__builtin_ctzll(__value) : 8 * sizeof(type))	\
	__STDBIT_NUMBER(trailing_ones, type, suffix, stdc_trailing_zeros_##suffix((type)~__value))				\
	__STDBIT_NUMBER(first_leading_one, type, suffix, __value ? stdc_leading_zeros_##suffix(__value) + 1 : 0)		\
	__STDBIT_NUMBER(first_leading_zero, type, suffix, stdc_first_leading_one_##suffix((type)~__value))			\
	__STDBIT_NUMBER(first_trailing_one, type, suffix, __value ? stdc_trailing_zeros_##suffix(__value) + 1 : 0)		\
	__STDBIT_NUMBER(first_trailing_zero, type, suffix, stdc_first_trailing_one_##suffix((type)~__value))			\
	static __inline bool stdc_has_single_bit_##suffix(type __value)								\
	{															\
		return __value && !(__value & (__value - 1));									\
	}															\
	__STDBIT(bit_floor, type, suffix, __value ? 1ULL << (stdc_bit_width_##suffix(__value) - 1) : 0)			\
	/* 0 if it does not fit. */												\
	__STDBIT(bit_ceil, type, suffix, __value > 1 ? 2ULL << (stdc_bit_width_##suffix((type)(__value - 1)) - 1) : 1)

__STDBIT_ALL(unsigned char, uc)
__STDBIT_ALL(unsigned short, us)
__STDBIT_ALL(unsigned int, ui)
__STDBIT_ALL(unsigned long, ul)
__STDBIT_ALL(unsigned long long, ull)

#undef __STDBIT
#undef __STDBIT_NUMBER
#undef __STDBIT_ALL

#ifndef __cplusplus
#define __STDBIT_OF(name, value)					\
	_Generic((value),						\
		unsigned char: stdc_##name##_uc,			\
		unsigned short: stdc_##name##_us,			\
		unsigned int: stdc_##name##_ui,				\
		unsigned long: stdc_##name##_ul,			\
		unsigned long long: stdc_##name##_ull)(value)
#define stdc_leading_zeros(value)	__STDBIT_OF(leading_zeros, value)
#define stdc_leading_ones(value)	__STDBIT_OF(leading_ones, value)
#define stdc_trailing_zeros(value)	__STDBIT_OF(trailing_zeros, value)
#define stdc_trailing_ones(value)	__STDBIT_OF(trailing_ones, value)
#define stdc_first_leading_zero(value)	__STDBIT_OF(first_leading_zero, value)
#define stdc_first_leading_one(value)	__STDBIT_OF(first_leading_one, value)
#define stdc_first_trailing_zero(value)	__STDBIT_OF(first_trailing_zero, value)
#define stdc_first_trailing_one(value)	__STDBIT_OF(first_trailing_one, value)
#define stdc_count_zeros(value)		__STDBIT_OF(count_zeros, value)
#define stdc_count_ones(value)		__STDBIT_OF(count_ones, value)
#define stdc_has_single_bit(value)	__STDBIT_OF(has_single_bit, value)
#define stdc_bit_width(value)		__STDBIT_OF(bit_width, value)
#define stdc_bit_floor(value)		__STDBIT_OF(bit_floor, value)
#define stdc_bit_ceil(value)		__STDBIT_OF(bit_ceil, value)
#endif

#endif
