# Completion of handrail for bash. Put it where bash looks for completions,
#   handrail completion bash > /etc/bash_completion.d/handrail
# or into one shell: source <(handrail completion bash)
#
# The program itself knows what may come next (handrail completion words); this
# only carries words there and back. Needs nothing of bash-completion.

_handrail() {
  # The words up to the cursor. Bash breaks them at = and :, the program does
  # not: what no blank stands before belongs to the word before it.
  local rest=${COMP_LINE:0:COMP_POINT} blank last='' i
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    blank=${rest%%[![:space:]]*}
    rest=${rest#"$blank"}
    if ((i == COMP_CWORD)); then last=$rest; else last=${COMP_WORDS[i]}; fi
    if [[ $blank || $i == 0 ]]; then words+=(''); fi
    words[-1]+=$last
    rest=${rest#"$last"}
  done
  local current=${words[-1]}
  # Only what stands behind the break is replaced.
  [[ $last == [=:] ]] && last=''
  local kept=${current%"$last"}

  local -a lines=()
  mapfile -t lines < <("${1/#\~/$HOME}" completion words -- "${words[@]:1}" \
    2>/dev/null)
  COMPREPLY=()
  case ${lines[0]-} in
    :files)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$last")
      ;;
    :folders)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$last")
      ;;
    *)
      local line
      for line in "${lines[@]}"; do
        line=${line%%$'\t'*}
        COMPREPLY+=("${line#"$kept"}")
      done
      ;;
  esac
}

complete -F _handrail handrail
