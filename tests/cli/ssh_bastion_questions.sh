#!/usr/bin/env bash
# ssh_bastion_interactive: a bastion that wants a key and an answer besides, as those with one-time codes do. The person at
# the terminal answers, unseen; nobody else does.
source "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "an sshd that asks takes root"
source "$here/sshd.sh"
start_sshd
stop_sshd
bastion_port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
sed -i 's/^UsePAM no/UsePAM yes/; s/^KbdInteractiveAuthentication no/KbdInteractiveAuthentication yes/' "$sshd_folder/config"
cat >>"$sshd_folder/config" <<T
ListenAddress 127.0.0.1:$bastion_port
Match LocalPort $bastion_port
    AuthenticationMethods publickey,keyboard-interactive:pam
T
start_sshd_with_accounts 'a one-time perch'
machine
sed -i "/ssh_host /i ssh_bastion_host = \"127.0.0.1\"\nssh_bastion_port = $bastion_port\nssh_bastion_username = \"root\"
        /ssh_host /a ssh_bastion_interactive = true" machine.pkr.hcl
template <<'T'
build {
  sources = ["null.machine"]
  provisioner "shell" { inline = ["echo came through"] }
}
T

# A wrong answer is asked again, by a new connection.
code=0
printf '%s\n' 'no perch' 'a one-time perch' | "$KILN" build -color=false . >"$out" 2>"$err" || code=$?
expect_code 0
expect_out_has "==> null.machine: (root@127.0.0.1) Password:"
[ "$(grep -c '(root@127.0.0.1) Password:' "$out")" = 2 ] || fail "asked another number of times"
expect_out_has "null.machine: came through"
expect_out_lacks "perch"

kiln build -color=false .
expect_code 1
expect_out_has "nobody answered what 127.0.0.1 asks: (root@127.0.0.1) Password:"
expect_out_has "going through the bastion 127.0.0.1"

kiln build -machine-readable .
expect_code 1
expect_out_has "ssh_bastion_interactive: what the bastion 127.0.0.1 asks is answered at a terminal"

# At a terminal nothing that is typed is shown, and afterwards it is again.
python3 - "$KILN" <<'T'
import os, pty, subprocess, sys, termios

near, far = pty.openpty()
echoes = lambda: bool(termios.tcgetattr(far)[3] & termios.ECHO)
assert echoes()
build = subprocess.Popen([sys.argv[1], "build", "-color=false", "."], stdin=far, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
said = b""
while b"Password:" not in said:
    piece = os.read(build.stdout.fileno(), 4096)
    assert piece, said
    said += piece
assert not echoes(), "what is typed is shown"
os.write(near, b"a one-time perch\n")
said += build.stdout.read()
assert build.wait(60) == 0 and b"came through" in said and b"perch" not in said, said
assert echoes(), "the terminal stays mute"
T
