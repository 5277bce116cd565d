#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; scripts in quotes are for other shells
bats_require_minimum_version 1.5.0

load cli-helper

# asked WORDS...: what kubectl's protocol answers.
asked() {
	run -0 --separate-stderr "$KUBECTL_MYSQL" __complete "$@"
	[ -z "$stderr" ]
}

@test "commands are completed with their summaries" {
	asked vers
	same $'version\tshow the version of this program\n:4'
	asked ""
	[[ $output == *$'help\t'* ]]
	[[ $output != *__complete* ]]
	asked nonsense
	same ":4"
}

@test "a family is offered once, then its commands" {
	asked temp
	same $'template\tlook at, check and compile templates\n:4'
	asked template li
	[[ $output == *$'list\t'* ]]
	asked template nonsense
	same ":4"
}

@test "templates and their parameters are completed" {
	asked render sing
	same $'single\n:0'
	asked render single NAM
	[[ ${lines[0]} == $'NAME=\t'* && ${lines[-1]} == :6 ]]
	asked render single --param=NAM
	[[ ${lines[0]} == $'--param=NAME=\t'* ]]
	asked render replicated -p FLAVOR=my
	[[ ${lines[0]} == FLAVOR=mysql ]]
	# Neither standard input nor the network is asked.
	asked render -f - ""
	same ":4"
	asked render -f http://192.0.2.1/ ""
	same ":4"
	cat >"$BATS_TEST_TMPDIR/t.yaml" <<-EOT
		kind: Template
		apiVersion: template.openshift.io/v1
		metadata: {name: t}
		parameters: [{name: ONE, description: the first}]
		objects: []
	EOT
	asked render -f "$BATS_TEST_TMPDIR/t.yaml" -p ""
	same $'ONE=\tthe first\n:6'
}

@test "options are completed with their help" {
	asked version --o
	same $'--output\toutput format\n:4'
	asked version --nonsense
	same ":4"
}

@test "output formats are completed in every spelling" {
	asked version -o ""
	same $'text\njson\nyaml\n:4'
	asked version -o y
	same $'yaml\n:4'
	asked version --output=j
	same $'--output=json\n:4'
	asked version -oj
	same $'-ojson\n:4'
	asked version -o=j
	same $'-o=json\n:4'
}

@test "nothing is an option behind --" {
	asked version -- --o
	same ":4"
}

@test "help completes the words of commands" {
	asked help vers
	same $'version\tshow the version of this program\n:4'
}

@test "arguments are completed" {
	asked completion ""
	same $'bash\nzsh\nfish\nkubectl\n:4'
	asked completion bash ""
	same ":4"
}

@test "completion of nothing at all answers too" {
	asked
	[[ $output == *":4" ]]
}

@test "the files in completions/ are what the program prints" {
	diff <("$KUBECTL_MYSQL" completion bash) "$root/completions/kubectl-mysql.bash"
	diff <("$KUBECTL_MYSQL" completion zsh) "$root/completions/_kubectl-mysql"
	diff <("$KUBECTL_MYSQL" completion fish) "$root/completions/kubectl-mysql.fish"
	diff <("$KUBECTL_MYSQL" completion kubectl) "$root/completions/kubectl_complete-mysql"
	[ -x "$root/completions/kubectl_complete-mysql" ]
}

@test "an unknown shell is refused with those there are" {
	run --separate-stderr -2 "$KUBECTL_MYSQL" completion bsh
	[ "${stderr_lines[0]}" = "error: no completion for shell 'bsh'" ]
	[ "${stderr_lines[1]}" = "  hint: did you mean 'bash'?" ]
	run --separate-stderr -2 "$KUBECTL_MYSQL" completion powershell
	[ "${stderr_lines[1]}" = "  hint: there is bash, zsh, fish and kubectl" ]
}

@test "the scripts pass shellcheck" {
	need shellcheck
	shellcheck "$root/completions/kubectl_complete-mysql"
	shellcheck -s bash "$root/completions/kubectl-mysql.bash"
}

@test "kubectl_complete-mysql answers in kubectl's protocol" {
	in_path
	run -0 kubectl_complete-mysql version -o y
	same $'yaml\n:4'
}

# bash_offers LINE: what a real bash offers when the tab key is pressed at the end of LINE, one a line.
bash_offers() {
	run -0 bash --norc --noprofile -c '
		source "$1/completions/kubectl-mysql.bash"
		compopt() { :; }	# not in a completion that readline runs
		COMP_LINE=$2 COMP_POINT=${#2}
		# As readline does: at blanks, and around = and :
		read -ra COMP_WORDS <<<"$(sed -E "s/([=:]+)/ \1 /g" <<<"$2")"
		[[ $2 == *" " ]] && COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_kubectl_mysql
		printf "%s\n" "${COMPREPLY[@]}"' - "$root" "$1"
}

@test "bash completes commands, options and values" {
	in_path
	bash_offers "kubectl-mysql vers"
	same version
	bash_offers "kubectl-mysql version --o"
	same --output
	bash_offers "kubectl-mysql version -o "
	same $'text\njson\nyaml'
	bash_offers "kubectl-mysql version --output=j"
	same json
	bash_offers "kubectl-mysql   version   --output="
	same $'text\njson\nyaml'
	bash_offers "kubectl-mysql help vers"
	same version
}

@test "bash completes at a real prompt" {
	need script
	in_path
	# Readline itself: the line is completed and run, and what it ran is seen in a file.
	cat >"$BATS_TEST_TMPDIR/rc" <<-EOR
		PS1='> '
		bind 'set enable-bracketed-paste off'
		source '$root/completions/kubectl-mysql.bash'
	EOR
	printf 'kubectl-mysql vers\t--out\tyam\t>%q\nexit\n' "$BATS_TEST_TMPDIR/a" >"$BATS_TEST_TMPDIR/keys"
	printf 'kubectl-mysql version --output=j\t>%q\nexit\n' "$BATS_TEST_TMPDIR/b" >"$BATS_TEST_TMPDIR/keys2"
	for keys in keys keys2; do
		TERM=dumb timeout 20 script -qec "bash --noprofile --rcfile '$BATS_TEST_TMPDIR/rc' -i" \
			/dev/null <"$BATS_TEST_TMPDIR/$keys" >"$BATS_TEST_TMPDIR/log" 2>&1 || :
	done
	run -0 cat "$BATS_TEST_TMPDIR/a"
	[[ $output == "apiVersion: "* ]]
	run -0 cat "$BATS_TEST_TMPDIR/b"
	[[ $output == "{"* ]]
}

@test "fish completes commands, options and values" {
	need fish
	in_path
	export HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR
	fish_offers() {
		run -0 fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
			"$root/completions/kubectl-mysql.fish" "$1"
	}
	fish_offers "kubectl-mysql vers"
	same $'version\tshow the version of this program'
	fish_offers "kubectl-mysql version -o "
	[ "$(sort <<<"$output")" = $'json\ntext\nyaml' ]
	fish_offers "kubectl-mysql version --output=j"
	same --output=json
}

@test "zsh completes commands and values at a real prompt" {
	need zsh
	need script
	in_path
	mkdir "$BATS_TEST_TMPDIR/zsh"
	cp "$root/completions/_kubectl-mysql" "$BATS_TEST_TMPDIR/zsh/"
	cat >"$BATS_TEST_TMPDIR/.zshrc" <<-EOR
		PS1='> '
		fpath=('$BATS_TEST_TMPDIR/zsh' \$fpath)
		autoload -Uz compinit && compinit -u -d '$BATS_TEST_TMPDIR/dump'
		bindkey '^I' complete-word
		: >'$BATS_TEST_TMPDIR/ready'
	EOR
	# until FILE: what was typed before has made it.
	until_there() {
		for _ in {1..200}; do
			[ -e "$1" ] && break
			read -rt 0.05 <> <(:) || :
		done
	}
	{
		until_there "$BATS_TEST_TMPDIR/ready"
		printf 'kubectl-mysql vers\t-o ya\t>%s\r' "$BATS_TEST_TMPDIR/a"
		until_there "$BATS_TEST_TMPDIR/a"
		printf 'kubectl-mysql version --output=j\t>%s\r' "$BATS_TEST_TMPDIR/b"
		until_there "$BATS_TEST_TMPDIR/b"
		printf 'exit\r'
	} | ZDOTDIR=$BATS_TEST_TMPDIR TERM=dumb timeout 30 script -qec "zsh -i" /dev/null \
		>"$BATS_TEST_TMPDIR/log" 2>&1 || :
	run -0 cat "$BATS_TEST_TMPDIR/a"
	[[ $output == "apiVersion: "* ]]
	run -0 cat "$BATS_TEST_TMPDIR/b"
	[[ $output == "{"* ]]
}
