/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/dialect/dialect.h"

#include "base/memory.h"

/*
 * Newest first for each vendor. Where the versions part: MySQL 8.4 manual, "What Is New in MySQL
 * 8.4" (SHOW SLAVE STATUS, SHOW MASTER STATUS and CHANGE MASTER are gone), 8.0.22 (SHOW REPLICA
 * STATUS), 8.0.23 (CHANGE REPLICATION SOURCE), 8.0.26 (SOURCE_POS_WAIT), 8.2 (SHOW BINARY LOG
 * STATUS), 8.3 (tagged GTIDs); MariaDB 11.6 (times of events).
 */
#define MYSQL_8                                                                                    \
	(CAN_COMMIT_TIMES | CAN_CHANNELS | CAN_GROUP_REPLICATION | CAN_SUPER_READ_ONLY | CAN_CLONE)

static const struct dialect dialects[] = {
	{
		.name = "MySQL 8.3 and later",
		.since = 80300,
		.capabilities = MYSQL_8 | CAN_SOURCE_NAMES | CAN_TAGGED_GTIDS,
		.replica_status = "SHOW REPLICA STATUS",
		.binlog_position = "SHOW BINARY LOG STATUS",
		.replicas = "SHOW REPLICAS",
		.start_replica = "START REPLICA",
		.stop_replica = "STOP REPLICA",
		.start_receiver = "START REPLICA IO_THREAD",
		.start_applier = "START REPLICA SQL_THREAD",
		.point_at_source = "CHANGE REPLICATION SOURCE TO SOURCE_HOST",
		.wait_gtid = "WAIT_FOR_EXECUTED_GTID_SET",
		.wait_position = "SOURCE_POS_WAIT",
	},
	{
		.name = "MySQL 8.0.26",
		.since = 80026,
		.capabilities = MYSQL_8 | CAN_SOURCE_NAMES,
		.replica_status = "SHOW REPLICA STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW REPLICAS",
		.start_replica = "START REPLICA",
		.stop_replica = "STOP REPLICA",
		.start_receiver = "START REPLICA IO_THREAD",
		.start_applier = "START REPLICA SQL_THREAD",
		.point_at_source = "CHANGE REPLICATION SOURCE TO SOURCE_HOST",
		.wait_gtid = "WAIT_FOR_EXECUTED_GTID_SET",
		.wait_position = "SOURCE_POS_WAIT",
	},
	{
		.name = "MySQL 8.0.22",
		.since = 80022,
		.capabilities = MYSQL_8 | CAN_SOURCE_NAMES,
		.replica_status = "SHOW REPLICA STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW REPLICAS",
		.start_replica = "START REPLICA",
		.stop_replica = "STOP REPLICA",
		.start_receiver = "START REPLICA IO_THREAD",
		.start_applier = "START REPLICA SQL_THREAD",
		.point_at_source = "CHANGE MASTER TO MASTER_HOST",
		.wait_gtid = "WAIT_FOR_EXECUTED_GTID_SET",
		.wait_position = "MASTER_POS_WAIT",
	},
	{
		.name = "MySQL 8.0",
		.since = 80000,
		.capabilities = MYSQL_8,
		.replica_status = "SHOW SLAVE STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW SLAVE HOSTS",
		.start_replica = "START SLAVE",
		.stop_replica = "STOP SLAVE",
		.start_receiver = "START SLAVE IO_THREAD",
		.start_applier = "START SLAVE SQL_THREAD",
		.point_at_source = "CHANGE MASTER TO MASTER_HOST",
		.wait_gtid = "WAIT_FOR_EXECUTED_GTID_SET",
		.wait_position = "MASTER_POS_WAIT",
	},
	{
		.name = "MySQL 5.7",
		.since = 0,
		.capabilities = CAN_CHANNELS | CAN_SUPER_READ_ONLY,
		.replica_status = "SHOW SLAVE STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW SLAVE HOSTS",
		.start_replica = "START SLAVE",
		.stop_replica = "STOP SLAVE",
		.start_receiver = "START SLAVE IO_THREAD",
		.start_applier = "START SLAVE SQL_THREAD",
		.point_at_source = "CHANGE MASTER TO MASTER_HOST",
		.wait_gtid = "WAIT_FOR_EXECUTED_GTID_SET",
		.wait_position = "MASTER_POS_WAIT",
	},
	{
		.name = "MariaDB 11.6 and later",
		.mariadb = true,
		.since = 110600,
		.capabilities = CAN_EVENT_TIMES,
		.replica_status = "SHOW ALL REPLICAS STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW REPLICA HOSTS",
		.start_replica = "START REPLICA",
		.stop_replica = "STOP REPLICA",
		.start_receiver = "START REPLICA IO_THREAD",
		.start_applier = "START REPLICA SQL_THREAD",
		.point_at_source = "CHANGE MASTER TO MASTER_HOST",
		.wait_gtid = "MASTER_GTID_WAIT",
		.wait_position = "MASTER_POS_WAIT",
	},
	{
		.name = "MariaDB 10.6",
		.mariadb = true,
		.since = 100501,
		.replica_status = "SHOW ALL REPLICAS STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW REPLICA HOSTS",
		.start_replica = "START REPLICA",
		.stop_replica = "STOP REPLICA",
		.start_receiver = "START REPLICA IO_THREAD",
		.start_applier = "START REPLICA SQL_THREAD",
		.point_at_source = "CHANGE MASTER TO MASTER_HOST",
		.wait_gtid = "MASTER_GTID_WAIT",
		.wait_position = "MASTER_POS_WAIT",
	},
	{
		.name = "MariaDB before 10.5",
		.mariadb = true,
		.since = 0,
		.replica_status = "SHOW ALL SLAVES STATUS",
		.binlog_position = "SHOW MASTER STATUS",
		.replicas = "SHOW SLAVE HOSTS",
		.start_replica = "START SLAVE",
		.stop_replica = "STOP SLAVE",
		.start_receiver = "START SLAVE IO_THREAD",
		.start_applier = "START SLAVE SQL_THREAD",
		.point_at_source = "CHANGE MASTER TO MASTER_HOST",
		.wait_gtid = "MASTER_GTID_WAIT",
		.wait_position = "MASTER_POS_WAIT",
	},
};

const struct dialect *dialect_for(bool mariadb, unsigned version)
{
	const struct dialect *d = dialects;

	while (d->mariadb != mariadb || version < d->since)
		d++;
	return d;
}
