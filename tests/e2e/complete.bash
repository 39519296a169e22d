# Completes a line with bash's own completion of handrail, as Tab would at the
# line's end. Prints what bash would offer, one a line.
#   bash complete.bash LINE      with handrail on PATH
source <(handrail completion bash)
# What bash does before it calls the function: words break at blanks, = and :.
COMP_LINE=$1
COMP_POINT=${#COMP_LINE}
COMP_WORDS=()
rest=$COMP_LINE
while [[ $rest ]]; do
  if [[ $rest =~ ^[[:space:]]+ ]]; then
    rest=${rest#"${BASH_REMATCH[0]}"}
    [[ $rest ]] || COMP_WORDS+=('')
  elif [[ $rest =~ ^[=:]+ || $rest =~ ^[^[:space:]=:]+ ]]; then
    COMP_WORDS+=("${BASH_REMATCH[0]}")
    rest=${rest#"${BASH_REMATCH[0]}"}
  fi
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
how=$(complete -p handrail)
[[ $how =~ -F\ ([^ ]+) ]] || exit 1
"${BASH_REMATCH[1]}" handrail
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
