# Completes a line in a real zsh on a pseudo-terminal: types it, presses Tab,
# then has the shell print the line that stands there.
#   zsh -f complete.zsh LINE     with handrail on PATH
zmodload zsh/zpty
zpty shell 'PS1= TERM=dumb zsh -f -i'
zpty -w shell 'unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null'
zpty -w shell 'stty -echo; autoload -Uz compinit; compinit -u -D'
zpty -w shell 'source <(handrail completion zsh)'
# Prints the line that is there instead of running it.
zpty -w shell 'print-line() { print -r -- "<<$BUFFER>>"; zle kill-buffer; zle accept-line }'
zpty -w shell 'zle -N print-line; bindkey "^X" print-line; print ready-"to"-type'
zpty -r -m shell seen '*ready-to-type*'
zpty -n -w shell "$1"$'\t\x18'
zpty -r -m shell seen '*<<*>>*'
seen=${seen##*<<}
print -r -- "${seen%%>>*}"
zpty -d shell
