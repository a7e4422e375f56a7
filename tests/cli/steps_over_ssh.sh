#!/usr/bin/env bash
# Provisioners shell and file on a machine with a real sshd: what they leave there, and say, is what Packer's
# leave where it is installed; a machine that restarts; retries and timeouts.
source "$(dirname "$0")/lib.sh"
source "$here/sshd.sh"
start_sshd
machine

mkdir -p tree/sub/deeper "$sshd_home"
echo one >tree/one && chmod 0640 tree/one
printf '#!/bin/sh\necho run by %s\n' "\$0" >tree/sub/run && chmod 0755 tree/sub/run
head -c 300000 /dev/urandom >tree/sub/deeper/random && chmod 0600 tree/sub/deeper/random
printf '#!/bin/sh\r\necho "script $A, build $PACKER_BUILD_NAME, type $PACKER_BUILDER_TYPE"\r\n' >dos.sh
cat >script.sh <<'T'
#!/bin/bash
set -u
umask 022
echo "A is $A and B is $B" >"$RESULT/script"
echo 'to stderr' >&2
id -un >"$RESULT/user"
T
template <<'T'
variable "result" { type = string }
build {
  sources = ["null.machine"]
  provisioner "shell" { inline = ["mkdir -p ${var.result}/in ${var.result}/contents", "chmod 0700 ${var.result}/in"] }
  provisioner "file" {
    source      = "tree/one"
    destination = "${var.result}/a file"
  }
  provisioner "file" {
    source      = "tree/one"
    destination = "${var.result}/in/"
  }
  provisioner "file" {
    source      = "tree"
    destination = "${var.result}/in"
  }
  provisioner "file" {
    source      = "tree/"
    destination = "${var.result}/contents"
  }
  provisioner "file" {
    sources     = ["tree/sub/run", "dos.sh"]
    destination = "${var.result}/in/"
  }
  provisioner "shell" {
    environment_vars = ["A=it's $HOME", "B=x=y z", "RESULT=${var.result}"]
    scripts          = ["script.sh"]
  }
  provisioner "shell" {
    environment_vars = ["A=a"]
    script           = "dos.sh"
    remote_folder    = "${var.result}"
    remote_file      = "kept.sh"
    skip_clean       = true
  }
  provisioner "shell" {
    inline          = ["echo in $0 >${var.result}/command"]
    execute_command = "umask 077; {{.Vars}} sh -c 'exec bash {{.Path}}'"
    remote_path     = "${var.result}/named.sh"
  }
  provisioner "shell" {
    use_env_var_file = true
    environment_vars = ["FROM=a file"]
    inline           = ["echo \"from $FROM\" >${var.result}/from", "exit 4"]
    valid_exit_codes = [0, 4]
  }
  provisioner "shell" {
    inline = ["printf '%s\n' '${build.ID}' '${build.ConnType}' '${build.Host}' '${build.User}' >${var.result}/built"]
  }
  provisioner "file" {
    direction   = "download"
    source      = "${var.result}/in/tree/sub/deeper/random"
    destination = "down/"
  }
}
T
result() {
    (cd "$1" && find . -printf '%p %M %u %l\n' | sort &&
        find . -type f ! -name built -exec sha256sum {} + | sort -k2)
}
mkdir -p down
build -var "result=$scratch/by_kiln"
expect_code 0
expect_out_has "==> null.machine: script a, build machine, type null"
expect_out_has "==> null.machine: to stderr"
cmp down/random tree/sub/deeper/random || fail "the download"
result "$scratch/by_kiln" | sed "s,by_kiln,R,g" >kiln_result
diff - "$scratch/by_kiln/script" <<T || fail "variables"
A is it's \$HOME and B is x=y z
T
[ "$(stat -c %a "$scratch/by_kiln/a file")" = 640 ] || fail "the mode of a file"
[ "$(stat -c %a "$scratch/by_kiln/contents/sub/run")" = 755 ] || fail "the mode of a program"
diff - "$scratch/by_kiln/built" <<T || fail "generated data"
$(sed -n 1p "$scratch/by_kiln/built")
ssh
127.0.0.1
$(id -un)
T

if packer=$(command -v packer); then
    rm -rf down && mkdir down
    CHECKPOINT_DISABLE=1 "$packer" build -color=false -var "result=$scratch/by_packer" . >"$out" 2>&1 ||
        fail "Packer fails"
    # Its names of scripts are random.
    result "$scratch/by_packer" | sed "s,by_packer,R,g" >packer_result
    sed -i '/ \.\/command$/d; /^\.\/built/d' kiln_result packer_result
    diff -u packer_result kiln_result || fail "Packer leaves something else"
    cmp down/random tree/sub/deeper/random || fail "Packer's download"
fi

# A step that cuts its own connection, and a machine that is out of reach for a while.
cat >restart.sh <<'T'
touch "$RESTART"
pid=$$
while [ "$(ps -o comm= -p "$pid")" != sshd ]; do pid=$(ps -o ppid= -p "$pid" | tr -d ' '); done
kill "$pid"
sleep 10
T
restarts() { # LINE
    cat >node.pkr.hcl <<T
build {
  sources = ["null.machine"]
  provisioner "shell" {
    environment_vars = ["RESTART=$scratch/restart"]
    script           = "restart.sh"
    skip_clean       = true
    $1
  }
  provisioner "shell" { inline = ["echo here again"] }
}
T
}
# When it is told to, the machine is away for three seconds.
restart_once() {
    for _ in $(seq 600); do
        [ -e "$scratch/restart" ] && break
        sleep 0.05
    done
    kill "$sshd_pid"
    sleep 3
    exec /usr/sbin/sshd -D -e -f "$sshd_folder/config" 2>>"$sshd_folder/log"
}
restarts 'expect_disconnect = true'
restart_once &
new_sshd=$!
build
end_process "$sshd_pid"
sshd_pid=$new_sshd
expect_code 0
expect_out_has "null.machine: here again"

restarts 'expect_disconnect = false'
build
expect_code 1
expect_out_has "Script disconnected unexpectedly."
expect_out_has "expect_disconnect = true"
expect_out_lacks "here again"

# Nobody comes back: start_retry_timeout ends the wait.
cat >node.pkr.hcl <<T
build {
  sources = ["null.machine"]
  provisioner "shell-local" { inline = ["kill $sshd_pid"] }
  provisioner "shell" {
    environment_vars    = ["RESTART=$scratch/restart"]
    script              = "restart.sh"
    skip_clean          = true
    expect_disconnect   = true
    start_retry_timeout = "3s"
  }
  provisioner "shell" {
    inline              = ["echo here again"]
    start_retry_timeout = "3s"
  }
}
T
build
expect_code 1
expect_out_lacks "here again"
