"""The Packer that the comparisons are made with."""

import shutil
import subprocess


def find_packer(environment):
    """The path of Packer 1.6.6, the last under MPL; None, and a line that says so, where it is not here."""
    packer = shutil.which("packer")
    version = packer and subprocess.run(
        [packer, "version"], capture_output=True, text=True, env=environment, check=False
    ).stdout
    if version and "v1.6.6" in version:
        return packer
    print("skipped: Packer 1.6.6 (apt-get install packer) is not here")
    return None
