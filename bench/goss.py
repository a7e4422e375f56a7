#!/usr/bin/env python3
"""200 resources of a file of tests, judged over SSH: kiln, with nothing on the machine, beside goss's
own program (build/goss/goss), which is there already with the file and runs in the session of an
OpenSSH client. Both log in; both fail no test. The sessions that each takes are counted.

usage: bench/goss.py [--runs N]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from kiln import BINARY
from measure import Competitor, call, compete
from peers.sshd import Sshd

GOSS = Path(__file__).resolve().parent.parent / "build" / "goss" / "goss"


def resources():
    """What a spec of a node image has, in about its shares."""
    packages = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package}\n"], capture_output=True, text=True, check=True
    ).stdout.split()
    files = sorted(str(path) for path in Path("/usr/bin").iterdir())[:60]
    parameters = sorted(str(path) for path in Path("/proc/sys/vm").iterdir())[:20]
    return {
        "file": {path: {"exists": True, "mode": {"match-regexp": "^[0-7]{4}$"}, "owner": "root"} for path in files},
        "package": {name: {"installed": True} for name in packages[:50]},
        "service": {f"no-such-service-{n}": {"enabled": False, "running": False} for n in range(20)},
        "user": {name: {"exists": True} for name in ("root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news")},
        "group": {name: {"exists": True} for name in ("root", "daemon", "bin", "sys", "adm", "tty", "disk", "lp", "mail", "news")},
        "command": {f"echo {n}": {"exit-status": 0, "stdout": [str(n)]} for n in range(20)},
        "kernel-param": {
            "vm." + Path(path).name: {"value": {"match-regexp": "."}} for path in parameters if readable(path)
        },
        "process": {f"no-such-{n}": {"running": False} for n in range(5)},
        "port": {f"tcp:{n}": {"listening": False} for n in range(1, 6)},
    }  # fmt: skip


def readable(path):
    try:
        return Path(path).read_text().strip() != ""
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=11)
    options, _ = parser.parse_known_args()
    if not GOSS.exists():
        sys.exit("bench: no build/goss/goss (scripts/bench builds it)")
    tests = resources()
    missing = 200 - sum(len(section) for section in tests.values())
    tests["file"].update({f"/no/such/{n}": {"exists": False} for n in range(missing)})
    with tempfile.TemporaryDirectory(prefix="kiln-bench-goss-", dir="/dev/shm") as scratch:
        folder = Path(scratch)
        (folder / "goss.json").write_text(json.dumps(tests))
        with Sshd(folder / "sshd", log_level="VERBOSE") as sshd:
            template = {
                "builders": [{"type": "null", "name": "n", **sshd.options()}],
                "provisioners": [
                    {"type": "goss", "tests": [str(folder / "goss.json")], "goss_file": "goss.json", "format": "nagios"}
                ],
            }
            (folder / "t.json").write_text(json.dumps(template))
            commands = {
                "kiln": [BINARY, "build", "-color=false", folder / "t.json"],
                "goss": [*sshd.client(), f"{GOSS} -g {folder}/goss.json validate -f nagios"],
            }
            print(f"{sum(len(section) for section in tests.values())} resources over SSH")
            for name, command in commands.items():
                before = sshd.sessions()
                out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout
                verdict = next(line for line in out.splitlines() if "GOSS OK" in line)
                print(f"  {name}: {sshd.sessions() - before} session(s); {verdict.strip()}")
            compete(
                "judged, from login to report",
                [Competitor(name, lambda c=command: call(c, cwd=folder)) for name, command in commands.items()],
                options.runs,
                "goss",
            )


if __name__ == "__main__":
    main()
