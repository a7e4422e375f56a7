#!/usr/bin/env bash
# ansible-local in a root file system: the tree's own Ansible runs the playbook, and its own ansible-galaxy installs
# what the requirements file lists, from an archive that an earlier step has put there; cached like any step.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "file" {
    source      = "role.tar.gz"
    destination = "/srv/role.tar.gz"
  }
  provisioner "ansible-local" {
    playbook_file           = "play.yml"
    galaxy_file             = "requirements.yml"
    inventory_groups        = ["web"]
    clean_staging_directory = true
  }
  provisioner "shell" {
    inline = ["cat /srv/result", "ls /tmp/packer-provisioner-ansible-local"]
  }
}
T
sed -i 's/packages .*/packages = ["ansible-core"]/' source.pkr.hcl
mkdir -p role/tasks role/meta
cat >role/tasks/main.yml <<'T'
- copy: {content: "{{ packer_build_name }} {{ group_names | first }} {{ ansible_connection }}\n", dest: /srv/result}
T
echo 'galaxy_info: {author: kiln, description: a role, license: none, min_ansible_version: "2.10"}' >role/meta/main.yml
tar -czf role.tar.gz role
printf -- '- src: file:///srv/role.tar.gz\n  name: fetched\n' >requirements.yml
echo '- {hosts: web, gather_facts: false, roles: [fetched]}' >play.yml
build
expect_code 0
expect_out_has "Executing Ansible Galaxy: "
expect_out_has "node web local"
expect_no_leftovers

build -force
expect_code 0
expect_out_has "(ansible-local): cached"
echo '# changed' >>requirements.yml
build -force
expect_code 0
expect_out_has "(ansible-local): changed: "

rm role.tar.gz
tar -czf role.tar.gz play.yml
build -force
expect_code 1
expect_out_has "Error executing Ansible Galaxy: Non-zero exit status"
expect_out_lacks "Executing Ansible: "
expect_no_leftovers
