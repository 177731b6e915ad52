/* What Linux programs ask about the machine. */
#ifndef _SYS_SYSINFO_H
#define _SYS_SYSINFO_H
#include <sys/cdefs.h>

struct sysinfo {
	long		uptime;		/* seconds */
	unsigned long	loads[3];
	unsigned long	totalram;	/* in units of mem_unit bytes */
	unsigned long	freeram;
	unsigned long	sharedram;
	unsigned long	bufferram;
	unsigned long	totalswap;
	unsigned long	freeswap;
	unsigned short	procs;
	unsigned long	totalhigh;
	unsigned long	freehigh;
	unsigned int	mem_unit;
};

__BEGIN_DECLS
int sysinfo(struct sysinfo *);
int get_nprocs(void);
int get_nprocs_conf(void);
long get_phys_pages(void);
long get_avphys_pages(void);
__END_DECLS

#endif
