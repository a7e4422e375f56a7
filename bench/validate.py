#!/usr/bin/env python3
"""kiln validate beside packer validate.

Debian's packer does not know the rootfs builder, so it validates an equal template with its null
builder, and kiln validates that one too.

usage: bench/validate.py [--runs N]
"""

import argparse
import os
import tempfile
from pathlib import Path

from kiln import BINARY, ROOT
from measure import Competitor, call, compete

TEMPLATE = """\
variable "cores" {
  type    = string
  default = "2-3"
}
locals {
  arguments = "isolcpus=${var.cores} nohz_full=${var.cores}"
}
source "null" "node" {
  communicator = "none"
}
build {
  sources = ["source.null.node"]
  provisioner "shell-local" {
    inline = ["echo ${local.arguments}"]
  }
  post-processor "manifest" {}
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "node.pkr.hcl"
        template.write_text(TEMPLATE)
        environment = dict(os.environ, CHECKPOINT_DISABLE="1")
        compete(
            "validate",
            [
                Competitor("kiln, example", lambda: call([BINARY, "validate", ROOT / "examples/dpdk-node"])),
                Competitor("kiln", lambda: call([BINARY, "validate", template])),
                Competitor("packer", lambda: call(["packer", "validate", template], env=environment)),
            ],
            options.runs,
            "packer",
        )


if __name__ == "__main__":
    main()
