#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The decisions of the start script, as functions of text: no server runs.

setup() {
	# shellcheck source=templates/replicated/scripts/lib.sh
	. "$BATS_TEST_DIRNAME/../../templates/replicated/scripts/lib.sh"
}

# given FACT...: what decide() says about these facts; its fields in action, target, why and against.
given() {
	local decision
	decision=$(printf '%s\n' "$@" | decide)
	IFS='|' read -r action target why against <<<"$decision"
}

first='self shop-0 0 none - -'
restarted='self shop-0 0 some - -'

@test "the first start of ordinal 0 opens, with nobody there" {
	given "$first" 'peer shop-1 silent no empty - - no' 'peer shop-2 silent no empty - - no'
	[ "$action" = open ]
}

@test "the first start of another ordinal waits for a primary" {
	given 'self shop-1 1 none - -' 'peer shop-0 silent no empty - - no'
	[ "$action" = wait ]
	[[ $why == *'no record, and this is not ordinal 0'* ]]
}

@test "a first start does not make an empty primary beside members that hold data" {
	given "$first" 'peer shop-1 up no some - shop-0 no'
	[ "$action" = wait ]
	[[ $why == *'shop-1 holds transactions and this server none'* ]]
	given 'self shop-0 0 empty - -' 'record shop-0 0' 'peer shop-1 up no some - shop-0 no'
	[ "$action" = wait ]
}

@test "an empty server is not opened by a record of a later epoch" {
	given "$first" 'record shop-0 3'
	[ "$action" = wait ]
	[[ $why == *'epoch 3 names this server, but it holds no transaction'* ]]
}

@test "the restarted primary opens, with and without a record" {
	given "$restarted" 'peer shop-1 up no some - shop-0 no'
	[ "$action" = open ]
	given 'self shop-2 2 some 4 -' 'record shop-2 4' 'peer shop-0 up no some 4 shop-2 yes' 'peer shop-1 silent no empty - - no'
	[ "$action" = open ]
}

@test "without a record, data that holds an epoch stays closed" {
	given 'self shop-0 0 some 0 -'
	[ "$action" = wait ]
	[[ $why == *'no record, but the data is of epoch 0'* ]]
}

@test "a record older than the data opens nobody" {
	given 'self shop-0 0 some 2 -' 'record shop-0 1'
	[ "$action" = wait ]
	[[ $why == *'epoch 1 is older than the data, of epoch 2'* ]]
}

@test "a server that is set up as a replica is not opened by the record" {
	given 'self shop-1 1 some 1 shop-0' 'record shop-1 2'
	[ "$action" = wait ]
	[[ $why == *'a replica of shop-0'* ]]
}

@test "each of the three things a peer can say keeps the server closed" {
	given "$restarted" 'record shop-0 1' 'peer shop-1 up yes some - - no'
	[ "$action" = wait ]
	[ "$against" = 'shop-1 is writable' ]
	given "$restarted" 'record shop-0 1' 'peer shop-2 up no some - shop-1 no'
	[ "$action" = wait ]
	[ "$against" = 'shop-2 follows shop-1' ]
	given "$restarted" 'record shop-0 1' 'peer shop-1 up no some 2 - no'
	[ "$action" = wait ]
	[ "$against" = 'shop-1 holds epoch 2' ]
}

@test "what a peer said once holds for the rest of this life" {
	given "$restarted" 'record shop-0 1' warned 'peer shop-1 silent no empty - - no'
	[ "$action" = wait ]
}

@test "a peer that answers and cannot be read keeps the server closed, a silent one does not" {
	given "$restarted" 'peer shop-1 unreadable no empty - - no'
	[ "$action" = wait ]
	[ "$against" = '' ]
	given "$restarted" 'peer shop-1 silent no empty - - no'
	[ "$action" = open ]
}

@test "the only writable peer is joined" {
	given 'self shop-1 1 none - -' 'peer shop-0 up yes some - - no' 'peer shop-2 silent no empty - - no'
	[ "$action $target" = 'join shop-0' ]
}

@test "an old primary with a stale record joins the one of the higher epoch" {
	given 'self shop-0 0 some 1 -' 'record shop-0 1' 'peer shop-1 up yes some 2 - no'
	[ "$action $target" = 'join shop-1' ]
}

@test "nobody joins a writable server that the record does not name and no epoch proves" {
	given 'self shop-2 2 some 1 shop-0' 'record shop-0 1' 'peer shop-1 up yes some 1 - no'
	[ "$action" = wait ]
	[[ $why == *'shop-1 is writable, but the record of epoch 1 names shop-0'* ]]
}

@test "nobody joins a server whose epoch another has passed" {
	given 'self shop-2 2 some 1 shop-0' 'peer shop-0 up yes some 1 - no' 'peer shop-1 up no some 2 - no'
	[ "$action" = wait ]
	[[ $why == *'epoch 2 is known and it holds 1'* ]]
}

@test "nobody joins one of two writable servers, or a writable replica" {
	given 'self shop-2 2 none - -' 'peer shop-0 up yes some - - no' 'peer shop-1 up yes some - - no'
	[ "$action" = wait ]
	[[ $why == *'more than one peer is writable: shop-0 shop-1'* ]]
	given 'self shop-2 2 none - -' 'peer shop-0 up yes some - shop-1 yes'
	[ "$action" = wait ]
}

@test "an elected primary is joined as a writable one is, if the record or its ordinal says so" {
	given 'self shop-1 1 none - -' 'peer shop-0 up elected some - - no'
	[ "$action $target" = 'join shop-0' ]
	given 'self shop-0 0 some 1 -' 'peer shop-1 up elected some 1 - no'
	[ "$action" = wait ]
	given 'self shop-0 0 some 1 -' 'record shop-1 1' 'peer shop-1 up elected some 1 - no'
	[ "$action $target" = 'join shop-1' ]
	given 'self shop-2 2 some 1 -' 'record shop-1 1' 'peer shop-1 up elected some 1 - no' 'peer shop-0 up yes some - - no'
	[ "$action" = wait ]
	given 'self shop-2 2 none - -' 'peer shop-1 up elected some 1 - no' 'peer shop-0 up elected some - - no'
	[ "$action" = wait ]
	given "$restarted" 'record shop-0 1' 'peer shop-1 up elected some - - no'
	[ "$action" = wait ]
}

@test "beside an unreadable peer only the primary that the record names is joined" {
	given 'self shop-2 2 none - -' 'peer shop-0 up yes some - - no' 'peer shop-1 unreadable no empty - - no'
	[ "$action" = wait ]
	given 'self shop-2 2 none - -' 'record shop-0 0' 'peer shop-0 up yes some - - no' 'peer shop-1 unreadable no empty - - no'
	[ "$action $target" = 'join shop-0' ]
}

@test "epochs are compared as numbers" {
	given 'self shop-0 0 some 9 -' 'record shop-0 9' 'peer shop-1 up yes some 10 - no'
	[ "$action $target" = 'join shop-1' ]
}

@test "a copy comes from a replica that follows the primary, else from the primary" {
	run choose_donor shop-0 <<<'peer shop-0 up yes some - - no
peer shop-1 up no some - shop-0 yes'
	[ "$output" = shop-1 ]
	run choose_donor shop-0 <<<'peer shop-0 up yes some - - no
peer shop-1 up no some - shop-0 no
peer shop-2 up no some - shop-3 yes'
	[ "$output" = shop-0 ]
}

@test "MariaDB: what one holds and the other does not is found by domain, server and sequence" {
	[ "$(mariadb_extra '0-100-5,0-101-7' '0-100-6,0-101-7')" = '' ]
	[ "$(mariadb_extra '0-100-5,0-101-8' '0-100-6,0-101-7')" = 0-101-8 ]
	[ "$(mariadb_extra '0-100-5' '0-101-9')" = 0-100-5 ]
	[ "$(mariadb_extra '0-100-5,1-100-1' ',0-100-5')" = 1-100-1 ]
	[ "$(mariadb_extra ',' '')" = '' ]
	[ "$(mariadb_extra '0-1-18446744073709' '0-1-9')" = 0-1-18446744073709 ]
}

@test "MariaDB: a position is the newest point of each domain" {
	[ "$(mariadb_position '0-100-5,0-101-7,1-3-4' '0-102-6,2-1-1')" = 0-101-7,1-3-4,2-1-1 ]
	[ "$(mariadb_position '' '')" = '' ]
}

@test "MariaDB: the state of a copy ends where the copy ends" {
	[ "$(mariadb_state '0-101-7,0-100-5' 0-100-9)" = 0-101-7,0-100-9 ]
	[ "$(mariadb_state '' 0-100-9)" = 0-100-9 ]
	[ "$(mariadb_state 0-100-9 '')" = 0-100-9 ]
}

@test "HMAC-SHA-256 agrees with RFC 4231" {
	[ "$(hmac Jefe 'what do ya want for nothing?')" = 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843 ]
	[ "$(hmac $'\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v\v' 'Hi There')" = b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7 ]
	run hmac "$(printf 'x%.0s' {1..65})" text
	[ "$status" -ne 0 ]
}

@test "HMAC-SHA-256 with a key and a message beyond ASCII agrees with openssl" {
	[ "$(hmac 'clé%s\x41' 'naïve \n')" = "$(printf '%s' 'naïve \n' | openssl dgst -sha256 -hmac 'clé%s\x41' -r | cut -d' ' -f1)" ]
}

@test "text is quoted for SQL and for option files" {
	[ "$(sql_quote "it's \\")" = "'it''s \\\\'" ]
	# shellcheck disable=SC1003
	[ "$(cnf_quote 'a"b\')" = '"a\"b\\"' ]
}

@test "the ordinal is what follows the last dash" {
	[ "$(ordinal_of my-shop-12)" = 12 ]
	run ordinal_of shop
	[ "$status" -ne 0 ]
}

@test "a record that cannot be read names nobody" {
	RECORD=$BATS_TEST_TMPDIR
	[ "$(read_record)" = '' ]
	printf shop-1 >"$RECORD/primary"
	printf 7 >"$RECORD/epoch"
	[ "$(read_record)" = 'record shop-1 7' ]
	printf seven >"$RECORD/epoch"
	facts=$(read_record)
	given "$restarted" "$facts"
	[ "$action" = wait ]
}

@test "members are named by their hosts, strangers by their address" {
	PEERS='' CLUSTER=shop NAMESPACE=prod POD_NAME=shop-0 PORT=3306 CONFIG=$BATS_TEST_TMPDIR
	printf 2 >"$CONFIG/replicas"
	getent() { [[ $2 == shop-2.* ]]; }
	[ "$(members | cut -d' ' -f1,2)" = $'shop-0 shop-0.shop.prod.svc\nshop-1 shop-1.shop.prod.svc\nshop-2 shop-2.shop.prod.svc' ]
	[ "$(member_at shop-1.shop.prod.svc 3306)" = shop-1 ]
	[ "$(member_at shop-7.shop 3306)" = shop-7 ]
	[ "$(member_at elsewhere.example 3307)" = elsewhere.example:3307 ]
}
