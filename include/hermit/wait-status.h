/* A child's status taken apart, as stdlib.h and sys/wait.h both have it (POSIX). */
#ifndef HERMIT_WAIT_STATUS_H
#define HERMIT_WAIT_STATUS_H

#define WNOHANG		1
#define WUNTRACED	2

#define WEXITSTATUS(s)	((s) >> 8 & 0xff)
#define WTERMSIG(s)	((s) & 0x7f)
#define WSTOPSIG(s)	WEXITSTATUS(s)
#define WIFEXITED(s)	(WTERMSIG(s) == 0)
#define WIFSTOPPED(s)	(((s) & 0xff) == 0x7f)
#define WIFSIGNALED(s)	(WTERMSIG(s) != 0 && WTERMSIG(s) != 0x7f)

#endif
