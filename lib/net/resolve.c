/* SPDX-License-Identifier: Apache-2.0 */
#include "net/resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "net/task.h"

#define THREAD_STACK ((size_t)256 << 10)

/* One name that is being looked up; freed by the last of the tasks and the thread. */
struct lookup {
	struct lookup *next; /* in the list of all */
	char *host;
	unsigned users;
	bool started, done;
	int event; /* readable for ever once it is done */
	int failure;
	struct addrinfo *list;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct lookup *lookups;
static unsigned threads;

/* With the lock held. */
static void drop(struct lookup *l)
{
	struct lookup **p;

	if (--l->users)
		return;
	for (p = &lookups; *p != l; p = &(*p)->next)
		;
	*p = l->next;
	if (l->list)
		freeaddrinfo(l->list);
	close(l->event);
	free(l->host);
	free(l);
}

/* The oldest that nobody works on; those that were given up are gone from the list. */
static struct lookup *next_lookup(void)
{
	struct lookup *oldest = NULL;

	for (struct lookup *l = lookups; l; l = l->next)
		if (!l->started)
			oldest = l;
	return oldest;
}

static void look_up(struct lookup *l)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					       .ai_flags = AI_ADDRCONFIG };
	static const struct addrinfo all = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	uint64_t one = 1;
	int failure = getaddrinfo(l->host, NULL, &hints, &list);

	/* AI_ADDRCONFIG leaves out loopback addresses where there are no others. */
	if (failure == EAI_NONAME || failure == EAI_ADDRFAMILY)
		failure = getaddrinfo(l->host, NULL, &all, &list);
	pthread_mutex_lock(&lock);
	l->failure = failure;
	l->list = failure ? NULL : list;
	l->done = true;
	if (write(l->event, &one, sizeof(one)) < 0)
		l->failure = EAI_SYSTEM; /* cannot happen: the counter is empty */
}

static void *run(void *unused)
{
	struct lookup *l;

	pthread_mutex_lock(&lock);
	while ((l = next_lookup())) {
		l->started = true;
		l->users++;
		pthread_mutex_unlock(&lock);
		look_up(l);
		drop(l);
	}
	threads--;
	pthread_mutex_unlock(&lock);
	return unused;
}

/* With the lock held. Signals are for the thread with the loop. */
static bool start_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int r;

	if (threads >= LIMIT_RESOLVER_THREADS)
		return true; /* one of them will come to it */
	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	r = pthread_create(&thread, &attr, run, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	if (r == 0)
		threads++;
	return threads > 0;
}

static struct lookup *begin(const char *host)
{
	struct lookup *l;

	pthread_mutex_lock(&lock);
	for (l = lookups; l; l = l->next)
		if (strcmp(l->host, host) == 0)
			break;
	if (l) {
		l->users++;
	} else {
		l = xcalloc(1, sizeof(*l));
		l->host = xstrdup(host);
		l->users = 1;
		l->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		l->next = lookups;
		lookups = l;
		if (l->event < 0 || !start_thread()) {
			drop(l);
			l = NULL;
		}
	}
	pthread_mutex_unlock(&lock);
	return l;
}

static void add(struct addresses *ret, const struct addrinfo *info, unsigned port)
{
	struct address *a = &ret->v[ret->len];

	if (ret->len >= ARRAY_SIZE(ret->v) || info->ai_addrlen > sizeof(a->storage))
		return;
	memcpy(&a->storage, info->ai_addr, info->ai_addrlen);
	a->len = info->ai_addrlen;
	if (info->ai_family == AF_INET6)
		((struct sockaddr_in6 *)&a->storage)->sin6_port = htons((uint16_t)port);
	else
		((struct sockaddr_in *)&a->storage)->sin_port = htons((uint16_t)port);
	ret->len++;
}

static const struct addrinfo *of_family(const struct addrinfo *info, int family)
{
	while (info && info->ai_family != family)
		info = info->ai_next;
	return info;
}

/* The families by turns, beginning with the first that came: RFC 8305, section 4. */
static void take_turns(struct addresses *ret, const struct addrinfo *list, unsigned port)
{
	bool six_first = list && list->ai_family == AF_INET6;
	const struct addrinfo *a = of_family(list, six_first ? AF_INET6 : AF_INET);
	const struct addrinfo *b = of_family(list, six_first ? AF_INET : AF_INET6);

	ret->len = 0;
	while (a || b) {
		if (a) {
			add(ret, a, port);
			a = of_family(a->ai_next, a->ai_family);
		}
		if (b) {
			add(ret, b, port);
			b = of_family(b->ai_next, b->ai_family);
		}
	}
}

static int fail(const char *host, int failure, struct error *err)
{
	if (failure == EAI_NONAME || failure == EAI_NODATA || failure == EAI_ADDRFAMILY) {
		error_set(err, ERR_NOT_FOUND, "no host is called '%s'", host);
		error_hint(err, "check the name: getent hosts '%s'", host);
	} else {
		error_set(err, ERR_IO, "cannot look up host '%s': %s", host, gai_strerror(failure));
		error_hint(err, "check the name servers in /etc/resolv.conf, or give an address");
	}
	return -err->class;
}

bool resolve_address(const char *host, unsigned port, struct addresses *ret)
{
	static const struct addrinfo numeric = { .ai_socktype = SOCK_STREAM,
						 .ai_flags = AI_NUMERICHOST };
	struct addrinfo *list = NULL;

	if (getaddrinfo(host, NULL, &numeric, &list) != 0)
		return false;
	take_turns(ret, list, port);
	freeaddrinfo(list);
	return true;
}

int resolve_host(const char *host, unsigned port, struct addresses *ret, struct error *err)
{
	cleanup_free char *what = NULL;
	struct lookup *l;
	int r;

	if (resolve_address(host, port, ret))
		return 0;
	l = begin(host);
	if (!l)
		return error_set(err, ERR_IO, "cannot look up host '%s': no thread can be started",
				 host);
	what = xasprintf("looking up host '%s'", host);
	r = wait_fd(l->event, POLLIN, what, NULL, err);
	pthread_mutex_lock(&lock);
	if (r == 0 && l->failure)
		r = fail(host, l->failure, err);
	else if (r == 0)
		take_turns(ret, l->list, port);
	drop(l);
	pthread_mutex_unlock(&lock);
	return r;
}
