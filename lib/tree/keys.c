/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strmap.h"
#include "base/utf8.h"

/* Above this many entries a hash map is cheaper than comparing all with all. */
#define SMALL_MAP 16

bool keys_equal(const struct node *a, const struct node *b)
{
	return a->len == b->len && !a->tag && !b->tag && memcmp(a->text, b->text, a->len) == 0;
}

/* What machines write is sorted most of the time, and then nothing can be there twice. */
static bool strictly_ascending(const struct entry *entries, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (key_compare_bytes(entries[i - 1].key, entries[i].key) >= 0)
			return false;
	return true;
}

/* Numbers are kept in pointers, one up, since NULL stands for nothing. */
static size_t map_put(struct strmap *m, const struct node *key, size_t number)
{
	return (size_t)(uintptr_t)strmap_put(m, key->text, key->len,
					     (void *)(uintptr_t)(number + 1));
}

static bool duplicate_of_few(const struct entry *entries, size_t len, size_t *ret_first,
			     size_t *ret_second)
{
	uint64_t seen = 0, mark;

	for (size_t i = 0; i < len; i++, seen |= mark) {
		mark = key_mark(entries[i].key);
		if (!(seen & mark))
			continue;
		for (size_t j = 0; j < i; j++)
			if (keys_equal(entries[i].key, entries[j].key)) {
				*ret_first = j;
				*ret_second = i;
				return true;
			}
	}
	return false;
}

bool entries_duplicate(const struct entry *entries, size_t len, size_t *ret_first,
		       size_t *ret_second)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;
	size_t before;

	if (len < 2)
		return false;
	if (len <= SMALL_MAP)
		return duplicate_of_few(entries, len, ret_first, ret_second);
	if (strictly_ascending(entries, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (entries[i].key->tag)
			continue;
		before = map_put(&seen, entries[i].key, i);
		if (before) {
			*ret_first = before - 1;
			*ret_second = i;
			return true;
		}
	}
	return false;
}

static size_t last_wins_small(struct entry *entries, size_t len)
{
	size_t n = 0, j;

	for (size_t i = 0; i < len; i++) {
		for (j = 0; j < n && !keys_equal(entries[j].key, entries[i].key);)
			j++;
		entries[j] = entries[i];
		if (j == n)
			n++;
	}
	return n;
}

size_t entries_last_wins(struct entry *entries, size_t len)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;
	size_t n = 0, at;

	if (len <= SMALL_MAP)
		return last_wins_small(entries, len);
	if (strictly_ascending(entries, len))
		return len;
	for (size_t i = 0; i < len; i++) {
		const struct node *key = entries[i].key;

		at = key->tag ? 0 : (size_t)(uintptr_t)strmap_get(&seen, key->text, key->len);
		if (!at) {
			if (!key->tag)
				map_put(&seen, key, n);
			at = ++n;
		}
		entries[at - 1] = entries[i];
	}
	return n;
}

int key_compare_bytes(const struct node *a, const struct node *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int r = memcmp(a->text, b->text, len);

	if (r)
		return r;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* Where there are no letters beyond ASCII: marks, signs, and blocks that hold little else. */
static const struct {
	uint32_t first, last;
} no_letters[] = {
	{ 0x80, 0xa9 },	    { 0xab, 0xb4 },	{ 0xb6, 0xb9 },	      { 0xbb, 0xbf },
	{ 0xd7, 0xd7 },	    { 0xf7, 0xf7 },	{ 0x300, 0x36f },     { 0x2000, 0x2bff },
	{ 0x3000, 0x3004 }, { 0x3007, 0x3030 }, { 0xd800, 0xf8ff },   { 0xfe00, 0xfe6f },
	{ 0xfeff, 0xff20 }, { 0xfff0, 0xffff }, { 0x1f000, 0x1ffff }, { 0x32000, UINT32_MAX },
};

static bool is_ascii_letter(uint32_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

bool unicode_is_letter(uint32_t c)
{
	if (c < 0x80)
		return is_ascii_letter(c);
	for (size_t i = 0; i < ARRAY_SIZE(no_letters) && c >= no_letters[i].first; i++)
		if (c <= no_letters[i].last)
			return false;
	return true;
}

static bool digit_at(const struct node *n, size_t i)
{
	return n->text[i] >= '0' && n->text[i] <= '9';
}

/* The character at i, or U+FFFD where the text is no UTF-8. */
static uint32_t character_at(const struct node *n, size_t i)
{
	size_t len;

	if (!utf8_sequence(n->text + i, n->text + n->len))
		return 0xfffd;
	return utf8_decode(n->text + i, &len);
}

/* Both texts are equal up to i, and neither has a letter there; 0 if they hold the same number. */
static int compare_numbers(const struct node *a, const struct node *b, size_t i)
{
	uint64_t an = 0, bn = 0;
	size_t ai = i, bi = i;

	if (a->text[i] == '0' || b->text[i] == '0') {
		/* Zeros within a number count; those that lead one do not. */
		for (size_t j = i; j > 0 && digit_at(a, j - 1); j--)
			if (a->text[j - 1] != '0') {
				an = bn = 1;
				break;
			}
	}
	for (; ai < a->len && digit_at(a, ai); ai++)
		an = an * 10 + (uint64_t)(a->text[ai] - '0');
	for (; bi < b->len && digit_at(b, bi); bi++)
		bn = bn * 10 + (uint64_t)(b->text[bi] - '0');
	if (an != bn)
		return (int64_t)an < (int64_t)bn ? -1 : 1;
	return ai < bi ? -1 : ai > bi;
}

int key_compare_natural(const struct node *a, const struct node *b)
{
	size_t len = a->len < b->len ? a->len : b->len, i = 0;
	uint32_t ac, bc;
	bool al, bl;
	int r;

	while (i < len && a->text[i] == b->text[i])
		i++;
	if (i == len)
		return a->len < b->len ? -1 : a->len > b->len;
	if (is_ascii_letter((unsigned char)a->text[i]) &&
	    is_ascii_letter((unsigned char)b->text[i]))
		return a->text[i] < b->text[i] ? -1 : 1;
	while (i > 0 && ((unsigned char)a->text[i] & 0xc0) == 0x80)
		i--;
	ac = character_at(a, i);
	bc = character_at(b, i);
	al = unicode_is_letter(ac);
	bl = unicode_is_letter(bc);
	if (al && bl)
		return ac < bc ? -1 : 1;
	if (al || bl)
		return bl ? -1 : 1;
	r = compare_numbers(a, b, i);
	return r ? r : ac < bc ? -1 : 1;
}

static void merge_sort(struct entry *entries, struct entry *tmp, size_t len,
		       int (*compare)(const struct node *, const struct node *))
{
	size_t half = len / 2, i = 0, j = half, n = 0;

	if (len < 2)
		return;
	merge_sort(entries, tmp, half, compare);
	merge_sort(entries + half, tmp, len - half, compare);
	if (compare(entries[half - 1].key, entries[half].key) <= 0)
		return;
	memcpy(tmp, entries, half * sizeof(*tmp));
	while (i < half && j < len)
		if (compare(tmp[i].key, entries[j].key) <= 0)
			entries[n++] = tmp[i++];
		else
			entries[n++] = entries[j++];
	memcpy(entries + n, tmp + i, (half - i) * sizeof(*tmp));
}

static void insertion_sort(struct entry *entries, size_t len,
			   int (*compare)(const struct node *, const struct node *))
{
	for (size_t i = 1; i < len; i++) {
		struct entry e = entries[i];
		size_t j = i;

		for (; j > 0 && compare(entries[j - 1].key, e.key) > 0; j--)
			entries[j] = entries[j - 1];
		entries[j] = e;
	}
}

void entries_sort(struct entry *entries, size_t len,
		  int (*compare)(const struct node *, const struct node *))
{
	cleanup_free struct entry *tmp = NULL;

	if (len <= SMALL_MAP) {
		insertion_sort(entries, len, compare);
		return;
	}
	tmp = xmalloc(len * sizeof(*tmp));
	merge_sort(entries, tmp, len, compare);
}
