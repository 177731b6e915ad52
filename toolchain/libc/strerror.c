/* What strerror() says of a number for which newlib's has no text: the errors that newlib knows for Linux only, and
 * none that has a name, of which its own answer would be an empty text. */
#include <errno.h>
#include <stdio.h>

static const char *const texts[] = {
	[ENOTBLK] = "Block device required",
	[ECHRNG] = "Channel number out of range",
	[EL2NSYNC] = "Level 2 not synchronized",
	[EL3HLT] = "Level 3 halted",
	[EL3RST] = "Level 3 reset",
	[ELNRNG] = "Link number out of range",
	[EUNATCH] = "Protocol driver not attached",
	[ENOCSI] = "No CSI structure available",
	[EL2HLT] = "Level 2 halted",
	[EBADE] = "Invalid exchange",
	[EBADR] = "Invalid request descriptor",
	[EXFULL] = "Exchange full",
	[ENOANO] = "No anode",
	[EBADRQC] = "Invalid request code",
	[EBADSLT] = "Invalid slot",
	[EBFONT] = "Bad font file format",
	[ENONET] = "Machine is not on the network",
	[ENOPKG] = "Package not installed",
	[EREMOTE] = "Object is remote",
	[EADV] = "Advertise error",
	[ESRMNT] = "Srmount error",
	[ECOMM] = "Communication error on send",
	[EDOTDOT] = "RFS specific error",
	[ENOTUNIQ] = "Name not unique on network",
	[EBADFD] = "File descriptor in bad state",
	[EREMCHG] = "Remote address changed",
	[ELIBACC] = "Can not access a needed shared library",
	[ELIBBAD] = "Accessing a corrupted shared library",
	[ELIBSCN] = ".lib section in a.out corrupted",
	[ELIBMAX] = "Attempting to link in too many shared libraries",
	[ELIBEXEC] = "Cannot exec a shared library directly",
	[ESHUTDOWN] = "Cannot send after transport endpoint shutdown",
	[ESOCKTNOSUPPORT] = "Socket type not supported",
	[EUSERS] = "Too many users",
	[ENOMEDIUM] = "No medium found",
	[ESTRPIPE] = "Streams pipe error",
	[ELBIN] = "Inode is remote",
	[EPROCLIM] = "Too many processes",
};

char *_user_strerror(int number, int internal, int *error) {
	/* What strerror() returned stays as it is until it is called again: strerror_r() and perror(), which are
	 * internal, have their own. */
	static _Thread_local char unknown[2][32];
	if (number > 0 && number < (int)(sizeof texts / sizeof *texts) && texts[number])
		return (char *)texts[number];
	*error = EINVAL;
	char *text = unknown[internal != 0];
	snprintf(text, sizeof *unknown, "Unknown error %d", number);
	return text;
}
