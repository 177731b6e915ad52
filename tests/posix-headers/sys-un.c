#include <sys/un.h>
#include "check.h"

TYPE(sa_family_t)
MEMBER(struct sockaddr_un, sun_family)
MEMBER(struct sockaddr_un, sun_path)
