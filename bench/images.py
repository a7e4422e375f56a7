#!/usr/bin/env python3
"""`kiln image list` over many regions and images, against pages that are rendered before (peers/ec2_pages.py).

There is no peer that lists all regions at once; the AWS CLI does it one after the other. The bounds are those that
kiln sets itself: requests in parallel and bounded, and less than 100 MiB of memory.

usage: bench/images.py [--runs N] [--images N] [--regions N] [--round-trip SECONDS]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from kiln import BINARY  # noqa: E402
from measure import timed  # noqa: E402
from peers.ec2_pages import Ec2Pages  # noqa: E402

MOST_MIB = 100


def environment(folder, endpoint):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {
        "HOME": folder, "XDG_STATE_HOME": folder + "/state", "XDG_CACHE_HOME": folder + "/cache",
        "XDG_CONFIG_HOME": folder + "/config", "AWS_ACCESS_KEY_ID": "AKIDBENCH", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true"}


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(argv, path, env):
    """Into a file, so that nobody's reading is measured."""
    with open(path, "wb") as output:
        found = subprocess.run(argv, stdout=output, stderr=subprocess.PIPE, env=env)
    if found.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, argv))} failed with {found.returncode}:\n{found.stderr.decode()[-2000:]}")


def measure(pages, folder, form, options):
    argv = [BINARY, "image", "list", *form]
    path = Path(folder) / "output"
    samples, counts, peers = [], [], []
    for _ in range(options.runs):
        before = cpu_seconds(pages.pid)
        samples.append(timed(lambda: run(argv, path, environment(folder, pages.endpoint))))
        peers.append(cpu_seconds(pages.pid) - before)
        counts.append(pages.counts())
    text = path.read_text()
    found = len(json.loads(text)["images"]) if form == ["-json"] else text.count("\n") - 1
    if found != options.images:
        sys.exit(f"bench: {found} images are listed of {options.images}")
    wall, cpu, peak = (statistics.median(getattr(one, what) for one in samples) for what in ("wall", "cpu", "peak_mib"))
    most, of_region = (max(one[what] for one in counts) for what in ("most", "most_of_region"))
    print(f"  {' '.join(form) or 'a table':8} {wall:8.2f} {min(s.wall for s in samples):8.2f} {cpu:7.2f} "
          f"{statistics.median(peers):10.2f} {peak:9.1f} {counts[-1]['requests']:9} {most:8} {of_region:14}")
    return peak, most


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--regions", type=int, default=30)
    parser.add_argument("--round-trip", type=float, default=0.05, help="seconds that an answer takes")
    options = parser.parse_args()
    with Ec2Pages(options.images, options.regions, options.round_trip) as pages, \
            tempfile.TemporaryDirectory(prefix="kiln-bench-") as folder:
        print(f"kiln image list: {options.images} images in {options.regions} regions, an answer after "
              f"{options.round_trip * 1000:.0f} ms ({options.runs} runs, medians)")
        print("             wall s      min   cpu s  peer cpu s  peak MiB  requests  at once  in one region")
        peaks = [measure(pages, folder, form, options)[0] for form in ([], ["-csv"], ["-json"])]
    print(f"  memory: {'within' if max(peaks) < MOST_MIB else 'OVER'} {MOST_MIB} MiB")
    sys.exit(0 if max(peaks) < MOST_MIB else 1)


if __name__ == "__main__":
    main()
