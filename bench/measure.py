"""Runs competitors in turn, several times, and prints medians and ratios.

Whole processes are timed (wall clock, CPU of the process and its children). Of memory there are two
figures: the largest resident set of any single process, and that of the commands themselves that a
competitor calls, without the programs they start ("own"). Competitors alternate run by run, so that
a drift of the machine's speed meets them all, and each turn begins with another, so that what one
leaves in the caches meets them all too.
"""

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Sample:
    wall: float
    cpu: float
    peak_mib: float
    own_peak_mib: float


@dataclass
class Competitor:
    name: str
    run: Callable[[], None]
    prepare: Callable[[], None] = lambda: None
    samples: list[Sample] = field(default_factory=list)

    def median(self, what="wall"):
        return statistics.median(getattr(sample, what) for sample in self.samples)


# KiB. The largest resident set of any command that call() ran in this process.
_own_peak_kib = 0


def _watch_peak(pid, ended):
    """Follows the peak of a process until it ends. The kernel keeps it, so a look now and then will do."""
    global _own_peak_kib
    while True:
        try:
            with open(f"/proc/{pid}/status") as status:
                peak = re.search(r"^VmHWM:\s*(\d+) kB", status.read(), re.MULTILINE)
        except OSError:
            return
        if peak:
            _own_peak_kib = max(_own_peak_kib, int(peak[1]))
        if ended.wait(0.01):
            return


def call(argv, accept=(0,), **options):
    """Runs one command; its output is shown only when it fails: ends with a status not in `accept`."""
    ended = threading.Event()
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
    ) as process:
        threading.Thread(target=_watch_peak, args=(process.pid, ended), daemon=True).start()
        output = process.stdout.read()
        ended.set()
    if process.returncode not in accept:
        sys.exit(f"bench: {' '.join(map(str, argv))} failed with {process.returncode}:\n{output[-3000:]}")
    return output


def timed(work):
    """Runs `work` in a child process, so that the children's usage is its own."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        global _own_peak_kib
        _own_peak_kib = 0
        status = 1
        try:
            start = time.monotonic()  # here, as the fork and the end of this process take milliseconds
            work()
            wall = time.monotonic() - start
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            os.write(write_end, json.dumps([wall, usage.ru_maxrss, _own_peak_kib]).encode())
            status = 0
        except SystemExit as failure:
            print(failure.code, file=sys.stderr)
        finally:
            os._exit(status)
    os.close(write_end)
    _, status, usage = os.wait4(child, 0)
    wall, *peaks_kib = json.loads(os.read(read_end, 128) or "[0, 0, 0]")
    os.close(read_end)
    if status != 0:
        sys.exit("bench: a competitor failed, see above")
    return Sample(wall, usage.ru_utime + usage.ru_stime, *(kib / 1024 for kib in peaks_kib))


def compete(title, competitors, runs, reference):
    """Times all, prints a table; ratios are to the competitor named `reference`."""
    for turn in range(runs):
        first = turn % len(competitors)
        for competitor in competitors[first:] + competitors[:first]:
            competitor.prepare()
            os.sync()
            print(f"  run {turn + 1} of {runs}: {competitor.name}", file=sys.stderr, flush=True)
            competitor.samples.append(timed(competitor.run))
    base = next(c for c in competitors if c.name == reference).median()
    width = max(len(c.name) for c in competitors)
    print(f"\n{title} ({runs} runs, medians; ratio to {reference})")
    heads = f"{'wall s':>8} {'min':>8} {'max':>8} {'cpu s':>8} {'peak MiB':>9} {'own peak MiB':>13} {'ratio':>6}"
    print(f"  {'':{width}}  {heads}")
    for c in competitors:
        walls = [sample.wall for sample in c.samples]
        print(
            f"  {c.name:{width}}  {c.median():8.3f} {min(walls):8.3f} {max(walls):8.3f} "
            f"{c.median('cpu'):8.2f} {c.median('peak_mib'):9.1f} {c.median('own_peak_mib'):13.1f} {c.median() / base:6.2f}"
        )
    return {c.name: c.median() for c in competitors}
