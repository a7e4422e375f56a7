#!/usr/bin/env bash
# Completions are asked of the shells themselves.
source "$(dirname "$0")/lib.sh"

mkdir folder
touch node.pkr.hcl lab.pkrvars.hcl notes.txt

"$KILN" completion bash >kiln.bash
bash_offers() { # WORDS-WANTED WORD... of the line, the last to be completed
    bash -c 'source ./kiln.bash; want=$1; shift; COMP_WORDS=(kiln "$@") COMP_CWORD=$#; _kiln
        [ "${COMPREPLY[*]}" = "$want" ] || { echo "offered: ${COMPREPLY[*]}"; exit 1; }' _ "$@" ||
        fail "bash: kiln ${*:2}"
}
bash_offers 'validate version' v
bash_offers 'installed required install remove' plugins ''
bash_offers '-only -on-error' build -on
bash_offers 'hcl2 json' console -config-type ''
bash_offers '-check' fmt -c
bash -n kiln.bash

if command -v zsh >/dev/null; then
    "$KILN" completion zsh >_kiln
    zsh -n _kiln || fail "zsh can not read the completion"
    zsh -fc 'autoload -Uz compinit && compinit -u -d ./dump && source ./_kiln && whence _kiln >/dev/null &&
        [[ ${_comps[kiln]} == *_bash_complete* ]]' || fail "zsh does not take the completion"
fi

if command -v fish >/dev/null; then
    "$KILN" completion fish >kiln.fish
    fish_offers() { # LINE WORD
        fish --no-config -c "source kiln.fish; complete -C '$1'" | cut -f1 | grep -qxF -- "$2" ||
            fail "fish: $1"
    }
    fish_offers 'kiln val' validate
    fish_offers 'kiln plugins ' installed
    fish_offers 'kiln build -on' -only
    fish_offers 'kiln build -on-error ' cleanup
fi
