#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

fixtures=$BATS_TEST_DIRNAME/fixtures/binlog

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$fixtures"/*.binlog .
}

dump() {
	run -0 "$KUBECTL_MYSQL" binlog dump "$@"
}

# has TEXT: a line of the output holds it.
has() {
	[[ "$output" == *"$1"* ]] || {
		printf 'no %s in: %s\n' "$1" "$output" >&2
		return 1
	}
}

# count N JQ: so many lines of the output are so.
count() {
	local n
	n=$(printf '%s\n' "$output" | jq -c "select($2)" | wc -l)
	[ "$n" -eq "$1" ] || {
		printf 'want %s, got %s of %s\n' "$1" "$n" "$2" >&2
		return 1
	}
}

@test "binlogs of both vendors are decoded as they were when they were compared with the servers" {
	for name in mariadb-10.11 mariadb-10.11-load mysql-9.7; do
		"$KUBECTL_MYSQL" binlog dump -o json "$name.binlog" >"$name.json"
		diff "$fixtures/$name.json" "$name.json"
	done
}

@test "text has a line for each transaction and its rows with names" {
	dump mysql-9.7.binlog
	has "  UPDATE shop.ints  id=1 a=? -> 1
  commit xid"
	has ":tagged:1  2026-"
	has "  STATEMENT (shop) create table st("
	has "  SET @u='uv'"
	has "j=? -> diff [{\"op\":\"replace\",\"path\":\"\$.a\",\"value\":[1, 2, 1.50]}]"
}

@test "what the log lacks is said" {
	dump mariadb-10.11-load.binlog
	has '# the log lacks column names, signs and character sets (binlog_row_metadata=FULL)'
	has "@8='plain' @9=NULL @10=X'636166e9'"
}

@test "the data of LOAD DATA has one line, in a file that is cut off too" {
	dump mariadb-10.11-load.binlog
	has "  DATA of file 1: 15 bytes, '1\\tx\\t2.5\\n2\\ty\\t\\\\N\\n'
  SET insert_id=3
  STATEMENT (shop) [with the data of file 1] LOAD DATA LOCAL INFILE "
	head -c 460 mariadb-10.11-load.binlog >cut.binlog
	run --separate-stderr -1 "$KUBECTL_MYSQL" binlog dump cut.binlog
	has '  DATA of file 1: 15 bytes, '
	[[ "$stderr" == *"'cut.binlog' at position 455: the file ends within an event"* ]]
}

@test "only the tables that are asked for, with the transactions around them" {
	dump -o json --table 'shop.js' mysql-9.7.binlog
	count 5 '.table != null'
	count 0 '.table != null and .table != "js"'
	[ "$(printf '%s\n' "$output" | jq -r 'select(.type == "commit" and .rows > 0) | .rows' | wc -l)" -eq 5 ]
	dump -o json --table j? mysql-9.7.binlog
	count 5 '.table == "js"'
	dump -o json --table 'other.*' mysql-9.7.binlog
	count 0 '.type != "file" and .type != "previous-gtids" and .type != "rotate"'
}

@test "positions bound what is shown" {
	dump mysql-9.7.binlog -o json
	from=$(printf '%s\n' "$output" | jq 'select(.type == "begin" and (.gtid | endswith(":11"))) | .position')
	to=$(printf '%s\n' "$output" | jq 'select(.type == "begin" and (.gtid | endswith(":13"))) | .position')
	dump mysql-9.7.binlog -o json --start-position "$from" --stop-position "$to"
	[ "$(printf '%s\n' "$output" | jq -r 'select(.type == "begin").gtid | sub("^[^:]*"; "")' | tr '\n' ' ')" = ':11 :12 :tagged:1 ' ]
}

@test "a position that is not that of an event is an error with the place" {
	run -1 "$KUBECTL_MYSQL" binlog dump mysql-9.7.binlog --start-position 1000
	has "cannot read binlog 'mysql-9.7.binlog' at position 1000: "
}

@test "times bound what is shown" {
	dump mysql-9.7.binlog -o json --stop-time 2000-01-01
	count 0 '.type == "begin"'
	dump mysql-9.7.binlog -o json --start-time 2100-01-01T00:00:00Z
	count 0 '.type == "begin"'
	dump mysql-9.7.binlog -o json --start-time @1 --stop-time '2100-01-01 00:00:00+02:00'
	count 22 '.type == "begin"'
	run -2 "$KUBECTL_MYSQL" binlog dump mysql-9.7.binlog --start-time soon
	has "'soon' of --start-time is no point in time"
	has 'hint: write it as 2026-12-01T10:00:00Z'
}

@test "a file that ends within an event is shown up to there, then an error with place and reason" {
	head -c 5000 mysql-9.7.binlog >cut.binlog
	run --separate-stderr -1 "$KUBECTL_MYSQL" binlog dump cut.binlog
	[[ "$output" == *'commit xid'* ]]
	[[ "$stderr" =~ "cannot read binlog 'cut.binlog' at position "[0-9]+": the file ends within an event (" ]]
	[[ "$stderr" == *'hint: the events before it are whole'* ]]
}

@test "a damaged event is an error with place and reason, and nothing of it is shown" {
	cp mysql-9.7.binlog broken.binlog
	printf '\377' | dd of=broken.binlog bs=1 seek=1500 conv=notrunc status=none
	run --separate-stderr -1 "$KUBECTL_MYSQL" binlog dump broken.binlog -o json
	[[ "$stderr" == *"cannot read binlog 'broken.binlog' at position "*': its checksum is wrong (it says '* ]]
	[ "$(printf '%s\n' "$output" | jq -c 'select(.position > 1500)' | wc -l)" -eq 0 ]
	printf '%s\n' "$output" | jq -e . >/dev/null
}

@test "files that are no binlogs are refused, each in its own words" {
	printf 'hello world' >no
	run -1 "$KUBECTL_MYSQL" binlog dump no
	has "cannot read binlog 'no' at position 0: it does not begin as one"
	: >empty
	run -1 "$KUBECTL_MYSQL" binlog dump empty
	has "cannot read binlog 'empty' at position 0: it is empty"
	printf '\375binsecret' >encrypted
	run -1 "$KUBECTL_MYSQL" binlog dump encrypted
	has "cannot read binlog 'encrypted' at position 0: it is encrypted by MySQL"
	has 'hint: read it from the server, which decrypts'
	run -1 "$KUBECTL_MYSQL" binlog dump nowhere
	has "cannot open binlog 'nowhere': No such file or directory"
	run -1 "$KUBECTL_MYSQL" binlog dump .
	has 'Is a directory'
}

@test "several files and standard input" {
	dump -o json mariadb-10.11.binlog mariadb-10.11-load.binlog
	count 2 '.type == "file"'
	count 32 '.type == "begin"'
	dump -o json - <mariadb-10.11.binlog
	count 29 '.type == "begin" and .file == "standard input"'
}

@test "--summary counts by table and shows the largest transactions" {
	dump --summary -o json mysql-9.7.binlog
	[ "$(printf '%s' "$output" | jq -c '[.kind, .transactions, .statements]')" = '["BinlogSummary",22,9]' ]
	[ "$(printf '%s' "$output" | jq -c '.tables[] | select(.name == "shop.k1") | [.inserts, .updates, .deletes, .transactions]')" = '[3,3,0,2]' ]
	[ "$(printf '%s' "$output" | jq '.largest | length')" -eq 10 ]
	[ "$(printf '%s' "$output" | jq '[.largest[].bytes] | . == (sort | reverse)')" = true ]
	dump --summary mysql-9.7.binlog
	has 'shop.k1'
}

# shows TEXT: what is followed has printed it, now or within a minute.
shows() {
	for _ in $(seq 600); do
		if grep -q "$1" out; then return 0; fi
		read -rt 0.1 <> <(:) || :
	done
	cat out err >&2
	return 1
}

teardown() {
	if [ -n "${follower:-}" ]; then kill "$follower"; fi
}

@test "--follow goes on when the file grows and in the file that comes next" {
	head -c 6000 mariadb-10.11.binlog >log.1
	cp mariadb-10.11-load.binlog binlog.000003
	"$KUBECTL_MYSQL" binlog dump --follow -o json log.1 >out 2>err 3>&- &
	follower=$!
	shows '"gtid":"0-7-9"'
	run -1 grep '"gtid":"0-7-20"' out
	tail -c +6001 mariadb-10.11.binlog >>log.1
	shows '"gtid":"0-7-29"'
	shows '"gtid":"0-7-32"'
}

@test "a reader that leaves early is an error, not a crash" {
	run -1 bash -c "set -o pipefail; '$KUBECTL_MYSQL' binlog dump mysql-9.7.binlog mysql-9.7.binlog 2>&1 >&- | cat"
	has 'cannot write'
}
