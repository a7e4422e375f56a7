#!/usr/bin/env python3
"""Cold builds of one node, package caches warm: kiln, mmdebstrap + mke2fs, vmdb2.

usage: sudo bench/cold_build.py [--runs N] [--work DIR] [--skip NAME]...
"""

import argparse
import hashlib
from pathlib import Path

from kiln import Kiln
from measure import Competitor, compete
from peers import mmdebstrap, vmdb2


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/kiln-bench"))
    parser.add_argument("--skip", action="append", default=[])
    options = parser.parse_args()
    work = options.work
    archives = work / "archives"
    (archives / "partial").mkdir(parents=True, exist_ok=True)

    kiln = Kiln(work)
    kiln.write_template("line 1")
    competitors = [
        Competitor("kiln", kiln.build, kiln.forget_layers),
        Competitor("mmdebstrap+mke2fs", lambda: mmdebstrap.build_default(work, archives)),
        Competitor("by hand in tmpfs", lambda: mmdebstrap.build_by_hand(work, archives)),
        Competitor(
            "vmdb2", lambda: vmdb2.build(work, "line 1"), lambda: (work / "vmdb2.tar.gz").unlink(missing_ok=True)
        ),
    ]
    competitors = [c for c in competitors if c.name not in options.skip]
    for competitor in competitors:  # fills the package caches
        competitor.prepare()
        competitor.run()
    count, size = mmdebstrap.packages_of(work / "default.tree")
    print(f"{count} packages, {size / 1e6:.0f} MB unpacked")
    compete("cold build", competitors, options.runs, "mmdebstrap+mke2fs")

    first = digest(kiln.image())
    kiln.forget_layers()
    kiln.build()
    print(f"two cold builds of kiln equal: {digest(kiln.image()) == first}")


if __name__ == "__main__":
    main()
