/* How newlib's headers see this system. */
#ifndef _HERMIT_SYS_CONFIG_H
#define _HERMIT_SYS_CONFIG_H

/* read() and write() as POSIX has them. */
#define _READ_WRITE_RETURN_TYPE _ssize_t
#define _READ_WRITE_BUFSIZE_TYPE __SIZE_TYPE__

/* FILENAME_MAX; PATH_MAX has the same value. */
#define __FILENAME_MAX__ 4096

/* CLOCKS_PER_SEC; POSIX fixes it for systems with XSI. */
#define _CLOCKS_PER_SEC_ 1000000

/* What POSIX.1-2024 adds to struct tm, and the BSDs and Linux have had. */
#define __TM_GMTOFF	tm_gmtoff
#define __TM_ZONE	tm_zone

#endif
#include_next <sys/config.h>
