# The words come from the command itself. It ends with 10 where a file is wanted: bash knows best how to name those.
_jfconsole() {
    local IFS=$'\n' wanted=10
    local redirected='[<>][[:space:]]*[^[:space:]]*$'
    COMPREPLY=()
    if ! [[ ${COMP_LINE:0:COMP_POINT} =~ $redirected ]]; then
        COMPREPLY=($(
            export COMP_LINE COMP_POINT _ARGCOMPLETE=1 _ARGCOMPLETE_IFS=$'\n' _ARGCOMPLETE_SHELL=bash
            export _ARGCOMPLETE_COMP_WORDBREAKS="$COMP_WORDBREAKS" _ARGCOMPLETE_SUPPRESS_SPACE=1
            "$1" 8>&1 >/dev/null 2>&1 </dev/null
        ))
        wanted=$?
    fi
    if [[ $wanted == 10 ]]; then
        # The bash of macOS has no compopt.
        compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
    fi
}
complete -o bashdefault -F _jfconsole jfconsole
