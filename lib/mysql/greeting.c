/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/greeting.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define PROTOCOL_VERSION 10
#define ERROR_PACKET 0xff
#define SCRAMBLE_1 8
/* MariaDB up to 11.0 begins its version so, for replicas that only know one digit. */
#define VERSION_HACK "5.5.5-"

bool greeting_is_error(const unsigned char *packet, size_t len)
{
	return len >= 3 && packet[0] == ERROR_PACKET;
}

/* What else listens where a database server was looked for. */
static const char *guess(const unsigned char *bytes, size_t len)
{
	static const struct {
		const char *begin;
		const char *what;
	} known[] = {
		{ "HTTP/", "a web server" },
		{ "<", "a web server" },
		{ "SSH-", "an SSH server" },
		{ "220", "a mail or FTP server" },
		{ "* OK", "a mail server" },
		{ "+OK", "a mail server" },
		{ "-ERR", "a Redis or mail server" },
		{ "\x15\x03", "a server that expects TLS from the first byte on" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t n = strlen(known[i].begin);

		if (len >= n && memcmp(bytes, known[i].begin, n) == 0)
			return known[i].what;
	}
	return NULL;
}

int greeting_refuse(const unsigned char *bytes, size_t len, const char *label, struct error *err)
{
	const char *what = guess(bytes, len);

	if (what)
		error_set(err, ERR_INVALID, "'%s' is no MySQL server: %s answers there", label,
			  what);
	else
		error_set(err, ERR_INVALID,
			  "'%s' is no MySQL server: what it sends first is no greeting", label);
	error_hint(err, "check the port: MySQL's is 3306; 33060 speaks another protocol");
	return -ERR_INVALID;
}

static unsigned version_number(const char *text)
{
	unsigned part[3] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(part) && isdigit((unsigned char)*text); i++) {
		char *end;

		part[i] = (unsigned)(strtoul(text, &end, 10) % 100);
		text = *end == '.' ? end + 1 : end;
	}
	return part[0] * 10000 + part[1] * 100 + part[2];
}

/* Only what can be shown: the text is the server's. */
static void copy_text(char *ret, size_t size, const unsigned char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && text[i] && n + 1 < size; i++)
		ret[n++] = text[i] > ' ' && text[i] < 0x7f ? (char)text[i] : '?';
	ret[n] = '\0';
}

static uint32_t number_at(const unsigned char *p, size_t bytes)
{
	uint32_t n = 0;

	while (bytes)
		n = n << 8 | p[--bytes];
	return n;
}

int greeting_read(const unsigned char *packet, size_t len, const char *label, struct greeting *ret,
		  struct error *err)
{
	const unsigned char *end = packet + len, *p = packet + 1, *zero;
	struct greeting g = { .version = "" };
	size_t hack = strlen(VERSION_HACK);
	bool hacked;

	if (len < 2 || packet[0] != PROTOCOL_VERSION)
		return greeting_refuse(packet, len, label, err);
	zero = memchr(p, 0, (size_t)(end - p));
	/* Thread, first half of the scramble, filler, two bytes of capabilities. */
	if (!zero || end - zero < 1 + 4 + SCRAMBLE_1 + 1 + 2)
		return greeting_refuse(packet, len, label, err);
	hacked = (size_t)(zero - p) > hack && memcmp(p, VERSION_HACK, hack) == 0;
	if (hacked)
		p += hack;
	copy_text(g.version, sizeof(g.version), p, (size_t)(zero - p));
	g.number = version_number(g.version);
	p = zero + 1;
	g.thread_id = number_at(p, 4);
	p += 4 + SCRAMBLE_1 + 1;
	g.capabilities = number_at(p, 2);
	p += 2;
	/* Collation, status, capabilities, length of the scramble, ten bytes of filler. */
	if (end - p >= 16) {
		size_t scramble = p[5];

		g.capabilities |= number_at(p + 3, 2) << 16;
		p += 16;
		/* Its second half is at least 13 bytes long. */
		scramble = scramble > SCRAMBLE_1 + 13 ? scramble - SCRAMBLE_1 : 13;
		if ((size_t)(end - p) > scramble)
			copy_text(g.plugin, sizeof(g.plugin), p + scramble,
				  (size_t)(end - p) - scramble);
	}
	g.mariadb = hacked || strstr(g.version, "MariaDB") ||
		    !(g.capabilities & CAPABILITY_LONG_PASSWORD);
	*ret = g;
	return 0;
}
