#!/usr/bin/env bash
# The inventory: groups, empty groups, alias, a template of the machine's line, --limit, an inventory of one's own, and
# where the file is kept. Packer writes the same, and gives Ansible the same words.
source "$(dirname "$0")/lib.sh"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
source "$here/sshd.sh"
start_sshd

# Tells what it was called with, and runs the real program.
cat >recording <<T
#!/bin/sh
if [ "\$1" != --version ]; then
    printf '%s\n' "\$@" >$work/words
    previous=
    for word in "\$@"; do
        if [ "\$previous" = -i ] && [ -f "\$word" ]; then cp "\$word" $work/inventory; fi
        previous=\$word
    done
fi
exec ansible-playbook "\$@"
T
chmod +x recording
cat >play.yml <<'T'
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "{{ inventory_hostname }} of {{ group_names | join(' ') }}; {{ groups | length }} groups"}
T

# step OPTIONS: a legacy template, which both programs read.
step() {
    cat >t.json <<T
{
  "builders": [{"type": "null", "name": "machine", "communicator": "ssh", "ssh_host": "127.0.0.1",
    "ssh_port": $sshd_port, "ssh_username": "$(id -un)", "ssh_private_key_file": "$sshd_key"}],
  "provisioners": [{"type": "ansible", "playbook_file": "play.yml", "command": "./recording", $1}]
}
T
    rm -f words inventory
}
run() { kiln build -color=false t.json; }

step '"groups": ["web", "db"], "empty_groups": ["nobody"], "host_alias": "one", "local_port": 4711'
run
expect_code 0
expect_out_has "one of db web; 5 groups"
line="one ansible_host=127.0.0.1 ansible_user=$(id -un) ansible_port=4711 ansible_connection=kiln"
printf '%s\n' "$line" '[web]' "$line" '[db]' "$line" '[nobody]' | diff - inventory || fail "the inventory differs"

# By Ansible's own ssh there is nothing of kiln's in it, and Packer writes it so.
options='"groups": ["web", "db"], "empty_groups": ["nobody"], "host_alias": "one", "use_proxy": false,
  "extra_arguments": ["-e", "given={{build `User`}}", "--limit", "web"]'
step "$options"
run
expect_code 0
expect_out_has "one of db web"
mv inventory ours
mv words our-words
if command -v packer >/dev/null; then
    step "$options"
    CHECKPOINT_DISABLE=1 packer build -color=false t.json >"$out" 2>&1 || fail "packer fails"
    diff inventory ours || fail "Packer's inventory differs"
    for word in 'packer_build_name="machine"' packer_builder_type=null "given=$(id -un)" --limit web \
        "$work/play.yml"; do
        grep -qxF -- "$word" words || fail "Packer does not say $word: $(cat words)"
        grep -qxF -- "$word" our-words || fail "kiln does not say $word: $(cat our-words)"
    done
fi

template='{{ .HostAlias }} ansible_host={{ .Host }} ansible_user={{ .User }} ansible_port={{ .Port }} colour=blue'
step "\"inventory_file_template\": \"$template\", \"groups\": [\"web\"]"
run
expect_code 0
line="default ansible_host=127.0.0.1 ansible_user=$(id -un) ansible_port=$sshd_port colour=blue"
printf '%s\n' "$line" '[web]' "$line" | diff - inventory || fail "the template is not rendered"

step '"inventory_file_template": "{{ .HostAlias }} ansible_host={{ .NoSuch }}"'
run
expect_code 1
expect_out_has "inventory_file_template names a field that there is not"
expect_out_has "it knows .HostAlias, .Host, .User and .Port"
[ ! -e words ] || fail "the playbook ran"

# Beside group_vars of the user's own, and kept.
mkdir -p hosts/group_vars
echo 'colour: red' >hosts/group_vars/web.yml
echo '- {hosts: all, gather_facts: false, tasks: [{debug: {msg: "colour {{ colour }}"}}]}' >play.yml
step '"inventory_directory": "hosts", "groups": ["web"]'
run
expect_code 0
expect_out_has "colour red"
[ "$(ls hosts)" = group_vars ] || fail "left in hosts: $(ls hosts)"
step '"inventory_directory": "hosts", "groups": ["web"], "keep_inventory_file": true'
run
expect_code 0
grep -q '^\[web\]$' hosts/packer-provisioner-ansible* || fail "the inventory is not kept"

printf '[web]\ndefault colour=green\n' >own
step '"inventory_file": "own"'
run
expect_code 0
expect_out_has "colour green"
