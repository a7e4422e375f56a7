#!/usr/bin/env python3
"""kiln beside Packer over SSH: many builds at once, many provisioners, a large file, folders.

Both read the same templates, of null builders that log in to an sshd of ours on loopback (peers/sshd.py);
CPU is that of the competitor, not of the server. `the limit` is what the work takes with OpenSSH's own
client: commands over a connection that is open already, `tar | ssh tar`. What is sent lies in memory
(/dev/shm), and so does what arrives.

usage: bench/ssh.py [--runs N] [--only NAME]... [--delayed-files N] [--work DIR]
"""

import argparse
import filecmp
import json
import os
import random
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from kiln import BINARY
from measure import Competitor, call, compete
from peers.delay import Delay, round_trip
from peers.sshd import Sshd
from tree_memory import tree_memory

ROUND_TRIP = 0.020  # seconds
ENVIRONMENT = dict(os.environ, CHECKPOINT_DISABLE="1")


def report(name, value, goal, what):
    verdict = "met" if value <= goal else "missed"
    print(f"  {name}: {value:.3f} {what} (goal {goal}: {verdict})")


class Bench:
    def __init__(self, sshd, work, options):
        self.sshd = sshd
        self.work = work
        self.options = options
        self._templates = 0

    def template(self, provisioners, builds=1, port=None):
        """A file with `builds` null builds of `provisioners`; kiln and Packer read the same."""
        login = self.sshd.options() | ({"ssh_port": port} if port else {})
        builders = [{"type": "null", "name": f"n{number}", **login} for number in range(builds)]
        self._templates += 1
        path = self.work / f"{self._templates}.json"
        path.write_text(json.dumps({"builders": builders, "provisioners": provisioners}))
        return path

    def both(self, path):
        return {
            "kiln": [BINARY, "build", "-color=false", path],
            "packer": ["packer", "build", "-color=false", path],
        }

    def compete(self, title, path, limit=None, prepare=lambda: None, check=lambda name: None, runs=None):
        """One table of kiln, Packer and the work without either; ratios are to Packer."""

        def work(name, run):
            run()
            check(name)

        commands = {name: lambda argv=argv: call(argv, env=ENVIRONMENT) for name, argv in self.both(path).items()}
        if limit:
            commands["the limit"] = limit
        competitors = [
            Competitor(name, lambda name=name, run=run: work(name, run), prepare) for name, run in commands.items()
        ]
        compete(title, competitors, runs or self.options.runs, "packer")
        return {competitor.name: competitor for competitor in competitors}


def ratio(rows, what="wall", to="packer"):
    return rows["kiln"].median(what) / rows[to].median(what)


def print_memory(rows):
    print(f"  {'':24} {'processes':>9} {'resident MiB':>13} {'private MiB':>12}")
    for name, memory in rows.items():
        print(f"  {name:24} {memory.processes:9} {memory.resident_mib:13.1f} {memory.private_mib:12.1f}")


def measure_builds(bench):
    """50 builds from one process, one trivial script each; memory of 200 besides."""

    def script(line):
        # Names of their own, as all share one machine: of Packer's 9,999 two builds in fifty have the
        # same, one time in nine, and then one of them fails.
        return [{"type": "shell", "inline": [line], "remote_file": "script_{{build_name}}.sh"}]

    rows = bench.compete("50 builds in parallel, one script each", bench.template(script("true"), builds=50))
    report("wall time", ratio(rows), 0.35, "of packer's")
    report("CPU time", ratio(rows, "cpu"), 0.3, "of packer's")

    # A script that waits, so that all builds are there at once.
    memory = {f"{name}, 50 builds": tree_memory(argv, env=ENVIRONMENT)
              for name, argv in bench.both(bench.template(script("sleep 3"), builds=50)).items()}  # fmt: skip
    for builds in (1, 200):
        argv = bench.both(bench.template(script("sleep 8"), builds=builds))["kiln"]
        memory[f"kiln, {builds} build{'s' if builds > 1 else ''}"] = tree_memory(argv)
    print("\nmemory of builds in parallel")
    print_memory(memory)
    few, many = memory["kiln, 50 builds"].private_mib, memory["kiln, 200 builds"].private_mib
    report("private memory of 50 builds", few / memory["packer, 50 builds"].private_mib, 0.05, "of packer's")
    report("each build more", (many - few) / 150, 2, "MiB")


def measure_scripts(bench):
    """20 provisioners in one build, beside 20 commands over one connection."""
    path = bench.template([{"type": "shell", "inline": [f"echo {number}"]} for number in range(20)])
    master = bench.work / "master"
    connection = subprocess.Popen(bench.sshd.client("-M", "-S", master, "-N"))
    while not master.exists():
        pass

    def commands():
        for number in range(20):
            call(bench.sshd.client("-S", master) + [f"echo {number}"])

    try:
        rows = bench.compete("20 shell provisioners in one build", path, commands)
    finally:
        connection.terminate()
        connection.wait()
    report("wall time", ratio(rows), 0.25, "of packer's")


def arrived(bench):
    return bench.work / "arrived"


def clear(bench):
    shutil.rmtree(arrived(bench), ignore_errors=True)
    arrived(bench).mkdir()


def tar_limit(bench, source, port=None):
    """The folder or file `source` into the folder of what arrives, with tar on both sides."""
    into = f"tar -xf - -C {arrived(bench)}"
    client = shlex.join(map(str, bench.sshd.client(port=port)))
    command = f"tar -cf - -C {source.parent} {source.name} | {client} '{into}'"
    return lambda: call(["sh", "-c", command])


def measure_large_file(bench):
    """One file of 1 GiB."""
    source = bench.work / "large"
    with open(source, "wb") as file:
        for _ in range(1024):
            file.write(os.urandom(1 << 20))
    target = arrived(bench) / "large"

    def check(name):
        if not filecmp.cmp(source, target, shallow=False):
            raise SystemExit(f"bench: {name} lost some of the file")

    path = bench.template([{"type": "file", "source": str(source), "destination": str(target)}])
    rows = bench.compete(
        "one file of 1 GiB", path, tar_limit(bench, source), lambda: clear(bench), check, min(3, bench.options.runs)
    )
    report("wall time", ratio(rows), 0.25, "of packer's")
    report("wall time", ratio(rows, to="the limit"), 1.2, "of the limit's")
    source.unlink()


def write_files(folder, sizes, each=None):
    """Files of `sizes` in `folder`, or `each` of them in every folder below it."""
    for number, size in enumerate(sizes):
        path = (folder / f"{number // each:03}" if each else folder) / f"file{number:05}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))


def whole(source, target):
    """Whether `target` has all of `source` and nothing else."""
    return subprocess.run(["diff", "-r", source, target], capture_output=True, check=False).returncode == 0


def measure_folder(bench, title, sizes, each=None, port=None, runs=None):
    source = bench.work / "folder"
    write_files(source, sizes, each)
    target = arrived(bench) / "folder"

    def check(name):
        if not whole(source, target):
            raise SystemExit(f"bench: {name} lost some of the folder")

    # The destination is there: Packer does not make it.
    path = bench.template([{"type": "file", "source": str(source), "destination": str(arrived(bench))}], port=port)
    limit = tar_limit(bench, source, port)
    rows = bench.compete(title, path, limit, lambda: clear(bench), check, runs)
    shutil.rmtree(source)
    return rows


def measure_small_files(bench):
    """10,000 files of 4 KiB."""
    rows = measure_folder(bench, "a folder of 10,000 files of 4 KiB", [4096] * 10_000)
    report("wall time", ratio(rows), 0.4, "of packer's")


def measure_mixed_files(bench):
    """200 MB of files from 1 KiB to 8 MiB, as many bytes of each size."""
    sizes = [1 << power for power in range(10, 24, 2)]
    each = 200_000_000 // len(sizes)
    mixed = [size for size in sizes for _ in range(each // size)]
    random.Random(1).shuffle(mixed)
    rows = measure_folder(bench, f"200 MB in {len(mixed)} files of 1 KiB to 4 MiB", mixed, each=100)
    report("wall time", ratio(rows), 1, "of packer's")


def measure_delayed_files(bench):
    """Files of 4 KiB over a link with a round trip of 20 ms, once.

    Packer's scp waits for an answer to each file. It does not for that to the end of a folder, so that
    it comes to be one answer more behind with each folder that it has sent: many folders are quicker.
    """
    count = bench.options.delayed_files
    with Delay(bench.sshd.port, ROUND_TRIP) as delay:
        print(f"\nround trip of the link: {min(round_trip(delay.port) for _ in range(5)) * 1000:.1f} ms")
        for each, where in ((None, "one folder"), (100, "folders of 100")):
            title = f"{count} files of 4 KiB, {where}, over that link"
            rows = measure_folder(bench, title, [4096] * count, each, delay.port, runs=1)
            report("wall time", ratio(rows), 0.02, "of packer's")


def show_new_destination(bench):
    """A folder to a destination that does not exist: with or without the slash, it becomes that folder."""
    source = bench.work / "folder"
    write_files(source, [4096] * 250, each=100)
    print("\na folder to a destination that does not exist")
    for slash in ("", "/"):
        target = arrived(bench) / "new"
        path = bench.template([{"type": "file", "source": f"{source}{slash}", "destination": str(target)}])
        for name, argv in bench.both(path).items():
            clear(bench)
            ended = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, check=False)
            came = "arrives whole" if whole(source, target) else "is not there whole"
            print(f"  {name:8} source \"folder{slash}\": exit code {ended.returncode}, {came}")
    shutil.rmtree(source)


MEASUREMENTS = {
    "builds": measure_builds,
    "scripts": measure_scripts,
    "large": measure_large_file,
    "files": measure_small_files,
    "mixed": measure_mixed_files,
    "delayed": measure_delayed_files,
    "new": show_new_destination,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", action="append", default=[], choices=MEASUREMENTS)
    parser.add_argument("--delayed-files", type=int, default=10_000, help="of the slow link; Packer: 25 a second")
    parser.add_argument("--work", type=Path, default=Path("/dev/shm"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work, prefix="kiln-bench-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        arrived_first = work / "arrived"
        arrived_first.mkdir()
        with Sshd(work / "machine") as sshd:
            bench = Bench(sshd, work, options)
            for name, measure in MEASUREMENTS.items():
                if name in (options.only or MEASUREMENTS):
                    measure(bench)


if __name__ == "__main__":
    main()
