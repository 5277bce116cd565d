/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/status_text.h"

#include "topology/rules.h"

#include <string.h>

static void add_label(struct strbuf *out, const char *name, const char *value, bool first)
{
	strbuf_addf(out, "%s%s=\"", first ? "" : ",", name);
	for (; *value; value++) {
		if (*value == '\n') {
			strbuf_addstr(out, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *value);
	}
	strbuf_addch(out, '"');
}

static void head(struct strbuf *out, const char *name, const char *help)
{
	strbuf_addf(out, "# HELP kubectl_mysql_%s %s\n# TYPE kubectl_mysql_%s gauge\n", name, help,
		    name);
}

static void begin(struct strbuf *out, const char *name, const struct topology *t,
		  const struct instance *i)
{
	strbuf_addf(out, "kubectl_mysql_%s{", name);
	add_label(out, "cluster", t->name, true);
	if (i)
		add_label(out, "instance", i->name, false);
}

static void end(struct strbuf *out, double value)
{
	strbuf_addf(out, "} %.15g\n", value);
}

typedef double instance_value(const struct instance *i);

/* Negative: nothing is printed. */
static double value_up(const struct instance *i)
{
	return i->reach == REACH_OK;
}

static double value_writable(const struct instance *i)
{
	return i->reach == REACH_OK ? i->writable : -1;
}

static double value_uptime(const struct instance *i)
{
	return (double)i->uptime;
}

static double value_errant(const struct instance *i)
{
	return i->errant_known ? (double)gtid_set_count(&i->errant) : -1;
}

static void each_instance(struct strbuf *out, const struct topology *t, const char *name,
			  const char *help, instance_value *value)
{
	head(out, name, help);
	for (size_t n = 0; n < t->len; n++) {
		double v = value(t->items[n]);

		if (v < 0)
			continue;
		begin(out, name, t, t->items[n]);
		end(out, v);
	}
}

typedef double link_value(const struct link *l);

static double value_lag(const struct link *l)
{
	return l->lag.seconds;
}

static double value_lag_error(const struct link *l)
{
	return l->lag.seconds < 0 ? -1 : l->lag.error;
}

static double value_transactions(const struct link *l)
{
	return (double)l->lag.transactions;
}

static double value_bytes(const struct link *l)
{
	return (double)l->lag.bytes;
}

static double value_contact(const struct link *l)
{
	return l->lag.last_contact;
}

static double value_receiver(const struct link *l)
{
	return l->status->receiver.state == THREAD_RUNNING;
}

static double value_applier(const struct link *l)
{
	return l->status->applier.state == THREAD_RUNNING;
}

static void each_channel(struct strbuf *out, const struct topology *t, const char *name,
			 const char *help, link_value *value)
{
	head(out, name, help);
	for (size_t n = 0; n < t->len; n++) {
		const struct instance *i = t->items[n];

		for (size_t j = 0; j < i->channels.len; j++) {
			double v = value(&i->links[j]);

			if (!link_follows(&i->links[j]) || v < 0)
				continue;
			begin(out, name, t, i);
			add_label(out, "channel", i->links[j].status->name, false);
			end(out, v);
		}
	}
}

void status_print_prometheus(const struct topology *t, const struct diagnosis *d,
			     struct strbuf *out)
{
	head(out, "verdict", "0 ok, 3 degraded, 4 critical, 5 unknown");
	begin(out, "verdict", t, NULL);
	add_label(out, "code", d->verdict.code, false);
	end(out, error_exit_code(level_class(d->verdict.level)));
	head(out, "partial", "1 when something could not be read");
	begin(out, "partial", t, NULL);
	end(out, t->partial);
	each_instance(out, t, "up", "1 when the instance could be read", value_up);
	each_instance(out, t, "writable", "1 when it takes writes", value_writable);
	each_instance(out, t, "uptime_seconds", "since the server started", value_uptime);
	each_instance(out, t, "errant_transactions", "that none of its sources has", value_errant);
	each_channel(out, t, "receiver_running", "1 when the receiver runs", value_receiver);
	each_channel(out, t, "applier_running", "1 when the applier runs", value_applier);
	each_channel(out, t, "lag_seconds", "age of the oldest transaction not visible", value_lag);
	each_channel(out, t, "lag_error_seconds", "how wrong lag_seconds may be", value_lag_error);
	each_channel(out, t, "lag_transactions", "that the source has and it has not",
		     value_transactions);
	each_channel(out, t, "lag_bytes", "of binlog not applied", value_bytes);
	each_channel(out, t, "last_contact_seconds", "since the source was last heard",
		     value_contact);
	head(out, "finding", "1 for each finding");
	for (size_t j = 0; j < d->len; j++) {
		begin(out, "finding", t, d->items[j].instance);
		add_label(out, "code", d->items[j].rule->code, false);
		add_label(out, "severity", weight_name(d->items[j].rule->weight), false);
		if (d->items[j].link)
			add_label(out, "channel", d->items[j].link->status->name, false);
		end(out, 1);
	}
}
