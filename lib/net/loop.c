/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"

/* ---- timers: a binary heap ------------------------------------------------------------------- */

static void place(struct loop *loop, size_t i, struct task *t)
{
	loop->timers[i] = t;
	t->timer = i;
}

static void sift_up(struct loop *loop, size_t i)
{
	struct task *t = loop->timers[i];

	while (i > 0 && loop->timers[(i - 1) / 2]->wake > t->wake) {
		place(loop, i, loop->timers[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(loop, i, t);
}

static void sift_down(struct loop *loop, size_t i)
{
	struct task *t = loop->timers[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < loop->timer_count &&
		    loop->timers[child + 1]->wake < loop->timers[child]->wake)
			child++;
		if (child >= loop->timer_count || loop->timers[child]->wake >= t->wake)
			break;
		place(loop, i, loop->timers[child]);
		i = child;
	}
	place(loop, i, t);
}

void loop_add_timer(struct task *t, int64_t when)
{
	struct loop *loop = t->loop;

	t->wake = when;
	ALLOC_GROW(loop->timers, loop->timer_count + 1, loop->timer_alloc);
	place(loop, loop->timer_count++, t);
	sift_up(loop, t->timer);
}

void loop_remove_timer(struct task *t)
{
	struct loop *loop = t->loop;
	size_t i = t->timer;
	struct task *last;

	if (i == TIMER_NONE)
		return;
	t->timer = TIMER_NONE;
	last = loop->timers[--loop->timer_count];
	if (last == t)
		return;
	place(loop, i, last);
	sift_up(loop, i);
	sift_down(loop, last->timer);
}

static void fire_timers(struct loop *loop)
{
	int64_t now;

	if (!loop->timer_count)
		return;
	now = clock_ms();
	while (loop->timer_count && loop->timers[0]->wake <= now) {
		struct task *t = loop->timers[0];

		loop_remove_timer(t);
		task_make_ready(t);
	}
}

/* ---- descriptors ----------------------------------------------------------------------------- */

/*
 * Each descriptor is registered for one event at a time. When it came, epoll forgets the wish and
 * keeps the descriptor, so that the next wait costs one call, and a closed descriptor none.
 */
static int arm(struct loop *loop, int fd, struct watch *watch)
{
	struct epoll_event event = { .events = EPOLLONESHOT, .data = { .fd = fd } };
	int op = watch->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	for (const struct waiter *w = watch->waiters; w; w = w->next)
		event.events |= (unsigned short)w->events;
	if (epoll_ctl(loop->epoll, op, fd, &event) < 0) {
		/* Closed and opened anew since, or registered by a number that was closed. */
		op = op == EPOLL_CTL_MOD ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
		if ((errno != ENOENT && errno != EEXIST) ||
		    epoll_ctl(loop->epoll, op, fd, &event) < 0) {
			watch->registered = false;
			return -errno;
		}
	}
	watch->registered = true;
	return 0;
}

static void disarm(struct loop *loop, int fd, struct watch *watch)
{
	/* Without a wish epoll would still report errors; so it is taken out. */
	if (watch->registered)
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
	watch->registered = false;
}

void loop_add_waiter(struct loop *loop, struct waiter *w)
{
	size_t need = (size_t)w->fd + 1;
	struct watch *watch;
	int r;

	if (w->fd < 0)
		return;
	ALLOC_GROW(loop->watches, need, loop->watch_alloc);
	if (loop->watch_count < need) {
		memset(loop->watches + loop->watch_count, 0,
		       (need - loop->watch_count) * sizeof(*loop->watches));
		loop->watch_count = need;
	}
	watch = &loop->watches[w->fd];
	w->next = watch->waiters;
	watch->waiters = w;
	r = arm(loop, w->fd, watch);
	if (r < 0) /* EPERM: a regular file, always ready */
		w->revents = r == -EPERM ? (short)(w->events & (POLLIN | POLLOUT)) : POLLNVAL;
}

void loop_remove_waiter(struct loop *loop, struct waiter *w)
{
	struct watch *watch;
	struct waiter **p;

	if (w->fd < 0)
		return;
	watch = &loop->watches[w->fd];
	for (p = &watch->waiters; *p != w; p = &(*p)->next)
		;
	*p = w->next;
	if (watch->waiters)
		arm(loop, w->fd, watch);
	else if (!w->revents)
		disarm(loop, w->fd, watch);
}

static void deliver(struct loop *loop, int fd, uint32_t events)
{
	struct watch *watch = &loop->watches[fd];
	bool left = false;

	for (struct waiter *w = watch->waiters; w; w = w->next) {
		w->revents = (short)(events & ((unsigned short)w->events | (POLLERR | POLLHUP)));
		if (w->revents)
			task_make_ready(w->task);
		else
			left = true;
	}
	if (left)
		arm(loop, fd, watch);
}

/* ---- signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t caught;
static int signal_fd = -1;

static void on_signal(int number)
{
	int saved = errno;
	uint64_t one = 1;

	caught = number;
	/* It cannot fail, and nothing could be done here if it did. */
	if (write(signal_fd, &one, sizeof(one)) < 0)
		errno = saved;
	errno = saved;
}

static void set_signals(struct sigaction old[2], bool restore)
{
	static const int numbers[] = { SIGINT, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = (int)(SA_RESETHAND | (unsigned)SA_RESTART) };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (restore) {
			sigaction(numbers[i], &old[i], NULL);
			continue;
		}
		sigaction(numbers[i], NULL, &old[i]);
		/* Ignored ones stay so: nohup, or a shell's background job. */
		if (old[i].sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

void loop_catch_signals(struct loop *loop)
{
	loop->catches_signals = true;
}

int loop_signal(void)
{
	return caught;
}

void loop_cancel_all(struct loop *loop)
{
	loop->cancelled = true;
	for (struct task *t = loop->tasks; t; t = t->next_task)
		task_cancel(t);
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* One for each connection: shells give 1024, the kernel far more to whoever asks. */
static void allow_descriptors(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= LIMIT_DESCRIPTORS)
		return;
	files.rlim_cur = files.rlim_max < LIMIT_DESCRIPTORS ? files.rlim_max : LIMIT_DESCRIPTORS;
	/* If not, opening the one too many says so. */
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

struct loop *loop_new(void)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));

	allow_descriptors();
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		memory_exhausted(); /* or descriptors: the program cannot do anything then */
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (size_t i = 0; i < loop->stack_count; i++)
		fiber_release(&loop->stacks[i]);
	free(loop->stacks);
	free(loop->timers);
	free(loop->watches);
	close(loop->epoll);
	free(loop);
}

void cleanup_loop_fn(struct loop **loop)
{
	loop_free(*loop);
}

/* Milliseconds until something is due, -1 for ever. */
static int patience(const struct loop *loop)
{
	int64_t left;

	if (loop->ready.first)
		return 0;
	if (!loop->timer_count)
		return -1;
	left = loop->timers[0]->wake - clock_ms();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void look_at_events(struct loop *loop)
{
	struct epoll_event events[64];
	int n = epoll_wait(loop->epoll, events, (int)ARRAY_SIZE(events), patience(loop));

	for (int i = 0; i < n; i++) {
		int fd = events[i].data.fd;
		uint64_t count;

		if (fd != signal_fd) {
			deliver(loop, fd, events[i].events);
			continue;
		}
		if (read(fd, &count, sizeof(count)) > 0)
			loop_cancel_all(loop);
	}
}

void loop_run(struct loop *loop)
{
	struct sigaction old[2];

	if (loop->catches_signals) {
		struct epoll_event event = { .events = EPOLLIN };

		signal_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		event.data.fd = signal_fd;
		if (signal_fd < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, signal_fd, &event) < 0)
			memory_exhausted();
		set_signals(old, false);
	}
	loop_run_ready(loop);
	while (loop->tasks) {
		look_at_events(loop);
		fire_timers(loop);
		loop_run_ready(loop);
	}
	if (loop->catches_signals) {
		set_signals(old, true);
		close(signal_fd);
		signal_fd = -1;
	}
}
