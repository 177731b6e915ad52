/* Programs include this to learn which C library they are compiled with. It is not glibc. */
#ifndef _FEATURES_H
#define _FEATURES_H
#include <sys/cdefs.h>
#include <sys/features.h>
#endif
