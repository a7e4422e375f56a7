#!/usr/bin/env bash
# Completions are asked of the shells themselves.
source "$(dirname "$0")/lib.sh"

mkdir folder
touch lab.pkrvars.hcl old.json notes.txt
cat >node.pkr.hcl <<'TEMPLATE'
variable "unset" {}
source "null" "base" { communicator = "none" }
source "null" "$(touch run)" {}
build {
  name    = "k8s"
  sources = ["null.base"]
  source "null.base" { name = "lab" }
  source "null.base" { name = "a b;touch run" }
  post-processor "manifest" {}
  post-processor "checksum" { name = "sums" }
}
TEMPLATE
cp node.pkr.hcl folder
echo '{"builders": [{"type": "null"}, {"type": "null", "name": "x"}], "post-processors": ["manifest"]}' >old.json

kiln completion names -- build -var a=b -only= -debug node.pkr.hcl
expect_code 0
expect_out <<<$'k8s.null.base\nk8s.null.lab'
kiln completion names -except -- build -only '' -except folder folder
expect_code 0
expect_out <<<$'k8s.null.base\nk8s.null.lab\nmanifest\nsums'
kiln completion names -- build -only = x old.json
expect_out <<<$'null\nx'
kiln completion names -- validate
expect_out <<<$'k8s.null.base\nk8s.null.lab'
kiln completion names -- build none.json
expect_code 0
expect_out </dev/null

PATH=$(dirname "$KILN"):$PATH

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
bash_offers 'k8s.null.base k8s.null.lab' build node.pkr.hcl -only ''
bash_offers 'k8s.null.lab' build folder -only k8s.null.l
bash_offers 'k8s.null.lab' build folder -only = k8s.null.l
bash_offers 'manifest' validate node.pkr.hcl -except m
bash_offers 'x,manifest,sums' validate node.pkr.hcl -except x,manifest,s
bash_offers 'folder node.pkr.hcl old.json' build -debug ''
bash_offers 'lab.pkrvars.hcl' inspect -var-file l
bash -n kiln.bash
[ ! -e run ] || fail "what a template says was run"

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
    fish_offers 'kiln build node.pkr.hcl -only ' k8s.null.lab
    fish_offers 'kiln build node.pkr.hcl -except x,m' x,manifest
    fish_offers 'kiln build n' node.pkr.hcl
fi
