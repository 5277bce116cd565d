#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# Every look command with exactly the account that `grants` prints for it, and with one privilege less.

load helper

setup_file() {
	servers_up
	sandbox_of mariadb up ma --replicas 1
	boxes=ma
	if "$servers" get mysql-9 >/dev/null 2>"$T/reason"; then
		sandbox_of mysql-9 up my --replicas 1
		boxes='ma my'
	else
		printf '# without MySQL: %s\n' "$(tail -n 1 "$T/reason")" >&3
	fi
	export boxes
	printf 'PASSWORD\n' >"$T/password"
}

teardown_file() {
	servers_down
}

# Commands of the table that this program has.
commands() {
	"$KUBECTL_MYSQL" grants --for none 2>&1 | sed -n 's/^  hint: one of: //p' | sed 's/, /\n/g' | while IFS= read -r words; do
		# shellcheck disable=SC2086
		"$KUBECTL_MYSQL" help $words >/dev/null 2>&1 && printf '%s\n' "$words"
	done
}

# make_account BOX COMMAND: the account `looker`, on both servers.
make_account() {
	sql "$1-0" "DROP USER IF EXISTS looker"
	"$KUBECTL_MYSQL" grants --for "$2" --user looker --flavor "$(described "$1" .flavor)" \
		--server-version "$(sql "$1-0" 'SELECT VERSION()' | cut -d- -f1)" | client "$1-0"
	await 60 holds "$1-1" "SELECT COUNT(*) FROM mysql.user WHERE user = 'looker'" 1
}

# look BOX COMMAND: runs it as looker.
look() {
	local -a words extra=()
	read -ra words <<<"$2"
	case $2 in
	sql) extra=('SELECT COUNT(*) FROM mysql.user') ;;
	"binlog dump" | "binlog fetch") return 0 ;; # of files
	esac
	"$KUBECTL_MYSQL" "${words[@]}" --timeout 60s --sandbox "$1" --mysql-user looker --mysql-password-file "$T/password" "${extra[@]}"
}

@test "each command works with the account that is printed for it" {
	local box words
	for box in $boxes; do
		while IFS= read -r words; do
			make_account "$box" "$words"
			run --separate-stderr look "$box" "$words"
			printf '%s on %s: %s\n%s\n' "$words" "$box" "$status" "$stderr"
			[[ $stderr != *denied* && $stderr != *missing* ]]
			[[ $status -eq 0 || $status -eq 3 ]]
		done < <(commands)
	done
}

@test "a target says what its servers are" {
	run "$KUBECTL_MYSQL" grants --timeout 60s --sandbox ma
	[ "$status" -eq 0 ]
	[[ $output == *"GRANT SLAVE MONITOR, BINLOG MONITOR,"* ]]
	run "$KUBECTL_MYSQL" grants --timeout 60s --sandbox ma --flavor mysql
	[ "$status" -eq 2 ]
}

@test "a privilege that is taken away is named, and the rest is read all the same" {
	local box privilege on name
	for box in $boxes; do
		while IFS=$'\t' read -r privilege on; do
			# Without PROCESS a user sees sessions of its own alone, and no error.
			[ "$privilege" != PROCESS ] || continue
			make_account "$box" "gtid compare"
			sql "$box-0" "REVOKE $privilege ON $on FROM looker"
			name=${privilege/SLAVE MONITOR/REPLICA MONITOR}
			[ "$on" = '*.*' ] || name="$privilege on ${on%.\*}"
			run look "$box" "gtid compare"
			printf 'without %s on %s: %s\n' "$privilege" "$box" "$output"
			[ "$status" -eq 5 ]
			[[ $output == *"'$box-0' could not be read whole: $name is missing"* ]]
			[[ $output == *"$box-1 "*"$box-0 "*" 0"* ]]
		done < <("$KUBECTL_MYSQL" grants --for "gtid compare" --flavor "$(described "$box" .flavor)" -o json |
			jq -r '.items[] | [.privilege, .on] | @tsv')
	done
}
