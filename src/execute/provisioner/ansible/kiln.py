# The connection of Ansible to a machine that kiln is building. kiln listens at a Unix socket and
# does what is asked through its communicator; communicator_server.hpp tells how they talk.

import os
import shlex
import socket
import struct

from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: kiln
short_description: The machine that kiln is building
description: Runs commands and copies files through the kiln that started Ansible.
author: the authors of kiln
options:
  remote_addr:
    description: Address of the machine.
    default: inventory_hostname
    vars: [{name: inventory_hostname}, {name: ansible_host}]
  remote_user:
    description: User that commands run as, told by kiln.
    vars: [{name: ansible_user}]
  pipelining:
    description: Modules go to the machine as input, without a file of their own.
    type: boolean
    default: true
    env: [{name: ANSIBLE_PIPELINING}]
    ini:
      - {section: defaults, key: pipelining}
      - {section: connection, key: pipelining}
    vars: [{name: ansible_pipelining}]
"""

# What the machine is called where a Packer template's own inventory names Packer's proxy.
PROXY_NAMES = ("127.0.0.1", "localhost", "::1")


def _bytes(value):
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


def _text(value):
    return value.decode("utf-8", "replace")


class Connection(ConnectionBase):
    transport = "kiln"
    has_pipelining = True

    _socket = None

    def _connect(self):
        if self._socket is None:
            self._check_address()
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(os.environ["KILN_ANSIBLE_SOCKET"])
            except (KeyError, OSError) as error:
                raise AnsibleConnectionFailure(f"kiln is not there: {error}") from error
            self._socket = connection
            self._connected = True
        return self

    def _check_address(self):
        """Any other host of an inventory is not to be taken for the machine."""
        address = self.get_option("remote_addr")
        known = os.environ.get("KILN_ANSIBLE_HOST", "").split("\n")
        if address not in PROXY_NAMES and address not in known:
            raise AnsibleError(
                f"{address} is not the machine that kiln is building; "
                "give that host an ansible_connection of its own"
            )

    def _receive(self, size):
        pieces = []
        while size > 0:
            piece = self._socket.recv(min(size, 1 << 20))
            if not piece:
                raise AnsibleConnectionFailure("kiln has hung up")
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _ask(self, *parts):
        self._connect()
        parts = [_bytes(part) for part in parts]
        request = struct.pack(">I", len(parts))
        for part in parts:
            request += struct.pack(">I", len(part)) + part
        try:
            self._socket.sendall(request)
            (count,) = struct.unpack(">I", self._receive(4))
            reply = [self._receive(struct.unpack(">I", self._receive(4))[0]) for _ in range(count)]
        except OSError as error:
            raise AnsibleConnectionFailure(f"kiln has hung up: {error}") from error
        if reply[0] == b"ok":
            return reply[1:]
        message = _text(reply[2])
        raise (AnsibleConnectionFailure if reply[1] == b"network" else AnsibleError)(message)

    def _become_password(self, sudoable):
        if not (sudoable and self.become and self.become.expect_prompt()):
            return None
        if self.become.name != "sudo":
            raise AnsibleError(
                f"a password for the become method {self.become.name} cannot be passed by kiln's "
                "connection: use sudo, or use_proxy = false for Ansible's own ssh"
            )
        return self.become.get_option("become_pass", playcontext=self._play_context)

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        given = in_data or b""
        password = self._become_password(sudoable)
        if password is not None:
            # sudo reads one line, if it asks. Where it does not, the shell takes that line away.
            user = self.become.get_option("become_user", playcontext=self._play_context) or "root"
            quoted = shlex.quote(user)
            cmd = f"if sudo -n -u {quoted} true 2>/dev/null; then read -r kiln_unused; fi; {cmd}"
            given = _bytes(password) + b"\n" + _bytes(given)
        code, out, err = self._ask("exec", cmd, given)
        if password is not None and self.become.check_incorrect_password(err):
            raise AnsibleError("Incorrect sudo password")
        return int(code), out, err

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        in_path = os.path.abspath(in_path)
        if not os.path.exists(in_path):
            raise AnsibleFileNotFound(f"file or module does not exist: {in_path}")
        self._ask("put", in_path, out_path)

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        self._ask("fetch", in_path, os.path.abspath(out_path))

    def reset(self):
        self.close()

    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._connected = False
