"""Private namespaces in which a node can be tuned without touching the machine.

Processes, mounts, IPC and, for what is measured, the network are the sandbox's own. /etc is a copy on
the disk; /boot, also there, has two entries; /var/lib, /run, /var/log and /lib/modules are empty; /sys
is read-only. What the kernel would let a tuner change (/proc/sys, /proc/irq, workqueues, hugepages)
are copies of the files, the same for every competitor, so that none moves anything of the machine.
systemctl does nothing, no kernel module can be loaded and nothing reboots. All of it ends with the
first process.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

INSIDE = "KILN_BENCH_SANDBOX"
COPIES = (
    "/proc/sys",
    "/proc/irq",
    "/sys/devices/virtual/workqueue",
    "/sys/kernel/mm",
    "/sys/devices/system/node",
)
CLONE_NEWNET = 0x40000000
SLEEPERS = 150  # a small node's processes: a tuner looks at each of them
ENTRY = """title Bench ({0})
version {0}
linux /boot/vmlinuz-{0}
options root=UUID=a ro tsc=reliable
"""
BOOT = {
    "/boot/loader/entries/m-6.1.1.conf": ENTRY.format("6.1.1"),
    "/boot/loader/entries/m-6.1.2.conf": ENTRY.format("6.1.2"),
    "/boot/grub2/grub.cfg": "blscfg\n",
    "/etc/default/grub": 'GRUB_CMDLINE_LINUX="tsc=reliable"\n',
    "/etc/kernel/cmdline": "root=UUID=a ro\n",
}


def enter():
    """Starts this program again inside, and ends with its status; returns when already inside."""
    if INSIDE in os.environ:
        return
    if os.geteuid() != 0:
        sys.exit("bench: needs root: run it with sudo")
    ended = subprocess.run(
        ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"]
        + ["setpriv", "--bounding-set", "-sys_module,-sys_boot", sys.executable, *sys.argv],
        env={**os.environ, INSIDE: "1"},
        check=False,
    )
    sys.exit(ended.returncode)


def _mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


def _copy_files(source, target):
    """Kernel files have no size and some refuse to be read or never end; links stay links."""
    for folder, _, names in os.walk(source):
        copy = target / os.path.relpath(folder, source)
        copy.mkdir(parents=True, exist_ok=True)
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                os.symlink(os.readlink(path), copy / name)
                continue
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            except OSError:
                (copy / name).touch()
                continue
            try:
                (copy / name).write_bytes(os.read(descriptor, 1 << 16))
            except OSError:
                (copy / name).touch()
            finally:
                os.close(descriptor)
        for name in os.listdir(folder):  # links to folders
            path = os.path.join(folder, name)
            if os.path.islink(path) and not os.path.lexists(copy / name):
                os.symlink(os.readlink(path), copy / name)


def furnish(work):
    """Mounts everything, on the disk that holds `work`; starts the sleepers and a message bus."""
    _mount("--bind", "/sys", "/sys")
    _mount("-o", "remount,bind,ro", "/sys")
    for place in COPIES:
        if os.path.isdir(place):
            copy = work / place.strip("/").replace("/", "-")
            _copy_files(place, copy)
            _mount("--bind", copy, place)
    shutil.copytree("/etc", work / "etc", symlinks=True)
    _mount("--bind", work / "etc", "/etc")
    for place in ("/boot", "/var/lib"):
        copy = work / place.strip("/").replace("/", "-")
        copy.mkdir()
        _mount("--bind", copy, place)
    for place in ("/run", "/var/log", "/lib/modules"):
        if os.path.isdir(place):
            _mount("-t", "tmpfs", "tmpfs", place)
    for name, text in BOOT.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    if shutil.which("systemctl"):
        _mount("--bind", shutil.which("true"), shutil.which("systemctl"))
    # Only now, as /proc/sys shows fewer settings in a network of its own.
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        sys.exit(f"bench: no private network: {os.strerror(ctypes.get_errno())}")
    for _ in range(SLEEPERS):
        subprocess.Popen(["sleep", "infinity"])
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/run/bus"
    subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--address=unix:path=/run/bus"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: os.path.exists("/run/bus"), "the message bus")


def wait_for(ready, what):
    for _ in range(300):
        if ready():
            return
        time.sleep(0.1)
    sys.exit(f"bench: {what} did not start")
