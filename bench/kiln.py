"""kiln itself, as the benchmarks run it."""

import os
import shutil
from pathlib import Path

from measure import call
from peers.packages import PACKAGES, SUITE

ROOT = Path(__file__).resolve().parent.parent
BINARY = Path(os.environ.get("KILN", ROOT / "build/release/src/cli/kiln"))

TEMPLATE = """\
source "rootfs" "node" {{
  suite            = "{suite}"
  packages         = {packages}
  output_directory = "{output}"
}}

build {{
  sources = ["source.rootfs.node"]
  provisioner "shell" {{
    inline = ["echo '{line}' > /etc/kiln-bench"]
  }}
}}
"""


class Kiln:
    def __init__(self, work):
        self.work = work
        self.template = work / "bench.pkr.hcl"
        self.output = work / "kiln-output"
        self.cache = work / "kiln-cache"
        self.environment = dict(
            os.environ, XDG_CACHE_HOME=str(self.cache), XDG_STATE_HOME=str(work / "kiln-state")
        )

    def write_template(self, line):
        packages = "[" + ", ".join(f'"{name}"' for name in PACKAGES) + "]"
        self.template.write_text(
            TEMPLATE.format(suite=SUITE, packages=packages, output=self.output, line=line)
        )

    def build(self):
        call([BINARY, "build", "-color=false", self.template], env=self.environment)

    def forget_layers(self):
        """A cold build with a warm package cache: everything but the downloads goes."""
        call([BINARY, "cache", "clear", "layers"], env=self.environment)
        shutil.rmtree(self.output, ignore_errors=True)

    def image(self):
        return next(self.output.glob("*.raw"))
