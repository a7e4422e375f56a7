#!/usr/bin/env python3
"""One playbook in one root file system: kiln's provisioner ansible in builder rootfs, beside Ansible with its own
chroot connection (community.general.chroot) in a tree that is mounted by hand.

Both run the same ansible-playbook of this host on the same Debian packages; each turn meets a tree that the playbook
has not shaped yet. Timed is the playbook, by a wrapper around ansible-playbook, so that kiln's bootstrap and disk
writing stay out; and kiln's whole step from its first word to its last, with what comes around the playbook.

usage: sudo bench/ansible.py [--runs N] [--work DIR]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kiln import BINARY
from measure import call

PACKAGES = ["python3", "python3-apt", "systemd"]
GOAL = 1.0  # times what Ansible's own connection takes

PLAYBOOK = """\
- hosts: all
  tasks:
    - package_facts:
    - copy: {content: "{{ ('line ' ~ item ~ '\\n') * 200 }}", dest: "/srv/file{{ item }}", mode: "0640"}
      loop: "{{ range(10) | list }}"
    - template: {src: settings.j2, dest: /etc/settings.conf, mode: "0644"}
    - copy: {src: large, dest: /srv/large}
    - file: {path: /srv/folder/below, state: directory, mode: "0750"}
    - lineinfile: {path: /etc/settings.conf, line: "more = {{ item }}"}
      loop: "{{ range(5) | list }}"
    - user: {name: worker, uid: 1500, shell: /bin/sh}
    - command: "true"
      loop: "{{ range(5) | list }}"
    - shell: "cat /etc/os-release | wc -l"
    - copy:
        content: "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\n"
        dest: /etc/systemd/system/mine.service
    - systemd: {name: mine, enabled: true}
    - stat: {path: /etc/passwd}
    - find: {paths: /etc, patterns: "*.conf", recurse: true}
    - slurp: {src: /etc/settings.conf}
    - unarchive: {src: archive.tar, dest: /srv/folder}
"""

# What runs ansible-playbook and adds its seconds to a file.
WRAPPER = """\
#!{python}
import subprocess, sys, time
if sys.argv[1:] == ["--version"]:
    sys.exit(subprocess.run(["ansible-playbook", "--version"]).returncode)
start = time.monotonic()
code = subprocess.run(["ansible-playbook", *sys.argv[1:]]).returncode
with open("{times}", "a") as file:
    file.write(f"{{time.monotonic() - start}}\\n")
sys.exit(code)
"""

# $1: folder with the tree; the rest is the command. Its mounts end with it. /tmp is on disk, as it is in kiln's tree.
IN_A_TREE = """\
set -e
cd "$1"
shift
rm -rf upper
mkdir -p upper/up upper/work root
mount -t overlay -o lowerdir=tree,upperdir=upper/up,workdir=upper/work none root
mount -t proc proc root/proc
mount --rbind /dev root/dev
exec "$@"
"""


def prepare(work):
    site = work / "site"
    site.mkdir()
    (site / "play.yml").write_text(PLAYBOOK)
    (site / "settings.j2").write_text("host = {{ inventory_hostname }}\n")
    (site / "large").write_bytes(os.urandom(8 << 20))
    (site / "member").write_text("in the archive\n")
    call(["tar", "-C", site, "-cf", site / "archive.tar", "member"])
    wrapper = work / "timed"
    wrapper.write_text(WRAPPER.format(python=sys.executable, times=work / "times"))
    wrapper.chmod(0o755)
    packages = json.dumps(PACKAGES)
    (work / "node.pkr.hcl").write_text(f"""\
variable "run" {{}}
source "rootfs" "node" {{
  packages         = {packages}
  kernel           = "none"
  bootloader       = "none"
  output_directory = "{work}/out"
}}
build {{
  sources = ["rootfs.node"]
  provisioner "ansible" {{
    playbook_file   = "{site}/play.yml"
    command         = "{wrapper}"
    extra_arguments = ["-e", "run=${{var.run}}"]
  }}
}}
""")
    call(["mmdebstrap", "--variant=required", f"--include={','.join([*PACKAGES, 'apt'])}", "bookworm", work / "tree"])


def kiln(work, turn):
    """Seconds of the whole step."""
    shutil.rmtree(work / "out", ignore_errors=True)
    environment = dict(os.environ, XDG_CACHE_HOME=f"{work}/cache", XDG_STATE_HOME=f"{work}/state")
    text = call([BINARY, "build", "-json", "-var", f"run={turn}", work / "node.pkr.hcl"], env=environment)
    events = [json.loads(line) for line in text.splitlines() if '"step-ended"' in line]
    [step] = [event for event in events if event["step"]["name"] == "ansible"]
    assert step["outcome"] == "done", step
    return step["seconds"]


def chroot(work, turn):
    call([
        "unshare", "--mount", "--propagation", "private", "sh", "-c", IN_A_TREE, "sh", work,
        work / "timed", "-c", "community.general.chroot", "-i", f"{work}/root,", "-e", f"run={turn}",
        work / "site/play.yml",
    ])  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--work", type=Path)
    options, _ = parser.parse_known_args()
    work = Path(tempfile.mkdtemp(prefix="kiln-bench-ansible-", dir=options.work or "/var/tmp"))
    samples = {"kiln": [], "kiln, the whole step": [], "chroot connection": []}
    try:
        prepare(work)
        kiln(work, "first")  # its bootstrap is kept from here on
        for turn in range(options.runs):
            for name in ("kiln", "chroot connection")[:: 1 if turn % 2 == 0 else -1]:
                print(f"  run {turn + 1} of {options.runs}: {name}", file=sys.stderr, flush=True)
                (work / "times").unlink(missing_ok=True)
                os.sync()
                if name == "kiln":
                    samples["kiln, the whole step"].append(kiln(work, turn))
                else:
                    chroot(work, turn)
                samples[name].append(float((work / "times").read_text()))
    finally:
        shutil.rmtree(work)
    reference = statistics.median(samples["chroot connection"])
    print(f"a playbook in a root file system ({options.runs} runs, medians; ratio to Ansible's chroot connection)")
    for name, seconds in samples.items():
        middle = statistics.median(seconds)
        print(f"  {name:22} {middle:7.2f} s  {min(seconds):7.2f} {max(seconds):7.2f}  {middle / reference:5.2f}")
    verdict = "met" if statistics.median(samples["kiln"]) <= GOAL * reference else "missed"
    print(f"  goal {GOAL}: {verdict}")


main()
