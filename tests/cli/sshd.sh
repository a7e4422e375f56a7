# Sourced after lib.sh by tests that log in to a machine: a real sshd on loopback, for the user who
# runs the test. $sshd_port, $sshd_key; sessions have the home $sshd_home.

[ -x /usr/sbin/sshd ] || skip "there is no sshd"
sshd_folder=$scratch/sshd
sshd_home=$sshd_folder/home sshd_key=$sshd_folder/key
mkdir -p "$sshd_home"
if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi

start_sshd() {
    ssh-keygen -q -t ed25519 -N "" -C "" -f "$sshd_key"
    ssh-keygen -q -t ed25519 -N "" -C "" -f "$sshd_folder/host_key"
    sshd_port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >"$sshd_folder/config" <<T
ListenAddress 127.0.0.1:$sshd_port
HostKey $sshd_folder/host_key
AuthorizedKeysFile $sshd_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PermitUserRC no
Subsystem sftp internal-sftp
SetEnv HOME=$sshd_home
T
    /usr/sbin/sshd -D -e -f "$sshd_folder/config" 2>"$sshd_folder/log" &
    sshd_pid=$!
    wait_for_sshd
}

# start_sshd_with_accounts PASSWORD: the accounts that it sees are copies, in which root has the password; so is how PAM
# asks for it. Takes root.
start_sshd_with_accounts() {
    sed "s|^root:[^:]*|root:$(openssl passwd -6 "$1")|" /etc/shadow >"$sshd_folder/shadow"
    chmod 600 "$sshd_folder/shadow"
    printf 'auth required pam_unix.so nodelay\naccount required pam_permit.so\nsession required pam_permit.so\n' \
        >"$sshd_folder/pam"
    # shellcheck disable=SC2016
    unshare --mount --propagation private sh -c \
        'mount --bind "$1/shadow" /etc/shadow && mount --bind "$1/pam" /etc/pam.d/sshd &&
         exec /usr/sbin/sshd -D -e -f "$1/config"' sh "$sshd_folder" 2>"$sshd_folder/log" &
    sshd_pid=$!
    wait_for_sshd
}

wait_for_sshd() {
    for _ in $(seq 100); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$sshd_port") 2>/dev/null; then return; fi
        sleep 0.05
    done
    fail "sshd does not start: $(cat "$sshd_folder/log")"
}

stop_sshd() {
    [ -n "${sshd_pid-}" ] || return 0
    end_process "$sshd_pid"
}
trap 'stop_sshd; clean_up' EXIT

# machine: a source that logs in there.
machine() {
    cat >machine.pkr.hcl <<T
source "null" "machine" {
  communicator         = "ssh"
  ssh_host             = "127.0.0.1"
  ssh_port             = $sshd_port
  ssh_username         = "$(id -un)"
  ssh_private_key_file = "$sshd_key"
}
T
}
