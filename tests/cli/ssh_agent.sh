#!/usr/bin/env bash
# The SSH agent of whoever builds: lent to the machine where the template says so, and only there; a step then logs in
# to another machine with a key that never left.
source "$(dirname "$0")/lib.sh"
source "$here/sshd.sh"
start_sshd
machine

# Another key, which only the agent has: the one that the template names opens the machine, this one opens the next.
key=$scratch/agent_key socket=$scratch/agent
ssh-keygen -q -t ed25519 -N "" -C "of the agent" -f "$key"
cat "$key.pub" >>"$sshd_key.pub"
ssh-agent -D -a "$socket" >/dev/null &
agent_pid=$!
stop_all() {
    end_process "$agent_pid"
    stop_sshd
}
trap 'stop_all; clean_up' EXIT
for _ in $(seq 100); do
    [ -S "$socket" ] && break
    sleep 0.05
done
export SSH_AUTH_SOCK=$socket
ssh-add -q "$key" && rm "$key"

# asks [LINE]: two steps that use the agent, in one connection, and what the source says besides.
asks() {
    machine
    if [ $# != 0 ]; then sed -i "/ssh_host /a $1" machine.pkr.hcl; fi
    template <<T
build {
  sources = ["null.machine"]
  provisioner "shell" {
    inline           = ["echo agent: \$\${SSH_AUTH_SOCK:-none}", "ssh-add -l"]
    # 1: an agent without keys, 2: no agent (ssh-add(1)), 141: one that goes while it is asked (SIGPIPE)
    valid_exit_codes = [0, 1, 2, 141]
  }
  provisioner "shell" {
    inline = [
      "ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p $sshd_port 127.0.0.1 'echo logged in there'",
    ]
    valid_exit_codes = [0, 255]
  }
}
T
    build
}

asks 'ssh_disable_agent_forwarding = false'
expect_code 0
expect_out_has "of the agent (ED25519)"
expect_out_has "null.machine: logged in there"
expect_out_lacks "agent: $socket" # the machine has a socket of its own, which leads here

# The secure choice is the default; Packer's is the other one.
for line in 'ssh_disable_agent_forwarding = true' ''; do
    asks ${line:+"$line"}
    expect_code 0
    expect_out_has "agent: none"
    expect_out_lacks "logged in there"
done
if packer=$(command -v packer); then
    CHECKPOINT_DISABLE=1 "$packer" build -color=false . >"$out" 2>&1 || fail "Packer fails"
    expect_out_has "null.machine: logged in there"
fi

# Many at once, each with a channel of its own, while the command itself writes.
machine
sed -i '/ssh_host /a ssh_disable_agent_forwarding = false' machine.pkr.hcl
template <<'T'
build {
  sources = ["null.machine"]
  provisioner "shell" {
    inline = [
      "for i in $(seq 20); do ssh-add -l >list.$i & done",
      "seq 20000",
      "wait",
      "cat list.* | grep -c 'of the agent' | sed 's/^/answers: /'",
      "rm list.*",
    ]
  }
}
T
build
expect_code 0
expect_out_has "null.machine: answers: 20"

# An agent that is gone is one that the machine does not get; nothing else suffers.
end_process "$agent_pid"
asks 'ssh_disable_agent_forwarding = false'
expect_code 0
expect_out_lacks "logged in there"
expect_out_lacks "of the agent"
