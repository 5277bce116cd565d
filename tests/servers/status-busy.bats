#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A healthy cluster that takes 500 writes a second shows no false errant transaction and no false lag: see busy-statuses.
# STATUSES=1000 looks so often; the last line of each says how many writes the primary counted.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# shellcheck disable=SC2154 # helper.bash sets root
# busy FLAVOR OPTION...: its statuses.
busy() {
	local flavor=$1
	shift
	sandbox_of "$flavor" up busy --replicas 2 "$@"
	healthy busy
	"$root/tests/servers/busy-statuses" "$KUBECTL_MYSQL" busy "${STATUSES:-30}" 500 --timeout 60s >"$T/said" || {
		tail -n 20 "$T/said"
		return 1
	}
	printf '# %s\n' "$(tail -n 1 "$T/said")" >&3
	sandbox down busy
}

@test "MariaDB" { busy mariadb; }
@test "MariaDB, semi-synchronous" { busy mariadb --semi-sync; }
@test "MySQL" { busy mysql-9; }
@test "MySQL, semi-synchronous" { busy mysql-9 --semi-sync; }
