/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

/* Roles and bindings of authorization.openshift.io/v1 to those of rbac.authorization.k8s.io/v1. */

#define RBAC_GROUP     "rbac.authorization.k8s.io"
#define RBAC_VERSION   RBAC_GROUP "/v1"
#define ACCOUNT_PREFIX "system:serviceaccount:"

/* errors: how many there were before. */
static void note_converted(struct kubernetes *k, const struct node *object, size_t errors)
{
	if (k->diags->errors != errors)
		return;
	diagnose(k->diags, "T401", &object->pos, NULL, "converted %s '%s' to %s", kind_of(object),
		 name_of(object), RBAC_VERSION);
}

/* ---- roles ---- */

/* A rule without groups is about the core group. Null fields go. */
static struct node *convert_rule(struct kubernetes *k, const struct node *object,
				 const struct node *rule)
{
	struct node *copy;

	if (rule->kind != NODE_MAP)
		return (struct node *)rule;
	copy = node_copy_shallow(k->arena, rule);
	if (present_map(rule, "attributeRestrictions"))
		diagnose(k->diags, "T403", &node_get(rule, "attributeRestrictions")->pos,
			 "remove the restriction, or the rule",
			 "cannot convert %s '%s': Kubernetes has no attributeRestrictions",
			 kind_of(object), name_of(object));
	node_remove(copy, "attributeRestrictions");
	if (present_list(rule, "resources") && !present_list(rule, "apiGroups"))
		node_set(k->arena, copy, "apiGroups", list_of_one(k, text_node(k, "", rule)));
	for (uint32_t i = copy->len; i-- > 0;)
		if (copy->entries[i].value->kind == NODE_NULL)
			node_remove(copy, copy->entries[i].key->text);
	return copy;
}

void kubernetes_role(struct kubernetes *k, const struct node *object, struct sink *out)
{
	const struct node *rules = present_list(object, "rules");
	const struct node *aggregation = present_map(object, "aggregationRule");
	size_t errors = k->diags->errors;
	struct node *made, *list;

	if (!name_is_free(k, object, RBAC_GROUP, kind_of(object), name_of(object)))
		return;
	made = object_from(k, object, RBAC_VERSION, kind_of(object));
	if (aggregation)
		node_set(k->arena, made, "aggregationRule", (struct node *)aggregation);
	list = rules ? node_copy_shallow(k->arena, rules)
		     : node_seq(k->arena, NULL, 0, &object->pos);
	for (uint32_t i = 0; i < list->len; i++)
		list->items[i] = convert_rule(k, object, list->items[i]);
	node_set(k->arena, made, "rules", list);
	note_converted(k, object, errors);
	sink_add(out, made);
}

/* ---- bindings ---- */

struct binding_parts {
	struct kubernetes *k;
	const struct node *source;
	struct node **subjects;
	size_t len;
};

static void add_subject(struct binding_parts *b, const struct node *origin, const char *kind,
			const char *name, const char *namespace_)
{
	struct node *s = map_at(b->k, origin);

	set_text_at(b->k, s, "kind", kind, origin);
	if (namespace_)
		set_text_at(b->k, s, "namespace", namespace_, origin);
	else
		set_text_at(b->k, s, "apiGroup", RBAC_GROUP, origin);
	set_text_at(b->k, s, "name", name, origin);
	b->subjects[b->len++] = s;
}

static void add_account(struct binding_parts *b, const struct node *origin, const char *name,
			const char *namespace_)
{
	if (!namespace_[0])
		namespace_ = namespace_of(b->source);
	if (!namespace_[0])
		namespace_ = b->k->namespace_;
	if (!namespace_[0])
		diagnose(b->k->diags, "T403", &origin->pos,
			 "give -n NAMESPACE: Kubernetes does not take that of the binding",
			 "cannot convert %s '%s': ServiceAccount '%s' among its subjects has no "
			 "namespace",
			 kind_of(b->source), name_of(b->source), name);
	add_subject(b, origin, "ServiceAccount", name, namespace_);
}

/* Users of service accounts are called system:serviceaccount:NAMESPACE:NAME. */
static void add_user(struct binding_parts *b, const struct node *origin, const char *name)
{
	size_t prefix = sizeof(ACCOUNT_PREFIX) - 1;
	const char *namespace_ = name + prefix, *colon;

	if (!strncmp(name, ACCOUNT_PREFIX, prefix)) {
		colon = strchr(namespace_, ':');
		if (colon && colon > namespace_) {
			add_account(b, origin, colon + 1,
				    arena_memdupz(b->k->arena, namespace_,
						  (size_t)(colon - namespace_)));
			return;
		}
	}
	add_subject(b, origin, "User", name, NULL);
}

static void convert_subject(struct binding_parts *b, const struct node *s)
{
	const char *kind = node_text_of(s, "kind"), *name = node_text_of(s, "name");

	if (!strcmp(kind, "ServiceAccount"))
		add_account(b, s, name, node_text_of(s, "namespace"));
	else if (!strcmp(kind, "User") || !strcmp(kind, "SystemUser"))
		add_user(b, s, name);
	else if (!strcmp(kind, "Group") || !strcmp(kind, "SystemGroup"))
		add_subject(b, s, "Group", name, NULL);
	else
		diagnose(b->k->diags, "T403", &s->pos,
			 "subjects are of kind User, Group or ServiceAccount",
			 "cannot convert %s '%s': its subject '%s' is of kind '%s'",
			 kind_of(b->source), name_of(b->source), name, kind);
}

/* userNames and groupNames are older than subjects, and win over them. */
static struct node *convert_subjects(struct kubernetes *k, const struct node *object)
{
	const struct node *users = present_list(object, "userNames");
	const struct node *groups = present_list(object, "groupNames");
	const struct node *subjects = users || groups ? NULL : present_list(object, "subjects");
	struct binding_parts b = { .k = k, .source = object };
	size_t most = (users ? users->len : 0) + (groups ? groups->len : 0) +
		      (subjects ? subjects->len : 0);

	b.subjects = arena_alloc(k->arena, most * sizeof(struct node *));
	for (uint32_t i = 0; users && i < users->len; i++)
		if (users->items[i]->kind == NODE_STRING)
			add_user(&b, users->items[i], users->items[i]->text);
	for (uint32_t i = 0; groups && i < groups->len; i++)
		if (groups->items[i]->kind == NODE_STRING)
			add_subject(&b, groups->items[i], "Group", groups->items[i]->text, NULL);
	for (uint32_t i = 0; subjects && i < subjects->len; i++)
		convert_subject(&b, subjects->items[i]);
	return node_seq(k->arena, b.subjects, b.len, subjects ? &subjects->pos : &object->pos);
}

/* A role with a namespace is a Role, one without a ClusterRole. */
static struct node *convert_role_ref(struct kubernetes *k, const struct node *ref)
{
	struct node *made = map_at(k, ref);
	const char *kind = node_text_of(ref, "kind");

	if (!kind[0])
		kind = node_text_of(ref, "namespace")[0] ? "Role" : "ClusterRole";
	set_text_at(k, made, "apiGroup", RBAC_GROUP, ref);
	set_text_at(k, made, "kind", kind, ref);
	set_text_at(k, made, "name", node_text_of(ref, "name"), node_get(ref, "name"));
	return made;
}

void kubernetes_role_binding(struct kubernetes *k, const struct node *object, struct sink *out)
{
	const struct node *ref = present_map(object, "roleRef");
	size_t errors = k->diags->errors;
	struct node *made;

	if (!ref || !node_text_of(ref, "name")[0]) {
		diagnose(k->diags, "T403", &object->pos, "name the role in roleRef",
			 "cannot convert %s '%s': it names no role", kind_of(object),
			 name_of(object));
		return;
	}
	if (!name_is_free(k, object, RBAC_GROUP, kind_of(object), name_of(object)))
		return;
	made = object_from(k, object, RBAC_VERSION, kind_of(object));
	node_set(k->arena, made, "roleRef", convert_role_ref(k, ref));
	node_set(k->arena, made, "subjects", convert_subjects(k, object));
	note_converted(k, object, errors);
	sink_add(out, made);
}
