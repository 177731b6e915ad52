/* Sets of descriptors for select(): newlib's, but as large as on other systems. */
#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif
#include_next <sys/select.h>
