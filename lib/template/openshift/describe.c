/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/describe.h"

#include "template/openshift/tabwriter.h"
#include "tree/goprint.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void openshift_print_parameters(const struct openshift_template *t, struct strbuf *out)
{
	static const struct tabwriter_style style = { .min_width = 20, .tab_width = 5,
						      .padding = 3 };
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, "NAME\tDESCRIPTION\tGENERATOR\tVALUE\n");
	for (size_t i = 0; i < t->param_count; i++) {
		const struct param *p = &t->params[i];

		strbuf_addf(&text, "%s\t%s\t%s\t", p->name, p->description ? p->description : "",
			    p->generate ? p->generate : "");
		if (p->generate)
			strbuf_addstr(&text, p->from ? p->from : "");
		else if (p->value)
			strbuf_add(&text, p->value, p->value_len);
		strbuf_addch(&text, '\n');
	}
	tabwriter_format(out, text.buf, text.len, &style);
}

/* "Label:", and the lines of the value one below the other. */
static void add_field(struct strbuf *out, const char *indent, const char *label, const char *value,
		      size_t len)
{
	if (len == 0) {
		value = "<none>";
		len = strlen(value);
	}
	strbuf_addf(out, "%s%s:", indent, label);
	for (size_t at = 0;;) {
		const char *newline = memchr(value + at, '\n', len - at);
		size_t end = newline ? (size_t)(newline - value) : len;

		strbuf_addch(out, '\t');
		strbuf_add(out, value + at, end - at);
		strbuf_addch(out, '\n');
		if (!newline)
			break;
		at = end + 1;
	}
}

static void add_text(struct strbuf *out, const char *indent, const char *label, const char *value)
{
	add_field(out, indent, label, value, strlen(value));
}

static void add_pair(struct strbuf *out, const struct entry *e)
{
	strbuf_add(out, e->key->text, e->key->len);
	strbuf_addch(out, '=');
	if (e->value->kind == NODE_STRING)
		strbuf_add(out, e->value->text, e->value->len);
}

/* "k=v" for each entry, sorted, the first behind the label; without one key. */
static void add_map(struct strbuf *out, struct arena *a, const char *label,
		    const struct node *map, const char *without)
{
	const struct entry **sorted = NULL;
	size_t len = 0, shown = 0;

	if (map && map->kind == NODE_MAP)
		sorted = go_sorted_entries(a, map, &len);
	for (size_t i = 0; i < len; i++) {
		cleanup_strbuf struct strbuf pair = STRBUF_INIT;

		if (without && node_is_string(sorted[i]->key, without))
			continue;
		add_pair(&pair, sorted[i]);
		if (shown++ == 0) {
			add_field(out, "", label, pair.buf, pair.len);
		} else {
			strbuf_addch(out, '\t');
			strbuf_add(out, pair.buf, pair.len);
			strbuf_addch(out, '\n');
		}
	}
	if (shown == 0)
		add_text(out, "", label, "");
}

/* Seconds as people say them, in the words that docker, kubectl and oc use. */
static void add_age(struct strbuf *out, int64_t seconds)
{
	int64_t minutes = seconds / 60, hours = (seconds + 1800) / 3600;

	if (seconds < 1)
		strbuf_addstr(out, "Less than a second");
	else if (seconds == 1)
		strbuf_addstr(out, "1 second");
	else if (seconds < 60)
		strbuf_addf(out, "%" PRId64 " seconds", seconds);
	else if (minutes == 1)
		strbuf_addstr(out, "About a minute");
	else if (minutes < 60)
		strbuf_addf(out, "%" PRId64 " minutes", minutes);
	else if (hours == 1)
		strbuf_addstr(out, "About an hour");
	else if (hours < 48)
		strbuf_addf(out, "%" PRId64 " hours", hours);
	else if (hours < 24 * 14)
		strbuf_addf(out, "%" PRId64 " days", hours / 24);
	else if (hours < 24 * 60)
		strbuf_addf(out, "%" PRId64 " weeks", hours / 24 / 7);
	else if (hours < 24 * 730)
		strbuf_addf(out, "%" PRId64 " months", hours / 24 / 30);
	else
		strbuf_addf(out, "%" PRId64 " years", seconds / 3600 / 24 / 365);
}

static void add_created(struct strbuf *out, const char *stamp, int64_t now)
{
	cleanup_strbuf struct strbuf age = STRBUF_INIT;
	struct tm tm = { .tm_isdst = 0 };
	const char *rest = strptime(stamp, "%Y-%m-%dT%H:%M:%S", &tm);
	int hours = 0, minutes = 0;
	int64_t then;

	if (!rest)
		return;
	then = (int64_t)timegm(&tm);
	rest += strcspn(rest, "+-Z");
	if (*rest != 'Z' && sscanf(rest + (*rest != '\0'), "%2d:%2d", &hours, &minutes) == 2)
		then -= (*rest == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	add_age(&age, now - then);
	strbuf_addstr(&age, " ago");
	add_text(out, "", "Created", age.buf);
}

static void add_metadata(const struct openshift_template *t, int64_t now, struct strbuf *out)
{
	const struct node *meta = node_get(t->root, "metadata");
	const struct node *annotations = node_get(meta, "annotations");
	const struct node *created = node_get(meta, "creationTimestamp");
	const struct node *description = node_get(annotations, "description");

	add_text(out, "", "Name", t->name);
	if (created && created->kind == NODE_STRING)
		add_created(out, created->text, now);
	add_map(out, t->arena, "Labels", node_get(meta, "labels"), NULL);
	if (description && description->kind == NODE_STRING && description->len > 0)
		add_field(out, "", "Description", description->text, description->len);
	add_map(out, t->arena, "Annotations", annotations, "description");
}

static void add_parameter(const struct param *p, struct strbuf *out)
{
	static const char indent[] = "    ";
	const char *value = p->value ? p->value : "";
	size_t len = p->value ? p->value_len : 0;

	add_text(out, indent, "Name", p->name);
	if (p->display_name && p->display_name[0])
		add_text(out, indent, "Display Name", p->display_name);
	if (p->description && p->description[0])
		add_text(out, indent, "Description", p->description);
	add_text(out, indent, "Required", p->required ? "true" : "false");
	if (!p->generate || len > 0)
		add_field(out, indent, "Value", value, len);
	if (p->generate) {
		add_text(out, indent, len > 0 ? "Generated (ignored)" : "Generated", p->generate);
		add_text(out, indent, "From", p->from ? p->from : "");
	}
	strbuf_addch(out, '\n');
}

static void add_object_labels(const struct openshift_template *t, struct strbuf *out)
{
	cleanup_strbuf struct strbuf joined = STRBUF_INIT;
	const struct entry **sorted = NULL;
	size_t len = 0;

	if (t->labels)
		sorted = go_sorted_entries(t->arena, t->labels, &len);
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			strbuf_addch(&joined, ',');
		add_pair(&joined, sorted[i]);
	}
	add_field(out, "", "Object Labels", joined.buf, joined.len);
}

void openshift_describe(const struct openshift_template *t, int64_t now, struct strbuf *out)
{
	static const struct tabwriter_style style = { .tab_width = 8, .padding = 1, .tabs = true };
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	add_metadata(t, now, &text);
	strbuf_addstr(&text, "\nParameters:\t \n");
	for (size_t i = 0; i < t->param_count; i++)
		add_parameter(&t->params[i], &text);
	strbuf_addch(&text, '\n');
	add_object_labels(t, &text);
	strbuf_addch(&text, '\n');
	add_field(&text, "", "Message", t->message ? t->message : "", t->message_len);
	strbuf_addstr(&text, "\nObjects:\t \n");
	/* What oc can say of an object that was processed: nothing. */
	for (size_t i = 0; t->objects && i < t->objects->len; i++)
		strbuf_addstr(&text, "<unknown>\n");
	tabwriter_format(out, text.buf, text.len, &style);
}
