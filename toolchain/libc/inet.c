/* <arpa/inet.h>, <net/if.h>: addresses of the Internet as text, and the one interface. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

/* One to four numbers, decimal, octal or hexadecimal, the last of which has all bytes that are left. */
int inet_aton(const char *text, struct in_addr *address) {
	unsigned long parts[4], value;
	int count = 0;
	for (;;) {
		char *end;
		if (*text < '0' || *text > '9' || count == 4)
			return 0;
		parts[count++] = strtoul(text, &end, 0);
		if (end == text)
			return 0;
		text = end;
		if (*text != '.')
			break;
		text++;
	}
	if (*text && !strchr(" \t\n\v\f\r", *text))
		return 0;
	value = parts[count - 1];
	if (value > 0xffffffffUL >> 8 * (count - 1))
		return 0;
	for (int i = 0; i < count - 1; i++) {
		if (parts[i] > 255)
			return 0;
		value |= parts[i] << 8 * (3 - i);
	}
	if (address)
		address->s_addr = htonl((uint32_t)value);
	return 1;
}

in_addr_t inet_addr(const char *text) {
	struct in_addr address;
	return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

char *inet_ntoa(struct in_addr address) {
	static _Thread_local char text[INET_ADDRSTRLEN];
	return (char *)inet_ntop(AF_INET, &address, text, sizeof text);
}

/* Four decimal numbers, no more and no less. */
static int parse4(const char *text, unsigned char *bytes) {
	for (int i = 0; i < 4; i++) {
		int value = 0, digits = 0;
		for (; *text >= '0' && *text <= '9'; text++, digits++) {
			value = value * 10 + *text - '0';
			if (value > 255 || (digits > 0 && value < 10))
				return 0;
		}
		if (digits == 0 || *text != (i < 3 ? '.' : 0))
			return 0;
		bytes[i] = (unsigned char)value;
		text++;
	}
	return 1;
}

static int hex(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 4291, 2.2. */
static int parse6(const char *text, unsigned char *bytes) {
	unsigned char words[16] = { 0 };
	int count = 0, gap = -1;
	if (text[0] == ':' && text[1] != ':')
		return 0;
	while (*text) {
		if (text[0] == ':' && text[1] == ':') {
			if (gap >= 0)
				return 0;
			gap = count;
			text += 2;
			continue;
		}
		if (count > 0 && gap != count && *text++ != ':')
			return 0;
		int value = 0, digits = 0;
		for (; digits < 4 && hex(text[digits]) >= 0; digits++)
			value = value << 4 | hex(text[digits]);
		if (digits == 0 || count > 14)
			return 0;
		if (strspn(text, "0123456789") < 4 && text[strspn(text, "0123456789")] == '.') {
			if (count > 12 || !parse4(text, words + count))
				return 0;
			count += 4;
			break;
		}
		words[count++] = (unsigned char)(value >> 8);
		words[count++] = (unsigned char)value;
		text += digits;
		if (*text && *text != ':')
			return 0;
		if (text[0] == ':' && text[1] == 0)
			return 0;
	}
	if (gap < 0 ? count != 16 : count > 14)
		return 0;
	if (gap < 0)
		gap = count;
	memset(bytes, 0, 16);
	memcpy(bytes, words, gap);
	memcpy(bytes + 16 - (count - gap), words + gap, count - gap);
	return 1;
}

int inet_pton(int family, const char *restrict text, void *restrict address) {
	unsigned char bytes[16];
	switch (family) {
	case AF_INET:
		if (!parse4(text, bytes))
			return 0;
		memcpy(address, bytes, 4);
		return 1;
	case AF_INET6:
		if (!parse6(text, bytes))
			return 0;
		memcpy(address, bytes, 16);
		return 1;
	default:
		errno = EAFNOSUPPORT;
		return -1;
	}
}

/* RFC 5952: the longest row of at least two zero words, the first of equal ones, is left out. */
static void print6(const unsigned char *bytes, char *text) {
	int best = -1, length = 1;
	for (int i = 0, row = 0; i < 8; i++) {
		row = bytes[2 * i] || bytes[2 * i + 1] ? 0 : row + 1;
		if (row > length) {
			length = row;
			best = i - row + 1;
		}
	}
	int mapped = best == 0 && (length == 6 || (length == 5 && bytes[10] == 0xff && bytes[11] == 0xff));
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			text += sprintf(text, i == 0 ? "::" : ":");
			i += length - 1;
			continue;
		}
		if (mapped && i == 6) {
			sprintf(text, "%d.%d.%d.%d", bytes[12], bytes[13], bytes[14], bytes[15]);
			return;
		}
		text += sprintf(text, i < 7 ? "%x:" : "%x", bytes[2 * i] << 8 | bytes[2 * i + 1]);
	}
	*text = 0;
}

const char *inet_ntop(int family, const void *restrict address, char *restrict text, unsigned int size) {
	char whole[INET6_ADDRSTRLEN + 8];
	const unsigned char *bytes = address;
	switch (family) {
	case AF_INET: sprintf(whole, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]); break;
	case AF_INET6: print6(bytes, whole); break;
	default: errno = EAFNOSUPPORT; return NULL;
	}
	if (strlen(whole) >= size) {
		errno = ENOSPC;
		return NULL;
	}
	return strcpy(text, whole);
}

unsigned int if_nametoindex(const char *name) {
	if (strcmp(name, "lo") == 0)
		return 1;
	errno = ENODEV;
	return 0;
}

char *if_indextoname(unsigned int index, char *name) {
	if (index == 1)
		return strcpy(name, "lo");
	errno = ENXIO;
	return NULL;
}

struct if_nameindex *if_nameindex(void) {
	struct if_nameindex *list = calloc(2, sizeof *list);
	if (!list) {
		errno = ENOBUFS;
		return NULL;
	}
	list[0].if_index = 1;
	list[0].if_name = (char *)"lo";
	return list;
}

void if_freenameindex(struct if_nameindex *list) {
	free(list);
}
