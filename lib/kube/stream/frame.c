/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/frame.h"

#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define MASKED 0x80
#define CONTROL 0x08 /* of opcodes */
#define NO_CODE 1005

static int fail(struct error *err, const char *why)
{
	return error_set(err, ERR_INVALID, "the server breaks the WebSocket protocol: %s", why);
}

static size_t header_size(const uint8_t head[2])
{
	size_t len = head[1] & 0x7f;

	return len == 127 ? 10 : len == 126 ? 4 : 2;
}

static uint64_t big_endian(const uint8_t *p, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[i];
	return value;
}

/* May a frame of this kind stand here? */
static int check_opcode(const struct frame_reader *r, uint8_t opcode, bool final, uint64_t len,
			struct error *err)
{
	switch (opcode) {
	case FRAME_CONTINUATION:
		return r->message ? 0 : fail(err, "a continuation of no message");
	case FRAME_TEXT:
	case FRAME_BINARY:
		return r->message ? fail(err, "a message within another") : 0;
	case FRAME_CLOSE:
	case FRAME_PING:
	case FRAME_PONG:
		if (!final || len > FRAME_CONTROL_MAX)
			return fail(err, "a control frame that is too long or in parts");
		return opcode == FRAME_CLOSE && len == 1 ? fail(err, "half a status code") : 0;
	default:
		return fail(err, "a frame of an unknown kind");
	}
}

static int begin_frame(struct frame_reader *r, struct error *err)
{
	size_t size = header_size(r->head);
	uint64_t len = size == 2 ? r->head[1] & 0x7fu : big_endian(r->head + 2, size - 2);
	uint8_t opcode = r->head[0] & 0x0f;
	bool final = r->head[0] & FIN;
	int result;

	if (r->head[0] & RESERVED)
		return fail(err, "an extension that was not agreed on");
	if (r->head[1] & MASKED)
		return fail(err, "a masked frame");
	if ((size == 4 && len < 126) || (size == 10 && (len < 65536 || len >> 63)))
		return fail(err, "a wrong length");
	result = check_opcode(r, opcode, final, len, err);
	if (result < 0)
		return result;
	r->head_len = 0;
	r->in_frame = true;
	r->final = final;
	r->opcode = opcode;
	r->left = len;
	if (opcode == FRAME_TEXT || opcode == FRAME_BINARY) {
		r->message = opcode;
		r->fresh = true;
	}
	return 0;
}

/* Takes the header in; the number of bytes used. */
static size_t take_header(struct frame_reader *r, const uint8_t *buf, size_t len)
{
	size_t used = 0;

	while (used < len && (r->head_len < 2 || r->head_len < header_size(r->head)))
		r->head[r->head_len++] = buf[used++];
	return used;
}

static bool header_is_whole(const struct frame_reader *r)
{
	return r->head_len >= 2 && r->head_len == header_size(r->head);
}

/* 1 when the frame is whole. */
static int take_control(struct frame_reader *r, const uint8_t *buf, size_t n,
			struct frame_event *ret)
{
	if (n)
		memcpy(r->control + r->control_len, buf, n);
	r->control_len += n;
	r->left -= n;
	if (r->left)
		return 0;
	*ret = (struct frame_event){ .opcode = r->opcode, .first = true, .last = true,
				     .bytes = r->control, .len = r->control_len };
	r->control_len = 0;
	r->in_frame = false;
	return 1;
}

/* 1 when there is something to hand on: bytes, or the end of a message. */
static int take_data(struct frame_reader *r, const uint8_t *buf, size_t n, struct frame_event *ret)
{
	bool ends;

	r->left -= n;
	ends = r->left == 0;
	if (ends)
		r->in_frame = false;
	if (!n && !(ends && r->final))
		return 0;
	*ret = (struct frame_event){ .opcode = r->message, .first = r->fresh,
				     .last = ends && r->final, .bytes = buf, .len = n };
	r->fresh = false;
	if (ret->last)
		r->message = 0;
	return 1;
}

int frame_read(struct frame_reader *r, const uint8_t *buf, size_t len, size_t *ret_used,
	       struct frame_event *ret, struct error *err)
{
	size_t used = 0;

	do {
		size_t n;
		int result;

		if (!r->in_frame) {
			used += take_header(r, buf + used, len - used);
			if (!header_is_whole(r))
				break;
			result = begin_frame(r, err);
			if (result < 0)
				return result;
		}
		n = len - used < r->left ? len - used : (size_t)r->left;
		result = r->opcode & CONTROL ? take_control(r, buf + used, n, ret)
					     : take_data(r, buf + used, n, ret);
		used += n;
		if (result) {
			*ret_used = used;
			return 1;
		}
	} while (used < len);
	*ret_used = used;
	return 0;
}

unsigned frame_close_code(const struct frame_event *close)
{
	return close->len >= 2 ? (unsigned)big_endian(close->bytes, 2) : NO_CODE;
}

size_t frame_write_header(uint8_t ret[FRAME_HEADER_MAX], enum frame_opcode opcode, size_t len,
			  const uint8_t mask[4])
{
	size_t wide = len > 0xffff ? 8 : len > FRAME_CONTROL_MAX ? 2 : 0;

	ret[0] = (uint8_t)(FIN | opcode);
	ret[1] = (uint8_t)(MASKED | (wide == 8 ? 127 : wide == 2 ? 126 : len));
	for (size_t i = 0; i < wide; i++)
		ret[2 + i] = (uint8_t)((uint64_t)len >> (8 * (wide - 1 - i)));
	memcpy(ret + 2 + wide, mask, 4);
	return 2 + wide + 4;
}

void frame_mask(uint8_t *payload, size_t len, const uint8_t mask[4])
{
	uint64_t wide, piece;
	size_t i = 0;

	memcpy(&wide, mask, 4);
	memcpy((char *)&wide + 4, mask, 4);
	for (; i + 8 <= len; i += 8) {
		memcpy(&piece, payload + i, 8);
		piece ^= wide;
		memcpy(payload + i, &piece, 8);
	}
	for (; i < len; i++)
		payload[i] ^= mask[i % 4];
}
