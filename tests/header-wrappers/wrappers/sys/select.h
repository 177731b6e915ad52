/* A program's <sys/select.h> in front of the system's, which wants more of it than POSIX says: as gnulib's does. */
#ifndef WRAPPER_SELECT_H
#define WRAPPER_SELECT_H
#include <sys/types.h>
#include <sys/time.h>
#include_next <sys/select.h>
#include <signal.h>
#endif
