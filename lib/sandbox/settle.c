/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/settle.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/task.h"
#include "sandbox/sql.h"

#define SETTLE_TIME 10000 /* milliseconds for receivers to find their sources */
#define SETTLE_INTERVAL 20

/* True when nothing that this instance is to do is still on its way. */
static int is_settled(const struct sandbox *s, size_t i, struct connection *on, bool *ret,
		      struct error *err)
{
	cleanup_free char *clients = NULL, *status = NULL;
	unsigned long followers = 0;
	bool connecting = false;
	int r = sql_receivers_connect(on, &connecting, err);

	*ret = !connecting;
	for (size_t k = 0; k < s->count; k++)
		followers += sandbox_source(s, k) == &s->instances[i];
	if (r < 0 || !s->semi_sync || !followers)
		return r;
	r = sql_semi_sync(on, "clients", &clients, err);
	if (r == 0)
		r = sql_semi_sync(on, "status", &status, err);
	if (r == 0 && clients && status)
		*ret &= strtoul(clients, NULL, 10) >= followers && !strcmp(status, "ON");
	return r;
}

int settle_instance(const struct sandbox *s, size_t i, struct error *err)
{
	int64_t end = clock_ms() + SETTLE_TIME;
	cleanup_connection struct connection *on = NULL;
	bool settled = false;
	int r = sql_open(s, &s->instances[i], &on, err);

	while (r == 0 && clock_ms() < end) {
		r = is_settled(s, i, on, &settled, err);
		if (r < 0 || settled)
			break;
		r = wait_until(clock_ms() + SETTLE_INTERVAL, err);
	}
	return r;
}
