/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/diag.h"

#include <string.h>

#include "base/utf8.h"

#define BOLD "\033[1m"
#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define CYAN "\033[1;36m"
#define RESET "\033[0m"

/* Appends text that cannot move the cursor or change colours. */
static void add_printable(struct strbuf *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		size_t len = utf8_sequence(text, end);
		uint32_t c = len ? utf8_decode(text, &len) : (unsigned char)*text;

		if (len == 0 || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0)) {
			strbuf_addf(out, "\\x%02x", c);
			text += len ? len : 1;
			continue;
		}
		strbuf_add(out, text, len);
		if (c == '\n' && text[1]) /* so that every line seen begins as ours do */
			strbuf_addstr(out, "  ");
		text += len;
	}
}

static void add_severity(const struct error *e, bool colour, struct strbuf *out)
{
	static const struct {
		const char *name, *colour;
	} severities[] = {
		[SEVERITY_ERROR] = { "error", RED },
		[SEVERITY_WARNING] = { "warning", YELLOW },
		[SEVERITY_NOTE] = { "note", CYAN },
	};

	if (colour)
		strbuf_addf(out, "%s%s:" RESET " ", severities[e->severity].colour,
			    severities[e->severity].name);
	else
		strbuf_addf(out, "%s: ", severities[e->severity].name);
}

void diag_format(const struct error *e, bool colour, struct strbuf *out)
{
	if (e->file) {
		strbuf_addstr(out, colour ? BOLD : "");
		add_printable(out, e->file);
		if (e->line)
			strbuf_addf(out, ":%u", e->line);
		if (e->line && e->column)
			strbuf_addf(out, ":%u", e->column);
		strbuf_addf(out, ":%s ", colour ? RESET : "");
	}
	add_severity(e, colour, out);
	add_printable(out, e->message ? e->message : "");
	if (e->code)
		strbuf_addf(out, " [%s]", e->code);
	strbuf_addch(out, '\n');
	if (e->hint) {
		strbuf_addstr(out, "  hint: ");
		add_printable(out, e->hint);
		strbuf_addch(out, '\n');
	}
}

void diag_format_list(const struct error_list *list, bool colour, struct strbuf *out)
{
	for (size_t i = 0; i < list->len; i++)
		diag_format(&list->items[i], colour, out);
	if (list->dropped)
		strbuf_addf(out, "and %zu more\n", list->dropped);
}
