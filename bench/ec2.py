#!/usr/bin/env python3
"""Many amazon-ebs builds at once from one kiln, against the emulated AWS of tests/aws.

The emulator is moto, in Python, one request at a time, with an sshd behind each instance; that it is
the slower of the two shows in its own CPU time, which stands beside kiln's. Packer has no figure here:
its builder reads no endpoint from the environment, and 50 null builds beside kiln's are in ssh.py.

usage: bench/ec2.py [--runs N] [--builds N]...
"""

import argparse
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / "build/aws-venv/bin/python"

if Path(sys.prefix) != PYTHON.parent.parent:  # moto is there and not in Debian
    if not PYTHON.exists():
        sys.exit(f"bench: there is no {PYTHON}; scripts/bench makes it")
    os.execv(PYTHON, [PYTHON, *sys.argv])

sys.path.append(str(ROOT / "tests/aws"))
sys.dont_write_bytecode = True

from kiln import BINARY  # noqa: E402
from measure import call, timed  # noqa: E402
from tree_memory import tree_memory  # noqa: E402
from world import REGION, SSH_PORT, World  # noqa: E402

TEMPLATE = """\
source "amazon-ebs" "node" {{
  instance_type = "t3.micro"
  ssh_username  = "{user}"
  ssh_port      = {port}
  source_ami_filter {{
    filters     = {{ name = "debian-12-amd64-*" }}
    owners      = ["136693071363"]
    most_recent = true
  }}
}}
build {{
{uses}
  provisioner "shell" {{ inline = ["{script}"] }}
}}
"""
USE = """\
  source "amazon-ebs.node" {{
    name     = "n{number}"
    ami_name = "node-{number}"
  }}
"""


def write_template(path, builds, script):
    from getpass import getuser

    uses = "".join(USE.format(number=number) for number in range(builds))
    path.write_text(TEMPLATE.format(user=getuser(), port=SSH_PORT, uses=uses, script=script))
    return [BINARY, "build", "-color=false", path]


def cpu_seconds(pid):
    """Of the process alone, not of the sshds that it started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(world, builds, runs):
    argv = write_template(world.folder / "t.pkr.hcl", builds, "true")
    samples = []
    emulator = []
    for turn in range(runs):
        world.reset()
        before = cpu_seconds(world.pid)
        print(f"  run {turn + 1} of {runs}: {builds} builds", file=sys.stderr, flush=True)
        samples.append(timed(lambda: call(argv, env=world.environment)))
        emulator.append(cpu_seconds(world.pid) - before)
        calls = world.calls()
        images = len(world.inventory()[REGION]["images"])
        if images != builds:
            sys.exit(f"bench: {images} images of {builds} builds")
    waits = sum(call["action"].startswith("Describe") for call in calls)
    world.reset()
    memory = tree_memory(write_template(world.folder / "t.pkr.hcl", builds, "sleep 5"), env=world.environment)
    wall, cpu = (statistics.median(getattr(sample, what) for sample in samples) for what in ("wall", "cpu"))
    print(
        f"  {builds:6} {wall:8.2f} {cpu:11.2f} {statistics.median(emulator):15.2f} "
        f"{len(calls):6} {waits:9} {memory.resident_mib:13.1f} {memory.private_mib:12.1f}"
    )
    return memory.private_mib


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--builds", type=int, action="append", default=[])
    options = parser.parse_args()
    with World() as world:
        print(f"amazon-ebs builds in parallel, one script each ({options.runs} runs, medians)")
        print("  builds   wall s  kiln cpu s  emulator cpu s  calls Describe*  resident MiB  private MiB")
        private = {}
        for builds in options.builds or [1, 50, 200]:
            private[builds] = measure(world, builds, options.runs)
        few, many = min(private), max(private)
        if few < many:
            print(f"  each build more: {(private[many] - private[few]) / (many - few):.2f} MiB of private memory")


if __name__ == "__main__":
    main()
