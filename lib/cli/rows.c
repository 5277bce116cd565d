/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rows.h"

#include <stdlib.h>
#include <strings.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cli/text.h"
#include "tree/write.h"

#define DRAIN_BYTES ((size_t)64 << 10)

struct rows {
	enum format format;
	struct strbuf *out;
	rows_drain_fn *drain;
	void *arg;
	const struct rows_header *header;
	size_t results; /* begun so far */
	uint64_t row;	/* of this result, from 1 */
	/* A table's rows until its widths are known: cells ended by NUL, one after the other. */
	struct strbuf kept;
	size_t kept_rows;
	size_t *widths;
	bool measured;
};

struct rows *rows_new(enum format format, struct strbuf *out, rows_drain_fn *drain, void *arg)
{
	struct rows *r = xcalloc(1, sizeof(*r));

	*r = (struct rows){ .format = format, .out = out, .drain = drain, .arg = arg,
			    .kept = STRBUF_INIT };
	return r;
}

static bool is_document(const struct rows *r)
{
	return r->format == FORMAT_JSON || r->format == FORMAT_YAML;
}

/* RFC 8259 §6. What is not (zerofill, nan) is shown as text. */
static bool is_json_number(const char *p, size_t len)
{
	const char *end = p + len, *digits;

	p += len && *p == '-';
	digits = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == digits || (*digits == '0' && p - digits > 1))
		return false;
	if (p < end && *p == '.') {
		for (digits = ++p; p < end && *p >= '0' && *p <= '9';)
			p++;
		if (p == digits)
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		for (digits = p; p < end && *p >= '0' && *p <= '9';)
			p++;
		if (p == digits)
			return false;
	}
	return p == end;
}

static void json_cell(struct strbuf *out, const char *text, size_t len, bool number)
{
	if (!text) {
		strbuf_addstr(out, "null");
	} else if (number && is_json_number(text, len)) {
		strbuf_add(out, text, len);
	} else if (utf8_valid(text, len)) {
		json_write_string(out, text, len, 0);
	} else {
		strbuf_addstr(out, "{\"base64\": \"");
		strbuf_add_base64(out, text, len);
		strbuf_addstr(out, "\"}");
	}
}

static void hex_cell(struct strbuf *out, const char *text, size_t len)
{
	strbuf_addstr(out, "0x");
	for (size_t i = 0; i < len; i++)
		strbuf_addf(out, "%02X", (unsigned)(unsigned char)text[i]);
}

/* For people: one line, nothing that a terminal would obey. */
static void plain_cell(struct strbuf *out, const char *text, size_t len)
{
	if (!text) {
		strbuf_addstr(out, "NULL");
		return;
	}
	if (!utf8_valid(text, len)) {
		hex_cell(out, text, len);
		return;
	}
	if (len == 4 && strncasecmp(text, "null", 4) == 0) {
		strbuf_addf(out, "'%s'", text);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n' || c == '\t')
			strbuf_addstr(out, c == '\n' ? "\\n" : "\\t");
		else if (c < ' ' || c == 0x7f)
			strbuf_addf(out, "\\x%02x", c);
		else
			strbuf_addch(out, (char)c);
	}
}

/* RFC 4180. */
static void csv_cell(struct strbuf *out, const char *text, size_t len)
{
	if (!text)
		return;
	if (!utf8_valid(text, len)) {
		hex_cell(out, text, len);
		return;
	}
	if (len && !memchr(text, '"', len) && !memchr(text, ',', len) &&
	    !memchr(text, '\n', len) && !memchr(text, '\r', len)) {
		strbuf_add(out, text, len);
		return;
	}
	strbuf_addch(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			strbuf_addch(out, '"');
		strbuf_addch(out, text[i]);
	}
	strbuf_addch(out, '"');
}

/* A name that is there before gets a number, since a map has each key once. */
static void json_key(struct strbuf *out, const struct rows_header *h, size_t column)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;
	unsigned same = 1;

	for (size_t i = 0; i < column; i++)
		same += strcmp(h->names[i], h->names[column]) == 0;
	strbuf_addstr(&name, h->names[column]);
	if (same > 1)
		strbuf_addf(&name, "_%u", same);
	json_write_string(out, name.buf, name.len, 0);
}

static void json_row(struct rows *r, const char *const *cells, const unsigned long *lengths)
{
	const struct rows_header *h = r->header;

	if (r->format == FORMAT_YAML)
		strbuf_addstr(r->out, r->row > 1 ? "  - {" : "  rows:\n  - {");
	else
		strbuf_addstr(r->out, r->row > 1 ? ",\n{" : "\n{");
	for (size_t i = 0; i < h->count; i++) {
		strbuf_addstr(r->out, i ? ", " : "");
		json_key(r->out, h, i);
		strbuf_addstr(r->out, ": ");
		json_cell(r->out, cells[i], lengths[i], h->number[i]);
	}
	strbuf_addstr(r->out, r->format == FORMAT_YAML ? "}\n" : "}");
}

static void begin_item(struct rows *r, const char *instance)
{
	bool yaml = r->format == FORMAT_YAML, first = r->results++ == 0;

	if (first)
		strbuf_addstr(r->out, yaml ? "apiVersion: kubectl-mysql/v1\nkind: SqlResultList\n"
					     "items:\n"
					   : "{\"apiVersion\": \"kubectl-mysql/v1\", \"kind\": "
					     "\"SqlResultList\", \"items\": [\n");
	else if (!yaml)
		strbuf_addstr(r->out, ",\n");
	strbuf_addstr(r->out, yaml ? "- instance: " : "{\"instance\": ");
	json_cell(r->out, instance, instance ? strlen(instance) : 0, false);
	strbuf_addstr(r->out, yaml ? "\n" : ", ");
}

static void begin_document_result(struct rows *r)
{
	const struct rows_header *h = r->header;
	bool yaml = r->format == FORMAT_YAML;

	begin_item(r, h->instance);
	strbuf_addstr(r->out, yaml ? "  columns: [" : "\"columns\": [");
	for (size_t i = 0; i < h->count; i++) {
		strbuf_addstr(r->out, i ? ", " : "");
		json_key(r->out, h, i);
	}
	strbuf_addstr(r->out, yaml ? "]\n" : "], \"rows\": [");
}

/* The instance stands above its result, where there are several. */
static void begin_text_result(struct rows *r)
{
	if (r->results++)
		strbuf_addch(r->out, '\n');
	if (r->header->instance && r->format != FORMAT_CSV)
		strbuf_addf(r->out, "-- %s\n", r->header->instance);
}

static void csv_header(struct rows *r)
{
	const struct rows_header *h = r->header;

	if (h->instance)
		strbuf_addstr(r->out, "instance,");
	for (size_t i = 0; i < h->count; i++) {
		strbuf_addstr(r->out, i ? "," : "");
		csv_cell(r->out, h->names[i], strlen(h->names[i]));
	}
	strbuf_addstr(r->out, "\r\n");
}

void rows_begin(struct rows *r, const struct rows_header *h)
{
	r->header = h;
	r->row = 0;
	r->measured = false;
	r->kept_rows = 0;
	strbuf_reset(&r->kept);
	free(r->widths);
	r->widths = xcalloc(h->count ? h->count : 1, sizeof(*r->widths));
	for (size_t i = 0; i < h->count; i++)
		r->widths[i] = display_width(h->names[i]);
	if (is_document(r)) {
		begin_document_result(r);
		return;
	}
	begin_text_result(r);
	if (r->format == FORMAT_CSV)
		csv_header(r);
}

/* One line of cells ended by NUL; returns what is behind them. */
static const char *table_line(struct rows *r, const char *cells)
{
	const struct rows_header *h = r->header;

	for (size_t i = 0; i < h->count; i++) {
		size_t len = strlen(cells), width = display_width(cells);
		size_t pad = width < r->widths[i] ? r->widths[i] - width : 0;

		strbuf_addstr(r->out, i ? "   " : "");
		if (h->number[i])
			strbuf_addchars(r->out, ' ', pad);
		strbuf_add(r->out, cells, len);
		if (!h->number[i] && i + 1 < h->count)
			strbuf_addchars(r->out, ' ', pad);
		cells += len + 1;
	}
	strbuf_addch(r->out, '\n');
	return cells;
}

/* The header and the rows that were kept: their widths hold for the rest. */
static void table_measured(struct rows *r)
{
	cleanup_strbuf struct strbuf names = STRBUF_INIT;
	const char *p = r->kept.buf;

	r->measured = true;
	for (size_t i = 0; i < r->header->count; i++) {
		plain_cell(&names, r->header->names[i], strlen(r->header->names[i]));
		strbuf_addch(&names, '\0');
	}
	table_line(r, names.buf);
	for (size_t i = 0; i < r->kept_rows; i++)
		p = table_line(r, p);
	strbuf_reset(&r->kept);
	r->kept_rows = 0;
}

static void table_row(struct rows *r, const char *const *cells, const unsigned long *lengths)
{
	if (r->measured)
		strbuf_reset(&r->kept);
	for (size_t i = 0; i < r->header->count; i++) {
		size_t from = r->kept.len, width;

		plain_cell(&r->kept, cells[i], lengths[i]);
		width = display_width_of(r->kept.buf + from, r->kept.len - from);
		strbuf_addch(&r->kept, '\0');
		if (!r->measured && width > r->widths[i])
			r->widths[i] = width;
	}
	if (r->measured) {
		table_line(r, r->kept.buf);
		return;
	}
	r->kept_rows++;
	if (r->kept_rows == ROWS_MEASURED || r->kept.len >= ROWS_MEASURED_BYTES)
		table_measured(r);
}

static void vertical_row(struct rows *r, const char *const *cells, const unsigned long *lengths)
{
	const struct rows_header *h = r->header;
	size_t width = 0;

	for (size_t i = 0; i < h->count; i++)
		width = r->widths[i] > width ? r->widths[i] : width;
	strbuf_addf(r->out, "*** row %llu ***\n", (unsigned long long)r->row);
	for (size_t i = 0; i < h->count; i++) {
		strbuf_addchars(r->out, ' ', width - r->widths[i]);
		plain_cell(r->out, h->names[i], strlen(h->names[i]));
		strbuf_addstr(r->out, ": ");
		plain_cell(r->out, cells[i], lengths[i]);
		strbuf_addch(r->out, '\n');
	}
}

static void csv_row(struct rows *r, const char *const *cells, const unsigned long *lengths)
{
	const struct rows_header *h = r->header;

	if (h->instance) {
		csv_cell(r->out, h->instance, strlen(h->instance));
		strbuf_addch(r->out, ',');
	}
	for (size_t i = 0; i < h->count; i++) {
		strbuf_addstr(r->out, i ? "," : "");
		csv_cell(r->out, cells[i], lengths[i]);
	}
	strbuf_addstr(r->out, "\r\n");
}

int rows_add(struct rows *r, const char *const *cells, const unsigned long *lengths,
	     struct error *err)
{
	r->row++;
	if (is_document(r))
		json_row(r, cells, lengths);
	else if (r->format == FORMAT_CSV)
		csv_row(r, cells, lengths);
	else if (r->format == FORMAT_VERTICAL)
		vertical_row(r, cells, lengths);
	else
		table_row(r, cells, lengths);
	return r->drain && r->out->len >= DRAIN_BYTES ? r->drain(r->arg, r->out, err) : 0;
}

void rows_end(struct rows *r)
{
	if (r->format == FORMAT_JSON)
		strbuf_addstr(r->out, r->row ? "\n]}" : "]}");
	else if (r->format == FORMAT_YAML && r->row == 0)
		strbuf_addstr(r->out, "  rows: []\n");
	else if (r->format == FORMAT_TABLE && !r->measured)
		table_measured(r);
}

void rows_affected(struct rows *r, const char *instance, uint64_t affected)
{
	if (!is_document(r))
		return;
	begin_item(r, instance);
	strbuf_addf(r->out, r->format == FORMAT_YAML ? "  affected: %llu\n" : "\"affected\": %llu}",
		    (unsigned long long)affected);
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	if (is_document(r)) {
		bool yaml = r->format == FORMAT_YAML;

		if (r->results == 0)
			strbuf_addstr(r->out, yaml ? "apiVersion: kubectl-mysql/v1\n"
						     "kind: SqlResultList\nitems: []\n"
						   : "{\"apiVersion\": \"kubectl-mysql/v1\", "
						     "\"kind\": \"SqlResultList\", \"items\": [");
		if (!yaml)
			strbuf_addstr(r->out, r->results ? "\n]}\n" : "]}\n");
	}
	strbuf_release(&r->kept);
	free(r->widths);
	free(r);
}
