#!/usr/bin/env bash
# Playbooks that the machine runs itself: what is uploaded, where it is run, and that it goes again; a
# machine without Ansible is told of.
source "$(dirname "$0")/lib.sh"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
source "$here/sshd.sh"
start_sshd
machine
mkdir -p site/roles/thing/tasks site/group_vars
echo '- hosts: web
  roles: [thing]' >play.yml
echo '- hosts: all
  tasks: [{copy: {content: "{{ packer_build_name }} {{ packer_builder_type }} {{ extra }}", dest: "{{ result }}-second"}}]' >second.yml
echo '- copy: {content: "{{ colour }} {{ inventory_hostname }}", dest: "{{ result }}"}' >site/roles/thing/tasks/main.yml
echo 'colour: blue' >site/group_vars/web
step() { # OPTIONS...
    template <<T
build {
  sources = ["null.machine"]
  provisioner "ansible-local" {
    playbook_files    = ["play.yml", "second.yml"]
    role_paths        = ["site/roles/thing"]
    group_vars        = "site/group_vars"
    inventory_groups  = ["web"]
    staging_directory = "$scratch/staging"
    extra_arguments   = ["-e", "'extra=two result=$scratch/result'"]
    $(printf '%s\n    ' "$@")
  }
}
T
}
step
kiln build -color=false .
expect_code 0
expect_out_has "null.machine: Provisioning with Ansible..."
expect_out_has "null.machine: Executing Ansible: cd $scratch/staging && ANSIBLE_FORCE_COLOR=1 PYTHONUNBUFFERED=1 ansible-playbook $scratch/staging/second.yml --extra-vars"
[ "$(cat "$scratch/result")" = "blue 127.0.0.1" ] || fail "$(cat "$scratch/result")"
[ "$(cat "$scratch/result-second")" = "machine null two" ] || fail "$(cat "$scratch/result-second")"
[ -e "$scratch/staging/roles/thing/tasks/main.yml" ] || fail "the role is not in roles/"

step 'clean_staging_directory = true'
kiln build -color=false .
expect_code 0
[ ! -e "$scratch/staging" ] || fail "the staging directory is left"

step 'command = "no-such-ansible"'
kiln build -color=false .
expect_code 1
expect_out_has "Error executing Ansible: Non-zero exit status: 127"
expect_out_has "ansible-local runs the machine's own Ansible"

rm second.yml
kiln validate .
expect_code 1
expect_err_has "second.yml"
