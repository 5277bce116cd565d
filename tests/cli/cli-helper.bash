# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output
# For the tests of the command line itself.

root=$(cd "${BATS_TEST_DIRNAME:?}/../.." && pwd)
: "${KUBECTL_MYSQL:=$root/${BUILD:-build}/kubectl-mysql}"

# in_path: a folder on the PATH where kubectl-mysql is the program under test.
in_path() {
	mkdir -p "${BATS_TEST_TMPDIR:?}/bin"
	ln -sf "$KUBECTL_MYSQL" "$BATS_TEST_TMPDIR/bin/kubectl-mysql"
	cp "$root/completions/kubectl_complete-mysql" "$BATS_TEST_TMPDIR/bin/"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# same WANT: the output is exactly this.
same() {
	[ "$output" = "$1" ] || {
		printf 'want: %s\ngot:  %s\n' "$1" "$output" >&2
		return 1
	}
}
