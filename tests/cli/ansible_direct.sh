#!/usr/bin/env bash
# use_proxy = false: Ansible's own ssh with a password, and through a bastion; the password is in no output and in no
# list of processes. What ssh(1) can not do by itself is refused. kiln's own connection goes all these ways.
source "$(dirname "$0")/lib.sh"
# Whatever is left there is left by this test.
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
[ "$(id -u)" = 0 ] || skip "an sshd that takes a password takes root"
for program in ansible-playbook sshpass; do
    command -v "$program" >/dev/null || skip "there is no $program"
done
source "$here/sshd.sh"

start_sshd
stop_sshd
sed -i 's/^PasswordAuthentication .*/PasswordAuthentication yes/; $a LogLevel VERBOSE' "$sshd_folder/config"
start_sshd_with_accounts 'trout perch"1'

cat >play.yml <<'T'
- hosts: all
  tasks:
    - copy: {content: "{{ ansible_connection }} {{ ansible_user }}", dest: "{{ result }}"}
    - command: ps -eo args
      register: seen
      failed_when: "'perch' in seen.stdout"
T
# step LOGIN USE_PROXY: a template.
step() {
    template <<T
source "null" "machine" {
  communicator = "ssh"
  ssh_host     = "127.0.0.1"
  ssh_port     = $sshd_port
  ssh_username = "root"
  $1
}
build {
  sources = ["null.machine"]
  provisioner "ansible" {
    playbook_file   = "play.yml"
    use_proxy       = $2
    extra_arguments = ["-e", "result=$work/result"]
  }
}
T
    rm -f result
}
build() { kiln build -color=false .; }
nothing_left() {
    expect_out_lacks "perch"
    [ -z "$(ls -d "$TMPDIR"/kiln-ansible* 2>/dev/null)" ] || fail "a temporary folder is left"
    ! pgrep -f "ssh.*$TMPDIR/kiln-ansible" >/dev/null || fail "ssh keeps a connection"
}
logins() { awk '/Accepted publickey/ { n++ } END { print n + 0 }' "$sshd_folder/log"; }

password='trout perch\"1'
for way in "true kiln" "false ssh"; do
    read -r proxy wanted <<<"$way"
    step "ssh_password = \"$password\"" "$proxy"
    build
    expect_code 0
    [ "$(cat result)" = "$wanted root" ] || fail "the machine was reached as $(cat result)"
    nothing_left
done

bastion="ssh_private_key_file = \"$sshd_key\"
  ssh_bastion_host     = \"localhost\"
  ssh_bastion_port     = $sshd_port
  ssh_bastion_username = \"root\""
for way in "true kiln" "false ssh"; do
    read -r proxy wanted <<<"$way"
    step "$bastion
  ssh_bastion_private_key_file = \"$sshd_key\"" "$proxy"
    before=$(logins)
    build
    expect_code 0
    [ "$(cat result)" = "$wanted root" ] || fail "the machine was reached as $(cat result)"
    # kiln's own way takes two, and Ansible's two more.
    wanted_logins=$([ "$proxy" = true ] && echo 2 || echo 4)
    [ $(($(logins) - before)) = "$wanted_logins" ] || fail "$(($(logins) - before)) logins, not $wanted_logins"
    nothing_left
done

# Without a key of the machine, which would be the bastion's, too.
bastion="ssh_password = \"$password\"
  ${bastion#*$'\n'}"
step "$bastion
  ssh_bastion_password = \"$password\"" true
build
expect_code 0
[ "$(cat result)" = "kiln root" ] || fail "the machine was reached as $(cat result)"
nothing_left
step "$bastion
  ssh_bastion_password = \"$password\"" false
build
expect_code 1
expect_out_has "use_proxy = false: Ansible's ssh can not log in to the bastion with a password"
[ ! -e result ] || fail "the playbook ran"
nothing_left
