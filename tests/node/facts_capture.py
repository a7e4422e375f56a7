#!/usr/bin/env python3
"""facts_capture.py KILN_NODE: a tree that --capture took gives the same facts and the same plan elsewhere."""

import json
import pathlib
import sys
import tarfile
import tempfile

from node_tree import run

GIB_KB = 1 << 20
# Three NUMA nodes: two with CPUs, the third memory only; a NIC that carries the default route.
CPUS = {0: "0-3", 1: "4-7", 2: ""}
NIC = "sys/devices/pci0000:00/0000:00:05.0"


def machine_files():
    cpu = "sys/devices/system/cpu"
    node = "sys/devices/system/node"
    files = {f"{cpu}/{name}": "0-7\n" for name in ("possible", "present", "online")}
    files |= {f"{cpu}/isolated": "\n", f"{cpu}/nohz_full": "  (null)\n", f"{cpu}/smt/control": "off\n"}
    for one in range(8):
        topology = f"{cpu}/cpu{one}/topology"
        files |= {
            f"{topology}/physical_package_id": f"{one // 4}\n",
            f"{topology}/core_id": f"{one % 4}\n",
            f"{topology}/thread_siblings_list": f"{one}\n",
        }
    files |= {f"{node}/online": "0-2\n", f"{node}/has_cpu": "0-1\n", f"{node}/has_memory": "0-2\n"}
    for one, cpus in CPUS.items():
        files |= {
            f"{node}/node{one}/cpulist": cpus + "\n",
            f"{node}/node{one}/meminfo": f"Node {one} MemTotal: {16 * GIB_KB} kB\n"
            f"Node {one} MemFree: {15 * GIB_KB} kB\n",
            f"{node}/node{one}/distance": " ".join("10" if at == one else "20" for at in CPUS) + "\n",
            f"{node}/node{one}/hugepages/hugepages-1048576kB/nr_hugepages": "0\n",
            f"{node}/node{one}/hugepages/hugepages-1048576kB/free_hugepages": "0\n",
            f"{node}/node{one}/hugepages/hugepages-1048576kB/surplus_hugepages": "0\n",
        }
    return files | {
        "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages": "0\n",
        f"{NIC}/class": "0x020000\n",
        f"{NIC}/vendor": "0x1d0f\n",
        f"{NIC}/device": "0xec20\n",
        f"{NIC}/numa_node": "-1\n",
        f"{NIC}/driver_override": "(null)\n",
        f"{NIC}/net/ens5/address": "0a:00:00:00:00:01\n",
        f"{NIC}/net/ens5/operstate": "up\n",
        "proc/net/route": "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
        "ens5\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n",
        "proc/meminfo": f"MemTotal: {48 * GIB_KB} kB\nHugepagesize: 2048 kB\n",
        "proc/cmdline": "root=a quiet\n",
        "proc/sys/kernel/osrelease": "6.1.0\n",
        "proc/sys/kernel/hostname": "a-name-that-stays-here\n",
        "etc/os-release": 'PRETTY_NAME="Amazon Linux 2023"\n',
        "etc/shadow": "root:secret:1::::::\n",
    }


def make_machine(folder):
    for name, text in machine_files().items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, target in {
        "sys/bus/pci/devices/0000:00:05.0": "../../../devices/pci0000:00/0000:00:05.0",
        "sys/class/net/ens5": "../../devices/pci0000:00/0000:00:05.0/net/ens5",
        f"{NIC}/driver": "../../../bus/pci/drivers/ena",
        f"{NIC}/net/ens5/device": "../../../0000:00:05.0",
    }.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)


def output(program, *words):
    result = run(program, *words)
    assert result.returncode == 0, result
    return result.stdout


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        here, there = f"{folder}/machine", f"{folder}/elsewhere"
        make_machine(here)
        archive = f"{folder}/node.tar"
        assert output(program, "facts", "--root", here, "--capture", archive) == ""
        assert pathlib.Path(archive).stat().st_mode & 0o777 == 0o600
        with tarfile.open(archive) as tar:
            names = tar.getnames()
            tar.extractall(there, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(there)
        assert len(names) == len(set(names)), "a file is in the archive twice"
        assert "etc/shadow" not in names and "proc/sys/kernel/hostname" not in names, names

        facts = output(program, "facts", "--json", "--root", here)
        assert output(program, "facts", "--json", "--root", there) == facts
        nodes = json.loads(facts)["numa_nodes"]
        assert [node["cpus"] for node in nodes] == ["0-3", "4-7", ""], nodes
        nic = json.loads(facts)["nics"][0]
        assert (nic["driver"], nic["carries"]) == ("ena", "the default route (ens5)"), nic

        # Pages of all nodes, the one without CPUs too; cores of those that have any.
        profile = pathlib.Path(folder, "p.yaml")
        profile.write_text(
            "cpus: {isolated: {all_but: 2}}\n"
            "hugepages: [{size: 1G, count: 2, node: every}]\n"
            'kernel_arguments: ["isolcpus={isolated}", "{hugepages}"]\n',
            encoding="utf-8",
        )
        plan = output(program, "plan", "--json", "--root", here, str(profile))
        assert output(program, "plan", "--json", "--root", there, str(profile)) == plan
        assert json.loads(plan)["kernel"]["set"] == [
            "isolcpus=2-3,6-7",
            "default_hugepagesz=1G",
            "hugepagesz=1G",
            "hugepages=0:2,1:2,2:2",
        ], plan


if __name__ == "__main__":
    main()
