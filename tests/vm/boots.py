#!/usr/bin/env python3
"""boots.py BOOT_IMAGE IMAGE FIRMWARE DISK: the example's image boots, and is what its template says."""

import hashlib
import json
import subprocess
import sys

# The example's defaults on scripts/boot-image's machine: 4 CPUs and 6 GiB over 2 NUMA nodes.
TUNING = [
    "nohz_full=2-3",
    "isolcpus=2-3",
    "irqaffinity=0-1",
    "default_hugepagesz=1G",
    "hugepagesz=1G",
    "hugepages=2",
    "rcu_nocbs=2-3",
]
QUESTIONS = {
    "rmem_max": "sysctl -n net.core.rmem_max",
    "vfio_pci": "cut -d' ' -f1 /proc/modules | grep -x vfio_pci",
    "services": "systemctl is-active containerd ssh",
    "containerd": "ctr version >/dev/null && echo answers",
    "host_keys": "ls /etc/ssh/ssh_host_ed25519_key",
    "root": "findmnt -no FSTYPE /",
    "tuning": "kiln-node status | head -1 | cut -d' ' -f3",
    "failed_checks": "kiln-node verify --json | grep -B1 '\"fail\"'",
    "machine_id_length": "printf %s \"$(cat /etc/machine-id)\" | wc -c",
}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def boot(boot_image, image, firmware, disk):
    words = [boot_image, "--json", "--firmware", firmware, "--disk", disk]
    for name, command in QUESTIONS.items():
        words += ["--ask", f"{name}={command}"]
    answer = subprocess.run([*words, image], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(answer.stdout)


def main():
    boot_image, image, firmware, disk = sys.argv[1:]
    before = digest(image)
    said = boot(boot_image, image, firmware, disk)
    print(json.dumps(said, indent=2))

    line = said.pop("command_line").split()
    tuning = [word for word in line if word in TUNING]
    said.pop("kernel")
    said.pop("seconds")
    # hugepages= is a wish: which node has a whole free GiB at boot is the kernel's luck.
    pages = dict(entry.split() for entry in said.pop("hugepages_1g").splitlines())
    assert set(pages) == {"node0", "node1"} and 1 <= sum(map(int, pages.values())) <= 2, pages
    assert tuning == TUNING, f"the kernel command line is {line}"
    assert said == {
        "firmware": firmware.upper(),
        "isolated_cpus": "2-3",
        "nohz_full_cpus": "2-3",
        "failed_units": "",
        "system": "running",
        "rmem_max": "67108864",
        "vfio_pci": "vfio_pci",
        "services": "active\nactive",
        "containerd": "answers",
        "host_keys": "/etc/ssh/ssh_host_ed25519_key",
        "root": "ext4",
        "tuning": "active",
        "failed_checks": "",
        "machine_id_length": "32",
    }, said
    assert digest(image) == before, "booting changed the image"


if __name__ == "__main__":
    main()
