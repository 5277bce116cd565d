/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/variables.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *text_kept(struct arena *a, const char *text)
{
	return text && *text ? arena_strdup(a, text) : "";
}

/* MariaDB 12 knows more ways to be read only than ON: everything but OFF closes. */
static int switch_of(const char *text)
{
	return strcasecmp(text, "OFF") != 0 && strcmp(text, "0") != 0 &&
	       strcasecmp(text, "NO") != 0 && *text;
}

static void set_semisync(struct semisync *s, const char *name, const char *value)
{
	if (strstr(name, "_wait_for_"))
		s->wait_for = number_parse(value);
	else if (strstr(name, "_timeout"))
		s->timeout_ms = number_parse(value);
	else if (strstr(name, "_clients"))
		s->clients = number_parse(value);
	else if (strstr(name, "_wait_sessions"))
		s->waiting = number_parse(value);
	else if (strstr(name, "_slave_enabled") || strstr(name, "_replica_enabled"))
		s->replica_enabled = switch_of(value);
	else if (strstr(name, "_slave_status") || strstr(name, "_replica_status"))
		s->replica_active = switch_of(value);
	else if (strstr(name, "_enabled"))
		s->source_enabled = switch_of(value);
	else if (strstr(name, "_status"))
		s->source_active = switch_of(value);
}

static bool set_switch(struct instance *i, const char *name, const char *value)
{
	const struct {
		const char *name;
		int *to;
	} switches[] = {
		{ "read_only", &i->read_only },
		{ "super_read_only", &i->super_read_only },
		{ "offline_mode", &i->offline },
		{ "log_bin", &i->log_bin },
		{ "log_slave_updates", &i->log_updates },
		{ "log_replica_updates", &i->log_updates },
		{ "gtid_strict_mode", &i->gtid_strict },
	};

	for (size_t n = 0; n < ARRAY_SIZE(switches); n++) {
		if (strcasecmp(switches[n].name, name) != 0)
			continue;
		*switches[n].to = switch_of(value);
		return true;
	}
	return false;
}

static bool set_number(struct instance *i, const char *name, const char *value)
{
	const struct {
		const char *name;
		int64_t *to;
	} numbers[] = {
		{ "server_id", &i->server_id },
		{ "sync_binlog", &i->sync_binlog },
		{ "innodb_flush_log_at_trx_commit", &i->flush_log },
		{ "max_allowed_packet", &i->max_packet },
		{ "max_connections", &i->max_connections },
		{ "Uptime", &i->uptime },
		{ "Threads_connected", &i->connections },
		{ "Threads_running", &i->running },
	};

	for (size_t n = 0; n < ARRAY_SIZE(numbers); n++) {
		if (strcasecmp(numbers[n].name, name) != 0)
			continue;
		*numbers[n].to = number_parse(value);
		return true;
	}
	if (strcasecmp(name, "relay_log_recovery") == 0)
		i->relay_log_recovery = switch_of(value);
	else if (strcasecmp(name, "binlog_expire_logs_seconds") == 0)
		i->expire.seconds = number_parse(value);
	else if (strcasecmp(name, "expire_logs_days") == 0)
		i->expire.days = strtod(value, NULL);
	else if (strcasecmp(name, "binlog_expire_logs_auto_purge") == 0)
		i->expire.off = !switch_of(value);
	return false;
}

static void set_text(struct instance *i, struct arena *a, const char *name, const char *value)
{
	int64_t port;

	if (strcasecmp(name, "server_uuid") == 0)
		i->uuid = text_kept(a, value);
	else if (strcasecmp(name, "hostname") == 0)
		i->hostname = text_kept(a, value);
	else if (strcasecmp(name, "report_host") == 0)
		i->report_host = text_kept(a, value);
	else if (strcasecmp(name, "binlog_format") == 0)
		i->binlog_format = text_kept(a, value);
	else if (strcasecmp(name, "port") == 0) {
		port = number_parse(value);
		i->own_port = port > 0 && port < 65536 ? (unsigned)port : 0;
	} else if (strcasecmp(name, "gtid_mode") == 0) {
		i->gtid_mode = text_kept(a, value);
		i->gtid_on = strcasecmp(value, "ON") == 0;
	}
}

void variables_take(struct instance *i, struct arena *a, const struct result *res)
{
	for (size_t n = 0; n < result_rows(res); n++) {
		const char *name = result_cell(res, n, 0, NULL);
		const char *value = result_cell(res, n, 1, NULL);

		if (!name || !value)
			continue;
		if (strncasecmp(name, "rpl_semi_sync_", 14) == 0)
			set_semisync(&i->semisync, name, value);
		else if (!set_switch(i, name, value) && !set_number(i, name, value))
			set_text(i, a, name, value);
	}
}
