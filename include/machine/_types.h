/* Widths of the types that newlib leaves to the machine: those of 64-bit Linux where programs expect
 * them (newlib's own are 16 bits, which truncates file numbers and user ids). The kernel's HermitStat
 * has the same layout as the struct stat that follows from them. */
#ifndef _MACHINE__TYPES_H
#define _MACHINE__TYPES_H
#include <machine/_default_types.h>

#define __machine_dev_t_defined
typedef unsigned long __dev_t;
#define __machine_ino_t_defined
typedef unsigned long __ino_t;
#define __machine_uid_t_defined
typedef unsigned int __uid_t;
#define __machine_gid_t_defined
typedef unsigned int __gid_t;

#endif
