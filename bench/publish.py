#!/usr/bin/env python3
"""Publishing a disk without a machine: `kiln publish` against an endpoint of HTTPS on loopback.

Beside it run a plain loop over the same blocks (the limit) and coldsnap, on the same disk and endpoint
in the same run. Times are the endpoint's, from StartSnapshot to CompleteSnapshot: kiln makes an AMI of
the snapshot too, and waits for it. CPU and memory are the whole command's.

usage: bench/publish.py [--runs N] [--folder DIR] [--without-coldsnap]
"""

import argparse
import os
import random
import shutil
import statistics
import struct
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kiln import BINARY
from measure import call, timed
from peers.ebs import COLDSNAP, LIMIT, PROGRAM, Endpoint, need_programs

BLOCK = 512 * 1024
GIB = 1 << 30
DATA_BLOCKS = 3072  # 1.5 GiB
LIMIT_THREADS = 8
DELAY = "100ms"
EBS_CALLS = ("StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "ListSnapshotBlocks", "GetSnapshotBlock")


@dataclass
class Upload:
    seconds: float  # of the endpoint: the snapshot alone
    wall: float
    cpu: float
    peak_mib: float
    endpoint_cpu: float
    counters: dict

    @property
    def ebs_requests(self):
        return sum(self.counters["requests"].get(name, 0) for name in EBS_CALLS)

    @property
    def requests(self):
        return sum(self.counters["requests"].values())


def make_disk(path, size):
    """Random blocks, evenly over a sparse disk whose first sector has boot code and one partition."""
    entry = struct.pack("<B3sB3sII", 0x80, b"\0\0\0", 0x83, b"\0\0\0", 2048, min(size // 512 - 2048, 0xFFFFFFFF))
    with open(path, "wb") as file:
        file.truncate(size)
        for number in range(DATA_BLOCKS):
            file.seek(number * (size // BLOCK) // DATA_BLOCKS * BLOCK)
            file.write(random.randbytes(BLOCK))
        file.seek(0)
        file.write(b"\xeb\x63" + bytes(444) + entry + bytes(48) + b"\x55\xaa")
    return path


def kiln_publish(endpoint, disk, *arguments):
    # A disk without a system has none to look into: what is measured is the upload.
    return call(
        [BINARY, "publish", "-color=false", "-skip-image-check", "-lineage", "bench", "-name", f"bench-{time.time_ns()}",
         *arguments, disk],
        env=endpoint.environment,
    )


def publish_anew(endpoint, disk):
    kiln_publish(endpoint, disk, "-parent", "none")


def measure(endpoint, work, forget=True):
    if forget:
        endpoint.reset()
    else:
        endpoint.recount()
    os.sync()
    before = endpoint.cpu_seconds()
    sample = timed(work)
    counters = endpoint.counters()
    return Upload(
        counters["seconds"], sample.wall, sample.cpu, sample.peak_mib, endpoint.cpu_seconds() - before, counters
    )


def middle(uploads, what):
    return statistics.median(getattr(upload, what) for upload in uploads)


def compete(title, competitors, runs):
    """In turns, as measure.compete, by the endpoint's clock. Name to samples."""
    samples = {name: [] for name, _, _ in competitors}
    for turn in range(runs):
        first = turn % len(competitors)
        for name, endpoint, work in competitors[first:] + competitors[:first]:
            print(f"  run {turn + 1} of {runs}: {name}", file=sys.stderr, flush=True)
            samples[name].append(measure(endpoint, lambda: work(endpoint)))
    width = max(map(len, samples))
    print(f"\n{title} ({runs} runs, medians)")
    print(f"  {'':{width}} upload s    min    max   GB/s  wall s  cpu s  far cpu s  peak MiB  of EBS  requests "
          "in flight  puts/s")
    for name, of in samples.items():
        times = [upload.seconds for upload in of]
        seconds = statistics.median(times)
        last = of[-1]
        print(
            f"  {name:{width}} {seconds:8.3f} {min(times):6.3f} {max(times):6.3f} "
            f"{last.counters['bytes'] / seconds / 1e9:6.2f} {middle(of, 'wall'):7.2f} {middle(of, 'cpu'):6.2f} "
            f"{middle(of, 'endpoint_cpu'):10.2f} {middle(of, 'peak_mib'):9.1f} {last.ebs_requests:7} {last.requests:9} "
            f"{last.counters['most_in_flight']:9} "
            f"{statistics.median(upload.counters['best_second_puts'] for upload in of):7.0f}"
        )
    return samples


def ratios(samples, of, to, *whats):
    told = []
    for what in whats:
        pairs = [getattr(a, what) / getattr(b, what) for a, b in zip(samples[of], samples[to])]
        told.append(f"{what} {statistics.median(pairs):.2f} ({min(pairs):.2f} to {max(pairs):.2f})")
    print(f"  {of} to {to}, run by run: {', '.join(told)}")


def whole_uploads(endpoint, slow, disk, options):
    competitors = [
        ("the limit", endpoint, lambda at: at.upload_plainly(disk, LIMIT_THREADS)),
        ("kiln", endpoint, lambda at: publish_anew(at, disk)),
    ]
    late = [("kiln", slow, lambda at: publish_anew(at, disk))]
    if not options.without_coldsnap:
        competitors.append(("coldsnap", endpoint, lambda at: at.upload_with_coldsnap(disk)))
        late.append(("coldsnap", slow, lambda at: at.upload_with_coldsnap(disk)))
    samples = compete("8 GiB with 1.5 GiB of data", competitors, options.runs)
    ratios(samples, "the limit", "kiln", "seconds")
    if not options.without_coldsnap:
        ratios(samples, "coldsnap", "kiln", "seconds", "wall", "peak_mib", "ebs_requests")
    samples = compete(f"the same, each answer {DELAY} late", late, options.runs)
    if not options.without_coldsnap:
        ratios(samples, "coldsnap", "kiln", "seconds", "wall", "peak_mib")


def change_line(disk, text):
    """As an editor leaves it behind: the line's block, and that of the file system's journal."""
    with open(disk, "r+b") as file:
        for number in (1, 2):
            file.seek(number * (disk.stat().st_size // BLOCK) // DATA_BLOCKS * BLOCK + 4096)
            file.write(text)


def changes(endpoint, disk):
    whole = measure(endpoint, lambda: kiln_publish(endpoint, disk))
    change_line(disk, b"one line\n")
    part = measure(endpoint, lambda: kiln_publish(endpoint, disk), forget=False)
    print(
        f"\nafter a change of one line: {part.ebs_requests} requests of EBS, {part.requests} of all, instead of "
        f"{whole.ebs_requests} and {whole.requests}: {part.requests / whole.requests:.2%}; {part.wall:.2f} s"
    )


def sparse(endpoint, folder, runs):
    disk = make_disk(folder / "sparse.raw", 1024 * GIB)
    whole = measure(endpoint, lambda: kiln_publish(endpoint, disk))
    change_line(disk, b"one line\n")
    looks = []
    for turn in range(runs):
        print(f"  run {turn + 1} of {runs}: what has changed", file=sys.stderr, flush=True)
        looks.append(timed(lambda: kiln_publish(endpoint, disk, "-dry-run")))
    print(
        f"\n1 TiB with 1.5 GiB of data: {whole.seconds:.2f} s, {whole.peak_mib:.1f} MiB; finding what has changed "
        f"{statistics.median(look.wall for look in looks):.2f} s, {statistics.median(look.cpu for look in looks):.2f} s "
        f"of CPU, {max(look.peak_mib for look in looks):.1f} MiB"
    )
    disk.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default="/dev/shm", help="where 3 GiB of disks may lie")
    parser.add_argument("--without-coldsnap", action="store_true")
    options = parser.parse_args()
    need_programs(PROGRAM, LIMIT, *([] if options.without_coldsnap else [COLDSNAP]))
    folder = Path(tempfile.mkdtemp(prefix="kiln-bench-publish-", dir=options.folder))
    try:
        (folder / "slow").mkdir()
        disk = make_disk(folder / "disk.raw", 8 * GIB)
        with Endpoint(folder) as endpoint, Endpoint(folder / "slow", "-delay", DELAY) as slow:
            whole_uploads(endpoint, slow, disk, options)
            changes(endpoint, disk)
            disk.unlink()
            sparse(endpoint, folder, options.runs)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
