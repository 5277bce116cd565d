/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Labels of an OpenShift Template: a map of strings, merged into metadata.labels of every
 * object.
 */

#include "template/openshift/substitute.h"

/* A copy of a map of strings that may be changed; null becomes the empty string. */
struct node *labels_copy(struct arena *a, const struct node *map);

/* Adds "k=v,k2=v2" to a map of labels that labels_copy made. */
int labels_parse(struct arena *a, const char *spec, struct node *labels, struct error *err);

/* Fills references in keys and values; ${{X}} gives text here. A reference beats a written key. */
struct node *labels_substitute(struct substitution *s, const struct node *labels);

/*
 * Writes the labels over those of the object (a map that may be changed; what is in it is
 * copied when it has to be). Labels of the object that are not all strings or null are lost,
 * metadata that is no map is left alone: oc does so.
 */
void labels_apply(struct arena *a, struct node *object, const struct node *labels);
