#!/usr/bin/env python3
"""kiln-node beside TuneD and dpdk-devbind: what the machine is, whether it is tuned, tuning it.

Everything runs in a sandbox (peers/node_sandbox.py): the same processes, the same copies of what
the kernel lets one change. `floor` is the time that kiln-node's own reads and writes, as strace saw
them, take in one loop of a process that runs already.

`existing stack` is a lower bound of one apply with three network devices: `tuned-adm profile`, then
dpdk-devbind.py once per device for the device plugin's list and twice per device for unbinding and
binding. All nine are `--status` here, whose scans the others make too: no device changes hands. What
the stack does in shell and Python besides (CPU lists, hugepages, grubby) is left out.

kiln-node syncs what it writes and TuneD does not, so that apply's floor is nearly all the disk's. In the
tables `peak` of so short a process is that of the Python that starts it; the last table has kiln-node's own.

usage: bench/node.py [--runs N]
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from measure import Competitor, call, compete
from peers import node_sandbox

ROOT = Path(__file__).resolve().parent.parent
BINARY = os.environ.get("KILN_NODE", str(ROOT / "build/release/src/node/kiln-node"))
DEVICES = 3
EMPTY = "an empty process"
MEMORY_LIMIT_MIB = 8
TUNED_PROFILE = "realtime-virtual-guest"  # what XRd's own profile is built on
PROFILE = """\
base: xrd-vrouter
cpus:
  isolated: {cpu}
  least_isolated: 1
"""
APPLY = [BINARY, "apply"]
VERIFY = [BINARY, "verify"]
FACTS = [BINARY, "facts"]
STATUS = ["dpdk-devbind.py", "--status"]
# Verify finds that the reboot is due, and both find what a sandbox can not have.
DRIFT = (0, 1)


def write_profiles():
    last_cpu = os.cpu_count() - 1
    if last_cpu < 1:
        raise SystemExit("bench: needs two CPUs, one of them to isolate")
    profile = Path("/etc/kiln-node/profile.yaml")
    profile.parent.mkdir()
    profile.write_text(PROFILE.format(cpu=last_cpu), encoding="utf-8")
    variables = Path(f"/etc/tuned/{TUNED_PROFILE}-variables.conf")
    variables.write_text(f"isolated_cores={last_cpu}\n", encoding="utf-8")


def start_tuned():
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen(["tuned", "--log=/var/log/tuned.log"], **quiet)

    def answers():
        return subprocess.run(["tuned-adm", "active"], capture_output=True, check=False).returncode == 0

    node_sandbox.wait_for(answers, "tuned")


def set_daemon(wanted):
    """With 0 `tuned` applies once and ends; the daemon, which runs already, does not look again."""
    configuration = Path("/etc/tuned/tuned-main.conf")
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(re.sub(r"(?m)^daemon\s*=.*", f"daemon = {wanted}", text), encoding="utf-8")


def forget_tuning():
    set_daemon(1)
    call(["tuned-adm", "off"])


def existing_stack():
    call(["tuned-adm", "profile", TUNED_PROFILE])
    for _ in range(3 * DEVICES):
        call(STATUS)


def verify_tuned():
    """TuneD looks at settings and CPUs only; the devices are devbind's."""
    call(["tuned-adm", "verify"], accept=DRIFT)


class Work:
    """The files that a command read and wrote: (path, bytes) each, and the paths that it synced."""

    def __init__(self, argv):
        log = Path("/run/strace.log")
        names = "openat,write,fsync"
        ended = subprocess.run(
            ["strace", "-y", "-o", log, "-e", f"trace={names}", *argv], capture_output=True, check=False
        )
        if ended.returncode not in DRIFT:
            raise SystemExit(f"bench: {' '.join(argv)} failed under strace: {ended.stderr}")
        text = log.read_text(encoding="utf-8", errors="replace")
        opened = re.findall(r'"(/[^"]*)", O_RDONLY\S*\) = \d', text)
        self.reads = [path for path in opened if os.path.isfile(path)]
        self.writes = {}
        for path, size in re.findall(r"(?m)^write\(\d+<(/[^>]*)>, .* = (\d+)$", text):
            self.writes[path] = self.writes.get(path, 0) + int(size)
        self.syncs = re.findall(r"(?m)^fsync\(\d+<(/[^>]*)>", text)

    def replay(self, folder):
        """Seconds."""
        start = time.monotonic()
        for path in self.reads:
            descriptor = os.open(path, os.O_RDONLY)
            while os.read(descriptor, 65536):
                pass
            os.close(descriptor)
        for number, size in enumerate(self.writes.values()):
            descriptor = os.open(f"{folder}/{number}", os.O_WRONLY | os.O_CREAT, 0o644)
            os.write(descriptor, bytes(size))
            os.close(descriptor)
        for number, _ in enumerate(self.syncs):
            descriptor = os.open(f"{folder}/sync", os.O_WRONLY | os.O_CREAT, 0o644)
            os.write(descriptor, bytes([number % 256]))
            os.fsync(descriptor)
            os.close(descriptor)
        return time.monotonic() - start

    def report(self, folder, runs, median):
        times = [self.replay(folder) * 1000 for _ in range(runs)]
        floor = statistics.median(times)
        print(
            f"  floor {floor:.2f} ms ({min(times):.2f} to {max(times):.2f}): {len(self.reads)} files read, "
            f"{len(self.writes)} written, {len(self.syncs)} syncs; kiln-node is {median * 1000 / floor:.1f} times that"
        )


def report_ratios(medians, goal):
    for name, median in medians.items():
        if name not in ("kiln-node", EMPTY):
            ratio = median / medians["kiln-node"]
            verdict = "met" if ratio >= goal else "missed"
            print(f"  kiln-node takes 1/{ratio:.1f} of the time of {name} (goal 1/{goal}: {verdict})")


def resident_mib(argv):
    """The peak of the command alone: GNU time is smaller than what it starts, and Python is not."""
    report = Path("/run/memory")
    subprocess.run(["time", "-q", "-f", "%M", "-o", report, *argv], capture_output=True, check=False)
    return int(report.read_text(encoding="utf-8").split()[-1]) / 1024


def measure(work, runs):
    undo = [BINARY, "undo"]
    floor = work / "floor"
    floor.mkdir()

    facts = compete(
        "facts",
        [
            Competitor("kiln-node", lambda: call(FACTS)),
            Competitor("dpdk-devbind.py -s", lambda: call(STATUS)),
            Competitor(EMPTY, lambda: call(["true"])),
        ],
        runs,
        "kiln-node",
    )
    report_ratios(facts, 20)
    Work(FACTS).report(floor, runs, facts["kiln-node"])

    applied = compete(
        f"apply, nothing in place ({DEVICES} devices)",
        [
            Competitor("kiln-node", lambda: call(APPLY), lambda: call(undo, accept=DRIFT)),
            Competitor(
                "tuned, once",
                lambda: call(["tuned", "--no-dbus", "--profile", TUNED_PROFILE]),
                lambda: set_daemon(0),
            ),
            Competitor(
                "tuned-adm profile",
                lambda: call(["tuned-adm", "profile", TUNED_PROFILE]),
                forget_tuning,
            ),
            Competitor("existing stack", existing_stack, forget_tuning),
        ],
        runs,
        "kiln-node",
    )
    report_ratios(applied, 10)
    call(undo, accept=DRIFT)
    Work(APPLY).report(floor, runs, applied["kiln-node"])

    again = compete(
        "apply, all in place", [Competitor("kiln-node", lambda: call(APPLY))], runs, "kiln-node"
    )
    Work(APPLY).report(floor, runs, again["kiln-node"])

    call(["tuned-adm", "profile", TUNED_PROFILE])
    verified = compete(
        "verify",
        [
            Competitor("kiln-node", lambda: call(VERIFY, accept=DRIFT)),
            Competitor("tuned-adm verify", verify_tuned),
            Competitor("the same, devbind -s", lambda: (verify_tuned(), call(STATUS))),
        ],
        runs,
        "kiln-node",
    )
    report_ratios(verified, 20)
    Work(VERIFY).report(floor, runs, verified["kiln-node"])

    print(f"\nresident memory of kiln-node (limit {MEMORY_LIMIT_MIB} MiB)")
    for argv in (FACTS, VERIFY, APPLY):
        print(f"  {argv[1]:8} {resident_mib(argv):6.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    node_sandbox.enter()
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="kiln-bench-") as folder:
        node_sandbox.furnish(Path(folder))
        write_profiles()
        start_tuned()
        measure(Path(folder), options.runs)


if __name__ == "__main__":
    main()
