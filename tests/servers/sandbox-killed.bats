#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output
# Our own process is killed in the middle, at moments that are seen, not timed: afterwards list tells the truth, and the
# next command ends what was begun. And what is left where there is no room.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

folder() {
	printf '%s/state/kubectl-mysql/sandbox/demo\n' "$T"
}

# Moments. Each is a condition that holds from some time on; a command that ends before is no failure.
folder_there() { [[ -d $(folder) ]]; }
described_there() { [[ -e $(folder)/sandbox.json ]]; }
data_there() { compgen -G "$(folder)/demo-*/data*" >/dev/null; }
server_there() { [[ -n $(processes "--defaults-file=$(folder)") ]]; }
socket_there() { compgen -G "$(folder)/demo-*/mysqld.sock" >/dev/null; }
not_whole() { [[ ! -e $(folder)/sandbox.json || $(described demo .whole) == false ]]; }
one_gone() { (($(processes "--defaults-file=$(folder)" | wc -l) < 2)); }
keeper_there() { [[ -n $(processes "--keeper=$(folder)") ]]; }
# Before it is noted, it is tried whether mounting works at all.
noted_and_mounted() { break_noted && mounted; }
mounted() { grep -qF "$(folder)/" /proc/mounts; }
break_noted() { [[ $(described demo '.breaks | length') == 1 ]]; }
server_down() { [[ -z $(processes "--defaults-file=$(folder)/demo-1") ]]; }

# killed_at MOMENT WORD...: sandbox WORD..., killed when the moment has come.
killed_at() {
	local moment=$1 pid deadline=$((SECONDS + 120))
	shift
	setsid "$KUBECTL_MYSQL" sandbox "$@" >"$T/killed.log" 2>&1 3>&- 4>&- &
	pid=$!
	until "$moment" 2>/dev/null || [[ ! -d /proc/$pid/fd ]] || ((SECONDS > deadline)); do :; done
	kill -KILL "$pid" 2>/dev/null || :
	wait "$pid" || :
}

# clean: nothing of the sandbox is there.
clean() {
	[ ! -e "$(folder)" ]
	[ -z "$(processes "$T/state")" ]
	[ "$(sandbox list -o name)" = '' ]
	run ! grep -F "$T/state" /proc/mounts
}

# true_list: list says "running" of exactly the servers that run, and "half made" of what is not whole.
true_list() {
	local name state
	while read -r name state; do
		case $state in
		running) [[ -n $(processes "--defaults-file=$(folder)/$name/") ]] ;;
		dead) [[ -z $(processes "--defaults-file=$(folder)/$name/") ]] ;;
		*) not_whole ;;
		esac || { echo "$name is not $state"; return 1; }
	done < <(sandbox list -o json | jq -r '.items[] | "\(.name) \(.state | gsub(" "; "-"))"')
}

up_killed_at() {
	killed_at "$1" up demo --replicas 1 --flavor mariadb
	true_list
}

@test "up is killed at five moments: down takes all of it away" {
	local moment
	for moment in folder_there described_there data_there server_there socket_there; do
		up_killed_at "$moment"
		[[ ! -e $(folder) ]] || sandbox down demo
		clean
	done
}

@test "up is killed at four moments: the next up makes it whole" {
	local moment
	for moment in described_there data_there server_there socket_there; do
		up_killed_at "$moment"
		sandbox_of mariadb up demo --replicas 1
		[ "$(processes "--defaults-file=$(folder)" | wc -l)" = 2 ]
		healthy demo
		sandbox down demo
	done
}

@test "down is killed at two moments: it is half made, and the next down or up goes on" {
	local moment
	for moment in not_whole one_gone; do
		sandbox_of mariadb up demo --replicas 1
		killed_at "$moment" down demo
		true_list
		if [[ -e $(folder) ]]; then
			run -1 status demo
			[[ $output == *'half made'* ]]
			sandbox down demo
		fi
		clean
	done
	sandbox_of mariadb up demo --replicas 1
	killed_at one_gone down demo
	sandbox_of mariadb up demo --replicas 1
	healthy demo
}

@test "break is killed at moments: what was broken is noted, and heal takes it back" {
	local fault moment
	sandbox_of mariadb up demo --replicas 1
	for fault in cut-link full-disk kill; do
		[[ $fault != full-disk ]] || can_mount || continue
		for moment in break_noted keeper_there noted_and_mounted server_down; do
			case $fault.$moment in
			cut-link.noted_and_mounted | cut-link.server_down | full-disk.keeper_there | kill.keeper_there | kill.noted_and_mounted) continue ;;
			esac
			killed_at "$moment" break demo --fault "$fault"
			[ "$(sandbox list demo -o json | jq -r '.items[1].breaks')" = "$fault" ]
			sandbox break demo --heal
			healthy demo
			[ -z "$(processes "--keeper=$(folder)")" ]
		done
	done
}

@test "heal is killed at moments: the next heal goes on" {
	local fault moment
	sandbox_of mariadb up demo --replicas 1
	for fault in cut-link full-disk; do
		[[ $fault != full-disk ]] || can_mount || continue
		for moment in no_keeper server_down not_mounted; do
			case $fault.$moment in cut-link.server_down | cut-link.not_mounted | full-disk.no_keeper) continue ;; esac
			sandbox break demo --fault "$fault"
			killed_at "$moment" break demo --heal
			sandbox break demo --heal
			healthy demo
			[ "$(sandbox break demo --heal)" = 'nothing is broken' ]
		done
	done
	sandbox down demo
	clean
}

no_keeper() { ! keeper_there; }
not_mounted() { ! mounted; }

@test "up where there is no room: one error, and nothing is left" {
	can_mount || skip 'mounting is not allowed here'
	mkdir -p "$T/small"
	mount -t tmpfs -o size=24m,mode=0755 tmpfs "$T/small"
	XDG_STATE_HOME=$T/small run -1 sandbox up demo --replicas 2 --flavor mariadb
	local said=$output
	[ "$(find "$T/small" -mindepth 4)" = '' ]
	[ -z "$(processes "$T/small")" ]
	umount "$T/small"
	echo "$said"
	[ "$(grep -c '^error: ' <<<"$said")" = 1 ]
	[[ $said == "error: cannot make sandbox 'demo': "* ]]
}
