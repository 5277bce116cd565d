# fish completion for kubectl-mysql, made by 'kubectl-mysql completion fish'.

function __kubectl_mysql_complete
	set -l words (commandline -opc)
	set -l word (commandline -ct)
	set -l answer ($words[1] __complete $words[2..-1] "$word" 2>/dev/null)
	test (count $answer) -gt 0; or return
	set -l directive (string replace -r '^:' '' -- $answer[-1])
	string match -qr '^[0-9]+$' -- $directive; or return
	set -l candidates
	test (count $answer) -gt 1; and set candidates $answer[1..-2]
	if test (count $candidates) -gt 0
		printf '%s\n' $candidates
		return
	end
	test (math "bitand($directive, 4)") -ne 0; and return
	set -l lead (string match -r '^-[^=]*=' -- $word)
	set -l path (string replace -r '^-[^=]*=' '' -- $word)
	if test (math "bitand($directive, 16)") -ne 0
		printf '%s\n' $lead(__fish_complete_directories $path)
	else
		printf '%s\n' $lead(__fish_complete_path $path)
	end
end

complete -c kubectl-mysql -f -k -a '(__kubectl_mysql_complete)'
