#!/usr/bin/env bash
# What can go wrong with the provisioner ansible: each told once, before anything is made where that can
# be, and nothing left behind.
source "$(dirname "$0")/lib.sh"
# Whatever is left there is left by this test.
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
source "$here/sshd.sh"
start_sshd
machine
step() { # OPTIONS...
    template <<T
build {
  sources = ["null.machine"]
  provisioner "shell-local" { inline = ["echo first-step"] }
  provisioner "ansible" {
    playbook_file = "play.yml"
    $(printf '%s\n    ' "$@")
  }
}
T
}
build() { kiln build -color=false .; }
nothing_left() {
    [ -z "$(ls -d "$TMPDIR"/kiln-ansible* 2>/dev/null)" ] || fail "a temporary folder is left"
    kiln sweep -dry-run
    grep -q "Nothing to sweep" "$out" || fail "the journal is not empty"
}

step
kiln validate .
expect_code 1
expect_err_has 'play.yml'
expect_err_has 'node.pkr.hcl:5'

echo '- hosts: all
  gather_facts: false
  tasks: [{command: "false"}]' >play.yml
step
build
expect_code 1
expect_out_has "Error executing Ansible: Non-zero exit status: exit status 2"
nothing_left

step 'command = "no-such-playbook-runner"'
build
expect_code 1
expect_out_lacks first-step
expect_out_has "there is no program no-such-playbook-runner on this host"
expect_out_has "ansible-core"

printf '#!/bin/sh\necho "ansible-playbook 2.7.1"\n' >old && chmod +x old
step 'command = "./old"'
build
expect_code 1
expect_out_lacks first-step
expect_out_has "./old is version 2.7.1; kiln needs 2.10 or later"

# A galaxy file that leads nowhere.
printf -- '- src: file://%s/no-such-role.tar.gz\n  name: absent\n' "$scratch" >roles.yml
step 'galaxy_file = "roles.yml"' 'roles_path = "fetched"'
build
expect_code 1
expect_out_has "Error executing Ansible Galaxy: Non-zero exit status: exit status 1"
nothing_left

# Another host of the inventory is not taken for the machine.
echo 'other.example.org' >hosts
step 'inventory_file = "hosts"'
build
expect_code 1
expect_out_has "other.example.org is not the machine that kiln is building"

# A stop ends Ansible and what it runs.
echo "- hosts: all
  gather_facts: false
  tasks: [{command: sleep 987654}]" >play.yml
step
interrupt_when pgrep -f 'sleep 987654'
expect_code 1
expect_out_has "Cleanly cancelled builds after being interrupted."
for _ in $(seq 50); do
    if ! pgrep -f "$scratch.*ansible" >/dev/null; then break; fi
    sleep 0.1
done
if pgrep -f "ansible-playbook.*$scratch"; then fail "Ansible goes on"; fi
nothing_left
# As with Ansible's own ssh, what a module started on the machine stays there until the machine goes.
pgrep -f 'sleep 987654' | xargs -r kill

# Secrets are in no log and in no process list: the password of a vault is read from a file.
printf 'swordfish' >vault-password
chmod 600 vault-password
ansible-vault encrypt_string --vault-password-file vault-password "treasure" --name hidden >hidden.yml 2>/dev/null
echo "- hosts: all
  gather_facts: false
  tasks: [{copy: {content: '{{ hidden }}', dest: '$scratch/revealed'}}]" >play.yml
step 'extra_arguments = ["--vault-password-file", "vault-password", "-e", "@hidden.yml"]'
build
expect_code 0
[ "$(cat "$scratch/revealed")" = treasure ] || fail "the vault was not opened"
expect_out_lacks swordfish
expect_out_lacks treasure
