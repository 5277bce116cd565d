/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/describe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/memory.h"
#include "sandbox/config.h"
#include "sandbox/group.h"
#include "sandbox/process.h"
#include "sandbox/store.h"

#define SOCKET_PATH_MAX 100 /* of sockaddr_un's 108, less what MySQL appends for its lock file */
#define ADDRESS_TRIES 50

static bool is_free(const char *host, unsigned port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	cleanup_close int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return fd >= 0 && inet_pton(AF_INET, host, &a.sin_addr) == 1 &&
	       bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
}

/*
 * An address for each instance, 127.A.B.1 and on, so that all have MySQL's own port; another port
 * where something already listens on that of all addresses. Members of a group get ports of the one
 * address that an interface has: the plugin takes no other.
 */
static int choose_addresses(struct sandbox *s, struct error *err)
{
	bool group = s->shape == SANDBOX_GROUP;
	unsigned port = 3306;
	uint8_t r[4];

	for (int try = 0; try < ADDRESS_TRIES; try++) {
		bool all = true;

		if (random_bytes(r, sizeof(r), err) < 0)
			return -ERR_FAILED;
		if (try > 0 || group)
			port = 20000 + (unsigned)(r[2] << 8 | r[3]) % 12000;
		for (size_t i = 0; i < s->count && all; i++) {
			free(s->instances[i].host);
			s->instances[i].host =
				group ? xstrdup("127.0.0.1")
				      : xasprintf("127.%u.%u.%zu", 1 + r[0] % 250, r[1], i + 1);
			s->instances[i].port = group ? port + (unsigned)i : port;
			all = is_free(s->instances[i].host, s->instances[i].port);
		}
		if (all)
			return 0;
	}
	return error_set(err, ERR_FAILED, "no free port on the loopback addresses 127.0.0.0/8");
}

static int choose_sockets(struct sandbox *s, struct error *err)
{
	struct process_user user = process_user();
	const char *tmp = "/tmp/kubectl-mysql.XXXXXX";
	size_t longest = strlen(s->folder) + strlen(s->name) + sizeof("/-999/mysqld.sock");

	if (longest > SOCKET_PATH_MAX) {
		s->socket_folder = xstrdup(tmp);
		if (!mkdtemp(s->socket_folder) || chmod(s->socket_folder, 0755) < 0 ||
		    (user.change && chown(s->socket_folder, user.uid, user.gid) < 0))
			return error_set_errno(err, errno, "cannot make the folder '%s' for sockets",
					       s->socket_folder);
	}
	for (size_t i = 0; i < s->count; i++)
		s->instances[i].socket =
			s->socket_folder
				? xasprintf("%s/%s.sock", s->socket_folder, s->instances[i].name)
				: xasprintf("%s/mysqld.sock", s->instances[i].folder);
	return 0;
}

int sandbox_describe(const struct sandbox_up_options *o, const struct server_program *p,
		     struct sandbox **ret, struct error *err)
{
	cleanup_sandbox struct sandbox *s = xcalloc(1, sizeof(*s));
	int r;

	s->name = xstrdup(o->name);
	s->folder = store_folder(o->name);
	s->mariadb = p->mariadb;
	s->version = xstrdup(p->version);
	s->server_root = p->root ? xstrdup(p->root) : NULL;
	s->user = xstrdup("root");
	s->replication_user = xstrdup("replication");
	s->shape = o->shape;
	s->semi_sync = o->semi_sync;
	s->gtid = o->gtid;
	s->delay = o->delay;
	s->tls_ca = o->tls ? xasprintf("%s/ca.pem", s->folder) : NULL;
	s->count = o->replicas + 1;
	s->instances = xcalloc(s->count, sizeof(*s->instances));
	for (size_t i = 0; i < s->count; i++) {
		s->instances[i].name = xasprintf("%s-%zu", s->name, i);
		s->instances[i].folder = xasprintf("%s/%s", s->folder, s->instances[i].name);
		s->instances[i].server_id = 100 + (unsigned)i;
	}
	r = s->shape == SANDBOX_GROUP ? group_new_name(&s->group_name, err) : 0;
	if (r == 0)
		r = config_password(&s->password, err);
	if (r == 0)
		r = config_password(&s->replication_password, err);
	if (r == 0)
		r = choose_addresses(s, err);
	if (r == 0)
		r = choose_sockets(s, err);
	if (r == 0)
		*ret = TAKE_PTR(s);
	return r;
}
