#include <pwd.h>
#include "check.h"

TYPE(gid_t)
TYPE(uid_t)
TYPE(size_t)
MEMBER(struct passwd, pw_name)
MEMBER(struct passwd, pw_uid)
MEMBER(struct passwd, pw_gid)
MEMBER(struct passwd, pw_dir)
MEMBER(struct passwd, pw_shell)
