/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/gtid_input.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "cmd/common/input.h"
#include "tree/write.h"

const struct arg_spec gtid_args[] = {
	{ "SET", "a set of GTIDs, @FILE, or - for standard input", 1, ARGS_ANY, NULL }, ARG_END
};

const struct arg_spec gtid_args_of_two[] = {
	{ "SET", "a set of GTIDs, @FILE, or - for standard input", 2, ARGS_ANY, NULL }, ARG_END
};

static int read_one(const char *arg, size_t number, struct inputs *files, struct gtid_set *ret,
		    struct error *err)
{
	cleanup_free char *name = NULL;
	const struct input *file;
	int r;

	if (strcmp(arg, "-") != 0 && arg[0] != '@') {
		name = xasprintf("set %zu", number);
		return gtid_set_parse(ret, arg, strlen(arg), name, err);
	}
	r = inputs_read_file(files, arg[0] == '@' ? arg + 1 : arg, err);
	if (r < 0)
		return r;
	file = &files->items[files->len - 1];
	return gtid_set_parse(ret, file->text.buf, file->text.len, file->name, err);
}

int gtid_input_read(struct gtid_input *in, struct session *s, struct error *err)
{
	cleanup_inputs struct inputs files = INPUTS_INIT;
	int r = 0;

	in->sets = xcalloc(s->argc, sizeof(*in->sets));
	in->count = s->argc;
	for (size_t i = 0; i < s->argc && r == 0; i++)
		r = read_one(s->args[i], i + 1, &files, &in->sets[i], err);
	return r;
}

void gtid_input_release(struct gtid_input *in)
{
	for (size_t i = 0; i < in->count; i++)
		gtid_set_release(&in->sets[i]);
	free(in->sets);
	*in = (struct gtid_input)GTID_INPUT_INIT;
}

const char *gtid_family_name(enum gtid_family f)
{
	static const char *const names[] = { [GTID_NONE] = "none", [GTID_MYSQL] = "mysql",
					     [GTID_MARIADB] = "mariadb" };

	return names[f];
}

struct node *gtid_number(struct arena *a, gtid_count n)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_count_print(n, &text);
	return node_number(a, text.buf, text.len, NULL);
}

struct node *gtid_text(struct arena *a, const struct gtid_set *set)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_set_print(set, ",", &text);
	return node_string(a, text.buf, text.len, NULL);
}

static struct node *ranges(struct arena *a, const struct gtid_entry *e)
{
	struct node **items = arena_alloc(a, e->count * sizeof(struct node *));

	for (size_t i = 0; i < e->count; i++) {
		items[i] = node_map(a, NULL, 0, NULL);
		node_set(a, items[i], "first", gtid_number(a, e->ranges[i].first));
		node_set(a, items[i], "last", gtid_number(a, e->ranges[i].last));
	}
	return node_seq(a, items, e->count, NULL);
}

struct node *gtid_members(struct arena *a, const struct gtid_set *set)
{
	struct node **items = arena_alloc(a, set->count * sizeof(struct node *));

	for (size_t i = 0; i < set->count; i++) {
		const struct gtid_entry *e = &set->entries[i];
		cleanup_strbuf struct strbuf uuid = STRBUF_INIT;
		struct gtid_key untagged = e->key;

		items[i] = node_map(a, NULL, 0, NULL);
		if (set->family == GTID_MARIADB) {
			node_set(a, items[i], "domain", gtid_number(a, gtid_key_domain(&e->key)));
			node_set(a, items[i], "server", gtid_number(a, gtid_key_server(&e->key)));
		} else {
			memset(untagged.tag, 0, sizeof(untagged.tag));
			gtid_key_print(set->family, &untagged, &uuid);
			node_set(a, items[i], "uuid", node_cstring(a, uuid.buf));
			node_set_text(a, items[i], "tag", e->key.tag);
		}
		node_set(a, items[i], "ranges", ranges(a, e));
	}
	return node_seq(a, items, set->count, NULL);
}

void gtid_print_document(struct session *s, const struct node *document)
{
	if (s->format == FORMAT_YAML)
		tree_write_yaml(&s->out, document, 0);
	else
		tree_write_json(&s->out, document, 0);
}

void gtid_output(struct session *s, const struct gtid_set *set)
{
	cleanup_arena struct arena *a = NULL;
	struct node *map;

	if (s->format == FORMAT_TEXT) {
		gtid_set_print(set, ",", &s->out);
		strbuf_addch(&s->out, '\n');
		return;
	}
	a = arena_new();
	map = node_map(a, NULL, 0, NULL);
	node_set(a, map, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	node_set(a, map, "kind", node_cstring(a, "GtidSet"));
	node_set(a, map, "family", node_cstring(a, gtid_family_name(set->family)));
	node_set(a, map, "set", gtid_text(a, set));
	node_set(a, map, "count", gtid_number(a, gtid_set_count(set)));
	node_set(a, map, "members", gtid_members(a, set));
	gtid_print_document(s, map);
}

int gtid_fold(struct session *s, gtid_operation *op, struct error *err)
{
	cleanup_gtid_input struct gtid_input in = GTID_INPUT_INIT;
	int r = gtid_input_read(&in, s, err);

	for (size_t i = 1; i < in.count && r == 0; i++) {
		struct gtid_set next = GTID_SET_INIT;

		if (op == gtid_set_subtract)
			gtid_warn_by_number(s, &in.sets[i], &in.sets[0]);
		r = op(&in.sets[0], &in.sets[i], &next, err);
		gtid_set_release(&in.sets[0]);
		in.sets[0] = next;
	}
	if (r == 0)
		gtid_output(s, &in.sets[0]);
	return r;
}

void gtid_warn_by_number(struct session *s, const struct gtid_set *holder,
			 const struct gtid_set *of)
{
	uint32_t domain;

	if (gtid_set_by_number(holder, of, &domain))
		session_warn(s,
			     "domain %u was compared by number alone, since other servers wrote "
			     "it; the gtid_binlog_state of the holder tells lost branches apart",
			     (unsigned)domain);
}
