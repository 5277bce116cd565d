# bash completion for kubectl-mysql, made by 'kubectl-mysql completion bash'.

_kubectl_mysql()
{
	local IFS=$' \t\n' line="${COMP_LINE:0:COMP_POINT}" word rest i
	local -a words=() answer=()

	# Pieces with no blank between them are one word.
	rest=$line
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		((i == COMP_CWORD && ${#word} > ${#rest})) && word=$rest
		if [[ $i -gt 0 && ${#words[@]} -gt 0 && $rest != [[:blank:]]* && -n $rest ]]; then
			words[${#words[@]} - 1]+=$word
		else
			words+=("$word")
		fi
		while [[ $rest == [[:blank:]]* ]]; do rest=${rest:1}; done
		[[ -n $word && $rest == "$word"* ]] && rest=${rest:${#word}}
	done
	word=${words[${#words[@]} - 1]}

	mapfile -t answer < <("${COMP_WORDS[0]}" __complete "${words[@]:1}" 2>/dev/null)
	((${#answer[@]})) || return
	local directive=${answer[${#answer[@]} - 1]#:} cut='' candidate
	unset 'answer[${#answer[@]}-1]'
	[[ $directive == [0-9]* ]] || return
	case $word in
	*[=:]*) cut=${word%"${word##*[=:]}"} ;;
	esac
	COMPREPLY=()
	for candidate in "${answer[@]}"; do
		candidate=${candidate%%$'\t'*}
		[[ $candidate == "$word"* ]] && COMPREPLY+=("${candidate#"$cut"}")
	done
	((directive & 2)) && compopt -o nospace 2>/dev/null
	((directive & 32)) && compopt -o nosort 2>/dev/null
	((${#COMPREPLY[@]} || directive & 4)) && return
	compopt -o filenames 2>/dev/null
	if ((directive & 16)); then
		mapfile -t COMPREPLY < <(compgen -d -- "${word#"$cut"}")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "${word#"$cut"}")
	fi
}

complete -F _kubectl_mysql kubectl-mysql
