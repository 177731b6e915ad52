/* Device control: the requests that the kernel knows, with Linux's numbers. */
#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H
#include <sys/cdefs.h>
#include <sys/_winsize.h>

#define TCGETS		0x5401
#define TCSETS		0x5402
#define TCSETSW		0x5403
#define TCSETSF		0x5404
#define TCXONC		0x540a
#define TCFLSH		0x540b
#define TIOCGWINSZ	0x5413
#define TIOCSWINSZ	0x5414
#define FIONREAD	0x541b
#define TIOCINQ		FIONREAD
#define FIONBIO		0x5421

__BEGIN_DECLS
int ioctl(int, unsigned long, ...);
__END_DECLS

#endif
