#include <dirent.h>
#include "check.h"

TYPE(ino_t)
MEMBER(struct dirent, d_ino)
MEMBER(struct dirent, d_name)
