/* For libgomp's configure alone: it asks whether a Linux system call compiles before it chooses its
 * futex configuration. The calls themselves are in futex.h beside this folder. */
#define SYS_gettid	186
#define SYS_futex	202

long syscall (long number, ...);
