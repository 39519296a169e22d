#compdef handrail
# Completion of handrail for zsh. Put it as _handrail into a folder of $fpath,
#   handrail completion zsh > /usr/share/zsh/vendor-completions/_handrail
# or into one shell, after compinit: source <(handrail completion zsh)
#
# The program itself knows what may come next (handrail completion words); this
# only carries words there and back.

_handrail() {
  local -a lines choices
  local line
  lines=("${(@f)$("${(Q)words[1]}" completion words -- \
    "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  case ${lines[1]} in
    :files) _files ;;
    :folders) _files -/ ;;
    *)
      for line in $lines; do
        choices+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
      done
      (( $#choices )) && _describe -t words 'handrail' choices
      ;;
  esac
}

if [[ ${funcstack[1]-} == _handrail ]]; then
  _handrail "$@"
else
  compdef _handrail handrail
fi
