#include <sys/utsname.h>
#include "check.h"

MEMBER(struct utsname, sysname)
MEMBER(struct utsname, nodename)
MEMBER(struct utsname, release)
MEMBER(struct utsname, version)
MEMBER(struct utsname, machine)
