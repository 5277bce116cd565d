/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/channel.h"

int channel_read(struct channel_reader *r, const struct frame_event *event,
		 struct channel_piece *ret, struct error *err)
{
	size_t skip = event->first ? 1 : 0;

	if (event->opcode != FRAME_BINARY)
		return error_set(err, ERR_INVALID, "the server sends text where channels should be");
	if (event->len < skip)
		return 0;
	if (skip)
		r->channel = event->bytes[0];
	*ret = (struct channel_piece){ .channel = r->channel, .last = event->last,
				       .bytes = event->bytes + skip, .len = event->len - skip };
	return 1;
}
