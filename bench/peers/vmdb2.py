"""vmdb2: from nothing, and from its tarball of the root file system."""

import os
from pathlib import Path

from measure import call
from peers.packages import PACKAGES, SUITE

SPEC = """\
steps:
  - mkimg: "{{{{ output }}}}"
    size: 3G
  - mklabel: gpt
    device: "{{{{ output }}}}"
  - mkpart: primary
    device: "{{{{ output }}}}"
    start: 1M
    end: 100%
    tag: root
  - kpartx: "{{{{ output }}}}"
  - mkfs: ext4
    partition: root
  - mount: root
  - unpack-rootfs: root
  - debootstrap: {suite}
    mirror: {mirror}
    target: root
    variant: minbase
    unless: rootfs_unpacked
  - apt: install
    packages: [{packages}]
    tag: root
    recommends: false
    unless: rootfs_unpacked
  - cache-rootfs: root
    unless: rootfs_unpacked
  - shell: |
      echo "{line}" > "${{ROOT?}}/etc/kiln-bench"
    root-fs: root
"""


def host_mirror():
    """The first mirror of the host's own apt configuration."""
    for line in call(["apt-get", "indextargets", "--format", "$(SITE)"]).splitlines():
        if line.startswith("http"):
            return line
    raise SystemExit("bench: the host's apt has no http mirror for vmdb2")


def build(work, line):
    spec = work / "vmdb2.yaml"
    spec.write_text(
        SPEC.format(suite=SUITE, mirror=host_mirror(), packages=", ".join(PACKAGES), line=line)
    )
    environment = dict(os.environ)
    if not Path("/dev/mapper").exists() or "device-mapper" not in Path("/proc/devices").read_text():
        environment["PATH"] = f"{Path(__file__).parent}:{environment['PATH']}"
    call(
        ["vmdb2", spec, "--output", work / "vmdb2.img", "--rootfs-tarball", work / "vmdb2.tar.gz"],
        env=environment,
    )
