# shellcheck shell=bash
# shellcheck disable=SC2154 # bats and helper.bash set variables
# The figures of lag against a truth that is measured without it: see lag-truth.

load status

# true_lag SANDBOX REPLICA SAMPLES WORD...
true_lag() {
	"$root/tests/servers/lag-truth" "$KUBECTL_MYSQL" "$@" >"$T/truth" 2>&1 || {
		cat "$T/truth" >&2
		return 1
	}
	printf '# %s %s: %s\n' "$2" "${*:4}" "$(tail -n 1 "$T/truth")" >&3
}

# lag_of SANDBOX REPLICA FIELD
lag_of() {
	"$KUBECTL_MYSQL" lag "$2" --sandbox "$1" -o json | jq -r ".items[0].lag.$3"
}

# is_late SANDBOX DURATION: the lag grows beyond it; what was written a moment ago is not late yet.
is_late() {
	local code=0
	"$KUBECTL_MYSQL" lag --sandbox "$1" --max "$2" || code=$?
	[ "$code" -eq 3 ]
}

# pause_applier REPLICA, go_on REPLICA
pause_applier() { sql "$1" 'STOP REPLICA SQL_THREAD'; }
go_on() { sql "$1" 'START REPLICA SQL_THREAD'; }

# delay REPLICA SECONDS
delay() {
	statement "$1" "STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = $2; START REPLICA" \
		"STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = $2; START REPLICA SQL_THREAD"
}

# set_clock INSTANCE SECONDS: its server starts anew, its clock so far ahead.
set_clock() {
	local name=${1%-*}
	sandbox break "$name" --fault clock-skew --instance "$1"
	sed -i "s/^FAKETIME=.*/FAKETIME=+$2s/" "$T/state/kubectl-mysql/sandbox/$name/$1/environment"
	sandbox break "$name" --fault kill --instance "$1"
	sandbox break "$name" --heal --fault kill --instance "$1"
}

# truth_of SANDBOX: under load, with a huge transaction, with a stopped applier, and with a delay.
truth_of() {
	healthy "$1"
	true_lag "$1" "$1-1" 6 load
	HUGE_ROWS=20000 true_lag "$1" "$1-1" 4 huge
	caught_up "$1" "$1-2"
	pause_applier "$1-2"
	true_lag "$1" "$1-2" 5
	[ "$(lag_of "$1" "$1-2" reason)" = 'the applier is stopped' ]
	await 60 is_late "$1" 100ms
	go_on "$1-2"
	caught_up "$1" "$1-2"
	delay "$1-2" 4
	true_lag "$1" "$1-2" 12
	[ "$(lag_of "$1" "$1-2" transactions)" -ge 0 ]
	delay "$1-2" 0
	caught_up "$1" "$1-2"
}

# truth_of_skewed SANDBOX: with a primary whose clock is 3 s ahead, under load and with a stopped applier.
truth_of_skewed() {
	[[ -n $(find /usr/lib/*/faketime -name 'libfaketimeMT.so.1' 2>/dev/null) ]] || skip 'libfaketime is not installed'
	set_clock "$1-0" 3
	await 60 replicates "$1-1"
	await 60 replicates "$1-2"
	true_lag "$1" "$1-1" 6 load
	caught_up "$1" "$1-2"
	pause_applier "$1-2"
	true_lag "$1" "$1-2" 5
	go_on "$1-2"
	caught_up "$1" "$1-2"
}
