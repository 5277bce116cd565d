#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helper.bash sets root
# The look commands use memory as they should: valgrind watches them on real servers, well and broken.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

setup() {
	command -v valgrind >/dev/null || skip 'valgrind is not installed'
	! nm -D "$KUBECTL_MYSQL" | grep -q __asan_ || skip 'the program has sanitizers of its own'
}

# clean ARGUMENT...: no error and no leak, whatever the command says.
clean() {
	local rc=0
	valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
		--errors-for-leak-kinds=definite,indirect,possible --suppressions="$root/tests/helper/valgrind.supp" \
		"$KUBECTL_MYSQL" "$@" >"$T/said" 2>"$T/wrong" || rc=$?
	# 2 would mean that nothing was looked at.
	[[ $rc != 99 && $rc != 2 ]] || {
		printf '%s: exit code %s\n' "$*" "$rc"
		head -n 60 "$T/wrong"
		return 1
	}
}

# look SANDBOX: each command that looks at it.
look() {
	local s=$1 format
	for format in table wide json prometheus; do clean status --sandbox "$s" -o "$format"; done
	clean lag --sandbox "$s"
	clean lag --sandbox "$s" -o json
	clean check --sandbox "$s"
	clean check --sandbox "$s" -o json
	clean binlog list --sandbox "$s"
	clean binlog position --sandbox "$s"
	clean binlog dump "$s-0" --sandbox "$s"
	clean binlog dump "$s-0" --sandbox "$s" -o json
	clean binlog fetch "$s-0" --sandbox "$s" --to "$T/fetched.$s"
	clean gtid compare --sandbox "$s"
	clean gtid errant --sandbox "$s"
	clean sql --sandbox "$s" --all -e 'SELECT item FROM shop.orders'
	clean sql --sandbox "$s" --primary -e 'SELEC'
	clean sql --sandbox "$s" --replicas -o json -e 'SELECT @@server_id'
}

# watched FLAVOR OPTION...: well, with errant rows, with a server that hangs, with one that is dead.
watched() {
	local flavor=$1
	shift
	sandbox_of "$flavor" up seen --replicas 2 "$@"
	look seen
	sandbox break seen --fault errant-rows --instance seen-1 >"$T/broken"
	clean status --sandbox seen
	clean gtid errant --sandbox seen
	clean check --sandbox seen
	sandbox break seen --fault hang --instance seen-2 >"$T/broken"
	clean status --sandbox seen --timeout 2s
	clean lag --sandbox seen --timeout 2s
	clean sql --sandbox seen --all --timeout 2s -e 'SELECT 1'
	sandbox break seen --fault kill --instance seen-0 >"$T/broken"
	clean status --sandbox seen --timeout 2s
	clean check --sandbox seen --timeout 2s
	sandbox down seen
}

@test "MariaDB: no look command misuses memory" {
	watched mariadb
}

@test "MySQL 9, TLS: no look command misuses memory" {
	watched mysql-9 --tls
}
