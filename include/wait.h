/* The name that System V has. */
#include <sys/wait.h>
