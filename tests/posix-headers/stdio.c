#include <stdio.h>
#include "check.h"

CONSTANTS(
	BUFSIZ, L_ctermid, L_tmpnam, _IOFBF, _IOLBF, _IONBF, SEEK_CUR, SEEK_END, SEEK_SET, FILENAME_MAX, FOPEN_MAX,
	TMP_MAX, EOF, P_tmpdir, NULL, stderr, stdin, stdout)
TYPE(FILE)
TYPE(fpos_t)
TYPE(off_t)
TYPE(size_t)
TYPE(ssize_t)
TYPE(va_list)
