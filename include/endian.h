/* Byte order (POSIX.1-2024): this machine is little endian. */
#ifndef _ENDIAN_H
#define _ENDIAN_H
#include <stdint.h>
#include <machine/endian.h>

#ifndef LITTLE_ENDIAN
#define LITTLE_ENDIAN	1234
#define BIG_ENDIAN	4321
#define PDP_ENDIAN	3412
#define BYTE_ORDER	LITTLE_ENDIAN
#endif
#ifndef __LITTLE_ENDIAN
#define __LITTLE_ENDIAN	LITTLE_ENDIAN
#define __BIG_ENDIAN	BIG_ENDIAN
#define __PDP_ENDIAN	PDP_ENDIAN
#define __BYTE_ORDER	BYTE_ORDER
#endif
#ifndef __FLOAT_WORD_ORDER
#define __FLOAT_WORD_ORDER __BYTE_ORDER
#endif

#ifndef htobe16
#define htobe16(x)	__builtin_bswap16(x)
#define htobe32(x)	__builtin_bswap32(x)
#define htobe64(x)	__builtin_bswap64(x)
#define be16toh(x)	__builtin_bswap16(x)
#define be32toh(x)	__builtin_bswap32(x)
#define be64toh(x)	__builtin_bswap64(x)
#define htole16(x)	((uint16_t) (x))
#define htole32(x)	((uint32_t) (x))
#define htole64(x)	((uint64_t) (x))
#define le16toh(x)	((uint16_t) (x))
#define le32toh(x)	((uint32_t) (x))
#define le64toh(x)	((uint64_t) (x))
#endif

#endif
