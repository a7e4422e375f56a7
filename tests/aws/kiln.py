"""Runs the kiln under test in an emulated AWS."""

import getpass
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import world

PROGRAM = os.environ.get("KILN", "kiln")
PATIENCE_SECONDS = 240


class Project:
    """A folder with a template, in which kiln runs with state of its own."""

    def __init__(self, in_world, files):
        self._world = in_world
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="project-", dir=in_world.folder))
        self.environment = in_world.environment | {
            name: str(self.folder / "xdg" / name.lower())
            for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def start(self, *arguments, **environment):
        """A running kiln; its output goes to the file `output`. It ends with the thread that starts it."""
        command = ["setpriv", "--pdeathsig", "KILL", PROGRAM, *arguments]
        with open(self.folder / "output", "wb") as output:
            return subprocess.Popen(command, cwd=self.folder, env=self.environment | environment,
                                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                    start_new_session=True)

    def run(self, *arguments, **environment):
        """(exit code, output) of one that ends."""
        process = self.start(*arguments, **environment)
        try:
            code = process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            raise AssertionError(f"kiln {arguments} does not end:\n{self.output()}") from None
        return code, self.output()

    def build(self, *arguments, **environment):
        """The output of a build that must go well."""
        code, output = self.run("build", "-color=false", *arguments, **environment)
        assert code == 0, f"exit code {code}:\n{output}"
        return output

    def output(self):
        return (self.folder / "output").read_text(errors="replace")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# What lets kiln log in to the emulated instances: they run as the user of the tests.
SSH = f"""
  ssh_username = "{getpass.getuser()}"
  ssh_port     = {world.SSH_PORT}
  ssh_timeout  = "60s"
"""
SSH_JSON = {"ssh_username": getpass.getuser(), "ssh_port": world.SSH_PORT, "ssh_timeout": "60s"}


def flat(inventory):
    """{(region, kind, id): tags}"""
    return {(region, kind, name): tags for region, kinds in inventory.items()
            for kind, found in kinds.items() for name, tags in found.items()}


def left_of_builds(in_world, before):
    """What is there now and was not in `before`, as readable lines."""
    now = flat(in_world.inventory())
    known = flat(before)
    return sorted(" ".join(key) for key in now if key not in known)
