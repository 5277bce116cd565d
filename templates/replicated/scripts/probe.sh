#!/bin/bash
# The probes of the server's container: probe.sh startup|live|ready
#   startup  the server has come through recovery, or waits for a primary to copy
#   live     the server answers; while it starts, recovers or copies, that is no reason to kill it
#   ready    it is the primary, or a replica whose threads run
set -euo pipefail

here=$(dirname "$0") # not resolved: an updated ConfigMap replaces the folder behind it
# shellcheck source=templates/replicated/scripts/lib.sh
. "$here/lib.sh"

read -r phase _ <"$RUN/phase"
facts() {
	read_server --defaults-file="$RUN/probe.cnf" --socket="$RUN/mysqld.sock"
}

case $1 in
startup)
	case $phase in
	waiting | closed | elected | primary | replica) ;;
	*) exit 1 ;;
	esac
	;;
live)
	case $phase in
	closed | elected | primary | replica)
		IFS='|' read -r state _ < <(facts)
		[[ $state != silent ]]
		;;
	esac
	;;
ready)
	IFS='|' read -r state writable _ _ _ running _ < <(facts)
	[[ $state == up && ($writable == yes || $running == yes) ]]
	;;
*)
	say "unknown probe $1"
	exit 2
	;;
esac
