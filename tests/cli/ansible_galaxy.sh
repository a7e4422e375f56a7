#!/usr/bin/env bash
# A requirements file with roles and collections, installed by the real ansible-galaxy from archives that stand here:
# where the options say, where Ansible looks by itself, and on the machine (ansible-local). What can not be fetched
# ends the build before the playbook runs.
source "$(dirname "$0")/lib.sh"
# Whatever is left there is left by this test.
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
command -v ansible-galaxy >/dev/null || skip "there is no ansible-galaxy"
source "$here/sshd.sh"
start_sshd
machine

make_role() { # TASK
    mkdir -p made/role/tasks made/role/meta made/archives
    echo "$1" >made/role/tasks/main.yml
    echo 'galaxy_info: {author: kiln, description: a role, license: none, min_ansible_version: "2.10"}' \
        >made/role/meta/main.yml
    tar -C made -czf made/archives/role.tar.gz role
}
task='- copy: {content: "{{ 5 | kiln.test.twice }} by the role", dest: "{{ result }}"}'
make_role "$task"
mkdir -p made/collection/plugins/filter
cat >made/collection/galaxy.yml <<'T'
namespace: kiln
name: test
version: 1.0.0
readme: README.md
authors: [kiln]
T
touch made/collection/README.md
cat >made/collection/plugins/filter/twice.py <<'T'
class FilterModule:
    def filters(self):
        return {"twice": lambda number: 2 * int(number)}
T
ansible-galaxy collection build made/collection --output-path made/archives >"$out"
cat >requirements.yml <<T
roles:
  - src: file://$work/made/archives/role.tar.gz
    name: fetched
collections:
  - name: $work/made/archives/kiln-test-1.0.0.tar.gz
    type: file
T
echo '- {hosts: all, gather_facts: false, roles: [fetched]}' >play.yml

step() { # TYPE OPTIONS...
    local type=$1
    shift
    template <<T
build {
  sources = ["null.machine"]
  provisioner "shell-local" { inline = ["echo first-step"] }
  provisioner "$type" {
    playbook_file   = "play.yml"
    extra_arguments = ["-e", "result=$work/result"]
    galaxy_file     = "requirements.yml"
    $(printf '%s\n    ' "$@")
  }
}
T
    rm -f result
}
build() { kiln build -color=false .; }
expect_result() { [ "$(cat result)" = "$1" ] || fail "the playbook wrote: $(cat result)"; }

places=('roles_path = "site/roles"' 'collections_path = "site/collections"')
step ansible "${places[@]}"
build
expect_code 0
expect_out_has "Executing Ansible Galaxy: ansible-galaxy role install -r requirements.yml -p site/roles"
expect_out_has "Executing Ansible Galaxy: ansible-galaxy collection install -r requirements.yml -p site/collections"
expect_result "10 by the role"
[ -e site/roles/fetched/tasks/main.yml ] || fail "the role is not in roles_path"
[ -e site/collections/ansible_collections/kiln/test/MANIFEST.json ] || fail "the collection is not in collections_path"
[ ! -e "$HOME/.ansible/roles" ] || fail "a role is in the home folder"

# A newer role under the same name is taken by force only.
make_role '- copy: {content: changed, dest: "{{ result }}"}'
step ansible "${places[@]}"
build
expect_code 0
expect_result "10 by the role"
step ansible "${places[@]}" 'galaxy_force_install = true'
build
expect_code 0
expect_result changed

# Without places, Ansible's own: the home of who runs kiln.
make_role "$task"
step ansible 'galaxy_force_with_deps = true'
build
expect_code 0
expect_out_has "--force-with-deps"
expect_result "10 by the role"
[ -e "$HOME/.ansible/roles/fetched" ] || fail "the role is not in the home folder"
rm -r "$HOME/.ansible"

staging="staging_directory = \"$scratch/staging\""
step ansible-local "$staging"
build
expect_code 0
expect_out_has "Executing Ansible Galaxy: cd '$scratch/staging' && ansible-galaxy 'role' 'install'"
expect_result "10 by the role"
[ -e "$scratch/staging/roles/fetched" ] || fail "the role is not in the staging directory"
step ansible-local "$staging" 'galaxy_command = "no-such-galaxy"'
build
expect_code 1
expect_out_has "Error executing Ansible Galaxy: Non-zero exit status"
expect_out_has "ansible-local runs the machine's own Ansible"
[ ! -e result ] || fail "the playbook ran"

# What can not be had.
step ansible 'galaxy_command = "no-such-galaxy"'
build
expect_code 1
expect_out_lacks first-step
expect_out_has "there is no program no-such-galaxy on this host"
rm made/archives/kiln-test-1.0.0.tar.gz
for type in ansible ansible-local; do
    step "$type"
    rm -rf "$HOME/.ansible"
    build
    expect_code 1
    expect_out_has "kiln-test-1.0.0.tar.gz"
    expect_out_has "Error executing Ansible Galaxy: Non-zero exit status"
    expect_out_lacks "Executing Ansible: "
    [ ! -e result ] || fail "the playbook ran"
    [ -z "$(ls -d "$TMPDIR"/kiln-ansible* 2>/dev/null)" ] || fail "a temporary folder is left"
done
rm requirements.yml
for type in ansible ansible-local; do
    step "$type"
    kiln validate .
    expect_code 1
    expect_err_has "requirements.yml"
    expect_err_has "node.pkr.hcl:"
done
