"""A virtual machine that answers: commands go to a shell of the guest over a virtio console.

A serial port would not do: emulated, its interrupt is lost when kiln-node moves it to another CPU at the wrong moment.
"""

import importlib.machinery
import importlib.util
import json
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import time

BOOT_IMAGE = pathlib.Path(__file__).resolve().parents[2] / "scripts/boot-image"
# The kernel makes /dev/hvc0 a moment before there is a console behind it, and an exec that can not open it ends the
# shell.
SHELL = """\
modprobe virtio_console
until true </dev/hvc0; do sleep 0.1; done 2>/dev/null
exec </dev/hvc0 >/dev/hvc0 2>&1
stty raw -echo
echo '@@ ready'
while IFS= read -r command; do
    ( eval "$command" )
    printf '\\n@@ %s\\n' $?
done
"""
# For a system that is started in a hurry (systemd.unit=kiln-small.target), which takes a third of the time of
# a whole Debian: the shell, and the unit that kiln-node has early in each boot.
SMALL_TARGET = """\
[Unit]
Wants=kiln-shell-early.service kiln-node-early.service
"""
EARLY = """\
[Unit]
DefaultDependencies=no
After=systemd-remount-fs.service
Wants=systemd-remount-fs.service
"""
# What a whole start orders by itself: the root file system can be written to by then.
WRITABLE = """\
[Unit]
After=systemd-remount-fs.service
Wants=systemd-remount-fs.service
"""
# kiln-node's own unit is not one that multi-user.target waits for.
LATE = """\
[Unit]
After=multi-user.target kiln-node.service
"""
SERVICE = """\
[Service]
Type=exec
ExecStart=/bin/sh /kiln-shell
StandardOutput=null
Environment=HOME=/root
"""


def load_tools():
    """scripts/boot-image, as a module."""
    loader = importlib.machinery.SourceFileLoader("boot_image", str(BOOT_IMAGE))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("boot_image", loader))
    loader.exec_module(module)
    return module


tools = load_tools()
# Stopped, a test still takes its folder and its machine with it.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def edit_root(disk, folder, commands):
    """Runs debugfs commands on the root file system of a disk that is not in use."""
    (folder / "edit").write_text("\n".join(commands) + "\n", encoding="utf-8")
    tools.run_tool("debugfs", "-w", "-f", f"{folder}/edit", f"{disk}?offset={tools.root_offset(disk)}")


def put_files(disk, folder, files):
    """Writes files ({path: text}) into folders of the root file system that are there already."""
    commands = []
    for number, (path, text) in enumerate(files.items()):
        (folder / f"put{number}").write_text(text, encoding="utf-8")
        commands += [f"rm {path}", f"write {folder}/put{number} {path}"]
    edit_root(disk, folder, commands)


def give_shell(disk, folder):
    """Afterwards the disk's system starts the shell: last of all, or early in kiln-small.target."""
    units = "/etc/systemd/system"
    edit_root(disk, folder, [f"mkdir {units}/kiln-node-early.service.d"])
    put_files(
        disk,
        folder,
        {
            "/kiln-shell": SHELL,
            f"{units}/kiln-shell.service": LATE + SERVICE,
            f"{units}/kiln-shell-early.service": EARLY + SERVICE,
            f"{units}/kiln-small.target": SMALL_TARGET,
            f"{units}/kiln-node-early.service.d/50-writable.conf": WRITABLE,
        },
    )
    wants = f"{units}/multi-user.target.wants"
    edit_root(
        disk, folder, [f"mkdir {wants}", f"symlink {wants}/kiln-shell.service ../kiln-shell.service"]
    )


class Machine:
    """QEMU, running. `words` are its arguments besides those for serial ports; the console is kept in `folder`."""

    def __init__(self, words, folder):
        self.folder = folder
        self.words = words
        self.console = folder / "console"
        self.start()

    def start(self):
        self.text = b""
        self.console.write_bytes(b"")
        self.qemu = subprocess.Popen(
            [
                *("qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none"),
                *self.words,
                *("-serial", f"file:{self.console}"),
                *("-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"),
                *("-chardev", "stdio,id=shell,signal=off"),
                *("-device", "virtio-serial-pci,bus=pcie.0", "-device", "virtconsole,chardev=shell"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=tools.die_with_parent,
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.tell_state()
        self.kill()

    def tell_state(self):
        """For whoever has to find out why it does not answer."""
        print(f"the console's end:\n{tools.console_tail(self.folder, 60)}", flush=True)
        try:
            for question in ("info status", "info registers -a", "info pic"):
                print(f"{question}:\n{self.monitor(question)}", flush=True)
        except OSError as error:
            print(f"QEMU's monitor does not answer: {error}", flush=True)

    def kill(self):
        """As if the power went: nothing of the guest runs on."""
        self.qemu.kill()
        rest, _ = self.qemu.communicate()
        self.text += rest.replace(b"\r", b"")

    def control(self, command, **arguments):
        """What QEMU answers to a command of QMP."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as qmp:
            qmp.settimeout(60)
            qmp.connect(f"{self.folder}/qmp")
            stream = qmp.makefile("rw", encoding="utf-8")
            stream.readline()  # the greeting
            for name, values in (("qmp_capabilities", {}), (command, arguments)):
                stream.write(json.dumps({"execute": name, "arguments": values}) + "\n")
                stream.flush()
                said = {}
                while not {"return", "error"} & said.keys():  # events come in between
                    said = json.loads(stream.readline())
            assert "return" in said, f"{command}: {said}"
            return said["return"]

    def monitor(self, line):
        """The same for a line of the monitor that people use."""
        return self.control("human-monitor-command", **{"command-line": line})

    def has_printed(self, pattern):
        """Whether a line that nobody has read yet matches."""
        while self.qemu.poll() is None and select.select([self.qemu.stdout], [], [], 0)[0]:
            self.text += self.qemu.stdout.read1(65536).replace(b"\r", b"")
        return re.search(rb"(?m)^" + pattern + rb"\n", self.text) is not None

    def wait_for(self, pattern, timeout_s):
        """Reads what the shell prints until `pattern` matches a line; returns (the text before it, the match)."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = re.search(rb"(?m)^" + pattern + rb"\n", self.text)
            if found:
                before, self.text = self.text[: found.start()], self.text[found.end() :]
                return before.decode(errors="replace"), found
            ready, _, _ = select.select([self.qemu.stdout], [], [], max(0, deadline - time.monotonic()))
            piece = self.qemu.stdout.read1(65536) if ready else b""
            if not piece:
                why = f"nothing within {timeout_s} s"
                if ready:
                    why = f"QEMU ended: {self.qemu.stderr.read().decode()}"
                raise AssertionError(f"waiting for {pattern}: {why}; so far: {self.text[-2000:]}")
            self.text += piece.replace(b"\r", b"")

    def wait_for_init(self, timeout_s=240):
        """The kernel has started the first program.

        Seldom, an emulated one stops for good before: all CPUs wait for a timer that does not come. The disk is not
        written to by then, so it may start once more; what the CPUs did is told.
        """
        if not self.starts_init(timeout_s):
            print(f"the kernel started no program in {timeout_s} s; it gets a second start", flush=True)
            self.tell_state()
            self.kill()
            self.start()
            assert self.starts_init(timeout_s), "the kernel started no program the second time too"

    def starts_init(self, timeout_s):
        deadline = time.monotonic() + timeout_s
        while b" as init process" not in self.console.read_bytes():
            if self.qemu.poll() is not None:
                raise AssertionError(f"QEMU ended: {self.qemu.stderr.read().decode()}")
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def wait_for_shell(self, timeout_s=600):
        self.wait_for_init()
        self.wait_for(rb"@@ ready", timeout_s)

    def say(self, command):
        self.qemu.stdin.write(command.encode() + b"\n")
        self.qemu.stdin.flush()

    def ask(self, command, timeout_s=600):
        """(exit status, output)."""
        self.say(command)
        text, found = self.wait_for(rb"@@ (\d+)", timeout_s)
        return int(found[1]), text.strip()

    def answer(self, command, timeout_s=600):
        """Its output; a failure is the test's."""
        status, text = self.ask(command, timeout_s)
        assert status == 0, f"{command} ended with {status}: {text}"
        return text

    def wait_for_end(self, timeout_s):
        """The guest has switched itself off, or rebooted (which ends QEMU as well)."""
        self.qemu.wait(timeout_s)
