/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/compress.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/bytes.h"

struct symbol {
	const char *name;
	void *slot;
};

static int open_library(const char *file, const char *package, const struct symbol *symbols,
			size_t count, struct error *err)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!handle) {
		error_set(err, ERR_FAILED, "cannot read compressed events: %s", dlerror());
		error_hint(err, "install the package %s", package);
		return -ERR_FAILED;
	}
	for (size_t i = 0; i < count; i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol)
			return error_set(err, ERR_FAILED,
					 "cannot read compressed events: '%s' has no function '%s'",
					 file, symbols[i].name);
		memcpy(symbols[i].slot, &symbol, sizeof(symbol));
	}
	return 0;
}

static struct {
	bool opened;
	__typeof__(inflateInit2_) *init;
	__typeof__(inflate) *inflate;
	__typeof__(inflateEnd) *end;
} zlib;

static int open_zlib(struct error *err)
{
	const struct symbol symbols[] = {
		{ "inflateInit2_", &zlib.init },
		{ "inflate", &zlib.inflate },
		{ "inflateEnd", &zlib.end },
	};
	int r;

	if (zlib.opened)
		return 0;
	r = open_library("libz.so.1", "zlib1g", symbols, ARRAY_SIZE(symbols), err);
	zlib.opened = r == 0;
	return r;
}

/* A stream cannot claim memory: out grows as the data comes. */
static int inflate_all(const uint8_t *p, size_t len, int window_bits, uint64_t plain,
		       struct strbuf *out, struct error *err)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)p, .avail_in = (uInt)len };
	int r = zlib.init(&z, window_bits, ZLIB_VERSION, (int)sizeof(z));

	if (r != Z_OK)
		return error_set(err, ERR_FAILED, "cannot read compressed events: zlib says %d", r);
	do {
		size_t room = plain - out->len < 65536 ? (size_t)(plain - out->len) + 1 : 65536;

		strbuf_grow(out, room);
		z.next_out = (Bytef *)out->buf + out->len;
		z.avail_out = (uInt)room;
		r = zlib.inflate(&z, Z_NO_FLUSH);
		strbuf_added(out, room - z.avail_out);
	} while (r == Z_OK && out->len <= plain && (z.avail_in > 0 || z.avail_out == 0));
	zlib.end(&z);
	if (r != Z_STREAM_END || out->len != plain)
		return error_set(err, ERR_INVALID, "compressed data is broken");
	return 0;
}

/* The length of the plain text: n bytes, big-endian. */
static int inflate_with_length(const uint8_t *p, size_t len, size_t n, int window_bits,
			       struct strbuf *out, struct error *err)
{
	uint64_t plain;

	if (n < 1 || n > 4 || n > len || len > LIMIT_BINLOG_EVENT)
		return error_set(err, ERR_INVALID, "compressed data is broken");
	plain = bytes_be(p, n);
	if (plain > LIMIT_BINLOG_EVENT)
		return error_set(err, ERR_LIMIT, "compressed data of %llu bytes is too large",
				 (unsigned long long)plain);
	return inflate_all(p + n, len - n, window_bits, plain, out, err);
}

int compress_event(const uint8_t *p, size_t len, struct strbuf *out, struct error *err)
{
	int r = open_zlib(err);

	if (r < 0)
		return r;
	strbuf_reset(out);
	if (len < 2 || (p[0] & 0xf0) != 0x80)
		return error_set(err, ERR_INVALID, "compressed data is broken (method %u)",
				 len ? p[0] : 0u);
	return inflate_with_length(p + 1, len - 1, p[0] & 7, MAX_WBITS, out, err);
}

int compress_column(const uint8_t *p, size_t len, struct strbuf *out)
{
	cleanup_error struct error ignored = ERROR_INIT;

	strbuf_reset(out);
	if (len == 0)
		return 0;
	if (p[0] >> 4 == 0) {
		strbuf_add(out, p + 1, len - 1);
		return 0;
	}
	if (p[0] >> 4 != 8 || open_zlib(&ignored) < 0)
		return -ERR_INVALID;
	return inflate_with_length(p + 1, len - 1, p[0] & 7, p[0] & 8 ? -MAX_WBITS : MAX_WBITS, out,
				   &ignored);
}

static struct {
	bool opened;
	__typeof__(ZSTD_createDStream) *create;
	__typeof__(ZSTD_freeDStream) *free;
	__typeof__(ZSTD_decompressStream) *decompress;
	__typeof__(ZSTD_isError) *is_error;
	__typeof__(ZSTD_getErrorName) *error_name;
} zstd;

struct zstd_reader {
	ZSTD_DStream *stream;
	ZSTD_inBuffer in;
	bool ended;
};

static int open_zstd(struct error *err)
{
	const struct symbol symbols[] = {
		{ "ZSTD_createDStream", &zstd.create },
		{ "ZSTD_freeDStream", &zstd.free },
		{ "ZSTD_decompressStream", &zstd.decompress },
		{ "ZSTD_isError", &zstd.is_error },
		{ "ZSTD_getErrorName", &zstd.error_name },
	};
	int r;

	if (zstd.opened)
		return 0;
	r = open_library("libzstd.so.1", "libzstd1", symbols, ARRAY_SIZE(symbols), err);
	zstd.opened = r == 0;
	return r;
}

int zstd_reader_new(const uint8_t *p, size_t len, struct zstd_reader **ret, struct error *err)
{
	struct zstd_reader *z;
	int r = open_zstd(err);

	if (r < 0)
		return r;
	z = xcalloc(1, sizeof(*z));
	z->stream = zstd.create();
	z->in = (ZSTD_inBuffer){ p, len, 0 };
	if (!z->stream) {
		free(z);
		return error_set(err, ERR_FAILED, "cannot read compressed events: zstd fails");
	}
	*ret = z;
	return 0;
}

int zstd_reader_read(struct zstd_reader *z, uint8_t *p, size_t room, size_t *ret_len,
		     struct error *err)
{
	ZSTD_outBuffer out = { p, room, 0 };

	while (out.pos < room && !z->ended) {
		size_t before = out.pos, used = z->in.pos;
		size_t wanted = zstd.decompress(z->stream, &out, &z->in);

		if (zstd.is_error(wanted))
			return error_set(err, ERR_INVALID, "compressed data is broken: %s",
					 zstd.error_name(wanted));
		z->ended = wanted == 0 && z->in.pos == z->in.size;
		if (out.pos == before && z->in.pos == used && !z->ended)
			return error_set(err, ERR_INVALID, "compressed data is cut off");
	}
	*ret_len = out.pos;
	return 0;
}

void zstd_reader_free(struct zstd_reader *z)
{
	if (!z)
		return;
	zstd.free(z->stream);
	free(z);
}
