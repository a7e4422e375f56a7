#!/usr/bin/env python3
"""Rebuilds after a one-line change of the last script, and builds with nothing changed.

Uses the trees and images that bench/cold_build.py left in the same --work folder.

usage: sudo bench/rebuild.py [--runs N] [--work DIR] [--skip NAME]...
"""

import argparse
import shutil
from pathlib import Path

from kiln import Kiln
from measure import Competitor, compete
from peers import in_place, vmdb2

BLOCK = 512 * 1024


def changed_blocks(before, after):
    changed = 0
    with open(before, "rb") as a, open(after, "rb") as b:
        while True:
            x, y = a.read(BLOCK), b.read(BLOCK)
            if not x and not y:
                return changed
            changed += x != y


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/kiln-bench"))
    parser.add_argument("--skip", action="append", default=[])
    options = parser.parse_args()
    work = options.work
    kiln = Kiln(work)
    turn = iter(range(2, 1_000_000))

    def next_line():
        return f"line {next(turn)}"

    competitors = [
        Competitor("kiln", kiln.build, lambda: kiln.write_template(next_line())),
        Competitor("in place by hand", lambda: in_place.rebuild(work, next_line())),
        Competitor("vmdb2 from tarball", lambda: vmdb2.build(work, next_line())),
    ]
    competitors = [c for c in competitors if c.name not in options.skip]
    for competitor in competitors:
        competitor.prepare()
        competitor.run()
    compete("rebuild after a one-line change", competitors, options.runs, "in place by hand")

    before = work / "before.img"
    shutil.copyfile(kiln.image(), before)
    kiln.write_template(next_line())
    kiln.build()
    total = kiln.image().stat().st_size // BLOCK
    print(f"blocks of 512 KiB changed: {changed_blocks(before, kiln.image())} of {total}")
    compete("nothing changed", [Competitor("kiln", kiln.build)], options.runs, "kiln")


if __name__ == "__main__":
    main()
