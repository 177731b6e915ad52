/* fmtmsg() of <fmtmsg.h>: `label: severity: text`, and the remedy on a line of its own. */
#include <fmtmsg.h>
#include <hermit/system.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LABEL = 1, SEVERITY = 2, TEXT = 4, ACTION = 8, TAG = 16, ALL = 31 };

/* The parts that MSGVERB asks for; all of them if it names anything else. */
static int wanted(void) {
	static const char *const names[] = { "label", "severity", "text", "action", "tag" };
	const char *at = getenv("MSGVERB");
	int parts = 0;
	while (at && *at) {
		size_t length = strcspn(at, ":");
		int found = 0;
		for (int i = 0; i < 5; i++)
			if (strlen(names[i]) == length && memcmp(names[i], at, length) == 0)
				found = 1 << i;
		if (!found)
			return ALL;
		parts |= found;
		at += length + (at[length] == ':');
	}
	return parts ? parts : ALL;
}

static int form(char *line, size_t size, int parts, const char *label, const char *severity, const char *text,
	const char *action, const char *tag) {
	if (!(parts & LABEL))
		label = NULL;
	if (!(parts & SEVERITY))
		severity = NULL;
	if (!(parts & TEXT))
		text = NULL;
	if (!(parts & ACTION))
		action = NULL;
	if (!(parts & TAG))
		tag = NULL;
	int head = label || severity || text, tail = action || tag;
	return snprintf(line, size, "%s%s%s%s%s%s%s%s%s%s\n", label ? label : "", label && (severity || text || tail) ? ": " : "",
		severity ? severity : "", severity && (text || tail) ? ": " : "", text ? text : "", head && tail ? "\n" : "",
		action ? "TO FIX: " : "", action ? action : "", action && tag ? "  " : "", tag ? tag : "");
}

int fmtmsg(long kind, const char *label, int severity, const char *text, const char *action, const char *tag) {
	static const char *const severities[] = { NULL, "HALT", "ERROR", "WARNING", "INFO" };
	char line[1024];
	if (severity < MM_NOSEV || severity > MM_INFO)
		return MM_NOTOK;
	if (label) {
		const char *colon = strchr(label, ':');
		if (!colon || colon - label > 10 || strlen(colon + 1) > 14)
			return MM_NOTOK;
	}
	int result = MM_OK;
	if (kind & MM_PRINT) {
		int length = form(line, sizeof line, wanted(), label, severities[severity], text, action, tag);
		if (length >= (int)sizeof line)
			length = sizeof line - 1;
		if (length < 0 || write(STDERR_FILENO, line, length) != length)
			result |= MM_NOMSG;
	}
	if (kind & MM_CONSOLE) {
		int length = form(line, sizeof line, ALL, label, severities[severity], text, action, tag);
		if (length >= (int)sizeof line)
			length = sizeof line - 1;
		if (length < 0 || sys_log((const uint8_t *)line, length) < 0)
			result |= MM_NOCON;
	}
	return result == (MM_NOMSG | MM_NOCON) ? MM_NOTOK : result;
}
