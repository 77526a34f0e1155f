#compdef jfconsole
# The words come from the command itself. It ends with 10 where a file is wanted: zsh knows best how to name those.
_jfconsole() {
    local answer wanted line
    local -a words_before found
    words_before=(${words[1,CURRENT-1]})
    answer="$(
        export COMP_LINE="${(j: :)words_before} $IPREFIX$QIPREFIX$PREFIX" _ARGCOMPLETE=1 _ARGCOMPLETE_IFS=$'\n'
        export COMP_POINT=$#COMP_LINE _ARGCOMPLETE_SHELL=fish _ARGCOMPLETE_DFS=$'\t' _ARGCOMPLETE_SUPPRESS_SPACE=1
        ${~words[1]} 8>&1 >/dev/null 2>&1 </dev/null
    )"
    wanted=$?
    if (( wanted == 10 )); then
        compset -P '--*='
        _files
        return
    fi
    for line in ${(f)answer}; do
        found+=("${${line%%$'\t'*}//:/\\:}${${line#*$'\t'}:+:${line#*$'\t'}}")
    done
    _describe jfconsole found
}
if (( $+funcstack[1] )) && [[ $funcstack[1] == _jfconsole ]]; then
    _jfconsole "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef _jfconsole jfconsole
fi
