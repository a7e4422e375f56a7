"""The memory of a command with all that it starts, summed over the processes of one moment.

`private` is what no other process has mapped: what each process costs on its own. Looking takes time
from those who are looked at, so this is not done in a run that is timed.
"""

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.03


@dataclass
class TreeMemory:
    resident_mib: float = 0
    private_mib: float = 0
    processes: int = 0


def descendants(pid):
    """`pid` and all below it."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                pass
    return found


def _look(pid):
    seen = TreeMemory()
    for one in descendants(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        kib = {name: int(size) for name, size in re.findall(r"^(\w+):\s*(\d+) kB", text, re.MULTILINE)}
        seen.resident_mib += kib.get("Rss", 0) / 1024
        seen.private_mib += (kib.get("Private_Clean", 0) + kib.get("Private_Dirty", 0)) / 1024
        seen.processes += 1
    return seen


def tree_memory(argv, **options):
    """The largest sums seen while `argv` ran, each for itself."""
    peak = TreeMemory()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)
        while process.poll() is None:
            seen = _look(process.pid)
            peak = TreeMemory(
                max(peak.resident_mib, seen.resident_mib),
                max(peak.private_mib, seen.private_mib),
                max(peak.processes, seen.processes),
            )
            time.sleep(LOOK_SECONDS)
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"bench: {argv} failed:\n{output.read()[-3000:].decode(errors='replace')}")
    return peak
