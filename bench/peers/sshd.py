"""A machine to log in to: sshd on loopback, for the user who runs the benchmark, with nothing between
the login and the command: no PAM, no files that the login shell reads."""

import getpass
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

PORT_SEARCH = ("127.0.0.1", 0)
PATIENCE_SECONDS = 10

CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PermitUserRC no
PrintMotd no
PrintLastLog no
MaxStartups 1000
MaxSessions 1000
SetEnv HOME={folder}/home
LogLevel {level}
"""


def free_port():
    with socket.create_server(PORT_SEARCH) as probe:
        return probe.getsockname()[1]


class Sshd:
    """`folder` gets its keys, its configuration and the home of its sessions. `log_level` VERBOSE: its
    log names every session."""

    user = getpass.getuser()

    def __init__(self, folder, log_level="INFO"):
        self.folder = Path(folder)
        self.log_level = log_level
        self.port = free_port()
        self.key = self.folder / "key"

    def __enter__(self):
        (self.folder / "home").mkdir(parents=True)
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        for key in (self.key, self.folder / "host_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        config = self.folder / "config"
        config.write_text(CONFIG.format(folder=self.folder, port=self.port, level=self.log_level))
        log = open(self.folder / "log", "wb")
        self._process = subprocess.Popen(
            ["/usr/sbin/sshd", "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        log.close()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise SystemExit("bench: sshd does not start: " + (self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def __exit__(self, *error):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()

    def sessions(self):
        """How many commands have been run so far, with log_level VERBOSE."""
        return (self.folder / "log").read_text().count("Starting session: ")

    def options(self):
        """What a template says to log in."""
        return {
            "communicator": "ssh",
            "ssh_host": "127.0.0.1",
            "ssh_port": self.port,
            "ssh_username": self.user,
            "ssh_private_key_file": str(self.key),
        }

    def client(self, *arguments, port=None):
        """The command line of an ssh that uses the cipher that the processor has instructions for."""
        return [
            "ssh", "-F", "none", "-q", "-p", str(port or self.port), "-i", str(self.key), "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-c", "aes128-gcm@openssh.com", *arguments, f"{self.user}@127.0.0.1",
        ]  # fmt: skip
