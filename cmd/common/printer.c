/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/printer.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "template/openshift/process.h"
#include "tree/gotemplate.h"
#include "tree/jsonpath.h"
#include "tree/write.h"

#include <ctype.h>
#include <string.h>

#define WRITE_FLAGS (WRITE_SORT_KEYS | WRITE_GO_NUMBERS)

#define PATH_FORMATS (FORMAT_JSONPATH | FORMAT_JSONPATH_AS_JSON | FORMAT_JSONPATH_FILE)
#define FILE_FORMATS (FORMAT_JSONPATH_FILE | FORMAT_GO_TEMPLATE_FILE | FORMAT_TEMPLATE_FILE)
#define TEMPLATE_FORMATS                                                                           \
	(FORMAT_GO_TEMPLATE | FORMAT_TEMPLATE | FORMAT_GO_TEMPLATE_FILE | FORMAT_TEMPLATE_FILE)

static int read_template(struct printer *p, const char *arg, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	p->text = arg;
	p->len = strlen(arg);
	p->name = format_name(p->format);
	if (!(p->format & FILE_FORMATS))
		return 0;
	if (file_read(arg, LIMIT_INPUT_BYTES, &text, err) < 0)
		return -err->class;
	p->text = arena_memdupz(p->arena, text.buf, text.len);
	p->len = text.len;
	p->name = arg;
	return 0;
}

int printer_init(struct printer *p, struct arena *a, enum format format, const char *arg,
		 struct error *err)
{
	*p = (struct printer){ .arena = a, .format = format };
	if (!(format & (PATH_FORMATS | TEMPLATE_FORMATS)))
		return 0;
	if (read_template(p, arg ? arg : "", err) < 0)
		return -err->class;
	if (format & PATH_FORMATS)
		return jsonpath_parse(a, p->text, p->len, p->name, &p->path, err);
	return gotemplate_parse(a, p->text, p->len, p->name, &p->gotemplate, err);
}

static int print_template(struct printer *p, const struct node *root, enum go_numbers numbers,
			  struct strbuf *out, struct error *err)
{
	struct jsonpath_options opts = {
		.missing_is_error = p->missing_is_error,
		.as_json = p->format == FORMAT_JSONPATH_AS_JSON,
		.numbers = numbers,
	};
	struct gotemplate_options template_opts = { .missing_is_error = p->missing_is_error };

	if (p->path)
		return jsonpath_print(p->path, root, &opts, out, err);
	return gotemplate_print(p->gotemplate, root, &template_opts, out, err);
}

/*
 * Writes {"items": …} with write, and head over its first bytes: kind, apiVersion and metadata come
 * first in a List, but inside the items keys are sorted.
 */
static void write_list(void (*write)(struct strbuf *, const struct node *, unsigned),
		       const char *head, size_t replaced, const struct node *list,
		       unsigned flags, struct strbuf *out)
{
	size_t start = out->len, len = strlen(head);

	strbuf_addchars(out, ' ', len - replaced);
	write(out, list, flags);
	memcpy(out->buf + start, head, len);
}

int printer_list(struct printer *p, struct node *items, struct strbuf *out, struct error *err)
{
	static const char json_head[] =
		"{\n    \"kind\": \"List\",\n    \"apiVersion\": \"v1\",\n    \"metadata\": {},\n";
	static const char kyaml_head[] =
		"---\n{\n  kind: \"List\",\n  apiVersion: \"v1\",\n  metadata: {},\n";
	struct arena *a = p->arena;
	struct node *list = node_map(a, NULL, 0, NULL);

	node_set(a, list, "items", items);
	if (p->format == FORMAT_JSON) {
		write_list(tree_write_json, json_head, strlen("{\n"), list,
			   WRITE_FLAGS | WRITE_ESCAPE_HTML, out);
		return 0;
	}
	if (p->format == FORMAT_KYAML) {
		write_list(tree_write_kyaml, kyaml_head, strlen("---\n{\n"), list, WRITE_FLAGS,
			   out);
		return 0;
	}
	node_set(a, list, "kind", node_cstring(a, "List"));
	node_set(a, list, "apiVersion", node_cstring(a, "v1"));
	node_set(a, list, "metadata", node_map(a, NULL, 0, NULL));
	if (p->format == FORMAT_YAML) {
		tree_write_yaml(out, list, WRITE_FLAGS);
		return 0;
	}
	return print_template(p, list, GO_NUMBERS_FLOAT, out, err);
}

/* The kind as Go's objects have it: none when apiVersion is no group and version. */
static const char *kind_of(const struct node *object, const char *version)
{
	const char *slash = strchr(version, '/');

	return slash && strchr(slash + 1, '/') ? "" : node_text_of(object, "kind");
}

/* kubectl's printers refuse what has neither kind nor apiVersion. */
static int check_object(const struct node *object, struct error *err)
{
	const char *version = node_text_of(object, "apiVersion");
	const char *slash = strchr(version, '/');

	if (kind_of(object, version)[0] ||
	    (version[0] && strcmp(version, "/") != 0 && !(slash && strchr(slash + 1, '/'))))
		return 0;
	return error_set_at(err, ERR_INVALID, &object->pos,
			    "cannot print an object without kind and apiVersion");
}

static int print_name(const struct node *object, struct strbuf *out, struct error *err)
{
	const struct node *items = node_get(object, "items");
	const char *version = node_text_of(object, "apiVersion");
	const char *kind = kind_of(object, version);
	const char *slash = strchr(version, '/');
	const char *name = node_text_of(node_get(object, "metadata"), "name");

	if (items && items->kind == NODE_SEQ) {
		for (size_t i = 0; i < items->len; i++)
			if (print_name(items->items[i], out, err) < 0)
				return -err->class;
		return 0;
	}
	if (check_object(object, err) < 0)
		return -ERR_INVALID;
	for (const char *c = kind; *c; c++)
		strbuf_addch(out, (char)tolower((unsigned char)*c));
	if (kind[0] == '\0')
		strbuf_addstr(out, "<unknown>");
	else if (slash && slash > version)
		strbuf_addf(out, ".%.*s", (int)(slash - version), version);
	strbuf_addf(out, "/%s\n", name[0] ? name : "<unknown>");
	return 0;
}

int printer_object(struct printer *p, const struct node *object, struct strbuf *out,
		   struct error *err)
{
	if (object->kind != NODE_MAP)
		return error_set_at(err, ERR_INVALID, &object->pos, "cannot print %s as an object",
				    node_kind_name(object));
	p->printed++;
	if (p->format == FORMAT_NAME)
		return print_name(object, out, err);
	if (p->format & (PATH_FORMATS | TEMPLATE_FORMATS))
		return print_template(p, object, GO_NUMBERS_TEXT, out, err);
	if (check_object(object, err) < 0)
		return -ERR_INVALID;
	if (p->format == FORMAT_YAML) {
		if (p->printed > 1)
			strbuf_addstr(out, "---\n");
		tree_write_yaml(out, object, WRITE_FLAGS);
	} else if (p->format == FORMAT_KYAML) {
		tree_write_kyaml(out, object, WRITE_FLAGS);
	} else {
		tree_write_json(out, object, WRITE_FLAGS | WRITE_ESCAPE_HTML);
	}
	return 0;
}
