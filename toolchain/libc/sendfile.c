/* copy_file_range() and sendfile(): Linux's, by reading and writing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* What one call copies at most, as on Linux. */
#define MOST	0x7ffff000

/* Copies from a place in a file to a place in another, or to wherever a write goes (`to` is NULL); both go on by what was
 * copied. */
static ssize_t copy(int in, off_t *from, int out, off_t *to, size_t count)
{
	char small[4096], *buffer = malloc(65536);
	size_t size = buffer ? 65536 : sizeof small;
	ssize_t copied = 0, moved = 0;
	char *bytes = buffer ? buffer : small;
	if (count > MOST)
		count = MOST;
	while ((size_t)copied < count) {
		size_t wanted = count - (size_t)copied < size ? count - (size_t)copied : size;
		ssize_t got = pread(in, bytes, wanted, *from);
		moved = got;
		for (ssize_t done = 0; done < got; done += moved) {
			size_t rest = (size_t)(got - done);
			moved = to ? pwrite(out, bytes + done, rest, *to) : write(out, bytes + done, rest);
			if (moved <= 0)
				break;
			copied += moved;
			*from += moved;
			if (to)
				*to += moved;
		}
		if (moved <= 0)
			break;
	}
	int error = errno;
	free(buffer);
	errno = error;
	return copied > 0 || moved == 0 ? copied : -1;
}

/* Whether a descriptor is of a regular file and may be used so. */
static int is_regular(int fd, int forbidden, struct stat *file)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fstat(fd, file) < 0)
		return 0;
	if ((flags & O_ACCMODE) == forbidden || (forbidden == O_RDONLY && (flags & O_APPEND)))
		errno = EBADF;
	else if (S_ISDIR(file->st_mode))
		errno = EISDIR;
	else if (!S_ISREG(file->st_mode))
		errno = EINVAL;
	else
		return 1;
	return 0;
}

ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t count, unsigned int flags)
{
	struct stat source, target;
	if (!is_regular(in, O_WRONLY, &source) || !is_regular(out, O_RDONLY, &target))
		return -1;
	off_t read_at = from ? *from : lseek(in, 0, SEEK_CUR), write_at = to ? *to : lseek(out, 0, SEEK_CUR);
	if (read_at >= source.st_size)
		count = 0;
	else if (read_at >= 0 && count > (size_t)(source.st_size - read_at))
		count = (size_t)(source.st_size - read_at);
	int same = source.st_dev == target.st_dev && source.st_ino == target.st_ino;
	if (flags || read_at < 0 || write_at < 0 ||
	    (same && read_at < write_at + (off_t)count && write_at < read_at + (off_t)count)) {
		errno = EINVAL;
		return -1;
	}
	ssize_t copied = copy(in, &read_at, out, &write_at, count);
	if (copied > 0) {
		if (from)
			*from = read_at;
		else
			lseek(in, read_at, SEEK_SET);
		if (to)
			*to = write_at;
		else
			lseek(out, write_at, SEEK_SET);
	}
	return copied;
}

ssize_t sendfile(int out, int in, off_t *from, size_t count)
{
	struct stat source, target;
	int flags = fcntl(out, F_GETFL);
	if (flags < 0 || fstat(out, &target) < 0)
		return -1;
	if (!is_regular(in, O_WRONLY, &source)) {
		if (errno == EISDIR || errno == EINVAL)
			errno = from && (S_ISFIFO(source.st_mode) || S_ISSOCK(source.st_mode)) ? ESPIPE : EINVAL;
		return -1;
	}
	off_t read_at = from ? *from : lseek(in, 0, SEEK_CUR);
	if ((flags & O_ACCMODE) == O_RDONLY)
		errno = EBADF;
	else if (read_at < 0 || (ssize_t)count < 0 || ((flags & O_APPEND) && S_ISREG(target.st_mode)))
		errno = EINVAL;
	else {
		ssize_t copied = read_at < source.st_size ? copy(in, &read_at, out, NULL, count) : 0;
		if (copied > 0 && from)
			*from = read_at;
		else if (copied > 0)
			lseek(in, read_at, SEEK_SET);
		return copied;
	}
	return -1;
}
