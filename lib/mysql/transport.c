/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "net/dial.h"
#include "net/task.h"

#include <ma_pvio.h>

#define DEFAULT_PORT 3306
#define TURN ((size_t)256 << 10) /* bytes read before others run */

/* Of <mysql/client_plugin.h>, which Debian ships without a header that it includes. */
#define PVIO_PLUGIN 101
#define PVIO_PLUGIN_VERSION 0x0100
struct pvio_plugin {
	MYSQL_CLIENT_PLUGIN_HEADER
	struct st_ma_pvio_methods *methods;
};

/* Connector/C asks for one connection at a time, and does not wait before it does. */
static struct transport *next_transport;

/* ---- dialling, and the greeting --------------------------------------------------------------*/

static int read_whole(struct transport *t, unsigned char *buf, size_t len, size_t *got,
		      struct error *err)
{
	while (*got < len) {
		ssize_t n = socket_read(t->fd, buf + *got, len - *got, t->reading, err);

		if (n < 0)
			return (int)n;
		if (n == 0)
			return 0;
		*got += (size_t)n;
	}
	return 0;
}

static int fail_silence(const struct transport *t, struct error *err)
{
	if (err->class == ERR_TIMEOUT) {
		error_release(err);
		error_set(err, ERR_TIMEOUT,
			  "'%s' accepts connections and does not greet: it hangs, or is no MySQL "
			  "server", t->label);
		error_hint(err, "look at the server's log; a name server that it asks for our name "
				"may not answer (skip-name-resolve)");
	}
	return -err->class;
}

static int fail_cut(const struct transport *t, size_t got, struct error *err)
{
	error_set(err, ERR_IO, "'%s' closed the connection %s", t->label,
		  got ? "in the middle of its greeting" : "without a greeting");
	error_hint(err, "the server is starting or stopping, or what stands before it has no "
			"server to send us to");
	return -ERR_IO;
}

static int read_greeting(struct transport *t, struct greeting *ret, struct error *err)
{
	unsigned char header[GREETING_HEADER] = { 0 };
	size_t got = 0, len;
	int r = read_whole(t, header, sizeof(header), &got, err);

	if (r < 0)
		return got ? r : fail_silence(t, err);
	if (got == 0)
		return fail_cut(t, got, err);
	len = header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16;
	if (got < sizeof(header) || header[3] != 0 || len < 3 || len > LIMIT_GREETING_BYTES)
		return greeting_refuse(header, got, t->label, err);
	t->ahead = xmalloc(sizeof(header) + len);
	memcpy(t->ahead, header, sizeof(header));
	r = read_whole(t, t->ahead, sizeof(header) + len, &got, err);
	if (r < 0)
		return r;
	if (got < sizeof(header) + len)
		return fail_cut(t, got, err);
	t->ahead_len = got;
	/* Connector/C reads the error, and maps it to its message. */
	if (greeting_is_error(t->ahead + sizeof(header), len))
		return 0;
	return greeting_read(t->ahead + sizeof(header), len, t->label, ret, err);
}

static const enum tls_check checks[] = {
	[TLS_PREFERRED] = TLS_CHECK_NONE, [TLS_DISABLED] = TLS_CHECK_NONE,
	[TLS_REQUIRED] = TLS_CHECK_NONE,  [TLS_VERIFY_CA] = TLS_CHECK_CA,
	[TLS_VERIFY_IDENTITY] = TLS_CHECK_NAME,
};

static int decide_tls(struct transport *t, const struct connection_options *o,
		      const struct greeting *g, struct error *err)
{
	bool offered = (g->capabilities & CAPABILITY_TLS) != 0;

	t->tls_options = (struct tls_options){
		.check = checks[o->tls], .ca = o->tls_ca, .capath = o->tls_capath,
		.cert = o->tls_cert, .key = o->tls_key,
		.name = o->tls_server_name ? o->tls_server_name : o->host, .peer = t->label,
	};
	if (o->tls == TLS_DISABLED || (o->tls == TLS_PREFERRED && (!offered || t->local)))
		return 0;
	if (!offered) {
		error_set(err, ERR_TLS, "'%s' does not offer TLS", t->label);
		error_hint(err, "give the server a certificate (ssl_cert, ssl_key), or use "
				"--tls=preferred, which sends what you ask and read in clear");
		return -ERR_TLS;
	}
	t->wants_tls = true;
	return 0;
}

int transport_open(struct transport *t, const struct connection_options *opts,
		   struct greeting *ret, struct error *err)
{
	unsigned port = opts->port ? opts->port : DEFAULT_PORT;
	int r;

	*t = (struct transport){ .fd = -1, .local = opts->socket != NULL };
	if (opts->label)
		t->label = xstrdup(opts->label);
	else if (opts->socket)
		t->label = xstrdup(opts->socket);
	else
		t->label = xasprintf("%s:%u", opts->host, port);
	t->reading = xasprintf("reading from '%s'", t->label);
	t->writing = xasprintf("writing to '%s'", t->label);
	r = opts->socket ? dial_unix(opts->socket, &t->fd, err)
			 : dial_tcp(opts->host, port, &t->fd, err);
	if (r == 0)
		r = read_greeting(t, ret, err);
	if (r == 0 && ret->version[0])
		r = decide_tls(t, opts, ret, err);
	return r;
}

void transport_release(struct transport *t)
{
	tls_free(t->tls);
	if (t->fd >= 0)
		close(t->fd);
	free(t->label);
	free(t->reading);
	free(t->writing);
	free(t->ahead);
	error_release(&t->failure);
	*t = (struct transport){ .fd = -1 };
}

/* ---- what Connector/C calls ------------------------------------------------------------------*/

/* Nothing may wait when the connection is dead, or dying. */
static bool is_usable(const struct transport *t)
{
	errno = EPIPE;
	return !t->failure.class && !(t->quiet && t->tls);
}

static ssize_t take_ahead(struct transport *t, unsigned char *buf, size_t len)
{
	size_t left = t->ahead_len - t->ahead_pos;

	if (len > left)
		len = left;
	memcpy(buf, t->ahead + t->ahead_pos, len);
	t->ahead_pos += len;
	if (t->ahead_pos == t->ahead_len) {
		free(t->ahead);
		t->ahead = NULL;
	}
	return (ssize_t)len;
}

/*
 * A server that sends faster than we read never makes us wait: then nobody else would have a turn,
 * and no deadline would pass.
 */
static int give_turn(struct transport *t)
{
	int r;

	if (t->unpaused < TURN)
		return 0;
	t->unpaused = 0;
	r = wait_until(clock_ms(), NULL);
	if (r < 0)
		error_set(&t->failure, (enum error_class)-r, "%s: %s", t->reading,
			  r == -ERR_TIMEOUT ? "timed out in the middle of an answer" : "cancelled");
	return r;
}

static int use_allowance(struct transport *t, size_t len)
{
	if (!t->allowance)
		return 0;
	if (len < t->allowance) {
		t->allowance -= len;
		return 0;
	}
	return error_set(&t->failure, ERR_LIMIT, "%s: more than %zu bytes before the first row",
			 t->reading, LIMIT_COLUMNS_BYTES);
}

static ssize_t read_some(struct transport *t, void *buf, size_t len)
{
	int64_t old = deadline_current();
	ssize_t n;

	if (t->silence_ms)
		(void)deadline_shorten(clock_ms() + t->silence_ms);
	n = t->tls ? tls_read(t->tls, buf, len, t->reading, &t->failure)
		   : socket_read(t->fd, buf, len, t->reading, &t->failure);
	deadline_restore(old);
	return n;
}

static ssize_t receive(struct transport *t, void *buf, size_t len)
{
	ssize_t n;

	/* Before buf is filled, which may be everybody's. */
	if (give_turn(t) < 0)
		return -1;
	n = read_some(t, buf, len);
	if (n == 0) {
		error_set(&t->failure, ERR_IO, "'%s' closed the connection", t->label);
		error_hint(&t->failure, "look at the server's log");
	}
	if (n <= 0)
		return n < 0 ? -1 : n;
	t->read_bytes += (uint64_t)n;
	t->unpaused += (size_t)n;
	return use_allowance(t, (size_t)n) < 0 ? -1 : n;
}

static ssize_t pvio_read(MARIADB_PVIO *pvio, uchar *buf, size_t len)
{
	/* For all: nobody waits between the moment when it is filled and that when it is empty. */
	static unsigned char piece[32768];
	struct transport *t = pvio->data;
	ssize_t n;

	if (t->ahead)
		return take_ahead(t, buf, len);
	if (!is_usable(t) || t->quiet)
		return -1;
	if (len >= sizeof(piece))
		return receive(t, buf, len);
	n = receive(t, piece, sizeof(piece));
	if (n <= 0)
		return n;
	if ((size_t)n <= len) {
		memcpy(buf, piece, (size_t)n);
		return n;
	}
	memcpy(buf, piece, len);
	t->ahead_pos = 0;
	t->ahead_len = (size_t)n - len;
	t->ahead = xmalloc(t->ahead_len);
	memcpy(t->ahead, piece + len, t->ahead_len);
	return (ssize_t)len;
}

/* Sends the first 32 bytes of the login with the wish for TLS, then shakes hands. */
static int start_tls(struct transport *t, const uchar *login, size_t len)
{
	enum { BODY = 32 };
	unsigned char request[GREETING_HEADER + BODY] = { BODY, 0, 0, 1 };
	int r;

	if (len < sizeof(request) || login[3] != 1)
		return error_set(&t->failure, ERR_TLS, "%s: libmariadb begins its login as none "
				 "that is known", t->writing);
	memcpy(request + GREETING_HEADER, login + GREETING_HEADER, BODY);
	request[GREETING_HEADER + 1] |= CAPABILITY_TLS >> 8;
	r = socket_write(t->fd, request, sizeof(request), t->writing, &t->failure);
	if (r == 0)
		r = tls_connect(t->fd, &t->tls_options, &t->tls, &t->failure);
	return r;
}

static int write_login(struct transport *t, MYSQL *mysql, const uchar *buf, size_t len)
{
	cleanup_free unsigned char *login = NULL;
	int r = start_tls(t, buf, len);

	if (r < 0)
		return r;
	t->wants_tls = false;
	login = xmalloc(len);
	memcpy(login, buf, len);
	login[3] = 2;
	login[GREETING_HEADER + 1] |= CAPABILITY_TLS >> 8;
	/* The login plugins look here for whether a password may be sent as it is. */
	mysql->options.use_ssl = 1;
	mysql->client_flag |= CLIENT_SSL;
	r = tls_write(t->tls, login, len, t->writing, &t->failure);
	explicit_bzero(login, len);
	return r;
}

static ssize_t pvio_write(MARIADB_PVIO *pvio, const uchar *buf, size_t len)
{
	struct transport *t = pvio->data;
	int r;

	if (!is_usable(t))
		return -1;
	/* The good-bye: it fits into the socket, or is not worth waiting for. */
	if (t->quiet)
		return send(t->fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (t->wants_tls)
		r = write_login(t, pvio->mysql, buf, len);
	else if (t->tls)
		r = tls_write(t->tls, buf, len, t->writing, &t->failure);
	else
		r = socket_write(t->fd, buf, len, t->writing, &t->failure);
	if (r < 0)
		return -1;
	t->written_bytes += len;
	return (ssize_t)len;
}

static my_bool pvio_connect(MARIADB_PVIO *pvio, MA_PVIO_CINFO *cinfo)
{
	struct transport *t = next_transport;

	next_transport = NULL;
	if (!t)
		return 1;
	pvio->data = t;
	pvio->mysql = cinfo->mysql;
	/* Without one it asks for every piece of a packet, which pvio_read() has at hand. */
	free(pvio->cache);
	pvio->cache = NULL;
	/* What is not TCP counts as safe for a password. */
	pvio->type = t->local ? PVIO_TYPE_UNIXSOCKET : PVIO_TYPE_SOCKET;
	return 0;
}

static my_bool pvio_close(MARIADB_PVIO *pvio)
{
	/* The descriptor is closed by transport_release(). */
	pvio->data = NULL;
	return 0;
}

static my_bool pvio_get_handle(MARIADB_PVIO *pvio, void *handle)
{
	const struct transport *t = pvio->data;

	if (!t)
		return 1;
	memcpy(handle, &t->fd, sizeof(t->fd));
	return 0;
}

static my_bool pvio_set_timeout(MARIADB_PVIO *pvio UNUSED, enum enum_pvio_timeout type UNUSED,
				int timeout UNUSED)
{
	return 0; /* the task's deadline holds */
}

static int pvio_get_timeout(MARIADB_PVIO *pvio UNUSED, enum enum_pvio_timeout type UNUSED)
{
	return 0;
}

static int pvio_wait(MARIADB_PVIO *pvio, my_bool is_read, int timeout UNUSED)
{
	struct transport *t = pvio->data;

	if ((is_read && t->ahead) || !is_usable(t) || t->quiet)
		return is_read && t->ahead ? 1 : -1;
	return wait_fd(t->fd, is_read ? POLLIN : POLLOUT, is_read ? t->reading : t->writing, NULL,
		       &t->failure) < 0
		       ? -1
		       : 1;
}

static int pvio_blocking(MARIADB_PVIO *pvio UNUSED, my_bool value UNUSED, my_bool *old_value)
{
	if (old_value)
		*old_value = 0;
	return 0;
}

static int pvio_nothing(MARIADB_PVIO *pvio UNUSED)
{
	return 0;
}

static my_bool pvio_is_blocking(MARIADB_PVIO *pvio UNUSED)
{
	return 0;
}

static my_bool pvio_is_alive(MARIADB_PVIO *pvio)
{
	const struct transport *t = pvio->data;

	return t && !t->failure.class;
}

static struct st_ma_pvio_methods methods = {
	.set_timeout = pvio_set_timeout,
	.get_timeout = pvio_get_timeout,
	.read = pvio_read,
	.async_read = pvio_read,
	.write = pvio_write,
	.async_write = pvio_write,
	.wait_io_or_timeout = pvio_wait,
	.blocking = pvio_blocking,
	.connect = pvio_connect,
	.close = pvio_close,
	.fast_send = pvio_nothing,
	.keepalive = pvio_nothing,
	.get_handle = pvio_get_handle,
	.is_blocking = pvio_is_blocking,
	.is_alive = pvio_is_alive,
	.shutdown = pvio_nothing,
};

int transport_install(struct transport *t, const struct mysql_library *lib, MYSQL *mysql,
		      struct error *err)
{
	struct pvio_plugin *plugin =
		(struct pvio_plugin *)lib->client_find_plugin(mysql, "pvio_socket", PVIO_PLUGIN);

	if (!plugin || plugin->interface_version != PVIO_PLUGIN_VERSION)
		return error_set(err, ERR_FAILED, "cannot connect to '%s': libmariadb has no "
				 "plugin 'pvio_socket' of version 1", t->label);
	/* One table for the whole program: nobody else connects through this library. */
	plugin->methods = &methods;
	next_transport = t;
	return 0;
}
