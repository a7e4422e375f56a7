#!/usr/bin/env python3
"""kiln beside Packer: a qemu image is built again after a change in the last of ten scripts.

Both read the same template and emulate the machine in software (accelerator "tcg"), from the guest of tests/vm/guest,
which an earlier run of the tests, or `kiln build`, has made. Packer boots the machine and runs all ten scripts. kiln
wakes it as the ninth has left it; its first build, which fills the cache, is told as well.

usage: bench/qemu.py IMAGE [--runs N] [--kiln PROGRAM] [--work DIR]
"""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

from kiln import BINARY
from measure import Competitor, call, compete

GOAL = 5  # times faster


def template(path, image, last):
    """Ten scripts, as people write them: each a little file and a little work."""
    scripts = [f"mkdir -p /srv/step{number} && date >/srv/step{number}/made && sync" for number in range(9)]
    builder = {
        "type": "qemu", "disk_image": True, "iso_url": str(image), "iso_checksum": "none", "accelerator": "tcg",
        "disk_size": "3G", "memory": 512, "headless": True, "ssh_username": "root", "ssh_password": "kiln-guest",
        "ssh_timeout": "15m", "shutdown_command": "systemctl poweroff", "output_directory": str(path.parent / "out"),
    }  # fmt: skip
    provisioners = [{"type": "shell", "inline": [script]} for script in [*scripts, f"echo {last} >/srv/last"]]
    path.write_text(json.dumps({"builders": [builder], "provisioners": provisioners}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kiln", default=BINARY)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(dir=options.work))
    environment = dict(
        os.environ, CHECKPOINT_DISABLE="1", XDG_CACHE_HOME=f"{work}/cache", XDG_STATE_HOME=f"{work}/state",
        PACKER_CACHE_DIR=f"{work}/packer",
    )  # fmt: skip
    changes = iter(range(1000))

    def change():
        shutil.rmtree(work / "out", ignore_errors=True)
        template(work / "t.json", options.image.resolve(), f"change {next(changes)}")

    def build(program):
        return lambda: call([program, "build", "-color=false", work / "t.json"], env=environment)

    try:
        change()
        first = Competitor("kiln", build(options.kiln), change)
        compete("the first build", [first], 1, "kiln")
        rows = [Competitor("kiln", build(options.kiln), change), Competitor("packer", build("packer"), change)]
        compete("again, after a change in the last of ten scripts", rows, options.runs, "packer")
        times = rows[1].median() / rows[0].median()
        verdict = "met" if times >= GOAL else "missed"
        print(f"  kiln is {times:.1f} times faster (goal {GOAL}: {verdict})")
    finally:
        shutil.rmtree(work)


main()
