/* SPDX-License-Identifier: Apache-2.0 */
/* The first process of a pod: holds its namespaces, and reaps its orphans. */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void reap(int sig)
{
	(void)sig;
	while (waitpid(-1, 0, WNOHANG) > 0)
		;
}

static void stop(int sig)
{
	(void)sig;
	_exit(0);
}

int main(void)
{
	signal(SIGCHLD, reap);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	for (;;)
		pause();
}
