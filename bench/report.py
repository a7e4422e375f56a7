#!/usr/bin/env python3
"""What a report of 100,000 lines of output costs: the same build with and without one.

usage: bench/report.py [--runs N]
"""

import argparse
import os
import tempfile
from pathlib import Path

from kiln import BINARY
from measure import Competitor, call, compete

LINES = 100_000
TEMPLATE = """
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "shell-local" { inline = ["cat lines"] }
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        (folder / "t.pkr.hcl").write_text(TEMPLATE)
        # As apt, dnf and make write: much alike, and never the same.
        (folder / "lines").write_text("".join(
            f"Get:{i} http://mirror.example.org/debian bookworm/main amd64 package-{i * 7919 % 10007} [{i * 31 % 9973} kB]\n"
            for i in range(LINES)))
        environment = dict(os.environ, XDG_STATE_HOME=str(folder / "state"))
        build = [BINARY, "build", "-color=false", folder / "t.pkr.hcl"]
        os.chdir(folder)
        compete(f"a run that writes {LINES:,} lines", [
            Competitor("with a report", lambda: call([*build, "-report", "page.html"], env=environment)),
            Competitor("without", lambda: call([*build, "-no-report"], env=environment)),
        ], options.runs, "without")
        print(f"  the page: {(folder / 'page.html').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
