/* Messages; standard error is standard output here, and the program has the same name everywhere. */
#include <err.h>
#include <error.h>
#include <fmtmsg.h>
#include <syslog.h>
#include <unistd.h>
#include "check.h"

static void own_name(void)
{
	fprintf(stderr, "[own]");
}

static void last(void)
{
	fprintf(stderr, "at exit\n");
}

static void end(void)
{
	errno = EACCES;
	err(0, "the end");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	program_invocation_name = "/bin/program";
	program_invocation_short_name = "program";
	CHECK(program_invocation_name != program_invocation_short_name);

	errno = ENOENT;
	warn("file %d", 5);
	CHECK_EQ(errno, ENOENT);
	warnx("plain %s", "words");
	errno = EACCES;
	warn(NULL);
	warnx(NULL);
	error(0, 0, "number %d", 1);
	error(0, EISDIR, "with reason");
	error_at_line(0, 0, "file.c", 17, "here");
	error_at_line(0, EINVAL, "file.c", 18, "there");
	error_one_per_line = 1;
	error_at_line(0, 0, "file.c", 19, "once");
	error_at_line(0, 0, "file.c", 19, "twice");
	CHECK_EQ(error_message_count, 5);
	error_print_progname = own_name;
	error(0, 0, "named");

	CHECK_EQ(setlogmask(0), LOG_UPTO(LOG_DEBUG));
	openlog("ident", LOG_PERROR, LOG_USER);
	syslog(LOG_INFO, "message %d", 1);
	syslog(LOG_ERR | LOG_LOCAL3, "message 2\n");
	errno = ENOENT;
	syslog(LOG_WARNING, "reason: %m");
	CHECK_EQ(setlogmask(LOG_UPTO(LOG_WARNING)), LOG_UPTO(LOG_DEBUG));
	syslog(LOG_INFO, "not seen");
	syslog(LOG_CRIT, "seen");
	CHECK_EQ(setlogmask(LOG_MASK(LOG_DEBUG)), LOG_UPTO(LOG_WARNING));
	syslog(LOG_CRIT, "not seen");
	setlogmask(LOG_UPTO(LOG_DEBUG));
	closelog();
	openlog("quiet", 0, LOG_USER);
	syslog(LOG_INFO, "only in the log");
	closelog();

	unsetenv("MSGVERB");
	CHECK_EQ(fmtmsg(MM_PRINT, "label:part", MM_ERROR, "text", "action", "tag:1"), MM_OK);
	CHECK_EQ(fmtmsg(MM_PRINT, "label:part", MM_HALT, "text", MM_NULLACT, MM_NULLTAG), MM_OK);
	CHECK_EQ(fmtmsg(MM_PRINT, MM_NULLLBL, MM_INFO, "text", "action", MM_NULLTAG), MM_OK);
	CHECK_EQ(fmtmsg(MM_PRINT, MM_NULLLBL, MM_WARNING, "text", MM_NULLACT, "tag"), MM_OK);
	CHECK_EQ(fmtmsg(MM_PRINT, "no colon", MM_INFO, "text", MM_NULLACT, MM_NULLTAG), MM_NOTOK);
	CHECK_EQ(fmtmsg(MM_PRINT, "label:part", 99, "text", MM_NULLACT, MM_NULLTAG), MM_NOTOK);
	CHECK_EQ(fmtmsg(0, "label:part", MM_INFO, "nowhere", MM_NULLACT, MM_NULLTAG), MM_OK);

	atexit(last);
	if (check_failures == 0)
		end();
	return check_done();
}
