#!/usr/bin/env bash
# A playbook in a root file system without sshd: roles, services that are not started, files with their
# modes; cached until a file that the playbook reaches changes; a tree without Python is told of.
source "$(dirname "$0")/lib.sh"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
mkdir -p ansible/roles/node/tasks ansible/roles/node/files shared
cat >ansible/play.yml <<'T'
- hosts: all
  roles: [node]
T
cat >ansible/roles/node/tasks/main.yml <<'T'
- copy: {src: motd, dest: /etc/motd, mode: "0640", owner: "65534"}
- copy: {src: ../../../../shared/line, dest: /etc/line}
- user: {name: worker, uid: 1500, shell: /bin/sh}
- command: id -un
  become: true
  become_user: worker
  become_method: su
  register: who
- copy: {content: "{{ who.stdout }} {{ ansible_distribution }} {{ ansible_user }}", dest: /etc/who}
T
echo hello >ansible/roles/node/files/motd
echo one >shared/line
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["command -v python3 || { echo no python; exit 1; }"] }
  provisioner "ansible" { playbook_file = "ansible/play.yml" }
  provisioner "shell" {
    inline = ["stat -c '%a %u' /etc/motd", "cat /etc/motd /etc/line /etc/who", "getent passwd worker"]
  }
}
T
sed -i 's/packages .*/packages = ["python3-minimal", "python3"]/' source.pkr.hcl
build
expect_code 0
expect_out_has "640 65534"
expect_out_has "worker Debian root"
expect_out_has "worker:x:1500:"
expect_no_leftovers

build -force
expect_code 0
expect_out_lacks "Executing Ansible"
for file in ansible/roles/node/files/motd shared/line; do
    echo changed >>"$file"
    build -force
    expect_code 0
    expect_out_has "(ansible): changed: "
    expect_out_has "Executing Ansible"
    expect_out_has "changed"
done

# The same tree without Python.
sed -i 's/packages .*/packages = []/' source.pkr.hcl
sed -i '/command -v python3/d' node.pkr.hcl
build -force
expect_code 1
expect_out_has "Error executing Ansible: Non-zero exit status"
expect_out_has "the machine has no Python"
expect_no_leftovers
