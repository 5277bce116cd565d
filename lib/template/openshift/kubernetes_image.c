/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

#include "base/strbuf.h"

/* From an ImageStreamTag to an image that any cluster can pull. */

/* Tags may point at tags. */
#define LIMIT_TAG_HOPS 16

/*
 * The database streams of namespace 'openshift' (github.com/openshift/library, folders community
 * and, for el8, official): every cluster of OpenShift has them. Those of one stream stand together.
 */
static const struct {
	const char *stream, *tag, *image;
} well_known[] = {
	{ "mariadb", "10.3-el8", "registry.redhat.io/rhel8/mariadb-103:latest" },
	{ "mariadb", "10.5-el8", "registry.redhat.io/rhel8/mariadb-105:latest" },
	{ "mariadb", "10.5-el9", "quay.io/sclorg/mariadb-105-c9s:latest" },
	{ "mariadb", "10.11-el8", "registry.redhat.io/rhel8/mariadb-1011:latest" },
	{ "mariadb", "10.11-el9", "quay.io/sclorg/mariadb-1011-c9s:latest" },
	{ "mariadb", "10.11-el10", "quay.io/sclorg/mariadb-1011-c10s:latest" },
	{ "mariadb", "11.8-el9", "quay.io/sclorg/mariadb-118-c9s:latest" },
	{ "mariadb", "11.8-el10", "quay.io/sclorg/mariadb-118-c10s:latest" },
	{ "mariadb", "latest", "quay.io/sclorg/mariadb-1011-c9s:latest" },
	{ "mysql", "8.0-el8", "registry.redhat.io/rhel8/mysql-80:latest" },
	{ "mysql", "8.0-el9", "quay.io/sclorg/mysql-80-c9s:latest" },
	{ "mysql", "8.4-el9", "quay.io/sclorg/mysql-84-c9s:latest" },
	{ "mysql", "8.4-el10", "quay.io/sclorg/mysql-84-c10s:latest" },
	{ "mysql", "latest", "quay.io/sclorg/mysql-84-c9s:latest" },
	{ "postgresql", "12-el8", "registry.redhat.io/rhel8/postgresql-12:latest" },
	{ "postgresql", "13-el9", "quay.io/sclorg/postgresql-13-c9s:latest" },
	{ "postgresql", "15-el8", "registry.redhat.io/rhel8/postgresql-15:latest" },
	{ "postgresql", "15-el9", "quay.io/sclorg/postgresql-15-c9s:latest" },
	{ "postgresql", "16-el8", "registry.redhat.io/rhel8/postgresql-16:latest" },
	{ "postgresql", "16-el9", "quay.io/sclorg/postgresql-16-c9s:latest" },
	{ "postgresql", "16-el10", "quay.io/sclorg/postgresql-16-c10s:latest" },
	{ "postgresql", "latest", "quay.io/sclorg/postgresql-16-c9s:latest" },
	{ "redis", "6-el8", "registry.redhat.io/rhel8/redis-6:latest" },
	{ "redis", "6-el9", "quay.io/sclorg/redis-6-c9s:latest" },
	{ "redis", "7-el9", "quay.io/sclorg/redis-7-c9s:latest" },
	{ "redis", "latest", "quay.io/sclorg/redis-6-c9s:latest" },
};

struct image_source image_source_of(const struct node *from)
{
	struct image_source s = { .kind = node_text_of(from, "kind"),
				  .name = node_text_of(from, "name"),
				  .namespace_ = node_text_of(from, "namespace") };

	if (!s.kind[0])
		s.kind = "ImageStreamTag";
	return s;
}

/* The registries inside OpenShift: names that mean nothing elsewhere. */
static bool is_inner_registry(const char *image)
{
	static const char *const hosts[] = { "image-registry.openshift-image-registry.svc",
					     "docker-registry.default.svc" };

	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++)
		if (!strncmp(image, hosts[i], strlen(hosts[i])))
			return true;
	return false;
}

bool image_names_registry(const char *image)
{
	size_t host = strcspn(image, "/");

	if (image[host] == '\0' || is_inner_registry(image))
		return false;
	return memchr(image, '.', host) || memchr(image, ':', host) ||
	       (host == strlen("localhost") && !memcmp(image, "localhost", host));
}

/* A reference to a tag, taken apart. */
struct tag {
	const char *stream, *name, *namespace_;
};

static struct tag split_tag(struct kubernetes *k, const char *name, const char *namespace_)
{
	const char *colon = strrchr(name, ':');

	if (!colon)
		return (struct tag){ name, "latest", namespace_ };
	return (struct tag){ arena_memdupz(k->arena, name, (size_t)(colon - name)), colon + 1,
			     namespace_ };
}

static struct known_object *find_stream(struct kubernetes *k, const char *name,
					const char *namespace_)
{
	struct known_object *o = known_objects(k, "ImageStream", name);

	while (o && strcmp(namespace_of(o->object), namespace_) != 0)
		o = o->next;
	return o;
}

static const char *find_well_known(const struct tag *tag)
{
	for (size_t i = 0; i < ARRAY_SIZE(well_known); i++)
		if (!strcmp(well_known[i].stream, tag->stream) &&
		    !strcmp(well_known[i].tag, tag->name))
			return well_known[i].image;
	return NULL;
}

static const struct node *find_spec_tag(const struct node *stream, const char *name)
{
	const struct node *tags = present_list(node_get(stream, "spec"), "tags");

	for (uint32_t i = 0; tags && i < tags->len; i++)
		if (!strcmp(node_text_of(tags->items[i], "name"), name))
			return tags->items[i];
	return NULL;
}

static const char *find_tag(struct kubernetes *k, const struct tag *tag, unsigned hops);

/* What a tag of a stream points at: an image, another tag of this stream, or one of another. */
static const char *follow(struct kubernetes *k, const struct tag *here, const struct node *from,
			  unsigned hops)
{
	struct image_source s = image_source_of(from);
	struct tag next;

	if (!strcmp(s.kind, "DockerImage"))
		return s.name[0] ? s.name : NULL;
	if (strcmp(s.kind, "ImageStreamTag") != 0 || !s.name[0])
		return NULL;
	if (!s.namespace_[0])
		s.namespace_ = here->namespace_;
	next = split_tag(k, s.name, s.namespace_);
	if (!strchr(s.name, ':'))
		next = (struct tag){ here->stream, s.name, s.namespace_ };
	return find_tag(k, &next, hops + 1);
}

static const char *find_in_stream(struct kubernetes *k, struct known_object *stream,
				  const struct tag *tag, unsigned hops)
{
	const struct node *entry = find_spec_tag(stream->object, tag->name);
	const struct node *from = entry ? present_map(entry, "from") : NULL;
	const struct node *spec = node_get(stream->object, "spec");
	const char *repository = node_text_of(spec, "dockerImageRepository");
	const char *image = NULL;

	if (from)
		image = follow(k, tag, from, hops);
	else if (repository[0])
		image = arena_printf(k->arena, "%s:%s", repository, tag->name);
	if (image)
		stream->used = true;
	return image;
}

static const char *find_tag(struct kubernetes *k, const struct tag *tag, unsigned hops)
{
	struct known_object *stream = find_stream(k, tag->stream, tag->namespace_);
	const char *image = NULL;

	if (hops > LIMIT_TAG_HOPS)
		return NULL;
	if (stream)
		image = find_in_stream(k, stream, tag, hops);
	if (!image && !strcmp(tag->namespace_, OPENSHIFT_NAMESPACE))
		image = find_well_known(tag);
	/* The namespace may be the one that the template is rendered for. */
	if (!image && tag->namespace_[0]) {
		stream = find_stream(k, tag->stream, "");
		if (stream)
			image = find_in_stream(k, stream, tag, hops);
	}
	return image;
}

/* The BuildConfig that puts its result at the tag, or NULL. */
static const struct node *find_build(struct kubernetes *k, const struct tag *tag)
{
	for (size_t i = 0; i < k->count; i++) {
		const struct node *o = k->objects[i]->object;
		const struct node *to = node_path(o, "spec", "output", "to", NULL);
		struct tag made;

		if (strcmp(kind_of(o), "BuildConfig") != 0 || !to)
			continue;
		made = split_tag(k, node_text_of(to, "name"), node_text_of(to, "namespace"));
		if (!strcmp(made.stream, tag->stream) && !strcmp(made.name, tag->name) &&
		    (!made.namespace_[0] || !tag->namespace_[0] ||
		     !strcmp(made.namespace_, tag->namespace_)))
			return o;
	}
	return NULL;
}

/* "write …" for a tag that nobody knows: its image elsewhere, or the tags of its stream. */
static const char *unknown_hint(struct kubernetes *k, const struct tag *tag)
{
	cleanup_strbuf struct strbuf tags = STRBUF_INIT;
	const char *image = find_well_known(tag);

	if (image)
		return arena_printf(
			k->arena,
			"namespace '" OPENSHIFT_NAMESPACE "' has this tag, with image "
			"'%s': take that namespace, or write an image with its registry to the container",
			image);
	for (size_t i = 0; i < ARRAY_SIZE(well_known); i++)
		if (!strcmp(well_known[i].stream, tag->stream))
			strbuf_addf(&tags, "%s%s", tags.len ? ", " : "", well_known[i].tag);
	if (tags.len && !strcmp(tag->namespace_, OPENSHIFT_NAMESPACE))
		return arena_printf(
			k->arena,
			"known tags of '%s' are %s; or write an image with its registry to the container",
			tag->stream, tags.buf);
	return "write an image with its registry to the container, or add an ImageStream with this "
	       "tag to the template";
}

static const char *in_namespace(struct kubernetes *k, const char *namespace_)
{
	return namespace_[0] ? arena_printf(k->arena, " of namespace '%s'", namespace_) : "";
}

const char *kubernetes_find_image(struct kubernetes *k, const struct image_source *source,
				  const char **ret_why, const char **ret_hint)
{
	const struct node *build;
	const char *image;
	struct tag tag;

	if (!strcmp(source->kind, "DockerImage") && source->name[0])
		return source->name;
	if (strcmp(source->kind, "ImageStreamTag") != 0 || !source->name[0]) {
		*ret_why =
			arena_printf(k->arena, "it comes from %s '%s', not from an ImageStreamTag",
				     source->kind, source->name);
		*ret_hint = "write an image with its registry to the container";
		return NULL;
	}
	tag = split_tag(k, source->name, source->namespace_);
	image = find_tag(k, &tag, 0);
	if (image)
		return image;
	build = find_build(k, &tag);
	if (build) {
		*ret_why = arena_printf(k->arena, "BuildConfig '%s' builds it on OpenShift",
					name_of(build));
		*ret_hint =
			"build the image elsewhere, push it to a registry, and write its full name "
			"to the container";
		return NULL;
	}
	*ret_why = arena_printf(k->arena, "no ImageStream is known that has ImageStreamTag '%s'%s",
				source->name, in_namespace(k, source->namespace_));
	*ret_hint = unknown_hint(k, &tag);
	return NULL;
}
