# Completion of handrail for fish. Put it where fish looks for completions,
#   handrail completion fish > ~/.config/fish/completions/handrail.fish
# or into one shell: handrail completion fish | source
#
# The program itself knows what may come next (handrail completion words); this
# only carries words there and back.

function __handrail_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] completion words -- $words[2..] "$current" 2>/dev/null)
    switch "$lines[1]"
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$current"
        case '*'
            printf '%s\n' $lines
    end
end

complete -c handrail -f -a '(__handrail_words)'
