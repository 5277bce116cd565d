/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * MariaDB Connector/C, opened when the first connection is made. See net/curl_library.h.
 * For the files of lib/mysql/ only: others use mysql/connection.h.
 */

#include "base/error.h"

#include <mysql.h>

struct mysql_library {
	__typeof__(mysql_init) *init;
	__typeof__(mysql_close) *close;
	__typeof__(mysql_options) *options;
	__typeof__(mysql_options4) *options4;
	__typeof__(mysql_real_connect) *real_connect;
	__typeof__(mysql_real_query) *real_query;
	__typeof__(mysql_use_result) *use_result;
	__typeof__(mysql_fetch_row) *fetch_row;
	__typeof__(mysql_fetch_lengths) *fetch_lengths;
	__typeof__(mysql_fetch_fields) *fetch_fields;
	__typeof__(mysql_num_fields) *num_fields;
	__typeof__(mysql_field_count) *field_count;
	__typeof__(mysql_free_result) *free_result;
	__typeof__(mysql_next_result) *next_result;
	__typeof__(mysql_more_results) *more_results;
	__typeof__(mysql_affected_rows) *affected_rows;
	__typeof__(mysql_errno) *error_number;
	__typeof__(mysql_error) *error_text;
	__typeof__(mysql_real_escape_string) *real_escape_string;
	__typeof__(mysql_net_read_packet) *net_read_packet;
	__typeof__(mysql_client_find_plugin) *client_find_plugin;
};

/* The table, or NULL with an error that says what to install. It stays open until the end. */
const struct mysql_library *mysql_library_open(struct error *err);
