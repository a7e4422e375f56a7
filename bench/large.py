#!/usr/bin/env python3
"""kiln validate of what programs generate: one template of 10 MB in JSON, a folder of 1,000 HCL files.

With --packer it meets the folder too, which takes it some 20 s a run.

usage: bench/large.py [--runs N] [--packer]
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from kiln import BINARY
from measure import Competitor, call, compete

TEXT = "0123456789" * 8
BUILD = 'source "null" "x" {\n  communicator = "none"\n}\n\nbuild {\n  sources = ["null.x"]\n}\n'


def write_json(path):
    """Locals of 10 MB, a tenth of them templates that refer to another."""
    values = {f"v{i:06}": f"${{local.v{i - 1:06}}}" if i % 10 == 1 else TEXT for i in range(100_000)}
    document = {
        "locals": values,
        "source": {"null": {"x": {"communicator": "none"}}},
        "build": {"sources": ["null.x"]},
    }
    path.write_text(json.dumps(document, indent=1))


def write_folder(folder):
    folder.mkdir()
    (folder / "build.pkr.hcl").write_text(BUILD)
    for i in range(999):
        (folder / f"part{i:03}.pkr.hcl").write_text(
            f'variable "name_{i}" {{\n  type    = string\n  default = "node-{i}"\n}}\n\n'
            f'locals {{\n  title_{i} = upper("${{var.name_{i}}}")\n  words_{i} = [for w in ["a", "b"] : "${{w}}-${{local.title_{i}}}"]\n}}\n'
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--packer", action="store_true", help="run packer over the folder too")
    options = parser.parse_args()
    environment = dict(os.environ, CHECKPOINT_DISABLE="1")
    with tempfile.TemporaryDirectory() as work:
        template = Path(work) / "large.pkr.json"
        folder = Path(work) / "folder"
        write_json(template)
        write_folder(folder)
        competitors = [
            Competitor("kiln, 10 MB of JSON", lambda: call([BINARY, "validate", template])),
            Competitor("kiln, 1,000 files", lambda: call([BINARY, "validate", folder])),
        ]
        if options.packer:
            competitors.append(
                Competitor("packer, 1,000 files", lambda: call(["packer", "validate", folder], env=environment))
            )
        compete("validate of generated templates", competitors, options.runs, competitors[-1].name)


if __name__ == "__main__":
    main()
