package unix

// As in the sysroot's <fcntl.h>.
const (
	AT_SYMLINK_NOFOLLOW = 0x2
	AT_REMOVEDIR        = 0x8
)
