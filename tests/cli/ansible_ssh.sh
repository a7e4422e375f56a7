#!/usr/bin/env bash
# A playbook against a machine with a real sshd: through kiln's connection and by Ansible's own ssh, to
# the same result as Ansible run by hand; groups, variables, environment and inventory as Packer has them.
source "$(dirname "$0")/lib.sh"
# Whatever is left there is left by this test.
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
source "$here/sshd.sh"
start_sshd
machine

mkdir -p site/roles/thing/tasks site/roles/thing/templates site/group_vars
cat >site/play.yml <<'T'
- hosts: web
  gather_facts: true
  vars: {result: "{{ lookup('env', 'RESULT') }}"}
  roles: [thing]
T
cat >site/roles/thing/tasks/main.yml <<'T'
- file: {path: "{{ result }}", state: directory, mode: "0750"}
- template: {src: report.j2, dest: "{{ result }}/report", mode: "0640"}
- copy: {content: "{{ 'long ' * 50000 }}", dest: "{{ result }}/long", mode: "0600"}
- command: {argv: [tee, "{{ result }}/input"], stdin: "given text"}
- lineinfile: {path: "{{ result }}/report", line: last line}
- fetch: {src: "{{ result }}/report", dest: "{{ result }}-fetched", flat: true}
- debug: {msg: "the path is {{ ansible_env.HOME }}"}
- set_fact: {here: "{{ lookup('pipe', 'echo local') }}"}
- command: touch "{{ result }}/delegated"
  delegate_to: localhost
T
cat >site/roles/thing/templates/report.j2 <<'T'
{{ inventory_hostname }} {{ group_names | join(" ") }} {{ packer_build_name }} {{ packer_builder_type }} {{ colour }} {{ extra }}
T
echo "colour: blue" >site/group_vars/web.yml

template <<'T'
variable "mode" { default = true }
variable "result" {}
build {
  sources = ["null.machine"]
  provisioner "ansible" {
    playbook_file    = "site/play.yml"
    groups           = ["web", "more"]
    empty_groups     = ["nobody"]
    host_alias       = "thing-1"
    use_proxy        = var.mode
    extra_arguments  = ["-e", "extra=${build.User}"]
    ansible_env_vars = ["RESULT=${var.result}", "ANSIBLE_NOCOLOR=1"]
  }
}
T

listing() { (cd "$1" && find . -printf '%P %m %s\n' | sort && cat report input); }

for mode in true false; do
    kiln build -color=false -var "mode=$mode" -var "result=$scratch/by-kiln-$mode" .
    expect_code 0
    expect_out_has "null.machine: Provisioning with Ansible..."
    expect_out_has "null.machine: Executing Ansible: ansible-playbook -e packer_build_name=\"machine\" -e packer_builder_type=null"
    expect_out_has "the path is $sshd_home"
    expect_out_has "failed=0"
    [ "$(cat "$scratch/by-kiln-$mode/report")" = "$(printf 'thing-1 more web machine null blue %s\nlast line' "$(id -un)")" ] ||
        fail "the report reads: $(cat "$scratch/by-kiln-$mode/report")"
    cmp "$scratch/by-kiln-$mode/report" "$scratch/by-kiln-$mode-fetched"
    [ -z "$(ls -d "$TMPDIR"/kiln-ansible* 2>/dev/null)" ] || fail "a temporary folder is left"
    ! pgrep -f "ssh.*$TMPDIR/kiln-ansible" >/dev/null || fail "ssh keeps a connection"
    [ -z "$(ls site | grep -v -e play.yml -e roles -e group_vars)" ] || fail "something is left in site/"
done
expect_out_has "-F "

# By hand.
printf '[web]\nthing-1 ansible_host=127.0.0.1 ansible_port=%s\n[more]\nthing-1\n' "$sshd_port" >"$scratch/hosts"
RESULT=$scratch/by-hand ANSIBLE_HOST_KEY_CHECKING=False ansible-playbook -i "$scratch/hosts" \
    --private-key "$sshd_key" --ssh-extra-args "-o UserKnownHostsFile=/dev/null -o ControlMaster=no" \
    -e packer_build_name=machine -e packer_builder_type=null -e "extra=$(id -un)" site/play.yml >"$scratch/log" 2>&1 ||
    fail "Ansible by hand: $(tail -5 "$scratch/log")"
for mode in true false; do
    diff <(listing "$scratch/by-hand") <(listing "$scratch/by-kiln-$mode") || fail "use_proxy = $mode has another result"
done
kiln sweep -dry-run
expect_out <<<"Nothing to sweep."
