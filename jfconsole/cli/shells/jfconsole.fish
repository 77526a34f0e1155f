# The words come from the command itself. It ends with 10 where a file is wanted: fish knows best how to name those.
function __jfconsole_complete
    set -lx COMP_LINE (commandline -cp)
    set -lx COMP_POINT (string length -- $COMP_LINE)
    set -lx _ARGCOMPLETE 1
    set -lx _ARGCOMPLETE_SHELL fish
    set -lx _ARGCOMPLETE_IFS \n
    set -lx _ARGCOMPLETE_DFS \t
    set -lx _ARGCOMPLETE_SUPPRESS_SPACE 1
    jfconsole 8>&1 >/dev/null 2>&1 </dev/null
    if test $status = 10
        complete --do-complete "'' "(commandline -ct)
    end
end
complete --command jfconsole --no-files --arguments '(__jfconsole_complete)'
