/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/failures.h"

#include <string.h>

/* In order: rows with a text before those without, the general ones last. */
static const struct failure failures[] = {
	/* What the source answers to the request for its binlog comes as 13114 (MySQL), 1236. */
	{ true, { 13114, 1236 }, "purged", "binlog-purged",
	  "needs binlog files that its source has purged" },
	{ true, { 13114, 1236 }, "has more GTIDs", "source-behind",
	  "has transactions that its source has not" },
	{ true, { 13114, 1236 }, "diverged", "source-behind",
	  "has transactions that its source has not" },
	{ true, { 13114, 1236 }, "is not in the master's binlog", "source-behind",
	  "stands at a transaction that its source does not have" },
	{ true, { 13114, 1236 }, "max_allowed_packet", "packet-too-large",
	  "was sent an event that is larger than max_allowed_packet" },
	{ true, { 13114, 1236 }, "first log file", "position-missing",
	  "asks for a binlog file that its source does not have" },
	{ true, { 13114, 1236 }, "impossible position", "position-missing",
	  "asks for a binlog position that its source does not have" },
	{ true, { 13114, 1236 }, "same server_uuid", "replicas-clash",
	  "is thrown out by another replica with its identity" },
	{ true, { 13114, 1236 }, "server_uuid/server_id", "replicas-clash",
	  "is thrown out by another replica with its identity" },
	{ true, { 13114, 1236 }, "crc check", "binlog-checksum",
	  "waits for an event that has a wrong checksum in its source's binlog" },
	{ true, { 13114, 1236 }, NULL, "source-refused", "is refused the binlog by its source" },
	{ true, { 13117, 1593 }, "UUID", "own-uuid", "has the same server UUID as its source" },
	{ true, { 13117, 1593 }, "server ids", "own-server-id",
	  "has the same server id as its source" },
	{ true, { 13117, 1593 }, "GTID_MODE", "gtid-mode",
	  "does not agree with its source about GTIDs" },
	{ true, { 13117, 1593 }, NULL, "receiver-error", "stopped receiving" },
	/* COM_REGISTER_REPLICA fails so. */
	{ true, { 13120, 1597 }, "Access denied", "receiver-denied",
	  "may not read the binlog of its source" },
	{ true, { 1045, 1130, 1142, 1227, 1698, 2061, 3159, 1862, 1251 }, NULL, "receiver-denied",
	  "cannot log in to its source" },
	{ true, { 1040, 1129, 1203, 1226 }, NULL, "source-full",
	  "gets no connection from its source, which has too many" },
	{ true, { 2002, 2003, 2005, 2006, 2013, 2026 }, NULL, "receiver-connecting",
	  "cannot reach its source" },
	{ true, { 13125, 1153, 1301 }, NULL, "packet-too-large",
	  "was sent an event that is larger than it takes" },
	{ true, { 13115, 1743 }, NULL, "binlog-checksum",
	  "was sent an event with a wrong checksum" },
	/* After any reason not to take an event; of which one, only the error log tells. */
	{ true, { 13122, 1595 }, "could not queue event", "relay-log-write",
	  "could not take in an event: its checksum is wrong, or the relay log cannot be written" },
	{ true, { 13122, 1595, 13133, 1021, 1026, 28 }, NULL, "relay-log-write",
	  "cannot write its relay log" },
	{ true, { 13148, 13149, 13150, 1776, 1777, 1778, 1789, 1951 }, NULL, "gtid-mode",
	  "does not agree with its source about GTIDs" },
	{ true, { 1947, 1948 }, NULL, "replica-position",
	  "has a replica position that contradicts its own binlog" },
	{ true, { 0 }, NULL, "receiver-error", "stopped receiving" },

	{ false, { 1062 }, NULL, "applier-duplicate", ": a row is there already" },
	{ false, { 1032 }, NULL, "applier-row-missing",
	  ": a row that was changed is not there" },
	{ false, { 1677, 13146, 1054, 1146, 1050, 1049, 1091, 1060, 1061, 1007, 1008, 1051 }, NULL,
	  "applier-schema", ": its schema is another" },
	{ false, { 1205, 1213, 3572 }, NULL, "applier-locks",
	  ": others held the locks" },
	{ false, { 1197, 1114, 1153 }, NULL, "applier-limits",
	  ": a limit is too small" },
	{ false, { 1396, 1227, 1449, 1142, 1045 }, NULL, "applier-account",
	  ": an account or a right is missing" },
	{ false, { 1452, 1451, 1216, 1217 }, NULL, "applier-foreign-key",
	  ": the other row of a foreign key is not there" },
	{ false, { 13119, 1590 }, NULL, "applier-incident",
	  ": the source reports lost events" },
	{ false, { 13121, 1594 }, NULL, "relay-log-corrupt",
	  ": its relay log cannot be read" },
	{ false, { 13123, 13124, 1201, 1872 }, NULL, "applier-metadata",
	  ": its replication metadata cannot be used" },
	{ false, { 1802, 1756 }, NULL, "applier-gaps",
	  " with gaps between what its workers did" },
	{ false, { 1950 }, NULL, "gtid-order",
	  ": a transaction number was used already" },
	{ false, { 1021, 1026, 28, 3 }, NULL, "disk-full", ": its disk is full" },
	{ false, { 0 }, NULL, "applier-error", "" },
};

static bool matches(const struct failure *f, const struct replica_thread *t)
{
	if (f->text && !strstr(t->text, f->text))
		return false;
	for (size_t i = 0; f->numbers[i]; i++)
		if (f->numbers[i] == t->error)
			return true;
	return f->numbers[0] == 0;
}

const struct failure *failure_find(const struct replica_thread *t, bool receiver)
{
	const struct failure *f = failures;

	while (f->receiver != receiver || !matches(f, t))
		f++;
	return f;
}

const char *failure_table(const char *text, size_t *ret_len)
{
	static const char mark[] = " on table ";
	const char *at = strstr(text, mark);

	if (!at)
		return NULL;
	at += strlen(mark);
	*ret_len = strcspn(at, "; ");
	return at;
}
