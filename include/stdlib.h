/* newlib's stdlib.h with the functions of C23, POSIX and GNU that it lacks. */
#include_next <stdlib.h>
#ifndef _HERMIT_STDLIB_H
#define _HERMIT_STDLIB_H
#include <sys/types.h>
#include <stdint.h>
#include <hermit/wait-status.h>
#if __POSIX_VISIBLE >= 202405
#include <sys/_close_flags.h>
#endif

__BEGIN_DECLS
#if __ISO_C_VISIBLE >= 2020
int strfromd(char *__restrict, size_t, const char *__restrict, double);
int strfromf(char *__restrict, size_t, const char *__restrict, float);
int strfroml(char *__restrict, size_t, const char *__restrict, long double);
void free_sized(void *, size_t);
void free_aligned_sized(void *, size_t, size_t);
size_t memalignment(const void *);
#endif
#if __XSI_VISIBLE
int grantpt(int);
int posix_openpt(int);
char *ptsname(int);
int unlockpt(int);
#endif
#if __GNU_VISIBLE
int ptsname_r(int, char *, size_t);
#endif
#if __MISC_VISIBLE
char *ecvt(double, int, int *__restrict, int *__restrict);
char *fcvt(double, int, int *__restrict, int *__restrict);
char *gcvt(double, int, char *);
int clearenv(void);
int getloadavg(double *, int);

struct random_data {
	int32_t	*fptr;
	int32_t	*rptr;
	int32_t	*state;
	int	rand_type;
	int	rand_deg;
	int	rand_sep;
	int32_t	*end_ptr;
};
int random_r(struct random_data *__restrict, int32_t *__restrict);
int srandom_r(unsigned int, struct random_data *);
int initstate_r(unsigned int, char *__restrict, size_t, struct random_data *__restrict);
int setstate_r(char *__restrict, struct random_data *__restrict);

struct drand48_data {
	unsigned short	__x[3];
	unsigned short	__old_x[3];
	unsigned short	__c;
	unsigned short	__init;
	unsigned long	__a;
};
int drand48_r(struct drand48_data *__restrict, double *__restrict);
int erand48_r(unsigned short [3], struct drand48_data *__restrict, double *__restrict);
int lrand48_r(struct drand48_data *__restrict, long *__restrict);
int nrand48_r(unsigned short [3], struct drand48_data *__restrict, long *__restrict);
int mrand48_r(struct drand48_data *__restrict, long *__restrict);
int jrand48_r(unsigned short [3], struct drand48_data *__restrict, long *__restrict);
int srand48_r(long, struct drand48_data *);
int seed48_r(unsigned short [3], struct drand48_data *);
int lcong48_r(unsigned short [7], struct drand48_data *);
#endif

#if defined __OPTIMIZE__ && defined __GNUC__
/* Here, so that the caller's comparison becomes part of it. */
extern __inline __attribute__((__gnu_inline__)) void *bsearch(const void *__key, const void *__base, size_t __count,
	size_t __size, __compar_fn_t __compare)
{
	const char *__low = (const char *)__base;
	while (__count > 0) {
		const char *__middle = __low + __count / 2 * __size;
		int __order = __compare(__key, __middle);
		if (__order == 0)
			return (void *)__middle;
		if (__order > 0) {
			__low = __middle + __size;
			__count--;
		}
		__count /= 2;
	}
	return NULL;
}
#endif
__END_DECLS

#endif
