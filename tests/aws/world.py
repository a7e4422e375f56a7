"""An emulated AWS for one test: starts the emulator, talks to it, and ends it.

    with World() as world:
        world.environment            for a program that is to use it
        world.client("ec2", region)  boto3's, to look around
        world.control("inventory")   what only the emulator knows
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ACCESS_KEY = "AKIDEMULATOR"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+emulator"
ACCOUNT = "123456789012"
SSH_PORT = 2222
REGION = "us-east-1"


class World:
    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiln-aws-test-")))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "emulator"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stack.callback(self._end)
            line = self._process.stdout.readline()
            assert line, "the emulator does not start"
            self.endpoint = json.loads(line)["endpoint"]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        return self._stack.__exit__(*error)

    def _end(self):
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self):
        return self._process.pid

    @property
    def environment(self):
        """Nothing of the caller's own AWS configuration, and folders of its own."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TERM", "USER", "LOGNAME") if name in os.environ}
        return kept | {
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "KILN_CHECKIP_URL": self.endpoint + "/emulator/address",
            "ASAN_OPTIONS": "detect_leaks=0",
        }

    def client(self, service, region=REGION, **changes):
        import boto3
        from botocore.config import Config

        settings = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY,
                    "config": Config(retries={"total_max_attempts": 1})} | changes
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint, **settings)

    def control(self, name, given=None, **query):
        text = urllib.parse.urlencode(query)
        data = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(f"{self.endpoint}/emulator/{name}?{text}", data)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def calls(self, *actions):
        """The calls so far, in their order; only those of `actions` if any are named."""
        return [call for call in self.control("calls") if not actions or call["action"] in actions]

    def inventory(self):
        return self.control("inventory")

    def reset(self):
        self.control("reset", {})

    def fault(self, effect, action=None, **more):
        """See emulator/calls.py: Rule."""
        self.control("faults", [{"effect": effect, "action": action} | more])
