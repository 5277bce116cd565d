/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/exec.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/client_parts.h"
#include "kube/stream/dial.h"

#define STDIN 0
#define STATUS 3
#define INPUT_PIECE (WEBSOCKET_PIECE - 1)
#define CLOSE 255 /* v5: the channel that its byte names has ended */

static const char *const protocols[] = { "v5.channel.k8s.io", "v4.channel.k8s.io", NULL };

struct run {
	const struct exec_options *options;
	struct websocket *ws;
	struct strbuf status;
	bool feeding; /* there is input to come */
	size_t fed;   /* of input_bytes */
	char *buf;    /* for what is read from the descriptor */
	bool ended;   /* the connection, clean or not: no failure of ours */
};

static bool has_input(const struct exec_options *o)
{
	return o->input >= 0 || o->input_bytes;
}

static void add_path(struct strbuf *path, const struct exec_options *o)
{
	strbuf_addstr(path, "/api/v1/namespaces/");
	kube_add_escaped(path, o->namespace);
	strbuf_addstr(path, "/pods/");
	kube_add_escaped(path, o->pod);
	strbuf_addf(path, "/exec?stdin=%s&stdout=true&stderr=true&tty=false",
		    has_input(o) ? "true" : "false");
	if (o->container) {
		strbuf_addstr(path, "&container=");
		kube_add_escaped(path, o->container);
	}
	for (const char *const *word = o->command; *word; word++) {
		strbuf_addstr(path, "&command=");
		kube_add_escaped(path, *word);
	}
}

/* ---- input ------------------------------------------------------------------------------------*/

static bool can_end_input(const struct run *run)
{
	return websocket_protocol(run->ws) == protocols[0];
}

static int end_input(struct run *run, struct error *err)
{
	static const uint8_t ended[] = { STDIN };

	run->feeding = false;
	return can_end_input(run) ? websocket_queue(run->ws, CLOSE, ended, sizeof(ended), err) : 0;
}

/* To be called when websocket_queue() may be, and the descriptor has something. */
static int feed(struct run *run, struct error *err)
{
	const struct exec_options *o = run->options;
	const char *bytes = run->buf;
	ssize_t n;

	if (o->input_bytes) {
		size_t left = o->input_len - run->fed;

		bytes = (const char *)o->input_bytes + run->fed;
		n = (ssize_t)(left < INPUT_PIECE ? left : INPUT_PIECE);
		run->fed += (size_t)n;
	} else {
		n = read(o->input, run->buf, INPUT_PIECE);
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return error_set_errno(err, errno, "cannot read the command's input");
	if (n == 0)
		return end_input(run, err);
	return websocket_queue(run->ws, STDIN, bytes, (size_t)n, err);
}

/* Output that comes without a pause must not keep input from going on. */
static int feed_if_ready(struct run *run, struct error *err)
{
	struct pollfd fd = { .fd = run->options->input, .events = POLLIN };

	if (!run->feeding || !websocket_may_queue(run->ws))
		return 0;
	if (!run->options->input_bytes && poll(&fd, 1, 0) <= 0)
		return 0;
	return feed(run, err);
}

/* ---- output -----------------------------------------------------------------------------------*/

static int take_piece(struct run *run, const struct channel_piece *piece, struct error *err)
{
	const struct exec_options *o = run->options;

	switch (piece->channel) {
	case EXEC_STDOUT:
	case EXEC_STDERR:
		if (!piece->len || !o->output)
			return 0;
		return o->output(o->arg, piece->channel, (const char *)piece->bytes, piece->len,
				 err);
	case STATUS:
		if (run->status.len + piece->len > LIMIT_STREAM_ERROR)
			return error_set(err, ERR_LIMIT, "the server's Status has more than %zu bytes",
					 LIMIT_STREAM_ERROR);
		strbuf_add(&run->status, piece->bytes, piece->len);
		return 0;
	default:
		return 0;
	}
}

static int input_of(const struct run *run)
{
	if (!run->feeding)
		return -1;
	return run->options->input_bytes ? WEBSOCKET_AT_ONCE : run->options->input;
}

/* Until the connection ends: 0 with a good-bye, -ERR_IO without. */
static int run_streams(struct run *run, struct error *err)
{
	for (;;) {
		struct channel_piece piece;
		int r = websocket_read_or_input(run->ws, input_of(run), &piece, err);

		if (r <= 0) {
			run->ended = true;
			return r;
		}
		if (r == 1)
			r = take_piece(run, &piece, err);
		else
			r = feed(run, err);
		if (r == 0)
			r = feed_if_ready(run, err);
		if (r != 0)
			return r;
	}
}

static int finish(struct run *run, int r, int *ret_code, struct error *err)
{
	/* The Status is the last that comes: what became of the connection does not matter. */
	if (run->status.len && (r == 0 || r == -ERR_IO)) {
		error_release(err);
		r = exec_read_status(run->status.buf, run->status.len, ret_code, err);
		if (r < 0)
			error_wrap(err, "%s", websocket_label(run->ws));
		return r;
	}
	if (r == 0)
		r = error_set(err, ERR_IO, "%s: the server closed the connection with code %u",
			      websocket_label(run->ws), websocket_close_code(run->ws));
	if (r == -ERR_IO)
		error_hint(err, "how the command ended is not known, and its output may be cut: look "
				"before you run it again");
	return r;
}

int kube_exec(struct kube_client *c, const struct exec_options *o, int *ret_code,
	      struct error *err)
{
	cleanup_free char *label = xasprintf("'%s' in pod '%s'", o->command[0], o->pod);
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	cleanup_websocket struct websocket *ws = NULL;
	struct run run = { .options = o, .status = STRBUF_INIT, .feeding = has_input(o) };
	int r;

	add_path(&path, o);
	r = stream_dial(c,
			&(struct stream_request){ .path = path.buf,
						  .protocols = protocols,
						  .resource = "pods/exec",
						  .label = label,
						  .patient = has_input(o),
						  .silence = o->silence },
			&ws, err);
	if (r < 0)
		return r;
	run.ws = ws;
	if (run.feeding && !o->input_is_delimited && !can_end_input(&run)) {
		error_set(err, ERR_FAILED, "cannot run %s: the server cannot be told where its input ends",
			  label);
		error_hint(err, "this needs Kubernetes 1.30 or later");
		return -err->class;
	}
	run.buf = xmalloc(INPUT_PIECE);
	r = run_streams(&run, err);
	if (run.ended)
		r = finish(&run, r, ret_code, err);
	free(run.buf);
	strbuf_release(&run.status);
	return r;
}
