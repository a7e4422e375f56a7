#!/usr/bin/env python3
"""kiln validate and inspect beside Packer's: an HCL2 template, and a legacy one with several builders.

Debian's packer does not know the rootfs builder, so it reads an equal template with its null builder,
and kiln reads that one too.

usage: bench/validate.py [--runs N]
"""

import argparse
import json
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


LEGACY = {
    "variables": {"version": "1.32", "region": "eu-west-1"},
    "builders": [
        {
            "type": "amazon-ebs",
            "name": name,
            "region": "{{user `region`}}",
            "source_ami": "ami-0123456789abcdef0",
            "instance_type": "m5.large",
            "ssh_username": name,
            "ami_name": name + "-{{user `version`}}-{{timestamp}}",
            "access_key": "none",
            "secret_key": "none",
        }
        for name in ("debian", "ubuntu", "amazon")
    ]
    + [{"type": "null", "communicator": "none"}],
    "provisioners": [
        {"type": "shell", "inline": ["echo {{user `version`}}"], "except": ["null"]},
        {"type": "shell-local", "inline": ["echo {{build_name}}"]},
    ],
    "post-processors": [{"type": "manifest"}],
}


def beside_packer(command, templates, runs):
    """One table: kiln on each of `templates` (label to path), and packer on the last."""
    environment = dict(os.environ, CHECKPOINT_DISABLE="1")
    competitors = [
        Competitor(label, lambda path=path: call([BINARY, command, path])) for label, path in templates.items()
    ]
    last = list(templates.values())[-1]
    competitors.append(Competitor("packer", lambda: call(["packer", command, last], env=environment)))
    compete(f"{command} {Path(last).name}", competitors, runs, "packer")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "node.pkr.hcl"
        template.write_text(TEMPLATE)
        legacy = Path(folder) / "node.json"
        legacy.write_text(json.dumps(LEGACY, indent=2))
        for command in ("validate", "inspect"):
            beside_packer(command, {"kiln, example": ROOT / "examples/dpdk-node", "kiln": template}, options.runs)
            beside_packer(command, {"kiln": legacy}, options.runs)


if __name__ == "__main__":
    main()
