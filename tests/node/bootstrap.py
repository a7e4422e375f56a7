#!/usr/bin/env python3
"""bootstrap.py KILN_NODE: the contract of the XRd project's bootstrap.sh, and what comes after it."""

import json
import pathlib
import re
import sys
import tempfile

from node_tree import REQUEST, contents, make_tree, run

WORDS = (
    "nohz_full=2-3 nohz=on skew_tick=1 intel_pstate=disable tsc=reliable nosoftlockup isolcpus=2-3 "
    "irqaffinity=0-1 default_hugepagesz=1G hugepagesz=1G hugepages=1:2 rcu_nocbs=2-3 "
    "rcupdate.rcu_normal_after_boot=1"
)
PROFILE = pathlib.Path(__file__).parents[2] / "src/node/profiles/xrd-vrouter.yaml"
# What it says on standard error, with exit status 2.
REFUSED = [
    ({}, ["HUGEPAGES_GB environment variable not set", "ISOLATED_CORES environment variable not set"]),
    ({"HUGEPAGES_GB": "2"}, ["ISOLATED_CORES environment variable not set"]),
    ({"HUGEPAGES_GB": "abc", "ISOLATED_CORES": "2"}, ['HUGEPAGES_GB is "abc"']),
    ({"HUGEPAGES_GB": "-1", "ISOLATED_CORES": "2"}, ['HUGEPAGES_GB is "-1"']),
    ({"HUGEPAGES_GB": "2", "ISOLATED_CORES": "0-3:1/2"}, ['ISOLATED_CORES is "0-3:1/2"']),
    ({"HUGEPAGES_GB": "2", "ISOLATED_CORES": "3-2"}, ['ISOLATED_CORES is "3-2"']),
    ({"HUGEPAGES_GB": "2", "ISOLATED_CORES": "2-9"}, ["isolated cores 4-9 do not exist"]),
    ({"HUGEPAGES_GB": "2", "ISOLATED_CORES": "0"}, ["CPU 0 can not be isolated"]),
]


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        before = contents(root)
        for environment, lines in REFUSED:
            refused = run(program, "bootstrap", "--root", folder, environment=environment)
            assert refused.returncode == 2, (environment, refused)
            for line in lines:
                assert line in refused.stderr, (environment, refused.stderr)
            assert contents(root) == before, f"{environment} changed something"

        done = run(program, "bootstrap", "--root", folder, environment=REQUEST)
        assert done.returncode == 0, done
        after = contents(root)
        for version in ("6.1.1", "6.1.2"):
            entry = after[f"boot/loader/entries/m-{version}.conf"]
            assert f"options root=UUID=a ro {WORDS}\n" in entry, entry
        assert after["etc/kernel/cmdline"] == f"root=UUID=a ro {WORDS}\n"
        assert after["etc/default/grub"] == f'GRUB_CMDLINE_LINUX="{WORDS}"\n'
        assert "IRQBALANCE_BANNED_CPULIST=2-3\n" in after["etc/sysconfig/irqbalance"]

        # Leading zeros are decimal, and the second time nothing is left to do.
        again = run(
            program, "bootstrap", "--root", folder, environment={**REQUEST, "HUGEPAGES_GB": "02"}
        )
        assert (again.returncode, again.stdout.count("changed")) == (0, 0), again
        assert contents(root) == after

        plan = json.loads(run(program, "plan", "--root", folder).stdout)
        assert " ".join(plan["kernel"]["set"]) == WORDS, plan["kernel"]
        settings = re.search(r"^sysctls:\n((?:  .*\n)+)", PROFILE.read_text("utf-8"), re.MULTILINE)
        wanted = re.findall(r'^  (\S+): "?(>=)? ?(.*?)"?$', settings[1], re.MULTILINE)
        planned = [
            (action["path"], action["at_least"], action["value"])
            for action in plan["actions"]
            if action["do"] == "set_kernel_value"
        ]
        assert planned == [
            ("/proc/sys/" + key.replace(".", "/"), at_least != "", value)
            for key, at_least, value in wanted
        ], planned
        assert run(program, "undo", "--root", folder).returncode == 0
        assert contents(root) == before


if __name__ == "__main__":
    main()
