#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# How often status asks: a link before each instance counts how often the client speaks after the server has. What only
# logging in and saying good-bye takes is counted first, by the same account over the same link.
# shellcheck disable=SC2154 # helper.bash sets root

load status

connect=$root/${BUILD:-build}/tests/helper/connect
proxy=$root/${BUILD:-build}/tests/helper/proxy

setup_file() { servers_up; }
teardown_file() { servers_down; }

# links_up SANDBOX: a link before each of its instances; their addresses in the array "hosts".
links_up() {
	local n=0 to
	hosts=() jobs=() held=()
	mkdir "$T/links"
	while read -r to; do
		mkfifo "$T/links/$n"
		"$proxy" --to "$to" <"$T/links/$n" >"$T/links/$n.out" 2>&1 3>&- 4>&- &
		jobs+=("$!")
		exec {end}>"$T/links/$n"
		held[n]=$end
		await 30 grep -q ready "$T/links/$n.out"
		hosts+=("$(sed -n 's/^ready //p' "$T/links/$n.out")")
		n=$((n + 1))
	done < <(described "$1" '.instances[] | "\(.host):\(.port)"')
	described "$1" .password >"$T/links/password"
}

links_down() {
	local n
	for n in "${!jobs[@]}"; do
		end=${held[n]}
		exec {end}>&-
	done
	wait "${jobs[@]}"
	rm -rf "$T/links"
}

# turns N: of the N-th link so far.
turns() {
	local before
	before=$(grep -c '^turns' "$T/links/$1.out") || :
	printf 'turns\n' >&"${held[$1]}"
	await 30 counted "$1" "$((before + 1))"
	sed -n 's/^turns //p' "$T/links/$1.out" | tail -n 1
}

counted() {
	[[ $(grep -c '^turns' "$T/links/$1.out") == "$2" ]]
}

log_in() {
	"$connect" --host "${1%:*}" --port "${1##*:}" --user root --password-file "$T/links/password" --tls disabled
}

# look: status over the links; prints how often each instance was asked.
look() {
	local n all
	local -a before=()
	for n in "${!hosts[@]}"; do
		before+=("$(turns "$n")")
	done
	all=$(IFS=,; printf '%s' "${hosts[*]}")
	"$KUBECTL_MYSQL" status --hosts "$all" --mysql-user root --mysql-password-file "$T/links/password" --tls disabled \
		--timeout 60s >"$T/links/said"
	for n in "${!hosts[@]}"; do
		printf '%s ' "$(($(turns "$n") - before[n] - login[n]))"
	done
}

# asks_at_most_thrice SANDBOX WANT: WANT is a pattern of what look prints. The cluster has nothing to do, so nothing has to
# be confirmed; but a heartbeat or a late acknowledgement may make something look so for a moment.
asks_at_most_thrice() {
	local n before said try
	healthy "$1"
	links_up "$1"
	login=()
	for n in "${!hosts[@]}"; do
		# MySQL keeps the password after the first one.
		log_in "${hosts[n]}"
		before=$(turns "$n")
		log_in "${hosts[n]}"
		login+=("$(($(turns "$n") - before))")
		((login[n] >= 2))
	done
	for try in 1 2 3; do
		said=$(look)
		# shellcheck disable=SC2053
		[[ $said != $2 ]] || break
	done
	printf '# %s: %s round trips after %s for the login (look %s)\n' "$1" "$said" "${login[*]}" "$try" >&3
	# shellcheck disable=SC2053
	[[ $said == $2 ]] || {
		cat "$T/links/said"
		return 1
	}
	links_down
	sandbox down "$1"
}

@test "MariaDB: three round trips at most: two replicas, a chain, two sources" {
	sandbox_of mariadb up demo --replicas 2
	asks_at_most_thrice demo '2 2 2 '
	sandbox_of mariadb up line --replicas 2 --chain
	asks_at_most_thrice line '2 3 2 '
	sandbox_of mariadb up two --replicas 2 --multi-source
	asks_at_most_thrice two '2 2 2 '
}

@test "MySQL: three round trips at most: two replicas, a chain, two sources" {
	sandbox_of mysql-9 up my --replicas 2
	asks_at_most_thrice my '2 2 2 '
	sandbox_of mysql-9 up line --replicas 2 --chain
	asks_at_most_thrice line '2 3 2 '
	sandbox_of mysql-9 up two --replicas 2 --multi-source
	asks_at_most_thrice two '2 2 2 '
}
