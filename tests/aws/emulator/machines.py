"""The guests: one sshd for each running instance, on a loopback address of its own.

It runs as the user of the tests, lets in the instance's key pair only, and shows the host key of
the instance's user data if that has one. A session's home is a folder of the instance. Where the test
asks for disks (settings.disks), it is a system of its own instead: disk.py.
"""

import concurrent.futures
import itertools
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

from . import disk, settings, user_data

SSHD = "/usr/sbin/sshd"
PATIENCE_SECONDS = 5

# A process that is to die with its parent dies with the thread that started it: this one stays.
_starter = concurrent.futures.ThreadPoolExecutor(max_workers=1)
_numbers = itertools.count(2)
_folder = None
_machines = {}

CONFIG = """\
ListenAddress {address}:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxStartups 200
MaxSessions 200
Subsystem sftp /usr/lib/openssh/sftp-server
SetEnv HOME={folder}/home
ForceCommand {folder}/session
"""

SESSION = """\
#!/bin/sh
cd {folder}/home || exit 1
if [ -n "$SSH_ORIGINAL_COMMAND" ]; then exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"; fi
exec /bin/sh -l
"""


def begin(folder):
    """Machines live in `folder`, which exists."""
    global _folder
    _folder = pathlib.Path(folder)
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)


def next_address():
    """127.x.y.z that no other instance has, and none of another emulator of this host."""
    number = next(_numbers)
    pid = os.getpid()
    return f"127.{16 + pid % 200}.{pid // 200 % 250}.{number}" if number < 250 else (
        f"127.{16 + pid % 200}.{250 + number // 250 % 5}.{number % 250 + 2}")


def write(path, text, mode=0o600):
    path.write_text(text)
    path.chmod(mode)


def create(instance_id, public_key, raw_user_data):
    """Gives the instance its folder, keys and address, and returns the address."""
    folder = _folder / instance_id
    (folder / "home").mkdir(parents=True)
    address = next_address()
    keys = user_data.host_keys(raw_user_data)
    if keys:
        write(folder / "host_key", keys[0] if keys[0].endswith("\n") else keys[0] + "\n")
    else:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "host_key"], check=True)
    write(folder / "authorized_keys", public_key)
    write(folder / "session", SESSION.format(folder=folder), 0o700)
    write(folder / "config", CONFIG.format(folder=folder, address=address, port=settings.SSH_PORT))
    (folder / "log").touch()
    if settings.disks:
        disk.write(folder, address)
    _machines[instance_id] = {"address": address, "folder": folder, "process": None,
                              "has_disk": settings.disks, "host_key_given": bool(keys)}
    return address


def start(instance_id):
    machine = _machines[instance_id]
    if machine["process"] is None and not settings.deaf:
        machine["process"] = _starter.submit(_spawn, machine).result()


def _spawn(machine):
    log = open(machine["folder"] / "log", "ab")
    server = disk.command(machine["folder"]) if machine["has_disk"] else [
        SSHD, "-D", "-e", "-f", machine["folder"] / "config"]
    command = ["setpriv", "--pdeathsig", "KILL", *server]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
    log.close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((machine["address"], settings.SSH_PORT), 1).close()
            return process
        except OSError:
            time.sleep(0.01)
    process.kill()
    raise RuntimeError("sshd does not start: " + (machine["folder"] / "log").read_text())


def _descendants(pid):
    """Process ids below `pid`; sessions have process groups of their own."""
    found = []
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return found
    for child in children:
        found += [int(child)] + _descendants(int(child))
    return found


def stop(instance_id):
    """The power is off: connections and what runs in them end at once."""
    machine = _machines.get(instance_id)
    if machine is None or machine["process"] is None:
        return
    process = machine["process"]
    machine["process"] = None
    if machine["has_disk"]:
        disk.keep(machine["folder"], _descendants(process.pid)[0])
    try:
        process.send_signal(signal.SIGSTOP)
    except ProcessLookupError:
        pass
    for pid in _descendants(process.pid) + [process.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()


def address(instance_id):
    machine = _machines.get(instance_id)
    return machine["address"] if machine else None


def folder(instance_id):
    """Of a machine that is or was: <folder>/home is what its sessions see as their home."""
    return _machines[instance_id]["folder"]


def list_all():
    return [{"id": name, "address": machine["address"], "port": settings.SSH_PORT,
             "home": str(machine["folder"] / "home"), "running": machine["process"] is not None,
             "host_key_given": machine["host_key_given"], "user": pwd.getpwuid(os.getuid()).pw_name}
            for name, machine in _machines.items()]


def reset():
    for instance_id in list(_machines):
        stop(instance_id)
        shutil.rmtree(_machines[instance_id]["folder"], ignore_errors=True)
    _machines.clear()
