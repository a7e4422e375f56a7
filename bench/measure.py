"""Runs competitors in turn, several times, and prints medians and ratios.

Whole processes are timed (wall clock, CPU of the process and its children, largest resident set of
any single one of them). Competitors alternate run by run, so that a drift of the machine's speed
meets them all.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Sample:
    wall: float
    cpu: float
    peak_mib: float


@dataclass
class Competitor:
    name: str
    run: Callable[[], None]
    prepare: Callable[[], None] = lambda: None
    samples: list[Sample] = field(default_factory=list)

    def median(self, what="wall"):
        return statistics.median(getattr(sample, what) for sample in self.samples)


def call(argv, **options):
    """Runs one command; its output is shown only when it fails."""
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
    )
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, argv))} failed with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def _timed(work):
    """Runs `work` in a child process, so that the children's usage is its own."""
    read_end, write_end = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            os.write(write_end, f"{usage.ru_maxrss}".encode())
            status = 0
        except SystemExit as failure:
            print(failure.code, file=sys.stderr)
        finally:
            os._exit(status)
    os.close(write_end)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - start
    peak_kib = int(os.read(read_end, 64) or 0)
    os.close(read_end)
    if status != 0:
        sys.exit("bench: a competitor failed, see above")
    return Sample(wall, usage.ru_utime + usage.ru_stime, peak_kib / 1024)


def compete(title, competitors, runs, reference):
    """Times all, prints a table; ratios are to the competitor named `reference`."""
    for turn in range(runs):
        for competitor in competitors:
            competitor.prepare()
            os.sync()
            print(f"  run {turn + 1} of {runs}: {competitor.name}", file=sys.stderr, flush=True)
            competitor.samples.append(_timed(competitor.run))
    base = next(c for c in competitors if c.name == reference).median()
    width = max(len(c.name) for c in competitors)
    print(f"\n{title} ({runs} runs, medians; ratio to {reference})")
    print(f"  {'':{width}}  {'wall s':>8} {'min':>8} {'max':>8} {'cpu s':>8} {'peak MiB':>9} {'ratio':>6}")
    for c in competitors:
        walls = [sample.wall for sample in c.samples]
        print(
            f"  {c.name:{width}}  {c.median():8.3f} {min(walls):8.3f} {max(walls):8.3f} "
            f"{c.median('cpu'):8.2f} {c.median('peak_mib'):9.1f} {c.median() / base:6.2f}"
        )
    return {c.name: c.median() for c in competitors}
