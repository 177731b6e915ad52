/* 100 MB written, read back in other pieces, and compared; the host compares its own view. */
#include "check.h"
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

enum { PIECE = 1 << 20, PIECES = 100 };

static uint64_t state;

static void fill(uint64_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		words[i] = state;
	}
}

int main(void)
{
	uint64_t *expected = malloc(PIECE), *found = malloc(PIECE);
	REQUIRE(expected && found);
	int fd = open("mnt/mnt.data", O_RDWR | O_CREAT | O_EXCL, 0666);
	REQUIRE(fd >= 0);
	state = 42;
	for (int i = 0; i < PIECES; i++) {
		fill(expected, PIECE / 8);
		CHECK_EQ(write(fd, expected, PIECE), PIECE);
	}
	CHECK_EQ(lseek(fd, 0, SEEK_END), (long)PIECE * PIECES);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	state = 42;
	for (int i = 0; i < PIECES; i++) {
		fill(expected, PIECE / 8);
		size_t done = 0;
		for (ssize_t got; done < PIECE; done += got) {
			/* Odd sizes, so that pieces and messages do not end together. */
			size_t wanted = PIECE - done < 300001 ? PIECE - done : 300001;
			got = read(fd, (char *)found + done, wanted);
			if (got <= 0)
				break;
		}
		CHECK_EQ(done, PIECE);
		CHECK(memcmp(found, expected, PIECE) == 0);
	}
	CHECK_EQ(read(fd, found, 1), 0);
	CHECK_EQ(close(fd), 0);
	return check_done();
}
