"""A node's files in a folder, for kiln-node --root."""

import os
import pathlib
import subprocess

ENTRY = """title Amazon Linux ({0})
version {0}
linux /boot/vmlinuz-{0}
options root=UUID=a ro tsc=reliable isolcpus=9
"""
FILES = {
    "boot/loader/entries/m-6.1.1.conf": ENTRY.format("6.1.1"),
    "boot/loader/entries/m-6.1.2.conf": ENTRY.format("6.1.2"),
    "boot/grub2/grub.cfg": "blscfg\n",
    "etc/default/grub": 'GRUB_CMDLINE_LINUX="tsc=reliable"\n',
    "etc/kernel/cmdline": "root=UUID=a ro\n",
    "etc/sysconfig/irqbalance": "IRQBALANCE_ARGS=\n",
    "sys/devices/system/cpu/present": "0-3\n",
    "sys/devices/system/cpu/online": "0-3\n",
    "sys/devices/system/node/has_memory": "0-1\n",
    "sys/devices/system/node/node0/cpulist": "0-1\n",
    "sys/devices/system/node/node1/cpulist": "2-3\n",
}
REQUEST = {"HUGEPAGES_GB": "2", "ISOLATED_CORES": "2-3"}
# kiln-node's own memory of what it did; not part of what the node is.
OWN = ("var/lib/kiln-node", "run/kiln-node")


def make_tree(folder):
    root = pathlib.Path(folder)
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def contents(root):
    """Every file and link, by name."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = pathlib.Path(folder, name)
            relative = str(path.relative_to(root))
            if not relative.startswith(OWN):
                text = os.readlink(path) if path.is_symlink() else path.read_text("utf-8")
                found[relative] = text
    return found


def run(program, *words, prefix=(), environment=None):
    """LeakSanitizer can not work under a tracer."""
    return subprocess.run(
        [*prefix, program, *words],
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
